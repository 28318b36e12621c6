/* gram-actions.c: the list of actions: their keys, their places in the menus, their words
 *
 * SPDX-License-Identifier: MIT
 *
 * What an action does stands where it belongs: "app." in gram-application.c, "win." in the parts
 * of the window. Pages have theirs, "app.page::ID", and their keys from gram-pages.c.
 */
#include "gram-config.h"

#include "gram-actions.h"

#include <glib/gi18n.h>

/* In the order in which menus and the window of shortcuts have them. */
static const GramActionInfo actions[] = {
  { "app.toggle",
    { "<Control>Return", "F5" },
    .shortcut = { GRAM_SHORTCUTS_RUN, N_ ("Start or pause") } },
  { "app.step", { "<Control>period" }, .shortcut = { GRAM_SHORTCUTS_RUN, N_ ("One step") } },
  { "app.reset", { "<Control><Shift>r" }, .shortcut = { GRAM_SHORTCUTS_RUN, N_ ("Back to W(0)") } },
  { "win.show-runs", { "F4" }, .shortcut = { GRAM_SHORTCUTS_RUN, N_ ("The list of runs") } },
  { "win.show-jobs", { "<Control>j" }, .shortcut = { GRAM_SHORTCUTS_RUN, N_ ("What runs") } },
  { "win.export-as::png",
    { "<Control>e" },
    .menu = { GRAM_MENU_EXPORT, N_ ("Export as _PNG…") },
    .shortcut = { GRAM_SHORTCUTS_FIGURES, N_ ("Export the figure") } },
  { "win.export-as::svg", .menu = { GRAM_MENU_EXPORT, N_ ("Export as _SVG…") } },
  { "win.export-as::pdf", .menu = { GRAM_MENU_EXPORT, N_ ("Export as P_DF…") } },
  { "win.export-as::csv", .menu = { GRAM_MENU_EXPORT, N_ ("Export Data as _CSV…") } },
  { "win.copy-image", .menu = { GRAM_MENU_COPY, N_ ("_Copy Image") } },
  { "win.copy-data", .menu = { GRAM_MENU_COPY, N_ ("Copy Da_ta") } },
  { "win.copy-command", .menu = { GRAM_MENU_COPY, N_ ("Copy as Co_mmand") } },
  { "win.open",
    { "<Control>o" },
    .menu = { GRAM_MENU_FILE, N_ ("_Open…") },
    .shortcut = { GRAM_SHORTCUTS_SESSION, N_ ("Open a session or data") } },
  { "win.open-folder",
    { "<Control><Shift>o" },
    .menu = { GRAM_MENU_FILE, N_ ("Open _Folder…") },
    .shortcut = { GRAM_SHORTCUTS_SESSION, N_ ("Open a folder of data") } },
  { "win.save-as",
    { "<Control>s" },
    .menu = { GRAM_MENU_FILE, N_ ("_Save Session…") },
    .shortcut = { GRAM_SHORTCUTS_SESSION, N_ ("Save the session") } },
  { "app.undo",
    { "<Control>z" },
    .menu = { GRAM_MENU_EDIT, N_ ("_Undo Change") },
    .shortcut = { GRAM_SHORTCUTS_SESSION, N_ ("Undo a change") } },
  { "app.redo",
    { "<Control><Shift>z", "<Control>y" },
    .menu = { GRAM_MENU_EDIT, N_ ("_Redo Change") },
    .shortcut = { GRAM_SHORTCUTS_SESSION, N_ ("Redo a change") } },
  { "win.copy-settings", .menu = { GRAM_MENU_EDIT, N_ ("Copy S_ettings") } },
  { "win.paste-settings", .menu = { GRAM_MENU_EDIT, N_ ("_Paste Settings") } },
  { "win.lecture",
    { "F11" },
    .menu = { GRAM_MENU_VIEW, N_ ("_Lecture Mode") },
    .shortcut = { GRAM_SHORTCUTS_FIGURES, N_ ("Lecture mode: Space, digits, + and −, Escape") } },
  { "win.show-panel",
    { "F9" },
    .menu = { GRAM_MENU_VIEW, N_ ("Show Side _Panel") },
    .shortcut = { GRAM_SHORTCUTS_FIGURES, N_ ("Show or hide the side panel") } },
  { "app.tour",
    { "<Control>t" },
    .menu = { GRAM_MENU_VIEW, N_ ("_Tour") },
    .shortcut = { GRAM_SHORTCUTS_RUN, N_ ("Tour") } },
  { "app.preferences",
    { "<Control>comma" },
    .menu = { GRAM_MENU_PROGRAM, N_ ("_Preferences") },
    .shortcut = { GRAM_SHORTCUTS_GENERAL, N_ ("Preferences") } },
  { "win.show-help-overlay",
    { "<Control>question" },
    .menu = { GRAM_MENU_PROGRAM, N_ ("_Keyboard Shortcuts") },
    .shortcut = { GRAM_SHORTCUTS_GENERAL, N_ ("Keyboard shortcuts") } },
  { "app.help",
    { "F1" },
    .menu = { GRAM_MENU_PROGRAM, N_ ("_Help") },
    .shortcut = { GRAM_SHORTCUTS_GENERAL, N_ ("Help") } },
  { "app.about", .menu = { GRAM_MENU_PROGRAM, N_ ("_About Gramscope") } },
  { "app.quit", { "<Control>q" }, .shortcut = { GRAM_SHORTCUTS_GENERAL, N_ ("Quit") } },
  { "window.close", { "<Control>w" } },
};

/**
 * gram_actions_list:
 *
 * Returns: (transfer none) (array length=count): the actions that have keys or stand in a menu
 */
const GramActionInfo *
gram_actions_list (guint *count)
{
  *count = G_N_ELEMENTS (actions);
  return actions;
}

/**
 * gram_actions_menu_section:
 *
 * Returns: (transfer full): the entries of @section
 */
GMenu *
gram_actions_menu_section (GramMenuSection section)
{
  GMenu *menu = g_menu_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].menu.section == section)
      g_menu_append (menu, _ (actions[i].menu.label), actions[i].name);
  return menu;
}
