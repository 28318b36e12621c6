/* gram-mislabel-figure.c: images ranked by the weight of their label
 *
 * SPDX-License-Identifier: MIT
 *
 * Above: by how much yᵀH⁻¹y changes when one label is flipped (number 23), most suspicious first;
 * labels that were flipped on purpose are marked. Below: the share of them found among the first
 * images of the ranking, beside what looking at images at random would find.
 */
#include "gram-figures-private.h"

static void
build (GramFigure *figure)
{
  GramPlot *change = gram_figure_add_plot (figure, "change");
  GramPlot *recall = gram_figure_add_plot (figure, "recall");
  GramSeries *series;

  gram_figure_set_empty (figure, _ ("The ranking appears when H^{∞} is factored"));
  figure->share_x = TRUE;
  gram_plot_set_axis (change, GRAM_AXIS_X, _ ("rank of the image"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (change, GRAM_AXIS_Y,
                      _ ("change of yᵀ(H^{∞})^{−1}y when its label is flipped"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (recall, GRAM_AXIS_X, _ ("rank of the image"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (recall, GRAM_AXIS_Y, _ ("planted flips found, %"), GRAM_SCALE_LINEAR);
  change->x.scale_choice = TRUE;
  change->x.integer = recall->x.integer = TRUE;
  gram_plot_set_limits (recall, GRAM_AXIS_Y, 0, 100);
  series = gram_plot_add_series (change, "change", _ ("images"), GRAM_SERIES_LINE, GRAM_ROLE_TRUE,
                                 gram_figure_column (figure, "rank"),
                                 gram_figure_column (figure, "change"));
  series->width = 2.2;
  series = gram_plot_add_series (change, "planted", _ ("flipped on purpose"), GRAM_SERIES_POINTS,
                                 GRAM_ROLE_RANDOM, gram_figure_column (figure, "planted-rank"),
                                 gram_figure_column (figure, "planted-change"));
  series->marker = GRAM_MARKER_DIAMOND;
  gram_plot_add_series (recall, "recall", _ ("found by the ranking"), GRAM_SERIES_STEP,
                        GRAM_ROLE_RANDOM, gram_figure_column (figure, "rank"),
                        gram_figure_column (figure, "recall"));
  series = gram_plot_add_series (recall, "chance", _ ("found at random"), GRAM_SERIES_LINE,
                                 GRAM_ROLE_NEUTRAL, gram_figure_column (figure, "chance-x"),
                                 gram_figure_column (figure, "chance-y"));
  series->dash = GRAM_DASH_DASHED;
  series->width = 1.5;
}

static void
fill_ranking (GramFigure *figure, const GramMislabel *mislabel)
{
  gint64 n = mislabel->n;
  double *rank = gram_buffer_resize (gram_figure_column (figure, "rank"), (gsize) n);
  double *change = gram_buffer_resize (gram_figure_column (figure, "change"), (gsize) n);

  for (gint64 i = 0; i < n; i++)
    {
      rank[i] = (double) i + 1;
      change[i] = mislabel->change[mislabel->order[i]];
    }
}

static void
fill_planted (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramMislabel *mislabel = inputs->mislabel;
  gint64 n = mislabel->n, count = inputs->n_planted;
  GramBuffer *rank = gram_figure_column (figure, "planted-rank");
  GramBuffer *change = gram_figure_column (figure, "planted-change");
  double *recall = gram_buffer_resize (gram_figure_column (figure, "recall"), (gsize) n);
  g_autofree guint8 *is_planted = g_malloc0 ((gsize) n);

  gram_mislabel_recall (mislabel, inputs->planted, count, recall);
  for (gint64 i = 0; i < n; i++)
    recall[i] *= 100;
  for (gint64 i = 0; i < count; i++)
    is_planted[inputs->planted[i]] = 1;
  gram_buffer_resize (rank, 0);
  gram_buffer_resize (change, 0);
  for (gint64 i = 0; i < n; i++)
    if (is_planted[mislabel->order[i]])
      {
        gram_buffer_append (rank, (double) i + 1);
        gram_buffer_append (change, mislabel->change[mislabel->order[i]]);
      }
  gram_buffer_set (gram_figure_column (figure, "chance-x"), (const double[]){ 0, (double) n }, 2);
  gram_buffer_set (gram_figure_column (figure, "chance-y"), (const double[]){ 0, 100 }, 2);
}

static void
update (GramFigure *figure, const GramFigureInputs *inputs)
{
  static const char *const planted[] = { "planted-rank", "planted-change", "recall", "chance-x",
                                         "chance-y" };
  GramPlot *recall = gram_figure_get_plot (figure, "recall");
  gboolean any = inputs->planted != NULL && inputs->n_planted > 0;
  g_autofree char *flipped = NULL;
  g_autofree char *caption = NULL;

  if (inputs->mislabel == NULL)
    return;
  fill_ranking (figure, inputs->mislabel);
  if (any)
    fill_planted (figure, inputs);
  else
    for (guint i = 0; i < G_N_ELEMENTS (planted); i++)
      gram_buffer_resize (gram_figure_column (figure, "%s", planted[i]), 0);
  recall->weight = any ? 1 : 0.4;
  flipped = g_strdup_printf ("%" G_GINT64_FORMAT, inputs->n_planted);
  caption =
      any ? g_strdup_printf (_ ("4[((H^{∞})^{−1})ᵢᵢ − yᵢ((H^{∞})^{−1}y)ᵢ], most suspicious first. "
                                "%s labels were flipped on purpose."),
                             flipped)
          : g_strdup (_ ("4[((H^{∞})^{−1})ᵢᵢ − yᵢ((H^{∞})^{−1}y)ᵢ], most suspicious first."));
  gram_figure_set_caption_parts (figure, &(GramFigureInputs){ .analysis = inputs->analysis },
                                 caption);
}

const GramFigureClass gram_figure_mislabel = {
  .name = "mislabel",
  .title = N_ ("Labels that look wrong"),
  .numbers = "23",
  .aliases = "",
  .build = build,
  .update = update,
};
