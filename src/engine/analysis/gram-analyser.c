/* gram-analyser.c: kernel → Cholesky → Krylov → spectrum, one stage after the other
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-analyser-private.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-samples.h"
#include "gram-size.h"

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
  analyser->check_all_up_to = GRAM_ANALYSER_CHECK_ALL;
  return analyser;
}

void
gram_analyser_free (GramAnalyser *analyser)
{
  if (analyser == NULL)
    return;
  gram_system_free (analyser->system);
  gram_system_free (analyser->unique_system);
  gram_free (analyser->unique);
  gram_free (analyser->representative);
  gram_free (analyser->worst);
  gram_analysis_unref (analyser->next);
  gram_analysis_unref (analyser->latest);
  gram_problem_unref (analyser->problem);
  gram_device_unref (analyser->device);
  g_free (analyser);
}

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

void
gram_analyser_part (GramAnalyser *analyser, double base, double span)
{
  analyser->progress_base = base;
  analyser->progress_span = span;
  on_progress (0, analyser);
}

/* Adds the time since the stage began, or since this was last called, to the stage's seconds. */
static void
take_time (GramAnalyser *analyser)
{
  gint64 now = g_get_monotonic_time ();

  analyser->next->seconds[analyser->stage] += (now - analyser->stage_start) / 1e6;
  analyser->stage_start = now;
}

/* Hands out a copy of what is known by now. A stage that an earlier run had passed already is not
 * told again: its snapshot would know less of the new label sets than the one that is out. */
static void
publish (GramAnalyser *analyser)
{
  GramStage reached = analyser->latest != NULL ? analyser->latest->stage : GRAM_STAGE_NONE;

  if (analyser->stage < reached)
    return;
  take_time (analyser);
  analyser->next->stage = analyser->stage;
  g_clear_pointer (&analyser->latest, gram_analysis_unref);
  analyser->latest = gram_analysis_copy (analyser->next);
  if (analyser->stage_func != NULL)
    analyser->stage_func (analyser->latest, analyser->data);
}

/* The snapshot to fill in: what is known already, for the label sets asked for. */
static void
begin (GramAnalyser *analyser, const GArray *labels)
{
  GramAnalysis *next;

  if (analyser->latest != NULL)
    next = gram_analysis_copy (analyser->latest);
  else
    next = gram_analysis_new (analyser->problem, analyser->problem->n);
  g_ptr_array_set_size (next->labels, 0);
  for (guint i = 0; i < labels->len; i++)
    {
      const GramLabelsSpec *spec = &g_array_index (labels, GramLabelsSpec, i);
      const GramLabelAnalysis *known =
          analyser->latest != NULL ? gram_analysis_find_labels (analyser->latest, spec) : NULL;

      g_ptr_array_add (next->labels, known != NULL ? gram_label_analysis_copy (known)
                                                   : gram_label_analysis_new (spec, NULL));
    }
  g_free (next->device);
  next->device = g_strdup (gram_device_get_info (analyser->device)->name);
  g_clear_pointer (&analyser->next, gram_analysis_unref);
  analyser->next = next;
}

static GramLabels *
labels_of_spec (GramAnalyser *analyser, const GramLabelsSpec *spec, GError **error)
{
  if (gram_labels_kind_info (spec->kind)->from_spectrum)
    return gram_labels_new_from_vector (spec, analyser->problem->n, analyser->worst);
  return gram_labels_new (analyser->problem, spec, analyser->seed, error);
}

