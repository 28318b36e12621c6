/* gram-plot.c: one panel: axes, series, reference lines, notes and a legend
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-plot.h"

#include <math.h>

/* ---------- life ---------------------------------------------------------------------------- */

static void
series_free (gpointer data)
{
  GramSeries *series = data;

  g_free (series->id);
  g_free (series->name);
  g_free (series->tag);
  g_free (series->tag2);
  g_clear_pointer (&series->x, gram_buffer_unref);
  g_clear_pointer (&series->y, gram_buffer_unref);
  g_clear_pointer (&series->y_high, gram_buffer_unref);
  g_free (series);
}

static void
guide_free (gpointer data)
{
  GramGuide *guide = data;

  g_free (guide->id);
  g_free (guide->label);
  g_free (guide);
}

static void
note_free (gpointer data)
{
  g_free (((GramNote *) data)->text);
  g_free (data);
}

static void
entry_free (gpointer data)
{
  GramLegendEntry *entry = data;

  g_free (entry->label);
  g_free (entry->tag);
  g_free (entry);
}

static void
axis_init (GramAxis *axis)
{
  axis->limit_min = axis->limit_max = axis->include = axis->floor = axis->zero = NAN;
  axis->fit = TRUE;
  axis->view = axis->range = (GramRange){ 0, 1 };
}

/**
 * gram_plot_new:
 * @id: names the panel in its figure and in exported files
 *
 * Returns: (transfer full): an empty panel with linear axes that follow the data
 */
GramPlot *
gram_plot_new (const char *id)
{
  GramPlot *plot = g_new0 (GramPlot, 1);

  plot->references = 1;
  plot->id = g_strdup (id);
  plot->series = g_ptr_array_new_with_free_func (series_free);
  plot->guides = g_ptr_array_new_with_free_func (guide_free);
  plot->notes = g_ptr_array_new_with_free_func (note_free);
  plot->legend = g_ptr_array_new_with_free_func (entry_free);
  plot->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  plot->weight = 1;
  axis_init (&plot->x);
  axis_init (&plot->y);
  return plot;
}

/**
 * gram_plot_ref:
 *
 * Returns: (transfer full): @plot
 */
GramPlot *
gram_plot_ref (GramPlot *plot)
{
  g_atomic_int_inc (&plot->references);
  return plot;
}

/**
 * gram_plot_unref:
 * @plot: (transfer full):
 */
void
gram_plot_unref (GramPlot *plot)
{
  if (!g_atomic_int_dec_and_test (&plot->references))
    return;
  g_free (plot->id);
  g_free (plot->title);
  g_free (plot->x.label);
  g_free (plot->y.label);
  g_ptr_array_unref (plot->series);
  g_ptr_array_unref (plot->guides);
  g_ptr_array_unref (plot->notes);
  g_ptr_array_unref (plot->legend);
  g_hash_table_unref (plot->hidden);
  g_free (plot);
}

/**
 * gram_plot_touch:
 *
 * Tells that a field of the model was changed directly.
 */
void
gram_plot_touch (GramPlot *plot)
{
  plot->serial++;
}

/**
 * gram_plot_set_title:
 * @title: (nullable):
 */
void
gram_plot_set_title (GramPlot *plot, const char *title)
{
  g_free (plot->title);
  plot->title = g_strdup (title);
  plot->serial++;
}

/* ---------- axes ---------------------------------------------------------------------------- */

/**
 * gram_plot_get_axis:
 *
 * Returns: (transfer none): the axis; gram_plot_touch() after changing a field
 */
GramAxis *
gram_plot_get_axis (GramPlot *plot, GramAxisSide side)
{
  return side == GRAM_AXIS_X ? &plot->x : &plot->y;
}

/**
 * gram_plot_set_axis:
 * @label: the quantity, with its unit if it has one
 */
void
gram_plot_set_axis (GramPlot *plot, GramAxisSide side, const char *label, GramScale scale)
{
  GramAxis *axis = gram_plot_get_axis (plot, side);

  g_free (axis->label);
  axis->label = g_strdup (label);
  gram_plot_set_scale (plot, side, scale);
}

/**
 * gram_plot_set_scale:
 *
 * Switches an axis; its range follows the data again, since the old one is in other units.
 */
