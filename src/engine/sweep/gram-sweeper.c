/* gram-sweeper.c: a sweep at work
 *
 * SPDX-License-Identifier: MIT
 *
 * First the measure of every cell, from one factorisation of H∞; then the nets, several fractions
 * of one seed side by side as label sets of one trainer. A group ends with its slowest cell; each
 * cell's figures are taken at the step at which it was done itself.
 */
#include "gram-sweeper.h"

#include <math.h>

#include "gram-analyser.h"
#include "gram-error.h"
#include "gram-noise.h"
#include "gram-sweep-file.h"
#include "gram-training.h"

#define MOST_STEPS 20000
#define UNTIL_RESIDUAL 0.01
#define MOST_IN_GROUP 6

struct _GramSweeper
{
  GramDevice *device;
  GramProblem *problem;
  GramSettings *settings; /* a cell's: limits are the sweep's */
  GramSweepSpec *spec;
  GCancellable *cancellable;
  char *identity;
  GArray *cells; /* of GramSweepCell */
  GString *others;
  gboolean measured;
  GError *error;
  gint64 started; /* monotonic µs when the first net began */
  guint found;    /* cells that were done before */

  /* the group at work */
  GramTraining *training;
  GramRun *run;
  GArray *members; /* of guint: cells, by label set */
};

static GArray *
make_cells (const GramSettings *settings, const GramSweepSpec *spec)
{
  GArray *cells = g_array_new (FALSE, TRUE, sizeof (GramSweepCell));

  for (guint s = 0; s < spec->n_seeds; s++)
    for (guint i = 0; i < spec->fractions->len; i++)
      {
        GramSweepCell cell = {
          .fraction = g_array_index (spec->fractions, double, i),
          .seed = settings->problem.seed + s,
        };

        cell.complexity = cell.expected_complexity = cell.residual = NAN;
        cell.test_l1 = cell.test_ramp = cell.test_error = cell.train_error = NAN;
        g_array_append_val (cells, cell);
      }
  return cells;
}

static guint
count_done (const GArray *cells)
{
  guint done = 0;

  for (guint i = 0; i < cells->len; i++)
    done += g_array_index (cells, GramSweepCell, i).done ? 1 : 0;
  return done;
}

/**
 * gram_sweeper_new:
 * @settings: data, network and seed are used
 * @spec: fractions, seeds, limits and the file of finished cells
 * @cancellable: (nullable): ends gram_sweeper_work() soon
 *
 * Returns: (transfer full) (nullable): free with gram_sweeper_free(). %NULL when the spec is empty
 *   or the file cannot be gone on with
 */
GramSweeper *
gram_sweeper_new (GramDevice *device, GramProblem *problem, const GramSettings *settings,
                  const GramSweepSpec *spec, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramSweeper) sweeper = g_new0 (GramSweeper, 1);

  sweeper->device = gram_device_ref (device);
  sweeper->problem = gram_problem_ref (problem);
  sweeper->settings = gram_settings_copy (settings);
  sweeper->spec = gram_sweep_spec_copy (spec);
  sweeper->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  sweeper->others = g_string_new (NULL);
  sweeper->members = g_array_new (FALSE, FALSE, sizeof (guint));
  sweeper->cells = make_cells (settings, spec);
  if (sweeper->cells->len == 0)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                           "a sweep needs at least one fraction and one seed");
      return NULL;
    }
  if (spec->max_steps <= 0)
    sweeper->spec->max_steps = MOST_STEPS;
  if (!(spec->until_residual > 0))
    sweeper->spec->until_residual = UNTIL_RESIDUAL;
  /* A cell that is done stops counting, but its net goes on with the group: the training itself
   * has no target. */
  sweeper->settings->max_steps = sweeper->spec->max_steps;
  sweeper->settings->until_residual = 0;
  sweeper->settings->record_every = 0;
  sweeper->settings->drift = FALSE;
  sweeper->identity = gram_sweep_file_identity (settings, problem, sweeper->spec,
                                                gram_training_width (device, settings));
  if (spec->csv != NULL
      && !gram_sweep_file_read (spec->csv, sweeper->identity, sweeper->cells, sweeper->others,
                                error))
    return NULL;
  sweeper->found = count_done (sweeper->cells);
  return g_steal_pointer (&sweeper);
}

