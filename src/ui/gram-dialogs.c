/* gram-dialogs.c: preferences, help and about
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gram-number-row.h"
#include "gram-store.h"

/* ---------- preferences ---------- */

static void
add_switch (AdwPreferencesGroup *group, GSettings *store, const char *key, const char *title,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  /* this also makes the row's title the switch's accessible name */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  g_settings_bind (store, key, toggle, "active", G_SETTINGS_BIND_DEFAULT);
  adw_preferences_group_add (group, row);
}

static void
number_chosen_cb (GramNumberRow *row, double value, GSettings *store)
{
  g_settings_set_int (store, g_object_get_data (G_OBJECT (row), "key"), (int) value);
}

static void
add_number (AdwPreferencesGroup *group, GSettings *store, const char *key, const char *title,
            const char *tip, double low, double high)
{
  GtkWidget *row =
      gram_number_row_new (title, tip, low, high, TRUE, g_settings_get_int (store, key));

  g_object_set_data (G_OBJECT (row), "key", (gpointer) key);
  g_signal_connect (row, "chosen", G_CALLBACK (number_chosen_cb), store);
  adw_preferences_group_add (group, row);
}

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page, const char *title, const char *description)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  adw_preferences_group_set_description (group, description);
  adw_preferences_page_add (page, group);
  return group;
}

static void
style_chosen_cb (AdwComboRow *row, GParamSpec *spec, GSettings *store)
{
  g_settings_set_enum (store, "style", (int) adw_combo_row_get_selected (row));
}

static void
add_style (AdwPreferencesGroup *group, GSettings *store)
{
  const char *const names[] = { _ ("As the desktop"), _ ("Light"), _ ("Dark"), NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (names);
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Style"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), (guint) g_settings_get_enum (store, "style"));
  g_signal_connect (row, "notify::selected", G_CALLBACK (style_chosen_cb), store);
  adw_preferences_group_add (group, row);
}

/**
 * gram_show_preferences:
 */
void
gram_show_preferences (GtkWindow *parent)
{
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GSettings *store = gram_store_get ();
  AdwPreferencesGroup *group;

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  if (store == NULL)
    add_group (ADW_PREFERENCES_PAGE (page), _ ("Preferences"),
               _ ("The settings schema is not installed: choices last until the window closes."));
  else
    {
      group = add_group (ADW_PREFERENCES_PAGE (page), _ ("General"), NULL);
      add_style (group, store);
      add_switch (group, store, "restore-settings", _ ("Begin with the last choices"),
                  _ ("Dataset, classes and network as they were"));
      add_switch (group, store, "notify", _ ("Notify when a long run ends"),
                  _ ("Only while another window is in front"));
      add_switch (group, store, "inhibit", _ ("Stay awake while training"),
                  _ ("The computer does not suspend during a run"));
      group = add_group (ADW_PREFERENCES_PAGE (page), _ ("Exported Figures"),
                         _ ("What files, scripts and the clipboard get"));
      add_number (
          group, store, "export-width", _ ("Width in pixels"),
          _ ("In pixels of 1/96 inch. A PNG file of 192 dots per inch has two dots a pixel."), 100,
          20000);
      add_number (
          group, store, "export-height", _ ("Height in pixels"),
          _ ("In pixels of 1/96 inch. A PNG file of 192 dots per inch has two dots a pixel."), 100,
          20000);
      add_number (group, store, "export-dpi", _ ("Dots per inch of PNG files"),
                  _ ("How fine a PNG file is: 96 dots per inch make one dot a pixel."), 36, 1200);
      add_switch (group, store, "export-transparent", _ ("Transparent background"), NULL);
    }
  gtk_window_present (GTK_WINDOW (window));
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

static void
add_help (AdwPreferencesPage *page, const char *title, const char *text)
{
  AdwPreferencesGroup *group = add_group (page, title, NULL);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  adw_preferences_group_add (group, label);
}

/**
 * gram_show_help:
 *
 * The ideas on one page; how to do things is in the tooltips and the shortcuts window.
 */
void
gram_show_help (GtkWindow *parent)
{
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesPage *help = ADW_PREFERENCES_PAGE (page);

  gtk_window_set_title (GTK_WINDOW (window), _ ("Help"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), help);
  add_help (help, _ ("What it is about"),
            _ ("Two classes of images, +1 and −1, are learned by a wide two-layer ReLU network "
               "trained by full-batch gradient descent. The theory says that the residual y − u(k) "
               "follows (I − ηH∞)ᵏy: labels that lie along large eigenvalues of the Gram matrix "
               "H∞ are learned fast, others slowly. True labels do, random labels do not."));
  add_help (help, _ ("First steps"),
            _ ("Press Start and watch the measured curves follow the dashed predictions. Click two "
               "other classes on the left. Move the slider “Random labels”: the measure that "
               "bounds the test error answers at once. Then look at the page Spectrum to see "
               "why."));
  add_help (help, _ ("When curves do not follow"),
            _ ("The theory is about large widths m and small changes of the weights. Raise m, or "
               "set κ = 1 and the initialization to antisymmetric, and the agreement becomes "
               "close. A step size η at or above 2/λ₁ diverges; a warning says so before."));
  add_help (help, _ ("Scripts"),
            _ ("Every action of the window is on D-Bus: gapplication action "
               "io.github.gramscope.Gramscope start. The command gramscope-cli makes the same "
               "numbers and figures without a window."));
  gtk_window_present (GTK_WINDOW (window));
}
