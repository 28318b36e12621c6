/* gram-cpu-system-eigen.c: H∞ = VΛVᵀ
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

#include "gram-cpu-blas.h"
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
  double *d, *e, *tau;
  int *iwork;
} Eigen;

static void
eigen_clear (Eigen *eigen)
{
  gram_free (eigen->A);
  gram_free (eigen->Z);
  gram_free (eigen->work);
  gram_free (eigen->d);
  gram_free (eigen->e);
  gram_free (eigen->tau);
  gram_free (eigen->iwork);
}

static gint64
work_size (gint64 n)
{
  return n * n + 64 * n + 64 * MIN (COLUMNS, n) + 64;
}

static gboolean
eigen_alloc (Eigen *eigen, gint64 n, GError **error)
{
  memset (eigen, 0, sizeof *eigen);
  eigen->n = n;
  return gram_cpu_device_check_memory ((guint64) (n * n) * 16 + (guint64) work_size (n) * 8,
                                       "the eigendecomposition",
                                       "the bound and the Krylov curves do without it", error)
         && (eigen->A = gram_try_alloc (sizeof (double), n, n, "the eigenproblem", error)) != NULL
         && (eigen->Z = gram_try_alloc (sizeof (double), n, n, "the eigenvectors", error)) != NULL
         && (eigen->work = gram_try_alloc (sizeof (double), work_size (n), 1,
                                           "the eigenproblem's work", error))
                != NULL
         && (eigen->d = gram_try_alloc (sizeof (double), n, 1, "the eigenvalues", error)) != NULL
         && (eigen->e = gram_try_alloc (sizeof (double), n, 1, "the subdiagonal", error)) != NULL
         && (eigen->tau = gram_try_alloc (sizeof (double), n, 1, "the reflectors", error)) != NULL
         && (eigen->iwork =
                 gram_try_alloc (sizeof (int), 10 * n + 16, 1, "the eigenproblem's work", error))
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
      gram_lapack_latrd_lower (n - i, BLOCK, A + i * n + i, n, eigen->e + i, eigen->tau + i, W,
                               n - i);
      gram_blas_syr2k_lower (n - i - BLOCK, BLOCK, A + i * n + i + BLOCK, n, W + BLOCK, n - i,
                             A + (i + BLOCK) * n + i + BLOCK, n);
      for (gint64 j = i; j < i + BLOCK; j++)
        {
          A[j * n + j + 1] = eigen->e[j];
          eigen->d[j] = A[j * n + j];
        }
      gram_cpu_device_progress (job, REDUCED * (1 - left * left * left));
    }
  gram_lapack_sytd2_lower (n - i, A + i * n + i, n, eigen->d + i, eigen->e + i, eigen->tau + i);
  return TRUE;
}

static gboolean
divide_and_conquer (GramCpuSystem *system, Eigen *eigen, int *info, const GramJob *job,
                    GError **error)
{
  gint64 n = eigen->n;

  for (gint64 j = 0; j < n; j++)
    for (gint64 i = j; i < n; i++)
      eigen->A[j * n + i] = *gram_cpu_system_h (system, j, i);
  if (!tridiagonalise (eigen, job, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  *info = gram_lapack_stedc (n, eigen->d, eigen->e, eigen->Z, n, eigen->work, work_size (n),
                             eigen->iwork, 10 * n);
  for (gint64 first = 0; *info == 0 && first < n; first += COLUMNS)
    {
      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      gram_cpu_device_progress (job, CONQUERED + (1 - CONQUERED) * (double) first / (double) n);
      *info = gram_lapack_ormtr_lower (n, MIN (COLUMNS, n - first), eigen->A, n, eigen->tau,
                                       eigen->Z + first * n, n, eigen->work, work_size (n));
    }
  return TRUE;
}

static int
relatively_robust (GramCpuSystem *system, Eigen *eigen)
{
  gint64 n = eigen->n;
  int info;
  int *support = g_try_new (int, (gsize) (2 * n));

  if (support == NULL)
    return -1;
  for (gint64 j = 0; j < n; j++)
    memcpy (eigen->A + j * n, gram_cpu_system_h (system, 0, j), (gsize) (j + 1) * sizeof (double));
  info = gram_lapack_syevr_upper (n, eigen->A, n, eigen->d, eigen->Z, n, support, eigen->work,
                                  work_size (n), eigen->iwork, 10 * n);
  g_free (support);
  return info;
}

static double
frobenius (gint64 count, const double *x)
{
  return gram_blas_nrm2 (count, x) / sqrt (PROBES);
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
  gram_blas_gemm (FALSE, FALSE, n, PROBES, n, 1, eigen->Z, n, z, n, 0, Vz, n);
  memcpy (R, z, (gsize) block * sizeof (double));
  gram_blas_gemm (TRUE, FALSE, n, PROBES, n, 1, eigen->Z, n, Vz, n, -1, R, n);
  orthogonality = frobenius (block, R) / ((double) n * DBL_EPSILON);
  for (gint64 i = 0; i < block; i++)
    z[i] *= eigen->d[i % n];
  gram_blas_gemm (FALSE, FALSE, n, PROBES, n, 1, eigen->Z, n, z, n, 0, R, n);
  gram_blas_symm_upper (n, PROBES, 1, system->store, system->ld, Vz, n, -1, R, n);
  residual = frobenius (block, R) / ((double) n * norm * DBL_EPSILON);
  return residual <= GATE && orthogonality <= GATE; /* FALSE for NaN as well */
}

gboolean
gram_cpu_system_eigen (gpointer data, double *lambda, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;
  Eigen eigen;
  int info = 0;
  gboolean done = FALSE;

  gram_free (g_steal_pointer (&system->vectors));
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
    gram_cpu_device_progress (job, 1);
  eigen_clear (&eigen);
  return done;
}

gboolean
gram_cpu_system_eigenvectors (gpointer data, gint64 first, gint64 count, double *V, gint64 ldv,
                              GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;

  for (gint64 j = 0; j < count; j++)
    memcpy (V + j * ldv, system->vectors + (n - 1 - first - j) * n, (gsize) n * sizeof (double));
  return TRUE;
}

gboolean
gram_cpu_system_project (gpointer data, gint64 k, const double *Y, gint64 ldy, double *P,
                         gint64 ldp, GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;

  if (k > 0)
    gram_blas_gemm (TRUE, FALSE, n, k, n, 1, system->vectors, n, Y, ldy, 0, P, ldp);
  for (gint64 j = 0; j < k; j++)
    for (gint64 i = 0; i < n / 2; i++)
      {
        double swap = P[j * ldp + i];

        P[j * ldp + i] = P[j * ldp + n - 1 - i];
        P[j * ldp + n - 1 - i] = swap;
      }
  return TRUE;
}
