/* gram-window-recent.c: sessions and data among the desktop's recent files, and in the menu
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <string.h>

#include "gram-window-private.h"

#define RECENT_SHOWN 8
#define APP_NAME "Gramscope"

/* a lone underscore would make a mnemonic */
static char *
double_underscores (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);

  return g_strjoinv ("__", parts);
}

/* Sessions are listed by name, data by path: many folders are called MNIST. */
static char *
data_label (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *near = NULL;

  if (length > 1 && g_str_has_prefix (path, home) && path[length] == '/')
    near = g_filename_display_name (path + length);
  if (near == NULL)
    return double_underscores (name);
  g_free (name);
  name = g_strconcat ("~", near, NULL);
  return double_underscores (name);
}

static void
add_item (GramWindow *self, GtkRecentInfo *info, const char *path)
{
  gboolean session = g_str_has_suffix (path, ".gramscope");
  GMenu *section = session ? self->recent_section : self->recent_data_section;
  g_autofree char *label =
      session ? double_underscores (gtk_recent_info_get_display_name (info)) : data_label (path);
  g_autoptr (GMenuItem) item = NULL;

  if ((!session && !gtk_recent_info_has_application (info, APP_NAME))
      || g_menu_model_get_n_items (G_MENU_MODEL (section)) >= RECENT_SHOWN
      || !g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  item = g_menu_item_new (label, NULL);
  g_menu_item_set_action_and_target (item, "win.open-path", "s", path);
  g_menu_append_item (section, item);
}

static int
last_used_first (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *) b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *) a));
}

static void
update_recent (GramWindow *self)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());

  items = g_list_sort (items, last_used_first);
  g_menu_remove_all (self->recent_section);
  g_menu_remove_all (self->recent_data_section);
  for (GList *l = items; l != NULL; l = l->next)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (gtk_recent_info_get_uri (l->data));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        add_item (self, l->data, path);
    }
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}

/**
 * gram_window_add_recent:
 * @path: of a session, or of data: a file or a folder
 */
void
gram_window_add_recent (GramWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  gboolean session = g_str_has_suffix (path, ".gramscope");
  gboolean folder = g_file_test (path, G_FILE_TEST_IS_DIR);
  g_autofree char *mime = g_strdup (session  ? "application/x-gramscope-session"
                                    : folder ? "inode/directory"
                                             : "application/octet-stream");
  char app[] = APP_NAME, exec[] = "gramscope %u";
  GtkRecentData data = { .mime_type = mime, .app_name = app, .app_exec = exec };

  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}

/* Only data that could be read and that came from a path. Those of the catalogue are in the list of
 * datasets anyway. */
static void
problem_changed_cb (GramWindow *self)
{
  GramSession *session = gram_document_get_session (self->document);
  const char *dataset = gram_session_get_settings (session)->dataset;

  if (gram_session_get_problem (session) != NULL && g_path_is_absolute (dataset))
    gram_window_add_recent (self, dataset);
}

/**
 * gram_window_add_recent_menu:
 *
 * Fills the menu, now and when this or another program changes the list.
 */
void
gram_window_add_recent_menu (GramWindow *self)
{
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (update_recent),
                           self, G_CONNECT_SWAPPED);
  gram_document_watch (self->document, self, G_CALLBACK (problem_changed_cb), "problem-changed",
                       NULL);
  update_recent (self);
}
