/* gram-conformance-system.c: H∞, its products, factor and spectrum
 *
 * SPDX-License-Identifier: MIT
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-error.h"
#include "gram-philox.h"

#define COLUMNS 3

typedef struct
{
  GramConformance *suite;
  const char *kind;
  gint64 n;
  GramSystem *system;
  double *H; /* (n × n), as downloaded */
  double *B; /* (n × COLUMNS) random numbers */
} Examined;

static void
check (Examined *e, double value, double limit, const GError *error, const char *what)
{
  gram_conformance_check (e->suite, value, limit, error, "%s, %s, n = %d", what, e->kind,
                          (int) e->n);
}

/* Eq 3 in long double, the angle from ‖x − y‖ and ‖x + y‖, which tell every angle of unit vectors
 */
static long double
gram_entry (const GramSamples *samples, gint64 i, gint64 j)
{
  const long double pi = 3.14159265358979323846264338327950288L;
  long double apart = 0, together = 0, angle;

  if (i == j)
    return 0.5L;
  for (gint64 p = 0; p < samples->d; p++)
    {
      long double x = samples->X[i * samples->ldx + p], y = samples->X[j * samples->ldx + p];

      apart += (x - y) * (x - y);
      together += (x + y) * (x + y);
    }
  angle = 2 * atan2l (sqrtl (apart), sqrtl (together));
  return cosl (angle) * (pi - angle) / (2 * pi);
}

static void
check_entries (Examined *e, const GramSamples *samples)
{
  double worst = 0, asymmetry = 0;

  for (gint64 j = 0; j < e->n; j++)
    for (gint64 i = 0; i < e->n; i++)
      {
        double h = e->H[j * e->n + i];
        double error = (double) fabsl (h - gram_entry (samples, i, j));

        worst = MAX (worst, isnan (h) ? 1 : error);
        asymmetry = MAX (asymmetry, fabs (h - e->H[i * e->n + j]));
      }
  check (e, worst, 5e-15, NULL, "H∞ against long double");
  check (e, asymmetry, 0, NULL, "H∞ symmetric to the bit");
}

/* Y ← H·V with the downloaded H */
static void
naive_multiply (const Examined *e, const double *V, gint64 k, double *Y)
{
  for (gint64 c = 0; c < k; c++)
    for (gint64 i = 0; i < e->n; i++)
      {
        long double sum = 0;

        for (gint64 j = 0; j < e->n; j++)
          sum += (long double) e->H[j * e->n + i] * V[c * e->n + j];
        Y[c * e->n + i] = (double) sum;
      }
}

static void
check_multiply (Examined *e)
{
  gint64 size = e->n * COLUMNS;
  g_autofree double *Y = g_new0 (double, (gsize) size), *Z = g_new0 (double, (gsize) size);
  g_autoptr (GError) error = NULL;

  naive_multiply (e, e->B, COLUMNS, Y);
  gram_system_multiply (e->system, COLUMNS, e->B, e->n, Z, e->n, NULL, &error);
  check (e, gram_relative_difference (size, Z, Y), 1e-14, error, "H∞V");
  g_clear_error (&error);
  gram_system_multiply (e->system, 1, e->B, e->n, Z, e->n, NULL, &error);
  check (e, gram_relative_difference (e->n, Z, Y), 1e-14, error, "H∞v");
}

static void
check_solve (Examined *e)
{
  gint64 n = e->n, size = n * COLUMNS;
  g_autofree double *X = g_memdup2 (e->B, (gsize) size * sizeof (double));
  g_autofree double *Y = g_new (double, (gsize) size), *diagonal = g_new0 (double, (gsize) n);
  g_autofree double *unit = g_new0 (double, (gsize) n);
  g_autoptr (GError) error = NULL;
  double worst = 0;

  if (gram_system_factor (e->system, NULL, &error))
    gram_system_solve (e->system, COLUMNS, X, n, NULL, &error);
  naive_multiply (e, X, COLUMNS, Y);
  check (e, gram_relative_difference (size, Y, e->B), 1e-10, error, "Cholesky: H∞(H∞⁻¹B) = B");
  if (error != NULL)
    return;
  gram_system_inverse_diagonal (e->system, diagonal, NULL, &error);
  for (gint64 i = 0; error == NULL && i < n; i += MAX (n / 5, 1))
    {
      memset (unit, 0, (gsize) n * sizeof (double));
      unit[i] = 1;
      gram_system_solve (e->system, 1, unit, n, NULL, &error);
      worst = MAX (worst, fabs (unit[i] - diagonal[i]) / unit[i]);
    }
  check (e, worst, 1e-11, error, "diagonal of H∞⁻¹");
}

