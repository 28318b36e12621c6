/* gram-settings.c: everything a user can choose, as a value
 *
 * SPDX-License-Identifier: MIT
 *
 * The table in gram-settings-keys.c knows each setting; here are the whole value's life, comparison
 * and text, "key=value key='quoted value' …".
 */
#include "gram-settings-keys.h"

#include <string.h>

#include "gram-device.h"
#include "gram-error.h"

#define FIELD(settings, key) ((gpointer) ((char *) (settings) + (key)->offset))

/* As gram_settings_get(), of a row of the table. */
static char *
write_key (const GramSettings *settings, const GramSettingsKey *key)
{
  return key->type->write (FIELD (settings, key), key);
}

/**
 * gram_settings_new:
 *
 * Returns: (transfer full): every setting at the default of its row; free with
 *   gram_settings_free()
 */
GramSettings *
gram_settings_new (void)
{
  GramSettings *settings = g_new0 (GramSettings, 1);

  for (guint i = 0; i < gram_settings_n_keys; i++)
    {
      const GramSettingsKey *key = &gram_settings_keys[i];
      gboolean parsed = key->type->parse (FIELD (settings, key), key, key->initial, NULL);

      g_assert (parsed);
    }
  return settings;
}

/**
 * gram_settings_copy:
 *
 * Returns: (transfer full)
 */
GramSettings *
gram_settings_copy (const GramSettings *settings)
{
  GramSettings *copy = g_memdup2 (settings, sizeof *settings);

  for (guint i = 0; i < gram_settings_n_keys; i++)
    if (gram_settings_keys[i].type->copy != NULL)
      gram_settings_keys[i].type->copy (FIELD (copy, &gram_settings_keys[i]));
  return copy;
}

void
gram_settings_free (GramSettings *settings)
{
  if (settings == NULL)
    return;
  for (guint i = 0; i < gram_settings_n_keys; i++)
    if (gram_settings_keys[i].type->clear != NULL)
      gram_settings_keys[i].type->clear (FIELD (settings, &gram_settings_keys[i]));
  g_free (settings);
}

static const GramSettingsKey *
find_key (const char *key)
{
  for (guint i = 0; i < gram_settings_n_keys; i++)
    {
      const GramSettingsKey *entry = &gram_settings_keys[i];

      if (g_str_equal (entry->name, key)
          || (entry->alias != NULL && g_str_equal (entry->alias, key)))
        return entry;
    }
  return NULL;
}

/**
 * gram_settings_set:
 * @key: as the command line's long option without its dashes
 * @value: its text, numbers as in the C locale; the name of a file may be any bytes, or a URI
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE, the setting unchanged, when @key is unknown or @value is
 *   not one it takes; the message names what it takes
 */
gboolean
gram_settings_set (GramSettings *settings, const char *key, const char *value, GError **error)
{
  const GramSettingsKey *entry = find_key (key);

  if (entry == NULL)
    {
      g_autoptr (GString) known = g_string_new (NULL);

      for (guint i = 0; i < gram_settings_n_keys; i++)
        g_string_append_printf (known, "%s%s", i > 0 ? " " : "", gram_settings_keys[i].name);
      return gram_fail (error, GRAM_ERROR_USAGE, "unknown setting “%s”; there are: %s", key,
                        known->str);
    }
  if (!entry->type->is_path && !g_utf8_validate (value, -1, NULL))
    return gram_fail (error, GRAM_ERROR_USAGE, "%s: the value is not valid UTF-8", key);
  return entry->type->parse (FIELD (settings, entry), entry, value, error);
}

/**
 * gram_settings_get:
 *
 * Returns: (transfer full) (nullable): the text of one setting; %NULL when it has its empty
 *   default or @key is unknown
 */
char *
gram_settings_get (const GramSettings *settings, const char *key)
{
  const GramSettingsKey *entry = find_key (key);

  return entry != NULL ? write_key (settings, entry) : NULL;
}

/**
 * gram_settings_check:
 *
 * What no single setting can know: combinations that contradict each other.
 */
gboolean
gram_settings_check (const GramSettings *settings, GError **error)
{
  if (settings->init == GRAM_INIT_ANTISYMMETRIC && settings->m % 2 != 0)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "width=%" G_GINT64_FORMAT ": init=antisymmetric pairs neurons, so the width "
                      "must be even",
                      settings->m);
  return TRUE;
}

