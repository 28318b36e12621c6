/* gram-settings-keys.c: how each kind of setting is read and written, and the table of them
 *
 * SPDX-License-Identifier: MIT
 *
 * The rows stand in gram-settings-rows.h. Numbers are read and written as in the C locale
 * whatever the user's is, so that texts travel between machines.
 */
#include "gram-settings-keys.h"

#include <math.h>
#include <string.h>

#include "gram-catalogue.h"
#include "gram-error.h"
#include "gram-number.h"

/* ---------- texts --------------------------------------------------------------------------- */

static gboolean
parse_optional_text (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  char **text = field;

  g_free (*text);
  *text = *value != '\0' ? g_strdup (value) : NULL;
  return TRUE;
}

static gboolean
parse_text (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  if (*value != '\0')
    return parse_optional_text (field, key, value, error);
  return gram_fail (error, GRAM_ERROR_USAGE, "%s: must not be empty", key->name);
}

static char *
write_text (gconstpointer field, const GramSettingsKey *key)
{
  return g_strdup (*(char *const *) field);
}

static void
copy_text (gpointer field)
{
  char **text = field;

  *text = g_strdup (*text);
}

static void
clear_text (gpointer field)
{
  g_free (*(char **) field);
}

/* Settings travel as UTF-8 and file names are bytes: one that is no text is written as a URI. */
static gboolean
parse_folder (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  g_autofree char *path = NULL;

  if (g_str_has_prefix (value, "file:///"))
    path = g_filename_from_uri (value, NULL, NULL);
  return parse_optional_text (field, key, path != NULL ? path : value, error);
}

static gboolean
parse_dataset (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  return (*value != '\0' ? parse_folder : parse_text) (field, key, value, error);
}

static char *
write_path (gconstpointer field, const GramSettingsKey *key)
{
  const char *path = *(char *const *) field;
  g_autofree char *full = NULL;

  if (path == NULL || g_utf8_validate (path, -1, NULL))
    return g_strdup (path);
  full = g_canonicalize_filename (path, NULL);
  return g_filename_to_uri (full, NULL, NULL);
}

static const GramSettingsType folder_type = { parse_folder, write_path, copy_text, clear_text,
                                              .is_path = TRUE };

static const char *
dataset_choice (guint index)
{
  return index < gram_catalogue_count () ? gram_catalogue_get (index)->id : NULL;
}

static const GramSettingsType dataset_type = { parse_dataset, write_path,     copy_text,
                                               clear_text,    dataset_choice, .is_path = TRUE };

static gboolean
parse_device (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  if (!gram_device_check_name (value, error))
    {
      g_prefix_error (error, "device=%s: ", value);
      return FALSE;
    }
  return parse_text (field, key, value, error);
}

static const char *
device_choice (guint index)
{
  return index == 0 ? "auto" : gram_backend_names ()[index - 1];
}

static const GramSettingsType device_type = { parse_device, write_text, copy_text, clear_text,
                                              device_choice };

/* ---------- the pair of classes and the label sets -------------------------------------------- */

/* The row's field is class_a, which begins the specification, so that both are at hand. */
G_STATIC_ASSERT (G_STRUCT_OFFSET (GramProblemSpec, class_a) == 0);

static gboolean
parse_classes (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  GramProblemSpec *problem = field;
  g_auto (GStrv) pair = g_strsplit (value, ",", 3);
  guint count = g_strv_length (pair);

  if (count == 2)
    {
      g_strstrip (pair[0]);
      g_strstrip (pair[1]);
    }
  if (count != 0 && (count != 2 || *pair[0] == '\0' || *pair[1] == '\0'))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "classes=%s: must be two classes A,B by number or name, for instance 0,1, "
                      "or two groups, for instance 0+2,1+3",
                      value);
  if (count == 2 && g_str_equal (pair[0], pair[1]))
    return gram_fail (error, GRAM_ERROR_USAGE, "classes=%s: the two classes must differ", value);
  g_free (problem->class_a);
  g_free (problem->class_b);
  problem->class_a = count == 2 ? g_strdup (pair[0]) : NULL;
  problem->class_b = count == 2 ? g_strdup (pair[1]) : NULL;
  return TRUE;
}

