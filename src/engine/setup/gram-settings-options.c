/* gram-settings-options.c: the settings as options of the command line
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-settings-keys.h"

#include <string.h>

static char *
write_argument (const GramSettingsKey *key)
{
  return key->argument != NULL ? g_strdup (key->argument)
                               : gram_settings_keys_join_choices (key, "|");
}

/* The words that it takes where the argument is only a name, the first being the default; what it
 * is; the default. */
static char *
write_help (const GramSettingsKey *key)
{
  const char *usual = key->usual != NULL ? key->usual : key->initial;
  GString *text = g_string_new (NULL);

  if (key->type->choice != NULL && key->argument != NULL)
    {
      g_autofree char *words = gram_settings_keys_join_choices (key, ", ");
      gsize first = strlen (key->type->choice (0));

      g_string_append_printf (text, "%.*s (default)%s", (int) first, words, words + first);
    }
  g_string_append (text, key->help);
  if (*usual != '\0')
    g_string_append_printf (text, "; default %s", usual);
  return g_string_free (text, FALSE);
}

/**
 * gram_settings_options:
 *
 * Returns: (transfer none): one for each setting in the order of gram_settings_to_string(), then
 *   one whose key is %NULL
 */
const GramSettingsOption *
gram_settings_options (void)
{
  static GramSettingsOption *options;

  if (g_once_init_enter (&options))
    {
      GramSettingsOption *made = g_new0 (GramSettingsOption, gram_settings_n_keys + 1);

      for (guint i = 0; i < gram_settings_n_keys; i++)
        made[i] = (GramSettingsOption){
          .key = gram_settings_keys[i].name,
          .letter = gram_settings_keys[i].letter,
          .group = gram_settings_keys[i].group,
          .argument = write_argument (&gram_settings_keys[i]),
          .help = write_help (&gram_settings_keys[i]),
        };
      g_once_init_leave (&options, made);
    }
  return options;
}
