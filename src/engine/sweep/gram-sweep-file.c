/* gram-sweep-file.c: finished cells of a sweep as CSV, read back to go on
 *
 * SPDX-License-Identifier: MIT
 *
 * The file is written whole each time, so that it is always whole. Its first line says what the
 * cells were made with: cells of other settings are never mixed in. Cells that are not of this
 * sweep's grid are kept.
 */
#include "gram-sweep-file.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-number.h"
#include "gram-save.h"

#define MAGIC "# gramscope.sweep/1 "
#define STUDY_MAGIC "# gramscope.study/1 "
#define MOST_BYTES (64 << 20)

static const char *
magic_of (const GPtrArray *variations)
{
  return variations != NULL ? STUDY_MAGIC : MAGIC;
}

static gboolean
is_varied (const GPtrArray *variations, const char *key)
{
  for (guint i = 0; variations != NULL && i < variations->len; i++)
    if (g_str_equal (((GramVariation *) variations->pdata[i])->key, key))
      return TRUE;
  return FALSE;
}

/**
 * gram_sweep_file_header:
 * @variations: (nullable): of a study
 *
 * Returns: (transfer full): the names of the columns
 */
char *
gram_sweep_file_header (const GPtrArray *variations)
{
  GString *text = g_string_new (NULL);
  const GramSweepColumn *column;

  for (guint i = 0; variations != NULL && i < variations->len; i++)
    g_string_append_printf (text, "%s,", ((GramVariation *) variations->pdata[i])->key);
  g_string_append (text, variations != NULL ? "labels,seed" : "fraction,seed");
  for (guint i = 0; (column = gram_sweep_get_column (variations != NULL, i)) != NULL; i++)
    g_string_append_printf (text, ",%s", column->name);
  g_string_append (text, ",steps,stopped");
  return g_string_free (text, FALSE);
}

/**
 * gram_sweep_file_identity:
 * @m: the width that the settings come to on this device
 *
 * Returns: (transfer full): one line that is the same whenever the cells would be
 */
char *
gram_sweep_file_identity (const GramSettings *settings, const GramProblem *problem,
                          const GramSweepSpec *spec, gint64 m)
{
  static const char *const keys[] = { "dataset", "classes", "select", "preprocess",
                                      "seed",    "eta",     "kappa",  "init" };
  GString *text = g_string_new (NULL);
  char until[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *value = gram_settings_get (settings, keys[i]);
      g_autofree char *quoted = g_shell_quote (value != NULL ? value : "");

      if (!is_varied (spec->variations, keys[i]))
        g_string_append_printf (text, "%s=%s ", keys[i], quoted);
    }
  /* Of other classes there may be fewer images. */
  if (!is_varied (spec->variations, "samples") && !is_varied (spec->variations, "classes"))
    g_string_append_printf (text, "samples=%" G_GINT64_FORMAT " test-samples=%" G_GINT64_FORMAT " ",
                            problem->n, problem->n_test);
  else
    g_string_append_printf (text, "samples=%" G_GINT64_FORMAT " test-samples=%" G_GINT64_FORMAT " ",
                            settings->problem.n, settings->problem.n_test);
  if (!is_varied (spec->variations, "width"))
    g_string_append_printf (text, "width=%" G_GINT64_FORMAT " ", m);
  g_string_append_printf (text, "steps=%" G_GINT64_FORMAT " until-residual=%s", spec->max_steps,
                          gram_number_to_text (spec->until_residual, until));
  g_strdelimit (text->str, "\r\n", ' ');
  return g_string_free (text, FALSE);
}

