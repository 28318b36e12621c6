/* gram-convergence-figure.c: Figures 1a and 1c: the residual of every label set, and its prediction
 *
 * SPDX-License-Identifier: MIT
 *
 * Above, ‖y − u(k)‖ as gradient descent had it (solid) and √Σ(1−ηλᵢ)^{2k}pᵢ² of Eq 8 (dashed).
 * Below, their difference, which is where theory and net can be told apart. Without a run the
 * prediction is drawn alone, over the steps in which the slower of the label sets falls to a tenth.
 * On request the prediction with H(0) (number 30) is there too, thin and dotted.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-kept-series.h"
#include "gram-label-series.h"
#include "gram-ticks.h"

/* The two panels. */
typedef struct
{
  GramPlot *residual, *difference;
} Panels;

static Panels
add_panels (GramFigure *figure)
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
  difference->no_legend = TRUE;
  difference->y.include = 0;
  return (Panels){ residual, difference };
}

/* With a run the axes follow what was measured, and the prediction runs ahead out of the panel;
 * without one they show the prediction. */
static void
add_curves (GramFigure *figure, const Panels *panels, const GramLabels *labels, gboolean trained)
{
  GramSeries *series;

  gram_measured_series (figure, panels->residual, labels, "step", "residual");
  gram_predicted_series (figure, panels->residual, labels, "grid", "predicted")->fits = !trained;
  series = gram_measured_series (figure, panels->difference, labels, "step", "difference");
  series->shade = GRAM_SHADE_NORMAL;
  series->width = 1.6;
  series->marker_size = 6;
  gram_legend_labels (panels->residual, labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
}

/* ---------- predictions --------------------------------------------------------------------- */

/* Goes on with the dashed curve until it covers step @last. */
static void
extend_grid (GramFigure *figure, const GramAnalysis *analysis, int set, const char *name,
             double eta, double last)
{
  GramBuffer *x = gram_figure_kept_column (figure, "%s-grid", name);
  GramBuffer *y = gram_figure_kept_column (figure, "%s-predicted", name);
  gsize index;

  gram_figure_trim (x, y, last);
  index = gram_buffer_length (y);
  while (index == 0 || gram_analysis_grid_step (index - 1) < last)
    {
      double step = gram_analysis_grid_step (index), value;

      if (!gram_figure_spend (figure, gram_analysis_prediction_terms (analysis, (guint) set)))
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
  GramBuffer *difference = gram_figure_kept_column (figure, "%s-difference", name);
  gsize count, ignored;
  const double *step =
      gram_buffer_peek (gram_figure_kept_column (figure, "%s-step", name), &ignored);
  const double *residual =
      gram_buffer_peek (gram_figure_kept_column (figure, "%s-residual", name), &count);

  for (gsize i = gram_buffer_length (difference); i < MIN (count, ignored); i++)
    {
      double predicted;

      if (!gram_figure_spend (figure, gram_analysis_prediction_terms (analysis, (guint) set)))
        return;
      gram_analysis_predict_curve (analysis, (guint) set, eta, &step[i], 1, &predicted);
      gram_buffer_append (difference, residual[i] - predicted);
    }
}

/* The dotted curve of number 30, as far as the dashed one goes, and how far it is from that. */
static void
extend_finite_width (GramFigure *figure, const GramFiniteWidth *width, const GramLabels *labels,
                     gboolean changed)
{
  GramBuffer *y = gram_figure_kept_column (figure, "%s-finite-width", labels->name);
  GramBuffer *apart = gram_figure_kept_column (figure, "%s-finite-width-difference", labels->name);
  gsize count, ignored;
  const double *predicted =
      gram_buffer_peek (gram_figure_kept_column (figure, "%s-predicted", labels->name), &ignored);
  const double *step =
      gram_buffer_peek (gram_figure_kept_column (figure, "%s-grid", labels->name), &count);

  if (changed || gram_buffer_length (y) > count)
    {
      gram_buffer_resize (y, 0);
      gram_buffer_resize (apart, 0);
    }
  for (gsize i = gram_buffer_length (y); i < MIN (count, ignored); i++)
    {
      double value;

      if (!gram_figure_spend (figure, (double) gram_finite_width_terms (width, labels)))
        return;
      gram_finite_width_predict_curve (width, labels, &step[i], 1, &value);
      gram_buffer_append (y, value);
      gram_buffer_append (apart, value - predicted[i]);
    }
}

static void
add_finite_width (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *column)
{
  g_autofree char *title = gram_labels_title (labels);
  g_autofree char *id = g_strdup_printf ("%s-%s", labels->name, column);
  /* Translators: a label set's curve */
  g_autofree char *name = g_strdup_printf (_ ("%s, predicted with H(0)"), title);
  GramSeries *series =
      gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, gram_labels_role (labels),
                            gram_figure_column (figure, "%s-grid", labels->name),
                            gram_figure_column (figure, "%s-%s", labels->name, column));

  series->shade = GRAM_SHADE_STRONG;
  series->dash = GRAM_DASH_DOTTED;
  series->width = 1.4;
  series->fits = FALSE;
  gram_series_set_tags (series, labels->name, "finite-width");
}

static void
show_finite_width (GramFigure *figure, const Panels *panels, const GramFiniteWidth *width,
                   const GramLabels *labels, gboolean changed)
{
  if (gram_finite_width_terms (width, labels) == 0)
    return;
  extend_finite_width (figure, width, labels, changed);
  add_finite_width (figure, panels->residual, labels, "finite-width");
  add_finite_width (figure, panels->difference, labels, "finite-width-difference");
}

static void
forget_predictions (GramFigure *figure, const char *name)
{
  gram_buffer_resize (gram_figure_kept_column (figure, "%s-grid", name), 0);
  gram_buffer_resize (gram_figure_kept_column (figure, "%s-predicted", name), 0);
  gram_buffer_resize (gram_figure_kept_column (figure, "%s-difference", name), 0);
}

/* ---------- with and without a run ---------------------------------------------------------- */

static gsize
follow (GramFigure *figure, const char *name, const char *column, const GArray *values)
{
  return gram_buffer_follow (gram_figure_kept_column (figure, "%s-%s", name, column),
                             (const double *) (gpointer) values->data, values->len);
}

static void
follow_run (GramFigure *figure, const GramRunSet *set)
{
  const char *name = set->labels->name;
  GramBuffer *difference = gram_figure_kept_column (figure, "%s-difference", name);
  gsize same = follow (figure, name, "step", set->curve[GRAM_QUANTITY_STEP]);

  same = MIN (same, follow (figure, name, "residual", set->curve[GRAM_QUANTITY_RESIDUAL]));
  if (gram_buffer_length (difference) > same)
    gram_buffer_resize (difference, same);
}

/* Returns: whether theory says something of it */
static gboolean
show_run (GramFigure *figure, const Panels *panels, const GramFigureInputs *inputs,
          gboolean changed)
{
  const GramRun *run = inputs->run;
  const GramAnalysis *analysis = inputs->analysis;
  gboolean predicted = FALSE;
  gboolean other =
      inputs->finite_width != NULL
      && gram_figure_value_changed (figure, "finite-width", inputs->finite_width->number);

  for (guint i = 0; i < run->sets->len; i++)
    {
      const GramRunSet *set = g_ptr_array_index (run->sets, i);
      const char *name = set->labels->name;
      int analysed = gram_analysis_find_set (analysis, name);
      double last = gram_run_set_last (set, GRAM_QUANTITY_STEP);

      follow_run (figure, set);
      if (changed || analysed < 0)
        forget_predictions (figure, name);
      if (analysed >= 0 && analysis->n == run->n)
        {
          extend_grid (figure, analysis, analysed, name, run->eta, MAX (last, 10));
          extend_difference (figure, analysis, analysed, name, run->eta);
          predicted = TRUE;
        }
      add_curves (figure, panels, set->labels, TRUE);
      show_finite_width (figure, panels, inputs->finite_width, set->labels, changed || other);
    }
  return predicted;
}

/* Returns: whether there is one */
static gboolean
show_prediction (GramFigure *figure, const Panels *panels, const GramFigureInputs *inputs,
                 gboolean changed)
{
  const GramAnalysis *analysis = inputs->analysis;
  double eta = inputs->settings->eta;
  gboolean predicted = FALSE;
  GramBuffer *kept = gram_figure_kept_column (figure, "horizon");
  gsize count;

  if (changed || gram_buffer_length (kept) == 0)
    *gram_buffer_resize (kept, 1) = gram_analysis_horizon (analysis, eta);
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      const char *name;

      if (set->labels == NULL || gram_analysis_find_set (analysis, set->labels->name) < 0)
        continue;
      name = set->labels->name;
      if (changed)
        forget_predictions (figure, name);
      extend_grid (figure, analysis, (int) i, name, eta, gram_buffer_peek (kept, &count)[0]);
      add_curves (figure, panels, set->labels, FALSE);
      predicted = TRUE;
    }
  return predicted;
}

