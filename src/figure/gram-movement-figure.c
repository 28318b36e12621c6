/* gram-movement-figure.c: how far the weights travel, and how many patterns change on the way
 *
 * SPDX-License-Identifier: MIT
 *
 * Movement: ‖W(k) − W(0)‖_F against its prediction, and the limit √(yᵀH⁻¹y) of Lemma 5.3; the
 * neuron that moved most, and the bound of Lemma C.1. Patterns: the share of 1{w_rᵀx_i ≥ 0} that
 * differ from step 0, and the distances of Lemma C.2.
 */
#include "gram-figures-private.h"

#include <math.h>

#include "gram-movement.h"
#include "gram-patterns.h"
#include "gram-ticks.h"

static const char *
label_of (GramQuantity quantity)
{
  return _ (gram_quantity_get_info (quantity)->label);
}

static GramPlot *
add_panel (GramFigure *figure, const char *id, const char *label, GramScale scale)
{
  GramPlot *plot = gram_figure_add_plot (figure, id);

  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("step k"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, scale);
  plot->x.integer = TRUE;
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  plot->y.include = scale == GRAM_SCALE_LINEAR ? 0 : NAN;
  return plot;
}

static void
build_movement (GramFigure *figure)
{
  GramPlot *neuron;

  figure->share_x = TRUE;
  gram_figure_set_empty (figure, _ ("Start a run to see how far the weights travel"));
  add_panel (figure, "distance", label_of (GRAM_QUANTITY_DISTANCE), GRAM_SCALE_LINEAR)->weight =
      1.4;
  neuron = add_panel (figure, "neuron", label_of (GRAM_QUANTITY_DISTANCE_MAX), GRAM_SCALE_LOG);
  neuron->legend_place = GRAM_LEGEND_NONE;
  neuron->optional = TRUE;
}

static void
build_patterns (GramFigure *figure)
{
  g_autofree char *drifts = g_strdup_printf ("%s,  %s", label_of (GRAM_QUANTITY_DRIFT_Z),
                                             label_of (GRAM_QUANTITY_DRIFT_GRAM));
  GramPlot *drift;

  figure->share_x = TRUE;
  gram_figure_set_empty (figure, _ ("Start a run to see how many patterns change"));
  add_panel (figure, "flipped", label_of (GRAM_QUANTITY_FLIPPED), GRAM_SCALE_LINEAR);
  drift = add_panel (figure, "drift", drifts, GRAM_SCALE_LINEAR);
  drift->optional = TRUE;
}

/* Only what is not there yet: a run's records grow. */
static void
follow (GramFigure *figure, const GramRunSet *set, GramQuantity quantity)
{
  const GramQuantityInfo *info = gram_quantity_get_info (quantity);
  GramBuffer *column = gram_figure_column (figure, "%s-%s", set->labels->name, info->name);
  const GArray *curve = set->curve[quantity];
  double *values;

  if (info->factor == 1)
    {
      gram_buffer_follow (column, curve);
      return;
    }
  values = gram_buffer_resize (column, curve->len);
  for (guint i = 0; i < curve->len; i++)
    values[i] = info->factor * g_array_index (curve, double, i);
}

static GramSeries *
add_measured (GramFigure *figure, GramPlot *plot, const GramRunSet *set, GramQuantity quantity)
{
  const GramQuantityInfo *info = gram_quantity_get_info (quantity);

  follow (figure, set, info->steps);
  follow (figure, set, quantity);
  return gram_measured_series (figure, plot, set->labels,
                               gram_quantity_get_info (info->steps)->name, info->name);
}

static void
drop_others (GramFigure *figure, const GramRun *run)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint i = 0; i < run->sets->len; i++)
    g_ptr_array_add (labels, gram_run_get_set (run, i)->labels);
  gram_figure_keep_labels (figure, labels);
}

/* ---------- movement ------------------------------------------------------------------------ */

static void
predict_distance (GramFigure *figure, const GramFigureInputs *inputs, int set, const char *name,
                  double last)
{
  GramBuffer *x = gram_figure_column (figure, "%s-grid", name);
  GramBuffer *y = gram_figure_column (figure, "%s-predicted", name);
  gsize index = gram_buffer_length (y);
  const GramAnalysis *analysis = inputs->analysis;

  while (index == 0 || gram_grid_step (index - 1) < last)
    {
      double step = gram_grid_step (index);

      if (!gram_figure_spend (figure, (double) analysis->n))
        return;
      gram_buffer_append (x, step);
      gram_buffer_append (y, gram_analysis_predict_distance (analysis, (guint) set,
                                                             inputs->run->eta, (gint64) step));
      index++;
    }
}