static gboolean
apply_word (GramSettings *settings, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *key = NULL;

  if (equals == NULL || equals == word)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "“%s” is no setting; write key=value, for instance dataset=glyphs n=1000",
                      word);
  key = g_strndup (word, (gsize) (equals - word));
  return gram_settings_set (settings, key, equals + 1, error);
}

/**
 * gram_settings_apply:
 * @text: "key=value key='quoted value' …", quoted as in a shell
 *
 * Sets what @text names and leaves the rest.
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE; then nothing at all has changed
 */
gboolean
gram_settings_apply (GramSettings *settings, const char *text, GError **error)
{
  g_autoptr (GramSettings) next = gram_settings_copy (settings);
  g_autoptr (GError) quoting = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return gram_fail (error, GRAM_ERROR_USAGE, "the settings' text is not valid UTF-8");
  if (!g_shell_parse_argv (text, NULL, &words, &quoting))
    {
      if (g_error_matches (quoting, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
        return TRUE;
      return gram_fail (error, GRAM_ERROR_USAGE, "%s: %s", text, quoting->message);
    }
  for (guint i = 0; words[i] != NULL; i++)
    if (!apply_word (next, words[i], error))
      return FALSE;
  if (!gram_settings_check (next, error))
    return FALSE;

  GramSettings old = *settings;
  *settings = *next;
  *next = old;
  return TRUE;
}

/**
 * gram_settings_stay_here:
 * @chosen: (nullable): the device that a person has chosen here
 *
 * What a file or another program says must not connect to a server that no person named: where to
 * compute is then for this program to choose.
 *
 * Returns: (transfer full) (nullable): the server that was left out
 */
char *
gram_settings_stay_here (GramSettings *settings, const char *chosen)
{
  char *server;

  if (!gram_device_lies_elsewhere (settings->device) || g_strcmp0 (settings->device, chosen) == 0)
    return NULL;
  server = settings->device;
  settings->device = g_strdup ("auto");
  return server;
}

/* Whether a shell would read @text as one word, so that simple values stay readable. */
static gboolean
is_plain (const char *text)
{
  return *text != '\0'
         && strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                          "-_.,:/+@%")
                == strlen (text);
}

/**
 * gram_settings_to_string:
 *
 * Returns: (transfer full): text that gram_settings_apply() turns back into an equal value, also
 *   when applied to other settings than the defaults
 */
char *
gram_settings_to_string (const GramSettings *settings)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gram_settings_n_keys; i++)
    {
      const GramSettingsKey *entry = &gram_settings_keys[i];
      g_autofree char *value = write_key (settings, entry);
      g_autofree char *quoted = NULL;

      if (value == NULL)
        value = g_strdup ("");
      quoted = is_plain (value) ? g_strdup (value) : g_shell_quote (value);
      g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", entry->name, quoted);
    }
  return g_string_free (text, FALSE);
}

static gboolean
differs (const GramSettings *a, const GramSettings *b, const GramSettingsKey *key)
{
  g_autofree char *was = write_key (a, key);
  g_autofree char *is = write_key (b, key);

  return g_strcmp0 (was, is) != 0;
}

/**
 * gram_settings_to_options:
 * @groups: which settings
 *
 * Returns: (transfer full): those that are not as at the beginning, as options of the command line
 *   for a shell, each with a blank before it: " --width 512 --eta 0.02"
 */
char *
gram_settings_to_options (const GramSettings *settings, GramSettingsGroups groups)
{
  g_autoptr (GramSettings) initial = gram_settings_new ();
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gram_settings_n_keys; i++)
    {
      const GramSettingsKey *entry = &gram_settings_keys[i];
      g_autofree char *value = write_key (settings, entry);
      g_autofree char *quoted = NULL;

      if (!(entry->group & groups) || value == NULL || !differs (initial, settings, entry))
        continue;
      quoted = is_plain (value) ? g_strdup (value) : g_shell_quote (value);
      g_string_append_printf (text, " --%s %s", entry->name, quoted);
    }
  return g_string_free (text, FALSE);
}

