/* gram-cpu-system.c: H∞ in float64, its products and its Cholesky factor
 *
 * SPDX-License-Identifier: MIT
 *
 * Where the factor does not fit beside it, half of H∞ is kept, in panels of columns, for products
 * alone.
 */
#include "gram-cpu-system.h"

#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-cpu-few.h"
#include "gram-error.h"
#include "gram-size.h"

/* Columns worked on between two looks at the cancellable. */
#define PANEL GRAM_CPU_PANEL

/* Entries of X multiplied by a panel between two such looks. */
#define BUILD_ENTRIES 4000000

/* Vectors that a product with panels takes at a time. */
#define BLOCK 64

/* Up to so many images one vector is left to BLAS, which cannot be cancelled. */
#define SYMV_MOST 16000

/* Vectors for which there is to be room beside half of H∞: Lanczos keeps them. */
#define VECTORS 3100

/* … of the factor: with 128 it runs at the speed of a product of matrices. */
#define FACTOR_PANEL 128

/* Up to so many vectors a product by fours is cheaper than BLAS, which repacks the matrix. */
#define FEW_PRODUCT 8

/* The 32-bit LAPACK takes index products up to n² + 4n + 1 as work sizes. */
#define MAX_N 46300

typedef struct
{
  GramCpuSystem *system;
  const double *X;
  gint64 d, first;
} MapTask;

static void
map_column (gint64 task, guint worker, gpointer data)
{
  const MapTask *map = data;
  gint64 j = map->first + task, d = map->d, first = 0;
  double *h = gram_cpu_system_h (map->system, 0, j);

  for (gint64 i = 0; i <= j; i++)
    if (i == j
        || (fabs (h[i]) > GRAM_SYSTEM_NEAR
            && gram_system_near_entry (map->X + i * d, map->X + j * d, d, h + i)))
      {
        map->system->device->kernels->arc_cosine (i - first, h + first);
        first = i + 1;
      }
  h[j] = 0.5;
}

/* K of the columns of a panel. Rows below the diagonal are still free: they belong to L. */
static gboolean
build_panel (GramCpuSystem *system, const double *X, gint64 d, gint64 first, gint64 count,
             const GramJob *job, GError **error)
{
  gint64 rows = MAX (PANEL, BUILD_ENTRIES / MAX (d, 1)), end = first + count;

  for (gint64 r = 0; r < end; r += rows)
    {
      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      if (d > 0)
        cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, MIN (rows, end - r), count, d, 1,
                     X + r * d, d, X + first * d, d, 0, gram_cpu_system_h (system, r, first),
                     gram_cpu_system_ld (system, first));
    }
  return TRUE;
}

static gboolean
build (GramCpuSystem *system, const double *X, gint64 d, const GramJob *job, GError **error)
{
  for (gint64 first = 0; first < system->n; first += PANEL)
    {
      gint64 count = MIN (PANEL, system->n - first);
      MapTask map = { system, X, d, first };

      if (system->panels != NULL
          && (system->panels[first / PANEL] =
                  gram_try_alloc (sizeof (double), first + count, count, "H∞", error))
                 == NULL)
        return FALSE;
      if (!build_panel (system, X, d, first, count, job, error))
        return FALSE;
      gram_cpu_pool_run (system->device->analysis, count, map_column, &map);
      gram_job_progress (job, (double) (first + count) * (double) (first + count)
                                  / ((double) system->n * (double) system->n));
    }
  return TRUE;
}

/* Entries of the panels: each is as long as its last column. */
static guint64
half (guint64 n)
{
  guint64 whole = n / PANEL;

  return PANEL * PANEL * whole * (whole + 1) / 2 + n * (n % PANEL);
}

gboolean
gram_cpu_system_plan (gpointer data, gint64 images, gint64 d, GramSystemPlan *plan, GError **error)
{
  const GramCpuDevice *device = data;
  guint64 n = (guint64) images, all = n * (n + 1), X = n * (guint64) d;
  gint64 most = device->halved_from > 0 ? MIN (MAX_N, device->halved_from - 1) : MAX_N;

  if (images < 0 || images > G_MAXINT || d < 0 || d > G_MAXINT)
    return gram_fail (error, GRAM_ERROR_MEMORY,
                      "%" G_GINT64_FORMAT " images of %" G_GINT64_FORMAT
                      " pixels are more than BLAS can index",
                      images, d);
  *plan = (GramSystemPlan){
    .bytes = { (half (n) + X + VECTORS * n) * sizeof (double), (all + X) * sizeof (double),
               all * sizeof (double)
                   + (images < device->factored_from ? 3 * n * n * sizeof (double)
                                                     : gram_cpu_spectrum_bytes (images)) },
    .most = { G_MAXINT, most, most },
    .available = gram_memory_available (),
  };
  return TRUE;
}

