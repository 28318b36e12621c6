/* test-spectrum.c: a spectrum without eigenvectors against LAPACK's
 *
 * SPDX-License-Identifier: MIT
 *
 * Dense matrices of many sizes and spectra and tridiagonal ones on which divide and conquer has
 * failed before. All tolerances are 60·n·ε, of ‖A‖ where a matrix is compared. Sizes of thousands
 * run with -m slow.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include <cblas.h>

#include "gram-cpu-system.h"
#include "gram-cpu-tridiagonal.h"
#include "gram-philox.h"
#include "gram-size.h"

#define GATE 60.0
#define COLUMNS 6 /* vectors that are projected: not a multiple of four */

void dsyev_ (const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *info, size_t, size_t);
void dsterf_ (const int *n, double *d, double *e, int *info);

#define INT(x) (&(int){ (int) (x) })

static const GramJob no_job = { 0 };

static GramCpuDevice *
device_new (guint threads)
{
  GramCpuDevice *device = g_new0 (GramCpuDevice, 1);

  device->kernels = gram_cpu_kernels_available ()[0];
  device->analysis = gram_cpu_pool_new (threads);
  return device;
}

static void
device_free (GramCpuDevice *device)
{
  gram_cpu_pool_free (device->analysis);
  g_free (device);
}

/* ---------- matrices -------------------------------------------------------------------------- */

/* A with given eigenvalues and random eigenvectors: reflections of a diagonal matrix. */
static void
fill_from_eigenvalues (gint64 n, const double *lambda, guint seed, double *A)
{
  g_autofree double *v = g_new (double, (gsize) n), *w = g_new (double, (gsize) n);

  for (gint64 i = 0; i < n; i++)
    A[i * n + i] = lambda[i];
  for (guint round = 0; round < 5; round++)
    {
      double norm, alpha;

      gram_philox_normal (seed, GRAM_STREAM_PROBE, round, 0, (gsize) n, v);
      norm = cblas_dnrm2 ((int) n, v, 1);
      cblas_dscal ((int) n, G_SQRT2 / norm, v, 1); /* I − vvᵀ is a reflection */
      cblas_dsymv (CblasColMajor, CblasLower, n, 1, A, n, v, 1, 0, w, 1);
      alpha = cblas_ddot (n, v, 1, w, 1);
      cblas_daxpy (n, -alpha / 2, v, 1, w, 1);
      cblas_dsyr2 (CblasColMajor, CblasLower, n, -1, v, 1, w, 1, A, n);
    }
}

static void
random_matrix (gint64 n, double *A)
{
  for (gint64 j = 0; j < n; j++)
    gram_philox_normal (3, GRAM_STREAM_PROBE, 50, (guint64) (j * n), (gsize) n, A + j * n);
}

/* ½ times the arc-cosine kernel of as many points on a small sphere: H∞; @copies of each point. */
static void
kernel_matrix (gint64 n, gint64 copies, double *A)
{
  enum
  {
    D = 5
  };
  g_autofree double *X = g_new (double, (gsize) n *D);

  gram_philox_normal (4, GRAM_STREAM_PROBE, 51, 0, (gsize) (n * D), X);
  for (gint64 i = 0; i < n; i++)
    cblas_dscal (D, 1 / cblas_dnrm2 (D, X + i * D, 1), X + i * D, 1);
  for (gint64 j = 0; j < n; j++)
    for (gint64 i = j; i < n; i++)
      {
        double k = cblas_ddot (D, X + i / copies * D, 1, X + j / copies * D, 1);

        k = i / copies == j / copies ? 1 : CLAMP (k, -1, 1);
        A[j * n + i] = k * (G_PI - acos (k)) / (2 * G_PI);
      }
}

typedef enum
{
  RANDOM,
  IDENTITY,
  ZERO,
  RANK_THREE,
  CLUSTERED,
  GRADED,
  TINY,
  PAIRS,
  KERNEL,
  COPIES,
  KINDS
} Kind;

static const char *const kind_names[] = { "random", "identity", "zero",  "rank three", "clustered",
                                          "graded", "tiny",     "pairs", "kernel",     "copies" };