static void
set_limit (GramPlot *plot, const GramLabelAnalysis *set, GramRole role)
{
  g_autofree char *id = g_strdup_printf ("limit-%s", set->labels->name);
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *value = NULL;
  g_autofree char *label = NULL;
  GramGuide *guide = gram_plot_find_guide (plot, id);
  double limit = gram_movement_limit (set->quadratic_form);

  if (!isfinite (limit))
    return;
  value = gram_format_number (limit, 4);
  label = g_strdup_printf ("√(yᵀ(H^{∞})^{−1}y) = %s, %s", value, title);
  if (guide == NULL)
    guide = gram_plot_add_guide (plot, id, GRAM_AXIS_Y, NAN, NULL);
  guide->role = role;
  guide->dash = GRAM_DASH_DOTTED;
  guide->value = limit;
  g_free (guide->label);
  guide->label = g_steal_pointer (&label);
  gram_plot_touch (plot);
}

/* Lemma C.1 is one number for all k: a level line over the steps that are shown. */
static void
set_neuron_bound (GramFigure *figure, GramPlot *plot, const GramFigureInputs *inputs,
                  const GramRunSet *set, double last)
{
  const char *name = set->labels->name;
  GramBuffer *x = gram_figure_column (figure, "%s-bound-step", name);
  GramBuffer *y = gram_figure_column (figure, "%s-bound", name);
  double residual0 = set->curve[GRAM_QUANTITY_RESIDUAL]->len > 0
                         ? g_array_index (set->curve[GRAM_QUANTITY_RESIDUAL], double, 0)
                         : NAN;
  double bound = gram_movement_neuron_bound (inputs->run->n, inputs->run->m, residual0,
                                             inputs->analysis->lambda_min);

  if (!isfinite (bound) || bound <= 0)
    return;
  gram_buffer_set (x, (const double[]){ 0, MAX (last, 1) }, 2);
  gram_buffer_set (y, (const double[]){ bound, bound }, 2);
  g_autofree char *id = g_strdup_printf ("%s-predicted", name);
  if (gram_plot_find_series (plot, id) == NULL)
    {
      GramSeries *series = gram_predicted_series (figure, plot, set->labels, "bound-step", "bound");
      g_autofree char *title = gram_labels_title (set->labels);

      series->dash = GRAM_DASH_DOTTED;
      g_free (series->name);
      series->name = g_strdup_printf (_ ("%s, bound of Lemma C.1"), title);
    }
}

