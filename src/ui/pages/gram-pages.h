/* gram-pages.h: which pages the window has, in their order
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What the window must know of a page before it exists. */
typedef struct
{
  const char *id;
  const char *title; /* untranslated, marked with N_() */
  const char *icon;
  GType (*get_type) (void);
} GramPageInfo;

const GramPageInfo *gram_page_list (guint *count);

G_END_DECLS