static gboolean
parse_double (const char *text, double *value)
{
  char *end;

  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

/* What follows the key in a row of a table: the numbers, steps and why it stopped. */
static gboolean
parse_row (const char *line, gboolean study, GramSweepCell *cell)
{
  g_auto (GStrv) field = g_strsplit (line, ",", -1);
  const GramSweepColumn *column;
  guint i;

  for (i = 0; (column = gram_sweep_get_column (study, i)) != NULL; i++)
    if (field[i] == NULL || !parse_double (field[i], G_STRUCT_MEMBER_P (cell, column->offset)))
      return FALSE;
  if (g_strv_length (field) != i + 2
      || !g_ascii_string_to_signed (field[i], 10, 0, GRAM_STEP_MAX, &cell->steps, NULL)
      || !gram_stopped_from_string (field[i + 1], &cell->stopped))
    return FALSE;
  cell->done = TRUE;
  return TRUE;
}

/* Where the key of a row ends: before the comma that its numbers, steps and end follow. */
static gsize
key_length (const char *line, gboolean study)
{
  guint commas = 2;
  gsize length = strlen (line);

  while (gram_sweep_get_column (study, commas - 2) != NULL)
    commas++;
  while (length > 0 && commas > 0)
    commas -= line[--length] == ',';
  return length;
}

/* @places: key → GramSweepCell * */
static void
take_row (const char *line, gboolean study, GHashTable *places, GString *others)
{
  gsize length = key_length (line, study);
  g_autofree char *key = g_strndup (line, length);
  GramSweepCell *cell = g_hash_table_lookup (places, key), read = { 0 };

  if (cell != NULL)
    read = *cell;
  if (length == 0 || !parse_row (line + length + 1, study, &read))
    return;
  if (cell != NULL)
    *cell = read;
  else
    g_string_append_printf (others, "%s\n", line);
}

static void
take_rows (char **lines, const GramSweepTable *table, GString *others)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < table->cells->len; i++)
    {
      GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);

      g_hash_table_insert (places, gram_sweep_cell_key (table->points, cell), cell);
    }
  /* The last piece is what follows the last line feed: empty, or a line that was cut. */
  for (guint i = 2; lines[i - 1] != NULL && lines[i] != NULL && lines[i + 1] != NULL; i++)
    take_row (lines[i], table->variations != NULL, places, others);
}

static gboolean
read_text (const char *path, char **text, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                         G_FILE_QUERY_INFO_NONE, NULL, NULL);

  if (info == NULL)
    {
      *text = g_strdup ("");
      return TRUE;
    }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
      || g_file_info_get_size (info) > MOST_BYTES || !g_file_get_contents (path, text, NULL, NULL))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: not a readable file of a sweep; choose another name", path);
      return FALSE;
    }
  return TRUE;
}

/**
 * gram_sweep_file_read:
 * @path: need not exist
 * @table: of its cells those of the file are filled in
 * @others: rows of the file that are not among its cells are appended
 *
 * A last line that was cut is left out. Returns: %FALSE with GRAM_ERROR_USAGE when the file is of
 * other settings, and with GRAM_ERROR_DATA when it is no such file
 */
gboolean
gram_sweep_file_read (const char *path, const char *identity, const GramSweepTable *table,
                      GString *others, GError **error)
{
  const char *magic = magic_of (table->variations);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!read_text (path, &text, error))
    return FALSE;
  if (*text == '\0')
    return TRUE;
  if (!g_str_has_prefix (text, magic))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: exists and is not a file of a sweep; choose another name", path);
      return FALSE;
    }
  lines = g_strsplit (text, "\n", -1);
  if (!g_str_equal (lines[0] + strlen (magic), identity))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "%s: was made with other settings (%s), these are %s; choose another name", path,
                   lines[0] + strlen (magic), identity);
      return FALSE;
    }
  take_rows (lines, table, others);
  return TRUE;
}

/* ---------- parts ----------------------------------------------------------------------------- */

/* The first setting that differs, as “eta='0.01', not eta='0.02'”; both are of one program. */
static char *
name_difference (const char *first, const char *other)
{
  g_auto (GStrv) one = g_strsplit (first, " ", -1), two = g_strsplit (other, " ", -1);
  guint i = 0;

  while (one[i] != NULL && two[i] != NULL && g_str_equal (one[i], two[i]))
    i++;
  return g_strdup_printf ("%s, not %s", two[i] != NULL ? two[i] : "less",
                          one[i] != NULL ? one[i] : "more");
}

/* Where the key of a row names its label set, the last but one of the key's fields: rows that are
 * alike but for it are of one group. */
static gboolean
is_same_group (const char *a, const char *b, gboolean study)
{
  gsize ends[2] = { key_length (a, study), key_length (b, study) }, starts[2], seeds[2];
  const char *rows[2] = { a, b };

  for (int i = 0; i < 2; i++)
    {
      for (seeds[i] = ends[i]; seeds[i] > 0 && rows[i][seeds[i] - 1] != ',';)
        seeds[i]--;
      for (starts[i] = seeds[i] > 0 ? seeds[i] - 1 : 0;
           starts[i] > 0 && rows[i][starts[i] - 1] != ',';)
        starts[i]--;
    }
  return starts[0] == starts[1] && ends[0] - seeds[0] == ends[1] - seeds[1]
         && strncmp (a, b, starts[0]) == 0
         && strncmp (a + seeds[0], b + seeds[1], ends[0] - seeds[0]) == 0;
}

