/* gram-cpu-system-eigen.c: H∞ = VΛVᵀ with V itself
 *
 * SPDX-License-Identifier: MIT
 *
 * What LAPACK's dsyevd does, taken apart (tridiagonal form by blocks, divide and conquer, back
 * transformation by blocks), so that a long solve reports progress and can be cancelled. An answer
 * that fails its check is thrown away and dsyevr is asked.
 */
#include "gram-cpu-system.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-error.h"
#include "gram-philox.h"
#include "gram-size.h"

#define BLOCK 32    /* columns of a step of the tridiagonalisation */
#define COLUMNS 512 /* eigenvectors of a step of the back transformation */
#define PROBES 8    /* random vectors of the check */
#define GATE 60.0 /* ‖HV − VΛ‖/(n‖H‖ε) and ‖VᵀV − I‖/(nε) above which an answer is wrong */
#define REDUCED 0.45  /* share of the time after the tridiagonal form */
#define CONQUERED 0.7 /* and after divide and conquer */

typedef struct
{
  gint64 n;
  double *A; /* (n × n) H∞, then the reflectors */
  double *Z; /* (n × n) eigenvectors */
  double *work;
  double *d, *e, *tau; /* one block */
  int *iwork;
} Eigen;

static void
eigen_clear (Eigen *eigen)
{
  gram_free (eigen->A);
  gram_free (eigen->Z);
  gram_free (eigen->work);
  g_free (eigen->d);
  g_free (eigen->iwork);
}

static gint64
work_size (gint64 n)
{
  return n * n + 64 * n + 64 * MIN (COLUMNS, n) + 64;
}

static gboolean
eigen_alloc (Eigen *eigen, gint64 n, GError **error)
{
  *eigen = (Eigen){ .n = n, .d = g_new0 (double, 3 * n), .iwork = g_new0 (int, 10 * n + 16) };
  eigen->e = eigen->d + n;
  eigen->tau = eigen->e + n;
  return gram_cpu_device_check_memory ((guint64) (n * n) * 16 + (guint64) work_size (n) * 8,
                                       "the eigendecomposition",
                                       "the bound and the Krylov curves do without it", error)
         && (eigen->A = gram_try_alloc (sizeof (double), n, n, "the eigenproblem", error)) != NULL
         && (eigen->Z = gram_try_alloc (sizeof (double), n, n, "the eigenvectors", error)) != NULL
         && (eigen->work = gram_try_alloc (sizeof (double), work_size (n), 1,
                                           "the eigenproblem's work", error))
                != NULL;
}

/* A = QTQᵀ: panels of dlatrd, the rest of the matrix by dsyr2k. */
static gboolean
tridiagonalise (Eigen *eigen, const GramJob *job, GError **error)
{
  gint64 n = eigen->n, i = 0;
  double *A = eigen->A;

  for (; n - i > 2 * BLOCK; i += BLOCK)
    {
      double *W = eigen->work;
      double left = (double) (n - i - BLOCK) / (double) n;

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      dlatrd_ ("L", GRAM_INT (n - i), GRAM_INT (BLOCK), A + i * n + i, GRAM_INT (n), eigen->e + i,
               eigen->tau + i, W, GRAM_INT (n - i), 1);
      cblas_dsyr2k (CblasColMajor, CblasLower, CblasNoTrans, n - i - BLOCK, BLOCK, -1,
                    A + i * n + i + BLOCK, n, W + BLOCK, n - i, 1, A + (i + BLOCK) * n + i + BLOCK,
                    n);
      for (gint64 j = i; j < i + BLOCK; j++)
        {
          A[j * n + j + 1] = eigen->e[j];
          eigen->d[j] = A[j * n + j];
        }
      gram_job_progress (job, REDUCED * (1 - left * left * left));
    }
  dsytd2_ ("L", GRAM_INT (n - i), A + i * n + i, GRAM_INT (n), eigen->d + i, eigen->e + i,
           eigen->tau + i, GRAM_INT (0), 1);
  return TRUE;
}

