/* gram-cpu-system-spectrum.c: the spectrum of H∞, with eigenvectors or without
 *
 * SPDX-License-Identifier: MIT
 *
 * A small H∞ gets its eigenvectors. A large one has V in factors, which takes a fraction of the
 * time and a third of the memory; where that fails its check, LAPACK's eigenvectors are the second
 * try.
 */
#include "gram-cpu-system.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-error.h"
#include "gram-philox.h"
#include "gram-size.h"

#define PROBES 4  /* random vectors of the check */
#define GATE 60.0 /* in units of n·ε, above which an answer is wrong */

/* ---------- without eigenvectors -------------------------------------------------------------- */

/* Σλ = tr H∞ and Σλ² = ‖H∞‖_F² within rounding. */
static gboolean
sums_agree (GramCpuSystem *system, const double *lambda)
{
  gint64 n = system->n;
  double trace = 0, squares = 0, sum = 0, sum_of_squares = 0, largest = 0;

  for (gint64 j = 0; j < n; j++)
    {
      const double *h = gram_cpu_system_h (system, 0, j);
      double above = 0;

      for (gint64 i = 0; i < j; i++)
        above += h[i] * h[i];
      trace += h[j];
      squares += 2 * above + h[j] * h[j];
      sum += lambda[j];
      sum_of_squares += lambda[j] * lambda[j];
      largest = fmax (largest, fabs (lambda[j]));
    }
  return fabs (sum - trace) <= GATE * (double) n * DBL_EPSILON * largest
         && fabs (sum_of_squares - squares) <= GATE * (double) n * DBL_EPSILON * squares;
}

/* ‖VᵀHz − ΛVᵀz‖ and ‖VVᵀz − z‖ of random signs z, which see every eigenpair: 1 when they are as
 * large as may be, both together; NaN when they cannot be had. */
static double
probe (GramCpuSystem *system, const double *lambda, double *work, const GramJob *job,
       GError **error)
{
  gint64 n = system->n, block = n * PROBES;
  double *z = work, *Hz = z + block, *Vz = Hz + block, *VHz = Vz + block;
  double norm = fmax (fabs (lambda[0]), fabs (lambda[n - 1])), residual = 0, distance = 0;

  for (gint64 i = 0; i < block; i++)
    z[i] = gram_philox_sign (0, GRAM_STREAM_PROBE, 0, (guint64) i);
  cblas_dsymm (CblasColMajor, CblasLeft, CblasUpper, n, PROBES, 1, system->store, system->ld, z, n,
               0, Hz, n);
  if (!gram_cpu_spectrum_project (system->spectrum, 2 * PROBES, z, n, Vz, n, job, error))
    return NAN;
  for (gint64 i = 0; i < block; i++)
    residual += pow (VHz[i] - lambda[n - 1 - i % n] * Vz[i], 2);
  if (!gram_cpu_spectrum_expand (system->spectrum, PROBES, Vz, n, Hz, n, job, error))
    return NAN;
  for (gint64 i = 0; i < block; i++)
    distance += pow (Hz[i] - z[i], 2);
  return fmax (sqrt (residual / PROBES) / fmax (norm, DBL_MIN), sqrt (distance / PROBES))
         / (GATE * (double) n * DBL_EPSILON);
}

static gboolean
without_vectors (GramCpuSystem *system, gboolean *good, const GramJob *job, GError **error)
{
  gint64 n = system->n;
  double *A = NULL, off;
  const double *lambda;
  gram_autofree double *work = NULL;

  if (!gram_cpu_device_check_memory (gram_cpu_spectrum_bytes (n), "the spectrum",
                                     "the bound and the Krylov curves do without it", error)
      || (A = gram_try_alloc (sizeof (double), n, n, "the spectrum", error)) == NULL)
    return FALSE;
  gram_cpu_system_copy_lower (system, A, n);
  system->spectrum = gram_cpu_spectrum_new (system->device, n, A, job, error);
  work = system->spectrum != NULL
             ? gram_try_alloc (sizeof (double), n, 4 * PROBES, "the check of the spectrum", error)
             : NULL;
  if (work == NULL)
    return FALSE;
  lambda = gram_cpu_spectrum_get_lambda (system->spectrum);
  off = probe (system, lambda, work, job, error);
  *good = off <= 1 && sums_agree (system, lambda);
  return !isnan (off) || (error == NULL || *error == NULL);
}

