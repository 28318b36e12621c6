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
#define COLUMNS                                                                            \
  "fraction,seed,complexity,expected_complexity,test_l1,test_ramp,test_error,train_error," \
  "residual,steps,stopped"
#define N_COLUMNS 11
#define MOST_BYTES (64 << 20)

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

      g_string_append_printf (text, "%s=%s ", keys[i], quoted);
    }
  g_string_append_printf (text,
                          "samples=%" G_GINT64_FORMAT " test-samples=%" G_GINT64_FORMAT
                          " width=%" G_GINT64_FORMAT " steps=%" G_GINT64_FORMAT
                          " until-residual=%s",
                          problem->n, problem->n_test, m, spec->max_steps,
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

static gboolean
parse_row (const char *line, GramSweepCell *cell)
{
  g_auto (GStrv) field = g_strsplit (line, ",", N_COLUMNS + 1);
  double *const numbers[] = { &cell->complexity, &cell->expected_complexity, &cell->test_l1,
                              &cell->test_ramp,  &cell->test_error,          &cell->train_error,
                              &cell->residual };

  if (g_strv_length (field) != N_COLUMNS || !parse_double (field[0], &cell->fraction)
      || !g_ascii_string_to_unsigned (field[1], 10, 0, G_MAXUINT64, &cell->seed, NULL)
      || !g_ascii_string_to_signed (field[9], 10, 0, GRAM_STEP_MAX, &cell->steps, NULL)
      || !gram_stopped_from_string (field[10], &cell->stopped))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!parse_double (field[2 + i], numbers[i]))
      return FALSE;
  cell->done = TRUE;
  return TRUE;
}

static void
take_row (const char *line, GArray *cells, GString *others)
{
  GramSweepCell read = { 0 };

  if (!parse_row (line, &read))
    return;
  for (guint i = 0; i < cells->len; i++)
    {
      GramSweepCell *cell = &g_array_index (cells, GramSweepCell, i);

      if (cell->seed == read.seed && fabs (cell->fraction - read.fraction) < 1e-9)
        {
          *cell = read;
          return;
        }
    }
  g_string_append_printf (others, "%s\n", line);
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
 * @cells: (element-type GramSweepCell): those of the file are filled in
 * @others: rows of the file that are not among @cells are appended
 *
 * A last line that was cut is left out. Returns: %FALSE with GRAM_ERROR_USAGE when the file is of
 * other settings, and with GRAM_ERROR_DATA when it is no such file
 */
gboolean
gram_sweep_file_read (const char *path, const char *identity, GArray *cells, GString *others,
                      GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!read_text (path, &text, error))
    return FALSE;
  if (*text == '\0')
    return TRUE;
  if (!g_str_has_prefix (text, MAGIC))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: exists and is not a file of a sweep; choose another name", path);
      return FALSE;
    }
  lines = g_strsplit (text, "\n", -1);
  if (!g_str_equal (lines[0] + strlen (MAGIC), identity))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "%s: was made with other settings (%s), these are %s; choose another name", path,
                   lines[0] + strlen (MAGIC), identity);
      return FALSE;
    }
  /* The last piece is what follows the last line feed: empty, or a line that was cut. */
  for (guint i = 2; lines[i - 1] != NULL && lines[i] != NULL && lines[i + 1] != NULL; i++)
    take_row (lines[i], cells, others);
  return TRUE;
}

static void
append_cell (GString *text, const GramSweepCell *cell)
{
  const double numbers[] = { cell->complexity, cell->expected_complexity, cell->test_l1,
                             cell->test_ramp,  cell->test_error,          cell->train_error,
                             cell->residual };
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "%s,%" G_GUINT64_FORMAT,
                          g_ascii_formatd (number, sizeof number, "%.9g", cell->fraction),
                          cell->seed);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_string_append_printf (text, ",%s", gram_number_to_text (numbers[i], number));
  g_string_append_printf (text, ",%" G_GINT64_FORMAT ",%s\n", cell->steps,
                          gram_stopped_to_string (cell->stopped));
}

/**
 * gram_sweep_file_write:
 *
 * The finished ones of @cells and @others, whole-old or whole-new.
 */
gboolean
gram_sweep_file_write (const char *path, const char *identity, const GArray *cells,
                       const GString *others, GError **error)
{
  g_autoptr (GString) text = g_string_new (MAGIC);

  g_string_append_printf (text, "%s\n%s\n", identity, COLUMNS);
  for (guint i = 0; i < cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (cells, GramSweepCell, i);

      if (cell->done)
        append_cell (text, cell);
    }
  g_string_append_len (text, others->str, (gssize) others->len);
  return gram_save_bytes (path, text->str, text->len, error);
}
