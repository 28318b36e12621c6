/* gram-analyser.c: what the stages of an analysis work on
 *
 * SPDX-License-Identifier: MIT
 *
 * The analyser itself, what it says on the way, the worst-case labels, and what is known of λ₀. The
 * stages call this part and one another; gram-analyser-run.c calls them all.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>

#include "gram-error.h"

/* Samples up to which every eigenpair is checked. */
#define CHECK_ALL 500
#define STEEPEST 4.1 /* dH/dK at K = 1 − 1e-3 */
#define BELOW 0.95   /* of the estimate of λ₀: below λ₀ for certain enough */

/* Passes a backend's fraction on as the fraction of the stage. */
static void
on_progress (double fraction, gpointer user_data)
{
  GramAnalyser *analyser = user_data;

  if (analyser->progress_func != NULL)
    analyser->progress_func (analyser->stage,
                             analyser->progress_base
                                 + CLAMP (fraction, 0, 1) * analyser->progress_span,
                             analyser->data);
}

/**
 * gram_analyser_new:
 * @seed: of the random labels
 *
 * Nothing is computed before gram_analyser_run().
 *
 * Returns: (transfer full): free with gram_analyser_free()
 */
GramAnalyser *
gram_analyser_new (GramDevice *device, GramProblem *problem, guint64 seed)
{
  GramAnalyser *analyser = g_new0 (GramAnalyser, 1);

  analyser->device = gram_device_ref (device);
  analyser->problem = gram_problem_ref (problem);
  analyser->seed = seed;
  analyser->lambda_min = analyser->lambda_estimate = NAN;
  analyser->check_all_up_to = CHECK_ALL;
  analyser->job = (GramJob){ NULL, on_progress, analyser };
  return analyser;
}

void
gram_analyser_free (GramAnalyser *analyser)
{
  if (analyser == NULL)
    return;
  gram_system_free (analyser->system);
  gram_system_free (analyser->unique_system);
  g_free (analyser->unique);
  g_free (analyser->representative);
  g_free (analyser->worst);
  g_free (analyser->no_factor);
  g_free (analyser->no_spectrum);
  gram_analysis_unref (analyser->next);
  gram_analysis_unref (analyser->latest);
  gram_problem_unref (analyser->problem);
  gram_device_unref (analyser->device);
  g_free (analyser);
}

/* Tells how far the stage is: what its backend calls 0 … 1 is base … base + span of it. */
void
gram_analyser_map_progress (GramAnalyser *analyser, double base, double span)
{
  analyser->progress_base = base;
  analyser->progress_span = span;
  on_progress (0, analyser);
}

/* H∞ has room for neither factor nor spectrum: what products tell is all there will be. */
void
gram_analyser_products_only (GramAnalyser *analyser, const char *no_factor, const char *no_spectrum)
{
  analyser->products_only = TRUE;
  g_free (analyser->no_factor);
  g_free (analyser->no_spectrum);
  analyser->no_factor = g_strdup (no_factor);
  analyser->no_spectrum = g_strdup (no_spectrum);
}

/* ---------- labels ---------------------------------------------------------------------------- */

/* Makes the labels that are still missing; worst-case ones stay so until vₙ is known. */
gboolean
gram_analyser_make_labels (GramAnalyser *analyser, GError **error)
{
  GPtrArray *sets = analyser->next->labels;

  for (guint i = 0; i < sets->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (sets, i);
      gboolean from_spectrum = gram_labels_kind_info (set->spec.kind)->from_spectrum;
      g_autoptr (GramLabels) labels = NULL;

      if (set->labels != NULL || (from_spectrum && analyser->worst == NULL))
        continue;
      if (from_spectrum)
        labels = gram_labels_new_from_vector (&set->spec, analyser->problem->n, analyser->worst);
      else
        labels = gram_labels_new (analyser->problem, &set->spec, analyser->seed, error);
      if (labels == NULL)
        return FALSE;
      sets->pdata[i] = gram_label_analysis_new (&set->spec, labels);
      gram_label_analysis_free (set);
    }
  return TRUE;
}

