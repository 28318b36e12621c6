/* gram-sweeper-measure.c: what theory says of the cells
 *
 * SPDX-License-Identifier: MIT
 *
 * A sweep needs the measure of its labels and tr H∞⁻¹, from one factorisation of H∞. A study needs
 * the spectrum: λ₁ tells before anything is trained which points cannot work, and along the
 * eigenvectors a net is compared with its prediction. Points of the same images share all of it.
 */
#include "gram-sweeper-private.h"

#include <math.h>
#include <string.h>

#include "gram-decay.h"
#include "gram-error.h"
#include "gram-modes.h"
#include "gram-noise.h"

typedef struct
{
  GramSweeper *sweeper;
  GCancellable *enough;
  gboolean study;
  GramAnalysis *analysis;
} Measure;

/* tr H∞⁻¹ is the last that a sweep needs; what would follow is not computed. */
static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  Measure *measure = data;

  g_clear_pointer (&measure->analysis, gram_analysis_unref);
  measure->analysis = gram_analysis_ref (snapshot);
  if (!measure->study && snapshot->stage >= GRAM_STAGE_CHOLESKY
      && isfinite (snapshot->trace_inverse) && snapshot->n_fractions > 0)
    g_cancellable_cancel (measure->enough);
}

/* @sweeper is told to whoever listens: the measures of a large problem take minutes. */
static void
on_progress (GramStage stage, double fraction, gpointer data)
{
  const Measure *measure = data;
  GramSweeper *sweeper = measure->sweeper;
  double stages = measure->study ? 4 : 3;
  double done = (stage - GRAM_STAGE_KERNEL + CLAMP (fraction, 0, 1)) / stages;

  done = (sweeper->measured + CLAMP (done, 0, 1)) / (double) sweeper->table->points->len;
  sweeper->measuring = CLAMP (done, sweeper->measuring, 1);
  if (sweeper->listener != NULL)
    sweeper->listener (sweeper, sweeper->listener_data);
}

static void
on_cancelled (GCancellable *cancellable, gpointer enough)
{
  g_cancellable_cancel (enough);
}

/* The label sets of all cells, each once. */
static GArray *
all_labels (GramSweeper *sweeper)
{
  GArray *labels = g_array_new (FALSE, FALSE, sizeof (GramLabelsSpec));

  for (guint i = 0; i < sweeper->table->cells->len; i++)
    {
      const GramLabelsSpec *spec = &gram_sweeper_cell (sweeper, i)->labels;
      gboolean there = FALSE;

      for (guint j = 0; j < labels->len && !there; j++)
        there = gram_labels_spec_equal (&g_array_index (labels, GramLabelsSpec, j), spec);
      if (!there)
        g_array_append_val (labels, *spec);
    }
  return labels;
}

