/* gram-layout.h: where everything of a figure is, at one size; drawing it; finding things in it
 *
 * SPDX-License-Identifier: MIT
 *
 * A layout is made for one size and theme and is then only read. Units are pixels of 1/96 inch;
 * y grows downwards.
 */
#pragma once

#include "gram-decimate.h"
#include "gram-figure.h"
#include "gram-ticks.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_LAYOUT_TITLE = 1 << 0,   /* with the figure's title */
  GRAM_LAYOUT_CAPTION = 1 << 1, /* with its caption */
  GRAM_LAYOUT_TRANSPARENT = 1 << 2,
  GRAM_LAYOUT_CONTROLS = 1 << 3, /* on screen only: lines to drag, and room to turn over panels */
} GramLayoutFlags;

typedef struct
{
  const GramLegendEntry *entry;
  GramRect rect;
  gboolean at_end; /* right of the area, where its curve ends, at @end */
  GramPoint end;
} GramLegendBox;

typedef struct
{
  const GramSeries *series;
  GramTrace *line;    /* (nullable) */
  GramTrace *markers; /* (nullable) */
} GramDrawnSeries;

typedef struct
{
  GramPlot *plot;
  guint index; /* in the figure */
  GramRect outer, area;
  GramTransform x, y;
  GramTicks *x_ticks, *y_ticks;
  gboolean x_labels; /* whether the labels of x are shown here */
  char *x_label, *y_label;
  double x_label_y, y_label_y, title_y; /* baselines */
  GArray *legend;                       /* of GramLegendBox */
  double end_room;                      /* right of the area, for names of curves that end there */
  GPtrArray *own_legend;                /* entries made here because the plot has none */
  GArray *drawn;                        /* of GramDrawnSeries */
} GramPanel;

typedef struct
{
  GramFigure *figure;
  const GramTheme *theme;
  GramTypesetter *typesetter;
  GramLayoutFlags flags;
  guint64 serial; /* gram_figure_total_serial() when it was made */
  double width, height, resolution;
  GPtrArray *panels; /* of GramPanel */
  guint left_out;    /* panels there was no room for */
  gboolean compact;  /* panel titles stand for the names of the vertical axes */
  GStrv caption;
  double title_y, caption_y, caption_step; /* baselines */
} GramLayout;

GramLayout *gram_layout_new (GramFigure *figure, GramTypesetter *typesetter, const GramTheme *theme,
                             double width, double height, double resolution, GramLayoutFlags flags);
void gram_layout_free (GramLayout *layout);
double gram_layout_turner_height (const GramLayout *layout);

typedef enum
{
  GRAM_DRAW_STATIC = 1 << 0, /* background, titles, grid, axes: the same until ranges change */
  GRAM_DRAW_DATA = 1 << 1,   /* curves, reference lines, notes, legend */
  GRAM_DRAW_ALL = 3,
} GramDrawParts;

void gram_layout_draw (const GramLayout *layout, GramCanvas *canvas, GramDrawParts parts);
guint64 gram_layout_static_key (const GramLayout *layout);

/* ---------- finding ------------------------------------------------------------------------- */

typedef struct
{
  GramPanel *panel;
  const GramSeries *series;
  gsize index;        /* of the point */
  gboolean between;   /* read off the line between that point and the next */
  double x, y;        /* its values */
  GramPoint position; /* where it is drawn */
} GramHit;

GramPanel *gram_layout_find_panel (const GramLayout *layout, double x, double y);
GArray *gram_panel_values_at (GramPanel *panel, double x);
gboolean gram_panel_next_x (const GramPanel *panel, double x, int direction, double *next);
char *gram_panel_describe_at (GramPanel *panel, double x);
const GramLegendEntry *gram_layout_find_legend (const GramLayout *layout, double x, double y);
GramGuide *gram_panel_find_guide (GramPanel *panel, double x, double y, double radius);
void gram_panel_fractions (const GramPanel *panel, double x, double y, double *across, double *up);

void gram_layout_draw_crosshair (const GramLayout *layout, GramCanvas *canvas, GramPanel *panel,
                                 double x, double y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramLayout, gram_layout_free)

G_END_DECLS
