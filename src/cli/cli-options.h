/* cli-options.h: options that are settings, the same for every command
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

#include "gram-settings.h"

G_BEGIN_DECLS

/* What a problem and its network take. */
#define CLI_OPTIONS_PROBLEM                                                                \
  (GRAM_SETTINGS_DATA | GRAM_SETTINGS_SIZES | GRAM_SETTINGS_LABELS | GRAM_SETTINGS_NETWORK \
   | GRAM_SETTINGS_ARITHMETIC | GRAM_SETTINGS_DEVICE)

/* What a command takes: groups of settings, options of its own, words after the options. */
typedef struct
{
  const char *parameters; /* (nullable) for the usage line, "NAME" */
  const char *summary;    /* what the command does, and an example */
  GramSettingsGroups groups;
  const GOptionEntry *entries; /* (nullable) its own; file names are where it writes, but for … */
  const char *const *inputs;   /* (nullable) … the names of those that it reads */
  GPtrArray *typed;            /* (nullable) gets the GramSettingsOption of each that was typed */
} CliUsage;

/* What cli_options_parse() returns when the command is to go on. */
#define CLI_GO_ON (-1)

int cli_options_parse (const CliUsage *usage, int argc, char **argv, GramSettings *settings,
                       char ***words);
int cli_run_with_json (int argc, char **argv, GramSettingsGroups taken, const char *help,
                       int (*run) (const GramSettings *settings, const char *json_path),
                       const char *summary);
int cli_fail_usage (const char *command, const char *message);
void cli_usage_clear (CliUsage *usage);
gboolean cli_parse_numbers (const char *option, const char *text, gint64 least, gint64 most,
                            GArray **numbers, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliUsage, cli_usage_clear)

G_END_DECLS
