/* gram-dialogs.c: preferences, help and about
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gram-pane.h"
#include "gram-servers-group.h"
#include "gram-store.h"

/* A window of data/ui, over @parent; @builder has what else is in it. */
static void
present (GtkBuilder *builder, GtkWindow *parent)
{
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}

/* ---------- preferences ---------- */

static void
style_chosen_cb (AdwComboRow *row, GParamSpec *spec, GSettings *store)
{
  g_settings_set_enum (store, "style", (int) adw_combo_row_get_selected (row));
}

/* Widgets are named after the key that they change. */
static void
bind_preferences (GtkBuilder *builder, GSettings *store)
{
  static const struct
  {
    const char *key, *property;
  } rows[] = {
    { "restore-settings", "active" },   { "notify", "active" },        { "inhibit", "active" },
    { "export-width", "value" },        { "export-height", "value" },  { "export-dpi", "value" },
    { "export-transparent", "active" }, { "runs-mebibytes", "value" },
  };
  AdwComboRow *style = ADW_COMBO_ROW (gtk_builder_get_object (builder, "style"));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_settings_bind (store, rows[i].key, gtk_builder_get_object (builder, rows[i].key),
                     rows[i].property, G_SETTINGS_BIND_DEFAULT);
  adw_combo_row_set_selected (style, (guint) g_settings_get_enum (store, "style"));
  g_signal_connect (style, "notify::selected", G_CALLBACK (style_chosen_cb), store);
}

/**
 * gram_show_preferences:
 */
void
gram_show_preferences (GtkWindow *parent)
{
  static const char *const groups[] = { "missing", "general", "figures" };
  g_autoptr (GtkBuilder) builder = NULL;
  GSettings *store = gram_store_get ();

  g_type_ensure (GRAM_TYPE_SERVERS_GROUP);
  builder = gtk_builder_new_from_resource (GRAM_UI ("gram-preferences"));
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    gtk_widget_set_visible (GTK_WIDGET (gtk_builder_get_object (builder, groups[i])),
                            (store == NULL) == (i == 0));
  if (store != NULL)
    bind_preferences (builder, store);
  present (builder, parent);
}

/* ---------- about and help ---------- */

/**
 * gram_show_about:
 */
void
gram_show_about (GtkWindow *parent)
{
  adw_show_about_window (
      parent, "application-name", "Gramscope", "application-icon", GRAM_APP_ID, "version",
      GRAM_VERSION, "license-type", GTK_LICENSE_MIT_X11, "developer-name",
      _ ("The Gramscope authors"), "comments",
      _ ("The theory of wide two-layer ReLU networks made visible: the Gram matrix H∞, its "
         "spectrum, and why random labels are learned slowly.\n\nAfter Arora, Du, Hu, Li and Wang, "
         "“Fine-Grained Analysis of Optimization and Generalization for Overparameterized "
         "Two-Layer Neural Networks”, ICML 2019."),
      "translator-credits", _ ("translator-credits"), NULL);
}

/**
 * gram_show_help:
 *
 * The ideas on one page; how to do things is in the tooltips and the shortcuts window.
 */
void
gram_show_help (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-help"));

  present (builder, parent);
}
