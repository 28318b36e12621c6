/* gram-bench.c: timing steps and analyses, with their answers checked
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-bench.h"

#include <math.h>
#include <string.h>

#include "gram-bench-problem.h"
#include "gram-size.h"

typedef struct
{
  GramDevice *device;
  const GramBenchOptions *options;
  GramBenchRoofline roofline; /* zeros where it is unknown */
  guint repeats;
  double aim;
  GPtrArray *results;
  GramBenchFunc on_result;
  gpointer data;
  GramJob job;
} Bench;

static const GramBenchShape default_steps[] = {
  { 64, 16, 64, 0, 1, 1, GRAM_FORMULATION_AUTO },
  { 256, 784, 1024, 0, 1, 0.25, GRAM_FORMULATION_AUTO },
  { 1024, 784, 10240, 0, 1, 0.25, GRAM_FORMULATION_AUTO },
  { 1024, 784, 10240, 0, 3, 0.25, GRAM_FORMULATION_AUTO },
  { 1024, 3072, 10240, 0, 1, 1, GRAM_FORMULATION_AUTO },
  { 4096, 784, 10240, 0, 1, 0.25, GRAM_FORMULATION_AUTO },
};

static const gint64 default_systems[] = { 500, 1000, 2000 };

typedef gboolean (*Operation) (gpointer data, gint64 count, GError **error);

