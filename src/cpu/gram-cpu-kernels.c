/* gram-cpu-kernels.c: which kernels this processor runs
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-kernels.h"

/**
 * gram_cpu_kernels_available:
 *
 * Returns: (transfer none): all sets that this processor runs, fastest first, %NULL-terminated
 */
const GramCpuKernels *const *
gram_cpu_kernels_available (void)
{
  static const GramCpuKernels *sets[4];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      guint count = 0;

#if defined(GRAM_CPU_X86)
      __builtin_cpu_init ();
      if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
          && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
        sets[count++] = &gram_cpu_kernels_avx512;
      if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
        sets[count++] = &gram_cpu_kernels_avx2;
#endif
      sets[count++] = &gram_cpu_kernels_portable;
      g_once_init_leave (&ready, 1);
    }
  return sets;
}