static double
eigenvalue (Kind kind, gint64 i, gint64 n)
{
  switch (kind)
    {
    case IDENTITY:
      return 1;
    case RANK_THREE:
      return i < 3 ? 3.0 - (double) i : 0;
    case CLUSTERED:
      return (double) (i % 4) + 1e-14 * (double) i;
    case GRADED:
      return pow (10, -16 * (double) i / (double) n);
    case TINY:
      return 1e-120 * (double) (i + 1);
    case PAIRS:
      return (i % 2 ? 1 : -1) * (double) (i / 2 + 1);
    default:
      return 0;
    }
}

/* The lower triangle; whoever reads the other one gets NaN. */
static double *
matrix_new (Kind kind, gint64 n)
{
  double *A = gram_try_alloc (sizeof (double), n, n, "a test", NULL);
  g_autofree double *lambda = g_new (double, (gsize) n);

  for (gint64 i = 0; i < n; i++)
    lambda[i] = eigenvalue (kind, i, n);
  if (kind == RANDOM)
    random_matrix (n, A);
  else if (kind == KERNEL || kind == COPIES)
    kernel_matrix (n, kind == COPIES ? 3 : 1, A);
  else if (kind != ZERO)
    fill_from_eigenvalues (n, lambda, (guint) n, A);
  for (gint64 j = 0; j < n; j++)
    for (gint64 i = 0; i < j; i++)
      A[j * n + i] = NAN;
  return A;
}

/* ---------- against LAPACK -------------------------------------------------------------------- */

typedef struct
{
  gint64 n;
  double *A, *V, *lambda; /* LAPACK's, ascending */
  double norm;
} Reference;

static void
reference_init (Reference *r, Kind kind, gint64 n)
{
  gint64 size = 34 * n + 10;
  g_autofree double *work = g_new (double, (gsize) size);
  int info;

  r->n = n;
  r->A = matrix_new (kind, n);
  r->V = gram_try_alloc (sizeof (double), n, n, "a test", NULL);
  r->lambda = g_new (double, (gsize) n);
  memcpy (r->V, r->A, (gsize) (n * n) * sizeof (double));
  dsyev_ ("V", "L", INT (n), r->V, INT (n), r->lambda, work, INT (size), &info, 1, 1);
  g_assert_cmpint (info, ==, 0);
  r->norm = MAX (fabs (r->lambda[0]), fabs (r->lambda[n - 1]));
}

static void
reference_clear (Reference *r)
{
  gram_free (r->A);
  gram_free (r->V);
  g_free (r->lambda);
}

static double
frobenius (gint64 count, const double *x)
{
  double sum = 0;

  for (gint64 i = 0; i < count; i++)
    sum += x[i] * x[i];
  return sqrt (sum);
}

/* V = all that expand makes of unit vectors: ‖AV − VΛ‖, ‖VᵀV − I‖, and VᵀV by project. */
static void
check_vectors (const Reference *r, GramCpuSpectrum *s, double unit)
{
  gint64 n = r->n, size = n * n;
  const double *lambda = gram_cpu_spectrum_get_lambda (s);
  g_autofree double *unity = g_new0 (double, (gsize) size), *V = g_new (double, (gsize) size);
  g_autofree double *R = g_new (double, (gsize) size);
  g_autoptr (GError) error = NULL;

  for (gint64 i = 0; i < n; i++)
    unity[i * n + i] = 1;
  gram_cpu_spectrum_expand (s, n, unity, n, V, n, &no_job, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < size; i++)
    R[i] = V[i] * lambda[n - 1 - i / n];
  cblas_dsymm (CblasColMajor, CblasLeft, CblasLower, n, n, 1, r->A, n, V, n, -1, R, n);
  g_assert_cmpfloat (frobenius (size, R), <=, unit * r->norm);
  memcpy (R, unity, (gsize) size * sizeof (double));
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, n, n, n, 1, V, n, V, n, -1, R, n);
  g_assert_cmpfloat (frobenius (size, R), <=, unit);
  gram_cpu_spectrum_project (s, n, V, n, R, n, &no_job, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < n; i++)
    R[i * n + i] -= 1;
  g_assert_cmpfloat (frobenius (size, R), <=, unit);
}

