/* gram-theme.c: colours, sizes and fonts of plots
 *
 * SPDX-License-Identifier: MIT
 *
 * The colours differ in lightness as well as in hue, so that they stay apart for eyes that do
 * not tell red from green and on a grey printer; markers and dashes tell them apart as well.
 */
#include "gram-theme.h"

#include <string.h>

#define HEX(v)                                                                 \
  {                                                                            \
    ((v) >> 16 & 255) / 255.0, ((v) >> 8 & 255) / 255.0, ((v) &255) / 255.0, 1 \
  }
#define GREY(v, alpha) \
  {                    \
    v, v, v, alpha     \
  }
#define FAMILY "Cantarell, Noto Sans, DejaVu Sans, sans-serif"

/* In the order of GramRole. */
#define ROLES_LIGHT                                                                 \
  {                                                                                 \
    HEX (0x1f6fc4), HEX (0xd9541e), HEX (0x8a3fa0), HEX (0x178a6a), HEX (0x4a4a55), \
        HEX (0x6b6b76), HEX (0xa8780a), HEX (0xc23a75)                              \
  }
#define ROLES_DARK                                                                  \
  {                                                                                 \
    HEX (0x62a8f5), HEX (0xff8a52), HEX (0xcf8be6), HEX (0x4fd1a5), HEX (0xd5d5de), \
        HEX (0xa2a2ae), HEX (0xf2c14e), HEX (0xff85b3)                              \
  }
#define ROLES_STARK                                                                 \
  {                                                                                 \
    HEX (0x0048a8), HEX (0xb03000), HEX (0x6a0f8a), HEX (0x006045), HEX (0x000000), \
        HEX (0x333333), HEX (0x6b4a00), HEX (0x990047)                              \
  }
#define ROLES_STARK_DARK                                                            \
  {                                                                                 \
    HEX (0x8cc8ff), HEX (0xffa97a), HEX (0xe8b5ff), HEX (0x7cf5cb), HEX (0xffffff), \
        HEX (0xdddddd), HEX (0xffdd77), HEX (0xffb0d0)                              \
  }

/* In the order of GramTheme: what it is; background, ink, dim, axis, grid, grid_minor; roles; fonts
 * and their sizes; line. */
static const GramTheme themes[GRAM_N_THEMES] = {
  { GRAM_THEME_LIGHT, FALSE, HEX (0xffffff), HEX (0x24242b), HEX (0x62626c), HEX (0x9a9aa4),
    HEX (0xe6e6eb), HEX (0xf3f3f6), ROLES_LIGHT, FAMILY, 12.5, 11.5, 15, 1 },
  { GRAM_THEME_DARK, TRUE, HEX (0x1e1e22), HEX (0xf2f2f5), HEX (0xa9a9b4), HEX (0x77777f),
    HEX (0x34343a), HEX (0x28282d), ROLES_DARK, FAMILY, 12.5, 11.5, 15, 1 },
  { GRAM_THEME_HIGH_CONTRAST, FALSE, HEX (0xffffff), HEX (0x000000), HEX (0x000000), HEX (0x000000),
    HEX (0xb8b8b8), HEX (0xffffff), ROLES_STARK, FAMILY, 13, 12.5, 15, 1.35 },
  { GRAM_THEME_HIGH_CONTRAST_DARK, TRUE, HEX (0x000000), HEX (0xffffff), HEX (0xffffff),
    HEX (0xffffff), HEX (0x5a5a5a), HEX (0x000000), ROLES_STARK_DARK, FAMILY, 13, 12.5, 15, 1.35 },
  { GRAM_THEME_PRINT, FALSE, HEX (0xffffff), HEX (0x000000), HEX (0x3a3a3a), HEX (0x555555),
    HEX (0xe2e2e2), HEX (0xf1f1f1), ROLES_LIGHT, FAMILY, 12.5, 11.5, 15, 0.9 },
};

