/* gram-class-tiles.c: the classes of a dataset as tiles of their own images
 *
 * SPDX-License-Identifier: MIT
 *
 * The first click chooses class A (+1), the second class B (−1): "pair-chosen", which comes after
 * each of them. Between the two there is no B; Escape takes the first back. With Shift a click adds
 * to the side that was chosen last, or takes out; the menu of a tile, and the keys +, − and Delete
 * on it, say which. One image a class is read on a thread, since a class may sit anywhere in a
 * large archive.
 */
#include "gram-config.h"

#include "gram-class-tiles.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gram-escape.h"
#include "gram-image.h"
#include "gram-pane.h"
#include "gram-tips.h"
#include "gram-words.h"

#define COLUMNS 5
#define MAX_ROWS_SHOWN 2

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
  GtkWidget *menu;       /* (nullable) of one of the tiles, whose child it is */
  gboolean extends;      /* the press that may become a click came with Shift */
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
  guint count = MIN (info->n_classes, GRAM_MOST_TILES);
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
      gtk_image_set_from_paintable (GTK_IMAGE (g_array_index (self->tiles, Tile, i).picture),
                                    GDK_PAINTABLE (textures->pdata[i]));
  textures_free (textures);
}

/* ---------- the tiles ---------- */

static void
update_tile (GramClassTiles *self, guint index)
{
  Tile *tile = &g_array_index (self->tiles, Tile, index);
  const GramDatasetInfo *info = gram_dataset_get_info (self->dataset);
  gboolean a = self->pair.side[index] > 0, b = self->pair.side[index] < 0;
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
  /* Translators: the name of a class, and how many images it has */
  tip =
      g_strdup_printf (_ ("%s: %s training images\nShift+click adds the class to a group, or takes "
                          "it out"),
                       info->class_names[index], count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (tile->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip, -1);
  gtk_widget_set_tooltip_text (tile->button, tip);
  gtk_widget_set_sensitive (tile->button, info->counts[GRAM_SPLIT_TRAIN][index] > 0);
}

static void
update_tiles (GramClassTiles *self)
{
  for (guint i = 0; i < self->tiles->len; i++)
    update_tile (self, i);
}

static void
choose (GramClassTiles *self, GramPair pair)
{
  if (!self->pair.picks_b)
    self->before = self->pair;
  self->pair = pair;
  update_tiles (self);
  g_signal_emit (self, pair_chosen_signal, 0);
}

static guint
index_of (gpointer button)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));
}

static void
clicked_cb (GtkButton *button, GramClassTiles *self)
{
  gboolean extends = self->extends;

  self->extends = FALSE;
  choose (self, (extends ? gram_pair_extend : gram_pair_click) (self->pair, index_of (button)));
}

/* "tiles.put" (class, side) of a tile's menu */
static void
put_action (GtkWidget *widget, const char *name, GVariant *target)
{
  GramClassTiles *self = GRAM_CLASS_TILES (widget);
  guint32 class_;
  gint32 side;

  g_variant_get (target, "(ui)", &class_, &side);
  if (class_ < self->tiles->len)
    choose (self, gram_pair_put (self->pair, class_, (gint8) side));
}

/* It stays, hidden, until the next one: what was chosen of it acts after it is closed. */
static void
show_menu (GramClassTiles *self, GtkWidget *button)
{
  static const struct
  {
    const char *label;
    gint side;
  } items[] = { { N_ ("Add to Class A (+1)"), 1 },
                { N_ ("Add to Class B (−1)"), -1 },
                { N_ ("Take Out"), 0 } };
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (items[i].label), NULL);

      g_menu_item_set_action_and_target (item, "tiles.put", "(ui)", index_of (button),
                                         items[i].side);
      g_menu_append_item (menu, item);
    }
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->menu, button);
  gram_tips_yield_to (self->menu);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* Before the button itself, whose "clicked" says nothing of Shift. */
static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, GramClassTiles *self)
{
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);

  self->extends = (gtk_event_controller_get_current_event_state (controller) & GDK_SHIFT_MASK) != 0;
  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) != GDK_BUTTON_SECONDARY)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, gtk_event_controller_get_widget (controller));
}

