/* gram-movement-figure.c: how far weights and kernel travel, and how many patterns change on the
 * way
 *
 * SPDX-License-Identifier: MIT
 *
 * Movement: ‖W(k) − W(0)‖_F against its prediction, and the limit √(yᵀH⁻¹y) of Lemma 5.3; the
 * neuron that moved most, and the bound of Lemma C.1. Patterns: the share of 1{w_rᵀx_i ≥ 0} that
 * differ from step 0, and the distances of Lemma C.2. Kernel: number 31.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-kept-series.h"
#include "gram-label-series.h"
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

/* Only what is not there yet: a run's records grow. */
static void
follow (GramFigure *figure, const GramRunSet *set, GramQuantity quantity)
{
  const GramQuantityInfo *info = gram_quantity_get_info (quantity);
  const GArray *curve = set->curve[quantity];
  double *values;

  if (info->factor == 1)
    {
      gram_buffer_follow (gram_figure_kept_column (figure, "%s-%s", set->labels->name, info->name),
                          (const double *) (gpointer) curve->data, curve->len);
      return;
    }
  values = gram_buffer_resize (gram_figure_column (figure, "%s-%s", set->labels->name, info->name),
                               curve->len);
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

/* ---------- movement ------------------------------------------------------------------------ */

static void
predict_distance (GramFigure *figure, const GramFigureInputs *inputs, int set, const char *name,
                  double last)
{
  GramBuffer *x = gram_figure_kept_column (figure, "%s-grid", name);
  GramBuffer *y = gram_figure_kept_column (figure, "%s-predicted", name);
  const GramAnalysis *analysis = inputs->analysis;
  gsize index;

  gram_figure_trim (x, y, last);
  index = gram_buffer_length (y);
  while (index == 0 || gram_analysis_grid_step (index - 1) < last)
    {
      double step = gram_analysis_grid_step (index);

      if (!gram_figure_spend (figure, (double) analysis->n))
        return;
      gram_buffer_append (x, step);
      gram_buffer_append (y, gram_analysis_predict_distance (analysis, (guint) set,
                                                             inputs->run->eta, (gint64) step));
      index++;
    }
}

/* What a set has beside its measured lines; the caption tells of what any has. */
typedef struct
{
  gboolean predicted, limit, bound;
} Theory;

/* Returns: whether there is one */
static gboolean
set_limit (GramPlot *plot, const GramLabelAnalysis *set, GramRole role)
{
  g_autofree char *id = g_strdup_printf ("limit-%s", set->labels->name);
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *value = NULL;
  g_autofree char *label = NULL;
  double limit = gram_movement_limit (set->quadratic_form);
  GramGuide *guide;

  if (!isfinite (limit) || gram_label_analysis_is_lost (set))
    return FALSE;
  value = gram_format_number (limit, 4);
  label = g_strdup_printf ("√(yᵀ(H^{∞})^{−1}y) = %s, %s", value, title);
  guide = gram_plot_add_guide (plot, id, GRAM_AXIS_Y, limit, label);
  guide->role = role;
  guide->dash = GRAM_DASH_DOTTED;
  gram_guide_set_tag (guide, "limit");
  return TRUE;
}

/* Lemma C.1 is one number for all k: a level line over the steps that are shown.
 *
 * Returns: whether there is one */
static gboolean
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
                                             gram_analysis_smallest (inputs->analysis));
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *label = g_strdup_printf (_ ("%s, bound of Lemma C.1"), title);
  GramSeries *series;

  if (!isfinite (bound) || bound <= 0)
    return FALSE;
  gram_buffer_set (x, (const double[]){ 0, MAX (last, 1) }, 2);
  gram_buffer_set (y, (const double[]){ bound, bound }, 2);
  series = gram_predicted_series (figure, plot, set->labels, "bound-step", "bound");
  series->dash = GRAM_DASH_DOTTED;
  gram_series_set_name (series, label);
  gram_series_set_tags (series, name, "bound");
  return TRUE;
}

