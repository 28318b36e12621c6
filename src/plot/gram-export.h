/* gram-export.h: figures as files
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figure.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_EXPORT_PNG,
  GRAM_EXPORT_SVG,
  GRAM_EXPORT_PDF,
  GRAM_EXPORT_CSV,
} GramExportFormat;

typedef struct
{
  GramExportFormat format;
  double width, height; /* pixels of 1/96 inch; 0: 960 × 640 */
  double dpi;           /* PNG: 0: 96, one image pixel a unit */
  double font_size;     /* of the text, points; 0: the theme's */
  gboolean transparent;
  gboolean title, caption;
  GramThemeKind theme;
} GramExportOptions;

void gram_export_options_init (GramExportOptions *options);
gboolean gram_export_format_from_path (const char *path, GramExportFormat *format, GError **error);
gboolean gram_export_check (const GramExportOptions *options, GError **error);
gboolean gram_figure_export (GramFigure *figure, const GramExportOptions *options, const char *path,
                             GError **error);
GBytes *gram_figure_export_bytes (GramFigure *figure, const GramExportOptions *options,
                                  GError **error);

G_END_DECLS
