/* gram-class-tiles.c: the classes of a dataset as tiles of their own images
 *
 * SPDX-License-Identifier: MIT
 *
 * The first click chooses class A (+1), the second class B (−1): "pair-chosen" (gint a, gint b).
 * Between the two b is −1; Escape takes the first back.
 * One image a class is read on a thread, since a class may sit anywhere in a large archive.
 */
#include "gram-config.h"

#include "gram-class-tiles.h"

#include <glib/gi18n.h>

#include "gram-image.h"
#include "gram-pane.h"
#include "gram-words.h"

#define COLUMNS 5
#define MAX_TILES 100
#define MAX_ROWS_SHOWN 4

typedef struct
{
  GtkWidget *button, *picture, *badge;
} Tile;

struct _GramClassTiles
{
  AdwBin parent_instance;
  GtkScrolledWindow *scroller;
  GtkGrid *grid;
  GtkEventController *keys;
  GArray *tiles; /* of Tile */
  GramDataset *dataset;
  GCancellable *cancellable;
  GramPair pair, before; /* and what it was before the first click */
};

static guint pair_chosen_signal;

G_DEFINE_FINAL_TYPE (GramClassTiles, gram_class_tiles, ADW_TYPE_BIN)

/* ---------- images, read on a thread ---------- */

static void
read_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GramDataset *dataset = task_data;
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  gint64 size = info->width * info->height * info->channels;
  guint count = MIN (info->n_classes, MAX_TILES);
  GPtrArray *textures = g_ptr_array_new ();
  g_autofree guint8 *pixels = size > 0 ? g_try_malloc ((gsize) size) : NULL;
  gint64 row;

  for (guint i = 0; pixels != NULL && i < count; i++)
    {
      g_autoptr (GError) error = NULL; /* a class without images has a tile without one */
      gint64 got;

      if (g_cancellable_is_cancelled (cancellable))
        break;
      got =
          gram_dataset_read (dataset, GRAM_SPLIT_TRAIN, i, 0, 1, pixels, &row, cancellable, &error);
      g_ptr_array_add (textures, got == 1 ? gram_image_texture (pixels, info->width, info->height,
                                                                info->channels)
                                          : NULL);
    }
  g_task_return_pointer (task, textures, NULL);
}

static void
textures_free (GPtrArray *textures)
{
  for (guint i = 0; i < textures->len; i++)
    if (textures->pdata[i] != NULL)
      g_object_unref (textures->pdata[i]);
  g_ptr_array_unref (textures);
}

static void
read_ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GramClassTiles *self = GRAM_CLASS_TILES (object);
  GPtrArray *textures = g_task_propagate_pointer (G_TASK (result), NULL);

  if (textures == NULL)
    return;
  for (guint i = 0; self->tiles != NULL && i < textures->len && i < self->tiles->len
                    && g_task_get_cancellable (G_TASK (result)) == self->cancellable;
       i++)
    if (textures->pdata[i] != NULL)
      gtk_picture_set_paintable (GTK_PICTURE (g_array_index (self->tiles, Tile, i).picture),
                                 GDK_PAINTABLE (textures->pdata[i]));
  textures_free (textures);
}

/* ---------- the tiles ---------- */

