/* gram-plot.h: one panel: axes, series, reference lines, notes and a legend
 *
 * SPDX-License-Identifier: MIT
 *
 * The model, without pixels. Fields may be read by anyone and are changed through the functions.
 * A plot belongs to one thread. Texts follow gram-text.h: "‖y − u(k)‖₂", "H^{∞}".
 *
 * Series, guides and legend entries have names: adding one that is there gives it back, with the
 * look that a new one has. Between gram_plot_begin() and gram_plot_end() all that is to be seen is
 * added; what was not added in between is taken out, and the rest stands in that order.
 */
#pragma once

#include "gram-buffer.h"
#include "gram-canvas.h"
#include "gram-scale.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_SERIES_LINE,
  GRAM_SERIES_STEP, /* y holds until the next x */
  GRAM_SERIES_POINTS,
} GramSeriesKind;

typedef struct
{
  char *id;    /* unique in the plot: "true-predicted" */
  guint place; /* among what was added since gram_plot_begin(), from 1; 0: it was not */
  char *name;  /* for people: "true labels, predicted" */
  char *tag;   /* legend entries show and hide all series with their tag */
  char *tag2;  /* (nullable) a second one: "predicted" */
  char *tag3;  /* (nullable) and a third */
  GramSeriesKind kind;
  GramRole role;
  GramShade shade;
  GramDash dash;
  GramMarker marker;   /* of lines: a few along the way; of points: every one */
  double width;        /* of the line, pixels; 0: no line */
  double marker_size;  /* diameter, pixels */
  gboolean fits;       /* whether automatic ranges make room for it */
  gboolean rough_zero; /* its zeros are values too small to be told from 0: “≈ 0” */
  gboolean settled;    /* it grows no more: drawn with the axes, under the others, and kept so */
  GramBuffer *x;       /* (nullable) NULL: 1, 2, 3 … */
  GramBuffer *y;
} GramSeries;

typedef enum
{
  GRAM_AXIS_X,
  GRAM_AXIS_Y,
} GramAxisSide;

typedef struct
{
  char *label;
  GramScale scale;
  gboolean scale_choice;       /* whether people may switch it */
  gboolean integer;            /* counts: no ticks between integers */
  double limit_min, limit_max; /* data units; NAN: from the data */
  double include;              /* data unit that a fitted range always shows; NAN: none. 0 on a
                                * logarithmic axis is no datum, and none either */
  double floor;   /* logarithmic: what is below it does not widen the range; NAN: none */
  double ceiling; /* what is beyond it, up or down, is cut off there; NAN: none */
  gboolean fit;   /* the range follows the data */
  GramRange view; /* in u, what is shown when not @fit */
  /* found by gram_plot_prepare () */
  GramRange range; /* in u */
  GramZero zero;   /* as in GramTransform */
} GramAxis;

/* A line across the panel at one value of one axis. */
typedef struct
{
  char *id;
  guint place; /* as in GramSeries */
  char *label; /* (nullable) */
  char *tag;   /* (nullable) as in GramSeries */
  GramAxisSide axis;
  double value; /* NAN: not shown */
  GramRole role;
  GramDash dash;
  gboolean draggable;
  const char *unit; /* (nullable) static; follows the number at a line without a label */
} GramGuide;

typedef struct
{
  char *text;
  double x, y;  /* data units */
  double align; /* 0: text starts there … 1: ends there */
} GramNote;

/* An image of a panel that has these in place of curves. */
typedef struct
{
  GramPicture *picture;
  char *label; /* under it */
  GramRole role;
  gboolean framed; /* in the colour of @role */
} GramTile;

typedef struct
{
  char *tag;
  guint place; /* as in GramSeries */
  char *label;
  GramSeriesKind kind;
  GramRole role;
  GramShade shade;
  GramDash dash;
  GramMarker marker;
  gboolean names_curve; /* stands at the right end of its curve where there is room */
} GramLegendEntry;

typedef struct
{
  gint references;
  char *id;
  char *title; /* (nullable) */
  GramAxis x, y;
  GPtrArray *series; /* of GramSeries, drawn in this order */
  GPtrArray *guides; /* of GramGuide */
  GPtrArray *notes;  /* of GramNote */
  GPtrArray *tiles;  /* of GramTile; with any the panel has no axes */
  GPtrArray *legend; /* of GramLegendEntry */
  gboolean no_legend;
  GHashTable *hidden; /* set of tags */
  double weight;      /* share of the figure's height */
  gboolean optional;  /* left out where there is no room */
  guint added;        /* series, guides and entries since gram_plot_begin() */
  guint place;        /* as in GramSeries, among the panels of the figure */
  guint64 serial;     /* grows with every change of the model; buffers have their own */
} GramPlot;

GramPlot *gram_plot_new (const char *id);
GramPlot *gram_plot_ref (GramPlot *plot);
void gram_plot_unref (GramPlot *plot);
void gram_plot_begin (GramPlot *plot);
void gram_plot_end (GramPlot *plot);

void gram_plot_set_title (GramPlot *plot, const char *title);
void gram_plot_set_axis (GramPlot *plot, GramAxisSide side, const char *label, GramScale scale);
GramAxis *gram_plot_get_axis (GramPlot *plot, GramAxisSide side);
void gram_plot_set_scale (GramPlot *plot, GramAxisSide side, GramScale scale);
void gram_plot_set_limits (GramPlot *plot, GramAxisSide side, double min, double max);

GramSeries *gram_plot_add_series (GramPlot *plot, const char *id, const char *name,
                                  GramSeriesKind kind, GramRole role, GramBuffer *x, GramBuffer *y);
void gram_series_set_name (GramSeries *series, const char *name);
void gram_series_set_tags (GramSeries *series, const char *tag, const char *tag2);
void gram_series_set_third_tag (GramSeries *series, const char *tag3);
gboolean gram_series_has_tag (const GramSeries *series, const char *tag);
double gram_series_x (const GramSeries *series, gsize index);
gsize gram_series_length (const GramSeries *series);
gboolean gram_plot_series_visible (const GramPlot *plot, const GramSeries *series);

GramGuide *gram_plot_add_guide (GramPlot *plot, const char *id, GramAxisSide axis, double value,
                                const char *label);
void gram_guide_set_tag (GramGuide *guide, const char *tag);
GramGuide *gram_plot_find_guide (GramPlot *plot, const char *id);
gboolean gram_plot_set_guide (GramPlot *plot, const char *id, double value);
void gram_plot_add_note (GramPlot *plot, double x, double y, double align, const char *text);
GramTile *gram_plot_add_tile (GramPlot *plot, GramPicture *picture, const char *label);
GramLegendEntry *gram_plot_add_legend (GramPlot *plot, const char *tag, const char *label,
                                       GramRole role);
void gram_plot_set_hidden (GramPlot *plot, const char *tag, gboolean hidden);
gboolean gram_plot_get_hidden (const GramPlot *plot, const char *tag);

GramView gram_plot_get_view (GramPlot *plot);
void gram_plot_set_view (GramPlot *plot, const GramView *view);
void gram_plot_prepare (GramPlot *plot);
void gram_plot_touch (GramPlot *plot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramPlot, gram_plot_unref)

G_END_DECLS