/**
 * gram_theme_get:
 *
 * Returns: (transfer none): a theme that lives as long as the program
 */
const GramTheme *
gram_theme_get (GramThemeKind kind)
{
  g_return_val_if_fail ((guint) kind < GRAM_N_THEMES, &themes[GRAM_THEME_LIGHT]);
  return &themes[kind];
}

/**
 * gram_theme_scale_text:
 * @theme: a copy of one of gram_theme_get()
 * @factor: what all letters are enlarged by
 */
void
gram_theme_scale_text (GramTheme *theme, double factor)
{
  theme->text *= factor;
  theme->small *= factor;
  theme->title *= factor;
}

/**
 * gram_theme_from_string:
 * @name: "light", "dark", "high-contrast", "high-contrast-dark" or "print"
 *
 * Returns: whether there is such a theme
 */
gboolean
gram_theme_from_string (const char *name, GramThemeKind *kind)
{
  static const char *const names[] = { "light", "dark", "high-contrast", "high-contrast-dark",
                                       "print" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *kind = (GramThemeKind) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * gram_color_mix:
 *
 * Returns: the colour between @a and @b
 */
GramColor
gram_color_mix (GramColor a, GramColor b, double share_of_b)
{
  double s = CLAMP (share_of_b, 0, 1);

  return (GramColor){ a.r + s * (b.r - a.r), a.g + s * (b.g - a.g), a.b + s * (b.b - a.b),
                      a.a + s * (b.a - a.a) };
}

/**
 * gram_role_from_string:
 * @name: "true", "random", "worst", "mixed": what a label set stands for
 *
 * Returns: its role; GRAM_ROLE_EXTRA for what has no look of its own
 */
GramRole
gram_role_from_string (const char *name)
{
  static const char *const names[] = { "true", "random", "worst", "mixed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return (GramRole) (GRAM_ROLE_TRUE + i);
  return GRAM_ROLE_EXTRA;
}

/**
 * gram_role_ramp:
 * @place: in [0, 1]
 *
 * Returns: the role of a curve at this place of an order
 */
GramRole
gram_role_ramp (double place)
{
  return (GramRole) (GRAM_ROLE_RAMP + (int) (CLAMP (place, 0, 1) * GRAM_RAMP_STEPS + 0.5));
}

/* Violet, blue-green, amber: lightness rises all the way, on dark backgrounds from higher up. */
static GramColor
ramp_color (const GramTheme *theme, double place)
{
  static const GramColor light[] = { HEX (0x3b1f6b), HEX (0x1f6f8b), HEX (0x2f9e6e),
                                     HEX (0xd69a12) };
  static const GramColor dark[] = { HEX (0x9a7be0), HEX (0x4fb3d9), HEX (0x6fdc9f),
                                    HEX (0xffd866) };
  const GramColor *anchors = theme->dark ? dark : light;
  double at = place * 3;
  int from = MIN ((int) at, 2);

  return gram_color_mix (anchors[from], anchors[from + 1], at - from);
}

static GramColor
role_color (const GramTheme *theme, GramRole role)
{
  if (role >= GRAM_ROLE_RAMP)
    return ramp_color (theme, MIN (1, (role - GRAM_ROLE_RAMP) / (double) GRAM_RAMP_STEPS));
  return theme->roles[role];
}

/**
 * gram_theme_color:
 *
 * Soft and strong are opaque mixtures with the background and the ink, not transparency, so that
 * a curve drawn in pieces shows no seams.
 *
 * Returns: the colour of a curve
 */
GramColor
gram_theme_color (const GramTheme *theme, GramRole role, GramShade shade)
{
  GramColor color = role_color (theme, role);

  if (shade == GRAM_SHADE_SOFT)
    return gram_color_mix (color, theme->background, theme->dark ? 0.38 : 0.45);
  if (shade == GRAM_SHADE_STRONG)
    return gram_color_mix (color, theme->ink, theme->dark ? 0.35 : 0.3);
  return color;
}
