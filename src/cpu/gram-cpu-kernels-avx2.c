/* gram-cpu-kernels-avx2.c: the inner loops for processors with AVX2
 *
 * SPDX-License-Identifier: MIT
 */
#define VEC 8
#define NEURONS 6
#define KERNELS gram_cpu_kernels_avx2
#define NAME "AVX2"
#include "gram-cpu-kernels-body.h"
