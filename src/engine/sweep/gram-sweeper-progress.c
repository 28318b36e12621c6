/* gram-sweeper-progress.c: how far a sweep is, and how long it still takes
 *
 * SPDX-License-Identifier: MIT
 *
 * A cell takes as many steps as Eq 8 says until its residual reaches the target or stops falling,
 * and more where the net falls behind Eq 8; nets side by side take as many as the slowest of them.
 * The guess is replaced by what a cell took once it is done, and shows no more than how long to
 * wait.
 */
#include "gram-sweeper-private.h"

#include <math.h>

#define MEASURES 0.1 /* of the bar */

/* The step at which gram_sweep_stalled() will find that the predicted residual hardly falls. */
static gint64
expect_stall (const GramAnalysis *analysis, guint set, double eta, gint64 most)
{
  for (double k = 200; k < (double) most; k *= 1.1)
    {
      double window = MAX (200, k / 5);
      double before = gram_analysis_predict (analysis, set, eta, (gint64) (k - window));

      if (!(gram_analysis_predict (analysis, set, eta, (gint64) k) < 0.999 * before))
        return (gint64) k;
    }
  return most;
}

static gint64
expect_steps (const GramSweeper *sweeper, const GramSweepCell *cell)
{
  const GramSweepPoint *point = g_ptr_array_index (sweeper->table->points, cell->point);
  const GramAnalysis *analysis = sweeper->analysis;
  gint64 most = sweeper->spec->max_steps, target;

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (!gram_labels_spec_equal (&set->spec, &cell->labels))
        continue;
      target =
          gram_analysis_steps_to (analysis, i, point->settings->eta, sweeper->spec->until_residual);
      if (target > 0 && sweeper->spec->until_residual > 0)
        most = MIN (most, target);
      return sweeper->table->variations != NULL
                 ? most
                 : expect_stall (analysis, i, point->settings->eta, most);
    }
  return most;
}

/**
 * gram_sweeper_expect:
 * @first, @end: points whose images are those at hand: @first … @end − 1
 *
 * Foresees the steps of their cells.
 */
void
gram_sweeper_expect (GramSweeper *sweeper, guint first, guint end)
{
  for (guint i = 0; i < sweeper->table->cells->len; i++)
    {
      const GramSweepCell *cell = gram_sweeper_cell (sweeper, i);

      if (cell->point >= first && cell->point < end)
        g_array_index (sweeper->expected, gint64, i) = expect_steps (sweeper, cell);
    }
}

static gint64
steps_of (GramSweeper *sweeper, guint index)
{
  const GramSweepCell *cell = gram_sweeper_cell (sweeper, index);

  return cell->done ? cell->steps : g_array_index (sweeper->expected, gint64, index);
}

static double
width_of (GramSweeper *sweeper, const GramSweepCell *cell)
{
  return (double) gram_sweeper_point (sweeper, cell->point)->m;
}

static double
width_of_group (GramSweeper *sweeper)
{
  double width = 0;

  for (guint i = 0; i < sweeper->members->len; i++)
    width += width_of (sweeper, gram_sweeper_member (sweeper, i));
  return width;
}

/* Of net @member of the group at work: what Eq 8 says, or what its residual says by now. */
static double
steps_of_member (GramSweeper *sweeper, guint member)
{
  double expected = (double) steps_of (sweeper, g_array_index (sweeper->members, guint, member));
  const GramRunSet *set;
  double more;

  if (gram_sweeper_member (sweeper, member)->done || !(sweeper->spec->until_residual > 0)
      || sweeper->run == NULL || member >= sweeper->run->sets->len)
    return expected;
  set = gram_run_get_set (sweeper->run, member);
  more = gram_sweep_steps_at_pace (set, sweeper->spec->until_residual);
  return more > 0 ? CLAMP (gram_run_set_last (set, GRAM_QUANTITY_STEP) + more, expected,
                           (double) sweeper->spec->max_steps)
                  : expected;
}

