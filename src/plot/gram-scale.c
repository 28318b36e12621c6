/* gram-scale.c: from data to pixels and back, and what zooming and panning do to a range
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-scale.h"

#include <math.h>

/**
 * gram_scale_forward:
 * @zero: on a logarithmic scale, where 0 is
 *
 * Step 0 of a run is data, and log₁₀ 0 is not a place. A logarithmic axis whose data hold zeros
 * therefore gets one beyond a break of the axis, marked 0. Values that would lie in the break or
 * below have no place, for nothing may be drawn under zero; no more do negative ones.
 *
 * Returns: the scale's coordinate of @value, NAN where it has none
 */
double
gram_scale_forward (GramScale scale, GramZero zero, double value)
{
  double u;

  if (scale == GRAM_SCALE_LINEAR)
    return value;
  if (value == 0)
    return zero.place;
  u = log10 (value); /* NAN for what is negative */
  return u >= zero.first ? u : NAN;
}

/**
 * gram_scale_inverse:
 *
 * Returns: the value at coordinate @u; 0 at and below the place of zero, the least positive one
 *   within an axis break
 */
double
gram_scale_inverse (GramScale scale, GramZero zero, double u)
{
  if (scale == GRAM_SCALE_LINEAR)
    return u;
  return u <= zero.place ? 0 : pow (10, MAX (u, zero.first)); /* false for a place of NAN */
}

/**
 * gram_transform_to_pixel:
 *
 * Returns: where @value is drawn, NAN where it has no place
 */
double
gram_transform_to_pixel (const GramTransform *transform, double value)
{
  double u = gram_scale_forward (transform->scale, transform->zero, value);
  double span = transform->range.max - transform->range.min;

  return transform->pixel_min
         + (u - transform->range.min) / span * (transform->pixel_max - transform->pixel_min);
}

/**
 * gram_transform_to_value:
 *
 * Returns: the value drawn at @pixel
 */
double
gram_transform_to_value (const GramTransform *transform, double pixel)
{
  double span = transform->range.max - transform->range.min;
  double u =
      transform->range.min
      + (pixel - transform->pixel_min) / (transform->pixel_max - transform->pixel_min) * span;

  return gram_scale_inverse (transform->scale, transform->zero, u);
}

/**
 * gram_range_is_valid:
 *
 * Returns: whether the range can be drawn: finite, and wide enough for doubles to tell pixels
 * apart
 */
gboolean
gram_range_is_valid (GramRange range)
{
  double span = range.max - range.min;
  double magnitude = MAX (fabs (range.min), fabs (range.max));

  return isfinite (range.min) && isfinite (range.max) && span > 0 && isfinite (span)
         && span > magnitude * 1e-11 && span > 1e-290 && magnitude < 1e290;
}

/**
 * gram_range_zoom:
 * @at: what stays where it is, as a fraction of the range
 * @factor: < 1 shows less
 *
 * Returns: the zoomed range, or @range when it would be too narrow or too wide to draw
 */
GramRange
gram_range_zoom (GramRange range, double at, double factor)
{
  double fixed = range.min + at * (range.max - range.min);
  GramRange zoomed = { fixed + (range.min - fixed) * factor, fixed + (range.max - fixed) * factor };

  return gram_range_is_valid (zoomed) ? zoomed : range;
}

/* Moved by a fraction of the range; > 0 shows larger values. */
static GramRange
range_pan (GramRange range, double fraction)
{
  double shift = fraction * (range.max - range.min);
  GramRange moved = { range.min + shift, range.max + shift };

  return gram_range_is_valid (moved) ? moved : range;
}

/**
 * gram_view_fit:
 *
 * Returns: a view that follows the data on both axes
 */
GramView
gram_view_fit (void)
{
  return (GramView){ { 0, 1 }, { 0, 1 }, TRUE, TRUE };
}

/**
 * gram_view_zoom:
 * @x: (and @y) what stays in place, as fractions from the left and from the bottom
 * @factor_x: (and @factor_y) < 1 shows less, 1 leaves the axis alone
 *
 * Returns: the zoomed view; an axis that changed no longer follows the data
 */
GramView
gram_view_zoom (GramView view, double x, double y, double factor_x, double factor_y)
{
  if (factor_x != 1)
    {
      view.x = gram_range_zoom (view.x, x, factor_x);
      view.fit_x = FALSE;
    }
  if (factor_y != 1)
    {
      view.y = gram_range_zoom (view.y, y, factor_y);
      view.fit_y = FALSE;
    }
  return view;
}

/**
 * gram_view_pan:
 * @dx: (and @dy) fractions of the ranges; > 0 shows larger values
 *
 * Returns: the moved view
 */
GramView
gram_view_pan (GramView view, double dx, double dy)
{
  if (dx != 0)
    {
      view.x = range_pan (view.x, dx);
      view.fit_x = FALSE;
    }
  if (dy != 0)
    {
      view.y = range_pan (view.y, dy);
      view.fit_y = FALSE;
    }
  return view;
}

static GramRange
part_of (GramRange range, double from, double to)
{
  double span = range.max - range.min;
  GramRange part = { range.min + MIN (from, to) * span, range.min + MAX (from, to) * span };

  return gram_range_is_valid (part) ? part : range;
}

/**
 * gram_view_box:
 * @x0: (and the others) corners as fractions from the left and from the bottom, in any order
 *
 * Returns: the view that shows just this box
 */
GramView
gram_view_box (GramView view, double x0, double y0, double x1, double y1)
{
  view.x = part_of (view.x, x0, x1);
  view.y = part_of (view.y, y0, y1);
  view.fit_x = view.fit_y = FALSE;
  return view;
}
