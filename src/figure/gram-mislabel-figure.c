/* gram-mislabel-figure.c: images ranked by the weight of their label
 *
 * SPDX-License-Identifier: MIT
 *
 * The first images of the ranking; those have a frame whose labels were flipped on purpose. Below:
 * by how much yᵀH⁻¹y changes when one label is flipped (number 23), most suspicious first; labels
 * that were flipped on purpose are marked. Last: the share of them found among the first images of
 * the ranking, beside what looking at images at random would find, where any were flipped.
 */
#include <glib/gi18n.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-ticks.h"

#define MOST_IMAGES 60

static GramPlot *
add_panel (GramFigure *figure, const char *id, const char *label)
{
  GramPlot *plot = gram_figure_add_plot (figure, id);

  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("rank of the image"), GRAM_SCALE_LINEAR);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, GRAM_SCALE_LINEAR);
  plot->x.integer = TRUE;
  return plot;
}

static GramSeries *
add_series (GramFigure *figure, GramPlot *plot, const char *id, const char *name,
            GramSeriesKind kind, GramRole role, const char *x, const char *y)
{
  return gram_plot_add_series (plot, id, name, kind, role, gram_figure_column (figure, "%s", x),
                               gram_figure_column (figure, "%s", y));
}

static GramPicture *
picture_of (const GramProblem *problem, gint64 sample)
{
  return problem->pixels != NULL
             ? gram_picture_new (problem->pixels + sample * problem->d, problem->width,
                                 problem->height, problem->channels)
             : gram_picture_new_signed (problem->X + sample * problem->d, problem->width,
                                        problem->height, problem->channels);
}

static gboolean
is_flipped (const GramFigureInputs *inputs, gint64 sample)
{
  for (gint64 i = 0; i < inputs->n_planted; i++)
    if (inputs->planted[i] == sample)
      return TRUE;
  return FALSE;
}

/* Returns: how many are shown */
static guint
add_images (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramMislabel *mislabel = inputs->mislabel;
  const GramProblem *problem = inputs->analysis != NULL ? inputs->analysis->problem : NULL;
  GramPlot *plot;

  if (problem == NULL || !gram_problem_has_images (problem))
    return 0;
  plot = gram_figure_add_plot (figure, "images");
  plot->weight = 1.6;
  plot->no_legend = TRUE;
  gram_plot_set_title (plot, _ ("the first images of the ranking: label, and change when flipped"));
  for (gint64 rank = 0; rank < MIN (mislabel->n, MOST_IMAGES); rank++)
    {
      gint64 sample = mislabel->order[rank];
      gboolean flipped = is_flipped (inputs, sample);
      g_autofree char *change = gram_format_number (mislabel->change[sample], 2);
      g_autofree char *label =
          g_strdup_printf ("%s  %s", (problem->y[sample] > 0) != flipped ? "+1" : "−1", change);
      g_autoptr (GramPicture) picture = picture_of (problem, sample);
      GramTile *tile = picture != NULL ? gram_plot_add_tile (plot, picture, label) : NULL;

      if (tile == NULL)
        continue;
      tile->framed = flipped;
      tile->role = GRAM_ROLE_RANDOM;
    }
  return plot->tiles->len;
}

static void
add_ranking (GramFigure *figure, GramPlot *plot, const GramMislabel *mislabel)
{
  gint64 n = mislabel->n;
  double *rank = gram_buffer_resize (gram_figure_column (figure, "rank"), (gsize) n);
  double *change = gram_buffer_resize (gram_figure_column (figure, "change"), (gsize) n);

  for (gint64 i = 0; i < n; i++)
    {
      rank[i] = (double) i + 1;
      change[i] = mislabel->change[mislabel->order[i]];
    }
  add_series (figure, plot, "change", _ ("images"), GRAM_SERIES_LINE, GRAM_ROLE_TRUE, "rank",
              "change")
      ->width = 2.2;
}

