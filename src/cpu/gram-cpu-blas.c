/* gram-cpu-blas.c: the kernels that OpenBLAS runs on this processor
 *
 * SPDX-License-Identifier: MIT
 *
 * OpenBLAS knows processors by their model numbers, and takes one that is younger than itself for
 * something old: 0.3.21 runs a Xeon of 2023 with the kernels of a Pentium 4, four to seven times
 * slower than it could. It chooses when it is loaded, before any code of ours, so that another
 * choice takes another start of the program, with OPENBLAS_CORETYPE set. That is done once, where
 * the library fell at least two generations of vector instructions short; the new kernels have to
 * get a product right, or the program starts a last time with the library's own choice.
 */
#include "gram-cpu-blas.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "gram-blas.h"
#include "gram-cpu-kernels.h"
#include "gram-philox.h"
#include "gram-size.h"

#define CORETYPE "OPENBLAS_CORETYPE"
#define FROM "GRAM_CPU_BLAS_FROM"     /* from start to start: the core that the library chose */
#define REJECTED "GRAM_CPU_BLAS_NOT"  /* the core whose product was wrong */
#define PRETEND "GRAM_CPU_BLAS_FOUND" /* for tests: what the library is said to have chosen */

static char *description;

/* The cores of OpenBLAS for x86-64, by the instructions of their kernels. */
static const struct
{
  const char *name;
  GramCpuBlasLevel level;
} cores[] = {
  { "Prescott", GRAM_CPU_BLAS_SSE },      { "Core2", GRAM_CPU_BLAS_SSE },
  { "Penryn", GRAM_CPU_BLAS_SSE },        { "Dunnington", GRAM_CPU_BLAS_SSE },
  { "Nehalem", GRAM_CPU_BLAS_SSE },       { "Atom", GRAM_CPU_BLAS_SSE },
  { "Nano", GRAM_CPU_BLAS_SSE },          { "Athlon", GRAM_CPU_BLAS_SSE },
  { "Opteron", GRAM_CPU_BLAS_SSE },       { "Opteron_SSE3", GRAM_CPU_BLAS_SSE },
  { "Barcelona", GRAM_CPU_BLAS_SSE },     { "Bobcat", GRAM_CPU_BLAS_SSE },
  { "Sandybridge", GRAM_CPU_BLAS_AVX },   { "Bulldozer", GRAM_CPU_BLAS_AVX },
  { "Piledriver", GRAM_CPU_BLAS_AVX },    { "Steamroller", GRAM_CPU_BLAS_AVX },
  { "Excavator", GRAM_CPU_BLAS_AVX },     { "Haswell", GRAM_CPU_BLAS_AVX2 },
  { "Zen", GRAM_CPU_BLAS_AVX2 },          { "SkylakeX", GRAM_CPU_BLAS_AVX512 },
  { "Cooperlake", GRAM_CPU_BLAS_AVX512 }, { "SapphireRapids", GRAM_CPU_BLAS_AVX512 },
};

/* The core that is taken for a level: the first that has it, which all processors of it run. */
static const char *const best[] = { NULL, "Sandybridge", "Haswell", "SkylakeX" };

/**
 * gram_cpu_blas_better_core:
 * @core: what OpenBLAS chose
 * @processor: what the processor can do
 *
 * Returns: (nullable): the core to choose in its place; %NULL where @core is at most one level
 *   short, or not known
 */
const char *
gram_cpu_blas_better_core (const char *core, GramCpuBlasLevel processor)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cores); i++)
    if (g_ascii_strcasecmp (cores[i].name, core) == 0)
      return cores[i].level + 2 <= processor ? best[processor] : NULL;
  return NULL;
}

/* What this processor can do; the operating system has to keep its registers too. */
static GramCpuBlasLevel
processor_level (void)
{
#if defined(GRAM_CPU_X86)
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512cd")
      && __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512dq")
      && __builtin_cpu_supports ("avx512vl"))
    return GRAM_CPU_BLAS_AVX512;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return GRAM_CPU_BLAS_AVX2;
  if (__builtin_cpu_supports ("avx"))
    return GRAM_CPU_BLAS_AVX;
#endif
  return GRAM_CPU_BLAS_SSE;
}

/* ---------- a product in two ways ------------------------------------------------------------ */

#define ROWS 260
#define SIZE 68 /* a multiple of four that no kernel's block divides */

static gboolean
close_to (double x, double y, double rounding)
{
  return fabs (x - y) <= 8 * rounding * sqrt (ROWS) * (1 + fabs (y));
}

/**
 * gram_cpu_blas_check:
 *
 * Returns: whether AᵀB is the same by OpenBLAS, in float64 and in float32, and by our own kernels
 */
