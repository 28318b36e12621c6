/* gram-cpu-kernels-portable.c: the inner loops for any processor
 *
 * SPDX-License-Identifier: MIT
 */
#define VEC 4
#define NEURONS 6
#define KERNELS gram_cpu_kernels_portable
#define NAME "portable"
#include "gram-cpu-kernels-body.h"
