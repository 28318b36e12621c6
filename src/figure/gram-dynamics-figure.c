/* gram-dynamics-figure.c: the residual by eigenvectors, and why the net is off its prediction
 *
 * SPDX-License-Identifier: MIT
 *
 * Modes: √Σ(vᵢᵀ(y − u(k)))² over bands of eigenvectors, against √Σ(1−ηλᵢ)^{2k}pᵢ² (number 14).
 * Budget: the three terms of Eq 27. A panel for each label set.
 */
#include "gram-figures-private.h"

#include <string.h>

static void
build_modes (GramFigure *figure)
{
  gram_figure_set_empty (figure, _ ("The modes need a run and the full spectrum"));
  figure->share_x = figure->shared_legend = TRUE;
  gram_figure_add_plot (figure, "none");
}

static void
build_budget (GramFigure *figure)
{
  gram_figure_set_empty (figure, _ ("The error budget needs a run and the full spectrum"));
  figure->share_x = figure->shared_legend = TRUE;
  gram_figure_add_plot (figure, "none");
}

static gboolean
same_panels (const GramFigure *figure, const GPtrArray *dynamics)
{
  if (figure->plots->len != dynamics->len)
    return FALSE;
  for (guint i = 0; i < dynamics->len; i++)
    {
      const GramDynamics *one = g_ptr_array_index (dynamics, i);

      if (strcmp (((GramPlot *) g_ptr_array_index (figure->plots, i))->id, one->labels->name) != 0)
        return FALSE;
    }
  return TRUE;
}

/* A run that is gone takes its curves with it. */
static void
empty_panels (GramFigure *figure)
{
  if (gram_figure_is_empty (figure))
    return;
  gram_figure_clear_plots (figure);
  gram_figure_add_plot (figure, "none");
}

/* Returns whether the panels are of other label sets, and so have to be added anew. */
static gboolean
begin_panels (GramFigure *figure, const GPtrArray *dynamics)
{
  gboolean fresh = !same_panels (figure, dynamics);

  if (fresh)
    gram_figure_clear_plots (figure);
  figure->columns = MIN (dynamics->len, 2);
  return fresh;
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
  gint64 first = one->first[band] + 1, last = one->first[band + 1];

  if (first == last)
    return g_strdup_printf ("i = %" G_GINT64_FORMAT, first);
  return g_strdup_printf ("%" G_GINT64_FORMAT " ≤ i ≤ %" G_GINT64_FORMAT, first, last);
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
  series = gram_plot_add_series (plot, predicted_id, predicted_name, GRAM_SERIES_LINE, role, x,
                                 gram_figure_column (figure, "%s-%u-predicted", set, band));
  series->shade = GRAM_SHADE_STRONG;
  series->width = 1.4;
  series->dash = GRAM_DASH_DASHED;
  gram_series_set_tags (series, id, NULL);
  gram_plot_add_legend (plot, id, name, role);
}

static void
update_modes (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GPtrArray *dynamics = inputs->dynamics;
  gboolean fresh;

  if (dynamics == NULL || dynamics->len == 0)
    {
      empty_panels (figure);
      return;
    }
  fresh = begin_panels (figure, dynamics);
  for (guint i = 0; i < dynamics->len; i++)
    {
      const GramDynamics *one = g_ptr_array_index (dynamics, i);
      GramPlot *plot = fresh ? add_panel (figure, one, _ ("‖residual in the band‖"))
                             : g_ptr_array_index (figure->plots, i);
      double most = largest (one->measured, (gsize) one->bands * one->count);

      gram_buffer_set (gram_figure_column (figure, "%s-step", one->labels->name), one->step,
                       one->count);
      for (guint band = 0; band < one->bands; band++)
        {
          gsize at = (gsize) band * one->count;

          gram_buffer_set (gram_figure_column (figure, "%s-%u-measured", one->labels->name, band),
                           one->measured + at, one->count);
          gram_buffer_set (gram_figure_column (figure, "%s-%u-predicted", one->labels->name, band),
                           one->predicted + at, one->count);
          if (fresh)
            add_band (figure, plot, one, band);
        }
      plot->y.floor = most * 1e-6; /* float32 training knows nothing below */
    }
  gram_figure_set_caption_parts (
      figure, inputs,
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

static void
update_budget (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GPtrArray *dynamics = inputs->dynamics;
  gboolean fresh;

  if (dynamics == NULL || dynamics->len == 0)
    {
      empty_panels (figure);
      return;
    }
  fresh = begin_panels (figure, dynamics);
  for (guint i = 0; i < dynamics->len; i++)
    {
      const GramDynamics *one = g_ptr_array_index (dynamics, i);

      fill_terms (figure, one);
      if (!fresh)
        continue;
      GramPlot *plot = add_panel (figure, one, _ ("norm of the term"));
      add_terms (figure, plot, one);
      plot->y.floor = one->budget->len > 0
                          ? g_array_index (one->budget, GramErrorBudgetRow, 0).residual * 1e-6
                          : 1e-6;
    }
  gram_figure_set_caption_parts (
      figure, inputs,
      _ ("Eq 27: u(k) − y = −(I − ηH^{∞})ᵏy + (I − ηH^{∞})ᵏu(0) + Σ_{t}(I − ηH^{∞})^{t}ζ(k − 1 − "
         "t). "
         "ζ is what a step leaves unexplained, so the three always add up. The last term is summed "
         "up "
         "from one recorded step to the next."));
}

const GramFigureClass gram_figure_modes = {
  .name = "modes",
  .title = N_ ("Decay of the residual along the eigenvectors"),
  .numbers = "14",
  .aliases = "",
  .build = build_modes,
  .update = update_modes,
};

const GramFigureClass gram_figure_budget = {
  .name = "budget",
  .title = N_ ("Error budget of the prediction"),
  .numbers = "16",
  .aliases = "",
  .build = build_budget,
  .update = update_budget,
};
