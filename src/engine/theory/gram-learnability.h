/* gram-learnability.h: Section 6, the measure of known functions against its bounds as n grows
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-target.h"

G_BEGIN_DECLS

/* Where nobody says otherwise: so small a dimension that the odd power fails in sight. */
#define GRAM_LEARNABILITY_DIMENSION 5
#define GRAM_LEARNABILITY_SIZES 50, 100, 200, 400, 800, 1600

typedef struct
{
  gint64 n;
  guint function;     /* index in the list of targets */
  double root;        /* √(yᵀH∞⁻¹y) */
  double complexity;  /* √(2yᵀH∞⁻¹y/n), Eq 10 */
  double bound;       /* the paper's, +∞ without one */
  double bound_tight; /* the proof's */
  double norm;        /* ‖y‖ */
  double residual;    /* ‖y − H∞s‖/‖y‖ of the solution s: what the root rests on */
} GramLearnRow;

typedef void (*GramLearnRowFunc) (const GramLearnRow *row, gpointer data);

gboolean gram_learnability_inputs (gint64 d, gint64 n, guint64 seed, double *X);
gboolean gram_learnability_run (GramDevice *device, const GramSamples *inputs, const gint64 *sizes,
                                guint n_sizes, GPtrArray *targets, GramLearnRowFunc row_func,
                                gpointer data, const GramJob *job, GError **error);

G_END_DECLS