/* Takes vₙ (of norm 1) as the direction of the worst-case labels: √n·vₙ, so that all label sets
 * start level, with its largest component positive. */
gboolean
gram_analyser_set_worst (GramAnalyser *analyser, const double *v, double lambda_min, GError **error)
{
  gint64 n = analyser->problem->n, largest = 0;
  double factor;

  analyser->worst = g_new (double, n);
  for (gint64 i = 1; i < n; i++)
    if (fabs (v[i]) > fabs (v[largest]))
      largest = i;
  factor = copysign (sqrt ((double) n), v[largest]);
  for (gint64 i = 0; i < n; i++)
    analyser->worst[i] = factor * v[i];
  analyser->lambda_min = lambda_min;
  analyser->next->lambda_min = lambda_min;
  return gram_analyser_make_labels (analyser, error);
}

/* ---------- what is known of λ₀ -------------------------------------------------------------- */

/**
 * gram_analyser_below_smallest:
 *
 * Returns: a number close to λ₀ that is not above it; NAN when nothing is known of λ₀
 */
double
gram_analyser_below_smallest (const GramAnalyser *analyser)
{
  return isfinite (analyser->lambda_min) ? 0.999 * analyser->lambda_min
                                         : BELOW * analyser->lambda_estimate;
}

/* How far rounding moves H∞. An entry follows its K_ij by dH/dK, at most ½ + 1/(2π·sin θ). Where
 * that is more than STEEPEST, 1 − |K| < 1e-3, backends take the entry from the chord of the two
 * images, whatever the angle: it knows θ to some ε, and H∞ to ε/(2π). */
double
gram_analyser_rounding (gint64 n)
{
  return DBL_EPSILON * (sqrt ((double) n) + STEEPEST);
}

/* ---------- what there is --------------------------------------------------------------------- */

/**
 * gram_analyser_get_analysis:
 *
 * Returns: (transfer full) (nullable): the newest snapshot
 */
GramAnalysis *
gram_analyser_get_analysis (GramAnalyser *analyser)
{
  return analyser->latest != NULL ? gram_analysis_ref (analyser->latest) : NULL;
}

/**
 * gram_analyser_get_device:
 *
 * Returns: (transfer none): where H∞ is, or will be; on the analyser's thread only
 */
GramDevice *
gram_analyser_get_device (GramAnalyser *analyser)
{
  return analyser->device;
}

/**
 * gram_analyser_get_system:
 *
 * Returns: (transfer none) (nullable): H∞ on the device, from stage KERNEL on, for questions that
 * the snapshots do not answer; on the analyser's thread only
 */
GramSystem *
gram_analyser_get_system (GramAnalyser *analyser)
{
  return analyser->system;
}

/**
 * gram_analyser_eigenvector:
 * @index: 0 for v₁ … n − 1 for vₙ
 *
 * Needs the spectrum, but for vₙ, which is there when λ₀ is. The sign is arbitrary.
 *
 * Returns: (transfer full) (nullable) (array length=n): of norm 1, free with g_free()
 */
double *
gram_analyser_eigenvector (GramAnalyser *analyser, gint64 index, GError **error)
{
  gint64 n = analyser->problem->n;
  g_autofree double *v = NULL;

  if (index < 0 || index >= n)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "there is no eigenvector %" G_GINT64_FORMAT
                   ": count from 1 to %" G_GINT64_FORMAT,
                   index + 1, n);
      return NULL;
    }
  v = g_new (double, n);
  if (analyser->decomposed)
    return gram_system_eigenvector (analyser->system, index, v, &analyser->job, error)
               ? g_steal_pointer (&v)
               : NULL;
  if (index != n - 1 || analyser->worst == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED,
                   "the eigenvectors are there once the full spectrum is");
      return NULL;
    }
  for (gint64 i = 0; i < n; i++)
    v[i] = analyser->worst[i] / sqrt ((double) n);
  return g_steal_pointer (&v);
}
