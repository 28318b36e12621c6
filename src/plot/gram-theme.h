/* gram-theme.h: colours, sizes and fonts of plots
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double r, g, b, a; /* 0 … 1, not premultiplied, sRGB */
} GramColor;

typedef enum
{
  GRAM_THEME_LIGHT,
  GRAM_THEME_DARK,
  GRAM_THEME_HIGH_CONTRAST,
  GRAM_THEME_HIGH_CONTRAST_DARK,
  GRAM_THEME_PRINT,
  GRAM_N_THEMES,
} GramThemeKind;

/* What a curve stands for; the theme decides how that looks. The same label set has the same
 * colour and marker in every figure. */
typedef enum
{
  GRAM_ROLE_TRUE,
  GRAM_ROLE_RANDOM,
  GRAM_ROLE_WORST,
  GRAM_ROLE_MIXED,
  GRAM_ROLE_EIGENVALUE,
  GRAM_ROLE_NEUTRAL,
  GRAM_ROLE_BOUND,
  GRAM_ROLE_EXTRA,
  GRAM_N_ROLES,
  GRAM_ROLE_RAMP = 100, /* … + GRAM_RAMP_STEPS: curves that have an order, dark to light */
} GramRole;

#define GRAM_RAMP_STEPS 32

typedef enum
{
  GRAM_SHADE_NORMAL,
  GRAM_SHADE_SOFT,   /* a wide line under a strong one: what was measured */
  GRAM_SHADE_STRONG, /* a thin line over a soft one: what was predicted */
} GramShade;

typedef struct
{
  GramThemeKind kind;
  gboolean dark;
  GramColor background, ink, dim, axis, grid, grid_minor;
  GramColor roles[GRAM_N_ROLES];
  const char *family;        /* font families, comma-separated, best first */
  double text, small, title; /* font sizes in pixels of 1/96 inch */
  double line;               /* factor on line widths */
} GramTheme;

const GramTheme *gram_theme_get (GramThemeKind kind);
void gram_theme_scale_text (GramTheme *theme, double factor);
gboolean gram_theme_from_string (const char *name, GramThemeKind *kind);
GramRole gram_role_from_string (const char *name);
GramRole gram_role_ramp (double place);
GramColor gram_theme_color (const GramTheme *theme, GramRole role, GramShade shade);
GramColor gram_color_mix (GramColor a, GramColor b, double share_of_b);

G_END_DECLS
