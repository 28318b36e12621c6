/* gram-page.h: one page of the window: a figure and what belongs to it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figure.h"
#include "gram-pane.h"

G_BEGIN_DECLS

#define GRAM_TYPE_PAGE (gram_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (GramPage, gram_page, GRAM, PAGE, GramPane)

struct _GramPageClass
{
  GramPaneClass parent_class;
  void (*update) (GramPage *page);            /* is shown or its source changed: draw anew */
  GramFigure *(*get_figure) (GramPage *page); /* (transfer none) (nullable) what is exported */
  /* (nullable) adds the options of gramscope-cli figure that make it as it is shown, each with a
   * blank before it; %FALSE where the command line cannot */
  gboolean (*add_options) (GramPage *page, GString *command, GError **error);
};

/* The signal "told" (const char *text): something happened unseen, which needs a word. */
GramFigure *gram_page_get_figure (GramPage *page);
char *gram_page_get_command (GramPage *page, GError **error);
void gram_page_queue_update (GramPage *page);

G_END_DECLS
