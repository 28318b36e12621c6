/* gram-layout-private.h: what laying out and drawing a figure share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-layout.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_TEXT_TITLE,
  GRAM_TEXT_PANEL,
  GRAM_TEXT_LABEL,
  GRAM_TEXT_TICK,
  GRAM_TEXT_CAPTION,
} GramTextKind;

GramFont gram_layout_font (const GramLayout *layout, GramTextKind kind);
double gram_layout_text_width (const GramLayout *layout, GramTextKind kind, const char *text);
double gram_layout_line_height (const GramLayout *layout, GramTextKind kind);
void gram_layout_trace (const GramLayout *layout, const GramPanel *panel, GramDrawnSeries *drawn);
void gram_layout_collect_legend (const GramLayout *layout, GramPanel *panel);
guint gram_layout_flow_legend (const GramLayout *layout, GramPanel *panel, double left, double top,
                               double width);
double gram_layout_legend_width (const GramLayout *layout, const GramPanel *panel);
gboolean gram_layout_has_own_legend (const GramLayout *layout, const GramPanel *panel);
void gram_layout_choose_ends (const GramLayout *layout, GramPanel *panel, double width);
gboolean gram_layout_place_ends (const GramLayout *layout);
void gram_layout_draw_end (const GramLayout *layout, GramCanvas *canvas, const GramLegendBox *box);
void gram_layout_place_legend_above (const GramLayout *layout, GramPanel *panel, gboolean own_rows);
gboolean gram_layout_is_compact (const GramLayout *layout, const GramPanel *panel);
void gram_layout_place_rows (GramLayout *layout, double top, double bottom);
void gram_layout_share_ranges (GramLayout *layout);
void gram_layout_draw_tiles (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel);
guint gram_layout_count_overlaps (const GramPanel *panel, const GramRect *rect);

#define GRAM_MARGIN 14.0
#define GRAM_SWATCH 24.0
#define GRAM_SWATCH_GAP 7.0

G_END_DECLS
