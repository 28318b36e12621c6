/* gram-preprocess.c: pixels to unit columns
 *
 * SPDX-License-Identifier: MIT
 *
 * All four ways are affine in each coordinate, gain[j]·x[j] − shift[j] with numbers of the n
 * training images alone, followed by ‖x‖₂ = 1 (App. A).
 */
#include "gram-preprocess.h"

#include <math.h>

/* How many neighbouring coordinates have one mean and one standard deviation in common. */
static gint64
get_group_size (const GramProblem *problem)
{
  switch (problem->preprocess)
    {
    case GRAM_PREPROCESS_CENTER:
      return problem->d;
    case GRAM_PREPROCESS_STANDARDIZE:
      /* in a vector, which has no channels, each coordinate has its own */
      if (problem->height == 1 && problem->channels == 1)
        return 1;
      return problem->width * problem->height;
    case GRAM_PREPROCESS_PIXEL_CENTER:
    case GRAM_PREPROCESS_NONE:
    default:
      return 1;
    }
}

static double
get_value (const GramProblem *problem, gint64 at)
{
  return problem->pixels != NULL ? problem->pixels[at] : problem->X[at];
}

/* Mean and standard deviation of coordinates first … first + count − 1 over all n images. Bytes
 * add up exactly; numbers are first brought near zero by subtracting one of them. */
static void
measure_group (const GramProblem *problem, gint64 first, gint64 count, double *mean, double *sd)
{
  double origin = problem->pixels != NULL ? 0 : get_value (problem, first);
  double sum = 0, squares = 0, total = (double) problem->n * (double) count;

  for (gint64 i = 0; i < problem->n; i++)
    {
      for (gint64 j = first; j < first + count; j++)
        sum += get_value (problem, i * problem->d + j) - origin;
    }
  *mean = origin + sum / total;
  for (gint64 i = 0; i < problem->n; i++)
    {
      for (gint64 j = first; j < first + count; j++)
        {
          double difference = get_value (problem, i * problem->d + j) - *mean;

          squares += difference * difference;
        }
    }
  *sd = sqrt (squares / total);
}

/**
 * gram_preprocess_fit:
 * @problem: with its training images in pixels, or in X when they are no bytes
 *
 * Fills gain and shift. A constant coordinate has no deviation to be divided by: gain 1.
 */
void
gram_preprocess_fit (GramProblem *problem)
{
  gint64 group = get_group_size (problem);

  for (gint64 first = 0; first < problem->d; first += group)
    {
      double mean = 0, sd, gain = 1;

      if (problem->preprocess != GRAM_PREPROCESS_NONE)
        measure_group (problem, first, group, &mean, &sd);
      if (problem->preprocess == GRAM_PREPROCESS_STANDARDIZE && sd > 1e-12 * fabs (mean))
        gain = 1 / sd;
      for (gint64 j = first; j < first + group; j++)
        {
          problem->gain[j] = gain;
          problem->shift[j] = gain * mean;
        }
    }
}

/* ‖x‖₂, of numbers whose squares may overflow or vanish. */
static double
get_norm (const double *x, gint64 d)
{
  double largest = 0, squares = 0;

  for (gint64 j = 0; j < d; j++)
    largest = fmax (largest, fabs (x[j]));
  if (largest == 0 || !isfinite (largest))
    return largest;
  for (gint64 j = 0; j < d; j++)
    squares += (x[j] / largest) * (x[j] / largest);
  return largest * sqrt (squares);
}

/* An image so short is nothing but the rounding errors of subtracting its mean. */
static gboolean
is_nothing (const GramProblem *problem, double norm)
{
  double size = 0;

  for (gint64 j = 0; j < problem->d; j++)
    size = fmax (size, fabs (problem->shift[j]));
  return !(norm > 1e-12 * size) || norm < 1e-290;
}

/**
 * gram_preprocess_apply:
 * @pixels: (nullable): (d × n); else @X holds the numbers
 * @X: (inout): (d × n) becomes the unit columns; an image of nothing becomes zeros
 * @scale: (out caller-allocates) (array length=n): 1/‖·‖₂, 0 for an image of nothing
 */
void
gram_preprocess_apply (const GramProblem *problem, const guint8 *pixels, gint64 n, double *X,
                       double *scale)
{
  gint64 d = problem->d;

  for (gint64 i = 0; i < n; i++)
    {
      double *x = X + i * d, norm;

      for (gint64 j = 0; j < d; j++)
        {
          double value = pixels != NULL ? pixels[i * d + j] : x[j];

          x[j] = problem->gain[j] * value - problem->shift[j];
        }
      norm = get_norm (x, d);
      scale[i] = is_nothing (problem, norm) ? 0 : 1 / norm;
      for (gint64 j = 0; j < d; j++)
        x[j] *= scale[i];
    }
}
