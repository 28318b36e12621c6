/* gram-pane.h: a part of the window that shows the document
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

/* The resource of a file of data/ui. */
#define GRAM_UI(name) "/io/github/gramscope/Gramscope/ui/" name ".ui"

#define GRAM_TYPE_PANE (gram_pane_get_type ())
G_DECLARE_DERIVABLE_TYPE (GramPane, gram_pane, GRAM, PANE, AdwBin)

struct _GramPaneClass
{
  AdwBinClass parent_class;
  void (*bind) (GramPane *pane); /* the document is there: watch it and show it */
};

void gram_pane_set_document (GramPane *pane, GramDocument *document);
GramDocument *gram_pane_get_document (gpointer pane);
GramSession *gram_pane_get_session (gpointer pane);

G_END_DECLS
