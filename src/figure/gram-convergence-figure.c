/* gram-convergence-figure.c: Figures 1a and 1c: the residual of every label set, and its prediction
 *
 * SPDX-License-Identifier: MIT
 *
 * Above, ‖y − u(k)‖ as gradient descent had it (solid) and √Σ(1−ηλᵢ)^{2k}pᵢ² of Eq 8 (dashed).
 * Below, their difference, which is where theory and net can be told apart. Without a run the
 * prediction is drawn alone, over the steps in which the slower of the label sets falls to a tenth.
 */
#include "gram-figures-private.h"

#include <math.h>

#define HORIZON_MAX 1e6

static void
build (GramFigure *figure)
{
  GramPlot *residual = gram_figure_add_plot (figure, "residual");
  GramPlot *difference = gram_figure_add_plot (figure, "difference");

  figure->share_x = TRUE;
  gram_figure_set_empty (figure, _ ("Start a run to see how fast each label set is learned"));
  gram_plot_set_axis (residual, GRAM_AXIS_X, _ ("step k"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (residual, GRAM_AXIS_Y, gram_quantity_get_info (GRAM_QUANTITY_RESIDUAL)->label,
                      GRAM_SCALE_LINEAR);
  gram_plot_set_axis (difference, GRAM_AXIS_X, _ ("step k"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (difference, GRAM_AXIS_Y, _ ("measured − predicted"), GRAM_SCALE_LINEAR);
  residual->weight = 3;
  residual->y.include = 0;
  residual->x.scale_choice = residual->y.scale_choice = TRUE;
  residual->x.integer = difference->x.integer = TRUE;
  difference->optional = TRUE;
  difference->legend_place = GRAM_LEGEND_NONE;
  difference->y.include = 0;
}

static void
add_curves (GramFigure *figure, const GramLabels *labels)
{
  GramPlot *residual = gram_figure_get_plot (figure, "residual");
  GramPlot *difference = gram_figure_get_plot (figure, "difference");
  GramSeries *series;

  gram_measured_series (figure, residual, labels, "step", "residual");
  gram_predicted_series (figure, residual, labels, "grid", "predicted");
  if (gram_plot_find_series (difference, labels->name) == NULL)
    {
      series = gram_measured_series (figure, difference, labels, "step", "difference");
      series->shade = GRAM_SHADE_NORMAL;
      series->width = 1.6;
      series->marker_size = 6;
    }
  gram_legend_labels (residual, labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
}

/* ---------- predictions --------------------------------------------------------------------- */

static gsize
measure_size (const GramAnalysis *analysis, int set)
{
  const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, (guint) set);

  return labels->projection != NULL && analysis->lambda != NULL ? (gsize) analysis->n
                                                                : labels->n_nodes;
}

/* Goes on with the dashed curve until it covers step @last. */
static void
extend_grid (GramFigure *figure, const GramAnalysis *analysis, int set, const char *name,
             double eta, double last)
{
  GramBuffer *x = gram_figure_column (figure, "%s-grid", name);
  GramBuffer *y = gram_figure_column (figure, "%s-predicted", name);
  gsize index = gram_buffer_length (y);

  while (index == 0 || gram_grid_step (index - 1) < last)
    {
      double step = gram_grid_step (index), value;

      if (!gram_figure_spend (figure, measure_size (analysis, set)))
        return;
      gram_analysis_predict_curve (analysis, (guint) set, eta, &step, 1, &value);
      gram_buffer_append (x, step);
      gram_buffer_append (y, value);
      index++;
    }
}

/* Predicts at the recorded steps themselves: an interpolated prediction would put its own error
 * into a difference that is often a thousandth of the residual. */
static void
extend_difference (GramFigure *figure, const GramAnalysis *analysis, int set, const char *name,
                   double eta)
{
  GramBuffer *difference = gram_figure_column (figure, "%s-difference", name);
  gsize count, ignored;
  const double *step = gram_buffer_peek (gram_figure_column (figure, "%s-step", name), &ignored);
  const double *residual =
      gram_buffer_peek (gram_figure_column (figure, "%s-residual", name), &count);

  for (gsize i = gram_buffer_length (difference); i < MIN (count, ignored); i++)
    {
      double predicted;

      if (!gram_figure_spend (figure, measure_size (analysis, set)))
        return;
      gram_analysis_predict_curve (analysis, (guint) set, eta, &step[i], 1, &predicted);
      gram_buffer_append (difference, residual[i] - predicted);
    }
}

static void
forget_predictions (GramFigure *figure, const char *name)
{
  gram_buffer_resize (gram_figure_column (figure, "%s-grid", name), 0);
  gram_buffer_resize (gram_figure_column (figure, "%s-predicted", name), 0);
  gram_buffer_resize (gram_figure_column (figure, "%s-difference", name), 0);
}

/* ---------- with and without a run ---------------------------------------------------------- */

static void
follow_run (GramFigure *figure, const GramRunSet *set)
{
  const char *name = set->labels->name;
  GramBuffer *difference = gram_figure_column (figure, "%s-difference", name);
  gsize same = gram_buffer_follow (gram_figure_column (figure, "%s-step", name),
                                   set->curve[GRAM_QUANTITY_STEP]);

  same = MIN (same, gram_buffer_follow (gram_figure_column (figure, "%s-residual", name),
                                        set->curve[GRAM_QUANTITY_RESIDUAL]));
  if (gram_buffer_length (difference) > same)
    gram_buffer_resize (difference, same);
}

static void
update_run (GramFigure *figure, const GramFigureInputs *inputs, gboolean changed)
{
  const GramRun *run = inputs->run;
  const GramAnalysis *analysis = inputs->analysis;

  for (guint i = 0; i < run->sets->len; i++)
    {
      const GramRunSet *set = g_ptr_array_index (run->sets, i);
      const char *name = set->labels->name;
      int analysed = gram_analysis_find_set (analysis, name);
      double last = gram_run_set_last (set, GRAM_QUANTITY_STEP);

      add_curves (figure, set->labels);
      follow_run (figure, set);
      if (changed || analysed < 0)
        forget_predictions (figure, name);
      if (analysed >= 0 && analysis->n == run->n)
        {
          extend_grid (figure, analysis, analysed, name, run->eta, MAX (last, 10));
          extend_difference (figure, analysis, analysed, name, run->eta);
        }
    }
}

static double
choose_horizon (const GramAnalysis *analysis, double eta)
{
  double last = 100;

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      gint64 wanted;

      if (set->labels == NULL || set->spec.kind == GRAM_LABELS_WORST
          || gram_analysis_find_set (analysis, set->labels->name) < 0)
        continue;
      wanted = gram_analysis_steps_to (analysis, i, eta, 0.1);
      if (wanted > 0)
        last = MAX (last, (double) wanted);
    }
  return MIN (last, HORIZON_MAX);
}

static void
update_prediction (GramFigure *figure, const GramFigureInputs *inputs, gboolean changed)
{
  const GramAnalysis *analysis = inputs->analysis;
  double eta = inputs->settings->eta;
  GramBuffer *kept = gram_figure_column (figure, "horizon");
  gsize count;

  if (changed || gram_buffer_length (kept) == 0)
    *gram_buffer_resize (kept, 1) = choose_horizon (analysis, eta);
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      const char *name;

      if (set->labels == NULL || gram_analysis_find_set (analysis, set->labels->name) < 0)
        continue;
      name = set->labels->name;
      add_curves (figure, set->labels);
      gram_buffer_resize (gram_figure_column (figure, "%s-step", name), 0);
      gram_buffer_resize (gram_figure_column (figure, "%s-residual", name), 0);
      gram_buffer_resize (gram_figure_column (figure, "%s-difference", name), 0);
      if (changed)
        forget_predictions (figure, name);
      extend_grid (figure, analysis, (int) i, name, eta, gram_buffer_peek (kept, &count)[0]);
    }
}

/* Takes out label sets that are no longer asked for. */
static void
drop_others (GramFigure *figure, const GramFigureInputs *inputs, gboolean trained)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint i = 0; trained && i < inputs->run->sets->len; i++)
    g_ptr_array_add (labels, gram_run_get_set (inputs->run, i)->labels);
  for (guint i = 0; !trained && inputs->analysis != NULL && i < inputs->analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (inputs->analysis->labels, i);

      if (set->labels != NULL)
        g_ptr_array_add (labels, set->labels);
    }
  gram_figure_keep_labels (figure, labels);
}

