/* gram-export-size.h: sizes of figures on paper and on screens
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAM_UNIT_PX, /* 1/96 inch */
  GRAM_UNIT_MM,
  GRAM_UNIT_IN,
  GRAM_N_UNITS,
} GramUnit;

/* A size with a name; @title is untranslated, marked with N_(). */
typedef struct
{
  const char *name, *title;
  double width, height; /* in @unit */
  GramUnit unit;
} GramExportSize;

const char *gram_unit_to_string (GramUnit unit);
gboolean gram_unit_from_string (const char *text, GramUnit *unit);
double gram_unit_pixels (GramUnit unit);
const GramExportSize *gram_export_sizes (guint *count);
gboolean gram_export_size_parse (const char *text, double *width, double *height, GError **error);

G_END_DECLS