static void
add_movement_set (GramFigure *figure, GramPlot *distance, GramPlot *neuron,
                  const GramFigureInputs *inputs, const GramRunSet *set, gboolean changed,
                  Theory *theory)
{
  const char *name = set->labels->name;
  int analysed = gram_analysis_find_set (inputs->analysis, name);
  double last = gram_run_set_last (set, GRAM_QUANTITY_OBSERVED_STEP);
  gboolean comparable = analysed >= 0 && inputs->analysis->n == inputs->run->n;

  if (changed || analysed < 0)
    {
      gram_buffer_resize (gram_figure_kept_column (figure, "%s-grid", name), 0);
      gram_buffer_resize (gram_figure_kept_column (figure, "%s-predicted", name), 0);
    }
  if (comparable)
    predict_distance (figure, inputs, analysed, name, MAX (last, 10));
  add_measured (figure, distance, set, GRAM_QUANTITY_DISTANCE);
  gram_predicted_series (figure, distance, set->labels, "grid", "predicted");
  add_measured (figure, neuron, set, GRAM_QUANTITY_DISTANCE_MAX);
  gram_legend_labels (distance, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
  if (!comparable)
    return;
  theory->predicted = TRUE;
  theory->limit |=
      set_limit (distance, g_ptr_array_index (inputs->analysis->labels, (guint) analysed),
                 gram_labels_role (set->labels));
  theory->bound |= set_neuron_bound (figure, neuron, inputs, set, last);
}

void
gram_movement_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramRun *run = inputs->run;
  gboolean changed =
      gram_figure_analysis_changed (figure, inputs->analysis, run != NULL ? run->eta : 0);
  GramPlot *distance =
      add_panel (figure, "distance", label_of (GRAM_QUANTITY_DISTANCE), GRAM_SCALE_LINEAR);
  GramPlot *neuron =
      add_panel (figure, "neuron", label_of (GRAM_QUANTITY_DISTANCE_MAX), GRAM_SCALE_LOG);
  Theory theory = { FALSE, FALSE, FALSE };
  g_autofree char *caption = NULL;

  figure->share_x = TRUE;
  gram_figure_set_empty (figure, _ ("Start a run to see how far the weights travel"));
  distance->weight = 1.4;
  neuron->optional = TRUE;
  gram_kept_series (figure, distance, inputs->kept, GRAM_QUANTITY_DISTANCE);
  gram_kept_series (figure, neuron, inputs->kept, GRAM_QUANTITY_DISTANCE_MAX);
  for (guint i = 0; run != NULL && i < run->sets->len; i++)
    add_movement_set (figure, distance, neuron, inputs, g_ptr_array_index (run->sets, i), changed,
                      &theory);
  if (run != NULL && distance->added > 0)
    {
      gram_legend_kinds (distance, _ ("predicted"));
      gram_legend_dash (distance, "limit", _ ("limit, Lemma 5.3"), GRAM_DASH_DOTTED);
      gram_legend_dash (neuron, "bound", _ ("bound, Lemma C.1"), GRAM_DASH_DOTTED);
    }
  gram_kept_legend (distance, inputs->kept);
  if (distance->added == 0)
    return;
  caption =
      g_strconcat (_ ("Below: the neuron that moved most."),
                   theory.predicted ? _ (" Dashed: √Σ(1 − (1 − ηλᵢ)^{k})²(vᵢᵀy)²/λᵢ.") : "",
                   theory.limit ? _ (" Dotted above: its limit (Lemma 5.3).") : "",
                   theory.bound ? _ (" Dotted below: 4√n ‖y − u(0)‖ / (√m λ_{0}), Lemma C.1.") : "",
                   gram_kept_caption (inputs->kept), NULL);
  gram_figure_caption (figure, inputs, caption);
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

/* Returns: whether ‖H(k) − H(0)‖ is drawn */
static gboolean
add_patterns_set (GramFigure *figure, GramPlot *flipped, GramPlot *drift, const GramRunSet *set)
{
  GramSeries *series = add_measured (figure, flipped, set, GRAM_QUANTITY_FLIPPED);
  gboolean gram = has_numbers (set->curve[GRAM_QUANTITY_DRIFT_GRAM]);

  series->shade = GRAM_SHADE_NORMAL;
  series->width = 2.2;
  add_measured (figure, drift, set, GRAM_QUANTITY_DRIFT_Z);
  if (gram)
    {
      g_autofree char *title = gram_labels_title (set->labels);
      g_autofree char *label =
          g_strdup_printf ("%s, %s", title, label_of (GRAM_QUANTITY_DRIFT_GRAM));

      follow (figure, set, GRAM_QUANTITY_DRIFT_GRAM);
      series = gram_predicted_series (figure, drift, set->labels, "observed-step", "drift-gram");
      gram_series_set_name (series, label);
    }
  gram_legend_labels (flipped, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_NORMAL);
  gram_legend_labels (drift, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
  if (gram)
    gram_plot_set_axis (drift, GRAM_AXIS_Y, _ ("distance from step 0"), GRAM_SCALE_LINEAR);
  return gram;
}

static char *
describe_bounds (const GramFigureInputs *inputs)
{
  const GramAnalysis *analysis = inputs->analysis;
  const GramRun *run = inputs->run;
  g_autofree char *gram = NULL;
  g_autofree char *features = NULL;

  if (run == NULL || analysis == NULL || !(gram_analysis_smallest (analysis) > 0))
    return g_strdup ("");
  gram = gram_format_number (gram_patterns_gram_bound (run->n, run->m,
                                                       gram_analysis_smallest (analysis),
                                                       run->kappa, 0.1),
                             3);
  features = gram_format_number (gram_patterns_features_bound (run->n, run->m,
                                                               gram_analysis_smallest (analysis),
                                                               run->kappa, 0.1),
                                 3);
  return g_strdup_printf (_ (" Lemma C.2 at δ = 0.1, the hidden constant taken as 1 [C]: "
                             "‖H(k) − H(0)‖_{F} ≤ %s, ‖Z(k) − Z(0)‖_{F} ≤ %s."),
                          gram, features);
}

void
gram_patterns_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  GramPlot *flipped =
      add_panel (figure, "flipped", label_of (GRAM_QUANTITY_FLIPPED), GRAM_SCALE_LINEAR);
  GramPlot *drift =
      add_panel (figure, "drift", label_of (GRAM_QUANTITY_DRIFT_Z), GRAM_SCALE_LINEAR);
  gboolean gram = FALSE;
  g_autofree char *bounds = NULL;
  g_autofree char *caption = NULL;

  figure->share_x = TRUE;
  gram_figure_set_empty (figure, _ ("Start a run to see how many patterns change"));
  drift->optional = TRUE;
  gram_kept_series (figure, flipped, inputs->kept, GRAM_QUANTITY_FLIPPED);
  gram_kept_series (figure, drift, inputs->kept, GRAM_QUANTITY_DRIFT_Z);
  for (guint i = 0; inputs->run != NULL && i < inputs->run->sets->len; i++)
    gram |= add_patterns_set (figure, flipped, drift, g_ptr_array_index (inputs->run->sets, i));
  gram_kept_legend (flipped, inputs->kept);
  if (flipped->added == 0)
    return;
  if (gram)
    {
      gram_legend_dash (drift, "measured", label_of (GRAM_QUANTITY_DRIFT_Z), GRAM_DASH_SOLID);
      gram_legend_dash (drift, "predicted", label_of (GRAM_QUANTITY_DRIFT_GRAM), GRAM_DASH_DASHED);
    }
  bounds = describe_bounds (inputs);
  caption =
      g_strconcat (_ ("Above: share of the m × n activation patterns that differ from step 0. "
                      "Below, solid: ‖Z(k) − Z(0)‖_{F}."),
                   gram ? _ (" Dashed: ‖H(k) − H(0)‖_{F}.") : "", bounds,
                   gram_kept_caption (inputs->kept), NULL);
  gram_figure_caption (figure, inputs, caption);
}

/* ---------- the kernel ---------------------------------------------------------------------- */

void
gram_kernel_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  static const struct
  {
    const char *id;
    GramQuantity quantity;
  } panels[] = { { "drift", GRAM_QUANTITY_KERNEL_DRIFT },
                 { "alignment", GRAM_QUANTITY_KERNEL_ALIGNMENT },
                 { "rank", GRAM_QUANTITY_KERNEL_RANK } };

  figure->share_x = figure->shared_legend = TRUE;
  gram_figure_set_empty (figure, _ ("Set “Look at the kernel every … steps”, then start a run"));
  for (guint p = 0; p < G_N_ELEMENTS (panels); p++)
    {
      GramPlot *plot =
          add_panel (figure, panels[p].id, label_of (panels[p].quantity), GRAM_SCALE_LINEAR);

      plot->y.include = panels[p].quantity == GRAM_QUANTITY_KERNEL_DRIFT ? 0 : NAN;
      plot->optional = p > 0;
      for (guint i = 0; inputs->run != NULL && i < inputs->run->sets->len; i++)
        {
          const GramRunSet *set = gram_run_get_set (inputs->run, i);

          if (!has_numbers (set->curve[panels[p].quantity]))
            continue;
          add_measured (figure, plot, set, panels[p].quantity)->width = 2.2;
          gram_legend_labels (plot, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
        }
    }
  if (inputs->run != NULL)
    gram_figure_caption (
        figure, inputs,
        _ ("H(k) is the Gram matrix of the net itself. Drift: how far it is from H(0). Alignment: "
           "1 if it were yyᵀ. Effective rank: exp of the entropy of its eigenvalues, each over "
           "their sum."));
}