static gboolean
has_records (const GramRun *run)
{
  for (guint i = 0; run != NULL && i < run->sets->len; i++)
    if (((GramRunSet *) g_ptr_array_index (run->sets, i))->curve[GRAM_QUANTITY_STEP]->len > 0)
      return TRUE;
  return FALSE;
}

/* With a run the axes follow what was measured, and the prediction runs ahead out of the panel;
 * without one they show the prediction. */
static void
set_fits (GramFigure *figure, gboolean trained)
{
  GramPlot *residual = gram_figure_get_plot (figure, "residual");

  for (guint i = 0; i < residual->series->len; i++)
    {
      GramSeries *series = g_ptr_array_index (residual->series, i);

      series->fits = !trained || series->shade == GRAM_SHADE_SOFT;
    }
  residual->x.include = gram_figure_get_plot (figure, "difference")->x.include = trained ? 20 : NAN;
}

static void
update (GramFigure *figure, const GramFigureInputs *inputs)
{
  gboolean trained = has_records (inputs->run);
  double eta = trained ? inputs->run->eta : inputs->settings != NULL ? inputs->settings->eta : 0;
  gboolean changed = gram_figure_analysis_changed (figure, inputs->analysis, eta);

  drop_others (figure, inputs, trained);
  if (trained)
    update_run (figure, inputs, changed);
  else if (inputs->analysis != NULL && inputs->settings != NULL)
    update_prediction (figure, inputs, changed);
  set_fits (figure, trained);
  if (!gram_figure_is_empty (figure))
    gram_legend_kinds (gram_figure_get_plot (figure, "residual"), _ ("predicted, Eq 8"));
  gram_figure_set_caption_parts (figure, inputs,
                                 _ ("Solid: full-batch gradient descent. Dashed: "
                                    "√Σ(1 − ηλᵢ)^{2k}(vᵢᵀy)², Eq 8."));
}

const GramFigureClass gram_figure_convergence = {
  .name = "convergence",
  .title = N_ ("Convergence: measured and predicted"),
  .numbers = "9",
  .aliases = "1a,1c",
  .build = build,
  .update = update,
};