/* Projections are LAPACK's but for the sign, as far as the gap to the next eigenvalue fixes them;
 * and what lies on a whole cluster is LAPACK's. */
static void
check_projections (const Reference *r, GramCpuSpectrum *s, double unit)
{
  gint64 n = r->n;
  g_autofree double *Y = g_new (double, (gsize) n *COLUMNS),
                    *P = g_new (double, (gsize) n *COLUMNS);
  g_autofree double *Q = g_new (double, (gsize) n *COLUMNS);
  g_autoptr (GError) error = NULL;

  gram_philox_normal (5, GRAM_STREAM_PROBE, 52, 0, (gsize) (n * COLUMNS), Y);
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, n, COLUMNS, n, 1, r->V, n, Y, n, 0, Q, n);
  gram_cpu_spectrum_project (s, COLUMNS, Y, n, P, n, &no_job, &error);
  g_assert_no_error (error);
  for (gint64 c = 0; c < COLUMNS; c++)
    {
      double length = cblas_dnrm2 (n, Y + c * n, 1), mine = 0, theirs = 0;

      g_assert_cmpfloat (fabs (cblas_dnrm2 (n, P + c * n, 1) / length - 1), <=, unit);
      for (gint64 i = 0; i < n; i++)
        {
          double p = P[c * n + n - 1 - i], q = Q[c * n + i];
          double below = i > 0 ? r->lambda[i] - r->lambda[i - 1] : INFINITY;
          double above = i + 1 < n ? r->lambda[i + 1] - r->lambda[i] : INFINITY;
          double doubt = 2 * unit * r->norm / MIN (below, above);

          if (doubt < 0.1)
            g_assert_cmpfloat (fabs (fabs (p) - fabs (q)), <=, doubt * length);
          mine += p * p;
          theirs += q * q;
          if (above > 0.05 * r->norm)
            g_assert_cmpfloat (fabs (mine - theirs), <=, 40 * unit * length * length);
        }
    }
}

static void
check_matrix (Kind kind, gint64 n, guint threads)
{
  GramCpuDevice *device = device_new (threads);
  double unit = GATE * (double) n * DBL_EPSILON;
  Reference r;
  g_autoptr (GramCpuSpectrum) s = NULL;
  g_autoptr (GError) error = NULL;
  const double *lambda;
  double worst = 0;

  g_test_message ("%s, n = %d, %u threads", kind_names[kind], (int) n, threads);
  reference_init (&r, kind, n);
  s = gram_cpu_spectrum_new (device, n, matrix_new (kind, n), &no_job, &error);
  g_assert_no_error (error);
  lambda = gram_cpu_spectrum_get_lambda (s);
  for (gint64 i = 0; i < n; i++)
    {
      worst = MAX (worst, fabs (lambda[i] - r.lambda[i]));
      g_assert_true (i == 0 || lambda[i] >= lambda[i - 1]);
    }
  g_assert_cmpfloat (worst, <=, unit * r.norm);
  check_vectors (&r, s, unit);
  check_projections (&r, s, unit);
  reference_clear (&r);
  g_clear_pointer (&s, gram_cpu_spectrum_free);
  device_free (device);
}

static void
test_dense (gconstpointer data)
{
  static const gint64 sizes[] = { 1, 2, 3, 5, 31, 64, 65, 66, 127, 129, 193, 257 };
  Kind kind = GPOINTER_TO_INT (data);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    check_matrix (kind, sizes[i], 1 + (i + (guint) kind) % 3);
}

