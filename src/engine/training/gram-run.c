/* gram-run.c: the recorded curves of a training run
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-run.h"

#include <math.h>

static void
run_set_free (GramRunSet *set)
{
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    g_array_unref (set->curve[q]);
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
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    set->curve[q] = g_array_new (FALSE, FALSE, sizeof (double));
  set->snapshot_u = g_ptr_array_new_with_free_func (g_atomic_rc_box_release);
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
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    g_array_set_size (set->curve[q], 0);
  g_ptr_array_set_size (set->snapshot_u, 0);
}

/**
 * gram_run_records:
 * @k: a step, at most GRAM_STEP_MAX
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
    for (gint64 end = record_every * 500000; k > end; end *= 2)
      stride *= 2;
  else
    for (gint64 end = 1024; k > end; end *= 3)
      stride *= 3;
  return k % stride == 0;
}

/**
 * gram_run_looks_at_kernel:
 * @kernel_every: 0: never
 *
 * Returns: whether H(k) is made and looked at; the residual of such a step is kept, too
 */
gboolean
gram_run_looks_at_kernel (gint64 k, gint64 kernel_every)
{
  return kernel_every > 0 && k % kernel_every == 0;
}

/**
 * gram_run_observes:
 * @k: a step
 * @formulation: how the run steps
 *
 * Which steps are looked at more closely (distance, patterns, test images). That costs about as
 * much as a step, and as several of the formulation SAMPLES, whose steps are cheap: at first all,
 * then four an octave, so that curves are smooth on a logarithmic axis, and from where these are
 * further apart every 40th (120th) up to 1,600, every 120th (360th) up to 4,800, and so on.
 */
gboolean
gram_run_observes (gint64 k, GramFormulation formulation)
{
  gint64 stride =
      formulation == GRAM_FORMULATION_SAMPLES || formulation == GRAM_FORMULATION_LAZY ? 120 : 40;

  if (k < 4 * stride && k % (gint64) pow (2, MAX (0, ilogb ((double) MAX (k, 1)) - 2)) == 0)
    return TRUE;
  for (gint64 end = 1600; k > end; end *= 3)
    stride *= 3;
  return k % stride == 0;
}

/**
 * gram_run_set_append:
 * @steps: a curve of steps
 * @values: (array length=GRAM_N_QUANTITIES): of which those of @steps get a point each
 */
void
gram_run_set_append (GramRunSet *set, GramQuantity steps, const double *values)
{
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    if (gram_quantity_get_info (q)->steps == steps)
      g_array_append_val (set->curve[q], values[q]);
}

/**
 * gram_run_set_last:
 *
 * Returns: the last value of a curve, NAN before the first
 */
double
gram_run_set_last (const GramRunSet *set, GramQuantity quantity)
{
  const GArray *curve = set->curve[quantity];

  return curve->len > 0 ? g_array_index (curve, double, curve->len - 1) : NAN;
}

/**
 * gram_run_snapshot_new:
 * @u: (n): u(k)
 *
 * Returns: (transfer full): its numbers in single precision, for a set's snapshots; of
 *   g_atomic_rc_box_alloc()
 */
float *
gram_run_snapshot_new (gint64 n, const double *u)
{
  float *snapshot = g_atomic_rc_box_alloc ((gsize) n * sizeof (float));

  for (gint64 i = 0; i < n; i++)
    snapshot[i] = (float) u[i];
  return snapshot;
}

/**
 * gram_run_drop_provisional:
 * @steps: a curve of steps
 *
 * The last point of a run that was paused between two recorded steps is provisional: it goes
 * when the curve goes on, so that a run's curve does not depend on where it was paused.
 */
void
gram_run_drop_provisional (GramRun *run, guint set, GramQuantity steps)
{
  GramRunSet *from = gram_run_get_set (run, set);
  double last = gram_run_set_last (from, steps);

  if (isnan (last)
      || (steps == GRAM_QUANTITY_STEP
              ? gram_run_records ((gint64) last, run->record_every)
                    || gram_run_looks_at_kernel ((gint64) last, run->kernel_every)
              : gram_run_observes ((gint64) last, run->plan.formulation)))
    return;
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    if (gram_quantity_get_info (q)->steps == steps)
      g_array_set_size (from->curve[q], from->curve[q]->len - 1);
}

static void
merge_set (GramRun *run, guint index, const GramRunSet *fresh)
{
  static const GramQuantity steps[] = { GRAM_QUANTITY_STEP, GRAM_QUANTITY_OBSERVED_STEP };
  GramRunSet *set = gram_run_get_set (run, index);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (fresh->curve[steps[i]]->len > 0)
      gram_run_drop_provisional (run, index, steps[i]);
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    if (fresh->curve[q]->len > 0)
      g_array_append_vals (set->curve[q], fresh->curve[q]->data, fresh->curve[q]->len);
  for (guint i = 0; i < fresh->snapshot_u->len; i++)
    g_ptr_array_add (set->snapshot_u,
                     g_atomic_rc_box_acquire (g_ptr_array_index (fresh->snapshot_u, i)));
  if (!isnan (fresh->train_error))
    set->train_error = fresh->train_error;
}

/**
 * gram_run_merge:
 * @fresh: a run of the same label sets that holds only what was recorded since
 *
 * Appends @fresh to @run: this is how curves travel from the training thread to those who draw
 * them.
 */
void
gram_run_merge (GramRun *run, const GramRun *fresh)
{
  if (run->sets->len == 0)
    for (guint i = 0; i < fresh->sets->len; i++)
      gram_run_add_set (run, gram_run_get_set (fresh, i)->labels);
  g_return_if_fail (run->sets->len == fresh->sets->len);

  run->n = fresh->n;
  run->n_test = fresh->n_test;
  run->d = fresh->d;
  run->m = fresh->m;
  run->eta = fresh->eta;
  run->kappa = fresh->kappa;
  run->init = fresh->init;
  run->seed = fresh->seed;
  run->plan = fresh->plan;
  run->precision = fresh->precision;
  run->record_every = fresh->record_every;
  run->kernel_every = fresh->kernel_every;
  run->stable_eta = fresh->stable_eta;
  run->steps = fresh->steps;
  run->lazy_steps = fresh->lazy_steps;
  run->stopped = fresh->stopped;
  if (!isnan (fresh->seconds_per_step))
    run->seconds_per_step = fresh->seconds_per_step;
  if (g_strcmp0 (run->device, fresh->device) != 0)
    {
      g_free (run->device);
      run->device = g_strdup (fresh->device);
    }
  for (guint i = 0; i < run->sets->len; i++)
    merge_set (run, i, gram_run_get_set (fresh, i));
  for (guint i = 0; i < fresh->notices->len; i++)
    g_ptr_array_add (run->notices, g_strdup (g_ptr_array_index (fresh->notices, i)));
}

const char *
gram_stopped_to_string (GramStopped stopped)
{
  static const char *const names[] = { "running",   "steps",  "target", "diverged",
                                       "cancelled", "failed", "lost" };

  return names[stopped];
}

/* Whether @text is the name of one; @stopped is left alone otherwise. */
gboolean
gram_stopped_from_string (const char *text, GramStopped *stopped)
{
  for (GramStopped i = GRAM_STOPPED_NOT; i <= GRAM_STOPPED_LOST; i++)
    if (g_str_equal (gram_stopped_to_string (i), text))
      {
        *stopped = i;
        return TRUE;
      }
  return FALSE;
}
