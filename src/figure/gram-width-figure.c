/* gram-width-figure.c: measured − predicted, split in finite width and moving patterns
 *
 * SPDX-License-Identifier: MIT
 *
 * With (30) = ‖(I − ηH(0))ᵏ(u(0) − y)‖: measured − (Eq 8) = [(30) − (Eq 8)] + [measured − (30)].
 * All three at the recorded steps themselves, so that they add up. A panel for each label set.
 */
#include <glib/gi18n.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-label-series.h"

static const struct
{
  const char *id, *name;
  GramRole role;
  GramShade shade;
  GramDash dash;
  double width;
} parts[] = {
  { "difference", N_ ("measured − predicted, Eq 8"), GRAM_ROLE_NEUTRAL, GRAM_SHADE_SOFT,
    GRAM_DASH_SOLID, 3.6 },
  { "width", N_ ("of it finite width: H(0) is not H^{∞}"), GRAM_ROLE_TRUE, GRAM_SHADE_STRONG,
    GRAM_DASH_DOTTED, 1.8 },
  { "patterns", N_ ("of it moving patterns: H(k) is not H(0)"), GRAM_ROLE_RANDOM, GRAM_SHADE_STRONG,
    GRAM_DASH_DASHED, 1.8 },
};

static GramPlot *
add_panel (GramFigure *figure, const GramLabels *labels)
{
  GramPlot *plot = gram_figure_add_plot (figure, labels->name);
  g_autofree char *title = gram_labels_title (labels);

  gram_plot_set_title (plot, title);
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("step k"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, _ ("difference of ‖y − u(k)‖₂"), GRAM_SCALE_LINEAR);
  plot->x.integer = plot->x.scale_choice = TRUE;
  plot->y.include = 0;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      GramSeries *series =
          gram_plot_add_series (plot, parts[i].id, _ (parts[i].name), GRAM_SERIES_LINE,
                                parts[i].role, gram_figure_column (figure, "%s-step", labels->name),
                                gram_figure_column (figure, "%s-%s", labels->name, parts[i].id));

      series->shade = parts[i].shade;
      series->dash = parts[i].dash;
      series->width = parts[i].width;
    }
  return plot;
}

static GramBuffer *
part_column (GramFigure *figure, const GramLabels *labels, guint part)
{
  return gram_figure_kept_column (figure, "%s-%s", labels->name, parts[part].id);
}

/* Goes on with the three parts until they reach as far as the records. */
static void
extend (GramFigure *figure, const GramFigureInputs *inputs, int analysed, const GramRunSet *set)
{
  const GramLabels *labels = set->labels;
  const double *step = (const double *) (gpointer) set->curve[GRAM_QUANTITY_STEP]->data;
  const GArray *residual = set->curve[GRAM_QUANTITY_RESIDUAL];
  double cost = (double) gram_analysis_prediction_terms (inputs->analysis, (guint) analysed)
                + (double) gram_finite_width_terms (inputs->finite_width, labels);

  for (gsize i = gram_buffer_length (part_column (figure, labels, 0)); i < residual->len; i++)
    {
      double measured = g_array_index (residual, double, i), limit, start;

      if (!gram_figure_spend (figure, cost))
        return;
      gram_analysis_predict_curve (inputs->analysis, (guint) analysed, inputs->run->eta, &step[i],
                                   1, &limit);
      gram_finite_width_predict_curve (inputs->finite_width, labels, &step[i], 1, &start);
      gram_buffer_append (part_column (figure, labels, 0), measured - limit);
      gram_buffer_append (part_column (figure, labels, 1), start - limit);
      gram_buffer_append (part_column (figure, labels, 2), measured - start);
    }
}

static void
show_set (GramFigure *figure, const GramFigureInputs *inputs, int analysed, const GramRunSet *set,
          gboolean changed)
{
  const GramLabels *labels = set->labels;
  const GArray *step = set->curve[GRAM_QUANTITY_STEP];
  GramBuffer *x = gram_figure_kept_column (figure, "%s-step", labels->name);
  gsize same = gram_buffer_follow (x, (const double *) (gpointer) step->data, step->len);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      GramBuffer *y = part_column (figure, labels, i);

      if (changed || gram_buffer_length (y) > same)
        gram_buffer_resize (y, changed ? 0 : same);
    }
  extend (figure, inputs, analysed, set);
  add_panel (figure, labels);
}

void
gram_width_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramRun *run = inputs->run;
  const GramFiniteWidth *width = inputs->finite_width;
  gboolean known =
      run != NULL && inputs->analysis != NULL && inputs->analysis->n == run->n && width != NULL;
  gboolean changed =
      gram_figure_analysis_changed (figure, inputs->analysis, run != NULL ? run->eta : 0);
  guint panels = 0;

  figure->share_x = figure->shared_legend = TRUE;
  gram_figure_set_empty (figure, _ ("The finite width needs a run and H(0)"));
  if (known && gram_figure_value_changed (figure, "number", width->number))
    changed = TRUE;
  for (guint i = 0; known && i < run->sets->len; i++)
    {
      const GramRunSet *set = gram_run_get_set (run, i);
      int analysed = gram_analysis_find_set (inputs->analysis, set->labels->name);

      if (analysed < 0 || gram_finite_width_terms (width, set->labels) == 0)
        continue;
      show_set (figure, inputs, analysed, set, changed);
      panels++;
    }
  if (panels == 0)
    gram_figure_add_plot (figure, "none");
  figure->columns = CLAMP (panels, 1, 2);
  gram_figure_caption (figure, inputs,
                       _ ("Solid: ‖y − u(k)‖ as measured less Eq 8. Dotted: ‖(I − ηH(0))ᵏ(u(0) − "
                          "y)‖ less Eq 8. Dashed: what was measured less the former. H(0): the "
                          "net’s own Gram matrix at the start."));
}
