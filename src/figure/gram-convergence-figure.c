/* gram-convergence-figure.c: Figures 1a and 1c: the residual of every label set and its prediction
 *
 * SPDX-License-Identifier: MIT
 *
 * Above, ‖y − u(k)‖ as gradient descent had it (solid) and √Σ(1−ηλᵢ)^{2k}pᵢ² of Eq 8 (dashed).
 * Below, their difference, which is where theory and net can be told apart. Without a run the
 * prediction is drawn alone, over the steps in which it falls to a hundredth.
 */
#include "gram-figures-private.h"

#include <math.h>

#define GRID 240 /* steps at which a prediction without a run is drawn */
#define STEPS_MAX 1000000.0

static void
build (GramFigure *figure)
{
  GramPlot *residual = gram_figure_add_plot (figure, "residual");
  GramPlot *difference = gram_figure_add_plot (figure, "difference");

  figure->share_x = TRUE;
  gram_figure_set_empty (figure, "Start a run to see how fast each label set is learned");
  gram_plot_set_axis (residual, GRAM_AXIS_X, "step k", GRAM_SCALE_LINEAR);
  gram_plot_set_axis (residual, GRAM_AXIS_Y, "‖y − u(k)‖₂", GRAM_SCALE_LINEAR);
  gram_plot_set_axis (difference, GRAM_AXIS_X, "step k", GRAM_SCALE_LINEAR);
  gram_plot_set_axis (difference, GRAM_AXIS_Y, "measured − predicted", GRAM_SCALE_LINEAR);
  residual->weight = 3;
  residual->y.include = 0;
  residual->x.scale_choice = residual->y.scale_choice = TRUE;
  residual->x.integer = difference->x.integer = TRUE;
  difference->optional = TRUE;
  difference->legend_place = GRAM_LEGEND_NONE;
  difference->y.include = 0;
}

/* ---------- curves -------------------------------------------------------------------------- */

static void
add_series (GramFigure *figure, const GramLabels *labels)
{
  GramPlot *residual = gram_figure_get_plot (figure, "residual");
  GramPlot *difference = gram_figure_get_plot (figure, "difference");
  GramRole role = gram_labels_role (labels);
  const char *name = labels->name;
  g_autofree char *title = gram_labels_title (labels);
  g_autofree char *predicted = g_strdup_printf ("%s, predicted", title);
  g_autofree char *x = g_strdup_printf ("%s-step", name);
  g_autofree char *x_predicted = g_strdup_printf ("%s-predicted-step", name);
  g_autofree char *y_predicted = g_strdup_printf ("%s-predicted", name);
  g_autofree char *y_difference = g_strdup_printf ("%s-difference", name);
  GramSeries *series;

  if (gram_plot_find_series (residual, name) != NULL)
    return;
  series = gram_plot_add_series (residual, name, title, GRAM_SERIES_LINE, role,
                                 gram_figure_column (figure, x), gram_figure_column (figure, name));
  series->shade = GRAM_SHADE_SOFT;
  series->width = 3.6;
  series->marker = gram_role_marker (role);
  gram_series_set_tags (series, name, "measured");
  series = gram_plot_add_series (residual, y_predicted, predicted, GRAM_SERIES_LINE, role,
                                 gram_figure_column (figure, x_predicted),
                                 gram_figure_column (figure, y_predicted));
  series->shade = GRAM_SHADE_STRONG;
  series->width = 1.6;
  series->dash = GRAM_DASH_DASHED;
  gram_series_set_tags (series, name, "predicted");
  series = gram_plot_add_series (difference, name, title, GRAM_SERIES_LINE, role,
                                 gram_figure_column (figure, x),
                                 gram_figure_column (figure, y_difference));
  series->width = 1.6;
  series->marker = gram_role_marker (role);
  series->marker_size = 6;
  gram_legend_labels (residual, labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
}

static void
add_kinds (GramPlot *plot)
{
  GramLegendEntry *entry;

  for (guint i = 0; i < plot->legend->len; i++)
    if (g_str_equal (((GramLegendEntry *) g_ptr_array_index (plot->legend, i))->tag, "measured"))
      return;
  entry = gram_plot_add_legend (plot, "measured", "measured", GRAM_ROLE_NEUTRAL);
  entry->shade = GRAM_SHADE_SOFT;
  entry = gram_plot_add_legend (plot, "predicted", "predicted, Eq 8", GRAM_ROLE_NEUTRAL);
  entry->shade = GRAM_SHADE_STRONG;
  entry->dash = GRAM_DASH_DASHED;
}

/* The set of the analysis with the labels of this name: both hold the settings' list, but an
 * analysis may be a stage behind. */
static gint
find_set (const GramAnalysis *analysis, const char *name)
{
  if (analysis == NULL || analysis->stage < GRAM_STAGE_KRYLOV)
    return -1;
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->labels != NULL && g_str_equal (set->labels->name, name)
          && (set->n_nodes > 0 || set->projection != NULL))
        return (gint) i;
    }
  return -1;
}