static void
test_large (gconstpointer data)
{
  static const gint64 sizes[] = { 1023, 2049, 2999 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    check_matrix (GPOINTER_TO_INT (data), sizes[i], 2);
}

/* ---------- tridiagonal ----------------------------------------------------------------------- */

typedef enum
{
  ONE_TWO_ONE,
  WILKINSON,
  GLUED,
  GRADED_UP,
  GRADED_DOWN,
  SMALL_COUPLING,
  GEOMETRIC,
  CONSTANT,
  NEGATIVE,
  SHAPES
} Shape;

static void
fill_tridiagonal (Shape shape, gint64 n, double *d, double *e)
{
  for (gint64 j = 0; j < n; j++)
    {
      double i = (double) j, size = (double) n;

      switch (shape)
        {
        case ONE_TWO_ONE:
          d[j] = 2, e[j] = 1;
          break;
        case WILKINSON:
          d[j] = fabs (i - (size - 1) / 2), e[j] = 1;
          break;
        case GLUED:
          d[j] = fabs ((double) (j % 21) - 10), e[j] = j % 21 == 20 ? 1e-8 : 1;
          break;
        case GRADED_UP:
          d[j] = exp (30 * (i / size - 1)), e[j] = d[j] / 3;
          break;
        case GRADED_DOWN:
          d[j] = exp (-30 * i / size), e[j] = d[j] / 3;
          break;
        case SMALL_COUPLING:
          d[j] = sin (i), e[j] = 1e-15 * cos (i);
          break;
        case GEOMETRIC:
          d[j] = exp (-i), e[j] = exp (-i - 0.5) / 2;
          break;
        case CONSTANT:
          d[j] = 1, e[j] = 0;
          break;
        default:
          d[j] = -sin (3 * i), e[j] = -cos (i);
        }
    }
}

/* S by the unit vectors, four at once: ‖TS − SΛ‖, ‖SᵀS − I‖. */
static void
check_factors (const GramCpuTridiagonal *t, gint64 n, const double *d, const double *e,
               const double *lambda, double norm)
{
  gint64 groups = (n + 3) / 4;
  gram_autofree double *rows = gram_try_alloc (sizeof (double), 4 * n, groups, "a test", NULL);
  g_autoptr (GError) error = NULL;
  double unit = GATE * (double) n * DBL_EPSILON, residual = 0, identity = 0;

  for (gint64 i = 0; i < n; i++)
    rows[(i / 4 * n + i) * 4 + i % 4] = 1;
  gram_cpu_tridiagonal_apply (t, FALSE, groups, rows, &no_job, &error);
  g_assert_no_error (error);
  for (gint64 c = 0; c < n; c++)
    for (gint64 i = 0; i < n; i++)
      {
        const double *s = rows + (c / 4 * n + i) * 4 + c % 4;
        double x = (d[i] - lambda[c]) * s[0];

        x += (i > 0 ? e[i - 1] * s[-4] : 0) + (i + 1 < n ? e[i] * s[4] : 0);
        residual += x * x;
      }
  g_assert_cmpfloat (sqrt (residual), <=, unit * norm);
  gram_cpu_tridiagonal_apply (t, TRUE, groups, rows, &no_job, &error);
  g_assert_no_error (error);
  for (gint64 c = 0; c < n; c++)
    for (gint64 i = 0; i < n; i++)
      identity += pow (rows[(c / 4 * n + i) * 4 + c % 4] - (i == c ? 1 : 0), 2);
  g_assert_cmpfloat (sqrt (identity), <=, unit);
}

static void
test_tridiagonal (void)
{
  static const gint64 sizes[] = { 1, 32, 33, 66, 201, 601 };
  GramCpuDevice *device = device_new (2);

  for (Shape shape = 0; shape < SHAPES; shape++)
    for (guint z = 0; z < G_N_ELEMENTS (sizes); z++)
      {
        gint64 n = sizes[z];
        g_autofree double *d = g_new (double, (gsize) n), *e = g_new (double, (gsize) n);
        g_autofree double *mine = g_new (double, (gsize) n), *theirs = NULL, *off = NULL;
        g_autoptr (GramCpuTridiagonal) t = NULL;
        g_autoptr (GError) error = NULL;
        double norm, worst = 0;
        int info;

        fill_tridiagonal (shape, n, d, e);
        theirs = g_memdup2 (d, (gsize) n * sizeof (double));
        off = g_memdup2 (e, (gsize) n * sizeof (double));
        dsterf_ (INT (n), theirs, off, &info);
        g_assert_cmpint (info, ==, 0);
        t = gram_cpu_tridiagonal_new (device, n, d, e, mine, &no_job, &error);
        g_assert_no_error (error);
        norm = MAX (fabs (theirs[0]), fabs (theirs[n - 1]));
        for (gint64 i = 0; i < n; i++)
          worst = MAX (worst, fabs (mine[i] - theirs[i]));
        g_assert_cmpfloat (worst, <=, GATE * (double) n * DBL_EPSILON * norm);
        check_factors (t, n, d, e, mine, norm);
      }
  device_free (device);
}

/* ---------- threads, progress, cancelling ----------------------------------------------------- */

static GramCpuSpectrum *
kernel_spectrum (GramCpuDevice *device, gint64 n, double *P)
{
  g_autoptr (GError) error = NULL;
  g_autofree double *Y = g_new (double, (gsize) n *COLUMNS);
  GramCpuSpectrum *s = gram_cpu_spectrum_new (device, n, matrix_new (KERNEL, n), &no_job, &error);

  g_assert_no_error (error);
  gram_philox_normal (6, GRAM_STREAM_PROBE, 53, 0, (gsize) (n * COLUMNS), Y);
  gram_cpu_spectrum_project (s, COLUMNS, Y, n, P, n, &no_job, &error);
  g_assert_no_error (error);
  return s;
}

static void
test_threads (void)
{
  enum
  {
    N = 450
  };
  static const guint threads[] = { 1, 2, 3, 5 };
  g_autofree double *P = g_new (double, N *COLUMNS), *Q = g_new (double, N *COLUMNS);
  GramCpuDevice *one = device_new (1);
  g_autoptr (GramCpuSpectrum) first = kernel_spectrum (one, N, P);
  gsize bytes = N * sizeof (double);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      GramCpuDevice *device = device_new (threads[i]);
      g_autoptr (GramCpuSpectrum) s = kernel_spectrum (device, N, Q);

      g_assert_cmpmem (gram_cpu_spectrum_get_lambda (s), bytes,
                       gram_cpu_spectrum_get_lambda (first), bytes);
      g_assert_cmpmem (Q, COLUMNS * bytes, P, COLUMNS * bytes);
      g_clear_pointer (&s, gram_cpu_spectrum_free);
      device_free (device);
    }
  g_clear_pointer (&first, gram_cpu_spectrum_free);
  device_free (one);
}

