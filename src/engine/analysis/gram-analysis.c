/* gram-analysis.c: the immutable snapshot of an analysis
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-analysis.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "gram-error.h"

#define LOST 0.1 /* a relative error from which on no digit can be trusted */

static double *
copy_vector (const double *values, gint64 count)
{
  return values != NULL ? g_memdup2 (values, (gsize) count * sizeof (double)) : NULL;
}

/**
 * gram_label_analysis_new:
 * @spec: which label set
 * @labels: (nullable) (transfer none): its values; %NULL for WORST until vₙ is known
 *
 * Everything but the norm starts as not known.
 *
 * Returns: (transfer full): free with gram_label_analysis_free()
 */
GramLabelAnalysis *
gram_label_analysis_new (const GramLabelsSpec *spec, GramLabels *labels)
{
  GramLabelAnalysis *set = g_new0 (GramLabelAnalysis, 1);
  double squares = 0;

  set->spec = *spec;
  set->labels = labels != NULL ? gram_labels_ref (labels) : NULL;
  set->norm = set->quadratic_form = set->complexity = set->complexity_error = NAN;
  if (labels == NULL)
    return set;
  for (gint64 i = 0; i < labels->n; i++)
    squares += labels->y[i] * labels->y[i];
  set->norm = sqrt (squares);
  return set;
}

/**
 * gram_label_analysis_copy:
 *
 * Returns: (transfer full): a deep copy that shares the labels
 */
GramLabelAnalysis *
gram_label_analysis_copy (const GramLabelAnalysis *set)
{
  GramLabelAnalysis *copy = g_memdup2 (set, sizeof *set);

  if (set->labels != NULL)
    {
      gram_labels_ref (set->labels);
      copy->projection = copy_vector (set->projection, set->labels->n);
    }
  copy->nodes = copy_vector (set->nodes, set->n_nodes);
  copy->weights = copy_vector (set->weights, set->n_nodes);
  return copy;
}

void
gram_label_analysis_free (GramLabelAnalysis *set)
{
  if (set == NULL)
    return;
  g_clear_pointer (&set->labels, gram_labels_unref);
  g_free (set->projection);
  g_free (set->nodes);
  g_free (set->weights);
  g_free (set);
}

/**
 * gram_label_analysis_share:
 * @index: 0 for v₁, the eigenvector of the largest eigenvalue
 *
 * Returns: the share of ‖y‖² that lies along that eigenvector, (vᵢᵀy)²/‖y‖²; NAN before stage
 *   SPECTRUM
 */
double
gram_label_analysis_share (const GramLabelAnalysis *set, gint64 index)
{
  double part;

  if (set->projection == NULL || !(set->norm > 0))
    return NAN;
  part = set->projection[index] / set->norm;
  return part * part;
}

static gpointer
copy_set (gconstpointer set, gpointer data)
{
  return gram_label_analysis_copy (set);
}

static gpointer
copy_text (gconstpointer text, gpointer data)
{
  return g_strdup (text);
}

/**
 * gram_analysis_new:
 * @problem: (nullable) (transfer none)
 * @n: samples
 *
 * A snapshot of stage NONE, to be filled in by its maker before anybody else sees it.
 *
 * Returns: (transfer full)
 */
GramAnalysis *
gram_analysis_new (GramProblem *problem, gint64 n)
{
  GramAnalysis *analysis = g_new0 (GramAnalysis, 1);

  analysis->references = 1;
  analysis->problem = problem != NULL ? gram_problem_ref (problem) : NULL;
  analysis->n = n;
  analysis->lambda_max = analysis->lambda_min = analysis->lambda_min_error = NAN;
  analysis->trace = 0.5 * n;
  analysis->trace_inverse = NAN;
  analysis->eigen_residual = analysis->orthogonality = NAN;
  analysis->quadratic_form_true = analysis->quadrature_error = NAN;
  analysis->labels = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_label_analysis_free);
  analysis->notices = g_ptr_array_new_with_free_func (g_free);
  return analysis;
}