/* The cell that label set @member of the group at work is of. */
static GramSweepCell *
member_cell (GramSweeper *sweeper, guint member)
{
  return &g_array_index (sweeper->cells, GramSweepCell,
                         g_array_index (sweeper->members, guint, member));
}

static void
end_group (GramSweeper *sweeper)
{
  g_clear_pointer (&sweeper->training, gram_training_free);
  g_clear_pointer (&sweeper->run, gram_run_unref);
  g_array_set_size (sweeper->members, 0);
}

void
gram_sweeper_free (GramSweeper *sweeper)
{
  if (sweeper == NULL)
    return;
  end_group (sweeper);
  g_array_unref (sweeper->members);
  g_clear_pointer (&sweeper->cells, g_array_unref);
  g_string_free (sweeper->others, TRUE);
  g_free (sweeper->identity);
  g_clear_error (&sweeper->error);
  g_clear_object (&sweeper->cancellable);
  gram_sweep_spec_free (sweeper->spec);
  gram_settings_free (sweeper->settings);
  gram_problem_unref (sweeper->problem);
  gram_device_unref (sweeper->device);
  g_free (sweeper);
}

/* ---------- the measure ----------------------------------------------------------------------- */

/* The draw tells seeds apart, so that one analysis serves all cells. */
static GramLabelsSpec
labels_of_cell (const GramSweeper *sweeper, const GramSweepCell *cell)
{
  return (GramLabelsSpec){ .kind = GRAM_LABELS_MIXED,
                           .rho = cell->fraction,
                           .draw = (guint32) (cell->seed - sweeper->settings->problem.seed) };
}

typedef struct
{
  GCancellable *enough;
  GramAnalysis *analysis;
} Measure;

/* tr H∞⁻¹ is the last that the sweep needs; what would follow is not computed. */
static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  Measure *measure = data;

  g_clear_pointer (&measure->analysis, gram_analysis_unref);
  measure->analysis = gram_analysis_ref (snapshot);
  if (snapshot->stage >= GRAM_STAGE_CHOLESKY && isfinite (snapshot->trace_inverse)
      && snapshot->n_fractions > 0)
    g_cancellable_cancel (measure->enough);
}

static void
on_cancelled (GCancellable *cancellable, gpointer enough)
{
  g_cancellable_cancel (enough);
}

static void
take_measures (GramSweeper *sweeper, const GramAnalysis *analysis)
{
  gint64 n = analysis->n;

  for (guint i = 0; i < sweeper->cells->len; i++)
    {
      GramSweepCell *cell = &g_array_index (sweeper->cells, GramSweepCell, i);
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      double form =
          gram_noise_expected_form_exact (analysis->quadratic_form_true, analysis->trace_inverse, n,
                                          (gint64) llround (cell->fraction * (double) n));

      cell->complexity = set->complexity;
      cell->expected_complexity = sqrt (2 * form / (double) n);
    }
}

static gboolean
measure_cells (GramSweeper *sweeper, GError **error)
{
  g_autoptr (GramAnalyser) analyser =
      gram_analyser_new (sweeper->device, sweeper->problem, sweeper->settings->problem.seed);
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (GramLabelsSpec));
  g_autoptr (GCancellable) enough = g_cancellable_new ();
  g_autoptr (GError) failure = NULL;
  Measure measure = { enough, NULL };
  gulong handler = 0;
  gboolean good;

  for (guint i = 0; i < sweeper->cells->len; i++)
    {
      GramLabelsSpec spec =
          labels_of_cell (sweeper, &g_array_index (sweeper->cells, GramSweepCell, i));

      g_array_append_val (labels, spec);
    }
  if (sweeper->cancellable != NULL)
    handler = g_cancellable_connect (sweeper->cancellable, G_CALLBACK (on_cancelled), enough, NULL);
  good = gram_analyser_run (analyser, labels, FALSE, on_stage, NULL, &measure, enough, &failure);
  if (handler != 0)
    g_cancellable_disconnect (sweeper->cancellable, handler);
  if (!g_cancellable_set_error_if_cancelled (sweeper->cancellable, error))
    {
      good |= g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      if (good && measure.analysis != NULL)
        take_measures (sweeper, measure.analysis);
      else
        g_propagate_error (error, g_steal_pointer (&failure));
    }
  else
    good = FALSE;
  gram_analysis_unref (measure.analysis);
  sweeper->measured = good;
  return good;
}