static void
predict (GramFigure *figure, const GramAnalysis *analysis, const char *name, gint set, double eta,
         const double *steps, gsize count)
{
  g_autofree char *x_key = g_strdup_printf ("%s-predicted-step", name);
  g_autofree char *y_key = g_strdup_printf ("%s-predicted", name);
  GramBuffer *x = gram_figure_column (figure, x_key), *y = gram_figure_column (figure, y_key);

  gram_buffer_set (x, steps, count);
  double *values = gram_buffer_resize (y, count);
  if (count > 0)
    gram_analysis_predict_curve (analysis, (guint) set, eta, steps, count, values);
}

static void
subtract (GramFigure *figure, const char *name)
{
  g_autofree char *predicted_key = g_strdup_printf ("%s-predicted", name);
  g_autofree char *difference_key = g_strdup_printf ("%s-difference", name);
  gsize count, predicted_count;
  const double *measured = gram_buffer_peek (gram_figure_column (figure, name), &count);
  const double *predicted =
      gram_buffer_peek (gram_figure_column (figure, predicted_key), &predicted_count);
  double *difference =
      gram_buffer_resize (gram_figure_column (figure, difference_key), predicted_count);

  for (gsize i = 0; i < MIN (count, predicted_count); i++)
    difference[i] = measured[i] - predicted[i];
}

static void
update_run (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramRun *run = inputs->run;

  for (guint i = 0; i < run->sets->len; i++)
    {
      const GramRunSet *set = g_ptr_array_index (run->sets, i);
      const char *name = set->labels->name;
      g_autofree char *x_key = g_strdup_printf ("%s-step", name);
      gint analysed = find_set (inputs->analysis, name);
      guint count = MIN (set->step->len, set->residual->len);

      add_series (figure, set->labels);
      gram_buffer_follow (gram_figure_column (figure, x_key), set->step);
      gram_buffer_follow (gram_figure_column (figure, name), set->residual);
      if (analysed < 0)
        continue;
      predict (figure, inputs->analysis, name, analysed, run->eta,
               (const double *) (gpointer) set->step->data, count);
      subtract (figure, name);
    }
}

/* Geometric, so that a logarithmic axis is as smooth as a linear one. */
static gsize
choose_steps (const GramAnalysis *analysis, double eta, double *steps)
{
  double last = 100;
  gsize count = 0;

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      gint64 wanted;

      if (set->labels == NULL || set->labels->spec.kind == GRAM_LABELS_WORST
          || find_set (analysis, set->labels->name) < 0)
        continue;
      wanted = gram_analysis_steps_to (analysis, i, eta, 0.1);
      if (wanted > 0)
        last = MAX (last, (double) wanted);
    }
  last = MIN (last, STEPS_MAX);
  steps[count++] = 0;
  for (guint i = 0; i < GRID; i++)
    {
      double k = round (pow (last, i / (GRID - 1.0)));

      if (k > steps[count - 1])
        steps[count++] = k;
    }
  return count;
}

static void
update_prediction (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramAnalysis *analysis = inputs->analysis;
  double steps[GRID + 1];
  gsize count = choose_steps (analysis, inputs->settings->eta, steps);

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      const char *name;

      if (set->labels == NULL || find_set (analysis, set->labels->name) < 0)
        continue;
      name = set->labels->name;
      g_autofree char *x_key = g_strdup_printf ("%s-step", name);
      g_autofree char *difference_key = g_strdup_printf ("%s-difference", name);
      add_series (figure, set->labels);
      gram_buffer_resize (gram_figure_column (figure, x_key), 0);
      gram_buffer_resize (gram_figure_column (figure, name), 0);
      gram_buffer_resize (gram_figure_column (figure, difference_key), 0);
      predict (figure, analysis, name, (gint) i, inputs->settings->eta, steps, count);
    }
}

static void
update (GramFigure *figure, const GramFigureInputs *inputs)
{
  gboolean trained = inputs->run != NULL && inputs->run->sets->len > 0;
  g_autofree char *data = gram_caption_data (inputs);
  g_autofree char *network = gram_caption_network (inputs);
  g_autofree char *caption = NULL;

  if (trained)
    update_run (figure, inputs);
  else if (inputs->analysis != NULL && inputs->settings != NULL
           && inputs->analysis->stage >= GRAM_STAGE_KRYLOV)
    update_prediction (figure, inputs);
  if (!gram_figure_is_empty (figure))
    add_kinds (gram_figure_get_plot (figure, "residual"));
  caption = g_strdup_printf ("%s %s Solid: full-batch gradient descent. Dashed: "
                             "√Σ(1 − ηλᵢ)^{2k}(vᵢᵀy)², Eq 8.",
                             data, network);
  gram_figure_set_caption (figure, g_strstrip (caption));
}

const GramFigureClass gram_figure_convergence = {
  .name = "convergence",
  .title = "Convergence: measured and predicted",
  .aliases = "1a,1c",
  .build = build,
  .update = update,
};
