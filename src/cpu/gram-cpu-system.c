/* gram-cpu-system.c: H∞ in float64, its products and its Cholesky factor
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-system.h"

#include <math.h>
#include <string.h>

#include <cblas.h>

#include "gram-cpu-few.h"
#include "gram-error.h"
#include "gram-size.h"

/* Columns worked on between two looks at the cancellable. */
#define PANEL 256

/* … of the factor: with 128 it runs at the speed of a product of matrices. */
#define FACTOR_PANEL 128

/* Up to so many vectors a product by fours is cheaper than BLAS, which repacks the matrix. */
#define FEW_PRODUCT 8

/* The 32-bit LAPACK takes index products up to n² + 4n + 1 as work sizes. */
#define MAX_N 46300

/* Debian's openblas.pc brings cblas.h but no lapacke.h: Fortran's symbols, with the hidden lengths
 * of their character arguments. */
void dpotrf_ (const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);

/* |K| from here on no longer tells the angle to full precision. */
#define NEAR (1 - 1e-3)

typedef struct
{
  GramCpuSystem *system;
  const double *X;
  gint64 d, first;
} MapTask;

/* Eq 3 of two images with K = @k near ±1, from the chord c = ‖x ∓ y‖ between one and the other (or
 * its opposite): their angle is 2·arcsin (c/2), K = ±(1 − c²/2). FALSE when there is no chord. */
static gboolean
near_entry (const double *x, const double *y, gint64 d, double *k)
{
  double sign = *k > 0 ? 1 : -1, parts[4] = { 0 }, square, angle;

  for (gint64 p = 0; p < d; p += 4)
    for (gint64 q = 0; q < MIN (4, d - p); q++)
      parts[q] += (x[p + q] - sign * y[p + q]) * (x[p + q] - sign * y[p + q]);
  square = (parts[0] + parts[1]) + (parts[2] + parts[3]);
  angle = 2 * asin (MIN (sqrt (square) / 2, 1));
  if (square > 0)
    *k = sign * (1 - square / 2) * (*k > 0 ? G_PI - angle : angle) / (2 * G_PI);
  return square > 0;
}

static void
map_column (gint64 task, guint worker, gpointer data)
{
  const MapTask *map = data;
  gint64 j = map->first + task, d = map->d, first = 0;
  double *h = gram_cpu_system_h (map->system, 0, j);

  for (gint64 i = 0; i <= j; i++)
    if (i == j || (fabs (h[i]) > NEAR && near_entry (map->X + i * d, map->X + j * d, d, h + i)))
      {
        map->system->device->kernels->arc_cosine (i - first, h + first);
        first = i + 1;
      }
  h[j] = 0.5;
}

static gboolean
build (GramCpuSystem *system, const double *X, gint64 d, const GramJob *job, GError **error)
{
  for (gint64 first = 0; first < system->n; first += PANEL)
    {
      gint64 count = MIN (PANEL, system->n - first);
      MapTask map = { system, X, d, first };

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      /* Rows below the diagonal of this panel are still free: they belong to L. */
      if (d > 0)
        cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, first + count, count, d, 1, X, d,
                     X + first * d, d, 0, gram_cpu_system_h (system, 0, first), system->ld);
      gram_cpu_pool_run (system->device->analysis, count, map_column, &map);
      gram_job_progress (job, (double) (first + count) * (double) (first + count)
                                  / ((double) system->n * (double) system->n));
    }
  return TRUE;
}

gpointer
gram_cpu_system_new (gpointer device, const GramSamples *samples, const GramJob *job,
                     GError **error)
{
  GramCpuSystem *system;
  gint64 n = samples->n, count = 0;
  g_autofree gint64 *used = NULL;
  double *X = NULL;
  gboolean built = FALSE;
  guint64 bytes = ((guint64) n * (guint64) (n + 1) + (guint64) n * (guint64) samples->d) * 8;

  if (n > MAX_N || samples->d > G_MAXINT)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY,
                   "H∞ of %" G_GINT64_FORMAT " images is beyond LAPACK's 32-bit work sizes; at "
                   "most %d images",
                   n, MAX_N);
      return NULL;
    }
  if (!gram_cpu_device_check_memory (bytes, "H∞", "take fewer images", error))
    return NULL;
  system = g_new0 (GramCpuSystem, 1);
  system->device = device;
  system->n = n;
  system->ld = n + 1;
  system->store = gram_try_alloc (sizeof (double), n + 1, n, "H∞", error);
  used = gram_samples_used_pixels (samples, NULL, &count);
  if (system->store != NULL
      && (X = gram_cpu_device_used_images (samples, NULL, used, count, error)) != NULL)
    built = build (system, X, count, job, error);
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

  gram_free (system->store);
  gram_free (system->vectors);
  gram_cpu_spectrum_free (system->spectrum);
  g_free (system);
}

gboolean
gram_cpu_system_multiply (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y,
                          gint64 ldy, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;

  if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  if (k > 1 && k <= FEW_PRODUCT)
    {
      for (gint64 first = 0; first < k; first += GRAM_CPU_FEW)
        if (!gram_cpu_few_multiply (system, MIN (GRAM_CPU_FEW, k - first), V + first * ldv, ldv,
                                    Y + first * ldy, ldy, error))
          return FALSE;
      return TRUE;
    }
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

static gboolean
not_positive (gint64 pivot, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_SINGULAR,
               "H∞ is not positive definite to working precision: pivot %" G_GINT64_FORMAT
               " of its Cholesky factorisation is not positive; image %" G_GINT64_FORMAT
               " is a copy, or nearly one, of an earlier image or of several together",
               pivot, pivot);
  return FALSE;
}

gboolean
gram_cpu_system_factor (gpointer data, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;

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
        return not_positive (first + info - 1, error);
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
