/* gram-shortcuts.c: the window of keyboard shortcuts
 *
 * SPDX-License-Identifier: MIT
 *
 * Made of the lists of actions and of the plot's keys. GTK 4.8 fills such a window by its builder
 * alone, so that is given a text.
 */
#include "gram-config.h"

#include "gram-shortcuts.h"

#include <glib/gi18n.h>

#include "gram-actions.h"
#include "gram-pages.h"
#include "gram-plot-view.h"

static const char *const groups[GRAM_SHORTCUTS_GROUPS] = {
  [GRAM_SHORTCUTS_RUN] = N_ ("Run"),         [GRAM_SHORTCUTS_FIGURES] = N_ ("Figures"),
  [GRAM_SHORTCUTS_PLOT] = N_ ("In a plot"),  [GRAM_SHORTCUTS_SESSION] = N_ ("Session"),
  [GRAM_SHORTCUTS_GENERAL] = N_ ("General"),
};

static void
add_shortcut (GString *text, const char *title, const char *keys)
{
  g_autofree char *shortcut = g_markup_printf_escaped (
      "<child><object class=\"GtkShortcutsShortcut\"><property name=\"title\">%s</property>"
      "<property name=\"accelerator\">%s</property></object></child>",
      title, keys);

  g_string_append (text, shortcut);
}

static void
add_group (GString *text, GramShortcutsGroup group)
{
  guint count;
  const GramActionInfo *actions = gram_actions_list (&count);
  g_autofree char *title = g_markup_escape_text (_ (groups[group]), -1);

  g_string_append_printf (text,
                          "<child><object class=\"GtkShortcutsGroup\"><property name=\"title\">"
                          "%s</property>",
                          title);
  for (guint i = 0; i < count; i++)
    if (actions[i].shortcut.group == group)
      add_shortcut (text, _ (actions[i].shortcut.title), actions[i].keys[0]);
  if (group == GRAM_SHORTCUTS_FIGURES)
    {
      g_autofree char *keys = NULL;

      gram_page_list (&count);
      keys = g_strdup_printf ("<Alt>1...%u", count);
      add_shortcut (text, _ ("Show a page"), keys);
    }
  else if (group == GRAM_SHORTCUTS_PLOT)
    {
      const GramPlotShortcut *shortcuts = gram_plot_view_get_shortcuts (&count);

      for (guint i = 0; i < count; i++)
        add_shortcut (text, _ (shortcuts[i].title), shortcuts[i].keys);
    }
  g_string_append (text, "</object></child>");
}

/**
 * gram_shortcuts_window_new:
 *
 * Returns: (transfer none): for gtk_application_window_set_help_overlay(); GTK holds it
 */
GtkShortcutsWindow *
gram_shortcuts_window_new (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GString) text = g_string_new (
      "<interface><object class=\"GtkShortcutsWindow\" id=\"window\">"
      "<property name=\"modal\">True</property><child><object class=\"GtkShortcutsSection\">"
      "<property name=\"section-name\">shortcuts</property>"
      "<property name=\"max-height\">12</property>");

  for (GramShortcutsGroup group = GRAM_SHORTCUTS_RUN; group < GRAM_SHORTCUTS_GROUPS; group++)
    add_group (text, group);
  g_string_append (text, "</object></child></object></interface>");
  if (!gtk_builder_add_from_string (builder, text->str, (gssize) text->len, NULL))
    g_assert_not_reached (); /* the text is the program's own */
  return GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "window"));
}