static void
update_movement_set (GramFigure *figure, const GramFigureInputs *inputs, const GramRunSet *set,
                     gboolean changed)
{
  GramPlot *distance = gram_figure_get_plot (figure, "distance");
  GramPlot *neuron = gram_figure_get_plot (figure, "neuron");
  const char *name = set->labels->name;
  int analysed = gram_analysis_find_set (inputs->analysis, name);
  double last = gram_run_set_last (set, GRAM_QUANTITY_OBSERVED_STEP);

  add_measured (figure, distance, set, GRAM_QUANTITY_DISTANCE);
  gram_predicted_series (figure, distance, set->labels, "grid", "predicted");
  add_measured (figure, neuron, set, GRAM_QUANTITY_DISTANCE_MAX);
  gram_legend_labels (distance, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
  if (changed || analysed < 0)
    {
      gram_buffer_resize (gram_figure_column (figure, "%s-grid", name), 0);
      gram_buffer_resize (gram_figure_column (figure, "%s-predicted", name), 0);
    }
  if (analysed < 0 || inputs->analysis->n != inputs->run->n)
    return;
  predict_distance (figure, inputs, analysed, name, MAX (last, 10));
  set_limit (distance, g_ptr_array_index (inputs->analysis->labels, (guint) analysed),
             gram_labels_role (set->labels));
  set_neuron_bound (figure, neuron, inputs, set, last);
}

static void
update_movement (GramFigure *figure, const GramFigureInputs *inputs)
{
  double eta = inputs->run != NULL ? inputs->run->eta : 0;
  gboolean changed = gram_figure_analysis_changed (figure, inputs->analysis, eta);

  if (inputs->run == NULL)
    return;
  drop_others (figure, inputs->run);
  for (guint i = 0; i < inputs->run->sets->len; i++)
    update_movement_set (figure, inputs, g_ptr_array_index (inputs->run->sets, i), changed);
  if (!gram_figure_is_empty (figure))
    gram_legend_kinds (gram_figure_get_plot (figure, "distance"), _ ("predicted"));
  gram_figure_set_caption_parts (
      figure, inputs,
      _ ("Above, dashed: √Σ(1 − (1 − ηλᵢ)^{k})²(vᵢᵀy)²/λᵢ; dotted: its limit (Lemma 5.3). Below: "
         "the "
         "neuron that moved most; dotted: 4√n ‖y − u(0)‖ / (√m λ_{0}), Lemma C.1."));
}

/* ---------- patterns ------------------------------------------------------------------------ */

static gboolean
has_numbers (const GArray *values)
{
  for (guint i = 0; i < values->len; i++)
    if (isfinite (g_array_index (values, double, i)))
      return TRUE;
  return FALSE;
}

static void
update_patterns_set (GramFigure *figure, const GramRunSet *set)
{
  GramPlot *flipped = gram_figure_get_plot (figure, "flipped");
  GramPlot *drift = gram_figure_get_plot (figure, "drift");
  GramSeries *series = add_measured (figure, flipped, set, GRAM_QUANTITY_FLIPPED);

  series->shade = GRAM_SHADE_NORMAL;
  series->width = 2.2;
  add_measured (figure, drift, set, GRAM_QUANTITY_DRIFT_Z);
  gram_legend_labels (flipped, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_NORMAL);
  if (has_numbers (set->curve[GRAM_QUANTITY_DRIFT_GRAM]))
    {
      series = gram_predicted_series (figure, drift, set->labels, "observed-step", "drift-gram");
      if (series->dash == GRAM_DASH_DASHED)
        {
          g_autofree char *title = gram_labels_title (set->labels);

          g_free (series->name);
          series->name = g_strdup_printf ("%s, %s", title, label_of (GRAM_QUANTITY_DRIFT_GRAM));
        }
    }
  follow (figure, set, GRAM_QUANTITY_DRIFT_GRAM);
  gram_legend_labels (drift, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
}

static char *
describe_bounds (const GramFigureInputs *inputs)
{
  const GramAnalysis *analysis = inputs->analysis;
  const GramRun *run = inputs->run;
  g_autofree char *gram = NULL;
  g_autofree char *features = NULL;

  if (analysis == NULL || !(analysis->lambda_min > 0))
    return g_strdup ("");
  gram = gram_format_number (gram_patterns_gram_bound (run->n, run->m, analysis->lambda_min,
                                                       run->kappa, 0.1),
                             3);
  features = gram_format_number (gram_patterns_features_bound (run->n, run->m, analysis->lambda_min,
                                                               run->kappa, 0.1),
                                 3);
  return g_strdup_printf (_ (" Lemma C.2 at δ = 0.1, the hidden constant taken as 1 [C]: "
                             "‖H(k) − H(0)‖_{F} ≤ %s, ‖Z(k) − Z(0)‖_{F} ≤ %s."),
                          gram, features);
}

static void
update_patterns (GramFigure *figure, const GramFigureInputs *inputs)
{
  g_autofree char *bounds = NULL;
  g_autofree char *caption = NULL;

  if (inputs->run == NULL)
    return;
  drop_others (figure, inputs->run);
  for (guint i = 0; i < inputs->run->sets->len; i++)
    update_patterns_set (figure, g_ptr_array_index (inputs->run->sets, i));
  bounds = describe_bounds (inputs);
  caption =
      g_strdup_printf (_ ("Above: share of the m × n activation patterns that differ from step "
                          "0. Below, solid: ‖Z(k) − Z(0)‖_{F}; dashed: ‖H(k) − H(0)‖_{F}.%s"),
                       bounds);
  gram_figure_set_caption_parts (figure, inputs, caption);
}

const GramFigureClass gram_figure_movement = {
  .name = "movement",
  .title = N_ ("Movement of the weights"),
  .numbers = "20",
  .aliases = "",
  .build = build_movement,
  .update = update_movement,
};

const GramFigureClass gram_figure_patterns = {
  .name = "patterns",
  .title = N_ ("Activation patterns that change"),
  .numbers = "17",
  .aliases = "",
  .build = build_patterns,
  .update = update_patterns,
};
