/* gram-analyser-private.h: the stages of the analyser, each in a file of its own
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analyser.h"

G_BEGIN_DECLS

#define GRAM_ANALYSER_CHECK_ALL 4000

struct _GramAnalyser
{
  GramDevice *device;
  GramProblem *problem;
  guint64 seed;

  GramSystem *system; /* H∞ of all samples */
  gboolean factored;  /* system has a Cholesky factor */
  gboolean decomposed;
  gboolean cholesky_tried;

  /* Copies of an image make H∞ singular. Then one of each kind is kept: */
  GramSystem *unique_system; /* (nullable) factored H∞ of the n_unique representatives */
  gint64 n_unique;
  gint64 *unique;         /* (n_unique) sample that represents */
  gint64 *representative; /* (nullable) (n) the lowest index of the same image */

  double *worst;          /* (nullable) (n) vₙ·√n */
  double lambda_min;      /* λ₀; NAN until known */
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

/* Tells the listener about a part of the stage: its fractions are mapped to base … base + span. */
void gram_analyser_part (GramAnalyser *analyser, double base, double span);
gboolean gram_analyser_set_worst (GramAnalyser *analyser, const double *v, double lambda_min,
                                  GError **error);

gboolean gram_analyser_factor (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_estimate_smallest (GramAnalyser *analyser, GError **error);
double gram_analyser_below_smallest (const GramAnalyser *analyser);
gboolean gram_analyser_worst_by_inverse (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_forms (GramAnalyser *analyser, gint64 count, const double *Y, double *form,
                              double *form_error, GError **error);
double gram_analyser_rounding (const GramAnalyser *analyser, gint64 n);
gboolean gram_analyser_measures (GramAnalyser *analyser, GError **error);
gboolean gram_analyser_noise (GramAnalyser *analyser, GError **error);

gboolean gram_analyser_krylov (GramAnalyser *analyser, GError **error);
void gram_analyser_notice_digits (GramAnalyser *analyser);
gboolean gram_analyser_spectrum (GramAnalyser *analyser, GError **error);

G_END_DECLS
