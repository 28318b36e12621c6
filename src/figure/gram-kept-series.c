/* gram-kept-series.c: runs that stay, behind the one that is there
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-kept-series.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-label-series.h"

/* Steps around the ramp that leave the first few colours far apart, however many there will be. */
#define GOLDEN 0.6180339887498949

/**
 * gram_kept_role:
 *
 * Returns: the colour of the run, in every figure and in the list
 */
GramRole
gram_kept_role (const GramKeptRun *kept)
{
  return gram_role_ramp (fmod (0.15 + GOLDEN * kept->colour, 1));
}

/* What was recorded does not change, so that a column that is as long as before is as before.
 * @id: of the series */
static GramBuffer *
column (GramFigure *figure, const char *id, const GramRunSet *set, GramQuantity quantity)
{
  const GramQuantityInfo *info = gram_quantity_get_info (quantity);
  const GArray *curve = set->curve[quantity];
  GramBuffer *buffer = gram_figure_kept_column (figure, "%s-%s", id, info->name);
  double *values;

  if (gram_buffer_length (buffer) == curve->len)
    return buffer;
  values = gram_buffer_resize (buffer, curve->len);
  for (guint i = 0; i < curve->len; i++)
    values[i] = info->factor * g_array_index (curve, double, i);
  return buffer;
}

/* @set: of the run, or of its prediction */
static GramSeries *
add_set (GramFigure *figure, GramPlot *plot, const GramKeptRun *kept, const GramRunSet *set,
         GramQuantity quantity, gboolean predicted)
{
  GramQuantity steps = gram_quantity_get_info (quantity)->steps;
  g_autofree char *tag = g_strdup_printf ("run-%u", kept->number);
  g_autofree char *id =
      g_strdup_printf (predicted ? "%s-%s-predicted" : "%s-%s", tag, set->labels->name);
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *name = g_strdup_printf ("%s, %s", title, kept->title);
  GramSeries *series =
      gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, gram_kept_role (kept),
                            column (figure, id, set, steps), column (figure, id, set, quantity));

  series->width = 1.2;
  series->settled = TRUE;
  gram_series_set_tags (series, tag, set->labels->name);
  return series;
}

static void
add_measured (GramFigure *figure, GramPlot *plot, const GramKeptRun *kept, const GramRunSet *set,
              GramQuantity quantity)
{
  GramSeries *series = add_set (figure, plot, kept, set, quantity, FALSE);

  series->marker = gram_labels_marker (set->labels);
  series->marker_size = 5;
  /* one that ran away would leave no room for the others */
  series->fits = kept->run->stopped != GRAM_STOPPED_DIVERGED;
}

/* Thinner than what was measured, so that both show where they agree. */
static void
add_predicted (GramFigure *figure, GramPlot *plot, const GramKeptRun *kept, const GramRunSet *set)
{
  GramSeries *series = add_set (figure, plot, kept, set, GRAM_QUANTITY_RESIDUAL, TRUE);
  g_autofree char *name = g_strdup_printf (_ ("%s, predicted"), series->name);

  gram_series_set_name (series, name);
  series->shade = GRAM_SHADE_STRONG;
  series->dash = GRAM_DASH_DASHED;
  series->width = 1;
  series->fits = FALSE;
  gram_series_set_third_tag (series, "predicted");
}

/**
 * gram_kept_series:
 * @kept: (nullable) (element-type GramKeptRun): of the images that the figure is about
 *
 * Adds their curves of @quantity; before all others, which lie over them.
 */
void
gram_kept_series (GramFigure *figure, GramPlot *plot, const GPtrArray *kept, GramQuantity quantity)
{
  for (guint i = 0; kept != NULL && i < kept->len; i++)
    {
      const GramKeptRun *one = g_ptr_array_index (kept, i);

      for (guint k = 0; k < one->run->sets->len; k++)
        add_measured (figure, plot, one, gram_run_get_set (one->run, k), quantity);
    }
}

/**
 * gram_kept_predictions:
 * @kept: (nullable) (element-type GramKeptRun): as in gram_kept_series()
 *
 * Adds the residuals that were predicted of them, where that was known when they were kept.
 *
 * Returns: whether there are any
 */
gboolean
gram_kept_predictions (GramFigure *figure, GramPlot *plot, const GPtrArray *kept)
{
  gboolean any = FALSE;

  for (guint i = 0; kept != NULL && i < kept->len; i++)
    {
      const GramKeptRun *one = g_ptr_array_index (kept, i);

      for (guint k = 0; one->predicted != NULL && k < one->predicted->sets->len; k++)
        {
          add_predicted (figure, plot, one, gram_run_get_set (one->predicted, k));
          any = TRUE;
        }
    }
  return any;
}

/**
 * gram_kept_legend:
 *
 * Adds an entry a run, under its name.
 */
void
gram_kept_legend (GramPlot *plot, const GPtrArray *kept)
{
  for (guint i = 0; kept != NULL && i < kept->len; i++)
    {
      const GramKeptRun *one = g_ptr_array_index (kept, i);
      g_autofree char *tag = g_strdup_printf ("run-%u", one->number);

      gram_plot_add_legend (plot, tag, one->title, gram_kept_role (one));
    }
}

/**
 * gram_kept_caption:
 *
 * Returns: what the caption says of them, "" when there are none
 */
const char *
gram_kept_caption (const GPtrArray *kept)
{
  return kept != NULL && kept->len > 0
             /* Translators: appended to the sentences about solid and dashed lines */
             ? _ (" Thin: earlier runs on the same images, named in the legend.")
             : "";
}