/* ---------- what grows without bound --------------------------------------------------------- */

/* ‖y − u‖ where the run or the prediction begins, the largest of all label sets. */
static double
first_residual (const GramFigureInputs *inputs, gboolean trained)
{
  double largest = 0;

  for (guint i = 0; trained && i < inputs->run->sets->len; i++)
    {
      const GArray *residual = gram_run_get_set (inputs->run, i)->curve[GRAM_QUANTITY_RESIDUAL];

      if (residual->len > 0)
        largest = MAX (largest, g_array_index (residual, double, 0));
    }
  for (guint i = 0; !trained && i < inputs->analysis->labels->len; i++)
    largest = MAX (largest, ((GramLabelAnalysis *) inputs->analysis->labels->pdata[i])->norm);
  return largest;
}

static double
largest_value (const GramPlot *plot)
{
  double largest = 0;

  for (guint i = 0; i < plot->series->len; i++)
    {
      gsize count;
      const double *y = gram_buffer_peek (((GramSeries *) plot->series->pdata[i])->y, &count);

      for (gsize j = 0; j < count; j++)
        if (isfinite (y[j]))
          largest = MAX (largest, fabs (y[j]));
    }
  return largest;
}

/* A curve that blows up would squash all others: its axis ends early, and says so. */
static void
cut_off_axis (GramPlot *plot, double ceiling)
{
  double largest = largest_value (plot);
  g_autofree char *number = gram_format_number (largest, 2);
  g_autofree char *label = NULL;

  if (!(largest > ceiling))
    return;
  plot->y.ceiling = ceiling;
  /* Translators: the name of an axis, and how far the curves would go that it does not show */
  label = g_strdup_printf (_ ("%s, cut off: goes on to %s"), plot->y.label, number);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, plot->y.scale);
}

