/* gram-cpu-kernels-avx512.c: the inner loops for processors with AVX-512
 *
 * SPDX-License-Identifier: MIT
 */
#define VEC 16
#define NEURONS 12
#define KERNELS gram_cpu_kernels_avx512
#define NAME "AVX-512"
#include "gram-cpu-kernels-body.h"
