/* gram-pane.c: a part of the window that shows the document
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-pane.h"

typedef struct
{
  GramDocument *document;
} GramPanePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GramPane, gram_pane, ADW_TYPE_BIN)

static void
gram_pane_dispose (GObject *object)
{
  GramPanePrivate *priv = gram_pane_get_instance_private (GRAM_PANE (object));

  g_clear_object (&priv->document);
  G_OBJECT_CLASS (gram_pane_parent_class)->dispose (object);
}

static void
gram_pane_class_init (GramPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gram_pane_dispose;
}

static void
gram_pane_init (GramPane *self)
{
}

/**
 * gram_pane_set_document:
 *
 * Called once, when the window has its document.
 */
void
gram_pane_set_document (GramPane *self, GramDocument *document)
{
  GramPanePrivate *priv = gram_pane_get_instance_private (self);

  g_set_object (&priv->document, document);
  GRAM_PANE_GET_CLASS (self)->bind (self);
}

/**
 * gram_pane_get_document:
 * @pane: a #GramPane
 *
 * Returns: (transfer none) (nullable): what it shows; %NULL before it is in the window
 */
GramDocument *
gram_pane_get_document (gpointer pane)
{
  GramPanePrivate *priv = gram_pane_get_instance_private (GRAM_PANE (pane));

  return priv->document;
}

GramSession *
gram_pane_get_session (gpointer pane)
{
  return gram_document_get_session (gram_pane_get_document (pane));
}
