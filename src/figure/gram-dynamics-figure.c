/* gram-dynamics-figure.c: the residual by eigenvectors, and why the net is off its prediction
 *
 * SPDX-License-Identifier: MIT
 *
 * Modes: √Σ(vᵢᵀ(y − u(k)))² over bands of eigenvectors, against √Σ(1−ηλᵢ)^{2k}pᵢ² (number 14).
 * Budget: the three terms of Eq 27. A panel for each label set.
 */
#include <glib/gi18n.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-label-series.h"
#include "gram-ticks.h"

/* A panel a label set, with one legend for all; one empty panel when there is nothing to show. */
static gboolean
begin_panels (GramFigure *figure, const GPtrArray *dynamics)
{
  gboolean any = dynamics != NULL && dynamics->len > 0;

  figure->share_x = figure->shared_legend = TRUE;
  figure->columns = any ? MIN (dynamics->len, 2) : 1;
  if (!any)
    gram_figure_add_plot (figure, "none");
  return any;
}

static GramPlot *
add_panel (GramFigure *figure, const GramDynamics *one, const char *label)
{
  GramPlot *plot = gram_figure_add_plot (figure, one->labels->name);
  g_autofree char *title = gram_labels_title (one->labels);

  gram_plot_set_title (plot, title);
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("step k"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, GRAM_SCALE_LOG);
  plot->x.integer = TRUE;
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  return plot;
}

static double
largest (const double *values, gsize count)
{
  double most = 0;

  for (gsize i = 0; i < count; i++)
    most = MAX (most, values[i]);
  return most;
}

/* ---------- modes --------------------------------------------------------------------------- */

static char *
name_band (const GramDynamics *one, guint band)
{
  g_autofree char *first = gram_format_fixed ((double) (one->first[band] + 1), 0);
  g_autofree char *last = gram_format_fixed ((double) one->first[band + 1], 0);

  if (one->first[band] + 1 == one->first[band + 1])
    return g_strdup_printf ("i = %s", first);
  return g_strdup_printf ("%s ≤ i ≤ %s", first, last);
}

static void
add_band (GramFigure *figure, GramPlot *plot, const GramDynamics *one, guint band)
{
  const char *set = one->labels->name;
  GramRole role = gram_role_ramp (one->bands > 1 ? band / (one->bands - 1.0) : 0);
  g_autofree char *name = name_band (one, band);
  g_autofree char *id = g_strdup_printf ("band-%u", band);
  g_autofree char *predicted_id = g_strdup_printf ("band-%u-predicted", band);
  g_autofree char *predicted_name = g_strdup_printf (_ ("%s, predicted"), name);
  GramBuffer *x = gram_figure_column (figure, "%s-step", set);
  GramSeries *series;

  series = gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, role, x,
                                 gram_figure_column (figure, "%s-%u-measured", set, band));
  series->shade = GRAM_SHADE_SOFT;
  series->width = 3.2;
  gram_series_set_tags (series, id, "measured");
  series = gram_plot_add_series (plot, predicted_id, predicted_name, GRAM_SERIES_LINE, role, x,
                                 gram_figure_column (figure, "%s-%u-predicted", set, band));
  series->shade = GRAM_SHADE_STRONG;
  series->width = 1.4;
  series->dash = GRAM_DASH_DASHED;
  gram_series_set_tags (series, id, "predicted");
  gram_plot_add_legend (plot, id, name, role);
}

static void
fill_bands (GramFigure *figure, const GramDynamics *one)
{
  const char *name = one->labels->name;

  gram_buffer_set (gram_figure_column (figure, "%s-step", name), one->step, one->count);
  for (guint band = 0; band < one->bands; band++)
    {
      gsize at = (gsize) band * one->count;

      gram_buffer_set (gram_figure_column (figure, "%s-%u-measured", name, band),
                       one->measured + at, one->count);
      gram_buffer_set (gram_figure_column (figure, "%s-%u-predicted", name, band),
                       one->predicted + at, one->count);
    }
}

