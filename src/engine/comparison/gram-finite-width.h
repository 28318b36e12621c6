/* gram-finite-width.h: what the net's own Gram matrix at the start predicts of a run
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 30: ‖(I − ηH(0))ᵏr(0)‖, r(0) = u(0) − y, with H(0) of number 18 in place of H∞. It splits
 * what a run measured beyond Eq 8 in two: (30) − (Eq 8) is the finite width, measured − (30) the
 * patterns that moved.
 *
 * Made of a run on the thread that owns it; the rest is filled in where the device is
 * (gram_session_ask(), stage KERNEL).
 */
#pragma once

#include "gram-analyser.h"
#include "gram-run.h"

G_BEGIN_DECLS

/* One label set's: Gauss quadrature of r(0)'s spectral measure, Σ weightⱼ δ(nodeⱼ). */
typedef struct
{
  GramLabels *labels;
  guint n_nodes;
  double *nodes, *weights; /* (n_nodes); NULL until computed */
} GramFiniteWidthSet;

/* Immutable once it is computed. */
typedef struct
{
  gint references;
  guint number; /* no two have the same */
  GramProblem *problem;
  gint64 m;
  double eta, kappa;
  GramInit init;
  guint64 seed;
  GPtrArray *sets; /* of GramFiniteWidthSet */
} GramFiniteWidth;

GramFiniteWidth *gram_finite_width_new (const GramRun *run, GramProblem *problem);
gpointer gram_finite_width_compute (GramAnalyser *analyser, gpointer width,
                                    GCancellable *cancellable, GError **error);
gint64 gram_finite_width_terms (const GramFiniteWidth *width, const GramLabels *labels);
void gram_finite_width_predict_curve (const GramFiniteWidth *width, const GramLabels *labels,
                                      const double *k, gsize count, double *residual);
void gram_finite_width_unref (gpointer width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFiniteWidth, gram_finite_width_unref)

G_END_DECLS