/* Of the group at work, whose slowest net all others wait for. */
static double
left_of_group (GramSweeper *sweeper, gint64 step)
{
  double slowest = (double) step;

  for (guint i = 0; i < sweeper->members->len; i++)
    slowest = MAX (slowest, steps_of_member (sweeper, i));
  return (slowest - (double) step) * width_of_group (sweeper);
}

/* Neurons × steps of all nets up to now, also of those that an earlier process has made. */
static double
work_done (GramSweeper *sweeper, gint64 step)
{
  double done = 0;

  for (guint i = 0; i < sweeper->table->cells->len; i++)
    {
      const GramSweepCell *cell = gram_sweeper_cell (sweeper, i);

      if (cell->done)
        done += (double) cell->steps * width_of (sweeper, cell);
    }
  for (guint i = 0; i < sweeper->members->len; i++)
    {
      const GramSweepCell *cell = gram_sweeper_member (sweeper, i);

      if (!cell->done)
        done += (double) step * width_of (sweeper, cell);
    }
  return done;
}

static gboolean
is_to_come (GramSweeper *sweeper, guint index)
{
  const GramSweepCell *cell = gram_sweeper_cell (sweeper, index);

  for (guint i = 0; i < sweeper->members->len; i++)
    if (g_array_index (sweeper->members, guint, i) == index)
      return FALSE;
  return !cell->done && gram_sweeper_point (sweeper, cell->point)->refused == NULL;
}

/* Of the groups that are to come, as gram_sweeper_work() will choose them where memory lasts. */
static double
left_of_others (GramSweeper *sweeper)
{
  const GramSweepCell *group = NULL;
  double left = 0;
  gint64 slowest = 0;
  guint count = 0;

  for (guint i = 0; i < sweeper->table->cells->len; i++)
    {
      const GramSweepCell *cell = gram_sweeper_cell (sweeper, i);

      if (!is_to_come (sweeper, i))
        continue;
      if (count == GRAM_SWEEP_GROUP
          || (group != NULL && (cell->seed != group->seed || cell->point != group->point)))
        {
          left += (double) slowest * count * width_of (sweeper, group);
          slowest = count = 0;
        }
      group = cell;
      count++;
      slowest = MAX (slowest, steps_of (sweeper, i));
    }
  return group != NULL ? left + (double) slowest * count * width_of (sweeper, group) : 0;
}

/* Seconds of a neuron's step. The first steps of a net are slower than most, and a sweep that has
 * just begun has made no others. */
static double
pace_of (GramSweeper *sweeper)
{
  double mean = sweeper->seconds / sweeper->work;
  double latest = NAN;

  if (sweeper->training != NULL)
    latest = gram_training_get_seconds_per_step (sweeper->training) / width_of_group (sweeper);
  return fmin (mean, latest);
}

/**
 * gram_sweeper_fill_progress:
 * @table: whose figures of progress are set
 */
void
gram_sweeper_fill_progress (GramSweeper *sweeper, GramSweepTable *table)
{
  gboolean measured = sweeper->measured == table->points->len;
  double left, done;

  table->seconds_left = NAN;
  table->measuring = table->running && !measured;
  table->fraction_done = table->running ? MEASURES * sweeper->measuring : 0;
  if (!measured)
    return;
  if (sweeper->training != NULL)
    table->step = gram_training_get_step (sweeper->training);
  left = left_of_group (sweeper, table->step) + left_of_others (sweeper);
  done = work_done (sweeper, table->step);
  table->fraction_done = MEASURES + (1 - MEASURES) * (left > 0 ? done / (done + left) : 1);
  if (!(sweeper->seconds > 0) || !(sweeper->work > 0))
    return;
  table->seconds_left = left * pace_of (sweeper);
  table->steps_per_second = (double) sweeper->steps / sweeper->seconds;
}