/* ---------- the nets -------------------------------------------------------------------------- */

/* The next cells that are not done, of one seed, as many as fit in half of the memory. */
static void
choose_group (GramSweeper *sweeper)
{
  guint most = MOST_IN_GROUP;
  guint64 available = gram_device_get_info (sweeper->device)->memory_free;
  GramTrainerPlan plan;

  while (most > 1 && available > 0
         && gram_training_plan (sweeper->device, sweeper->problem, most, sweeper->settings, &plan,
                                NULL)
         && plan.bytes > available / 2)
    most /= 2;
  for (guint i = 0; i < sweeper->cells->len && sweeper->members->len < most; i++)
    {
      const GramSweepCell *cell = &g_array_index (sweeper->cells, GramSweepCell, i);

      if (cell->done)
        continue;
      if (sweeper->members->len > 0 && cell->seed != member_cell (sweeper, 0)->seed)
        break;
      g_array_append_val (sweeper->members, i);
    }
}

static gboolean
begin_group (GramSweeper *sweeper, GError **error)
{
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);
  g_autoptr (GramSettings) settings = gram_settings_copy (sweeper->settings);

  choose_group (sweeper);
  for (guint i = 0; i < sweeper->members->len; i++)
    {
      const GramSweepCell *cell = member_cell (sweeper, i);
      GramLabelsSpec spec = labels_of_cell (sweeper, cell);
      GramLabels *labels =
          gram_labels_new (sweeper->problem, &spec, sweeper->settings->problem.seed, error);

      if (labels == NULL)
        return FALSE;
      g_ptr_array_add (sets, labels);
      settings->problem.seed = cell->seed;
    }
  sweeper->run = gram_run_new ();
  sweeper->training = gram_training_new (sweeper->device, sweeper->problem, sets, settings,
                                         sweeper->cancellable, error);
  if (sweeper->training != NULL)
    gram_training_set_snapshots (sweeper->training, FALSE);
  return sweeper->training != NULL;
}

static void
finish_cell (GramSweeper *sweeper, guint member, GramStopped stopped)
{
  GramSweepCell *cell = member_cell (sweeper, member);
  const GramRunSet *set = gram_run_get_set (sweeper->run, member);

  cell->test_l1 = gram_run_set_last (set, GRAM_QUANTITY_TEST_L1);
  cell->test_ramp = gram_run_set_last (set, GRAM_QUANTITY_TEST_RAMP);
  cell->test_error = gram_run_set_last (set, GRAM_QUANTITY_TEST_ERROR);
  cell->train_error = set->train_error;
  cell->residual = gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL);
  cell->steps = (gint64) gram_run_set_last (set, GRAM_QUANTITY_STEP);
  cell->stopped = stopped;
  cell->done = TRUE;
}

/* Whether label set @member of the group is done by now, and why. */
static gboolean
is_finished (GramSweeper *sweeper, guint member, GramStopped *why)
{
  const GramRunSet *set = gram_run_get_set (sweeper->run, member);
  GramStopped group = gram_training_get_stopped (sweeper->training);
  double norm = 0;

  for (gint64 i = 0; i < set->labels->n; i++)
    norm += set->labels->y[i] * set->labels->y[i];
  if (group == GRAM_STOPPED_DIVERGED || group == GRAM_STOPPED_STEPS)
    *why = group;
  else if (gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL)
               <= sweeper->spec->until_residual * sqrt (norm)
           || gram_sweep_stalled (set))
    *why = GRAM_STOPPED_TARGET;
  else
    return FALSE;
  return TRUE;
}

