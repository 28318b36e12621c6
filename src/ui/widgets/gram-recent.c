/* gram-recent.c: the sessions and data among the desktop's recent files
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-recent.h"

#include <gtk/gtk.h>

#define MOST 8
#define APP_NAME "Gramscope"

static gboolean
is_session (const char *path)
{
  return g_str_has_suffix (path, ".gramscope");
}

static int
last_used_first (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *) b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *) a));
}

/**
 * gram_recent_list:
 * @sessions: whether sessions are meant, by whichever program; else data that this one opened
 *
 * Returns: (transfer full) (element-type filename): the paths of a few that are there, last used
 *   first
 */
GPtrArray *
gram_recent_list (gboolean sessions)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());

  items = g_list_sort (items, last_used_first);
  for (GList *l = items; l != NULL && paths->len < MOST; l = l->next)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (gtk_recent_info_get_uri (l->data));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL && is_session (path) == sessions
          && (sessions || gtk_recent_info_has_application (l->data, APP_NAME))
          && g_file_test (path, G_FILE_TEST_EXISTS))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
  return paths;
}

/**
 * gram_recent_add:
 * @path: of a session, or of data: a file or a folder
 */
void
gram_recent_add (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  gboolean folder = g_file_test (path, G_FILE_TEST_IS_DIR);
  g_autofree char *mime = g_strdup (is_session (path) ? "application/x-gramscope-session"
                                    : folder          ? "inode/directory"
                                                      : "application/octet-stream");
  char app[] = APP_NAME, exec[] = "gramscope %u";
  GtkRecentData data = { .mime_type = mime, .app_name = app, .app_exec = exec };

  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}