static int
compare_seconds (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The median of @repeats timings of as many calls as fill the aimed-at time. */
static gboolean
measure (Bench *bench, Operation operation, gpointer data, GramBenchResult *result, GError **error)
{
  g_autofree double *seconds = g_new (double, bench->repeats);
  gint64 count = 1;

  for (gint i = -1; i < (gint) bench->repeats; i++)
    {
      gint64 start = g_get_monotonic_time ();
      double each;

      if (g_cancellable_set_error_if_cancelled (bench->job.cancellable, error)
          || !operation (data, count, error))
        return FALSE;
      each = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC / (double) count;
      if (i >= 0)
        seconds[i] = each;
      else
        count = (gint64) CLAMP (bench->aim / MAX (each, 1e-7), 1, 2000);
    }
  qsort (seconds, bench->repeats, sizeof *seconds, compare_seconds);
  result->seconds = seconds[bench->repeats / 2];
  result->fastest = seconds[0];
  return TRUE;
}

static GramBenchResult *
result_new (const char *name, gint64 n, gint64 d, gint64 m, guint n_sets)
{
  GramBenchResult *result = g_new0 (GramBenchResult, 1);

  result->name = g_strdup (name);
  result->n = n;
  result->d = d;
  result->m = m;
  result->n_sets = n_sets;
  result->error = result->limit = NAN;
  return result;
}

static void
take (Bench *bench, GramBenchResult *result, double flops, double bytes, double peak)
{
  result->gflops = flops / result->seconds * 1e-9;
  result->gbytes = bytes / result->seconds * 1e-9;
  result->peak_share = peak > 0 ? result->gflops * 1e9 / peak : 0;
  result->memory_share = bench->roofline.copy > 0 ? result->gbytes * 1e9 / bench->roofline.copy : 0;
  g_ptr_array_add (bench->results, result);
  if (bench->on_result != NULL)
    bench->on_result (result, bench->data);
}

/* ---------- training ------------------------------------------------------------------------- */

typedef struct
{
  GramTrainer *trainer;
  double *residuals;
  guint n_sets;
  GramJob *job;
} Stepping;

static gboolean
do_steps (gpointer data, gint64 count, GError **error)
{
  Stepping *stepping = data;

  /* In pieces, so that the array of residuals stays small. */
  for (gint64 k = 0; k < count; k += 64)
    if (!gram_trainer_step (stepping->trainer, MIN (64, count - k), stepping->residuals,
                            stepping->job, error))
      return FALSE;
  return TRUE;
}

/* u of a few images recomputed in float64 from W(k) */
static double
output_error (const GramTrainerSpec *spec, GramTrainer *trainer, GError **error)
{
  gint64 n = spec->train.n, d = spec->train.d, m = spec->m;
  float *W = gram_try_alloc (sizeof (float), d, m, "W(k)", error);
  g_autofree float *a = g_new (float, (gsize) m);
  g_autofree double *u = g_new (double, (gsize) n);
  GramObservation now = { .u = u };
  double worst = NAN;

  if (W != NULL && gram_trainer_weights (trainer, 0, W, d, error)
      && gram_trainer_observe (trainer, 0, GRAM_OBSERVE_RESIDUAL, &now, error))
    {
      gram_network_signs (spec, a);
      worst = 0;
      for (gint64 i = 0; i < n; i += MAX (n / 7, 1))
        {
          double sum = 0;

          for (gint64 r = 0; r < m; r++)
            {
              double s = 0;

              for (gint64 j = 0; j < d; j++)
                s += (double) W[r * d + j] * spec->train.X[i * d + j];
              sum += s > 0 ? a[r] * s : 0;
            }
          worst = MAX (worst, fabs (sum / sqrt ((double) m) - u[i]));
        }
    }
  gram_free (W);
  return worst;
}

static gboolean
bench_step (Bench *bench, const GramBenchShape *shape, GError **error)
{
  g_autoptr (GramBenchProblem) p = gram_bench_problem_new (shape, 1, error);
  g_autoptr (GramTrainer) trainer = NULL;
  g_autofree double *residuals = g_new (double, 64 * MAX (shape->n_sets, 1));
  Stepping stepping = { NULL, residuals, shape->n_sets, &bench->job };
  GramBenchResult *result;
  const GramTrainerPlan *plan;

  if (p == NULL
      || (trainer = gram_trainer_new (bench->device, &p->spec, &bench->job, error)) == NULL)
    return FALSE;
  stepping.trainer = trainer;
  result = result_new ("step", shape->n, shape->d, shape->m, p->spec.n_sets);
  plan = gram_trainer_get_plan (trainer);
  result->formulation = g_strdup (gram_formulation_to_string (plan->formulation));
  result->note = g_strdup (plan->why);
  result->limit = 5e-5; /* float32 after thousands of steps */
  if (!measure (bench, do_steps, &stepping, result, error))
    {
      gram_bench_result_free (result);
      return FALSE;
    }
  result->error = output_error (&p->spec, trainer, error);
  take (bench, result, plan->flops_per_step, 0, bench->roofline.sgemm);
  return TRUE;
}

/* ---------- analysis ------------------------------------------------------------------------- */

typedef struct
{
  Bench *bench;
  const GramSamples *samples;
  GramSystem *system;
  double *lambda, *V, *Y;
} Analysing;

static gboolean
do_kernel (gpointer data, gint64 count, GError **error)
{
  Analysing *a = data;

  for (gint64 i = 0; i < count; i++)
    {
      gram_system_free (a->system);
      a->system = gram_system_new (a->bench->device, a->samples, &a->bench->job, error);
      if (a->system == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
do_multiply (gpointer data, gint64 count, GError **error)
{
  Analysing *a = data;
  gint64 n = a->samples->n;

  for (gint64 i = 0; i < count; i++)
    if (!gram_system_multiply (a->system, 1, a->V, n, a->Y, n, &a->bench->job, error))
      return FALSE;
  return TRUE;
}

/* The wrapper factors once: a new system, timed apart, is needed each time. */
static gboolean
do_cholesky (gpointer data, gint64 count, GError **error)
{
  Analysing *a = data;

  for (gint64 i = 0; i < count; i++)
    if (!do_kernel (a, 1, error) || !gram_system_factor (a->system, &a->bench->job, error))
      return FALSE;
  return TRUE;
}

static gboolean
do_eigen (gpointer data, gint64 count, GError **error)
{
  Analysing *a = data;

  for (gint64 i = 0; i < count; i++)
    if (!gram_system_spectrum (a->system, a->lambda, &a->bench->job, error))
      return FALSE;
  return TRUE;
}

/* ‖H∞x − b‖/‖b‖ after a solve */
static double
solve_error (Analysing *a, GError **error)
{
  gint64 n = a->samples->n;
  double sum = 0, norm = 0;

  for (gint64 i = 0; i < n; i++)
    a->V[i] = i % 3 - 1.0;
  if (!gram_system_solve (a->system, 1, a->V, n, NULL, error)
      || !gram_system_multiply (a->system, 1, a->V, n, a->Y, n, NULL, error))
    return G_MAXDOUBLE;
  for (gint64 i = 0; i < n; i++)
    {
      double b = i % 3 - 1.0;

      sum += (a->Y[i] - b) * (a->Y[i] - b);
      norm += b * b;
    }
  return sqrt (sum / norm);
}

static double
trace_error (Analysing *a)
{
  gint64 n = a->samples->n;
  double sum = 0;

  for (gint64 i = 0; i < n; i++)
    sum += a->lambda[i];
  return fabs (sum / ((double) n / 2) - 1);
}

static gboolean
bench_analysis (Bench *bench, Analysing *a, GError **error)
{
  gint64 n = a->samples->n, d = a->samples->d;
  double N = (double) n, D = (double) d, peak = bench->roofline.dgemm, kernel;
  GramBenchResult *r = result_new ("kernel", n, d, 0, 0);

  if (!measure (bench, do_kernel, a, r, error))
    return FALSE;
  kernel = r->seconds;
  take (bench, r, N * N * D, 0, peak);
  for (gint64 i = 0; i < n; i++)
    a->V[i] = 1;
  r = result_new ("multiply", n, d, 0, 0);
  if (!measure (bench, do_multiply, a, r, error))
    return FALSE;
  take (bench, r, 2 * N * N, 4 * N * N, peak);
  r = result_new ("cholesky", n, d, 0, 0);
  if (!measure (bench, do_cholesky, a, r, error))
    return FALSE;
  r->seconds = MAX (r->seconds - kernel, 1e-9);
  r->error = solve_error (a, error);
  r->limit = 1e-9;
  take (bench, r, N * N * N / 3, 0, peak);
  r = result_new ("eigen", n, d, 0, 0);
  if (!measure (bench, do_eigen, a, r, error))
    return FALSE;
  r->error = trace_error (a);
  r->limit = 1e-11;
  take (bench, r, 4 * N * N * N, 0, peak);
  return TRUE;
}

static gboolean
bench_system (Bench *bench, gint64 n, GError **error)
{
  GramBenchShape shape = { n, 784, 1, 0, 1, 0.25, GRAM_FORMULATION_AUTO };
  g_autoptr (GramBenchProblem) p = gram_bench_problem_new (&shape, 1, error);
  g_autofree double *lambda = g_new (double, (gsize) n), *V = g_new (double, (gsize) n);
  g_autofree double *Y = g_new (double, (gsize) n);
  Analysing a = { bench, NULL, NULL, lambda, V, Y };
  gboolean done;

  if (p == NULL)
    return FALSE;
  a.samples = &p->spec.train;
  done = bench_analysis (bench, &a, error);
  gram_system_free (a.system);
  return done;
}

/* ---------- the suite ------------------------------------------------------------------------ */

/* Only the CPU is put beside what this machine's processor can do. */
static void
bench_limits (Bench *bench)
{
  GramBenchRoofline *limits = &bench->roofline;
  GramBenchResult *result;

  if (bench->options->skip_roofline || !gram_device_is_reference (bench->device))
    return;
  gram_bench_roofline (gram_device_get_info (bench->device)->cores, limits);
  result = result_new ("sgemm", 0, 0, 0, 0);
  result->seconds = 1e9 / limits->sgemm;
  take (bench, result, 1e9, 0, limits->sgemm);
  result = result_new ("dgemm", 0, 0, 0, 0);
  result->seconds = 1e9 / limits->dgemm;
  take (bench, result, 1e9, 0, limits->dgemm);
  result = result_new ("copy", 0, 0, 0, 0);
  result->seconds = 1e9 / limits->copy;
  take (bench, result, 0, 1e9, 0);
}

/**
 * gram_bench_run:
 * @options: (nullable): %NULL is the default table
 * @on_result: (nullable): called after each measurement, from the calling thread
 *
 * The machine should have nothing else to do.
 *
 * Returns: (transfer full) (element-type GramBenchResult): what was measured; with @error set,
 * until it was cancelled or failed
 */
GPtrArray *
gram_bench_run (GramDevice *device, const GramBenchOptions *options, GramBenchFunc on_result,
                gpointer data, GCancellable *cancellable, GError **error)
{
  static const GramBenchOptions defaults = { 0 };
  const GramBenchOptions *o = options != NULL ? options : &defaults;
  const GramBenchShape *shapes = o->steps != NULL ? o->steps : default_steps;
  const gint64 *systems = o->systems != NULL ? o->systems : default_systems;
  guint n_shapes = o->steps != NULL ? o->n_steps : G_N_ELEMENTS (default_steps);
  guint n_systems = o->systems != NULL ? o->n_systems : G_N_ELEMENTS (default_systems);
  Bench bench = { .device = device,
                  .options = o,
                  .repeats = o->repeats > 0 ? o->repeats : 5,
                  .aim = o->seconds > 0 ? o->seconds : 0.3,
                  .on_result = on_result,
                  .data = data,
                  .job = { .cancellable = cancellable } };
  gboolean done = TRUE;

  bench.results = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_bench_result_free);
  bench_limits (&bench);
  for (guint i = 0; done && !o->skip_steps && i < n_shapes; i++)
    done = bench_step (&bench, &shapes[i], error);
  for (guint i = 0; done && !o->skip_systems && i < n_systems; i++)
    done = bench_system (&bench, systems[i], error);
  return bench.results;
}
