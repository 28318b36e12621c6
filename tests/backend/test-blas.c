/* test-blas.c: which kernels of OpenBLAS are chosen, and that they are right
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-blas.h"

/* The choice, apart from the processor that runs this. */
static void
test_table (void)
{
  static const struct
  {
    const char *core;
    GramCpuBlasLevel processor;
    const char *better;
  } rows[] = {
    { "Prescott", GRAM_CPU_BLAS_AVX512, "SkylakeX" },
    { "prescott", GRAM_CPU_BLAS_AVX512, "SkylakeX" },
    { "Prescott", GRAM_CPU_BLAS_AVX2, "Haswell" },
    { "Nehalem", GRAM_CPU_BLAS_AVX2, "Haswell" },
    { "Sandybridge", GRAM_CPU_BLAS_AVX512, "SkylakeX" },
    { "Bulldozer", GRAM_CPU_BLAS_AVX512, "SkylakeX" },
    /* one level short is the library's business */
    { "Prescott", GRAM_CPU_BLAS_AVX, NULL },
    { "Sandybridge", GRAM_CPU_BLAS_AVX2, NULL },
    { "Haswell", GRAM_CPU_BLAS_AVX512, NULL },
    { "Zen", GRAM_CPU_BLAS_AVX512, NULL },
    /* nothing is wrong */
    { "Prescott", GRAM_CPU_BLAS_SSE, NULL },
    { "Haswell", GRAM_CPU_BLAS_AVX2, NULL },
    { "Zen", GRAM_CPU_BLAS_AVX2, NULL },
    { "SkylakeX", GRAM_CPU_BLAS_AVX512, NULL },
    { "Cooperlake", GRAM_CPU_BLAS_AVX512, NULL },
    { "SapphireRapids", GRAM_CPU_BLAS_AVX512, NULL },
    /* a processor that is not x86-64, and a core of the future */
    { "NEOVERSEN1", GRAM_CPU_BLAS_SSE, NULL },
    { "LaterLake", GRAM_CPU_BLAS_AVX512, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (gram_cpu_blas_better_core (rows[i].core, rows[i].processor), ==,
                     rows[i].better);
}

static void
test_product (void)
{
  g_assert_true (gram_cpu_blas_check ());
  g_assert_true (g_str_has_prefix (gram_cpu_blas_describe (), "OpenBLAS's "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blas/table", test_table);
  g_test_add_func ("/blas/product", test_product);
  return g_test_run ();
}
