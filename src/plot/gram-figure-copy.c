/* gram-figure-copy.c: a figure as it is now
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figure.h"

/* Columns shared by series are shared by their copies. */
static GramBuffer *
copy_buffer (GHashTable *copies, GramBuffer *buffer)
{
  GramBuffer *copy = g_hash_table_lookup (copies, buffer);
  const double *values;
  gsize count;

  if (copy != NULL)
    return copy;
  values = gram_buffer_peek (buffer, &count);
  copy = gram_buffer_new_from_array (values, count);
  g_hash_table_insert (copies, buffer, copy);
  return copy;
}

static void
copy_series (GramPlot *copy, const GramSeries *series, GHashTable *buffers)
{
  GramSeries *other =
      gram_plot_add_series (copy, series->id, series->name, series->kind, series->role,
                            series->x != NULL ? copy_buffer (buffers, series->x) : NULL,
                            copy_buffer (buffers, series->y));

  gram_series_set_tags (other, series->tag, series->tag2);
  gram_series_set_third_tag (other, series->tag3);
  other->shade = series->shade;
  other->dash = series->dash;
  other->marker = series->marker;
  other->width = series->width;
  other->marker_size = series->marker_size;
  other->fits = series->fits;
  other->rough_zero = series->rough_zero;
  other->settled = series->settled;
}

static void
copy_axis (GramAxis *copy, const GramAxis *axis)
{
  *copy = *axis;
  copy->label = g_strdup (axis->label);
}

static void
copy_decorations (GramPlot *copy, const GramPlot *plot)
{
  for (guint i = 0; i < plot->guides->len; i++)
    {
      const GramGuide *guide = g_ptr_array_index (plot->guides, i);
      GramGuide *other =
          gram_plot_add_guide (copy, guide->id, guide->axis, guide->value, guide->label);

      gram_guide_set_tag (other, guide->tag);
      other->role = guide->role;
      other->dash = guide->dash;
      other->draggable = guide->draggable;
      other->unit = guide->unit;
    }
  for (guint i = 0; i < plot->notes->len; i++)
    {
      const GramNote *note = g_ptr_array_index (plot->notes, i);

      gram_plot_add_note (copy, note->x, note->y, note->align, note->text);
    }
  for (guint i = 0; i < plot->tiles->len; i++)
    {
      const GramTile *tile = g_ptr_array_index (plot->tiles, i);
      GramTile *other = gram_plot_add_tile (copy, tile->picture, tile->label);

      other->role = tile->role;
      other->framed = tile->framed;
    }
  for (guint i = 0; i < plot->legend->len; i++)
    {
      const GramLegendEntry *entry = g_ptr_array_index (plot->legend, i);
      GramLegendEntry *other = gram_plot_add_legend (copy, entry->tag, entry->label, entry->role);

      other->kind = entry->kind;
      other->shade = entry->shade;
      other->dash = entry->dash;
      other->marker = entry->marker;
      other->names_curve = entry->names_curve;
    }
}

static void
copy_plot (GramPlot *copy, const GramPlot *plot, GHashTable *buffers)
{
  GHashTableIter iter;
  gpointer tag;

  gram_plot_set_title (copy, plot->title);
  copy_axis (&copy->x, &plot->x);
  copy_axis (&copy->y, &plot->y);
  for (guint i = 0; i < plot->series->len; i++)
    copy_series (copy, g_ptr_array_index (plot->series, i), buffers);
  copy_decorations (copy, plot);
  copy->no_legend = plot->no_legend;
  copy->weight = plot->weight;
  copy->optional = plot->optional;
  g_hash_table_iter_init (&iter, plot->hidden);
  while (g_hash_table_iter_next (&iter, &tag, NULL))
    gram_plot_set_hidden (copy, tag, TRUE);
}

static void
buffer_free (gpointer buffer)
{
  gram_buffer_unref (buffer);
}

/**
 * gram_figure_copy:
 *
 * Copies the numbers too: the copy stays as it is while the figure's curves grow. It has no
 * builder.
 *
 * Returns: (transfer full): the copy
 */
GramFigure *
gram_figure_copy (GramFigure *figure)
{
  GramFigure *copy = gram_figure_new (figure->id, figure->title);
  g_autoptr (GHashTable) buffers = g_hash_table_new_full (NULL, NULL, NULL, buffer_free);

  gram_figure_set_caption (copy, figure->caption);
  gram_figure_set_empty (copy, figure->empty);
  copy->paper = figure->paper;
  copy->columns = figure->columns;
  copy->first_row = figure->first_row;
  copy->share_x = figure->share_x;
  copy->shared_legend = figure->shared_legend;
  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      copy_plot (gram_figure_add_plot (copy, plot->id), plot, buffers);
    }
  return copy;
}
