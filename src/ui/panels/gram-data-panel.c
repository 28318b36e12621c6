/* gram-data-panel.c: the group “Data” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gram-catalogue.h"
#include "gram-class-tiles.h"
#include "gram-number-row.h"
#include "gram-pane.h"
#include "gram-recent.h"
#include "gram-store.h"
#include "gram-words.h"

#define KEY_FOLDED "data-folded"

#define GRAM_TYPE_DATA_PANEL (gram_data_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramDataPanel, gram_data_panel, GRAM, DATA_PANEL, GramPane)

struct _GramDataPanel
{
  GramPane parent_instance;
  GtkButton *fold_button;
  AdwActionRow *summary_row;
  GtkWidget *classes_row;
  AdwComboRow *dataset_row, *preprocess_row, *select_row;
  GramClassTiles *tiles;
  GtkLabel *pair_label;
  GramNumberRow *n_row, *test_row;
  GramDocument *document; /* borrowed: the pane’s */
  GPtrArray *ids;         /* of char *: what each line of the dataset row stands for */
  GPtrArray *own;         /* of char *: people’s files and folders, last used first */
  gboolean updating;
  gboolean folded, fold_chosen; /* by hand: then it is as people leave it */
};

G_DEFINE_FINAL_TYPE (GramDataPanel, gram_data_panel, GRAM_TYPE_PANE)

/* ---------- the list of datasets ---------- */

static void
add_dataset (GramDataPanel *self, GtkStringList *model, const char *id, const char *title)
{
  gtk_string_list_append (model, title);
  g_ptr_array_add (self->ids, g_strdup (id));
}

static guint
find_dataset (GramDataPanel *self, const char *id)
{
  guint at;

  return g_ptr_array_find_with_equal_func (self->ids, id, g_str_equal, &at)
             ? at
             : GTK_INVALID_LIST_POSITION;
}

/* Where two of the files have one name, the folder that each is in tells which is which. */
static char *
own_title (GramDataPanel *self, const char *path)
{
  g_autofree char *base = g_path_get_basename (path), *name = g_filename_display_name (base);
  g_autofree char *above = NULL, *folder = NULL, *folder_name = NULL;

  for (guint i = 0; i < self->own->len && folder == NULL; i++)
    {
      g_autofree char *other = g_path_get_basename (self->own->pdata[i]);

      if (!g_str_equal (other, base) || g_str_equal (self->own->pdata[i], path))
        continue;
      above = g_path_get_dirname (path);
      folder = g_path_get_basename (above);
    }
  if (folder == NULL)
    return g_steal_pointer (&name);
  folder_name = g_filename_display_name (folder);
  return g_strdup_printf (_ ("%s (%s)"), name, folder_name);
}

static void
add_own (GramDataPanel *self, GtkStringList *model, const char *path)
{
  g_autofree char *title = own_title (self, path);

  add_dataset (self, model, path, title);
}

static void
add_known (GramDataPanel *self, GtkStringList *model, gboolean here)
{
  const char *data_dir = gram_document_get_settings (self->document)->data_dir;

  for (guint i = 0; i < gram_catalogue_count (); i++)
    {
      const GramCatalogueEntry *entry = gram_catalogue_get (i);
      g_autofree char *place = entry->built_in ? NULL : gram_catalogue_find (entry, data_dir);
      g_autofree char *title = NULL;

      if (here != (entry->built_in || place != NULL))
        continue;
      title = here ? g_strdup (entry->title) : g_strdup_printf (_ ("%s (download…)"), entry->title);
      add_dataset (self, model, entry->id, title);
    }
}

/* First the known datasets that are on this machine, then people's own, then those that can be
 * downloaded. What is being opened is among them. */