static double
frobenius (gint64 count, const double *x)
{
  long double sum = 0;

  for (gint64 i = 0; i < count; i++)
    sum += (long double) x[i] * x[i];
  return (double) sqrtl (sum);
}

/* ‖HV − VΛ‖/(n‖H‖ε) and ‖VᵀV − I‖/(nε) with all of V, without a shortcut */
static void
check_pairs (Examined *e, const double *lambda, const double *V)
{
  gint64 n = e->n;
  g_autofree double *R = g_new (double, (gsize) (n * n)), *Q = g_new (double, (gsize) (n * n));
  double norm = MAX (fabs (lambda[0]), fabs (lambda[n - 1]));

  naive_multiply (e, V, n, R);
  for (gint64 j = 0; j < n; j++)
    for (gint64 i = 0; i < n; i++)
      {
        long double sum = i == j ? -1 : 0;

        R[j * n + i] -= lambda[j] * V[j * n + i];
        for (gint64 p = 0; p < n; p++)
          sum += (long double) V[i * n + p] * V[j * n + p];
        Q[j * n + i] = (double) sum;
      }
  check (e, frobenius (n * n, R) / ((double) n * norm * DBL_EPSILON), 60, NULL,
         "eigen: ‖HV−VΛ‖/(n‖H‖ε)");
  check (e, frobenius (n * n, Q) / ((double) n * DBL_EPSILON), 60, NULL, "eigen: ‖VᵀV−I‖/(nε)");
}

/* Single eigenvectors are columns of V, and V(VᵀB) is B. */
static void
check_vectors (Examined *e, const double *V, const double *P)
{
  gint64 n = e->n;
  g_autofree double *v = g_new0 (double, (gsize) (n * COLUMNS));
  g_autoptr (GError) error = NULL;
  double worst = 0;

  for (gint64 i = 0; i < n && error == NULL; i += MAX (n / 5, 1))
    {
      gram_system_eigenvector (e->system, i, v, NULL, &error);
      worst = MAX (worst, gram_relative_difference (n, v, V + i * n));
    }
  check (e, worst, 1e-13, error, "eigen: single eigenvectors");
  if (error == NULL)
    gram_system_expand (e->system, COLUMNS, P, n, v, n, NULL, &error);
  check (e, gram_relative_difference (n * COLUMNS, v, e->B), 1e-13, error, "eigen: VVᵀB = B");
}

static void
check_spectrum (Examined *e)
{
  gint64 n = e->n, size = n * COLUMNS;
  g_autofree double *lambda = g_new0 (double, (gsize) n), *V = g_new0 (double, (gsize) (n * n));
  g_autofree double *unit = g_new0 (double, (gsize) (n * n));
  g_autofree double *P = g_new0 (double, (gsize) size), *Q = g_new0 (double, (gsize) size);
  g_autoptr (GError) error = NULL;
  double trace = 0, disorder = 0;

  for (gint64 i = 0; i < n; i++)
    unit[i * n + i] = 1;
  if (!gram_system_spectrum (e->system, lambda, NULL, &error)
      || !gram_system_expand (e->system, n, unit, n, V, n, NULL, &error)
      || !gram_system_project (e->system, COLUMNS, e->B, n, P, n, NULL, &error))
    {
      check (e, NAN, NAN, error, "spectrum");
      return;
    }
  check_pairs (e, lambda, V);
  for (gint64 i = 0; i < n; i++)
    {
      trace += lambda[i];
      disorder = i > 0 ? MAX (disorder, lambda[i] - lambda[i - 1]) : disorder;
    }
  check (e, fabs (trace - (double) n / 2) / ((double) n / 2), 1e-12, NULL, "eigen: trace n/2");
  check (e, disorder, 0, NULL, "eigen: descending");
  for (gint64 c = 0; c < COLUMNS; c++)
    for (gint64 i = 0; i < n; i++)
      for (gint64 j = 0; j < n; j++)
        Q[c * n + i] += V[i * n + j] * e->B[c * n + j];
  check (e, gram_relative_difference (size, P, Q), 1e-13, NULL, "eigen: VᵀY");
  check_vectors (e, V, P);
}