typedef struct
{
  GCancellable *cancellable;
  double last, stop;
  guint calls;
} Watch;

static void
on_progress (double fraction, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpfloat (fraction, >=, watch->last);
  g_assert_cmpfloat (fraction, <=, 1);
  watch->last = fraction;
  watch->calls++;
  if (fraction >= watch->stop)
    g_cancellable_cancel (watch->cancellable);
}

/* Cancelled at any stage it stops there, without an answer; not cancelled it tells of its way. How
 * often depends on what the first thread had to do, hence one alone is counted. */
static void
test_cancel (void)
{
  static const double stops[] = { 0, 0.5, 0.88, 0.971, 2, 3 };
  GramCpuDevice *two = device_new (2), *one = device_new (1);

  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      Watch watch = { cancellable, 0, stops[i], 0 };
      GramJob job = { cancellable, on_progress, &watch };
      gboolean alone = stops[i] > 2;
      g_autoptr (GramCpuSpectrum) s =
          gram_cpu_spectrum_new (alone ? one : two, 300, matrix_new (KERNEL, 300), &job, &error);

      if (stops[i] > 1)
        {
          g_assert_no_error (error);
          g_assert_nonnull (s);
          g_assert_cmpfloat (watch.last, ==, 1);
          if (alone)
            g_assert_cmpuint (watch.calls, >, 10);
          g_cancellable_cancel (cancellable);
          g_assert_false (gram_cpu_spectrum_project (s, 1, gram_cpu_spectrum_get_lambda (s), 300,
                                                     (double[300]){ 0 }, 300, &job, &error));
        }
      else
        g_assert_null (s);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  device_free (two);
  device_free (one);
}

/* ---------- answers that fail their check ----------------------------------------------------- */

