/* gram-scaling-figure.c: how far nets are off their prediction, against their width
 *
 * SPDX-License-Identifier: MIT
 *
 * The nets of a study on logarithmic axes: each as a small mark, of the seeds the mean and a stroke
 * from the least to the most. Dashed is the line that fits all nets best, with its slope; dotted
 * the slope −1/2 that the proof of Theorem 4.1 has for the width.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-label-series.h"
#include "gram-scaling.h"
#include "gram-ticks.h"

static GramPlot *
add_panel (GramFigure *figure, const GramVariation *against)
{
  GramPlot *plot = gram_figure_add_plot (figure, "scaling");

  gram_plot_set_axis (plot, GRAM_AXIS_X,
                      against == NULL || g_str_equal (against->key, "width")
                          ? _ ("hidden neurons m")
                          : against->symbol,
                      GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, _ ("‖(y − u(k)) − (I − ηH^{∞})ᵏy‖₂ at the last step"),
                      GRAM_SCALE_LOG);
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  return plot;
}

static void
fill_points (GramFigure *figure, const GramScalingCurve *curve, const char *id)
{
  GramBuffer *x = gram_figure_column (figure, "%s-x", id);
  GramBuffer *mean = gram_figure_column (figure, "%s-mean", id);
  GramBuffer *band_x = gram_figure_column (figure, "%s-band-x", id);
  GramBuffer *band_y = gram_figure_column (figure, "%s-band-y", id);

  for (guint i = 0; i < curve->points->len; i++)
    {
      const GramScalingPoint *point = &g_array_index (curve->points, GramScalingPoint, i);

      gram_buffer_append (x, point->x);
      gram_buffer_append (mean, point->mean);
      gram_buffer_append (band_x, point->x);
      gram_buffer_append (band_y, point->least);
      gram_buffer_append (band_x, point->x);
      gram_buffer_append (band_y, point->most);
      gram_buffer_append (band_x, point->x); /* a gap */
      gram_buffer_append (band_y, NAN);
    }
}

/* A line of this slope through (10^at_x, 10^at_y), over the range of the curve. */
static void
fill_line (GramFigure *figure, const GramScalingCurve *curve, const char *id, double slope,
           double at_x, double at_y)
{
  GramBuffer *x = gram_figure_column (figure, "%s-line-x", id);
  GramBuffer *y = gram_figure_column (figure, "%s-line-y", id);
  guint last = curve->points->len - 1;

  for (guint i = 0; i < 2; i++)
    {
      double value = g_array_index (curve->points, GramScalingPoint, i * last).x;

      gram_buffer_append (x, value);
      gram_buffer_append (y, pow (10, at_y + slope * (log10 (value) - at_x)));
    }
}

static GramSeries *
add_line (GramFigure *figure, GramPlot *plot, const char *id, const char *name, GramRole role,
          GramDash dash, const char *tag)
{
  GramSeries *series = gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, role,
                                             gram_figure_column (figure, "%s-line-x", id),
                                             gram_figure_column (figure, "%s-line-y", id));

  series->dash = dash;
  series->width = 1.6;
  gram_series_set_tags (series, tag, NULL);
  return series;
}

static char *
name_curve (const GramLabels *labels, const GramScalingCurve *curve)
{
  g_autofree char *title = gram_labels_title (labels);
  g_autofree char *name =
      *curve->name != '\0' ? g_strdup_printf ("%s, %s", title, curve->name) : g_strdup (title);
  g_autofree char *slope = isfinite (curve->slope) ? gram_format_fixed (curve->slope, 2) : NULL;

  if (slope == NULL)
    return g_steal_pointer (&name);
  /* Translators: label set, then the slope of its line on logarithmic axes */
  return g_strdup_printf (_ ("%s: slope %s"), name, slope);
}

static void
add_curve (GramFigure *figure, GramPlot *plot, const GramScalingCurve *curve, guint index,
           guint curves, gboolean alone)
{
  const double none = 0;
  g_autoptr (GramLabels) labels = gram_labels_new_from_vector (&curve->labels, 1, &none);
  g_autofree char *id = g_strdup_printf ("curve-%u", index);
  g_autofree char *band = g_strdup_printf ("%s-band", id);
  g_autofree char *name = name_curve (labels, curve);
  GramRole role = alone ? gram_labels_role (labels)
                        : gram_role_ramp (curves > 1 ? (double) index / (double) (curves - 1) : 0);
  GramSeries *series;
  GramLegendEntry *entry;

  fill_points (figure, curve, id);
  series = gram_plot_add_series (plot, band, name, GRAM_SERIES_LINE, role,
                                 gram_figure_column (figure, "%s-band-x", id),
                                 gram_figure_column (figure, "%s-band-y", id));
  series->shade = GRAM_SHADE_SOFT;
  series->width = 5;
  gram_series_set_tags (series, id, "seeds");
  if (isfinite (curve->slope))
    {
      fill_line (figure, curve, id, curve->slope, 0, curve->intercept);
      add_line (figure, plot, id, name, role, GRAM_DASH_DASHED, id);
    }
  g_free (g_steal_pointer (&band));
  band = g_strdup_printf ("%s-mean", id);
  series = gram_plot_add_series (plot, band, name, GRAM_SERIES_POINTS, role,
                                 gram_figure_column (figure, "%s-x", id),
                                 gram_figure_column (figure, "%s-mean", id));
  series->marker = gram_labels_marker (labels);
  gram_series_set_tags (series, id, NULL);
  entry = gram_plot_add_legend (plot, id, name, role);
  entry->marker = gram_labels_marker (labels);
  entry->dash = GRAM_DASH_DASHED;
}

