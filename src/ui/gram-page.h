/* gram-page.h: one page of the window: a figure and what belongs to it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"
#include "gram-figure.h"

G_BEGIN_DECLS

#define GRAM_TYPE_PAGE (gram_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (GramPage, gram_page, GRAM, PAGE, AdwBin)

struct _GramPageClass
{
  AdwBinClass parent_class;
  void (*bind) (GramPage *page);              /* gram_page_get_document() is set: connect */
  void (*update) (GramPage *page);            /* is shown or its source changed: draw anew */
  GramFigure *(*get_figure) (GramPage *page); /* (transfer none) (nullable) what is exported */
};

/* The signal "told" (const char *text): something happened unseen, which needs a word. */
void gram_page_set_document (GramPage *page, GramDocument *document);
GramDocument *gram_page_get_document (GramPage *page);
GramFigure *gram_page_get_figure (GramPage *page);
void gram_page_queue_update (GramPage *page);
GtkWidget *gram_explanation_button (const char *text);

G_END_DECLS
