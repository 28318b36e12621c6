/* gram-decimate.h: as many points as there are pixels, and the same picture
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-canvas.h"
#include "gram-scale.h"

G_BEGIN_DECLS

/* A curve in pixels: pieces without gaps, and the columns that noise fills. */
typedef struct
{
  GArray *points; /* of GramPoint */
  GArray *starts; /* of guint: where each piece begins in points */
  GArray *bars;   /* of GramRect: one pixel column each, from the lowest to the highest point */
} GramTrace;

typedef struct
{
  const double *x; /* (nullable) NULL: 1, 2, 3 … */
  const double *y;
  gsize count;
} GramCurve;

GramTrace *gram_trace_new_line (const GramCurve *curve, const GramTransform *x,
                                const GramTransform *y, double resolution, gboolean bars);
GramTrace *gram_trace_new_points (const GramCurve *curve, const GramTransform *x,
                                  const GramTransform *y, double resolution);
gboolean gram_rect_cut_segment (const GramRect *rect, GramPoint a, GramPoint b, double *t0,
                                double *t1);
void gram_trace_make_steps (GramTrace *trace);
void gram_trace_free (GramTrace *trace);
const GramPoint *gram_trace_piece (const GramTrace *trace, guint piece, gsize *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTrace, gram_trace_free)

G_END_DECLS
