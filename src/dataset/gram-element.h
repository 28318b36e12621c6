/* gram-element.h: the number types that data files hold
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAM_ELEMENT_U8,
  GRAM_ELEMENT_I8,
  GRAM_ELEMENT_BOOL,
  GRAM_ELEMENT_U16,
  GRAM_ELEMENT_I16,
  GRAM_ELEMENT_U32,
  GRAM_ELEMENT_I32,
  GRAM_ELEMENT_U64,
  GRAM_ELEMENT_I64,
  GRAM_ELEMENT_F16,
  GRAM_ELEMENT_F32,
  GRAM_ELEMENT_F64,
} GramElement;

gsize gram_element_size (GramElement element);
void gram_element_convert (GramElement element, gboolean big_endian, const guint8 *raw, gsize count,
                           double *out);

G_END_DECLS