static char *
write_classes (gconstpointer field, const GramSettingsKey *key)
{
  const GramProblemSpec *problem = field;

  if (problem->class_a == NULL || problem->class_b == NULL)
    return NULL;
  return g_strdup_printf ("%s,%s", problem->class_a, problem->class_b);
}

static void
copy_classes (gpointer field)
{
  GramProblemSpec *problem = field;

  problem->class_a = g_strdup (problem->class_a);
  problem->class_b = g_strdup (problem->class_b);
}

static void
clear_classes (gpointer field)
{
  GramProblemSpec *problem = field;

  g_free (problem->class_a);
  g_free (problem->class_b);
}

static const GramSettingsType classes_type = { parse_classes, write_classes, copy_classes,
                                               clear_classes };

static void
copy_labels (gpointer field)
{
  GArray **labels = field;

  *labels = g_array_copy (*labels);
}

static void
clear_labels (gpointer field)
{
  GArray **labels = field;

  g_clear_pointer (labels, g_array_unref);
}

static gboolean
parse_labels (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  GArray *labels = gram_labels_list_parse (value, error);

  if (labels == NULL)
    {
      g_prefix_error (error, "labels=%s: ", value);
      return FALSE;
    }
  clear_labels (field);
  *(GArray **) field = labels;
  return TRUE;
}

static char *
write_labels (gconstpointer field, const GramSettingsKey *key)
{
  const GArray *labels = *(GArray *const *) field;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < labels->len; i++)
    {
      g_autofree char *name =
          gram_labels_spec_to_string (&g_array_index (labels, GramLabelsSpec, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", name);
    }
  return g_string_free (text, FALSE);
}

static const GramSettingsType labels_type = { parse_labels, write_labels, copy_labels,
                                              clear_labels };

/* ---------- words out of a few ---------------------------------------------------------------- */

/**
 * gram_settings_keys_join_choices:
 * @key: of a type that has choices
 *
 * Returns: (transfer full): the words that it takes, with @separator between them
 */
char *
gram_settings_keys_join_choices (const GramSettingsKey *key, const char *separator)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *word;

  for (guint i = 0; (word = key->type->choice (i)) != NULL; i++)
    g_ptr_array_add (words, (gpointer) word);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (separator, (char **) words->pdata);
}

static gboolean
choice_error (const GramSettingsKey *key, const char *value, GError **error)
{
  g_autofree char *words = gram_settings_keys_join_choices (key, ", ");

  return gram_fail (error, GRAM_ERROR_USAGE, "%s=%s: must be one of %s", key->name, value, words);
}

#define CHOICE_TYPE(name, type, last)                                                          \
  static gboolean parse_##name (gpointer field, const GramSettingsKey *key, const char *value, \
                                GError **error)                                                \
  {                                                                                            \
    return gram_##name##_from_string (value, field) || choice_error (key, value, error);       \
  }                                                                                            \
  static char *write_##name (gconstpointer field, const GramSettingsKey *key)                  \
  {                                                                                            \
    return g_strdup (gram_##name##_to_string (*(const type *) field));                         \
  }                                                                                            \
  static const char *name##_choice (guint index)                                               \
  {                                                                                            \
    return index <= last ? gram_##name##_to_string ((type) index) : NULL;                      \
  }                                                                                            \
  static const GramSettingsType name##_type = { parse_##name, write_##name, NULL, NULL,        \
                                                name##_choice };

CHOICE_TYPE (select, GramSelect, GRAM_SELECT_RANDOM)
CHOICE_TYPE (preprocess, GramPreprocess, GRAM_PREPROCESS_STANDARDIZE)
CHOICE_TYPE (init, GramInit, GRAM_INIT_ANTISYMMETRIC)
CHOICE_TYPE (formulation, GramFormulation, GRAM_FORMULATION_LAZY)
CHOICE_TYPE (precision, GramPrecision, GRAM_PRECISION_BF16_SPLIT)

static const char *
boolean_choice (guint index)
{
  static const char *const words[] = { "yes", "no", NULL };

  return words[index];
}

static gboolean
parse_boolean (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  gboolean yes = g_str_equal (value, "yes");

  if (!yes && !g_str_equal (value, "no"))
    return choice_error (key, value, error);
  *(gboolean *) field = yes;
  return TRUE;
}

static char *
write_boolean (gconstpointer field, const GramSettingsKey *key)
{
  return g_strdup (*(const gboolean *) field ? "yes" : "no");
}

static const GramSettingsType boolean_type = { parse_boolean, write_boolean, NULL, NULL,
                                               boolean_choice };

/* ---------- numbers --------------------------------------------------------------------------- */

static gboolean
range_error (const GramSettingsKey *key, const char *value, const char *what, GError **error)
{
  char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];

  return gram_fail (error, GRAM_ERROR_USAGE, "%s=%s: must be %s from %s to %s%s%s", key->name,
                    value, what, gram_number_to_text (key->low, low),
                    gram_number_to_text (key->high, high), key->word != NULL ? ", or " : "",
                    key->word != NULL ? key->word : "");
}