static gboolean
alloc (GramCpuSystem *system, gint64 d, GError **error)
{
  gint64 n = system->n;
  GramSystemPlan plan;

  if (!gram_cpu_system_plan (system->device, n, d, &plan, error)
      || !gram_cpu_device_check_memory (plan.bytes[GRAM_SYSTEM_PRODUCTS], "H∞", "take fewer images",
                                        error))
    return FALSE;
  if (!gram_system_plan_has (&plan, n, GRAM_SYSTEM_FACTOR))
    system->panels = g_new0 (double *, (gsize) (n + PANEL - 1) / PANEL);
  else
    system->store = gram_try_alloc (sizeof (double), n + 1, n, "H∞", error);
  return system->panels != NULL || system->store != NULL;
}

gpointer
gram_cpu_system_new (gpointer device, const GramSamples *samples, const GramJob *job,
                     GError **error)
{
  GramCpuSystem *system = g_new0 (GramCpuSystem, 1);
  gint64 count = 0;
  g_autofree gint64 *used = NULL;
  double *X = NULL;
  gboolean built = FALSE;

  *system = (GramCpuSystem){ .device = device, .n = samples->n, .ld = samples->n + 1 };
  if (alloc (system, samples->d, error))
    {
      used = gram_samples_used_pixels (samples, NULL, &count);
      X = gram_cpu_device_used_images (samples, NULL, used, count, error);
      built = X != NULL && build (system, X, count, job, error);
    }
  gram_free (X);
  if (built)
    return system;
  gram_cpu_system_free (system);
  return NULL;
}

void
gram_cpu_system_free (gpointer data)
{
  GramCpuSystem *system = data;

  for (gint64 p = 0; system->panels != NULL && p * PANEL < system->n; p++)
    gram_free (system->panels[p]);
  g_free (system->panels);
  gram_free (system->store);
  gram_free (system->vectors);
  gram_cpu_spectrum_free (system->spectrum);
  g_free (system);
}

/* Y = H∞V of half of H∞: a panel gives to the rows above it, and to its own. */
static gboolean
multiply_panels (GramCpuSystem *system, gint64 k, const double *V, gint64 ldv, double *Y,
                 gint64 ldy, const GramJob *job, GError **error)
{
  for (gint64 c = 0; c < k; c++)
    memset (Y + c * ldy, 0, (gsize) system->n * sizeof (double));
  for (gint64 first = 0; first < system->n; first += PANEL)
    {
      gint64 count = MIN (PANEL, system->n - first), ld = gram_cpu_system_ld (system, first);
      const double *P = gram_cpu_system_h (system, 0, first);

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      if (first > 0)
        {
          cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, first, k, count, 1, P, ld,
                       V + first, ldv, 1, Y, ldy);
          cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, count, k, first, 1, P, ld, V, ldv,
                       1, Y + first, ldy);
        }
      cblas_dsymm (CblasColMajor, CblasLeft, CblasUpper, count, k, 1, P + first, ld, V + first, ldv,
                   1, Y + first, ldy);
    }
  return TRUE;
}

gboolean
gram_cpu_system_multiply (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y,
                          gint64 ldy, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;

  if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  if (k <= FEW_PRODUCT && (k > 1 || system->panels != NULL || system->n > SYMV_MOST))
    {
      for (gint64 first = 0; first < k; first += GRAM_CPU_FEW)
        if (!gram_cpu_few_multiply (system, MIN (GRAM_CPU_FEW, k - first), V + first * ldv, ldv,
                                    Y + first * ldy, ldy, job, error))
          return FALSE;
      return TRUE;
    }
  for (gint64 first = 0; system->panels != NULL && first < k; first += BLOCK)
    if (!multiply_panels (system, MIN (BLOCK, k - first), V + first * ldv, ldv, Y + first * ldy,
                          ldy, job, error))
      return FALSE;
  if (system->panels != NULL)
    return TRUE;
  for (gint64 first = 0; first < k; first += PANEL)
    if (k - first == 1)
      cblas_dsymv (CblasColMajor, CblasUpper, system->n, 1, system->store, system->ld,
                   V + first * ldv, 1, 0, Y + first * ldy, 1);
    else
      cblas_dsymm (CblasColMajor, CblasLeft, CblasUpper, system->n, MIN (PANEL, k - first), 1,
                   system->store, system->ld, V + first * ldv, ldv, 0, Y + first * ldy, ldy);
  return TRUE;
}

#define COPY_BLOCK 32

typedef struct
{
  GramCpuSystem *system;
  double *A;
  gint64 lda;
} Copy;

/* The rows of H∞ of one block are the columns of A there. */
static void
copy_block (gint64 task, guint worker, gpointer data)
{
  const Copy *copy = data;
  gint64 n = copy->system->n, j0 = task * COPY_BLOCK;

  for (gint64 i0 = j0; i0 < n; i0 += COPY_BLOCK)
    for (gint64 j = j0; j < MIN (j0 + COPY_BLOCK, n); j++)
      for (gint64 i = MAX (i0, j); i < MIN (i0 + COPY_BLOCK, n); i++)
        copy->A[j * copy->lda + i] = *gram_cpu_system_h (copy->system, j, i);
}

/**
 * gram_cpu_system_copy_lower:
 * @A: (out caller-allocates): (n × n), of which the lower triangle becomes H∞
 */