static void
list_datasets (GramDataPanel *self)
{
  const char *dataset = gram_document_get_settings (self->document)->dataset;
  const GramCatalogueEntry *entry = gram_catalogue_lookup (dataset);
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->ids, 0);
  add_known (self, model, TRUE);
  for (guint i = 0; i < self->own->len; i++)
    add_own (self, model, self->own->pdata[i]);
  if ((entry == NULL || !g_str_equal (entry->id, dataset))
      && find_dataset (self, dataset) == GTK_INVALID_LIST_POSITION)
    add_own (self, model, dataset);
  add_known (self, model, FALSE);
  self->updating = TRUE;
  adw_combo_row_set_model (self->dataset_row, G_LIST_MODEL (model));
  adw_combo_row_set_selected (self->dataset_row, find_dataset (self, dataset));
  self->updating = FALSE;
}

static void
dataset_chosen_cb (GramDataPanel *self)
{
  guint chosen = adw_combo_row_get_selected (self->dataset_row);
  const char *id = chosen < self->ids->len ? self->ids->pdata[chosen] : NULL;
  const GramCatalogueEntry *entry;
  g_autofree char *place = NULL;
  GramSettings *settings;

  if (self->updating || id == NULL
      || g_str_equal (id, gram_document_get_settings (self->document)->dataset))
    return;
  entry = gram_catalogue_lookup (id);
  settings = gram_document_edit (self->document);
  place =
      entry != NULL && !entry->built_in ? gram_catalogue_find (entry, settings->data_dir) : NULL;
  if (entry != NULL && !entry->built_in && place == NULL)
    {
      /* go back to what is open; a new model here would free the selection that emits this
       * signal */
      adw_combo_row_set_selected (self->dataset_row, find_dataset (self, settings->dataset));
      gram_settings_free (settings);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.download", "s", entry->id);
      return;
    }
  g_free (settings->dataset);
  settings->dataset = g_strdup (id);
  /* another dataset has other classes: take its first two */
  g_clear_pointer (&settings->problem.class_a, g_free);
  g_clear_pointer (&settings->problem.class_b, g_free);
  gram_document_commit (self->document, settings, "dataset");
}

/* ---------- the other rows ---------- */

static void show_pair_words (GramDataPanel *self, const char *dataset, const char *const names[2],
                             gint64 available);

/* Shown at once: the problem of these classes comes later, and until then the words of the previous
 * pair must not come back. While there is no class B it is asked for. */
static void
show_chosen (GramDataPanel *self, const GramPair *pair)
{
  GramSession *session = gram_document_get_session (self->document);
  const GramDatasetInfo *info = gram_dataset_get_info (gram_session_get_dataset (session));
  g_autofree char *a = gram_pair_join (pair, 1, info->class_names);
  g_autofree char *b = gram_pair_join (pair, -1, info->class_names);
  const char *const names[] = { a, b };
  g_autofree char *text = NULL;
  gint64 count = 0;

  if (a == NULL)
    return;
  for (guint c = 0; c < MIN (info->n_classes, GRAM_MOST_TILES); c++)
    count += pair->side[c] != 0 ? info->counts[GRAM_SPLIT_TRAIN][c] : 0;
  if (b != NULL)
    {
      show_pair_words (self, info->id, names, count);
      return;
    }
  /* Translators: the name of a class of images */
  text = g_strdup_printf (_ ("%s is +1. Now choose the class that is −1, or press Escape."), a);
  gtk_label_set_text (self->pair_label, text);
}

static void
pair_chosen_cb (GramDataPanel *self)
{
  const GramPair *pair = gram_class_tiles_get_pair (self->tiles);
  GramSettings *settings;

  show_chosen (self, pair);
  if (pair->picks_b)
    return;
  settings = gram_document_edit (self->document);
  g_free (settings->problem.class_a);
  g_free (settings->problem.class_b);
  settings->problem.class_a = gram_pair_join (pair, 1, NULL);
  settings->problem.class_b = gram_pair_join (pair, -1, NULL);
  gram_document_commit (self->document, settings, "classes");
}

static void
n_chosen_cb (GramDataPanel *self, double value)
{
  GramSettings *settings = gram_document_edit (self->document);

  settings->problem.n = (gint64) value;
  gram_document_commit (self->document, settings, "n");
}

static void
test_chosen_cb (GramDataPanel *self, double value)
{
  GramSettings *settings = gram_document_edit (self->document);

  settings->problem.n_test = (gint64) value;
  gram_document_commit (self->document, settings, "test");
}