/* "auto" and its like are stored as 0, "all" as −1; written out, these numbers are refused. */
static gint64
word_value (const GramSettingsKey *key)
{
  return g_str_equal (key->word, "all") ? -1 : 0;
}

static gboolean
parse_integer (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  gint64 number;
  gboolean is_number = g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, &number, NULL);

  if (key->word != NULL && g_str_equal (value, key->word))
    number = word_value (key);
  else if (!is_number || number < (gint64) key->low || number > (gint64) key->high)
    return range_error (key, value, "a whole number", error);
  *(gint64 *) field = number;
  return TRUE;
}

static char *
write_integer (gconstpointer field, const GramSettingsKey *key)
{
  gint64 number = *(const gint64 *) field;

  if (key->word != NULL && number == word_value (key))
    return g_strdup (key->word);
  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static const GramSettingsType integer_type = { parse_integer, write_integer };

static gboolean
parse_count (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  gint64 number = 0;

  if (!parse_integer (&number, key, value, error))
    return FALSE;
  *(guint *) field = (guint) number;
  return TRUE;
}

static char *
write_count (gconstpointer field, const GramSettingsKey *key)
{
  const gint64 number = *(const guint *) field;

  return write_integer (&number, key);
}

static const GramSettingsType count_type = { parse_count, write_count };

static gboolean
parse_seed (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, field, NULL))
    return TRUE;
  return gram_fail (error, GRAM_ERROR_USAGE,
                    "seed=%s: must be a whole number from 0 to %" G_GUINT64_FORMAT, value,
                    G_MAXUINT64);
}

static char *
write_seed (gconstpointer field, const GramSettingsKey *key)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *) field);
}

static const GramSettingsType seed_type = { parse_seed, write_seed };

static gboolean
parse_real (gpointer field, const GramSettingsKey *key, const char *value, GError **error)
{
  char *end;
  double number = g_ascii_strtod (value, &end);

  if (end == value || *end != '\0' || !isfinite (number) || g_ascii_isspace (*value)
      || number < key->low || number > key->high)
    return range_error (key, value, "a number", error);
  *(double *) field = number;
  return TRUE;
}

static char *
write_real (gconstpointer field, const GramSettingsKey *key)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (gram_number_to_text (*(const double *) field, text));
}

static const GramSettingsType real_type = { parse_real, write_real };

/* ---------- the table ------------------------------------------------------------------------- */

#define SETTING(type, field, ...) { .offset = G_STRUCT_OFFSET (GramSettings, field), __VA_ARGS__ },
#define PROBLEM_SETTING(field, ...) \
  { .offset = G_STRUCT_OFFSET (GramSettings, problem.field), __VA_ARGS__ },

const GramSettingsKey gram_settings_keys[] = {
#include "gram-settings-rows.h"
};

const guint gram_settings_n_keys = G_N_ELEMENTS (gram_settings_keys);
