/* gram-export-size.c: sizes of figures on paper and on screens
 *
 * SPDX-License-Identifier: MIT
 *
 * A figure is laid out in pixels of 1/96 inch, which is what CSS and SVG call a pixel.
 */
#include "gram-export-size.h"

#include <string.h>

#include "gram-error.h"

#define N_(text) text

static const struct
{
  const char *name;
  double pixels;
} units[] = { { "px", 1 }, { "mm", 96 / 25.4 }, { "in", 96 } };

/* Columns of journals of this field are 84 to 89 mm wide and two 174 to 183 mm; a slide has the
 * size that presentations have at 16:9. */
static const GramExportSize sizes[] = {
  { "screen", N_ ("Screen"), 960, 640, GRAM_UNIT_PX },
  { "one-column", N_ ("One column"), 85, 64, GRAM_UNIT_MM },
  { "two-columns", N_ ("Two columns"), 178, 110, GRAM_UNIT_MM },
  { "slide", N_ ("Slide"), 13.333, 7.5, GRAM_UNIT_IN },
};

const char *
gram_unit_to_string (GramUnit unit)
{
  return units[unit].name;
}

/**
 * gram_unit_from_string:
 *
 * Returns: whether there is a unit called @text
 */
gboolean
gram_unit_from_string (const char *text, GramUnit *unit)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, text) == 0)
      {
        *unit = (GramUnit) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * gram_unit_pixels:
 *
 * Returns: pixels of 1/96 inch in one @unit
 */
double
gram_unit_pixels (GramUnit unit)
{
  return units[unit].pixels;
}

/**
 * gram_export_sizes:
 *
 * Returns: (transfer none) (array length=count): the sizes with names
 */
const GramExportSize *
gram_export_sizes (guint *count)
{
  *count = G_N_ELEMENTS (sizes);
  return sizes;
}

static char *
list_names (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", sizes[i].name);
  return g_string_free (names, FALSE);
}

/**
 * gram_export_size_parse:
 * @text: "960x640", "85x64mm", "6.5x4in", or the name of a size: "one-column"
 * @width: (out): (and @height) pixels of 1/96 inch
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE for any other text
 */
gboolean
gram_export_size_parse (const char *text, double *width, double *height, GError **error)
{
  g_autofree char *names = NULL;
  GramUnit unit = GRAM_UNIT_PX;
  char *end, *rest;
  double w, h;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (strcmp (sizes[i].name, text) == 0)
      {
        *width = sizes[i].width * units[sizes[i].unit].pixels;
        *height = sizes[i].height * units[sizes[i].unit].pixels;
        return TRUE;
      }
  w = g_ascii_strtod (text, &end);
  h = *end == 'x' ? g_ascii_strtod (end + 1, &rest) : 0;
  if (w > 0 && h > 0 && w < 1e9 && h < 1e9 && g_ascii_isdigit (*text) && g_ascii_isdigit (end[1])
      && (*rest == '\0' || gram_unit_from_string (rest, &unit)))
    {
      *width = w * units[unit].pixels;
      *height = h * units[unit].pixels;
      return TRUE;
    }
  names = list_names ();
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
               "must be WIDTHxHEIGHT in px, mm or in, for instance 960x640 or 85x64mm, or one of "
               "%s",
               names);
  return FALSE;
}