/* The slope of the proof, from the first curve's first mean on. */
static void
add_guide (GramFigure *figure, GramPlot *plot, const GramScalingCurve *curve)
{
  const GramScalingPoint *first = &g_array_index (curve->points, GramScalingPoint, 0);
  GramLegendEntry *entry;

  fill_line (figure, curve, "guide", -0.5, log10 (first->x), log10 (first->mean));
  add_line (figure, plot, "guide", _ ("slope −1/2"), GRAM_ROLE_BOUND, GRAM_DASH_DOTTED, "guide")
      ->fits = FALSE;
  entry = gram_plot_add_legend (plot, "guide", _ ("slope −1/2"), GRAM_ROLE_BOUND);
  entry->dash = GRAM_DASH_DOTTED;
}

static gboolean
has_rest (const GPtrArray *curves)
{
  for (guint i = 0; i < curves->len; i++)
    if (*((GramScalingCurve *) curves->pdata[i])->name != '\0')
      return TRUE;
  return FALSE;
}

static gboolean
is_varied (const GramSweepTable *study, const char *key)
{
  for (guint i = 0; i < study->variations->len; i++)
    if (g_str_equal (((GramVariation *) study->variations->pdata[i])->key, key))
      return TRUE;
  return FALSE;
}

/* "m = 512, η = 0.01, k = 1000": what all nets have in common, in the symbols of the paper */
static char *
describe_nets (const GramSweepTable *study)
{
  static const char *const keys[] = { "width", "eta", "kappa", "init" };
  const GramSweepPoint *point = g_ptr_array_index (study->points, 0);
  g_autofree char *k = gram_format_fixed ((double) point->settings->max_steps, 0);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *symbol = keys[i];
      g_autofree char *value = gram_settings_get (point->settings, keys[i]);

      gram_settings_varied (keys[i], &symbol, NULL);
      if (!is_varied (study, keys[i]))
        g_string_append_printf (text, "%s = %s, ", symbol, value);
    }
  g_string_append_printf (text, "k = %s.", k);
  return g_string_free (text, FALSE);
}

static void
set_caption (GramFigure *figure, const GramSweepTable *study)
{
  gboolean same_images = !is_varied (study, "classes") && !is_varied (study, "samples")
                         && !is_varied (study, "preprocess");
  const GramFigureInputs data = { .study = (GramSweepTable *) study }, none = { 0 };
  g_autofree char *common = describe_nets (study);
  g_autofree char *count = g_strdup_printf (_ ("%'u of %'u nets trained."), study->done,
                                            study->cells->len - study->refused);
  g_autofree char *text = g_strdup_printf (
      "%s%s%s %s %s", same_images || study->problem == NULL ? "" : study->problem->dataset_title,
      same_images || study->problem == NULL ? "" : ". ", common, count,
      _ ("How far the outputs u(k) of a net of finite width are off the prediction of Theorem 4.1 "
         "after its last step. Markers: mean over the seeds; strokes: least to most; dashed: the "
         "line that fits all nets best, by least squares of the logarithms."));

  gram_figure_caption (figure, same_images ? &data : &none, text);
}

void
gram_scaling_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramSweepTable *study = inputs->study;
  g_autoptr (GPtrArray) curves = study != NULL ? gram_scaling_new (study) : NULL;
  int axis = study != NULL ? gram_scaling_axis (study->variations) : -1;
  const GramVariation *against = axis >= 0 ? g_ptr_array_index (study->variations, axis) : NULL;
  GramPlot *plot = add_panel (figure, against);

  gram_figure_set_empty (figure, _ ("A study over the width fills this figure"));
  for (guint i = 0; curves != NULL && i < curves->len; i++)
    add_curve (figure, plot, g_ptr_array_index (curves, i), i, curves->len, !has_rest (curves));
  gram_legend_dash (plot, "seeds", _ ("least to most of the seeds"), GRAM_DASH_SOLID);
  if (against != NULL && g_str_equal (against->key, "width") && curves->len > 0)
    add_guide (figure, plot, g_ptr_array_index (curves, 0));
  if (study != NULL)
    set_caption (figure, study);
}
