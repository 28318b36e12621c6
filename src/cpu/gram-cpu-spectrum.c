/* gram-cpu-spectrum.c: all eigenvalues and projections of a symmetric matrix, without V
 *
 * SPDX-License-Identifier: MIT
 *
 * V = Q₁Q₂S is never formed: it takes as long as all the rest to multiply out, and what is wanted
 * of it are VᵀY of a handful of vectors and single columns. Each of the three factors goes over a
 * few vectors in O(n²).
 */
#include "gram-cpu-spectrum-private.h"

#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

#define WIDTH GRAM_CPU_FEW

/* Shares of the work at which the stages end. */
#define BAND_DONE 0.87
#define CHASE_DONE 0.97

static gsize
band_size (gint64 n)
{
  return (gsize) (n + 3 * GRAM_CPU_BAND) * GRAM_CPU_BAND_LD;
}

static gsize
t_size (gint64 n)
{
  return (gsize) (n / GRAM_CPU_BAND + 1) * GRAM_CPU_BAND * GRAM_CPU_BAND;
}

/**
 * gram_cpu_spectrum_bytes:
 *
 * Returns: the memory that gram_cpu_spectrum_new() takes at most, the matrix that it is given
 *   included
 */
guint64
gram_cpu_spectrum_bytes (gint64 n)
{
  gsize panel = (gsize) (n + 16) * 3 * GRAM_CPU_BAND;

  return ((guint64) n * (guint64) n + band_size (n) + t_size (n) + panel + 3 * (gsize) n)
         * sizeof (double);
}

void
gram_cpu_spectrum_free (GramCpuSpectrum *spectrum)
{
  if (spectrum == NULL)
    return;
  gram_cpu_tridiagonal_free (spectrum->S);
  gram_free (spectrum->A);
  gram_free (spectrum->T);
  gram_free (spectrum->band);
  gram_free (spectrum->lambda);
  g_free (spectrum);
}

static gboolean
run_stages (GramCpuSpectrum *s, const GramJob *whole, GError **error)
{
  GramJobPart part;

  if (!gram_cpu_spectrum_band (s, gram_job_part (&part, whole, 0, BAND_DONE), error)
      || !gram_cpu_spectrum_chase (s,
                                   gram_job_part (&part, whole, BAND_DONE, CHASE_DONE - BAND_DONE),
                                   error))
    return FALSE;
  gram_free (g_steal_pointer (&s->band));
  s->S = gram_cpu_tridiagonal_new (s->device, s->n, s->diagonal, s->off_diagonal, s->lambda,
                                   gram_job_part (&part, whole, CHASE_DONE, 1 - CHASE_DONE), error);
  return s->S != NULL;
}

/**
 * gram_cpu_spectrum_new:
 * @device: has to outlive the result
 * @n: at least 1
 * @A: (transfer full): (@n × @n) symmetric, of gram_try_alloc(); the lower triangle is read
 *
 * A = Q₁Q₂SΛ(Q₁Q₂S)ᵀ by way of a band matrix and a tridiagonal one (3-stage form of Bischof, Lang
 * and Sun): 4n³/3 operations at the speed of products of matrices. Progress is by work; the
 * cancellable is looked at every few milliseconds.
 *
 * Returns: (transfer full) (nullable): NULL with an error when there is no memory, or when
 *   cancelled
 */
GramCpuSpectrum *
gram_cpu_spectrum_new (GramCpuDevice *device, gint64 n, double *A, const GramJob *job,
                       GError **error)
{
  g_autoptr (GramCpuSpectrum) s = g_new0 (GramCpuSpectrum, 1);

  s->device = device;
  s->n = n;
  s->A = A;
  s->T = gram_try_alloc (sizeof (double), (gint64) t_size (n), 1, "the spectrum", error);
  if (s->T == NULL)
    return NULL;
  s->band = gram_try_alloc (sizeof (double), (gint64) band_size (n), 1, "the spectrum", error);
  if (s->band == NULL)
    return NULL;
  s->lambda = gram_try_alloc (sizeof (double), n, 3, "the spectrum", error);
  if (s->lambda == NULL)
    return NULL;
  s->diagonal = s->lambda + n;
  s->off_diagonal = s->diagonal + n;
  return run_stages (s, job, error) ? g_steal_pointer (&s) : NULL;
}

