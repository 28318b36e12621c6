/* gram-settings-keys.c: each setting's name, range and text
 *
 * SPDX-License-Identifier: MIT
 *
 * One row a setting; to add one, add its field, its row and nothing else. Numbers are read and
 * written as in the C locale whatever the user's is, so that texts travel between machines.
 */
#include "gram-settings-private.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"

#define FIELD(type, settings, key) (*(type *) ((char *) (settings) + (key)->offset))
#define CONST_FIELD(type, settings, key) \
  (*(const type *) ((const char *) (settings) + (key)->offset))

/* ---------- texts --------------------------------------------------------------------------- */

static gboolean
set_text (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  if (*value == '\0')
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s: must not be empty", key->name);
      return FALSE;
    }
  g_free (FIELD (char *, settings, key));
  FIELD (char *, settings, key) = g_strdup (value);
  return TRUE;
}

static gboolean
set_optional_text (GramSettings *settings, const GramSettingsKey *key, const char *value,
                   GError **error)
{
  g_free (FIELD (char *, settings, key));
  FIELD (char *, settings, key) = *value != '\0' ? g_strdup (value) : NULL;
  return TRUE;
}

static char *
get_text (const GramSettings *settings, const GramSettingsKey *key)
{
  return g_strdup (CONST_FIELD (char *, settings, key));
}

static gboolean
set_device (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  if (!gram_device_check_name (value, error))
    {
      g_prefix_error (error, "device=%s: ", value);
      return FALSE;
    }
  return set_text (settings, key, value, error);
}

/* ---------- the pair of classes and the label sets -------------------------------------------- */

static gboolean
set_classes (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  g_auto (GStrv) pair = g_strsplit (value, ",", 3);
  guint count = g_strv_length (pair);

  if (count == 2)
    {
      g_strstrip (pair[0]);
      g_strstrip (pair[1]);
    }
  if (count != 0 && (count != 2 || *pair[0] == '\0' || *pair[1] == '\0'))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "classes=%s: must be two classes A,B by number or name, for instance 0,1",
                   value);
      return FALSE;
    }
  if (count == 2 && g_str_equal (pair[0], pair[1]))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "classes=%s: the two classes must differ",
                   value);
      return FALSE;
    }
  g_free (settings->problem.class_a);
  g_free (settings->problem.class_b);
  settings->problem.class_a = count == 2 ? g_strdup (pair[0]) : NULL;
  settings->problem.class_b = count == 2 ? g_strdup (pair[1]) : NULL;
  return TRUE;
}

static char *
get_classes (const GramSettings *settings, const GramSettingsKey *key)
{
  if (settings->problem.class_a == NULL || settings->problem.class_b == NULL)
    return NULL;
  return g_strdup_printf ("%s,%s", settings->problem.class_a, settings->problem.class_b);
}

static gboolean
set_labels (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  GArray *labels = gram_labels_list_parse (value, error);

  if (labels == NULL)
    {
      g_prefix_error (error, "labels=%s: ", value);
      return FALSE;
    }
  g_array_unref (settings->labels);
  settings->labels = labels;
  return TRUE;
}

static char *
get_labels (const GramSettings *settings, const GramSettingsKey *key)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < settings->labels->len; i++)
    {
      g_autofree char *name =
          gram_labels_spec_to_string (&g_array_index (settings->labels, GramLabelsSpec, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", name);
    }
  return g_string_free (text, FALSE);
}

/* ---------- words out of a few ---------------------------------------------------------------- */

#define WORD_KEY(function, type, from_string, to_string, allowed)                                \
  static gboolean set_##function (GramSettings *settings, const GramSettingsKey *key,            \
                                  const char *value, GError **error)                             \
  {                                                                                              \
    type word;                                                                                   \
                                                                                                 \
    if (!from_string (value, &word))                                                             \
      {                                                                                          \
        g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s=%s: must be one of %s", key->name, \
                     value, allowed);                                                            \
        return FALSE;                                                                            \
      }                                                                                          \
    FIELD (type, settings, key) = word;                                                          \
    return TRUE;                                                                                 \
  }                                                                                              \
  static char *get_##function (const GramSettings *settings, const GramSettingsKey *key)         \
  {                                                                                              \
    return g_strdup (to_string (CONST_FIELD (type, settings, key)));                             \
  }

static gboolean
boolean_from_string (const char *text, gboolean *value)
{
  *value = g_str_equal (text, "yes");
  return *value || g_str_equal (text, "no");
}

static const char *
boolean_to_string (gboolean value)
{
  return value ? "yes" : "no";
}

WORD_KEY (select, GramSelect, gram_select_from_string, gram_select_to_string, "first, random")
WORD_KEY (preprocess, GramPreprocess, gram_preprocess_from_string, gram_preprocess_to_string,
          "none, center, pixel-center, standardize")
WORD_KEY (init, GramInit, gram_init_from_string, gram_init_to_string, "iid, antisymmetric")
WORD_KEY (formulation, GramFormulation, gram_formulation_from_string, gram_formulation_to_string,
          "auto, weights, samples, sparse, lazy")
WORD_KEY (precision, GramPrecision, gram_precision_from_string, gram_precision_to_string,
          "auto, fp32, tf32, bf16-split")
WORD_KEY (boolean, gboolean, boolean_from_string, boolean_to_string, "yes, no")

/* ---------- numbers --------------------------------------------------------------------------- */

static gboolean
range_error (const GramSettingsKey *key, const char *value, const char *what, GError **error)
{
  char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (low, sizeof low, "%.15g", key->low);
  g_ascii_formatd (high, sizeof high, "%.15g", key->high);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s=%s: must be %s from %s to %s%s%s",
               key->name, value, what, low, high, key->word != NULL ? ", or " : "",
               key->word != NULL ? key->word : "");
  return FALSE;
}

/* "auto" and its like are stored as 0, "all" as −1; written out, these numbers are refused. */
static gint64
word_value (const GramSettingsKey *key)
{
  return g_str_equal (key->word, "all") ? -1 : 0;
}

static gboolean
set_integer (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  gint64 number;
  gboolean is_number = g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, &number, NULL);

  if (key->word != NULL && g_str_equal (value, key->word))
    number = word_value (key);
  else if (!is_number || number < (gint64) key->low || number > (gint64) key->high)
    return range_error (key, value, "a whole number", error);
  FIELD (gint64, settings, key) = number;
  return TRUE;
}