static gboolean
divide_and_conquer (GramCpuSystem *system, Eigen *eigen, int *info, const GramJob *job,
                    GError **error)
{
  gint64 n = eigen->n;

  gram_cpu_system_copy_lower (system, eigen->A, n);
  if (!tridiagonalise (eigen, job, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  dstedc_ ("I", GRAM_INT (n), eigen->d, eigen->e, eigen->Z, GRAM_INT (n), eigen->work,
           GRAM_INT (work_size (n)), eigen->iwork, GRAM_INT (10 * n), info, 1);
  for (gint64 first = 0; *info == 0 && first < n; first += COLUMNS)
    {
      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      gram_job_progress (job, CONQUERED + (1 - CONQUERED) * (double) first / (double) n);
      dormtr_ ("L", "L", "N", GRAM_INT (n), GRAM_INT (MIN (COLUMNS, n - first)), eigen->A,
               GRAM_INT (n), eigen->tau, eigen->Z + first * n, GRAM_INT (n), eigen->work,
               GRAM_INT (work_size (n)), info, 1, 1, 1);
    }
  return TRUE;
}

static int
relatively_robust (GramCpuSystem *system, Eigen *eigen)
{
  gint64 n = eigen->n;
  int info = 0, found = 0;
  g_autofree int *support = g_new (int, 2 * n);

  for (gint64 j = 0; j < n; j++)
    memcpy (eigen->A + j * n, gram_cpu_system_h (system, 0, j), (gsize) (j + 1) * sizeof (double));
  dsyevr_ ("V", "A", "U", GRAM_INT (n), eigen->A, GRAM_INT (n), &(double){ 0 }, &(double){ 0 },
           GRAM_INT (0), GRAM_INT (0), &(double){ 0 }, &found, eigen->d, eigen->Z, GRAM_INT (n),
           support, eigen->work, GRAM_INT (work_size (n)), eigen->iwork, GRAM_INT (10 * n), &info,
           1, 1, 1);
  return info == 0 && found != n ? (int) n + 1 : info;
}

static double
frobenius (gint64 count, const double *x)
{
  return cblas_dnrm2 (count, x, 1) / sqrt (PROBES);
}

/* ‖HV − VΛ‖_F and ‖VᵀV − I‖_F estimated from random signs z: E‖Rz‖² = ‖R‖_F². All eigenvectors
 * take part, at the price of a few products with vectors. */
static gboolean
passes_check (GramCpuSystem *system, Eigen *eigen)
{
  gint64 n = eigen->n, block = n * PROBES;
  double norm = MAX (fabs (eigen->d[0]), fabs (eigen->d[n - 1]));
  double *z = eigen->A, *Vz = z + block, *R = Vz + block; /* three blocks of n² ≥ 24n */
  g_autofree double *small = n < 3 * PROBES ? g_new (double, (gsize) (3 * block)) : NULL;
  double residual, orthogonality;

  if (small != NULL)
    z = small, Vz = z + block, R = Vz + block;
  for (gint64 i = 0; i < block; i++)
    z[i] = gram_philox_sign (0, GRAM_STREAM_PROBE, 0, (guint64) i);
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, n, PROBES, n, 1, eigen->Z, n, z, n, 0, Vz,
               n);
  memcpy (R, z, (gsize) block * sizeof (double));
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, n, PROBES, n, 1, eigen->Z, n, Vz, n, -1, R,
               n);
  orthogonality = frobenius (block, R) / ((double) n * DBL_EPSILON);
  for (gint64 i = 0; i < block; i++)
    z[i] *= eigen->d[i % n];
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, n, PROBES, n, 1, eigen->Z, n, z, n, 0, R,
               n);
  cblas_dsymm (CblasColMajor, CblasLeft, CblasUpper, n, PROBES, 1, system->store, system->ld, Vz, n,
               -1, R, n);
  residual = frobenius (block, R) / ((double) n * norm * DBL_EPSILON);
  return residual <= GATE && orthogonality <= GATE; /* FALSE for NaN as well */
}

/**
 * gram_cpu_system_eigen:
 * @lambda: (out caller-allocates): (n), descending
 *
 * Fills in the vectors of @system, which has neither vectors nor a spectrum: the way for small
 * problems, where products of V are the cheapest, and where the other way failed its check. Takes
 * 3n² numbers.
 */
gboolean
gram_cpu_system_eigen (GramCpuSystem *system, double *lambda, const GramJob *job, GError **error)
{
  Eigen eigen;
  int info = 0;
  gboolean done = FALSE;

  if (eigen_alloc (&eigen, system->n, error)
      && divide_and_conquer (system, &eigen, &info, job, error))
    {
      done = info == 0 && passes_check (system, &eigen);
      if (!done && !g_cancellable_set_error_if_cancelled (job->cancellable, error))
        {
          info = relatively_robust (system, &eigen);
          done = info == 0 && passes_check (system, &eigen);
          if (!done)
            g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                         "neither dsyevd nor dsyevr found an eigendecomposition of H∞ that passes "
                         "its check (info %d); the bound and the Krylov curves do without it",
                         info);
        }
    }
  for (gint64 i = 0; done && i < system->n; i++)
    lambda[i] = eigen.d[system->n - 1 - i];
  if (done)
    system->vectors = g_steal_pointer (&eigen.Z);
  if (done)
    gram_job_progress (job, 1);
  eigen_clear (&eigen);
  return done;
}
