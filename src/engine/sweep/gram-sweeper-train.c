/* gram-sweeper-train.c: the nets of a sweep or a study
 *
 * SPDX-License-Identifier: MIT
 *
 * Several label sets of one point and seed are trained side by side by one trainer. A group ends
 * with its slowest cell; each cell's figures are taken at the step at which it was done itself.
 */
#include "gram-sweeper-private.h"

#include "gram-sweep-file.h"

/* steps; no cell overshoots by more, and where it stops does not depend on the machine's speed */
#define LOOK_EVERY 40

void
gram_sweeper_end_group (GramSweeper *sweeper)
{
  g_clear_pointer (&sweeper->training, gram_training_free);
  g_clear_pointer (&sweeper->run, gram_run_unref);
  g_array_set_size (sweeper->members, 0);
}

static gboolean
is_left (GramSweeper *sweeper, const GramSweepCell *cell)
{
  return !cell->done && gram_sweeper_point (sweeper, cell->point)->refused == NULL;
}

/* The next cells that are not done, of one point and seed, as many as fit in half of the memory. */
static void
choose_group (GramSweeper *sweeper, const GramSettings *settings)
{
  guint most = GRAM_SWEEP_GROUP;
  guint64 available = gram_device_get_info (sweeper->device)->memory_free;
  GramTrainerPlan plan;

  while (
      most > 1 && available > 0
      && gram_training_plan (sweeper->device, sweeper->problem, most, settings, &plan, NULL, NULL)
      && plan.bytes > available / 2)
    most /= 2;
  for (guint i = 0; i < sweeper->table->cells->len && sweeper->members->len < most; i++)
    {
      const GramSweepCell *cell = gram_sweeper_cell (sweeper, i);

      if (!is_left (sweeper, cell))
        continue;
      if (sweeper->members->len > 0
          && (cell->seed != gram_sweeper_member (sweeper, 0)->seed
              || cell->point != gram_sweeper_member (sweeper, 0)->point))
        break;
      g_array_append_val (sweeper->members, i);
    }
}

static GramLabels *
labels_of (GramSweeper *sweeper, const GramSweepCell *cell, GError **error)
{
  const GramLabelAnalysis *set = gram_analysis_find_labels (sweeper->analysis, &cell->labels);

  if (set != NULL && set->labels != NULL)
    return gram_labels_ref (set->labels);
  return gram_labels_new (sweeper->problem, &cell->labels, sweeper->settings->problem.seed, error);
}

/* Of the group that was kept, or of the next cell that is not done. */
static guint
next_point (GramSweeper *sweeper)
{
  guint first = 0;

  if (sweeper->members->len > 0)
    return gram_sweeper_member (sweeper, 0)->point;
  while (!is_left (sweeper, gram_sweeper_cell (sweeper, first)))
    first++;
  return gram_sweeper_cell (sweeper, first)->point;
}

static gboolean
begin_group (GramSweeper *sweeper, GError **error)
{
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);
  g_autoptr (GramSettings) settings = NULL;
  guint point = next_point (sweeper);

  if (!gram_sweeper_analyse (sweeper, point, error))
    return FALSE;
  settings = gram_settings_copy (gram_sweeper_point (sweeper, point)->settings);
  if (sweeper->members->len == 0)
    choose_group (sweeper, settings);
  for (guint i = 0; i < sweeper->members->len; i++)
    {
      GramLabels *labels = labels_of (sweeper, gram_sweeper_member (sweeper, i), error);

      if (labels == NULL)
        return FALSE;
      g_ptr_array_add (sets, labels);
    }
  settings->problem.seed = gram_sweeper_member (sweeper, 0)->seed;
  sweeper->run = gram_run_new ();
  sweeper->training = gram_training_new (sweeper->device, sweeper->problem, sets, settings,
                                         &(GramJob){ .cancellable = sweeper->cancellable }, error);
  if (sweeper->training == NULL)
    return FALSE;
  gram_training_set_only_residuals (sweeper->training);
  sweeper->due = gram_checkpoint_due (g_get_monotonic_time ());
  return gram_sweeper_restore (sweeper, error);
}

