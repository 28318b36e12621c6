/* gram-settings-private.h: the table of settings' keys
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-settings.h"

G_BEGIN_DECLS

#define GRAM_SETTINGS_MAX_KEYS 32

typedef struct _GramSettingsKey GramSettingsKey;

struct _GramSettingsKey
{
  const char *name;  /* the command line's long option */
  const char *alias; /* (nullable) another name for the same */
  GramChange change; /* what has to be done again when it changes */
  gboolean (*set) (GramSettings *settings, const GramSettingsKey *key, const char *value,
                   GError **error);
  char *(*get) (const GramSettings *settings, const GramSettingsKey *key);
  gsize offset;     /* of the field, for the getters and setters that serve many keys */
  double low, high; /* the range of a number */
  const char *word; /* (nullable) what stands for the number 0, or low: "auto", "all" */
};

extern const GramSettingsKey gram_settings_key_table[];
extern const guint gram_settings_n_keys;

G_END_DECLS
