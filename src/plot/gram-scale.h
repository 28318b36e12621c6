/* gram-scale.h: from data to pixels and back, and what zooming and panning do to a range
 *
 * SPDX-License-Identifier: MIT
 *
 * Plain values and pure functions. A range is kept in the scale's own coordinate u: the value
 * itself on a linear axis, log₁₀ of it on a logarithmic one, so that zoom and pan are the same
 * arithmetic on both.
 */
#pragma once

#include <glib.h>
#include <math.h>

G_BEGIN_DECLS

typedef enum
{
  GRAM_SCALE_LINEAR,
  GRAM_SCALE_LOG,
} GramScale;

typedef struct
{
  double min, max;
} GramRange;

/* Where a logarithmic axis shows zero. Between @place and @first the axis is broken. */
typedef struct
{
  double place; /* the u that stands for 0; NAN: 0 is not shown */
  double first; /* the least u that a positive value has; -INFINITY: no axis break */
} GramZero;

#define GRAM_ZERO_NONE ((GramZero){ NAN, -INFINITY })

typedef struct
{
  GramScale scale;
  GramZero zero;
  GramRange range;             /* of u */
  double pixel_min, pixel_max; /* where range.min and range.max are drawn */
} GramTransform;

/* What a panel shows; fit_x, fit_y: the range follows the data. */
typedef struct
{
  GramRange x, y;
  gboolean fit_x, fit_y;
} GramView;

double gram_scale_forward (GramScale scale, GramZero zero, double value);
double gram_scale_inverse (GramScale scale, GramZero zero, double u);

double gram_transform_to_pixel (const GramTransform *transform, double value);
double gram_transform_to_value (const GramTransform *transform, double pixel);

gboolean gram_range_is_valid (GramRange range);
GramRange gram_range_zoom (GramRange range, double at, double factor);

GramView gram_view_fit (void);
GramView gram_view_zoom (GramView view, double x, double y, double factor_x, double factor_y);
GramView gram_view_pan (GramView view, double dx, double dy);
GramView gram_view_box (GramView view, double x0, double y0, double x1, double y1);

G_END_DECLS