static char *
get_integer (const GramSettings *settings, const GramSettingsKey *key)
{
  gint64 number = CONST_FIELD (gint64, settings, key);

  if (key->word != NULL && number == word_value (key))
    return g_strdup (key->word);
  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static gboolean
set_threads (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  guint64 number;

  if (g_str_equal (value, key->word))
    number = 0;
  else if (!g_ascii_string_to_unsigned (value, 10, 0, (guint64) key->high, &number, NULL))
    return range_error (key, value, "a whole number", error);
  settings->threads = (guint) number;
  return TRUE;
}

static char *
get_threads (const GramSettings *settings, const GramSettingsKey *key)
{
  return settings->threads == 0 ? g_strdup (key->word) : g_strdup_printf ("%u", settings->threads);
}

static gboolean
set_seed (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &number, NULL))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "seed=%s: must be a whole number from 0 to %" G_GUINT64_FORMAT, value,
                   G_MAXUINT64);
      return FALSE;
    }
  settings->seed = settings->problem.seed = number;
  return TRUE;
}

static char *
get_seed (const GramSettings *settings, const GramSettingsKey *key)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, settings->seed);
}

static gboolean
set_real (GramSettings *settings, const GramSettingsKey *key, const char *value, GError **error)
{
  char *end;
  double number = g_ascii_strtod (value, &end);

  if (end == value || *end != '\0' || !isfinite (number) || g_ascii_isspace (*value)
      || number < key->low || number > key->high)
    return range_error (key, value, "a number", error);
  FIELD (double, settings, key) = number;
  return TRUE;
}

/* As short as it can be and still be read back to the same number. */
static char *
get_real (const GramSettings *settings, const GramSettingsKey *key)
{
  double number = CONST_FIELD (double, settings, key);
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.15g", number);
  if (g_ascii_strtod (text, NULL) != number)
    g_ascii_formatd (text, sizeof text, "%.17g", number);
  return g_strdup (text);
}

#define AT(member) G_STRUCT_OFFSET (GramSettings, member)

const GramSettingsKey gram_settings_key_table[] = {
  { "dataset", NULL, GRAM_CHANGE_DATA, set_text, get_text, AT (dataset) },
  { "data-dir", NULL, GRAM_CHANGE_DATA, set_optional_text, get_text, AT (data_dir) },
  { "classes", NULL, GRAM_CHANGE_DATA, set_classes, get_classes },
  { "samples", "n", GRAM_CHANGE_DATA, set_integer, get_integer, AT (problem.n), 2, 1e6, "auto" },
  { "test-samples", NULL, GRAM_CHANGE_DATA, set_integer, get_integer, AT (problem.n_test), 0, 1e6,
    "all" },
  { "select", NULL, GRAM_CHANGE_DATA, set_select, get_select, AT (problem.select) },
  { "preprocess", NULL, GRAM_CHANGE_DATA, set_preprocess, get_preprocess, AT (problem.preprocess) },
  { "seed", NULL, GRAM_CHANGE_DATA, set_seed, get_seed },
  { "labels", NULL, GRAM_CHANGE_LABELS, set_labels, get_labels },
  { "random-fraction", "rho", GRAM_CHANGE_RHO, set_real, get_real, AT (rho), 0, 1 },
  { "width", "m", GRAM_CHANGE_NETWORK, set_integer, get_integer, AT (m), 1, 1e8, "auto" },
  { "eta", NULL, GRAM_CHANGE_NETWORK, set_real, get_real, AT (eta), 1e-12, 1e6 },
  { "kappa", NULL, GRAM_CHANGE_NETWORK, set_real, get_real, AT (kappa), 1e-12, 1e6 },
  { "init", NULL, GRAM_CHANGE_NETWORK, set_init, get_init, AT (init) },
  { "device", NULL, GRAM_CHANGE_NETWORK, set_device, get_text, AT (device) },
  { "threads", NULL, GRAM_CHANGE_NETWORK, set_threads, get_threads, 0, 0, 1024, "auto" },
  { "formulation", NULL, GRAM_CHANGE_NETWORK, set_formulation, get_formulation, AT (formulation) },
  { "precision", NULL, GRAM_CHANGE_NETWORK, set_precision, get_precision, AT (precision) },
  { "steps", NULL, GRAM_CHANGE_LIMITS, set_integer, get_integer, AT (max_steps), 0, 1e15 },
  { "until-residual", NULL, GRAM_CHANGE_LIMITS, set_real, get_real, AT (until_residual), 0, 1 },
  { "record-every", NULL, GRAM_CHANGE_NETWORK, set_integer, get_integer, AT (record_every), 0, 1e9,
    "auto" },
  { "drift", NULL, GRAM_CHANGE_NETWORK, set_boolean, get_boolean, AT (drift) },
};

const guint gram_settings_n_keys = G_N_ELEMENTS (gram_settings_key_table);

G_STATIC_ASSERT (G_N_ELEMENTS (gram_settings_key_table) <= GRAM_SETTINGS_MAX_KEYS);