/* Makes the labels that are still missing; worst-case ones stay so until vₙ is known. */
static gboolean
make_missing_labels (GramAnalyser *analyser, GError **error)
{
  GPtrArray *sets = analyser->next->labels;

  for (guint i = 0; i < sets->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (sets, i);
      g_autoptr (GramLabels) labels = NULL;
      GramLabelsSpec spec = set->spec;

      if (set->labels != NULL
          || (gram_labels_kind_info (spec.kind)->from_spectrum && analyser->worst == NULL))
        continue;
      labels = labels_of_spec (analyser, &spec, error);
      if (labels == NULL)
        return FALSE;
      gram_label_analysis_free (set);
      sets->pdata[i] = gram_label_analysis_new (&spec, labels);
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

  analyser->worst = gram_try_alloc (sizeof (double), n, 1, "the worst-case labels", error);
  if (analyser->worst == NULL)
    return FALSE;
  for (gint64 i = 1; i < n; i++)
    if (fabs (v[i]) > fabs (v[largest]))
      largest = i;
  factor = copysign (sqrt ((double) n), v[largest]);
  for (gint64 i = 0; i < n; i++)
    analyser->worst[i] = factor * v[i];
  analyser->lambda_min = lambda_min;
  analyser->next->lambda_min = lambda_min;
  return make_missing_labels (analyser, error);
}

static gboolean
stage_kernel (GramAnalyser *analyser, GError **error)
{
  GramSamples samples;

  gram_samples_of_problem (analyser->problem, &samples, NULL);
  if (analyser->system == NULL)
    {
      analyser->system = gram_system_new (analyser->device, &samples, &analyser->job, error);
      if (analyser->system == NULL)
        return FALSE;
    }
  if (!make_missing_labels (analyser, error))
    return FALSE;
  publish (analyser);
  return TRUE;
}

/* The worst-case labels wait until the others have their curves, but for those that cost nothing:
 * of identical images. */
static gboolean
stage_cholesky (GramAnalyser *analyser, GError **error)
{
  gram_analyser_part (analyser, 0, 0.7);
  if (!gram_analyser_factor (analyser, error))
    return FALSE;
  gram_analyser_part (analyser, 0.7, 0.3);
  if ((analyser->representative != NULL && !gram_analyser_worst_by_inverse (analyser, error))
      || !gram_analyser_estimate_smallest (analyser, error)
      || !gram_analyser_measures (analyser, error))
    return FALSE;
  publish (analyser);
  return TRUE;
}

/* λ₀ and vₙ, and what the worst-case labels make of them. */
static gboolean
smallest_and_worst (GramAnalyser *analyser, GError **error)
{
  if (!gram_analyser_worst_by_inverse (analyser, error) || !gram_analyser_measures (analyser, error)
      || !gram_analyser_krylov (analyser, error))
    return FALSE;
  gram_analyser_notice_digits (analyser);
  publish (analyser);
  return TRUE;
}

/* The curves are published before λ₀, and that before tr H∞⁻¹, which takes as long as the factor
 * and waits on nobody. */
static gboolean
stage_krylov (GramAnalyser *analyser, GError **error)
{
  gram_analyser_part (analyser, 0, 0.3);
  if (!gram_analyser_krylov (analyser, error))
    return FALSE;
  publish (analyser);
  gram_analyser_part (analyser, 0.3, 0.2);
  if (analyser->worst == NULL && !smallest_and_worst (analyser, error))
    return FALSE;
  if (analyser->next->n_fractions > 0)
    return TRUE;
  gram_analyser_part (analyser, 0.5, 0.5);
  if (!gram_analyser_noise (analyser, error))
    return FALSE;
  publish (analyser);
  return TRUE;
}

static gboolean
stage_spectrum (GramAnalyser *analyser, GError **error)
{
  if (!gram_analyser_spectrum (analyser, error))
    return FALSE;
  publish (analyser);
  return TRUE;
}

static gboolean
run_stage (GramAnalyser *analyser, GramStage stage, GError **error)
{
  static gboolean (*const stages[]) (GramAnalyser *, GError **) = { NULL, stage_kernel,
                                                                    stage_cholesky, stage_krylov,
                                                                    stage_spectrum };
  gboolean success;

  if (g_cancellable_set_error_if_cancelled (analyser->job.cancellable, error))
    return FALSE;
  analyser->stage = stage;
  analyser->stage_start = g_get_monotonic_time ();
  gram_analyser_part (analyser, 0, 1);
  success = stages[stage](analyser, error);
  take_time (analyser);
  gram_analyser_part (analyser, 1, 0);
  return success;
}

/* Labels whose measure neither Cholesky nor copies explain need the spectrum, asked for or not. */
static gboolean
needs_spectrum (const GramAnalyser *analyser)
{
  for (guint i = 0; i < analyser->next->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analyser->next->labels, i);

      if (set->labels == NULL || isnan (set->quadratic_form))
        return TRUE;
    }
  return analyser->decomposed;
}

/**
 * gram_analyser_run:
 * @labels: (element-type GramLabelsSpec): the label sets, in the order of the snapshots
 * @full_spectrum: whether to go on to all eigenvalues; without it the analysis ends at KRYLOV
 *   unless H∞ turns out singular, when only the spectrum knows the measure
 * @stage_func: (nullable): called on this thread with each new snapshot
 * @progress_func: (nullable): called on this thread
 *
 * Runs what is missing. The first run builds and factors H∞; after it, other label sets cost
 * O(n²) each. On failure and cancellation the snapshots handed out stay good, and the next run
 * goes on from what there is.
 */
gboolean
gram_analyser_run (GramAnalyser *analyser, const GArray *labels, gboolean full_spectrum,
                   GramAnalyserStageFunc stage_func, GramAnalyserProgressFunc progress_func,
                   gpointer data, GCancellable *cancellable, GError **error)
{
  gboolean success = TRUE;

  analyser->stage_func = stage_func;
  analyser->progress_func = progress_func;
  analyser->data = data;
  analyser->job = (GramJob){ cancellable, on_progress, analyser };
  begin (analyser, labels);
  for (GramStage stage = GRAM_STAGE_KERNEL; success && stage <= GRAM_STAGE_KRYLOV; stage++)
    success = run_stage (analyser, stage, error);
  if (success && (full_spectrum || needs_spectrum (analyser)))
    success = run_stage (analyser, GRAM_STAGE_SPECTRUM, error);
  analyser->stage_func = NULL;
  analyser->progress_func = NULL;
  analyser->job = (GramJob){ NULL, NULL, NULL };
  return success;
}

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
  v = g_try_new (double, n);
  if (v == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no memory for an eigenvector");
      return NULL;
    }
  if (analyser->decomposed)
    return gram_system_eigenvectors (analyser->system, index, 1, v, n, error) ? g_steal_pointer (&v)
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