void
gram_plot_set_scale (GramPlot *plot, GramAxisSide side, GramScale scale)
{
  GramAxis *axis = gram_plot_get_axis (plot, side);

  if (axis->scale != scale)
    axis->fit = TRUE;
  axis->scale = scale;
  plot->serial++;
}

/**
 * gram_plot_set_limits:
 * @min: (and @max) in data units; NAN: from the data
 */
void
gram_plot_set_limits (GramPlot *plot, GramAxisSide side, double min, double max)
{
  GramAxis *axis = gram_plot_get_axis (plot, side);

  axis->limit_min = min;
  axis->limit_max = max;
  plot->serial++;
}

/* ---------- series -------------------------------------------------------------------------- */

/**
 * gram_plot_add_series:
 * @x: (nullable) (transfer none): shared, not copied; NULL: 1, 2, 3 …
 * @y: (transfer none): shared, not copied
 *
 * Returns: (transfer none): the series, whose style may be changed before the first drawing
 */
GramSeries *
gram_plot_add_series (GramPlot *plot, const char *id, const char *name, GramSeriesKind kind,
                      GramRole role, GramBuffer *x, GramBuffer *y)
{
  GramSeries *series = g_new0 (GramSeries, 1);

  series->id = g_strdup (id);
  series->name = g_strdup (name);
  series->tag = g_strdup (id);
  series->kind = kind;
  series->role = role;
  series->width = kind == GRAM_SERIES_POINTS ? 0 : 2;
  series->marker = kind == GRAM_SERIES_POINTS ? GRAM_MARKER_CIRCLE : GRAM_MARKER_NONE;
  series->marker_size = 7;
  series->fits = TRUE;
  series->x = x != NULL ? gram_buffer_ref (x) : NULL;
  series->y = gram_buffer_ref (y);
  g_ptr_array_add (plot->series, series);
  plot->serial++;
  return series;
}

/**
 * gram_plot_find_series:
 *
 * Returns: (transfer none) (nullable): the series with this id
 */
GramSeries *
gram_plot_find_series (GramPlot *plot, const char *id)
{
  for (guint i = 0; i < plot->series->len; i++)
    {
      GramSeries *series = g_ptr_array_index (plot->series, i);

      if (g_str_equal (series->id, id))
        return series;
    }
  return NULL;
}

/**
 * gram_plot_keep_tags:
 * @tags: NULL-terminated
 *
 * Takes out the series and legend entries with any other tag.
 */
void
gram_plot_keep_tags (GramPlot *plot, const char *const *tags)
{
  for (guint i = plot->series->len; i-- > 0;)
    if (!g_strv_contains (tags, ((GramSeries *) g_ptr_array_index (plot->series, i))->tag))
      {
        g_ptr_array_remove_index (plot->series, i);
        plot->serial++;
      }
  for (guint i = plot->legend->len; i-- > 0;)
    if (!g_strv_contains (tags, ((GramLegendEntry *) g_ptr_array_index (plot->legend, i))->tag))
      {
        g_ptr_array_remove_index (plot->legend, i);
        plot->serial++;
      }
}

/**
 * gram_series_set_tags:
 * @tag: what its legend entry is called
 * @tag2: (nullable): a second entry that shows and hides it
 */
void
gram_series_set_tags (GramSeries *series, const char *tag, const char *tag2)
{
  g_free (series->tag);
  g_free (series->tag2);
  series->tag = g_strdup (tag);
  series->tag2 = g_strdup (tag2);
}

/**
 * gram_series_set_high:
 * @y_high: (transfer none): the upper edge of a band
 */
void
gram_series_set_high (GramSeries *series, GramBuffer *y_high)
{
  gram_buffer_ref (y_high);
  g_clear_pointer (&series->y_high, gram_buffer_unref);
  series->y_high = y_high;
}

/**
 * gram_series_length:
 *
 * Columns may be in the middle of being appended to: a point is there when all of it is.
 *
 * Returns: how many points the series has
 */
gsize
gram_series_length (const GramSeries *series)
{
  gsize length = gram_buffer_length (series->y);

  if (series->x != NULL)
    length = MIN (length, gram_buffer_length (series->x));
  if (series->y_high != NULL)
    length = MIN (length, gram_buffer_length (series->y_high));
  return length;
}

