/* gram-label-series.c: how a label set looks, the same in every figure
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-label-series.h"

#include <glib/gi18n.h>

#include "gram-figure-builder.h"
#include "gram-ticks.h"

/**
 * gram_labels_role:
 *
 * Returns: the colour of a label set
 */
GramRole
gram_labels_role (const GramLabels *labels)
{
  return gram_role_from_string (gram_labels_kind_info (labels->spec.kind)->role);
}

/**
 * gram_labels_marker:
 *
 * Returns: the marker of a label set
 */
GramMarker
gram_labels_marker (const GramLabels *labels)
{
  static const GramMarker markers[GRAM_N_ROLES] = {
    [GRAM_ROLE_TRUE] = GRAM_MARKER_CIRCLE,    [GRAM_ROLE_RANDOM] = GRAM_MARKER_SQUARE,
    [GRAM_ROLE_WORST] = GRAM_MARKER_TRIANGLE, [GRAM_ROLE_MIXED] = GRAM_MARKER_DIAMOND,
    [GRAM_ROLE_EXTRA] = GRAM_MARKER_CROSS,
  };

  return markers[gram_labels_role (labels)];
}

/**
 * gram_labels_title:
 *
 * Returns: (transfer full): "true labels", "30 % random labels"
 */
char *
gram_labels_title (const GramLabels *labels)
{
  const GramLabelsKindInfo *kind = gram_labels_kind_info (labels->spec.kind);
  g_autofree char *percent = gram_format_number (labels->spec.rho * 100, 3);

  return kind->has_rho ? g_strdup_printf (_ (kind->title), percent) : g_strdup (_ (kind->title));
}

static GramSeries *
add_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *x,
            const char *y, gboolean predicted)
{
  g_autofree char *title = gram_labels_title (labels);
  g_autofree char *id = g_strdup_printf (predicted ? "%s-predicted" : "%s", labels->name);
  g_autofree char *name = g_strdup_printf (predicted ? _ ("%s, predicted") : "%s", title);
  GramSeries *series =
      gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, gram_labels_role (labels),
                            gram_figure_column (figure, "%s-%s", labels->name, x),
                            gram_figure_column (figure, "%s-%s", labels->name, y));

  series->shade = predicted ? GRAM_SHADE_STRONG : GRAM_SHADE_SOFT;
  series->width = predicted ? 1.6 : 3.6;
  series->dash = predicted ? GRAM_DASH_DASHED : GRAM_DASH_SOLID;
  series->marker = predicted ? GRAM_MARKER_NONE : gram_labels_marker (labels);
  gram_series_set_tags (series, labels->name, predicted ? "predicted" : "measured");
  return series;
}

/**
 * gram_measured_series:
 * @x: (and @y) columns, after the label set's name
 *
 * Returns: (transfer none): the wide soft line of what a net did
 */
GramSeries *
gram_measured_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *x,
                      const char *y)
{
  return add_series (figure, plot, labels, x, y, FALSE);
}

/**
 * gram_predicted_series:
 *
 * Returns: (transfer none): the thin dashed line of what theory says
 */
GramSeries *
gram_predicted_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *x,
                       const char *y)
{
  return add_series (figure, plot, labels, x, y, TRUE);
}

/**
 * gram_legend_labels:
 *
 * Adds the legend entry of a label set.
 */
void
gram_legend_labels (GramPlot *plot, const GramLabels *labels, GramSeriesKind kind, GramShade shade)
{
  g_autofree char *title = gram_labels_title (labels);
  GramLegendEntry *entry =
      gram_plot_add_legend (plot, labels->name, title, gram_labels_role (labels));

  entry->kind = kind;
  entry->shade = shade;
  entry->marker = gram_labels_marker (labels);
  entry->names_curve = kind == GRAM_SERIES_LINE;
}

/**
 * gram_legend_dash:
 * @tag: of the lines
 * @label: what they are
 *
 * Adds the entry for all lines that are dashed like that, whatever their colour.
 */
void
gram_legend_dash (GramPlot *plot, const char *tag, const char *label, GramDash dash)
{
  GramLegendEntry *entry = gram_plot_add_legend (plot, tag, label, GRAM_ROLE_NEUTRAL);

  entry->shade = dash == GRAM_DASH_SOLID ? GRAM_SHADE_SOFT : GRAM_SHADE_STRONG;
  entry->dash = dash;
}

/**
 * gram_legend_kinds:
 * @predicted: what the dashed lines are
 *
 * Adds the entries for solid and dashed lines.
 */
void
gram_legend_kinds (GramPlot *plot, const char *predicted)
{
  gram_legend_dash (plot, "measured", _ ("measured"), GRAM_DASH_SOLID);
  gram_legend_dash (plot, "predicted", predicted, GRAM_DASH_DASHED);
}