/* Cells that are done get their figures. Returns whether any cell of the group is left. */
static gboolean
look_at_group (GramSweeper *sweeper, gboolean *changed, GError **error)
{
  GramStopped why[MOST_IN_GROUP] = { 0 };
  gboolean finished = FALSE, left = FALSE;

  gram_training_drain (sweeper->training, sweeper->run);
  for (guint i = 0; i < sweeper->members->len; i++)
    if (!member_cell (sweeper, i)->done)
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
        if (why[i] != GRAM_STOPPED_NOT)
          finish_cell (sweeper, i, why[i]);
      *changed = TRUE;
      if (sweeper->spec->csv != NULL
          && !gram_sweep_file_write (sweeper->spec->csv, sweeper->identity, sweeper->cells,
                                     sweeper->others, error))
        return FALSE;
    }
  for (guint i = 0; i < sweeper->members->len; i++)
    left |= !member_cell (sweeper, i)->done;
  return left;
}

static gboolean
train (GramSweeper *sweeper, double max_seconds, gboolean *changed, GError **error)
{
  GError *failure = NULL;

  if (sweeper->training == NULL)
    {
      if (sweeper->started == 0)
        sweeper->started = g_get_monotonic_time ();
      return begin_group (sweeper, error);
    }
  /* Looked at every 40 steps, so that no cell overshoots by more than that and where it stops
   * does not depend on the speed of the machine. */
  for (gint64 begin = g_get_monotonic_time ();
       (double) (g_get_monotonic_time () - begin) < max_seconds * G_USEC_PER_SEC
       && !g_cancellable_is_cancelled (sweeper->cancellable);)
    {
      gint64 to_look = 40 - gram_training_get_step (sweeper->training) % 40;

      if (!gram_training_advance (sweeper->training, to_look, max_seconds, sweeper->cancellable,
                                  error))
        return FALSE;
      if (gram_training_get_step (sweeper->training) % 40 != 0
          && gram_training_get_stopped (sweeper->training) == GRAM_STOPPED_NOT)
        continue;
      if (!look_at_group (sweeper, changed, &failure))
        {
          end_group (sweeper);
          if (failure == NULL)
            break;
          g_propagate_error (error, failure);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * gram_sweeper_work:
 * @max_seconds: about how long
 * @changed: (out) (optional): set to %TRUE when the table has changed
 *
 * Returns: %FALSE when all is done, cancelled or failed: see the table's error
 */
gboolean
gram_sweeper_work (GramSweeper *sweeper, double max_seconds, gboolean *changed)
{
  gboolean ignored, more;

  changed = changed != NULL ? changed : &ignored;
  if (sweeper->error != NULL || count_done (sweeper->cells) == sweeper->cells->len)
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (sweeper->cancellable, &sweeper->error))
    return FALSE;
  if (!sweeper->measured)
    {
      *changed = TRUE;
      more = measure_cells (sweeper, &sweeper->error);
    }
  else
    more = train (sweeper, max_seconds, changed, &sweeper->error);
  return more && count_done (sweeper->cells) < sweeper->cells->len;
}

/**
 * gram_sweeper_get_table:
 *
 * Returns: (transfer full): how things stand
 */
GramSweepTable *
gram_sweeper_get_table (GramSweeper *sweeper)
{
  GramSweepTable *table = g_new0 (GramSweepTable, 1);
  guint total = sweeper->cells->len, fresh;

  table->references = 1;
  table->cells = g_array_copy (sweeper->cells);
  table->done = count_done (sweeper->cells);
  table->running = sweeper->error == NULL && table->done < total;
  table->fraction_done = (double) table->done / total;
  table->seconds_left = NAN;
  fresh = table->done - sweeper->found;
  if (fresh > 0)
    table->seconds_left = (double) (g_get_monotonic_time () - sweeper->started) / G_USEC_PER_SEC
                          / fresh * (total - table->done);
  if (sweeper->error != NULL)
    table->error = g_error_copy (sweeper->error);
  return table;
}
