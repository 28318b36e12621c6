/* gram-page-bar.h: title and tools of a page, in as many rows as the width asks for
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAM_TYPE_PAGE_BAR (gram_page_bar_get_type ())
G_DECLARE_FINAL_TYPE (GramPageBar, gram_page_bar, GRAM, PAGE_BAR, GtkWidget)

/**
 * GramPageBarGroup:
 * @GRAM_PAGE_BAR_TITLE: the title and its explanation, at the start
 * @GRAM_PAGE_BAR_TOOLS: what one page alone has
 * @GRAM_PAGE_BAR_VIEW: what every plot has, at the end
 */
typedef enum
{
  GRAM_PAGE_BAR_TITLE,
  GRAM_PAGE_BAR_TOOLS,
  GRAM_PAGE_BAR_VIEW,
} GramPageBarGroup;

#define GRAM_PAGE_BAR_GROUPS 3

void gram_page_bar_set_title (GramPageBar *self, const char *title, const char *explanation);
void gram_page_bar_add (GramPageBar *self, GramPageBarGroup group, GtkWidget *child);

G_END_DECLS