static void
combo_chosen_cb (GramDataPanel *self)
{
  GramSettings *settings;

  if (self->updating)
    return;
  settings = gram_document_edit (self->document);
  settings->problem.preprocess = adw_combo_row_get_selected (self->preprocess_row);
  settings->problem.select = adw_combo_row_get_selected (self->select_row);
  gram_document_commit (self->document, settings, "preprocess");
}

static void
settings_changed_cb (GramDataPanel *self)
{
  const GramSettings *settings = gram_document_get_settings (self->document);
  guint chosen = adw_combo_row_get_selected (self->dataset_row);

  if (chosen >= self->ids->len || !g_str_equal (self->ids->pdata[chosen], settings->dataset))
    list_datasets (self);
  self->updating = TRUE;
  adw_combo_row_set_selected (self->preprocess_row, settings->problem.preprocess);
  adw_combo_row_set_selected (self->select_row, settings->problem.select);
  self->updating = FALSE;
  gram_number_row_set_value (self->n_row, (double) settings->problem.n);
  gram_number_row_set_value (self->test_row, (double) settings->problem.n_test);
}

static void
show_pair_words (GramDataPanel *self, const char *dataset, const char *const names[2],
                 gint64 available)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup (dataset);
  g_autofree char *text = NULL, *images = gram_words_count (available);

  if (entry != NULL && entry->built_in) /* as many as asked for */
    text = g_strdup_printf (_ ("%s is +1, %s is −1"), names[0], names[1]);
  else
    /* Translators: class names, and how many images of the two there are */
    text = g_strdup_printf (_ ("%s is +1, %s is −1 · %s images"), names[0], names[1], images);
  gtk_label_set_text (self->pair_label, text);
}

static void
show_pair (GramDataPanel *self, GramProblem *problem)
{
  GramPair pair = { .picks_b = FALSE };
  g_autofree char *title = gram_problem_describe (problem), *line = NULL, *tip = NULL;

  memcpy (pair.side, problem->sides, MIN (problem->n_classes, GRAM_MOST_TILES));
  gram_class_tiles_set_pair (self->tiles, &pair);
  show_pair_words (self, problem->dataset_id, (const char *const *) problem->class_names,
                   problem->available[0] + problem->available[1]);
  gram_number_row_set_automatic (self->n_row, 0, problem->n);
  gram_number_row_set_automatic (self->test_row, -1, problem->n_test);
  line = g_strdup_printf ("%s, n = %'" G_GINT64_FORMAT, title, problem->n);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->summary_row), line);
  tip = g_strdup_printf ("%s\n%s", line,
                         _ ("The two classes and their labels y = +1 and y = −1 (Appendix A)"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary_row), tip);
}

/* A file that was opened stays in the list for as long as it is known to be recent. */
static void
keep_own (GramDataPanel *self)
{
  const char *dataset =
      gram_session_get_settings (gram_document_get_session (self->document))->dataset;

  if (!g_path_is_absolute (dataset)
      || g_ptr_array_find_with_equal_func (self->own, dataset, g_str_equal, NULL))
    return;
  g_ptr_array_insert (self->own, 0, g_strdup (dataset));
  list_datasets (self);
}

static void
problem_changed_cb (GramDataPanel *self)
{
  GramSession *session = gram_document_get_session (self->document);
  GramProblem *problem = gram_session_get_problem (session);

  gram_class_tiles_set_dataset (self->tiles, gram_session_get_dataset (session));
  if (problem == NULL)
    return;
  show_pair (self, problem);
  keep_own (self);
}

/* ---------- one line of it ---------- */

static void
fold (GramDataPanel *self, gboolean folded)
{
  GtkWidget *rows[] = { GTK_WIDGET (self->dataset_row),    self->classes_row,
                        GTK_WIDGET (self->n_row),          GTK_WIDGET (self->test_row),
                        GTK_WIDGET (self->preprocess_row), GTK_WIDGET (self->select_row) };
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;

  self->folded = folded;
  gtk_button_set_icon_name (self->fold_button, folded ? "pan-end-symbolic" : "pan-down-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->fold_button), GTK_ACCESSIBLE_STATE_EXPANDED,
                               !folded, -1);
  /* the focus does not stay in a row that has gone */
  if (focused)
    gtk_widget_grab_focus (GTK_WIDGET (self->fold_button));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_visible (rows[i], !folded);
  gtk_widget_set_visible (GTK_WIDGET (self->summary_row), folded);
}

