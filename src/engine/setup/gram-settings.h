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

#define GRAM_RECORD_EVERY_MAX 1000000000

/* A field for each row of gram-settings-rows.h, and what a problem is made of. */
typedef struct
{
  GramProblemSpec problem;
#define SETTING(type, field, ...) type field;
#define PROBLEM_SETTING(field, ...)
#include "gram-settings-rows.h"
#undef SETTING
#undef PROBLEM_SETTING
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

/* Settings that have an effect in the same commands; flags. */
typedef enum
{
  GRAM_SETTINGS_DATA = 1 << 0,
  GRAM_SETTINGS_SIZES = 1 << 1,
  GRAM_SETTINGS_LABELS = 1 << 2,
  GRAM_SETTINGS_NETWORK = 1 << 3,
  GRAM_SETTINGS_STEPS = 1 << 4,
  GRAM_SETTINGS_MEASURES = 1 << 5,
  GRAM_SETTINGS_ARITHMETIC = 1 << 6,
  GRAM_SETTINGS_DEVICE = 1 << 7,
  GRAM_SETTINGS_NOISE = 1 << 8,
} GramSettingsGroups;

/* A setting as an option of the command line. */
typedef struct
{
  const char *key; /* the long option; NULL ends an array */
  char letter;     /* the short one; 0: none */
  GramSettingsGroups group;
  char *argument; /* what stands for the value: "N", "iid|antisymmetric" */
  char *help;     /* with the default */
} GramSettingsOption;

GramSettings *gram_settings_new (void);
GramSettings *gram_settings_copy (const GramSettings *settings);
void gram_settings_free (GramSettings *settings);
gboolean gram_settings_equal (const GramSettings *a, const GramSettings *b);
char *gram_settings_stay_here (GramSettings *settings, const char *chosen);
gboolean gram_settings_apply (GramSettings *settings, const char *text, GError **error);
gboolean gram_settings_set (GramSettings *settings, const char *key, const char *value,
                            GError **error);
gboolean gram_settings_check (const GramSettings *settings, GError **error);
char *gram_settings_get (const GramSettings *settings, const char *key);
char *gram_settings_to_string (const GramSettings *settings);
char *gram_settings_to_options (const GramSettings *settings, GramSettingsGroups groups);
const GramSettingsOption *gram_settings_options (void);
GramChange gram_settings_compare (const GramSettings *a, const GramSettings *b);
GStrv gram_settings_changed_keys (const GramSettings *a, const GramSettings *b);
gboolean gram_settings_run_survives (const char *key);
gboolean gram_settings_same_run (const GramSettings *a, const GramSettings *b);
char *gram_settings_tell_apart (const GramSettings *settings, const GPtrArray *others);
const char *gram_settings_varied (const char *key, const char **symbol, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSettings, gram_settings_free)

G_END_DECLS
