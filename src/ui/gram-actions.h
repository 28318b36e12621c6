/* gram-actions.h: the list of actions: their keys, their places in the menus, their words
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A part of a menu, between two lines. */
typedef enum
{
  GRAM_MENU_NONE,
  GRAM_MENU_FILE,
  GRAM_MENU_EDIT,
  GRAM_MENU_VIEW,
  GRAM_MENU_PROGRAM,
  GRAM_MENU_EXPORT,
  GRAM_MENU_COPY,
} GramMenuSection;

/* A group of the window of keyboard shortcuts. */
typedef enum
{
  GRAM_SHORTCUTS_NONE,
  GRAM_SHORTCUTS_RUN,
  GRAM_SHORTCUTS_FIGURES,
  GRAM_SHORTCUTS_PLOT, /* of the plot widget itself: gram-plot-view.h */
  GRAM_SHORTCUTS_SESSION,
  GRAM_SHORTCUTS_GENERAL,
  GRAM_SHORTCUTS_GROUPS,
} GramShortcutsGroup;

/* Labels and titles are untranslated, marked with N_(). */
typedef struct
{
  const char *name;    /* detailed: with prefix and target */
  const char *keys[3]; /* accelerators; the first stands in the window of shortcuts */
  struct
  {
    GramMenuSection section;
    const char *label;
  } menu;
  struct
  {
    GramShortcutsGroup group;
    const char *title;
  } shortcut;
} GramActionInfo;

const GramActionInfo *gram_actions_list (guint *count);
GMenu *gram_actions_menu_section (GramMenuSection section);

G_END_DECLS
