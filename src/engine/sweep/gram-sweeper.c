/* gram-sweeper.c: a sweep or a study at work
 *
 * SPDX-License-Identifier: MIT
 *
 * First what theory says of every cell, then the nets.
 */
#include "gram-sweeper-private.h"

#include <math.h>

#include "gram-error.h"
#include "gram-sweep-file.h"

#define MOST_CELLS 100000

static guint64
seed_of (const GramSettings *settings, const GramSweepSpec *spec, guint s)
{
  return spec->seeds != NULL ? g_array_index (spec->seeds, guint64, s) : settings->problem.seed + s;
}

/* The draw tells seeds apart, so that one analysis serves all cells of the same images. */
static void
add_cell (GramSweepTable *table, guint point, guint64 seed, guint32 draw,
          const GramLabelsSpec *labels, double fraction)
{
  GramSweepCell cell = { .point = point, .labels = *labels, .fraction = fraction, .seed = seed };

  if (labels->kind != GRAM_LABELS_TRUE && !gram_labels_kind_info (labels->kind)->from_spectrum)
    cell.labels.draw = draw;
  cell.complexity = cell.expected_complexity = cell.residual = NAN;
  cell.predicted = cell.difference = NAN;
  cell.test_l1 = cell.test_ramp = cell.test_error = cell.train_error = NAN;
  g_array_append_val (table->cells, cell);
}

static void
add_cells_of_seed (GramSweepTable *table, guint point, guint64 seed, guint32 draw,
                   const GramSettings *settings, const GramSweepSpec *spec)
{
  if (spec->variations != NULL)
    for (guint i = 0; i < settings->labels->len; i++)
      add_cell (table, point, seed, draw, &g_array_index (settings->labels, GramLabelsSpec, i),
                NAN);
  else
    for (guint i = 0; i < spec->fractions->len; i++)
      {
        double fraction = g_array_index (spec->fractions, double, i);
        const GramLabelsSpec labels = { .kind = GRAM_LABELS_MIXED, .rho = fraction };

        add_cell (table, point, seed, draw, &labels, fraction);
      }
}

static gboolean
add_cells (GramSweeper *sweeper, const GramSettings *settings, GError **error)
{
  const GramSweepSpec *spec = sweeper->spec;
  GramSweepTable *table = sweeper->table;
  guint seeds = spec->seeds != NULL ? spec->seeds->len : spec->n_seeds;
  guint sets = spec->variations != NULL ? settings->labels->len : spec->fractions->len;

  if (seeds == 0 || sets == 0)
    return gram_fail (error, GRAM_ERROR_USAGE, "a sweep needs at least one fraction and one seed");
  if ((guint64) table->points->len * seeds * sets > MOST_CELLS)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "%u points, %u seeds and %u label sets are more than %d nets; ask for less",
                      table->points->len, seeds, sets, MOST_CELLS);
  if ((guint64) table->points->len * seeds < spec->parts)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "%u parts are more than the %u groups of one point and seed; take fewer",
                      spec->parts, table->points->len * seeds);
  /* what one point and seed share is done by one process */
  for (guint point = 0; point < table->points->len; point++)
    for (guint s = 0; s < seeds; s++)
      if (spec->parts == 0 || (point * seeds + s) % spec->parts == spec->part)
        add_cells_of_seed (table, point, seed_of (settings, spec, s), s, settings, spec);
  return TRUE;
}

/* A cell that is done stops counting, but its net goes on with the group: the training itself has
 * no target. */
static void
set_limits (GramSweeper *sweeper)
{
  GramSweepSpec *spec = sweeper->spec;
  gboolean study = spec->variations != NULL;

  if (spec->max_steps <= 0)
    spec->max_steps = study ? GRAM_STUDY_STEPS : GRAM_SWEEP_STEPS;
  if (!(spec->until_residual > 0))
    spec->until_residual = study ? 0 : GRAM_SWEEP_RESIDUAL;
  sweeper->settings->max_steps = spec->max_steps;
  sweeper->settings->until_residual = 0;
  sweeper->settings->record_every = 0;
  sweeper->settings->drift = FALSE;
  sweeper->settings->kernel_every = 0;
}

static void
count_done (GramSweepTable *table)
{
  table->done = 0;
  for (guint i = 0; i < table->cells->len; i++)
    table->done += g_array_index (table->cells, GramSweepCell, i).done ? 1 : 0;
}

static gboolean
make_points (GramSweeper *sweeper, GError **error)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  const GPtrArray *variations = sweeper->spec->variations;

  sweeper->table->points =
      gram_sweep_points_new (sweeper->settings, variations != NULL ? variations : none, error);
  if (sweeper->table->points == NULL)
    return FALSE;
  for (guint i = 0; i < sweeper->table->points->len; i++)
    {
      GramSweepPoint *point = gram_sweeper_point (sweeper, i);

      point->m = gram_training_width (sweeper->device, point->settings);
    }
  return TRUE;
}