static void
examine (GramConformance *suite, const char *kind, const GramSamples *samples, gboolean definite)
{
  Examined e = { suite, kind, samples->n, NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;

  if (gram_conformance_stopped (suite))
    return;
  e.system = gram_system_new (suite->device, samples, NULL, &error);
  e.H = g_new0 (double, (gsize) (e.n * e.n));
  e.B = g_new (double, (gsize) (e.n * COLUMNS));
  gram_philox_normal (9, GRAM_STREAM_PROBE, 1, 0, (gsize) (e.n * COLUMNS), e.B);
  if (e.system == NULL || !gram_system_download (e.system, e.H, e.n, &error))
    gram_conformance_check (suite, NAN, NAN, error, "H∞, %s, n = %d", kind, (int) e.n);
  else
    {
      check_entries (&e, samples);
      check_multiply (&e);
      if (definite)
        check_solve (&e);
      check_spectrum (&e);
      /* The factorisation and the eigenproblem left H∞ as it was. */
      check_multiply (&e);
    }
  gram_system_free (e.system);
  g_free (e.H);
  g_free (e.B);
}

/* d = 1: every image is the same, H∞ = ½·11ᵀ exactly. */
static void
examine_singular (GramConformance *suite)
{
  double X[3] = { 1, 1, 1 };
  GramSamples samples = { .n = 3, .d = 1, .X = X, .ldx = 1 };
  g_autoptr (GramSystem) system = NULL;
  g_autoptr (GError) error = NULL;
  gboolean refused;

  examine (suite, "three equal images", &samples, FALSE);
  system = gram_system_new (suite->device, &samples, NULL, NULL);
  refused = system != NULL && !gram_system_factor (system, NULL, &error)
            && g_error_matches (error, GRAM_ERROR, GRAM_ERROR_SINGULAR);
  gram_conformance_check (suite, refused ? 0 : 1, 0, NULL,
                          "Cholesky: a singular H∞ is refused by name");
}

/* Pairs at angles that XᵀX cannot tell from 0 or π. */
static void
examine_near (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 70, 4, 0, 1, 0.9, 17);

  for (gint64 i = 1; i < 40; i += 2)
    {
      double *x = p->X + i * 70, *y = p->X + (i - 1) * 70;
      double angle = pow (10, -(double) i / 4), sign = i % 4 == 1 ? 1 : -1, dot = 0, norm = 0;

      for (gint64 j = 0; j < 70; j++)
        dot += x[j] * y[j];
      for (gint64 j = 0; j < 70; j++)
        norm += pow (x[j] -= dot * y[j], 2);
      for (gint64 j = 0; j < 70; j++)
        x[j] = sign * (cos (angle) * y[j] + sin (angle) * x[j] / sqrt (norm));
    }
  examine (suite, "nearly equal and opposite images", &p->spec.train, FALSE);
}

static void
examine_cancelled (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 20, 4, 0, 1, 0.5, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GramJob job = { .cancellable = cancellable };
  g_autoptr (GError) error = NULL, second = NULL;
  g_autoptr (GramSystem) none = NULL, system = NULL;
  double lambda[40];
  gboolean stopped;

  g_cancellable_cancel (cancellable);
  none = gram_system_new (suite->device, &p->spec.train, &job, &error);
  system = gram_system_new (suite->device, &p->spec.train, NULL, NULL);
  stopped = none == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
            && system != NULL && !gram_system_spectrum (system, lambda, &job, &second)
            && g_error_matches (second, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gram_conformance_check (suite, stopped ? 0 : 1, 0, NULL, "a cancelled job stops and says so");
}

void
gram_conformance_systems (GramConformance *suite)
{
  static const gint64 sizes[] = { 1, 2, 3, 31, 64, 65, 150, 300 };
  g_autofree double *identity = g_new0 (double, 90 * 90);
  GramSamples orthogonal = { .n = 90, .d = 90, .X = identity, .ldx = 90 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GramConformanceProblem) p =
          gram_conformance_problem_new (sizes[i], 70, 4, 0, 1, i % 2 ? 0.3 : 0.9, i);

      examine (suite, i % 2 ? "sparse images" : "dense images", &p->spec.train, TRUE);
    }
  for (gint64 i = 0; i < 90; i++)
    identity[i * 90 + i] = i % 2 ? 1 : -1;
  examine (suite, "orthogonal images (all eigenvalues equal)", &orthogonal, TRUE);
  examine_singular (suite);
  examine_near (suite);
  examine_cancelled (suite);
}