gboolean
gram_cpu_blas_check (void)
{
  const GramCpuKernels *kernels = gram_cpu_kernels_available ()[0];
  gsize size = (gsize) ROWS * SIZE;
  gram_autofree double *A = gram_try_alloc (sizeof (double), (gint64) size, 4, "a check", NULL);
  gram_autofree float *F = gram_try_alloc (sizeof (float), (gint64) size, 3, "a check", NULL);
  double *B = A + size, *rows = B + size, *C = rows + size;
  gboolean same = TRUE;

  if (A == NULL || F == NULL)
    return TRUE; /* then the next allocation says so */
  gram_philox_normal (0, GRAM_STREAM_PROBE, 8, 0, 2 * size, A);
  for (gsize i = 0; i < 2 * size; i++)
    F[i] = (float) A[i];
  for (gsize i = 0; i < 2 * size; i++)
    A[i] = (double) F[i];
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, SIZE, SIZE, ROWS, 1, A, ROWS, B, ROWS, 0, C,
               SIZE);
  cblas_sgemm (CblasColMajor, CblasTrans, CblasNoTrans, SIZE, SIZE, ROWS, 1, F, ROWS, F + size,
               ROWS, 0, F + 2 * size, SIZE);
  for (int j = 0; j < SIZE; j += GRAM_CPU_FEW)
    {
      for (int i = 0; i < ROWS; i++)
        for (int c = 0; c < GRAM_CPU_FEW; c++)
          rows[i * GRAM_CPU_FEW + c] = B[(j + c) * ROWS + i];
      for (int r = 0; r < SIZE; r += GRAM_CPU_FEW)
        {
          double sums[GRAM_CPU_FEW * GRAM_CPU_FEW] __attribute__ ((aligned (64))) = { 0 };

          kernels->few_gather (ROWS, A + r * ROWS, ROWS, rows, sums);
          for (int q = 0; q < GRAM_CPU_FEW * GRAM_CPU_FEW; q++)
            {
              int at = (j + q % GRAM_CPU_FEW) * SIZE + r + q / GRAM_CPU_FEW;

              same = same && close_to (C[at], sums[q], 2.3e-16)
                     && close_to ((double) F[2 * size + (gsize) at], sums[q], 1.2e-7);
            }
        }
    }
  return same;
}

/* ---------- the start ------------------------------------------------------------------------ */

static const char *
found_core (void)
{
  const char *pretended = g_getenv (PRETEND);

  return pretended != NULL ? pretended : openblas_get_corename ();
}

/* The words that this process was started with; where that was by way of the dynamic linker, its
 * own are among them, which main() does not see. */
static char **
command_line (void)
{
  g_autofree char *text = NULL;
  gsize length;
  GPtrArray *words = g_ptr_array_new ();

  if (g_file_get_contents ("/proc/self/cmdline", &text, &length, NULL))
    for (gsize at = 0; at < length; at += strlen (text + at) + 1)
      g_ptr_array_add (words, g_strdup (text + at));
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

/* Comes back only when the program cannot be started again. */
static void
start_again (const char *core)
{
  g_auto (GStrv) words = command_line ();

  g_setenv (CORETYPE, core, TRUE);
  if (words[0] != NULL)
    execv ("/proc/self/exe", words);
}

/* After the start with another core: whether it is there, and right. */
static void
settle_again (const char *from)
{
  const char *core = openblas_get_corename (), *rejected = g_getenv (REJECTED);
  gboolean wanted = g_strcmp0 (core, g_getenv (CORETYPE)) == 0;

  if (rejected == NULL && (!wanted || !gram_cpu_blas_check ()))
    {
      g_setenv (REJECTED, wanted ? core : g_getenv (CORETYPE), TRUE);
      start_again (from);
    }
  if (rejected != NULL)
    description = g_strdup_printf ("OpenBLAS's %s kernels (%s could not be had)", core, rejected);
  else
    description = g_strdup_printf ("OpenBLAS's %s kernels (in place of %s)", core, from);
}

/**
 * gram_cpu_blas_settle:
 *
 * To be called first of all in main(). Where OpenBLAS runs with kernels far below what the
 * processor can do, this starts the program again with the best it has; what is said in
 * OPENBLAS_CORETYPE stands. Programs that this one starts choose for themselves.
 */
void
gram_cpu_blas_settle (void)
{
  g_autofree char *from = g_strdup (g_getenv (FROM));
  const char *better = NULL;

  if (from != NULL)
    settle_again (from);
  else if (g_getenv (CORETYPE) == NULL && strstr (openblas_get_config (), "DYNAMIC_ARCH") != NULL)
    better = gram_cpu_blas_better_core (found_core (), processor_level ());
  if (better != NULL)
    {
      g_setenv (FROM, found_core (), TRUE);
      start_again (better);
    }
  if (from != NULL || better != NULL)
    g_unsetenv (CORETYPE);
  g_unsetenv (FROM);
  g_unsetenv (REJECTED);
}

/**
 * gram_cpu_blas_describe:
 *
 * Returns: whose kernels OpenBLAS runs, and in place of what
 */
const char *
gram_cpu_blas_describe (void)
{
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      if (description == NULL)
        description = g_strdup_printf ("OpenBLAS's %s kernels", openblas_get_corename ());
      g_once_init_leave (&ready, 1);
    }
  return description;
}