/**
 * gram_sweeper_new:
 * @problem: of @settings; a study that varies the images reads the others itself
 * @settings: data, network, seed and, for a study, label sets are used
 * @spec: what is varied, seeds, limits and the file of finished cells
 * @cancellable: (nullable): ends gram_sweeper_work() soon
 *
 * Returns: (transfer full) (nullable): free with gram_sweeper_free(). %NULL when the spec is empty
 *   or contradicts itself, or one of its files cannot be gone on with
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
  sweeper->table = g_new0 (GramSweepTable, 1);
  sweeper->table->references = 1;
  sweeper->table->problem = gram_problem_ref (problem);
  sweeper->table->cells = g_array_new (FALSE, TRUE, sizeof (GramSweepCell));
  if (sweeper->spec->variations != NULL)
    sweeper->table->variations = g_ptr_array_ref (sweeper->spec->variations);
  set_limits (sweeper);
  sweeper->at = -1;
  if (!make_points (sweeper, error) || !add_cells (sweeper, settings, error))
    return NULL;
  sweeper->identity = gram_sweep_file_identity (settings, problem, sweeper->spec,
                                                gram_training_width (device, settings));
  if (spec->csv != NULL
      && !gram_sweep_file_read (spec->csv, sweeper->identity, sweeper->table, sweeper->others,
                                error))
    return NULL;
  if (!gram_sweeper_take_up (sweeper, error))
    return NULL;
  count_done (sweeper->table);
  sweeper->expected = g_array_new (FALSE, TRUE, sizeof (gint64));
  g_array_set_size (sweeper->expected, sweeper->table->cells->len);
  return g_steal_pointer (&sweeper);
}

void
gram_sweeper_free (GramSweeper *sweeper)
{
  if (sweeper == NULL)
    return;
  gram_sweeper_end_group (sweeper);
  g_clear_pointer (&sweeper->kept, gram_checkpoint_free);
  g_array_unref (sweeper->members);
  g_clear_pointer (&sweeper->expected, g_array_unref);
  g_string_free (sweeper->others, TRUE);
  g_free (sweeper->identity);
  g_clear_pointer (&sweeper->analysis, gram_analysis_unref);
  g_clear_pointer (&sweeper->analyser, gram_analyser_free);
  g_clear_object (&sweeper->cancellable);
  g_clear_pointer (&sweeper->dataset, gram_dataset_unref);
  g_clear_pointer (&sweeper->problem, gram_problem_unref);
  gram_sweep_table_unref (sweeper->table);
  gram_sweep_spec_free (sweeper->spec);
  gram_settings_free (sweeper->settings);
  gram_device_unref (sweeper->device);
  g_free (sweeper);
}

static gboolean
is_over (const GramSweepTable *table)
{
  return table->done + table->refused >= table->cells->len;
}

/**
 * gram_sweeper_work:
 * @max_seconds: about how long
 * @changed: (out) (optional): set to %TRUE when the table has changed
 *
 * Returns: %FALSE when all is done, cancelled or failed: see the table's error. Nets that are being
 *   trained are kept then, if the spec says where
 */
gboolean
gram_sweeper_work (GramSweeper *sweeper, double max_seconds, gboolean *changed)
{
  GramSweepTable *table = sweeper->table;
  gboolean ignored, more;

  changed = changed != NULL ? changed : &ignored;
  if (table->error != NULL || is_over (table))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (sweeper->cancellable, &table->error))
    {
      gram_sweeper_keep (sweeper, TRUE);
      return FALSE;
    }
  if (sweeper->measured < table->points->len)
    {
      *changed = TRUE;
      more = gram_sweeper_measure (sweeper, &table->error);
    }
  else
    more = gram_sweeper_train (sweeper, max_seconds, changed, &table->error);
  return more && !is_over (table);
}

/**
 * gram_sweeper_get_table:
 *
 * Returns: (transfer full): how things stand
 */
GramSweepTable *
gram_sweeper_get_table (GramSweeper *sweeper)
{
  GramSweepTable *table = g_memdup2 (sweeper->table, sizeof *table);

  table->references = 1;
  table->cells = g_array_copy (sweeper->table->cells);
  g_ptr_array_ref (table->points);
  gram_problem_ref (table->problem);
  if (table->variations != NULL)
    g_ptr_array_ref (table->variations);
  table->running = table->error == NULL && !is_over (table);
  table->trouble = g_strdup (table->trouble);
  gram_sweeper_fill_progress (sweeper, table);
  if (table->error != NULL)
    table->error = g_error_copy (table->error);
  return table;
}

/**
 * gram_sweeper_set_listener:
 * @listener: called on the thread that works, now and then during what takes long
 */
void
gram_sweeper_set_listener (GramSweeper *sweeper, GramSweeperFunc listener, gpointer data)
{
  sweeper->listener = listener;
  sweeper->listener_data = data;
}