/* ---------- the slots ------------------------------------------------------------------------- */

gboolean
gram_cpu_system_spectrum (gpointer data, double *lambda, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;
  g_autoptr (GError) local = NULL;
  gboolean good = FALSE;

  if (!gram_cpu_system_is_whole (system, "the spectrum", error))
    return FALSE;
  gram_free (g_steal_pointer (&system->vectors));
  g_clear_pointer (&system->spectrum, gram_cpu_spectrum_free);
  if (system->n < system->device->factored_from)
    return gram_cpu_system_eigen (system, lambda, job, error);
  if (!without_vectors (system, &good, job, &local)
      && !g_error_matches (local, GRAM_ERROR, GRAM_ERROR_NUMERIC))
    {
      g_clear_pointer (&system->spectrum, gram_cpu_spectrum_free);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!good)
    {
      g_clear_pointer (&system->spectrum, gram_cpu_spectrum_free);
      return gram_cpu_system_eigen (system, lambda, job, error);
    }
  for (gint64 i = 0; i < system->n; i++)
    lambda[i] = gram_cpu_spectrum_get_lambda (system->spectrum)[system->n - 1 - i];
  gram_job_progress (job, 1);
  return TRUE;
}

/* Puts the rows of a block in the opposite order: LAPACK counts from the smallest eigenvalue. */
static void
reverse (gint64 n, gint64 k, double *P, gint64 ldp)
{
  for (gint64 j = 0; j < k; j++)
    for (gint64 i = 0; i < n / 2; i++)
      {
        double swap = P[j * ldp + i];

        P[j * ldp + i] = P[j * ldp + n - 1 - i];
        P[j * ldp + n - 1 - i] = swap;
      }
}

gboolean
gram_cpu_system_project (gpointer data, gint64 k, const double *Y, gint64 ldy, double *P,
                         gint64 ldp, const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;

  if (system->spectrum != NULL)
    return gram_cpu_spectrum_project (system->spectrum, k, Y, ldy, P, ldp, job, error);
  if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  if (k > 0)
    cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, n, k, n, 1, system->vectors, n, Y, ldy, 0,
                 P, ldp);
  reverse (n, k, P, ldp);
  return TRUE;
}

gboolean
gram_cpu_system_expand (gpointer data, gint64 k, const double *C, gint64 ldc, double *X, gint64 ldx,
                        const GramJob *job, GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;
  gram_autofree double *D = NULL;

  if (system->spectrum != NULL)
    return gram_cpu_spectrum_expand (system->spectrum, k, C, ldc, X, ldx, job, error);
  if (k == 0)
    return TRUE;
  D = gram_try_alloc (sizeof (double), n, k, "a block of coefficients", error);
  if (D == NULL || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  for (gint64 j = 0; j < k; j++)
    memcpy (D + j * n, C + j * ldc, (gsize) n * sizeof (double));
  reverse (n, k, D, n);
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, n, k, n, 1, system->vectors, n, D, n, 0,
               X, ldx);
  return TRUE;
}

gboolean
gram_cpu_system_eigenvector (gpointer data, gint64 index, double *v, const GramJob *job,
                             GError **error)
{
  GramCpuSystem *system = data;
  gint64 n = system->n;

  if (system->spectrum == NULL)
    memcpy (v, system->vectors + (n - 1 - index) * n, (gsize) n * sizeof (double));
  else
    {
      g_autofree double *unit = g_new0 (double, n);

      unit[index] = 1;
      return gram_cpu_spectrum_expand (system->spectrum, 1, unit, n, v, n, job, error);
    }
  return TRUE;
}