static void
cut_off (const Panels *panels, const GramFigureInputs *inputs, gboolean trained)
{
  double ceiling = trained || inputs->analysis != NULL ? 3 * first_residual (inputs, trained) : 0;

  panels->residual->y.ceiling = panels->difference->y.ceiling = NAN;
  if (!(ceiling > 0))
    return;
  cut_off_axis (panels->residual, ceiling);
  cut_off_axis (panels->difference, ceiling);
}

static gboolean
has_records (const GramRun *run)
{
  for (guint i = 0; run != NULL && i < run->sets->len; i++)
    if (((GramRunSet *) g_ptr_array_index (run->sets, i))->curve[GRAM_QUANTITY_STEP]->len > 0)
      return TRUE;
  return FALSE;
}

static const char *
describe_lines (gboolean trained, gboolean predicted)
{
  if (trained && predicted)
    return _ ("Solid: full-batch gradient descent. Dashed: √Σ(1 − ηλᵢ)^{2k}(vᵢᵀy)², Eq 8.");
  if (trained)
    return _ ("Solid: full-batch gradient descent.");
  return predicted ? _ ("Dashed: √Σ(1 − ηλᵢ)^{2k}(vᵢᵀy)², Eq 8.") : "";
}

void
gram_convergence_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  gboolean trained = has_records (inputs->run);
  double eta = trained ? inputs->run->eta : inputs->settings != NULL ? inputs->settings->eta : 0;
  gboolean changed = gram_figure_analysis_changed (figure, inputs->analysis, eta);
  const Panels panels = add_panels (figure);
  g_autofree char *caption = NULL;
  gboolean predicted = FALSE, expected;

  gram_kept_series (figure, panels.residual, inputs->kept, GRAM_QUANTITY_RESIDUAL);
  expected = gram_kept_predictions (figure, panels.residual, inputs->kept);
  if (trained)
    predicted = show_run (figure, &panels, inputs, changed);
  else if (inputs->analysis != NULL && inputs->settings != NULL)
    predicted = show_prediction (figure, &panels, inputs, changed);
  panels.residual->x.include = panels.difference->x.include = trained ? 20 : NAN;
  cut_off (&panels, inputs, trained);
  if (panels.residual->added > 0)
    gram_legend_kinds (panels.residual, _ ("predicted, Eq 8"));
  if (trained && inputs->finite_width != NULL)
    gram_legend_dash (panels.residual, "finite-width", _ ("predicted with H(0)"), GRAM_DASH_DOTTED);
  gram_kept_legend (panels.residual, inputs->kept);
  caption = g_strdup_printf (
      "%s%s%s%s%s", describe_lines (trained, predicted),
      trained && inputs->finite_width != NULL
          /* Translators: appended to the sentences about solid and dashed lines */
          ? _ (" Dotted: ‖(I − ηH(0))ᵏ(u(0) − y)‖, with the net’s own Gram matrix at the start.")
          : "",
      inputs->analysis != NULL && gram_analysis_stable_step (inputs->analysis) <= eta
          /* Translators: appended to the sentences about solid and dashed lines */
          ? _ (" As η is not below 2/λ₁, Eq 8 grows without bound.")
          : "",
      gram_kept_caption (inputs->kept),
      /* Translators: appended to the sentence about thin lines, which are of earlier runs */
      expected ? _ (" Thin and dashed: what Eq 8 said of each, with its own η.") : "");
  gram_figure_caption (figure, inputs, caption);
}
