/* gram-analyser-run.c: kernel → Cholesky → Krylov → spectrum, one stage after the other
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-analyser-private.h"

#include <math.h>

#include "gram-samples.h"

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

/* What there is room for is asked before H∞ takes its part of it. */
static gboolean
build_system (GramAnalyser *analyser, GError **error)
{
  g_autoptr (GError) no_factor = NULL;
  g_autoptr (GError) no_spectrum = NULL;
  GramSamples samples;

  gram_samples_of_problem (analyser->problem, &samples, NULL);
  if (!gram_system_check (analyser->device, samples.n, samples.d, GRAM_SYSTEM_PRODUCTS, error))
    return FALSE;
  if (!gram_system_check (analyser->device, samples.n, samples.d, GRAM_SYSTEM_FACTOR, &no_factor))
    {
      gram_system_check (analyser->device, samples.n, samples.d, GRAM_SYSTEM_SPECTRUM,
                         &no_spectrum);
      gram_analyser_products_only (analyser, no_factor->message,
                                   no_spectrum != NULL ? no_spectrum->message : NULL);
    }
  analyser->system = gram_system_new (analyser->device, &samples, &analyser->job, error);
  return analyser->system != NULL;
}

static void
notice_products_only (GramAnalyser *analyser)
{
  GramAnalysis *next = analyser->next;

  if (!analyser->products_only || next->no_factor != NULL)
    return;
  next->no_factor = g_strdup (analyser->no_factor);
  next->no_spectrum = g_strdup (analyser->no_spectrum);
  gram_analysis_add_notice (next,
                            "only products with H∞ fit into memory: curves, λ₁, λ₀ and the measure "
                            "come from them. Not known without a factor: tr H∞⁻¹, label noise, the "
                            "weight of single labels, kernel regression (%s). Not known without "
                            "the spectrum: the other eigenvalues, projections, modes, the error "
                            "budget (%s)",
                            next->no_factor, next->no_spectrum);
}

static gboolean
stage_kernel (GramAnalyser *analyser, GError **error)
{
  if (analyser->system == NULL && !build_system (analyser, error))
    return FALSE;
  notice_products_only (analyser);
  if (!gram_analyser_make_labels (analyser, error))
    return FALSE;
  publish (analyser);
  return TRUE;
}

/* The worst-case labels wait until the others have their curves, but for those that cost nothing:
 * of identical images. */
static gboolean
stage_cholesky (GramAnalyser *analyser, GError **error)
{
  gram_analyser_map_progress (analyser, 0, 0.7);
  if (!gram_analyser_factor (analyser, error))
    return FALSE;
  gram_analyser_map_progress (analyser, 0.7, 0.3);
  if ((analyser->representative != NULL && !gram_analyser_worst (analyser, error))
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
  gram_analyser_map_progress (analyser, 0.3, 0.1);
  if (!gram_analyser_worst (analyser, error) || !gram_analyser_measures (analyser, error))
    return FALSE;
  gram_analyser_map_progress (analyser, 0.4, 0.1);
  if (!gram_analyser_krylov_again (analyser, error) || !gram_analyser_krylov (analyser, error))
    return FALSE;
  gram_analyser_notice_accuracy (analyser);
  publish (analyser);
  return TRUE;
}

/* The curves are published before λ₀, and that before tr H∞⁻¹, which takes as long as the factor
 * and waits on nobody. */
static gboolean
stage_krylov (GramAnalyser *analyser, GError **error)
{
  gram_analyser_map_progress (analyser, 0, 0.3);
  if (!gram_analyser_krylov (analyser, error))
    return FALSE;
  publish (analyser);
  if (analyser->worst == NULL && !smallest_and_worst (analyser, error))
    return FALSE;
  if (analyser->next->n_fractions > 0)
    return TRUE;
  gram_analyser_map_progress (analyser, 0.5, 0.5);
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
  gram_analyser_map_progress (analyser, 0, 1);
  success = stages[stage](analyser, error);
  take_time (analyser);
  gram_analyser_map_progress (analyser, 1, 0);
  return success;
}

/* Labels whose measure neither Cholesky nor copies explain need the spectrum, asked for or not.
 * Where there are products alone it will not come. */
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
  analyser->job.cancellable = cancellable;
  begin (analyser, labels);
  for (GramStage stage = GRAM_STAGE_KERNEL; success && stage <= GRAM_STAGE_KRYLOV; stage++)
    success = run_stage (analyser, stage, error);
  if (success && !analyser->products_only && (full_spectrum || needs_spectrum (analyser)))
    success = run_stage (analyser, GRAM_STAGE_SPECTRUM, error);
  analyser->stage_func = NULL;
  analyser->progress_func = NULL;
  analyser->job.cancellable = NULL;
  return success;
}
