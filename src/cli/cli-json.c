/* cli-json.c: JSON text with numbers that read back to the same bits
 *
 * SPDX-License-Identifier: MIT
 *
 * The shortest decimal that reads back to the same double; what is not a number in JSON (NaN,
 * infinities) is null; never a comma for a point, whatever the locale. One member a line, arrays
 * of numbers on one line, so that the files can be compared by eye and by diff.
 */
#include "cli-json.h"

#include <math.h>

#include "cli.h"
#include "gram-config.h"
#include "gram-number.h"

struct _CliJson
{
  GString *text;
  guint depth;
  gboolean empty; /* nothing yet in the innermost bracket */
};

CliJson *
cli_json_new (void)
{
  CliJson *json = g_new0 (CliJson, 1);

  json->text = g_string_new (NULL);
  json->empty = TRUE;
  return json;
}

void
cli_json_free (CliJson *json)
{
  g_string_free (json->text, TRUE);
  g_free (json);
}

static void
append_quoted (GString *text, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (const char *c = valid; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (text, "\\%c", *c);
    else if ((guchar) *c < 0x20)
      g_string_append_printf (text, "\\u%04x", (guint) *c);
    else
      g_string_append_c (text, *c);
  g_string_append_c (text, '"');
}

static void
begin_member (CliJson *json, const char *key)
{
  if (!json->empty)
    g_string_append_c (json->text, ',');
  if (json->depth > 0)
    g_string_append_printf (json->text, "\n%*s", (int) json->depth, "");
  json->empty = FALSE;
  if (key == NULL)
    return;
  append_quoted (json->text, key);
  g_string_append (json->text, ": ");
}

/**
 * cli_json_open:
 * @key: (nullable)
 * @bracket: “{” or “[”
 */
void
cli_json_open (CliJson *json, const char *key, char bracket)
{
  begin_member (json, key);
  g_string_append_c (json->text, bracket);
  json->depth++;
  json->empty = TRUE;
}

/**
 * cli_json_begin:
 * @schema: "gramscope.analysis/1"
 *
 * Opens the outermost object, with what every document begins with.
 */
void
cli_json_begin (CliJson *json, const char *schema)
{
  cli_json_open (json, NULL, '{');
  cli_json_string (json, "schema", schema);
  cli_json_string (json, "version", GRAM_VERSION);
}

void
cli_json_close (CliJson *json, char bracket)
{
  json->depth--;
  if (!json->empty)
    g_string_append_printf (json->text, "\n%*s", (int) json->depth, "");
  g_string_append_c (json->text, bracket);
  json->empty = FALSE;
}

/**
 * cli_json_string:
 * @value: (nullable): %NULL becomes null
 */
void
cli_json_string (CliJson *json, const char *key, const char *value)
{
  begin_member (json, key);
  if (value != NULL)
    append_quoted (json->text, value);
  else
    g_string_append (json->text, "null");
}

/**
 * cli_format_number:
 *
 * Returns: @buffer with the shortest decimal that reads back to @value, or “null”
 */
char *
cli_format_number (double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
  if (isfinite (value))
    return gram_number_to_text (value, buffer);
  g_strlcpy (buffer, "null", G_ASCII_DTOSTR_BUF_SIZE);
  return buffer;
}

/**
 * cli_csv_cell:
 *
 * Appends a comma and the number; what is none stays empty.
 */
void
cli_csv_cell (GString *text, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, ",%s", isfinite (value) ? cli_format_number (value, buffer) : "");
}

void
cli_json_number (CliJson *json, const char *key, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  begin_member (json, key);
  g_string_append (json->text, cli_format_number (value, buffer));
}

void
cli_json_integer (CliJson *json, const char *key, gint64 value)
{
  begin_member (json, key);
  g_string_append_printf (json->text, "%" G_GINT64_FORMAT, value);
}

void
cli_json_boolean (CliJson *json, const char *key, gboolean value)
{
  begin_member (json, key);
  g_string_append (json->text, value ? "true" : "false");
}

/**
 * cli_json_numbers:
 * @values: (array length=count)
 */
void
cli_json_numbers (CliJson *json, const char *key, const double *values, gsize count)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  begin_member (json, key);
  g_string_append_c (json->text, '[');
  for (gsize i = 0; i < count; i++)
    {
      if (i > 0)
        g_string_append (json->text, ", ");
      g_string_append (json->text, cli_format_number (values[i], buffer));
    }
  g_string_append_c (json->text, ']');
}

/**
 * cli_json_write:
 * @json: what cli_json_begin() opened, every other bracket closed
 * @path: a file, or “-” for stdout
 *
 * Adds the notes that stderr has shown, closes the document and writes it.
 *
 * Returns: %FALSE with GRAM_ERROR_STORAGE when it could not be written
 */
gboolean
cli_json_write (CliJson *json, const char *path, GError **error)
{
  const GPtrArray *notes = cli_get_notes ();

  cli_json_open (json, "notes", '[');
  for (guint i = 0; notes != NULL && i < notes->len; i++)
    cli_json_string (json, NULL, g_ptr_array_index (notes, i));
  cli_json_close (json, ']');
  cli_json_close (json, '}');
  g_assert (json->depth == 0);
  g_string_append_c (json->text, '\n');
  return cli_write (path, json->text->str, json->text->len, error);
}
