/* cli-json.h: JSON text with numbers that read back to the same bits
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CliJson CliJson;

CliJson *cli_json_new (void);
void cli_json_free (CliJson *json);
gboolean cli_json_write (CliJson *json, const char *path, GError **error);

/* @key is NULL inside an array */
void cli_json_begin (CliJson *json, const char *schema);
void cli_json_open (CliJson *json, const char *key, char bracket);
void cli_json_close (CliJson *json, char bracket);
void cli_json_string (CliJson *json, const char *key, const char *value);
void cli_json_number (CliJson *json, const char *key, double value);
void cli_json_integer (CliJson *json, const char *key, gint64 value);
void cli_json_boolean (CliJson *json, const char *key, gboolean value);
void cli_json_numbers (CliJson *json, const char *key, const double *values, gsize count);

void cli_csv_cell (GString *text, double value);
char *cli_format_number (double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliJson, cli_json_free)

G_END_DECLS
