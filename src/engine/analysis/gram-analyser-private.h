/* gram-analyser-private.h: what the stages of the analyser share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analyser.h"

G_BEGIN_DECLS

struct _GramAnalyser
{
  GramDevice *device;
  GramProblem *problem;
  guint64 seed;

  GramSystem *system; /* H∞ of all samples */
  gboolean factored;  /* system has a Cholesky factor */
  gboolean decomposed;
  gboolean cholesky_tried;
  /* There is room for products with H∞ alone. Why there is no factor and no spectrum: */
  gboolean products_only;
  char *no_factor, *no_spectrum; /* (nullable) */

  /* Copies of an image make H∞ singular. Then one of each kind is kept: */
  GramSystem *unique_system; /* (nullable) factored H∞ of the n_unique representatives */
  gint64 n_unique;
  gint64 *unique;         /* (n_unique) sample that represents */
  gint64 *representative; /* (nullable) (n) the lowest index of the same image */

  double *worst;          /* (nullable) (n) vₙ·√n */
  double lambda_min;      /* λ₀; NAN until known */
  double lambda_residual; /* ‖H∞vₙ − λ₀vₙ‖ as far as λ₀ was iterated for */
  double highest_below;   /* what curves and measures took for less than λ₀; 0 at first */
  double lambda_estimate; /* of λ₀, from above, before it is known; NAN when none is needed */
  gboolean spectrum_impossible;
  gint64 check_all_up_to; /* samples up to which every eigenpair is checked, not a part of them */

  GramAnalysis *next;   /* being filled in */
  GramAnalysis *latest; /* (nullable) what the others have seen */

  /* during gram_analyser_run() */
  GramStage stage;
  gint64 stage_start; /* monotonic time at which the stage began or was last timed */
  GramAnalyserStageFunc stage_func;
  GramAnalyserProgressFunc progress_func;
  gpointer data;
  double progress_base, progress_span;
  GramJob job;
};

/* gram-analyser.c: what the stages stand on */
void gram_analyser_map_progress (GramAnalyser *analyser, double base, double span);
gboolean gram_analyser_make_labels (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_set_worst (GramAnalyser *analyser, const double *v, double lambda_min,
                                  GError **error);
void gram_analyser_products_only (GramAnalyser *analyser, const char *no_factor,
                                  const char *no_spectrum);
double gram_analyser_below_smallest (const GramAnalyser *analyser);
double gram_analyser_rounding (gint64 n);

/* Each in a file of its own, which calls only those above it. */
void gram_analyser_notice_accuracy (GramAnalyser *analyser);

gboolean gram_analyser_agrees_on_copies (const GramAnalyser *analyser, const double *y);
void gram_analyser_take_form (GramAnalyser *analyser, GramLabelAnalysis *set, double form,
                              double form_error);
gboolean gram_analyser_quadratic_forms (GramAnalyser *analyser, gint64 count, const double *Y,
                                        double *form, double *form_error, GError **error);
gboolean gram_analyser_measures (GramAnalyser *analyser, GError **error);

gboolean gram_analyser_factor (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_estimate_smallest (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_worst (GramAnalyser *analyser, GError **error);

gboolean gram_analyser_krylov (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_krylov_again (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_regression (GramAnalyser *analyser, const GPtrArray *labels, double *l1,
                                   double *zero_one, GError **error);
gboolean gram_analyser_noise (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_spectrum (GramAnalyser *analyser, GError **error);

G_END_DECLS