static void
update_tile (GramClassTiles *self, guint index)
{
  Tile *tile = &g_array_index (self->tiles, Tile, index);
  const GramDatasetInfo *info = gram_dataset_get_info (self->dataset);
  gboolean a = self->pair.a == (gint) index, b = self->pair.b == (gint) index;
  g_autofree char *label = NULL, *tip = NULL;
  g_autofree char *count = gram_words_count (info->counts[GRAM_SPLIT_TRAIN][index]);

  (a ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (tile->button, "class-a");
  (b ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (tile->button, "class-b");
  (a ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (tile->badge, "class-a");
  (b ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (tile->badge, "class-b");
  gtk_widget_set_visible (tile->badge, a || b);
  gtk_label_set_text (GTK_LABEL (tile->badge), a ? "+1" : "−1");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tile->button), a || b);
  if (a)
    label = g_strdup_printf (_ ("Class %s, is class A (+1)"), info->class_names[index]);
  else if (b)
    label = g_strdup_printf (_ ("Class %s, is class B (−1)"), info->class_names[index]);
  else
    label = g_strdup_printf (_ ("Class %s"), info->class_names[index]);
  tip = g_strdup_printf (_ ("%s: %s training images"), info->class_names[index], count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (tile->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip, -1);
  gtk_widget_set_tooltip_text (tile->button, tip);
}

static void
update_tiles (GramClassTiles *self)
{
  for (guint i = 0; i < self->tiles->len; i++)
    update_tile (self, i);
}

static void
clicked_cb (GtkButton *button, GramClassTiles *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));

  if (!self->pair.picks_b)
    self->before = self->pair;
  self->pair = gram_pair_click (self->pair, (gint) index);
  update_tiles (self);
  g_signal_emit (self, pair_chosen_signal, 0, self->pair.a, self->pair.b);
}

static gboolean
key_pressed_cb (GramClassTiles *self, guint key)
{
  if (key != GDK_KEY_Escape || !self->pair.picks_b)
    return GDK_EVENT_PROPAGATE;
  self->pair = self->before;
  update_tiles (self);
  g_signal_emit (self, pair_chosen_signal, 0, self->pair.a, self->pair.b);
  return GDK_EVENT_STOP;
}

static void
add_tile (GramClassTiles *self, guint index)
{
  const GramDatasetInfo *info = gram_dataset_get_info (self->dataset);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-class-tile"));
  GtkLabel *name = GTK_LABEL (gtk_builder_get_object (builder, "name"));
  Tile tile = { GTK_WIDGET (gtk_builder_get_object (builder, "button")),
                GTK_WIDGET (gtk_builder_get_object (builder, "picture")),
                GTK_WIDGET (gtk_builder_get_object (builder, "badge")) };

  gtk_label_set_text (name, info->class_names[index]);
  g_object_set_data (G_OBJECT (tile.button), "index", GUINT_TO_POINTER (index));
  g_signal_connect (tile.button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_grid_attach (self->grid, tile.button, index % COLUMNS, index / COLUMNS, 1, 1);
  g_array_append_val (self->tiles, tile);
}

static void
clear_tiles (GramClassTiles *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  g_array_set_size (self->tiles, 0);
}

static void
gram_class_tiles_dispose (GObject *object)
{
  GramClassTiles *self = GRAM_CLASS_TILES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->tiles, g_array_unref);
  g_clear_pointer (&self->dataset, gram_dataset_unref);
  G_OBJECT_CLASS (gram_class_tiles_parent_class)->dispose (object);
}

static void
gram_class_tiles_class_init (GramClassTilesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_class_tiles_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-class-tiles"));
  gtk_widget_class_bind_template_child (widget_class, GramClassTiles, scroller);
  gtk_widget_class_bind_template_child (widget_class, GramClassTiles, grid);
  gtk_widget_class_bind_template_child (widget_class, GramClassTiles, keys);
  pair_chosen_signal = g_signal_new ("pair-chosen", GRAM_TYPE_CLASS_TILES, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void
gram_class_tiles_init (GramClassTiles *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  self->tiles = g_array_new (FALSE, TRUE, sizeof (Tile));
  self->pair = (GramPair){ -1, -1, FALSE };
}

/**
 * gram_class_tiles_set_dataset:
 * @dataset: (nullable): whose classes to show
 */
void
gram_class_tiles_set_dataset (GramClassTiles *self, GramDataset *dataset)
{
  g_autoptr (GTask) task = NULL;
  gboolean many;
  guint count;

  if (self->dataset == dataset)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  clear_tiles (self);
  g_clear_pointer (&self->dataset, gram_dataset_unref);
  self->pair = (GramPair){ -1, -1, FALSE };
  if (dataset == NULL)
    return;
  self->dataset = gram_dataset_ref (dataset);
  count = MIN (gram_dataset_get_info (dataset)->n_classes, MAX_TILES);
  for (guint i = 0; i < count; i++)
    add_tile (self, i);
  /* a few rows are shown whole, many scroll */
  many = count > COLUMNS * MAX_ROWS_SHOWN;
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER,
                                  many ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_min_content_height (self->scroller, many ? 240 : -1);
  update_tiles (self);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, read_ready_cb, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, gram_dataset_ref (dataset), (GDestroyNotify) gram_dataset_unref);
  g_task_run_in_thread (task, read_thread);
}

/**
 * gram_class_tiles_set_pair:
 *
 * Shows the pair that is in use, unless the second class is just being chosen.
 */
void
gram_class_tiles_set_pair (GramClassTiles *self, gint a, gint b)
{
  if (self->dataset == NULL || self->pair.picks_b || (self->pair.a == a && self->pair.b == b))
    return;
  self->pair = (GramPair){ a, b, FALSE };
  update_tiles (self);
}