/**
 * gram_series_x:
 *
 * Returns: where point @index is
 */
double
gram_series_x (const GramSeries *series, gsize index)
{
  gsize count;
  const double *x = gram_buffer_peek (series->x, &count);

  return x != NULL ? x[index] : (double) index + 1;
}

/**
 * gram_plot_series_visible:
 *
 * Returns: whether no legend entry hides the series
 */
gboolean
gram_plot_series_visible (const GramPlot *plot, const GramSeries *series)
{
  return !gram_plot_get_hidden (plot, series->tag)
         && (series->tag2 == NULL || !gram_plot_get_hidden (plot, series->tag2));
}

/* ---------- guides, notes, legend ----------------------------------------------------------- */

/**
 * gram_plot_add_guide:
 * @label: (nullable): written beside the line
 *
 * Returns: (transfer none): the line
 */
GramGuide *
gram_plot_add_guide (GramPlot *plot, const char *id, GramAxisSide axis, double value,
                     const char *label)
{
  GramGuide *guide = g_new0 (GramGuide, 1);

  guide->id = g_strdup (id);
  guide->label = g_strdup (label);
  guide->axis = axis;
  guide->value = value;
  guide->role = GRAM_ROLE_NEUTRAL;
  guide->dash = GRAM_DASH_DASHED;
  g_ptr_array_add (plot->guides, guide);
  plot->serial++;
  return guide;
}

/**
 * gram_plot_find_guide:
 *
 * Returns: (transfer none) (nullable): the line with this id
 */
GramGuide *
gram_plot_find_guide (GramPlot *plot, const char *id)
{
  for (guint i = 0; i < plot->guides->len; i++)
    {
      GramGuide *guide = g_ptr_array_index (plot->guides, i);

      if (g_str_equal (guide->id, id))
        return guide;
    }
  return NULL;
}

/**
 * gram_plot_set_guide:
 *
 * Returns: whether the line exists and moved
 */
gboolean
gram_plot_set_guide (GramPlot *plot, const char *id, double value)
{
  GramGuide *guide = gram_plot_find_guide (plot, id);

  if (guide == NULL || guide->value == value)
    return FALSE;
  guide->value = value;
  plot->serial++;
  return TRUE;
}

/**
 * gram_plot_add_note:
 * @x: (and @y) in data units
 * @align: 0: the text starts there, 1: it ends there
 */
void
gram_plot_add_note (GramPlot *plot, double x, double y, double align, const char *text)
{
  GramNote *note = g_new0 (GramNote, 1);

  *note = (GramNote){ g_strdup (text), x, y, align, GRAM_ROLE_NEUTRAL };
  g_ptr_array_add (plot->notes, note);
  plot->serial++;
}

/**
 * gram_plot_clear_notes:
 */
void
gram_plot_clear_notes (GramPlot *plot)
{
  g_ptr_array_set_size (plot->notes, 0);
  plot->serial++;
}

/**
 * gram_plot_add_legend:
 * @tag: the tag of the series it stands for
 *
 * Returns: (transfer none): the entry, whose look may be changed
 */
GramLegendEntry *
gram_plot_add_legend (GramPlot *plot, const char *tag, const char *label, GramRole role)
{
  GramLegendEntry *entry = g_new0 (GramLegendEntry, 1);

  entry->label = g_strdup (label);
  entry->tag = g_strdup (tag);
  entry->role = role;
  g_ptr_array_add (plot->legend, entry);
  plot->serial++;
  return entry;
}

/**
 * gram_plot_set_hidden:
 *
 * Hides or shows all series with this tag.
 */
void
gram_plot_set_hidden (GramPlot *plot, const char *tag, gboolean hidden)
{
  if (hidden)
    g_hash_table_add (plot->hidden, g_strdup (tag));
  else
    g_hash_table_remove (plot->hidden, tag);
  plot->serial++;
}

/**
 * gram_plot_get_hidden:
 *
 * Returns: whether series with this tag are hidden
 */
gboolean
gram_plot_get_hidden (const GramPlot *plot, const char *tag)
{
  return g_hash_table_contains (plot->hidden, tag);
}
