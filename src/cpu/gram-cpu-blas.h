/* gram-cpu-blas.h: the kernels that OpenBLAS runs on this processor
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a processor and its operating system can do, and what a core of OpenBLAS makes use of. */
typedef enum
{
  GRAM_CPU_BLAS_SSE,
  GRAM_CPU_BLAS_AVX,
  GRAM_CPU_BLAS_AVX2, /* and fused multiply-add */
  GRAM_CPU_BLAS_AVX512,
} GramCpuBlasLevel;

const char *gram_cpu_blas_better_core (const char *core, GramCpuBlasLevel processor);
gboolean gram_cpu_blas_check (void);
void gram_cpu_blas_settle (void);
const char *gram_cpu_blas_describe (void);

G_END_DECLS