/**
 * gram_analysis_copy:
 *
 * Returns: (transfer full): a deep copy with one reference, for the next stage to add to. The
 * problem and the labels are shared, for they never change.
 */
GramAnalysis *
gram_analysis_copy (const GramAnalysis *analysis)
{
  GramAnalysis *copy = g_memdup2 (analysis, sizeof *analysis);

  copy->references = 1;
  if (analysis->problem != NULL)
    gram_problem_ref (analysis->problem);
  copy->lambda = copy_vector (analysis->lambda, analysis->n);
  copy->inverse_diagonal = copy_vector (analysis->inverse_diagonal, analysis->n);
  copy->labels = g_ptr_array_copy (analysis->labels, copy_set, NULL);
  copy->fraction = copy_vector (analysis->fraction, analysis->n_fractions);
  copy->expected_complexity = copy_vector (analysis->expected_complexity, analysis->n_fractions);
  copy->sampled_complexity = copy_vector (analysis->sampled_complexity, analysis->n_fractions);
  copy->test_l1 = copy_vector (analysis->test_l1, analysis->n_fractions);
  copy->test_error = copy_vector (analysis->test_error, analysis->n_fractions);
  copy->device = g_strdup (analysis->device);
  copy->no_factor = g_strdup (analysis->no_factor);
  copy->no_spectrum = g_strdup (analysis->no_spectrum);
  copy->notices = g_ptr_array_copy (analysis->notices, copy_text, NULL);
  return copy;
}

/**
 * gram_analysis_ref:
 *
 * May be called from any thread.
 */
GramAnalysis *
gram_analysis_ref (GramAnalysis *analysis)
{
  g_atomic_int_inc (&analysis->references);
  return analysis;
}

void
gram_analysis_unref (GramAnalysis *analysis)
{
  if (analysis == NULL || !g_atomic_int_dec_and_test (&analysis->references))
    return;
  g_clear_pointer (&analysis->problem, gram_problem_unref);
  g_free (analysis->lambda);
  g_free (analysis->inverse_diagonal);
  g_ptr_array_unref (analysis->labels);
  g_free (analysis->fraction);
  g_free (analysis->expected_complexity);
  g_free (analysis->sampled_complexity);
  g_free (analysis->test_l1);
  g_free (analysis->test_error);
  g_free (analysis->device);
  g_free (analysis->no_factor);
  g_free (analysis->no_spectrum);
  g_ptr_array_unref (analysis->notices);
  g_free (analysis);
}

/**
 * gram_analysis_find_labels:
 *
 * Returns: (transfer none) (nullable): the label set of this specification
 */
const GramLabelAnalysis *
gram_analysis_find_labels (const GramAnalysis *analysis, const GramLabelsSpec *spec)
{
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (gram_labels_spec_equal (&set->spec, spec))
        return set;
    }
  return NULL;
}

/**
 * gram_analysis_rounding:
 *
 * Returns: nε|λ₁|, what rounding may move an eigenvalue of the stored H∞ by; NAN until λ₁ is known
 */
double
gram_analysis_rounding (const GramAnalysis *analysis)
{
  return analysis->n * DBL_EPSILON * fabs (analysis->lambda_max);
}

/**
 * gram_analysis_is_rounding:
 * @index: 0 for λ₁
 *
 * Returns: whether that eigenvalue of the spectrum is 0 within rounding
 */
gboolean
gram_analysis_is_rounding (const GramAnalysis *analysis, gint64 index)
{
  return fabs (analysis->lambda[index]) <= gram_analysis_rounding (analysis);
}

/**
 * gram_analysis_is_singular:
 *
 * Returns: whether λ₀ is known and 0 within rounding, so that its digits and sign are noise
 */
