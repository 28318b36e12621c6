/* gram-run.c: the recorded curves of a training run
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-run.h"

#include <math.h>
#include <string.h>

static GArray *
curve_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

#define N_CURVES 12

static void
all_curves (const GramRunSet *set, GArray *curves[N_CURVES])
{
  GArray *const all[N_CURVES] = {
    set->step,         set->residual,   set->observed_step, set->distance,
    set->distance_max, set->flipped,    set->test_l1,       set->test_error,
    set->test_ramp,    set->drift_gram, set->drift_z,       set->snapshot_step,
  };

  memcpy (curves, all, sizeof all);
}

static void
run_set_free (GramRunSet *set)
{
  GArray *curves[N_CURVES];

  all_curves (set, curves);
  for (guint i = 0; i < N_CURVES; i++)
    g_array_unref (curves[i]);
  g_ptr_array_unref (set->snapshot_u);
  gram_labels_unref (set->labels);
  g_free (set);
}

/**
 * gram_run_new:
 *
 * Returns: (transfer full): a run with no label set; free with gram_run_unref()
 */
GramRun *
gram_run_new (void)
{
  GramRun *run = g_new0 (GramRun, 1);

  run->references = 1;
  run->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) run_set_free);
  run->notices = g_ptr_array_new_with_free_func (g_free);
  run->seconds_per_step = NAN;
  return run;
}

GramRun *
gram_run_ref (GramRun *run)
{
  g_atomic_int_inc (&run->references);
  return run;
}

void
gram_run_unref (GramRun *run)
{
  if (run == NULL || !g_atomic_int_dec_and_test (&run->references))
    return;
  g_ptr_array_unref (run->sets);
  g_ptr_array_unref (run->notices);
  g_free (run->device);
  g_free (run);
}

/**
 * gram_run_add_set:
 * @labels: (transfer none): the labels of the new set
 *
 * Returns: (transfer none): the new, empty set
 */
GramRunSet *
gram_run_add_set (GramRun *run, GramLabels *labels)
{
  GramRunSet *set = g_new0 (GramRunSet, 1);

  set->labels = gram_labels_ref (labels);
  set->step = curve_new ();
  set->residual = curve_new ();
  set->observed_step = curve_new ();
  set->distance = curve_new ();
  set->distance_max = curve_new ();
  set->flipped = curve_new ();
  set->test_l1 = curve_new ();
  set->test_error = curve_new ();
  set->test_ramp = curve_new ();
  set->drift_gram = curve_new ();
  set->drift_z = curve_new ();
  set->snapshot_step = curve_new ();
  set->snapshot_u = g_ptr_array_new_with_free_func (g_free);
  set->train_error = NAN;
  g_ptr_array_add (run->sets, set);
  return set;
}

/**
 * gram_run_get_set:
 *
 * Returns: (transfer none) (nullable): label set number @set
 */
GramRunSet *
gram_run_get_set (const GramRun *run, guint set)
{
  return set < run->sets->len ? g_ptr_array_index (run->sets, set) : NULL;
}

/**
 * gram_run_set_empty:
 *
 * Forgets the curves, keeps the labels.
 */
void
gram_run_set_empty (GramRunSet *set)
{
  GArray *curves[N_CURVES];

  all_curves (set, curves);
  for (guint i = 0; i < N_CURVES; i++)
    g_array_set_size (curves[i], 0);
  g_ptr_array_set_size (set->snapshot_u, 0);
}

/**
 * gram_run_records:
 * @k: a step
 * @record_every: 0: automatic
 *
 * Which steps a run keeps. Automatic: every step up to 1,024, then every 3rd up to 3,072, every
 * 9th up to 9,216, … so that a curve of a billion steps still has fewer than 10,000 points, each a
 * residual as it was and no average. The stride is odd so that an oscillation of period two at
 * the edge of stability shows both its sides.
 *
 * Asked for every @record_every steps: that, up to 500,000 points; then half as many again for
 * each doubling of the length.
 */
gboolean
gram_run_records (gint64 k, gint64 record_every)
{
  gint64 stride = MAX (record_every, 1);

  if (record_every > 0)
    for (gint64 end = record_every * 500000; k > end && stride < G_MAXINT64 / 4; end *= 2)
      stride *= 2;
  else
    for (gint64 end = 1024; k > end && stride < G_MAXINT64 / 9; end *= 3)
      stride *= 3;
  return k % stride == 0;
}

/**
 * gram_run_observes:
 * @k: a step
 * @formulation: how the run steps
 *
 * Which steps are looked at more closely (distance, patterns, test images). That costs about as
 * much as a step, and as several of the formulation SAMPLES, whose steps are cheap: a few early
 * ones, every 40th (120th) up to 1,600, every 120th (360th) up to 4,800, and so on.
 */