void
gram_modes_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  gram_figure_set_empty (figure, _ ("The modes need a run and the full spectrum"));
  if (!begin_panels (figure, inputs->dynamics))
    return;
  for (guint i = 0; i < inputs->dynamics->len; i++)
    {
      const GramDynamics *one = g_ptr_array_index (inputs->dynamics, i);
      GramPlot *plot = add_panel (figure, one, _ ("‖residual in the band‖"));

      fill_bands (figure, one);
      for (guint band = 0; band < one->bands; band++)
        add_band (figure, plot, one, band);
      gram_legend_kinds (plot, _ ("predicted, Eq 8"));
      /* float32 training knows nothing below */
      plot->y.floor = largest (one->measured, (gsize) one->bands * one->count) * 1e-6;
    }
  gram_figure_caption (figure, inputs,
                       _ ("Solid: √Σ(vᵢᵀ(y − u(k)))² over the band of eigenvectors. Dashed: "
                          "√Σ(1 − ηλᵢ)^{2k}(vᵢᵀy)², Eq 8."));
}

/* ---------- budget -------------------------------------------------------------------------- */

static const struct
{
  const char *id, *name;
  GramRole role;
  GramShade shade;
  GramDash dash;
  gsize offset;
} terms[] = {
  { "residual", N_ ("‖y − u(k)‖, measured"), GRAM_ROLE_NEUTRAL, GRAM_SHADE_SOFT, GRAM_DASH_SOLID,
    G_STRUCT_OFFSET (GramErrorBudgetRow, residual) },
  { "labels", "‖(I − ηH^{∞})ᵏy‖", GRAM_ROLE_TRUE, GRAM_SHADE_STRONG, GRAM_DASH_DASHED,
    G_STRUCT_OFFSET (GramErrorBudgetRow, labels) },
  { "initial", "‖(I − ηH^{∞})ᵏu(0)‖", GRAM_ROLE_BOUND, GRAM_SHADE_NORMAL, GRAM_DASH_MIXED,
    G_STRUCT_OFFSET (GramErrorBudgetRow, initial) },
  { "perturbation", "‖Σ_{t} (I − ηH^{∞})^{t}ζ(k − 1 − t)‖", GRAM_ROLE_RANDOM, GRAM_SHADE_NORMAL,
    GRAM_DASH_SOLID, G_STRUCT_OFFSET (GramErrorBudgetRow, perturbation) },
};

static void
add_terms (GramFigure *figure, GramPlot *plot, const GramDynamics *one)
{
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    {
      GramSeries *series =
          gram_plot_add_series (plot, terms[i].id, _ (terms[i].name), GRAM_SERIES_LINE,
                                terms[i].role,
                                gram_figure_column (figure, "%s-step", one->labels->name),
                                gram_figure_column (figure, "%s-%s", one->labels->name,
                                                    terms[i].id));

      series->shade = terms[i].shade;
      series->dash = terms[i].dash;
      series->width = terms[i].shade == GRAM_SHADE_SOFT ? 4 : 1.8;
    }
}

static void
fill_terms (GramFigure *figure, const GramDynamics *one)
{
  double *step = gram_buffer_resize (gram_figure_column (figure, "%s-step", one->labels->name),
                                     one->budget->len);

  for (guint i = 0; i < one->budget->len; i++)
    step[i] = (double) g_array_index (one->budget, GramErrorBudgetRow, i).step;
  for (guint j = 0; j < G_N_ELEMENTS (terms); j++)
    {
      double *values =
          gram_buffer_resize (gram_figure_column (figure, "%s-%s", one->labels->name, terms[j].id),
                              one->budget->len);

      for (guint i = 0; i < one->budget->len; i++)
        values[i] = G_STRUCT_MEMBER (double, &g_array_index (one->budget, GramErrorBudgetRow, i),
                                     terms[j].offset);
    }
}

void
gram_budget_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  gram_figure_set_empty (figure, _ ("The error budget needs a run and the full spectrum"));
  if (!begin_panels (figure, inputs->dynamics))
    return;
  for (guint i = 0; i < inputs->dynamics->len; i++)
    {
      const GramDynamics *one = g_ptr_array_index (inputs->dynamics, i);
      GramPlot *plot = add_panel (figure, one, _ ("norm of the term"));

      fill_terms (figure, one);
      add_terms (figure, plot, one);
      plot->y.floor = one->budget->len > 0
                          ? g_array_index (one->budget, GramErrorBudgetRow, 0).residual * 1e-6
                          : 1e-6;
    }
  gram_figure_caption (
      figure, inputs,
      _ ("Eq 27: u(k) − y = −(I − ηH^{∞})ᵏy + (I − ηH^{∞})ᵏu(0) + Σ_{t}(I − ηH^{∞})^{t}ζ(k − 1 − "
         "t). "
         "ζ is what a step leaves unexplained, so the three always add up. The last term is summed "
         "up "
         "from one recorded step to the next."));
}