static double
wrong_householder (const double *x, double *v, double *tau)
{
  double beta = gram_cpu_kernels_available ()[0]->householder (x, v, tau);

  v[1] += 1e-6;
  return beta;
}

static void
wrong_core (double *D, gint64 ld, const double *v, double tau)
{
  gram_cpu_kernels_available ()[0]->chase_core (D, ld, v, tau * (1 + 1e-9));
}

static double
wrong_product (gint64 count, double d, const double *origin, const double *tau, const double *pole)
{
  return gram_cpu_kernels_available ()[0]->gap_product (count, d, origin, tau, pole)
         * (count > 5 ? 1 + 1e-8 : 1);
}

static void
wrong_gaps (gint64 count, const double *weight, double d, const double *origin, const double *tau,
            double *u)
{
  gram_cpu_kernels_available ()[0]->pole_gaps (count, weight, d, origin, tau, u);
  u[count / 2] *= 1 + 1e-8;
}

static double *
spectrum_of (GramCpuDevice *device, const GramSamples *samples, gboolean *factored)
{
  g_autoptr (GError) error = NULL;
  GramCpuSystem *system = gram_cpu_system_new (device, samples, &no_job, &error);
  double *lambda = g_new (double, (gsize) samples->n);

  g_assert_no_error (error);
  gram_cpu_system_spectrum (system, lambda, &no_job, &error);
  g_assert_no_error (error);
  *factored = system->spectrum != NULL;
  g_assert_true (*factored == (system->vectors == NULL));
  gram_cpu_system_free (system);
  return lambda;
}

/* Kernels that are a little wrong: LAPACK's answer in place of theirs. */
static void
test_fallback (void)
{
  enum
  {
    N = 150,
    D = 20,
    FAULTS = 5
  };
  GramCpuDevice *device = device_new (2);
  g_autofree double *X = g_new (double, N *D), *good = NULL;
  GramSamples samples = { .n = N, .d = D, .X = X, .ldx = D };
  gboolean factored;

  gram_philox_normal (7, GRAM_STREAM_PROBE, 54, 0, N * D, X);
  for (gint64 i = 0; i < N; i++)
    cblas_dscal (D, 1 / cblas_dnrm2 (D, X + i * D, 1), X + i * D, 1);
  device->factored_from = N + 1;
  good = spectrum_of (device, &samples, &factored);
  g_assert_false (factored);
  device->factored_from = 1;
  for (int fault = 0; fault < FAULTS; fault++)
    {
      GramCpuKernels kernels = *gram_cpu_kernels_available ()[0];
      g_autofree double *lambda = NULL;

      if (fault == 1)
        kernels.householder = wrong_householder;
      if (fault == 2)
        kernels.chase_core = wrong_core;
      if (fault == 3)
        kernels.gap_product = wrong_product;
      if (fault == 4)
        kernels.pole_gaps = wrong_gaps;
      device->kernels = &kernels;
      lambda = spectrum_of (device, &samples, &factored);
      g_test_message ("fault %d: %s", fault, factored ? "factored" : "eigenvectors");
      g_assert_true (factored == (fault == 0));
      for (int i = 0; i < N; i++)
        g_assert_cmpfloat (fabs (lambda[i] - good[i]), <=, GATE * N * DBL_EPSILON * good[0]);
    }
  device_free (device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int kind = 0; kind < KINDS; kind++)
    {
      g_autofree char *path = g_strdup_printf ("/spectrum/dense/%s", kind_names[kind]);

      g_test_add_data_func (path, GINT_TO_POINTER (kind), test_dense);
    }
  g_test_add_func ("/spectrum/tridiagonal", test_tridiagonal);
  g_test_add_func ("/spectrum/threads", test_threads);
  g_test_add_func ("/spectrum/cancel", test_cancel);
  g_test_add_func ("/spectrum/fallback", test_fallback);
  for (int kind = 0; kind < KINDS && g_test_slow (); kind++)
    {
      g_autofree char *path = g_strdup_printf ("/spectrum/large/%s", kind_names[kind]);

      g_test_add_data_func (path, GINT_TO_POINTER (kind), test_large);
    }
  return g_test_run ();
}
