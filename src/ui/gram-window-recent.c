/* gram-window-recent.c: sessions and data among the desktop's recent files, and in the menu
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <string.h>

#include "gram-recent.h"
#include "gram-window-private.h"

/* a lone underscore would make a mnemonic */
static char *
double_underscores (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);

  return g_strjoinv ("__", parts);
}

/* Sessions are listed by name, data by path: many folders are called MNIST. */
static char *
session_label (const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);

  return double_underscores (name);
}

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
fill (GMenu *section, gboolean sessions)
{
  g_autoptr (GPtrArray) paths = gram_recent_list (sessions);

  g_menu_remove_all (section);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = paths->pdata[i];
      g_autofree char *label = sessions ? session_label (path) : data_label (path);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.open-path", "s", path);
      g_menu_append_item (section, item);
    }
}

static void
update_recent (GramWindow *self)
{
  fill (self->recent_section, TRUE);
  fill (self->recent_data_section, FALSE);
}

/* Only data that could be read and that came from a path. Those of the catalogue are in the list of
 * datasets anyway. */
static void
problem_changed_cb (GramWindow *self)
{
  GramSession *session = gram_document_get_session (self->document);
  const char *dataset = gram_session_get_settings (session)->dataset;

  if (gram_session_get_problem (session) != NULL && g_path_is_absolute (dataset))
    gram_recent_add (dataset);
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
