/* gram-view-model.h: what the window decides and says, as functions of plain values
 *
 * SPDX-License-Identifier: MIT
 *
 * No widget is needed to call these, so they are tested without a display.
 */
#pragma once

#include "gram-session.h"

G_BEGIN_DECLS

#define GRAM_MOST_TILES 100

/* Which classes are chosen, and which side the next click sets. */
typedef struct
{
  gint8 side[GRAM_MOST_TILES]; /* +1: of class A, −1: of class B, 0: of neither */
  gboolean picks_b;            /* the next click chooses B; there is none */
} GramPair;

GramPair gram_pair_click (GramPair pair, guint class_);
GramPair gram_pair_put (GramPair pair, guint class_, gint8 side);
GramPair gram_pair_extend (GramPair pair, guint class_);
char *gram_pair_join (const GramPair *pair, gint8 side, const char *const *names);

/* What the slider shows. NAN where the analysis does not know yet. */
typedef struct
{
  double rho;
  double complexity; /* the expected measure at ρ, number 22 */
  double position;   /* 0: as at ρ = 0; 1: as at ρ = 1, on the curve of the measure */
  gint64 steps;      /* predicted iterations to 1 %; −1: unknown; G_MAXINT64: never */
} GramReadout;

GramReadout gram_readout_at (const GramAnalysis *analysis, double eta, double rho);

double gram_progress_of_analysis (const GramProgress *progress);
double gram_progress_of_run (const GramProgress *progress);

typedef enum
{
  GRAM_STEP_UNKNOWN, /* λ₁ is not known yet */
  GRAM_STEP_STABLE,
  GRAM_STEP_UNSTABLE, /* η ≥ 2/λ₁ */
} GramStepVerdict;

GramStepVerdict gram_step_verdict (const GramAnalysis *analysis, double eta);

/* Label sets of the settings. */
gboolean gram_settings_has_labels (const GramSettings *settings, GramLabelsKind kind);
void gram_settings_toggle_labels (GramSettings *settings, GramLabelsKind kind, gboolean on);
gboolean gram_settings_follow_rho (GramSettings *settings);

G_END_DECLS