static void
fold_for_good (GramDataPanel *self, gboolean folded)
{
  GSettings *store = gram_store_get ();

  self->fold_chosen = TRUE;
  if (store != NULL)
    g_settings_set_boolean (store, KEY_FOLDED, folded);
  fold (self, folded);
}

static void
fold_clicked_cb (GramDataPanel *self)
{
  fold_for_good (self, !self->folded);
}

/* "data.chosen": people go on to the next thing. That folds them the first time only. */
static void
chosen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramDataPanel *self = GRAM_DATA_PANEL (widget);

  if (!self->fold_chosen && !self->folded)
    fold_for_good (self, TRUE);
}

static void
restore_fold (GramDataPanel *self)
{
  GSettings *store = gram_store_get ();
  g_autoptr (GVariant) chosen =
      store != NULL ? g_settings_get_user_value (store, KEY_FOLDED) : NULL;

  self->fold_chosen = chosen != NULL;
  fold (self, chosen != NULL && g_variant_get_boolean (chosen));
}

static void
gram_data_panel_bind (GramPane *pane)
{
  GramDataPanel *self = GRAM_DATA_PANEL (pane);

  self->document = gram_pane_get_document (pane);
  gram_document_watch (self->document, self, G_CALLBACK (settings_changed_cb), "settings-changed",
                       NULL);
  gram_document_watch (self->document, self, G_CALLBACK (problem_changed_cb), "problem-changed",
                       NULL);
  list_datasets (self);
  settings_changed_cb (self);
  problem_changed_cb (self);
}

static void
gram_data_panel_dispose (GObject *object)
{
  GramDataPanel *self = GRAM_DATA_PANEL (object);

  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->own, g_ptr_array_unref);
  G_OBJECT_CLASS (gram_data_panel_parent_class)->dispose (object);
}

static void
gram_data_panel_class_init (GramDataPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_data_panel_bind;
  G_OBJECT_CLASS (klass)->dispose = gram_data_panel_dispose;
  g_type_ensure (GRAM_TYPE_CLASS_TILES);
  g_type_ensure (GRAM_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-data-panel"));
  gtk_widget_class_install_action (widget_class, "data.chosen", NULL, chosen_action);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, fold_button);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, summary_row);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, classes_row);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, dataset_row);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, preprocess_row);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, select_row);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, tiles);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, pair_label);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, n_row);
  gtk_widget_class_bind_template_child (widget_class, GramDataPanel, test_row);
}

static void
gram_data_panel_init (GramDataPanel *self)
{
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->own = gram_recent_list (FALSE);
  gtk_widget_init_template (GTK_WIDGET (self));
  restore_fold (self);
  gram_number_row_set_automatic (self->n_row, 0, -1);
  gram_number_row_set_automatic (self->test_row, -1, -1);
  g_signal_connect_swapped (self->fold_button, "clicked", G_CALLBACK (fold_clicked_cb), self);
  g_signal_connect_swapped (self->summary_row, "activated", G_CALLBACK (fold_clicked_cb), self);
  g_signal_connect_swapped (self->dataset_row, "notify::selected", G_CALLBACK (dataset_chosen_cb),
                            self);
  g_signal_connect_swapped (self->preprocess_row, "notify::selected", G_CALLBACK (combo_chosen_cb),
                            self);
  g_signal_connect_swapped (self->select_row, "notify::selected", G_CALLBACK (combo_chosen_cb),
                            self);
  g_signal_connect_swapped (self->tiles, "pair-chosen", G_CALLBACK (pair_chosen_cb), self);
  g_signal_connect_swapped (self->n_row, "chosen", G_CALLBACK (n_chosen_cb), self);
  g_signal_connect_swapped (self->test_row, "chosen", G_CALLBACK (test_chosen_cb), self);
}
