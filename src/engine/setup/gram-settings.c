/* gram-settings.c: everything a user can choose, as a value
 *
 * SPDX-License-Identifier: MIT
 *
 * What a key means and how its text is read stands in gram-settings-keys.c; here are the value's
 * life, comparison and the text "key=value key='quoted value' …".
 */
#include "gram-settings-private.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"

static void
add_labels (GArray *labels, GramLabelsKind kind)
{
  GramLabelsSpec spec = { .kind = kind };

  g_array_append_val (labels, spec);
}

/**
 * gram_settings_new:
 *
 * The defaults: Glyphs, true, random and worst-case labels, η = 1e-3 and κ = 1e-2 as in the
 * paper's Appendix A, a width that the device can carry.
 *
 * Returns: (transfer full): free with gram_settings_free()
 */
GramSettings *
gram_settings_new (void)
{
  GramSettings *settings = g_new0 (GramSettings, 1);

  settings->dataset = g_strdup ("glyphs");
  settings->problem.n_test = -1;
  settings->labels = g_array_new (FALSE, TRUE, sizeof (GramLabelsSpec));
  add_labels (settings->labels, GRAM_LABELS_TRUE);
  add_labels (settings->labels, GRAM_LABELS_RANDOM);
  add_labels (settings->labels, GRAM_LABELS_WORST);
  settings->eta = 1e-3;
  settings->kappa = 1e-2;
  settings->device = g_strdup ("auto");
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

  copy->dataset = g_strdup (settings->dataset);
  copy->data_dir = g_strdup (settings->data_dir);
  copy->problem.class_a = g_strdup (settings->problem.class_a);
  copy->problem.class_b = g_strdup (settings->problem.class_b);
  copy->labels = g_array_copy (settings->labels);
  copy->device = g_strdup (settings->device);
  return copy;
}

static void
settings_clear (GramSettings *settings)
{
  g_free (settings->dataset);
  g_free (settings->data_dir);
  g_free (settings->problem.class_a);
  g_free (settings->problem.class_b);
  g_array_unref (settings->labels);
  g_free (settings->device);
}

void
gram_settings_free (GramSettings *settings)
{
  if (settings == NULL)
    return;
  settings_clear (settings);
  g_free (settings);
}

/**
 * gram_settings_keys:
 *
 * Returns: (transfer none): every key, %NULL-terminated, in the order of gram_settings_to_string()
 */
const char *const *
gram_settings_keys (void)
{
  static const char *names[GRAM_SETTINGS_MAX_KEYS + 1];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < gram_settings_n_keys; i++)
        names[i] = gram_settings_key_table[i].name;
      g_once_init_leave (&once, 1);
    }
  return names;
}

static const GramSettingsKey *
find_key (const char *key)
{
  for (guint i = 0; i < gram_settings_n_keys; i++)
    {
      const GramSettingsKey *entry = &gram_settings_key_table[i];

      if (g_str_equal (entry->name, key)
          || (entry->alias != NULL && g_str_equal (entry->alias, key)))
        return entry;
    }
  return NULL;
}

/**
 * gram_settings_set:
 * @key: as the command line's long option without its dashes
 * @value: its text, numbers as in the C locale
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
      g_autofree char *known = g_strjoinv (" ", (char **) gram_settings_keys ());

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "unknown setting “%s”; there are: %s", key,
                   known);
      return FALSE;
    }
  if (!g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s: the value is not valid UTF-8", key);
      return FALSE;
    }
  return entry->set (settings, entry, value, error);
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

  return entry != NULL ? entry->get (settings, entry) : NULL;
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
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "width=%" G_GINT64_FORMAT ": init=antisymmetric pairs neurons, so the width "
                   "must be even",
                   settings->m);
      return FALSE;
    }
  return TRUE;
}

static gboolean
apply_word (GramSettings *settings, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *key = NULL;

  if (equals == NULL || equals == word)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "“%s” is no setting; write key=value, for instance dataset=glyphs n=1000", word);
      return FALSE;
    }
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
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                           "the settings' text is not valid UTF-8");
      return FALSE;
    }
  if (!g_shell_parse_argv (text, NULL, &words, &quoting))
    {
      if (g_error_matches (quoting, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
        return TRUE;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s: %s", text, quoting->message);
      return FALSE;
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
      const GramSettingsKey *entry = &gram_settings_key_table[i];
      g_autofree char *value = entry->get (settings, entry);
      g_autofree char *quoted = NULL;

      if (value == NULL)
        value = g_strdup ("");
      quoted = is_plain (value) ? g_strdup (value) : g_shell_quote (value);
      g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", entry->name, quoted);
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
    {
      const GramSettingsKey *entry = &gram_settings_key_table[i];
      g_autofree char *was = entry->get (a, entry);
      g_autofree char *is = entry->get (b, entry);

      if (g_strcmp0 (was, is) != 0)
        change |= entry->change;
    }
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
    {
      const GramSettingsKey *entry = &gram_settings_key_table[i];
      g_autofree char *was = entry->get (a, entry);
      g_autofree char *is = entry->get (b, entry);

      if (g_strcmp0 (was, is) != 0)
        g_strv_builder_add (builder, entry->name);
    }
  return g_strv_builder_end (builder);
}

/**
 * gram_settings_describe_change:
 *
 * Returns: (transfer full): "eta: 0.001 → 0.002", several separated by commas; "" when equal
 */
char *
gram_settings_describe_change (const GramSettings *a, const GramSettings *b)
{
  g_auto (GStrv) keys = gram_settings_changed_keys (a, b);
  GString *text = g_string_new (NULL);

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *was = gram_settings_get (a, keys[i]);
      g_autofree char *is = gram_settings_get (b, keys[i]);

      g_string_append_printf (text, "%s%s: %s → %s", i > 0 ? ", " : "", keys[i],
                              was != NULL ? was : "default", is != NULL ? is : "default");
    }
  return g_string_free (text, FALSE);
}
