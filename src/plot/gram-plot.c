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
  g_free (series->tag3);
  g_clear_pointer (&series->x, gram_buffer_unref);
  g_clear_pointer (&series->y, gram_buffer_unref);
  g_free (series);
}

static void
guide_free (gpointer data)
{
  GramGuide *guide = data;

  g_free (guide->id);
  g_free (guide->label);
  g_free (guide->tag);
  g_free (guide);
}

static void
note_free (gpointer data)
{
  g_free (((GramNote *) data)->text);
  g_free (data);
}

static void
tile_free (gpointer data)
{
  GramTile *tile = data;

  gram_picture_unref (tile->picture);
  g_free (tile->label);
  g_free (tile);
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
  axis->limit_min = axis->limit_max = axis->include = axis->floor = axis->ceiling = NAN;
  axis->zero = GRAM_ZERO_NONE;
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
  plot->tiles = g_ptr_array_new_with_free_func (tile_free);
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
  g_ptr_array_unref (plot->tiles);
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

/* A text that stays the same stays where it is. */
static void
set_text (char **place, const char *text)
{
  if (g_strcmp0 (*place, text) == 0)
    return;
  g_free (*place);
  *place = g_strdup (text);
}

/**
 * gram_plot_set_title:
 * @title: (nullable):
 */
void
gram_plot_set_title (GramPlot *plot, const char *title)
{
  set_text (&plot->title, title);
  plot->serial++;
}

/* ---------- what is not added vanishes ------------------------------------------------------ */

/* Series, guides and legend entries all begin with a name and a place. */
static guint *
place_of (gpointer item)
{
  return (guint *) (gpointer) ((char **) item + 1);
}

static gpointer
find_item (GPtrArray *items, const char *name)
{
  for (guint i = 0; i < items->len; i++)
    {
      char **item = g_ptr_array_index (items, i);

      if (g_str_equal (*item, name))
        return item;
    }
  return NULL;
}

/* The item of this name, made with @size bytes if there is none, as the last that was added. */
static gpointer
add_item (GramPlot *plot, GPtrArray *items, gsize size, const char *name)
{
  char **item = find_item (items, name);

  if (item == NULL)
    {
      item = g_malloc0 (size);
      *item = g_strdup (name);
      g_ptr_array_add (items, item);
    }
  *place_of (item) = ++plot->added;
  plot->serial++;
  return item;
}

static void
forget_places (GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    *place_of (g_ptr_array_index (items, i)) = 0;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const gpointer *one = a, *other = b;

  return (int) *place_of (*one) - (int) *place_of (*other);
}

static void
keep_placed (GPtrArray *items)
{
  for (guint i = items->len; i-- > 0;)
    if (*place_of (g_ptr_array_index (items, i)) == 0)
      g_ptr_array_remove_index (items, i);
  g_ptr_array_sort (items, compare_places);
}

/**
 * gram_plot_begin:
 *
 * From here on all that the plot shows is added; gram_plot_end() takes out the rest. What people
 * chose (view, scales, hidden curves) stays. Notes and images have no names and go at once.
 */
void
gram_plot_begin (GramPlot *plot)
{
  plot->added = 0;
  forget_places (plot->series);
  forget_places (plot->guides);
  forget_places (plot->legend);
  g_ptr_array_set_size (plot->notes, 0);
  g_ptr_array_set_size (plot->tiles, 0);
  plot->serial++;
}

/**
 * gram_plot_end:
 *
 * Takes out the series, guides and legend entries that were not added since gram_plot_begin(), and
 * puts the others in the order in which they were.
 */
void
gram_plot_end (GramPlot *plot)
{
  keep_placed (plot->series);
  keep_placed (plot->guides);
  keep_placed (plot->legend);
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
 * @scale: to begin with; where people may switch it, what they chose stays
 */
void
gram_plot_set_axis (GramPlot *plot, GramAxisSide side, const char *label, GramScale scale)
{
  GramAxis *axis = gram_plot_get_axis (plot, side);

  if (axis->label == NULL || !axis->scale_choice)
    gram_plot_set_scale (plot, side, scale);
  set_text (&axis->label, label);
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
 * gram_series_set_name:
 * @name: for people
 */
void
gram_series_set_name (GramSeries *series, const char *name)
{
  set_text (&series->name, name);
}

/**
 * gram_series_set_tags:
 * @tag: what its legend entry is called
 * @tag2: (nullable): a second entry that shows and hides it
 */
void
gram_series_set_tags (GramSeries *series, const char *tag, const char *tag2)
{
  set_text (&series->tag, tag);
  set_text (&series->tag2, tag2);
  set_text (&series->tag3, NULL);
}

/**
 * gram_series_set_third_tag:
 * @tag3: (nullable): one more entry that shows and hides it; after gram_series_set_tags()
 */
void
gram_series_set_third_tag (GramSeries *series, const char *tag3)
{
  set_text (&series->tag3, tag3);
}

/**
 * gram_series_has_tag:
 *
 * Returns: whether the entry called @tag shows and hides the series
 */
gboolean
gram_series_has_tag (const GramSeries *series, const char *tag)
{
  return g_strcmp0 (series->tag, tag) == 0 || g_strcmp0 (series->tag2, tag) == 0
         || g_strcmp0 (series->tag3, tag) == 0;
}

static void
set_buffer (GramBuffer **place, GramBuffer *buffer)
{
  if (buffer != NULL)
    gram_buffer_ref (buffer);
  g_clear_pointer (place, gram_buffer_unref);
  *place = buffer;
}

/**
 * gram_plot_add_series:
 * @id: of the series, which is given back when the plot has it
 * @x: (nullable) (transfer none): shared, not copied; NULL: 1, 2, 3 …
 * @y: (transfer none): shared, not copied
 *
 * Returns: (transfer none): the series, whose style may be changed before the next drawing
 */
GramSeries *
gram_plot_add_series (GramPlot *plot, const char *id, const char *name, GramSeriesKind kind,
                      GramRole role, GramBuffer *x, GramBuffer *y)
{
  GramSeries *series = add_item (plot, plot->series, sizeof (GramSeries), id);

  set_text (&series->name, name);
  gram_series_set_tags (series, id, NULL);
  series->kind = kind;
  series->role = role;
  series->shade = GRAM_SHADE_NORMAL;
  series->dash = GRAM_DASH_SOLID;
  series->width = kind == GRAM_SERIES_POINTS ? 0 : 2;
  series->marker = kind == GRAM_SERIES_POINTS ? GRAM_MARKER_CIRCLE : GRAM_MARKER_NONE;
  series->marker_size = 7;
  series->fits = TRUE;
  series->rough_zero = FALSE;
  series->settled = FALSE;
  set_buffer (&series->x, x);
  set_buffer (&series->y, y);
  return series;
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
         && (series->tag2 == NULL || !gram_plot_get_hidden (plot, series->tag2))
         && (series->tag3 == NULL || !gram_plot_get_hidden (plot, series->tag3));
}

/* ---------- guides, notes, legend ----------------------------------------------------------- */

/**
 * gram_plot_find_guide:
 *
 * Returns: (transfer none) (nullable): the line with this id
 */
GramGuide *
gram_plot_find_guide (GramPlot *plot, const char *id)
{
  return find_item (plot->guides, id);
}

/**
 * gram_plot_add_guide:
 * @id: of the line, which is given back when the plot has it
 * @value: where it is; NAN: it is not shown
 * @label: (nullable): written beside the line
 *
 * Returns: (transfer none): the line
 */
GramGuide *
gram_plot_add_guide (GramPlot *plot, const char *id, GramAxisSide axis, double value,
                     const char *label)
{
  GramGuide *guide = add_item (plot, plot->guides, sizeof (GramGuide), id);

  set_text (&guide->label, label);
  set_text (&guide->tag, NULL);
  guide->axis = axis;
  guide->value = value;
  guide->role = GRAM_ROLE_NEUTRAL;
  guide->dash = GRAM_DASH_DASHED;
  guide->draggable = FALSE;
  guide->unit = NULL;
  return guide;
}

void
gram_guide_set_tag (GramGuide *guide, const char *tag)
{
  set_text (&guide->tag, tag);
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

  *note = (GramNote){ g_strdup (text), x, y, align };
  g_ptr_array_add (plot->notes, note);
  plot->serial++;
}

/**
 * gram_plot_add_tile:
 * @picture: (transfer none): shared, not copied
 * @label: under it
 *
 * Returns: (transfer none): the image, after those that are there; its look may be changed
 */
GramTile *
gram_plot_add_tile (GramPlot *plot, GramPicture *picture, const char *label)
{
  GramTile *tile = g_new0 (GramTile, 1);

  tile->picture = gram_picture_ref (picture);
  tile->label = g_strdup (label);
  tile->role = GRAM_ROLE_NEUTRAL;
  g_ptr_array_add (plot->tiles, tile);
  plot->serial++;
  return tile;
}

/**
 * gram_plot_add_legend:
 * @tag: the tag of the series it stands for; an entry with it is given back when the plot has one
 *
 * Returns: (transfer none): the entry, whose look may be changed
 */
GramLegendEntry *
gram_plot_add_legend (GramPlot *plot, const char *tag, const char *label, GramRole role)
{
  GramLegendEntry *entry = add_item (plot, plot->legend, sizeof (GramLegendEntry), tag);

  set_text (&entry->label, label);
  entry->kind = GRAM_SERIES_LINE;
  entry->role = role;
  entry->shade = GRAM_SHADE_NORMAL;
  entry->dash = GRAM_DASH_SOLID;
  entry->marker = GRAM_MARKER_NONE;
  entry->names_curve = FALSE;
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
