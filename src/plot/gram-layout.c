/* gram-layout.c: what every part of a layout uses: its fonts, and its end
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout-private.h"

/**
 * gram_layout_free:
 * @layout: (transfer full):
 */
void
gram_layout_free (GramLayout *layout)
{
  g_ptr_array_unref (layout->panels);
  gram_figure_unref (layout->figure);
  gram_typesetter_unref (layout->typesetter);
  g_strfreev (layout->caption);
  g_free (layout);
}

GramFont
gram_layout_font (const GramLayout *layout, GramTextKind kind)
{
  const GramTheme *theme = layout->theme;

  switch (kind)
    {
    case GRAM_TEXT_TITLE:
      return (GramFont){ theme->title, TRUE };
    case GRAM_TEXT_PANEL:
      return (GramFont){ theme->text, TRUE };
    case GRAM_TEXT_TICK:
    case GRAM_TEXT_CAPTION:
      return (GramFont){ theme->small, FALSE };
    case GRAM_TEXT_LABEL:
    default:
      return (GramFont){ theme->text, FALSE };
    }
}

double
gram_layout_text_width (const GramLayout *layout, GramTextKind kind, const char *text)
{
  GramFont font = gram_layout_font (layout, kind);

  return text != NULL ? gram_typesetter_set (layout->typesetter, &font, text)->width : 0;
}

double
gram_layout_line_height (const GramLayout *layout, GramTextKind kind)
{
  GramFont font = gram_layout_font (layout, kind);

  return font.size * 1.5;
}

/**
 * gram_layout_turner_height:
 *
 * Returns: the room under the panels for what turns to those that are left out
 */
double
gram_layout_turner_height (const GramLayout *layout)
{
  return 2.4 * layout->theme->text;
}
