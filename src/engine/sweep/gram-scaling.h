/* gram-scaling.h: how far nets are off their prediction, against what a study varies
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-sweep.h"

G_BEGIN_DECLS

/* The seeds of one point. */
typedef struct
{
  double x; /* the number that is varied: m, η, … */
  guint count;
  double mean, least, most; /* of GramSweepCell.difference over them */
} GramScalingPoint;

/* One label set, and one value of everything else that is varied. */
typedef struct
{
  GramLabelsSpec labels;
  char *name;              /* of the rest, "κ 1"; "" when nothing else is varied */
  GArray *points;          /* of GramScalingPoint, by ascending x */
  double slope, intercept; /* of log₁₀ difference against log₁₀ x, least squares over all nets;
                            * NAN with fewer than two x */
} GramScalingCurve;

int gram_scaling_axis (const GPtrArray *variations);
GPtrArray *gram_scaling_new (const GramSweepTable *table);

G_END_DECLS