void
gram_cpu_system_copy_lower (GramCpuSystem *system, double *A, gint64 lda)
{
  Copy copy = { system, A, lda };

  gram_cpu_pool_run (system->device->analysis, (system->n + COPY_BLOCK - 1) / COPY_BLOCK,
                     copy_block, &copy);
}

/**
 * gram_cpu_system_is_whole:
 * @what: what it is to be for
 *
 * Returns: %FALSE with GRAM_ERROR_MEMORY where half of H∞ is kept
 */
gboolean
gram_cpu_system_is_whole (const GramCpuSystem *system, const char *what, GError **error)
{
  return system->panels == NULL
         || gram_fail (error, GRAM_ERROR_MEMORY,
                       "H∞ of %" G_GINT64_FORMAT " images is kept as one half, for its products "
                       "alone: there is no room for %s",
                       system->n, what);
}

gboolean
gram_cpu_system_factor (gpointer data, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;

  if (!gram_cpu_system_is_whole (system, "the factor", error))
    return FALSE;
  gram_cpu_system_copy_lower (system, gram_cpu_system_l (system, 0, 0), system->ld);
  for (gint64 first = 0; first < n; first += FACTOR_PANEL)
    {
      gint64 count = MIN (FACTOR_PANEL, n - first), rest = n - first - count;
      double *diagonal = gram_cpu_system_l (system, first, first);
      int info = 0;

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      dpotrf_ ("L", &(int){ count }, diagonal, &(int){ system->ld }, &info, 1);
      if (info > 0)
        return gram_system_not_positive (first + info - 1, error);
      if (rest > 0)
        {
          double *below = gram_cpu_system_l (system, first + count, first);

          cblas_dtrsm (CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, rest, count,
                       1, diagonal, system->ld, below, system->ld);
          cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, rest, count, -1, below, system->ld,
                       1, gram_cpu_system_l (system, first + count, first + count), system->ld);
        }
      gram_job_progress (job, 1 - pow ((double) rest / (double) n, 3));
    }
  system->factored = TRUE;
  return TRUE;
}

/* B (@rows × @count) ← L⁻¹B, or L⁻ᵀB, with the part of L from row and column @at on */
static void
solve_triangle (GramCpuSystem *system, CBLAS_TRANSPOSE transpose, gint64 at, gint64 rows,
                gint64 count, double *B, gint64 ldb)
{
  cblas_dtrsm (CblasColMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, rows, count, 1,
               gram_cpu_system_l (system, at, at), system->ld, B, ldb);
}

gboolean
gram_cpu_system_solve (gpointer data, gint64 k, double *B, gint64 ldb, const GramJob *job,
                       GError **error)
{
  GramCpuSystem *system = data;

  if (k <= GRAM_CPU_FEW)
    return !g_cancellable_set_error_if_cancelled (job->cancellable, error)
           && gram_cpu_few_solve (system, k, B, ldb, error);
  for (gint64 first = 0; first < k; first += PANEL)
    {
      gint64 count = MIN (PANEL, k - first);

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      solve_triangle (system, CblasNoTrans, 0, system->n, count, B + first * ldb, ldb);
      solve_triangle (system, CblasTrans, 0, system->n, count, B + first * ldb, ldb);
      gram_job_progress (job, (double) (first + count) / (double) k);
    }
  return TRUE;
}

/* (H∞⁻¹)_ii = ‖L⁻¹e_i‖²; the solution of a panel of unit vectors starts at the panel's row. */
gboolean
gram_cpu_system_inverse_diagonal (gpointer data, double *diagonal, const GramJob *job,
                                  GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;
  double *B = gram_try_alloc (sizeof (double), n, MIN (PANEL, n), "a block of solutions", error);
  gboolean done = B != NULL;

  for (gint64 first = 0; done && first < n; first += PANEL)
    {
      gint64 count = MIN (PANEL, n - first), rest = n - first;

      memset (B, 0, (gsize) (rest * count) * sizeof (double));
      for (gint64 j = 0; j < count; j++)
        B[j * rest + j] = 1;
      solve_triangle (system, CblasNoTrans, first, rest, count, B, rest);
      for (gint64 j = 0; j < count; j++)
        diagonal[first + j] = pow (cblas_dnrm2 (rest - j, B + j * rest + j, 1), 2);
      gram_job_progress (job, 1 - pow ((double) (rest - count) / (double) n, 3));
      done = !g_cancellable_set_error_if_cancelled (job->cancellable, error);
    }
  gram_free (B);
  return done;
}

gboolean
gram_cpu_system_download (gpointer data, double *H, gint64 ldh, GError **error)
{
  GramCpuSystem *system = data;

  for (gint64 j0 = 0; j0 < system->n; j0 += COPY_BLOCK)
    for (gint64 i0 = 0; i0 <= j0; i0 += COPY_BLOCK)
      for (gint64 j = j0; j < MIN (j0 + COPY_BLOCK, system->n); j++)
        for (gint64 i = i0; i < MIN (i0 + COPY_BLOCK, j + 1); i++)
          H[j * ldh + i] = H[i * ldh + j] = *gram_cpu_system_h (system, i, j);
  return TRUE;
}