gboolean
gram_run_observes (gint64 k, GramFormulation formulation)
{
  gint64 stride =
      formulation == GRAM_FORMULATION_SAMPLES || formulation == GRAM_FORMULATION_LAZY ? 120 : 40;

  if (k < 40)
    return k <= 2 || k == 5 || k == 10 || k == 20;
  for (gint64 end = 1600; k > end && stride < G_MAXINT64 / 9; end *= 3)
    stride *= 3;
  return k == 40 || k % stride == 0;
}

static double
last_value (const GArray *curve)
{
  return g_array_index (curve, double, curve->len - 1);
}

/**
 * gram_run_set_drop_provisional:
 *
 * The last point of a run that was paused between two recorded steps is provisional: it goes
 * when the curve goes on, so that a run's curve does not depend on where it was paused.
 */
void
gram_run_set_drop_provisional (GramRunSet *set, gint64 record_every, GramFormulation formulation,
                               gboolean residuals, gboolean observations)
{
  GArray *const observed[] = { set->observed_step, set->distance,   set->distance_max,
                               set->flipped,       set->test_l1,    set->test_error,
                               set->test_ramp,     set->drift_gram, set->drift_z };

  if (residuals && set->step->len > 0
      && !gram_run_records ((gint64) last_value (set->step), record_every))
    {
      g_array_set_size (set->step, set->step->len - 1);
      g_array_set_size (set->residual, set->residual->len - 1);
    }
  if (observations && set->observed_step->len > 0
      && !gram_run_observes ((gint64) last_value (set->observed_step), formulation))
    for (guint i = 0; i < G_N_ELEMENTS (observed); i++)
      g_array_set_size (observed[i], observed[i]->len - 1);
}

static void
merge_set (GramRunSet *set, const GramRunSet *news, const GramRun *run)
{
  GArray *to[N_CURVES], *from[N_CURVES];

  gram_run_set_drop_provisional (set, run->record_every, run->plan.formulation, news->step->len > 0,
                                 news->observed_step->len > 0);
  all_curves (set, to);
  all_curves (news, from);
  for (guint i = 0; i < N_CURVES; i++)
    if (from[i]->len > 0)
      g_array_append_vals (to[i], from[i]->data, from[i]->len);
  for (guint i = 0; i < news->snapshot_u->len; i++)
    g_ptr_array_add (set->snapshot_u, g_memdup2 (g_ptr_array_index (news->snapshot_u, i),
                                                 (gsize) run->n * sizeof (float)));
  if (!isnan (news->train_error))
    set->train_error = news->train_error;
}

/**
 * gram_run_merge:
 * @news: a run of the same label sets that holds only what was recorded since
 *
 * Appends @news to @run: this is how curves travel from the engine to those who draw them.
 */
void
gram_run_merge (GramRun *run, const GramRun *news)
{
  if (run->sets->len == 0)
    for (guint i = 0; i < news->sets->len; i++)
      gram_run_add_set (run, gram_run_get_set (news, i)->labels);
  g_return_if_fail (run->sets->len == news->sets->len);

  run->n = news->n;
  run->n_test = news->n_test;
  run->d = news->d;
  run->m = news->m;
  run->eta = news->eta;
  run->kappa = news->kappa;
  run->init = news->init;
  run->seed = news->seed;
  run->plan = news->plan;
  run->precision = news->precision;
  run->record_every = news->record_every;
  run->stable_eta = news->stable_eta;
  run->steps = news->steps;
  run->lazy_steps = news->lazy_steps;
  run->stopped = news->stopped;
  if (!isnan (news->seconds_per_step))
    run->seconds_per_step = news->seconds_per_step;
  if (g_strcmp0 (run->device, news->device) != 0)
    {
      g_free (run->device);
      run->device = g_strdup (news->device);
    }
  for (guint i = 0; i < run->sets->len; i++)
    merge_set (gram_run_get_set (run, i), gram_run_get_set (news, i), run);
  for (guint i = 0; i < news->notices->len; i++)
    g_ptr_array_add (run->notices, g_strdup (g_ptr_array_index (news->notices, i)));
}

/**
 * gram_run_last_residual:
 *
 * Returns: ‖y − u(k)‖ at the last recorded step, NAN before the first
 */
double
gram_run_last_residual (const GramRun *run, guint set)
{
  const GArray *residual = gram_run_get_set (run, set)->residual;

  return residual->len > 0 ? g_array_index (residual, double, residual->len - 1) : NAN;
}

const char *
gram_stopped_to_string (GramStopped stopped)
{
  static const char *const names[] = { "running",  "steps",     "target",
                                       "diverged", "cancelled", "failed" };

  return names[stopped];
}