gboolean
gram_analysis_is_singular (const GramAnalysis *analysis)
{
  return fabs (analysis->lambda_min) <= gram_analysis_rounding (analysis);
}

/* Whether no digit of λ₀ is left. */
static gboolean
is_smallest_lost (const GramAnalysis *analysis)
{
  return analysis->lambda_min_error > LOST * analysis->lambda_min;
}

/**
 * gram_analysis_smallest:
 *
 * Returns: λ₀; NAN until it is known, and where rounding has taken all its digits
 */
double
gram_analysis_smallest (const GramAnalysis *analysis)
{
  return is_smallest_lost (analysis) ? NAN : analysis->lambda_min;
}

/**
 * gram_analysis_is_trace_lost:
 *
 * tr H∞⁻¹ is lost with λ₀, and what noise costs with it. With copies of an image it is +∞.
 *
 * Returns: whether rounding has taken all its digits
 */
gboolean
gram_analysis_is_trace_lost (const GramAnalysis *analysis)
{
  return is_smallest_lost (analysis) && isfinite (analysis->trace_inverse);
}

/**
 * gram_label_analysis_is_lost:
 *
 * Returns: whether rounding has taken all digits of yᵀH∞⁻¹y and of the measure
 */
gboolean
gram_label_analysis_is_lost (const GramLabelAnalysis *set)
{
  return set->complexity_error > LOST;
}

/**
 * gram_analysis_check_inverse:
 *
 * Returns: %FALSE with the reason where the diagonal of H∞⁻¹, and its factor, are not there
 */
gboolean
gram_analysis_check_inverse (const GramAnalysis *analysis, GError **error)
{
  if (analysis->inverse_diagonal != NULL)
    return TRUE;
  if (analysis->no_factor != NULL)
    return gram_fail (error, GRAM_ERROR_MEMORY, "this needs the inverse of H∞: %s",
                      analysis->no_factor);
  return gram_fail (error, GRAM_ERROR_SINGULAR,
                    "H∞ cannot be inverted, so labels have no weight; leave identical images out");
}

/**
 * gram_analysis_check_spectrum:
 * @n: samples of what is to be taken apart along the eigenvectors
 *
 * Returns: %FALSE with the reason where the spectrum is not there, or is of other data
 */
gboolean
gram_analysis_check_spectrum (const GramAnalysis *analysis, gint64 n, GError **error)
{
  if (analysis->lambda != NULL && analysis->n == n)
    return TRUE;
  if (analysis->no_spectrum != NULL)
    return gram_fail (error, GRAM_ERROR_MEMORY, "this needs the full spectrum: %s",
                      analysis->no_spectrum);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_FAILED,
               "this needs the full spectrum of the run's own data; run the analysis again");
  return FALSE;
}

/**
 * gram_analysis_add_notice:
 * @format: one line for people
 *
 * Adds a notice unless the same one is there already. Only for the maker of a snapshot.
 */
void
gram_analysis_add_notice (GramAnalysis *analysis, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (!g_ptr_array_find_with_equal_func (analysis->notices, text, g_str_equal, NULL))
    g_ptr_array_add (analysis->notices, g_steal_pointer (&text));
}

const char *
gram_stage_to_string (GramStage stage)
{
  static const char *const names[] = { "none", "kernel", "cholesky", "krylov", "spectrum" };

  return names[stage];
}

/**
 * gram_analysis_find_set:
 * @analysis: (nullable):
 *
 * An analysis may be a stage behind a run, or have other label sets.
 *
 * Returns: the index of the set of this name that predictions can be made of, or −1
 */
int
gram_analysis_find_set (const GramAnalysis *analysis, const char *name)
{
  for (guint i = 0; analysis != NULL && i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->labels != NULL && strcmp (set->labels->name, name) == 0
          && (set->n_nodes > 0 || (set->projection != NULL && analysis->lambda != NULL)))
        return (int) i;
    }
  return -1;
}
