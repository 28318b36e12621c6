/* gram-view-model.c: what the window decides and says, as functions of plain values
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-view-model.h"

#include <math.h>

static guint
count_side (const GramPair *pair, gint8 side)
{
  guint count = 0;

  for (guint i = 0; i < GRAM_MOST_TILES; i++)
    count += pair->side[i] == side;
  return count;
}

/**
 * gram_pair_click:
 * @pair: the pair so far
 * @class_: the tile that was clicked
 *
 * The first click chooses class A alone, the second class B; a click on a class that is A already
 * while B is awaited is taken back, so that no class is on both sides.
 *
 * Returns: the new pair
 */
GramPair
gram_pair_click (GramPair pair, guint class_)
{
  if (!pair.picks_b)
    {
      pair = (GramPair){ .picks_b = TRUE };
      pair.side[class_] = 1;
    }
  else if (pair.side[class_] == 0)
    {
      pair.side[class_] = -1;
      pair.picks_b = FALSE;
    }
  return pair;
}

/**
 * gram_pair_put:
 * @side: +1 or −1, or 0 to take the class out
 *
 * Moves one class; the last one of a side stays there.
 *
 * Returns: the new pair
 */
GramPair
gram_pair_put (GramPair pair, guint class_, gint8 side)
{
  gint8 old = pair.side[class_];

  if (old != 0 && old != side && count_side (&pair, old) == 1)
    return pair;
  pair.side[class_] = side;
  if (side < 0)
    pair.picks_b = FALSE;
  return pair;
}

/**
 * gram_pair_extend:
 * @class_: the tile that was clicked with Shift
 *
 * Adds a class to the side that was chosen last: A while B is awaited, B afterwards. A class that
 * is on a side already is taken out.
 *
 * Returns: the new pair
 */
GramPair
gram_pair_extend (GramPair pair, guint class_)
{
  return gram_pair_put (pair, class_, pair.side[class_] != 0 ? 0 : pair.picks_b ? 1 : -1);
}

/**
 * gram_pair_join:
 * @names: (nullable): of the classes; %NULL: their indices
 *
 * Returns: (transfer full) (nullable): "0+2+4", the classes of @side; %NULL when there is none
 */
char *
gram_pair_join (const GramPair *pair, gint8 side, const char *const *names)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < GRAM_MOST_TILES; i++)
    {
      if (pair->side[i] != side)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '+');
      if (names != NULL)
        g_string_append (text, names[i]);
      else
        g_string_append_printf (text, "%u", i);
    }
  return g_string_free (text, text->len == 0);
}

/**
 * gram_readout_at:
 * @analysis: (nullable)
 *
 * Returns: what the slider shows at ρ = @rho
 */
GramReadout
gram_readout_at (const GramAnalysis *analysis, double eta, double rho)
{
  GramReadout readout = { .rho = rho, .complexity = NAN, .position = NAN, .steps = -1 };
  double low, high;

  if (analysis == NULL)
    return readout;
  readout.complexity = gram_analysis_expected_complexity (analysis, rho);
  low = gram_analysis_expected_complexity (analysis, 0);
  high = gram_analysis_expected_complexity (analysis, 1);
  if (isfinite (low) && isfinite (high) && high != low)
    readout.position = (readout.complexity - low) / (high - low);
  readout.steps = gram_analysis_expected_steps_to (analysis, eta, rho, 0.01);
  return readout;
}

/**
 * gram_progress_of_analysis:
 *
 * All stages in one bar, which never goes back: each has the share of the time that it takes of a
 * large problem.
 *
 * Returns: in [0, 1]; NAN when no stage is worked at
 */
double
gram_progress_of_analysis (const GramProgress *progress)
{
  static const double begins[] = { 0, 0, 0.05, 0.15, 0.35, 1 };
  double fraction = isfinite (progress->fraction) ? CLAMP (progress->fraction, 0, 1) : 0;

  if (progress->stage == GRAM_STAGE_NONE)
    return NAN;
  return begins[progress->stage]
         + fraction * (begins[progress->stage + 1] - begins[progress->stage]);
}

/**
 * gram_progress_of_run:
 *
 * Returns: how much of the steps is done, in [0, 1]; NAN when nobody knows how many there are, or
 *   they are past
 */
double
gram_progress_of_run (const GramProgress *progress)
{
  if (progress->target_step <= 0 || progress->step > progress->target_step)
    return NAN;
  return (double) progress->step / (double) progress->target_step;
}

/**
 * gram_step_verdict:
 *
 * Gradient descent contracts every mode of the residual only while η < 2/λ₁.
 */
GramStepVerdict
gram_step_verdict (const GramAnalysis *analysis, double eta)
{
  double limit = analysis != NULL ? gram_analysis_stable_step (analysis) : NAN;

  if (!isfinite (limit))
    return GRAM_STEP_UNKNOWN;
  return eta < limit ? GRAM_STEP_STABLE : GRAM_STEP_UNSTABLE;
}

gboolean
gram_settings_has_labels (const GramSettings *settings, GramLabelsKind kind)
{
  for (guint i = 0; i < settings->labels->len; i++)
    if (g_array_index (settings->labels, GramLabelsSpec, i).kind == kind)
      return TRUE;
  return FALSE;
}

/**
 * gram_settings_toggle_labels:
 *
 * Adds or removes the label sets of @kind and keeps the order of the kinds. The
 * last set stays: a run needs labels.
 */
void
gram_settings_toggle_labels (GramSettings *settings, GramLabelsKind kind, gboolean on)
{
  GArray *labels = settings->labels;
  GramLabelsSpec added = { .kind = kind };
  guint at = 0;

  if (gram_labels_kind_info (kind)->has_rho)
    added.rho = settings->rho;
  if (on && !gram_settings_has_labels (settings, kind))
    {
      while (at < labels->len && g_array_index (labels, GramLabelsSpec, at).kind < kind)
        at++;
      g_array_insert_val (labels, at, added);
    }
  for (guint i = labels->len; !on && i > 0; i--)
    if (g_array_index (labels, GramLabelsSpec, i - 1).kind == kind && labels->len > 1)
      g_array_remove_index (labels, i - 1);
}

/**
 * gram_settings_follow_rho:
 *
 * Makes the mixture that is trained the slider's.
 *
 * Returns: whether anything changed
 */
gboolean
gram_settings_follow_rho (GramSettings *settings)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < settings->labels->len; i++)
    {
      GramLabelsSpec *spec = &g_array_index (settings->labels, GramLabelsSpec, i);

      if (gram_labels_kind_info (spec->kind)->has_rho && spec->rho != settings->rho)
        {
          spec->rho = settings->rho;
          changed = TRUE;
        }
    }
  return changed;
}
