/* gram-settings-keys.h: the table of settings, a row each
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct _GramSettingsKey GramSettingsKey;

/* How values of one kind are read, written and held. @field is where the settings hold a value. */
typedef struct
{
  gboolean (*parse) (gpointer field, const GramSettingsKey *key, const char *value, GError **error);
  char *(*write) (gconstpointer field, const GramSettingsKey *key); /* %NULL: the empty default */
  void (*copy) (gpointer field);       /* (nullable) gives a copied field what it is to own */
  void (*clear) (gpointer field);      /* (nullable) frees what a field owns */
  const char *(*choice) (guint index); /* (nullable) the words that it takes, then %NULL */
  gboolean is_path;                    /* a file's name: any bytes */
} GramSettingsType;

struct _GramSettingsKey
{
  gsize offset; /* of the field in GramSettings */
  const GramSettingsType *type;
  const char *name;    /* the command line's long option */
  const char *alias;   /* (nullable) another name for the same */
  char letter;         /* the command line's short option; 0: none */
  double low, high;    /* the range of a number */
  const char *word;    /* (nullable) what stands for 0, or for −1: "auto", "all" */
  const char *initial; /* the default, as text */
  const char *symbol;  /* (nullable) what a study that varies it calls it; %NULL: none can */
  GramChange change;   /* what has to be done again when it changes */
  gboolean is_place; /* says where data lie or where to compute: the same run can go on elsewhere */
  GramSettingsGroups group;
  const char *argument; /* what stands for its value in the help; %NULL: its words, "a|b" */
  const char *help;     /* comes after its words where @argument does not name them */
  const char *usual;    /* (nullable) what the help says of the default instead; "": nothing */
};

extern const GramSettingsKey gram_settings_keys[];
extern const guint gram_settings_n_keys;

char *gram_settings_keys_join_choices (const GramSettingsKey *key, const char *separator);

G_END_DECLS