/* The lines of a part, whose first two are those of @first; the last, which may be cut, is gone. */
static GStrv
read_part (const char *path, char **first, GError **error)
{
  g_autofree char *text = NULL, *difference = NULL;
  g_auto (GStrv) lines = NULL;

  if (!read_text (path, &text, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  if ((!g_str_has_prefix (text, MAGIC) && !g_str_has_prefix (text, STUDY_MAGIC))
      || g_strv_length (lines) < 3)
    {
      gram_fail (error, GRAM_ERROR_DATA, "%s: is not a file of a sweep or a study", path);
      return NULL;
    }
  for (guint i = 0; first != NULL && i < 2; i++)
    if (!g_str_equal (lines[i], first[i]))
      {
        difference = name_difference (first[i], lines[i]);
        gram_fail (error, GRAM_ERROR_USAGE,
                   "%s: was made with other settings than the first part: %s", path, difference);
        return NULL;
      }
  g_clear_pointer (&lines[g_strv_length (lines) - 1], g_free);
  return g_steal_pointer (&lines);
}

/* The next group of a part; rows that were there before are left out. */
static void
take_group (char **lines, guint *at, gboolean study, GHashTable *seen, GString *text)
{
  const char *first = lines[*at];

  while (first != NULL && lines[*at] != NULL && is_same_group (first, lines[*at], study))
    {
      char *line = lines[(*at)++];

      if (g_hash_table_add (seen, g_strndup (line, key_length (line, study))))
        g_string_append_printf (text, "%s\n", line);
    }
}

/**
 * gram_sweep_file_merge:
 * @paths: (array zero-terminated=1): files of parts, in their order
 * @text: (out): the file of the whole, as one process would have written it where no part is left
 *   to do
 *
 * Returns: %FALSE with GRAM_ERROR_DATA for what is no such file, and with GRAM_ERROR_USAGE, which
 *   names the setting, for parts of different settings
 */
gboolean
gram_sweep_file_merge (const char *const *paths, char **text, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree guint *at = g_new0 (guint, g_strv_length ((GStrv) paths));
  g_autoptr (GString) merged = NULL;
  gboolean left = TRUE, study;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      GStrv lines = read_part (paths[i], i > 0 ? parts->pdata[0] : NULL, error);

      if (lines == NULL)
        return FALSE;
      g_ptr_array_add (parts, lines);
      at[i] = 2;
    }
  study = g_str_has_prefix (((GStrv) parts->pdata[0])[0], STUDY_MAGIC);
  merged = g_string_new (NULL);
  g_string_printf (merged, "%s\n%s\n", ((GStrv) parts->pdata[0])[0], ((GStrv) parts->pdata[0])[1]);
  while (left)
    {
      left = FALSE;
      for (guint i = 0; i < parts->len; i++)
        {
          take_group (parts->pdata[i], &at[i], study, seen, merged);
          left |= ((GStrv) parts->pdata[i])[at[i]] != NULL;
        }
    }
  *text = g_string_free (g_steal_pointer (&merged), FALSE);
  return TRUE;
}

static void
append_cell (GString *text, const GramSweepTable *table, const GramSweepCell *cell)
{
  g_autofree char *key = gram_sweep_cell_key (table->points, cell);
  const GramSweepColumn *column;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, key);
  for (guint i = 0; (column = gram_sweep_get_column (table->variations != NULL, i)) != NULL; i++)
    g_string_append_printf (text, ",%s",
                            gram_number_to_text (G_STRUCT_MEMBER (double, cell, column->offset),
                                                 number));
  g_string_append_printf (text, ",%" G_GINT64_FORMAT ",%s\n", cell->steps,
                          gram_stopped_to_string (cell->stopped));
}

/**
 * gram_sweep_file_write:
 *
 * The finished cells of @table and @others, whole-old or whole-new.
 */
gboolean
gram_sweep_file_write (const char *path, const char *identity, const GramSweepTable *table,
                       const GString *others, GError **error)
{
  g_autoptr (GString) text = g_string_new (magic_of (table->variations));
  g_autofree char *header = gram_sweep_file_header (table->variations);

  g_string_append_printf (text, "%s\n%s\n", identity, header);
  for (guint i = 0; i < table->cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);

      if (cell->done)
        append_cell (text, table, cell);
    }
  g_string_append_len (text, others->str, (gssize) others->len);
  return gram_save_bytes (path, text->str, text->len, error);
}
