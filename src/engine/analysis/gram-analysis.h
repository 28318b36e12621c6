/* gram-analysis.h: what H∞ says about a problem, stage by stage
 *
 * SPDX-License-Identifier: MIT
 *
 * An analysis is an immutable, reference-counted snapshot: each stage makes a new one that holds
 * what the stage before had and more, so a reader on another thread needs no lock.
 */
#pragma once

#include "gram-labels.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_STAGE_NONE,
  GRAM_STAGE_KERNEL,   /* H∞ is built */
  GRAM_STAGE_CHOLESKY, /* yᵀH∞⁻¹y: exact */
  GRAM_STAGE_KRYLOV, /* λ₁ and prediction curves by Gauss quadrature; then λ₀ and the worst-case
                      * labels; then tr H∞⁻¹ */
  GRAM_STAGE_SPECTRUM, /* everything */
} GramStage;

/* One label set seen through H∞. */
typedef struct
{
  GramLabelsSpec spec;
  GramLabels *labels;    /* (nullable) NULL only for WORST until vₙ is known */
  double norm;           /* ‖y‖ */
  double quadratic_form; /* yᵀH∞⁻¹y; NAN when not known yet, +∞ when H∞ is singular for y */
  double complexity;     /* √(2yᵀH∞⁻¹y/n), Eq 10 */
  double complexity_error; /* estimated relative error */
  double *projection; /* (nullable) (n) pᵢ = vᵢᵀy, i as the eigenvalues; stage SPECTRUM */
  /* Gauss quadrature of y's spectral measure, stage KRYLOV: Σ weightⱼ δ(nodeⱼ), Σ weightⱼ = ‖y‖².
   * None for label sets that were first asked for when the spectrum was there already. */
  guint n_nodes;
  double *nodes, *weights;
} GramLabelAnalysis;

typedef struct
{
  gint references;
  GramStage stage;
  GramProblem *problem; /* (nullable) before the data is read */
  gint64 n;
  double lambda_max, lambda_min; /* λ₁, λ₀; NAN until known; from KRYLOV on λ₁ is good to 1e-10 */
  double lambda_min_error;  /* what rounding may move λ₀ by; NAN until known */
  gboolean lambda_exact;    /* from the full spectrum */
  double trace;             /* n/2 */
  double *lambda;           /* (nullable) (n) descending; stage SPECTRUM */
  double trace_inverse;     /* tr H∞⁻¹ */
  double *inverse_diagonal; /* (nullable) (n) (H∞⁻¹)_ii */
  GPtrArray *labels;        /* of GramLabelAnalysis, in the settings' order */
  /* label noise, number 22; arrays of n_fractions */
  guint n_fractions;
  double *fraction, *expected_complexity;
  double *sampled_complexity; /* one draw a fraction, of the session's seed */
  /* of kernel regression on these draws, number 32; NAN where there are no test images */
  double *test_l1, *test_error;
  double eigen_residual, orthogonality; /* trust: ‖HV−VΛ‖/(n‖H‖ε), ‖VᵀV−I‖/(nε); NAN until known */
  char *device;
  double seconds[GRAM_STAGE_SPECTRUM + 1]; /* per stage */
  /* Why there is no factor of H∞, and no spectrum, and none will come; NULL: they are there or may
   * come */
  char *no_factor, *no_spectrum;
  GPtrArray *notices;         /* of char *: not PSD, clustered eigenvalues, digits to trust */
  double quadratic_form_true; /* yᵀH∞⁻¹y of the true labels, asked for or not; NAN until known */
  double quadrature_error; /* of the curves from KRYLOV: largest relative gap to Gauss–Radau */
  gint64 eigen_checked;    /* columns of V that eigen_residual and orthogonality looked at */
} GramAnalysis;

GramAnalysis *gram_analysis_new (GramProblem *problem, gint64 n);
GramAnalysis *gram_analysis_copy (const GramAnalysis *analysis);
GramLabelAnalysis *gram_label_analysis_new (const GramLabelsSpec *spec, GramLabels *labels);
GramLabelAnalysis *gram_label_analysis_copy (const GramLabelAnalysis *set);
void gram_label_analysis_free (GramLabelAnalysis *set);
const GramLabelAnalysis *gram_analysis_find_labels (const GramAnalysis *analysis,
                                                    const GramLabelsSpec *spec);
double gram_label_analysis_share (const GramLabelAnalysis *set, gint64 index);
double gram_analysis_rounding (const GramAnalysis *analysis);
gboolean gram_analysis_is_rounding (const GramAnalysis *analysis, gint64 index);
int gram_analysis_find_set (const GramAnalysis *analysis, const char *name);
gboolean gram_analysis_is_singular (const GramAnalysis *analysis);
double gram_analysis_smallest (const GramAnalysis *analysis);
gboolean gram_analysis_is_trace_lost (const GramAnalysis *analysis);
gboolean gram_label_analysis_is_lost (const GramLabelAnalysis *set);
gboolean gram_analysis_check_inverse (const GramAnalysis *analysis, GError **error);
gboolean gram_analysis_check_spectrum (const GramAnalysis *analysis, gint64 n, GError **error);
void gram_analysis_add_notice (GramAnalysis *analysis, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

GramAnalysis *gram_analysis_ref (GramAnalysis *analysis);
void gram_analysis_unref (GramAnalysis *analysis);
const char *gram_stage_to_string (GramStage stage);

/* Answers that cost nothing once the stage is there; each says from what it was computed. */
double gram_analysis_stable_step (const GramAnalysis *analysis); /* 2/λ₁ */
double gram_analysis_advised_step (const GramAnalysis *analysis);
double gram_analysis_predict (const GramAnalysis *analysis, guint set, double eta, gint64 k);
void gram_analysis_predict_curve (const GramAnalysis *analysis, guint set, double eta,
                                  const double *k, gsize count, double *residual);
double gram_analysis_predict_distance (const GramAnalysis *analysis, guint set, double eta,
                                       gint64 k);
gint64 gram_analysis_steps_to (const GramAnalysis *analysis, guint set, double eta,
                               double fraction);
double gram_analysis_grid_step (gsize index);
double gram_analysis_horizon (const GramAnalysis *analysis, double eta);
gint64 gram_analysis_prediction_terms (const GramAnalysis *analysis, guint set);
double gram_analysis_expected_complexity (const GramAnalysis *analysis, double rho);
gint64 gram_analysis_expected_steps_to (const GramAnalysis *analysis, double eta, double rho,
                                        double fraction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramAnalysis, gram_analysis_unref)

G_END_DECLS
