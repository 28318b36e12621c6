/* gram-cpu.c: the reference backend, OpenBLAS, LAPACK and vector kernels
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu.h"