static gboolean
run_analyser (GramSweeper *sweeper, Measure *measure, GError **error)
{
  g_autoptr (GArray) labels = all_labels (sweeper);
  g_autoptr (GError) failure = NULL;
  gulong handler = 0;
  gboolean good;

  if (sweeper->cancellable != NULL)
    handler = g_cancellable_connect (sweeper->cancellable, G_CALLBACK (on_cancelled),
                                     measure->enough, NULL);
  good = gram_analyser_run (sweeper->analyser, labels, measure->study, on_stage, on_progress,
                            measure, measure->enough, &failure);
  if (handler != 0)
    g_cancellable_disconnect (sweeper->cancellable, handler);
  if (g_cancellable_set_error_if_cancelled (sweeper->cancellable, error))
    return FALSE;
  good |= !measure->study && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (!good || measure->analysis == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return good && measure->analysis != NULL;
}

/* Whether the images at hand are those of @point. */
static gboolean
has_problem (GramSweeper *sweeper, guint point)
{
  const GramSettings *at = sweeper->at < 0
                               ? sweeper->settings
                               : gram_sweeper_point (sweeper, (guint) sweeper->at)->settings;

  return sweeper->problem != NULL
         && (gram_settings_compare (at, gram_sweeper_point (sweeper, point)->settings)
             & GRAM_CHANGE_DATA)
                == 0;
}

static gboolean
read_problem (GramSweeper *sweeper, const GramSettings *settings, GError **error)
{
  if (sweeper->dataset == NULL)
    sweeper->dataset =
        gram_dataset_open (settings->dataset, settings->data_dir, sweeper->cancellable, error);
  if (sweeper->dataset == NULL)
    return FALSE;
  g_clear_pointer (&sweeper->analysis, gram_analysis_unref);
  g_clear_pointer (&sweeper->analyser, gram_analyser_free);
  g_clear_pointer (&sweeper->problem, gram_problem_unref);
  sweeper->problem =
      gram_problem_new (sweeper->dataset, &settings->problem, sweeper->cancellable, error);
  return sweeper->problem != NULL;
}

/**
 * gram_sweeper_analyse:
 *
 * Makes the images of @point and their analysis those at hand.
 */
gboolean
gram_sweeper_analyse (GramSweeper *sweeper, guint point, GError **error)
{
  const GramSettings *settings = gram_sweeper_point (sweeper, point)->settings;
  Measure measure = { sweeper, .study = sweeper->table->variations != NULL };
  g_autoptr (GCancellable) enough = g_cancellable_new ();

  if (!has_problem (sweeper, point) && !read_problem (sweeper, settings, error))
    return FALSE;
  sweeper->at = (gint) point;
  if (sweeper->analysis != NULL)
    return TRUE;
  if (sweeper->analyser == NULL)
    sweeper->analyser =
        gram_analyser_new (sweeper->device, sweeper->problem, settings->problem.seed);
  measure.enough = enough;
  if (run_analyser (sweeper, &measure, error))
    sweeper->analysis = g_steal_pointer (&measure.analysis);
  g_clear_pointer (&measure.analysis, gram_analysis_unref);
  if (!measure.study) /* its n × n matrices */
    g_clear_pointer (&sweeper->analyser, gram_analyser_free);
  return sweeper->analysis != NULL;
}

/* ---------- measures -------------------------------------------------------------------------- */

static void
measure_cell (const GramAnalysis *analysis, GramSweepCell *cell)
{
  const GramLabelAnalysis *set = gram_analysis_find_labels (analysis, &cell->labels);
  double form;

  if (set != NULL)
    cell->complexity = gram_label_analysis_is_lost (set) ? NAN : set->complexity;
  if (isnan (cell->fraction))
    return;
  form = gram_noise_expected_form_exact (analysis->quadratic_form_true, analysis->trace_inverse,
                                         analysis->n,
                                         (gint64) llround (cell->fraction * (double) analysis->n));
  cell->expected_complexity =
      gram_analysis_is_trace_lost (analysis) ? NAN : sqrt (2 * form / (double) analysis->n);
}

static void
refuse (GramSweeper *sweeper, guint index, const char *why)
{
  GramSweepTable *table = sweeper->table;

  table->points = gram_sweep_points_refuse (table->points, index, why);
  for (guint i = 0; i < table->cells->len; i++)
    if (gram_sweeper_cell (sweeper, i)->point == index && !gram_sweeper_cell (sweeper, i)->done)
      table->refused++;
}

/* Whether a study can train @point, or why not, before anything is trained: it and the spectrum
 * have to fit in memory, and where a net diverges its prediction does too. */
static char *
why_not (GramSweeper *sweeper, const GramSweepPoint *point)
{
  double limit = gram_analysis_stable_step (sweeper->analysis);
  guint64 available = gram_device_get_info (sweeper->device)->memory_free;
  g_autoptr (GError) error = NULL;
  GramTrainerPlan plan;

  if (sweeper->analysis->no_spectrum != NULL)
    return g_strdup_printf ("a study compares nets along the eigenvectors, but %s",
                            sweeper->analysis->no_spectrum);
  if (point->settings->eta >= limit)
    return g_strdup_printf ("η = %g is not below 2/λ₁ = %.4g, where a wide net diverges; use η = "
                            "%.4g",
                            point->settings->eta, limit,
                            gram_analysis_advised_step (sweeper->analysis));
  if (!gram_training_plan (sweeper->device, sweeper->problem, 1, point->settings, &plan, NULL,
                           &error))
    return g_strdup (error->message);
  if (available > 0 && plan.bytes > available)
    {
      g_autofree char *needed = g_format_size_full (plan.bytes, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *free = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);

      return g_strdup_printf ("training needs %s of memory, %s is free; take a smaller width",
                              needed, free);
    }
  return NULL;
}

static void
check_point (GramSweeper *sweeper, guint index)
{
  g_autofree char *why = NULL;

  if (sweeper->table->variations != NULL)
    why = why_not (sweeper, gram_sweeper_point (sweeper, index));
  if (why != NULL)
    refuse (sweeper, index, why);
}

/**
 * gram_sweeper_measure:
 *
 * Measures the cells of the next point whose images are others than those before, and of all that
 * share its images.
 */
gboolean
gram_sweeper_measure (GramSweeper *sweeper, GError **error)
{
  guint first = sweeper->measured, end = first;

  if (!gram_sweeper_analyse (sweeper, first, error))
    return FALSE;
  for (; end < sweeper->table->points->len && has_problem (sweeper, end); end++)
    check_point (sweeper, end);
  for (guint i = 0; i < sweeper->table->cells->len; i++)
    {
      GramSweepCell *cell = gram_sweeper_cell (sweeper, i);

      if (cell->point >= first && cell->point < end)
        measure_cell (sweeper->analysis, cell);
    }
  gram_sweeper_expect (sweeper, first, end);
  sweeper->measured = end;
  if (sweeper->table->refused > 0 && sweeper->table->refused == sweeper->table->cells->len)
    return gram_fail (error, GRAM_ERROR_USAGE, "%s: %s", gram_sweeper_point (sweeper, 0)->name,
                      gram_sweeper_point (sweeper, 0)->refused);
  return TRUE;
}

/**
 * gram_sweeper_compare:
 * @member: its label set in the group at work, which stands at the cell's last step
 *
 * Compares the net of a study's cell with Eq 8.
 */
gboolean
gram_sweeper_compare (GramSweeper *sweeper, GramSweepCell *cell, guint member, GError **error)
{
  const GramRunSet *set = gram_run_get_set (sweeper->run, member);
  const double *lambda = sweeper->analysis->lambda;
  gint64 n = sweeper->problem->n, k = gram_training_get_step (sweeper->training);
  gsize bytes = (gsize) n * sizeof (double);
  g_autofree double *u = g_malloc (5 * bytes); /* u(k) and y, both along vᵢ, and their difference */
  double *along = u + 2 * n, *projection = along + n, *mode = projection + n, sum = 0;
  GramSystem *system = gram_analyser_get_system (sweeper->analyser);
  GramJob job = { .cancellable = sweeper->cancellable };
  double eta = gram_sweeper_point (sweeper, cell->point)->settings->eta;

  memcpy (u + n, set->labels->y, bytes);
  if (!gram_training_get_outputs (sweeper->training, member, u, error)
      || !gram_system_project (system, 2, u, n, along, n, &job, error))
    return FALSE;
  gram_modes_measure (n, projection, along, mode);
  cell->difference = gram_modes_difference (n, lambda, projection, eta, k, mode);
  for (gint64 i = 0; i < n; i++)
    {
      double left = projection[i] * gram_decay (eta * lambda[i], k);

      sum += left * left;
    }
  cell->predicted = sqrt (sum);
  return TRUE;
}