static void
add_planted (GramFigure *figure, GramPlot *plot, GramPlot *found, const GramFigureInputs *inputs)
{
  const GramMislabel *mislabel = inputs->mislabel;
  gint64 n = mislabel->n, count = inputs->n_planted;
  GramBuffer *rank = gram_figure_column (figure, "planted-rank");
  GramBuffer *change = gram_figure_column (figure, "planted-change");
  double *recall = gram_buffer_resize (gram_figure_column (figure, "recall"), (gsize) n);
  g_autofree guint8 *is_planted = g_malloc0 ((gsize) n);
  GramSeries *series;

  gram_mislabel_recall (mislabel, inputs->planted, count, recall);
  for (gint64 i = 0; i < n; i++)
    recall[i] *= 100;
  for (gint64 i = 0; i < count; i++)
    is_planted[inputs->planted[i]] = 1;
  for (gint64 i = 0; i < n; i++)
    if (is_planted[mislabel->order[i]])
      {
        gram_buffer_append (rank, (double) i + 1);
        gram_buffer_append (change, mislabel->change[mislabel->order[i]]);
      }
  gram_buffer_set (gram_figure_column (figure, "chance-x"), (const double[]){ 0, (double) n }, 2);
  gram_buffer_set (gram_figure_column (figure, "chance-y"), (const double[]){ 0, 100 }, 2);
  add_series (figure, plot, "planted", _ ("flipped on purpose"), GRAM_SERIES_POINTS,
              GRAM_ROLE_RANDOM, "planted-rank", "planted-change")
      ->marker = GRAM_MARKER_DIAMOND;
  add_series (figure, found, "recall", _ ("found by the ranking"), GRAM_SERIES_STEP,
              GRAM_ROLE_RANDOM, "rank", "recall");
  series = add_series (figure, found, "chance", _ ("found at random"), GRAM_SERIES_LINE,
                       GRAM_ROLE_NEUTRAL, "chance-x", "chance-y");
  series->dash = GRAM_DASH_DASHED;
  series->width = 1.5;
}

/* "4[…], most suspicious first. 5 labels were flipped on purpose. …" */
static char *
describe (const GramFigureInputs *inputs, guint images)
{
  g_autofree char *flipped = gram_format_fixed ((double) inputs->n_planted, 0);
  g_autofree char *shown = g_strdup_printf ("%u", images);
  g_autofree char *ranking =
      inputs->planted != NULL && inputs->n_planted > 0
          ? g_strdup_printf (_ ("4[((H^{∞})^{−1})ᵢᵢ − yᵢ((H^{∞})^{−1}y)ᵢ], most suspicious first. "
                                "%s labels were flipped on purpose."),
                             flipped)
          : g_strdup (_ ("4[((H^{∞})^{−1})ᵢᵢ − yᵢ((H^{∞})^{−1}y)ᵢ], most suspicious first."));
  /* Translators: appended to the sentences about the ranking; number of images */
  g_autofree char *about =
      g_strdup_printf (_ (" Shown are its first %s images, under each its label "
                          "and that change; labels are the true ones, but for "
                          "those flipped, which have a frame."),
                       shown);

  return g_strconcat (ranking, images > 0 ? about : "", NULL);
}

void
gram_mislabel_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  guint images = inputs->mislabel != NULL ? add_images (figure, inputs) : 0;
  GramPlot *change =
      add_panel (figure, "change", _ ("change of yᵀ(H^{∞})^{−1}y when its label is flipped"));
  gboolean any = inputs->planted != NULL && inputs->n_planted > 0;
  GramPlot *recall = any ? add_panel (figure, "recall", _ ("planted flips found, %")) : NULL;
  g_autofree char *caption = NULL;

  gram_figure_set_empty (figure, _ ("The ranking appears when H^{∞} is factored"));
  figure->share_x = TRUE;
  change->x.scale_choice = TRUE;
  change->y.include = 0;
  if (any)
    gram_plot_set_limits (recall, GRAM_AXIS_Y, 0, 100);
  if (inputs->mislabel == NULL)
    return;
  /* below it the label does not fit */
  gram_plot_add_guide (change, "zero", GRAM_AXIS_Y, 0, "0")->dash = GRAM_DASH_SOLID;
  add_ranking (figure, change, inputs->mislabel);
  if (any)
    add_planted (figure, change, recall, inputs);
  caption = describe (inputs, images);
  gram_figure_caption (figure, &(GramFigureInputs){ .analysis = inputs->analysis }, caption);
}
