/* gram-application.c: the program: one window, actions that D-Bus and people share
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "gram-catalogue.h"
#include "gram-store.h"
#include "gram-window-recovery.h"

struct _GramApplication
{
  AdwApplication parent_instance;
  GramDocument *document;
};

G_DEFINE_FINAL_TYPE (GramApplication, gram_application, ADW_TYPE_APPLICATION)

/* Photographs when the machine has them, else the built-in digits. */
static const char *
first_choice (void)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup ("fashion-mnist");
  g_autofree char *place = entry != NULL ? gram_catalogue_find (entry, NULL) : NULL;

  return place != NULL ? "dataset=fashion-mnist" : "dataset=glyphs";
}

/* The first thing on screen: the last choices, or what the machine has. */
static void
load_first (GramApplication *self)
{
  GSettings *store = gram_store_get ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (store != NULL && g_settings_get_boolean (store, "restore-settings"))
    text = g_settings_get_string (store, "settings");
  /* remembered choices of another version may be unreadable: begin anew then */
  if (text == NULL || *text == '\0' || !gram_document_load (self->document, text, &error))
    gram_document_load (self->document, first_choice (), NULL);
}

/**
 * gram_application_get_window:
 *
 * Returns: (transfer none): the window, made when there is none yet
 */
GramWindow *
gram_application_get_window (GramApplication *self)
{
  GtkWindow *window = NULL;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (GRAM_IS_WINDOW (l->data))
      window = l->data;
  if (window != NULL)
    return GRAM_WINDOW (window);
  self->document = gram_document_new ();
  window = GTK_WINDOW (gram_window_new (GTK_APPLICATION (self), self->document));
  gram_application_watch (self, self->document);
  gtk_window_present (window);
  load_first (self);
  gram_window_start_recovery (GRAM_WINDOW (window));
  g_object_unref (self->document);
  return GRAM_WINDOW (window);
}

static void
gram_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (gram_application_get_window (GRAM_APPLICATION (application))));
}

static void
gram_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GramWindow *window = gram_application_get_window (GRAM_APPLICATION (application));
  g_autofree char *path = n_files > 0 ? g_file_get_path (files[0]) : NULL;

  gtk_window_present (GTK_WINDOW (window));
  if (path != NULL)
    gram_window_open_path (window, path);
}

static void
style_changed_cb (GSettings *store)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[g_settings_get_enum (store, "style")]);
}

/* Logging out, a service manager, Ctrl+C: nobody is there to answer a question. */
static gboolean
signalled_cb (gpointer application)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (GRAM_IS_WINDOW (l->data))
      {
        gram_window_leave (l->data);
        return G_SOURCE_CONTINUE;
      }
  g_application_quit (application);
  return G_SOURCE_CONTINUE;
}

static void
gram_application_startup (GApplication *application)
{
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  GSettings *store;

  G_APPLICATION_CLASS (gram_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (GRAM_APP_ID);
  /* the help would open with its first paragraph selected */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  gram_application_install_actions (GRAM_APPLICATION (application));
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], signalled_cb, application);
  store = gram_store_get ();
  if (store != NULL)
    {
      g_signal_connect_object (store, "changed::style", G_CALLBACK (style_changed_cb), application,
                               0);
      style_changed_cb (store);
    }
}

static void
gram_application_class_init (GramApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = gram_application_activate;
  application_class->open = gram_application_open;
  application_class->startup = gram_application_startup;
}

static void
gram_application_init (GramApplication *self)
{
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("See why wide networks learn true labels fast and random ones "
                               "slowly."));
}

GramApplication *
gram_application_new (void)
{
  return g_object_new (GRAM_TYPE_APPLICATION, "application-id", GRAM_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/gramscope/Gramscope", NULL);
}