static gboolean
take_back (gpointer tiles)
{
  GramClassTiles *self = tiles;

  if (!self->pair.picks_b)
    return FALSE;
  self->pair = self->before;
  update_tiles (self);
  g_signal_emit (self, pair_chosen_signal, 0);
  return TRUE;
}

static gboolean
put (GramClassTiles *self, GtkWidget *button, gint8 side)
{
  choose (self, gram_pair_put (self->pair, index_of (button), side));
  return GDK_EVENT_STOP;
}

static gboolean
key_pressed_cb (GramClassTiles *self, guint key, guint code, GdkModifierType state)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  gboolean on_tile = focus != NULL && gtk_widget_get_parent (focus) == GTK_WIDGET (self->grid);

  self->extends = FALSE; /* a press that became no click */
  if (!on_tile)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_plus || key == GDK_KEY_KP_Add)
    return put (self, focus, 1);
  if (key == GDK_KEY_minus || key == GDK_KEY_KP_Subtract)
    return put (self, focus, -1);
  if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete)
    return put (self, focus, 0);
  if (key != GDK_KEY_Menu && !(key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) != 0))
    return GDK_EVENT_PROPAGATE;
  show_menu (self, focus);
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
  GtkGesture *gesture = gtk_gesture_click_new ();

  gtk_label_set_text (name, info->class_names[index]);
  g_object_set_data (G_OBJECT (tile.button), "index", GUINT_TO_POINTER (index));
  g_signal_connect (tile.button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect (gesture, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (tile.button, GTK_EVENT_CONTROLLER (gesture));
  gtk_grid_attach (self->grid, tile.button, index % COLUMNS, index / COLUMNS, 1, 1);
  g_array_append_val (self->tiles, tile);
}

static void
clear_tiles (GramClassTiles *self)
{
  GtkWidget *child;

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  g_array_set_size (self->tiles, 0);
}

/* As high as the tiles of most datasets, so that nothing moves when these come. */
static void
reserve_room (GramClassTiles *self)
{
  for (int row = 0; row < MAX_ROWS_SHOWN; row++)
    {
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-class-tile"));
      GtkWidget *button = GTK_WIDGET (gtk_builder_get_object (builder, "button"));

      gtk_label_set_text (GTK_LABEL (gtk_builder_get_object (builder, "name")), " ");
      gtk_widget_set_visible (GTK_WIDGET (gtk_builder_get_object (builder, "badge")), FALSE);
      gtk_widget_set_opacity (button, 0);
      gtk_widget_set_sensitive (button, FALSE);
      gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      gtk_grid_attach (self->grid, button, 0, row, 1, 1);
    }
}

static void
gram_class_tiles_dispose (GObject *object)
{
  GramClassTiles *self = GRAM_CLASS_TILES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
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
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "tiles.put", "(ui)", put_action);
}

static void
gram_class_tiles_init (GramClassTiles *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gram_escape_add (GTK_WIDGET (self), take_back);
  self->tiles = g_array_new (FALSE, TRUE, sizeof (Tile));
  self->pair = (GramPair){ .picks_b = FALSE };
  reserve_room (self);
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
  self->pair = (GramPair){ .picks_b = FALSE };
  if (dataset == NULL)
    {
      reserve_room (self);
      return;
    }
  self->dataset = gram_dataset_ref (dataset);
  count = MIN (gram_dataset_get_info (dataset)->n_classes, GRAM_MOST_TILES);
  for (guint i = 0; i < count; i++)
    add_tile (self, i);
  /* a few rows are shown whole, many scroll */
  many = count > COLUMNS * MAX_ROWS_SHOWN;
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER,
                                  many ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_min_content_height (self->scroller, many ? 150 : -1);
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
 * Shows the classes that are in use, unless the second one is just being chosen.
 */
void
gram_class_tiles_set_pair (GramClassTiles *self, const GramPair *pair)
{
  if (self->dataset == NULL || self->pair.picks_b
      || memcmp (self->pair.side, pair->side, sizeof pair->side) == 0)
    return;
  self->pair = *pair;
  update_tiles (self);
}

/**
 * gram_class_tiles_get_pair:
 *
 * Returns: (transfer none): what is chosen
 */
const GramPair *
gram_class_tiles_get_pair (GramClassTiles *self)
{
  return &self->pair;
}
