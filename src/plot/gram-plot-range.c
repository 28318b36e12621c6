/* gram-plot-range.c: what part of the data a panel shows
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-plot.h"

#include <math.h>

typedef struct
{
  double min, max; /* of everything that has a place on the axis */
  double positive; /* the smallest positive value */
  gboolean zero;   /* whether there is a zero */
} Extent;

static void
extent_init (Extent *extent)
{
  *extent = (Extent){ INFINITY, -INFINITY, INFINITY, FALSE };
}

static inline void
extent_add (Extent *extent, double value)
{
  if (!isfinite (value))
    return;
  extent->min = MIN (extent->min, value);
  extent->max = MAX (extent->max, value);
  if (value > 0)
    extent->positive = MIN (extent->positive, value);
  else if (value == 0)
    extent->zero = TRUE;
}

/* The value, or the edge beyond which the axis does not follow it. */
static double
cut_off (const GramAxis *axis, double value)
{
  return fabs (value) > axis->ceiling ? copysign (axis->ceiling, value) : value;
}

static void
extent_add_series (Extent *extent, const GramSeries *series, const GramAxis *axis,
                   GramAxisSide side, double from, double to)
{
  gsize ignored, count = gram_series_length (series);
  const double *x = gram_buffer_peek (series->x, &ignored);
  const double *y = gram_buffer_peek (series->y, &ignored);

  for (gsize i = 0; i < count; i++)
    {
      double at = x != NULL ? x[i] : (double) i + 1;

      if (side == GRAM_AXIS_X)
        {
          if (!isnan (y[i]))
            extent_add (extent, at);
          continue;
        }
      if (at >= from && at <= to)
        extent_add (extent, cut_off (axis, y[i]));
    }
}

/* A zero that is no datum has no place on a logarithmic axis. */
static gboolean
includes (const GramAxis *axis)
{
  return axis->scale == GRAM_SCALE_LOG ? axis->include > 0 : !isnan (axis->include);
}

static void
gather (const GramPlot *plot, GramAxisSide side, double from, double to, Extent *extent)
{
  const GramAxis *axis = side == GRAM_AXIS_X ? &plot->x : &plot->y;

  extent_init (extent);
  for (guint i = 0; i < plot->series->len; i++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, i);

      if (series->fits && gram_plot_series_visible (plot, series))
        extent_add_series (extent, series, axis, side, from, to);
    }
  if (includes (axis) && isfinite (extent->min))
    extent_add (extent, axis->include);
  if (!isnan (axis->limit_min))
    extent->min = axis->limit_min;
  if (!isnan (axis->limit_max))
    extent->max = axis->limit_max;
}

static GramRange
fit_linear (const GramAxis *axis, const Extent *extent, double pad)
{
  GramRange range = { extent->min, extent->max };
  double padding;

  if (!(range.min <= range.max))
    return (GramRange){ 0, 1 };
  if (!gram_range_is_valid (range))
    {
      /* One value: something around it that 1-2-5 ticks suit. */
      double half = range.max == 0 ? 1 : fabs (range.max) * 0.1;

      return (GramRange){ range.min - half, range.max + half };
    }
  padding = pad * (range.max - range.min);
  if (isnan (axis->limit_min) && range.min != axis->include)
    range.min -= padding;
  if (isnan (axis->limit_max) && range.max != axis->include)
    range.max += padding;
  return range;
}

/* Makes room for zero below the smallest value: a twelfth of the axis, so that it is near but
 * clearly apart; most of that is the break. */
static void
add_zero (GramAxis *axis, GramRange *range, double pad)
{
  double gap = MAX (0.25, (range->max - range->min) / 12);

  axis->zero.place = range->min - gap;
  axis->zero.first = range->min - 0.2 * gap;
  range->min = axis->zero.place - pad * (range->max - range->min);
}

static GramRange
fit_logarithmic (GramAxis *axis, const Extent *extent, double pad)
{
  double low = extent->positive, high = extent->max;
  GramRange range;

  if (!isnan (axis->limit_min) && axis->limit_min > 0)
    low = axis->limit_min;
  else if (!isnan (axis->floor) && axis->floor > low && axis->floor < high)
    low = axis->floor;
  if (!(low <= high) || !isfinite (low))
    {
      range = (GramRange){ 0, 1 };
      if (extent->zero)
        add_zero (axis, &range, 0);
      return range;
    }
  range = (GramRange){ log10 (low), log10 (high) };
  if (!gram_range_is_valid (range))
    range = (GramRange){ range.min - 0.25, range.max + 0.25 };
  else
    {
      double padding = pad * (range.max - range.min);

      range.min -= isnan (axis->limit_min) ? padding : 0;
      range.max += isnan (axis->limit_max) ? padding : 0;
    }
  if (extent->zero)
    add_zero (axis, &range, pad);
  return range;
}

/* Lines begin and end at the edges; a cloud of markers needs some air. */
static gboolean
has_points (const GramPlot *plot)
{
  for (guint i = 0; i < plot->series->len; i++)
    if (((const GramSeries *) g_ptr_array_index (plot->series, i))->kind == GRAM_SERIES_POINTS)
      return TRUE;
  return FALSE;
}

static void
prepare_axis (GramPlot *plot, GramAxisSide side, double from, double to)
{
  GramAxis *axis = gram_plot_get_axis (plot, side);
  double pad = side == GRAM_AXIS_Y ? 0.05 : has_points (plot) ? 0.015 : 0;
  Extent extent;
  GramRange fitted;

  gather (plot, side, from, to, &extent);
  axis->zero = GRAM_ZERO_NONE;
  fitted = axis->scale == GRAM_SCALE_LOG ? fit_logarithmic (axis, &extent, pad)
                                         : fit_linear (axis, &extent, pad);
  axis->range = axis->fit ? fitted : axis->view;
  if (!gram_range_is_valid (axis->range))
    axis->range = (GramRange){ 0, 1 };
}

/**
 * gram_plot_prepare:
 *
 * Finds the ranges to draw: the view where people chose one, else what the visible series need.
 * The vertical range fits the part of the data that the horizontal one shows.
 */
void
gram_plot_prepare (GramPlot *plot)
{
  double from = -INFINITY, to = INFINITY;

  prepare_axis (plot, GRAM_AXIS_X, from, to);
  if (!plot->x.fit)
    {
      from = gram_scale_inverse (plot->x.scale, plot->x.zero, plot->x.range.min);
      to = gram_scale_inverse (plot->x.scale, plot->x.zero, plot->x.range.max);
    }
  prepare_axis (plot, GRAM_AXIS_Y, from, to);
}

/**
 * gram_plot_get_view:
 *
 * Returns: what is shown now, to be changed by the functions of gram-scale.h and set again
 */
GramView
gram_plot_get_view (GramPlot *plot)
{
  gram_plot_prepare (plot);
  return (GramView){ plot->x.range, plot->y.range, plot->x.fit, plot->y.fit };
}

/**
 * gram_plot_set_view:
 */
void
gram_plot_set_view (GramPlot *plot, const GramView *view)
{
  plot->x.fit = view->fit_x;
  plot->y.fit = view->fit_y;
  plot->x.view = view->x;
  plot->y.view = view->y;
  plot->serial++;
}
