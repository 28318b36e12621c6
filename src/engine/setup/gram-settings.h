/* gram-settings.h: everything a user can choose about a problem, its analysis and its run
 *
 * SPDX-License-Identifier: MIT
 *
 * One plain value with one textual form, which the command line's options, the window's `load`
 * action, session files and GSettings all use: "dataset=mnist classes=0,1 n=1000 …".
 */
#pragma once

#include "gram-backend.h"
#include "gram-labels.h"
#include "gram-problem.h"

G_BEGIN_DECLS

typedef struct
{
  char *dataset;  /* name or path; default "glyphs" */
  char *data_dir; /* (nullable) */
  GramProblemSpec problem;
  GArray *labels; /* of GramLabelsSpec: the sets to analyse and train */
  double rho;     /* the slider's fraction, [0, 1] */
  gint64 m;       /* 0: the default of the device */
  double eta, kappa;
  GramInit init;
  guint64 seed;  /* of W(0), a and the label noise; problem.seed is kept equal to it */
  char *device;  /* "auto", "cpu", "cuda", "cuda:1" */
  guint threads; /* 0: all */
  GramFormulation formulation;
  GramPrecision precision;
  gint64 max_steps;      /* 0: until paused */
  double until_residual; /* stop when every set has ‖y−u‖ ≤ this·‖y‖; 0: never */
  gint64 record_every;   /* 0: automatic, denser early, bounded memory */
  gboolean drift;        /* record ‖H(k) − H(0)‖_F too: an n × n matrix an observation */
} GramSettings;

/* What a difference between two settings makes necessary; flags. */
typedef enum
{
  GRAM_CHANGE_NONE = 0,
  GRAM_CHANGE_RHO = 1 << 0,     /* the slider's numbers */
  GRAM_CHANGE_LIMITS = 1 << 1,  /* when to stop and what to record: a run goes on */
  GRAM_CHANGE_NETWORK = 1 << 2, /* a new run */
  GRAM_CHANGE_LABELS = 1 << 3,  /* projections and a new run */
  GRAM_CHANGE_DATA = 1 << 4,    /* everything */
} GramChange;

GramSettings *gram_settings_new (void);
GramSettings *gram_settings_copy (const GramSettings *settings);
void gram_settings_free (GramSettings *settings);
gboolean gram_settings_equal (const GramSettings *a, const GramSettings *b);
gboolean gram_settings_apply (GramSettings *settings, const char *text, GError **error);
gboolean gram_settings_set (GramSettings *settings, const char *key, const char *value,
                            GError **error);
gboolean gram_settings_check (const GramSettings *settings, GError **error);
char *gram_settings_get (const GramSettings *settings, const char *key);
char *gram_settings_to_string (const GramSettings *settings);
const char *const *gram_settings_keys (void);
GramChange gram_settings_compare (const GramSettings *a, const GramSettings *b);
GStrv gram_settings_changed_keys (const GramSettings *a, const GramSettings *b);
char *gram_settings_describe_change (const GramSettings *a, const GramSettings *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSettings, gram_settings_free)

G_END_DECLS