/**
 * gram_settings_compare:
 *
 * Returns: what has to be done again when settings change from @a to @b
 */
GramChange
gram_settings_compare (const GramSettings *a, const GramSettings *b)
{
  GramChange change = GRAM_CHANGE_NONE;

  for (guint i = 0; i < gram_settings_n_keys; i++)
    if (differs (a, b, &gram_settings_keys[i]))
      change |= gram_settings_keys[i].change;
  return change;
}

gboolean
gram_settings_equal (const GramSettings *a, const GramSettings *b)
{
  return gram_settings_compare (a, b) == GRAM_CHANGE_NONE;
}

/**
 * gram_settings_changed_keys:
 *
 * Returns: (transfer full): the keys whose values differ, %NULL-terminated
 */
GStrv
gram_settings_changed_keys (const GramSettings *a, const GramSettings *b)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < gram_settings_n_keys; i++)
    if (differs (a, b, &gram_settings_keys[i]))
      g_strv_builder_add (builder, gram_settings_keys[i].name);
  return g_strv_builder_end (builder);
}

/* Whether a run with another value of it, on the same images, would be another. */
static gboolean
makes_run (const GramSettingsKey *key)
{
  return (!key->is_place && (key->change & (GRAM_CHANGE_NETWORK | GRAM_CHANGE_LABELS)) != 0)
         || key->offset == G_STRUCT_OFFSET (GramSettings, problem.seed);
}

/**
 * gram_settings_same_run:
 *
 * Returns: whether a run begun with @a and one begun with @b on the same images are the same, but
 *   for where they end and where they are computed
 */
gboolean
gram_settings_same_run (const GramSettings *a, const GramSettings *b)
{
  for (guint i = 0; i < gram_settings_n_keys; i++)
    if (makes_run (&gram_settings_keys[i]) && differs (a, b, &gram_settings_keys[i]))
      return FALSE;
  return TRUE;
}

/**
 * gram_settings_tell_apart:
 * @others: (element-type GramSettings): what it is to be told from; it may be among them
 *
 * Returns: (transfer full): the settings that make a run on the same images and are not the same
 *   in all of them: "m 4096, κ 1"; "" when there are none
 */
char *
gram_settings_tell_apart (const GramSettings *settings, const GPtrArray *others)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gram_settings_n_keys; i++)
    {
      const GramSettingsKey *key = &gram_settings_keys[i];
      g_autofree char *value = write_key (settings, key);
      gboolean apart = FALSE;

      for (guint k = 0; k < others->len && makes_run (key); k++)
        apart |= differs (settings, g_ptr_array_index (others, k), key);
      if (apart)
        g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                                key->symbol != NULL ? key->symbol : key->name,
                                value != NULL ? value : "–");
    }
  return g_string_free (text, FALSE);
}

/**
 * gram_settings_run_survives:
 * @key: a setting
 *
 * Returns: whether a run that was begun with another value of it can go on as the same run: it says
 *   only when to stop, where the data lie or where to compute
 */
gboolean
gram_settings_run_survives (const char *key)
{
  const GramSettingsKey *entry = find_key (key);

  return entry != NULL && (entry->is_place || entry->change == GRAM_CHANGE_LIMITS);
}

/**
 * gram_settings_varied:
 * @key: a setting, by its name or its other one
 * @symbol: (out) (optional) (transfer none): what it is called where its values are compared: "m"
 *
 * Returns: (transfer none) (nullable): its name, or %NULL with GRAM_ERROR_USAGE when it is none of
 *   those that a study can vary, which the message names
 */
const char *
gram_settings_varied (const char *key, const char **symbol, GError **error)
{
  const GramSettingsKey *entry = find_key (key);
  g_autoptr (GString) known = g_string_new (NULL);

  if (entry != NULL && entry->symbol != NULL)
    {
      if (symbol != NULL)
        *symbol = entry->symbol;
      return entry->name;
    }
  for (guint i = 0; i < gram_settings_n_keys; i++)
    if (gram_settings_keys[i].symbol != NULL)
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "",
                              gram_settings_keys[i].name);
  gram_fail (error, GRAM_ERROR_USAGE, "“%s” cannot be varied; choose one of %s", key, known->str);
  return NULL;
}
