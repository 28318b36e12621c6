/* gram-text.h: one line of text with superscripts and subscripts, typeset and measured
 *
 * SPDX-License-Identifier: MIT
 *
 * Text is plain UTF-8. "^{…}" raises and "_{…}" lowers what is in braces; Unicode's own raised
 * and lowered characters (10⁻³, λᵢ, vᵀ) are typeset the same way, so that they look the same in
 * every font. Nothing else is special: no markup needs escaping.
 */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

typedef struct
{
  char *text;
  int level; /* −1 lowered, 0, +1 raised */
} GramTextRun;

GPtrArray *gram_text_parse (const char *text);
char *gram_text_to_plain (const char *text);
char *gram_text_to_markup (const char *text);

#define GRAM_TEXT_SMALL 0.72 /* size of raised and lowered text */
#define GRAM_TEXT_RAISE 0.36 /* of the font size, upwards */
#define GRAM_TEXT_LOWER 0.18 /* of the font size, downwards */

typedef struct
{
  double size; /* pixels */
  gboolean bold;
} GramFont;

typedef struct
{
  PangoLayout *layout;
  double width, height, baseline; /* pixels; baseline from the top */
} GramTypeset;

typedef struct _GramTypesetter GramTypesetter;

GramTypesetter *gram_typesetter_new (const char *families);
GramTypesetter *gram_typesetter_ref (GramTypesetter *typesetter);
void gram_typesetter_unref (GramTypesetter *typesetter);
const char *gram_typesetter_get_families (const GramTypesetter *typesetter);
void gram_typesetter_reserve (GramTypesetter *typesetter);
const GramTypeset *gram_typesetter_set (GramTypesetter *typesetter, const GramFont *font,
                                        const char *text);
GStrv gram_typesetter_wrap (GramTypesetter *typesetter, const GramFont *font, const char *text,
                            double width);
char *gram_typesetter_fit (GramTypesetter *typesetter, const GramFont *font, const char *text,
                           double width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTypesetter, gram_typesetter_unref)

G_END_DECLS