static gboolean
finish_cell (GramSweeper *sweeper, guint member, GramStopped stopped, GError **error)
{
  GramSweepCell *cell = gram_sweeper_member (sweeper, member);
  const GramRunSet *set = gram_run_get_set (sweeper->run, member);

  cell->test_l1 = gram_run_set_last (set, GRAM_QUANTITY_TEST_L1);
  cell->test_ramp = gram_run_set_last (set, GRAM_QUANTITY_TEST_RAMP);
  cell->test_error = gram_run_set_last (set, GRAM_QUANTITY_TEST_ERROR);
  cell->train_error = set->train_error;
  cell->residual = gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL);
  cell->steps = (gint64) gram_run_set_last (set, GRAM_QUANTITY_STEP);
  cell->stopped = stopped;
  if (sweeper->table->variations != NULL && stopped != GRAM_STOPPED_DIVERGED
      && !gram_sweeper_compare (sweeper, cell, member, error))
    return FALSE;
  cell->done = TRUE;
  sweeper->table->done++;
  return TRUE;
}

/* Whether label set @member of the group is done by now, and why. */
static gboolean
is_finished (GramSweeper *sweeper, guint member, GramStopped *why)
{
  const GramRunSet *set = gram_run_get_set (sweeper->run, member);
  GramStopped group = gram_training_get_stopped (sweeper->training);

  if (group == GRAM_STOPPED_DIVERGED || group == GRAM_STOPPED_STEPS)
    *why = group;
  else if (gram_sweep_is_reached (set, sweeper->spec->until_residual)
           || (sweeper->table->variations == NULL && gram_sweep_stalled (set)))
    *why = GRAM_STOPPED_TARGET;
  else
    return FALSE;
  return TRUE;
}

/* Cells that are done get their figures. Returns whether any cell of the group is left. */
static gboolean
look_at_group (GramSweeper *sweeper, gboolean *changed, GError **error)
{
  GramStopped why[GRAM_SWEEP_GROUP] = { 0 };
  gboolean finished = FALSE, left = FALSE;

  gram_training_drain (sweeper->training, sweeper->run);
  for (guint i = 0; i < sweeper->members->len; i++)
    if (!gram_sweeper_member (sweeper, i)->done)
      finished |= is_finished (sweeper, i, &why[i]);
  if (finished)
    {
      gint64 step = gram_training_get_step (sweeper->training);

      if (!gram_training_settle (sweeper->training, error))
        return FALSE;
      gram_training_drain (sweeper->training, sweeper->run);
      if (gram_training_get_step (sweeper->training) < step)
        return TRUE; /* a card that failed: the last steps are due once more */
      for (guint i = 0; i < sweeper->members->len; i++)
        if (why[i] != GRAM_STOPPED_NOT && !finish_cell (sweeper, i, why[i], error))
          return FALSE;
      *changed = TRUE;
      if (sweeper->spec->csv != NULL
          && !gram_sweep_file_write (sweeper->spec->csv, sweeper->identity, sweeper->table,
                                     sweeper->others, error))
        return FALSE;
    }
  for (guint i = 0; i < sweeper->members->len; i++)
    left |= !gram_sweeper_member (sweeper, i)->done;
  return left;
}

/* Trains the group at work for a while, at most until it is to be looked at. */
static gboolean
advance (GramSweeper *sweeper, double max_seconds, GError **error)
{
  gint64 from = gram_training_get_step (sweeper->training), begin = g_get_monotonic_time (), made;

  if (!gram_training_advance (sweeper->training, LOOK_EVERY - from % LOOK_EVERY, max_seconds,
                              sweeper->cancellable, error))
    return FALSE;
  made = MAX (0, gram_training_get_step (sweeper->training) - from);
  sweeper->steps += made;
  sweeper->work +=
      (double) made * sweeper->members->len
      * (double) gram_sweeper_point (sweeper, gram_sweeper_member (sweeper, 0)->point)->m;
  sweeper->seconds += (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  return TRUE;
}

gboolean
gram_sweeper_train (GramSweeper *sweeper, double max_seconds, gboolean *changed, GError **error)
{
  GError *failure = NULL;

  if (sweeper->training == NULL)
    return begin_group (sweeper, error);
  for (gint64 begin = g_get_monotonic_time ();
       (double) (g_get_monotonic_time () - begin) < max_seconds * G_USEC_PER_SEC
       && !g_cancellable_is_cancelled (sweeper->cancellable);)
    {
      if (!advance (sweeper, max_seconds, error))
        return FALSE;
      gram_sweeper_keep (sweeper, FALSE);
      if (gram_training_get_step (sweeper->training) % LOOK_EVERY != 0
          && gram_training_get_stopped (sweeper->training) == GRAM_STOPPED_NOT)
        continue;
      if (!look_at_group (sweeper, changed, &failure))
        {
          gram_sweeper_end_group (sweeper);
          if (failure == NULL)
            {
              gram_sweeper_forget (sweeper);
              break;
            }
          g_propagate_error (error, failure);
          return FALSE;
        }
    }
  return TRUE;
}
