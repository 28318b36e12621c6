/* gram-server-list.c: the servers that the window offers
 *
 * SPDX-License-Identifier: MIT
 *
 * One list of their names for Preferences and the side panel; servers.ini has what they are.
 */
#include "gram-server-list.h"

#include "gram-servers.h"

static void
reload (GtkStringList *list)
{
  g_auto (GStrv) names = gram_servers_list ();

  gtk_string_list_splice (list, 0, g_list_model_get_n_items (G_LIST_MODEL (list)),
                          (const char *const *) names);
}

/**
 * gram_server_list_get:
 *
 * Returns: (transfer none): the names, one object for the process
 */
GtkStringList *
gram_server_list_get (void)
{
  static GtkStringList *list = NULL;

  if (list == NULL)
    reload (list = gtk_string_list_new (NULL));
  return list;
}

/**
 * gram_server_list_add:
 *
 * As gram_servers_add().
 */
gboolean
gram_server_list_add (const char *name, const char *text, GError **error)
{
  gboolean added = gram_servers_add (name, text, error);

  reload (gram_server_list_get ());
  return added;
}

/**
 * gram_server_list_remove:
 */
gboolean
gram_server_list_remove (const char *name, GError **error)
{
  gboolean removed = gram_servers_remove (name, error);

  reload (gram_server_list_get ());
  return removed;
}