/**
 * gram_cpu_spectrum_get_lambda:
 *
 * Returns: (transfer none): (n) eigenvalues, ascending
 */
const double *
gram_cpu_spectrum_get_lambda (const GramCpuSpectrum *spectrum)
{
  return spectrum->lambda;
}

/* Vectors (n × k) with four of them side by side, groups of n rows; unused ones are 0. With
 * @reverse row i is row n − 1 − i of the vectors. */
static void
interleave (const GramCpuSpectrum *s, gint64 k, const double *V, gint64 ldv, gboolean reverse,
            double *rows)
{
  gint64 n = s->n;

  for (gint64 c = 0; c < (k + WIDTH - 1) / WIDTH * WIDTH; c++)
    for (gint64 i = 0; i < n; i++)
      rows[(c / WIDTH * n + i) * WIDTH + c % WIDTH] =
          c < k ? V[c * ldv + (reverse ? n - 1 - i : i)] : 0;
}

static void
separate (const GramCpuSpectrum *s, gint64 k, const double *rows, gboolean reverse, double *V,
          gint64 ldv)
{
  gint64 n = s->n;

  for (gint64 c = 0; c < k; c++)
    for (gint64 i = 0; i < n; i++)
      V[c * ldv + (reverse ? n - 1 - i : i)] = rows[(c / WIDTH * n + i) * WIDTH + c % WIDTH];
}

static double *
alloc_rows (const GramCpuSpectrum *s, gint64 k, GError **error)
{
  return gram_try_alloc (sizeof (double), s->n, (k + WIDTH - 1) / WIDTH * WIDTH, "the projections",
                         error);
}

/**
 * gram_cpu_spectrum_project:
 * @Y: (n × @k)
 * @P: (out caller-allocates): (n × @k): VᵀY = SᵀQ₂ᵀQ₁ᵀY, row i for the (i + 1)-th largest
 *   eigenvalue
 */
gboolean
gram_cpu_spectrum_project (GramCpuSpectrum *spectrum, gint64 k, const double *Y, gint64 ldy,
                           double *P, gint64 ldp, const GramJob *job, GError **error)
{
  gint64 n = spectrum->n, groups = (k + WIDTH - 1) / WIDTH;
  gram_autofree double *rows = k > 0 ? alloc_rows (spectrum, k, error) : NULL;

  if (rows == NULL)
    return k == 0;
  for (gint64 c = 0; c < k; c++)
    memcpy (P + c * ldp, Y + c * ldy, (gsize) n * sizeof (double));
  if (!gram_cpu_spectrum_panels (spectrum, TRUE, k, P, ldp, job, error))
    return FALSE;
  interleave (spectrum, k, P, ldp, FALSE, rows);
  if (!gram_cpu_spectrum_sweeps (spectrum, TRUE, groups, rows, job, error)
      || !gram_cpu_tridiagonal_apply (spectrum->S, TRUE, groups, rows, job, error))
    return FALSE;
  separate (spectrum, k, rows, TRUE, P, ldp);
  return TRUE;
}

/**
 * gram_cpu_spectrum_expand:
 * @C: (n × @k), row i for the (i + 1)-th largest eigenvalue
 * @X: (out caller-allocates): (n × @k): VC = Q₁Q₂SC; a unit vector gives an eigenvector
 */
gboolean
gram_cpu_spectrum_expand (GramCpuSpectrum *spectrum, gint64 k, const double *C, gint64 ldc,
                          double *X, gint64 ldx, const GramJob *job, GError **error)
{
  gint64 groups = (k + WIDTH - 1) / WIDTH;
  gram_autofree double *rows = k > 0 ? alloc_rows (spectrum, k, error) : NULL;

  if (rows == NULL)
    return k == 0;
  interleave (spectrum, k, C, ldc, TRUE, rows);
  if (!gram_cpu_tridiagonal_apply (spectrum->S, FALSE, groups, rows, job, error)
      || !gram_cpu_spectrum_sweeps (spectrum, FALSE, groups, rows, job, error))
    return FALSE;
  separate (spectrum, k, rows, FALSE, X, ldx);
  return gram_cpu_spectrum_panels (spectrum, FALSE, k, X, ldx, job, error);
}
