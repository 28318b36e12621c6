/* cli-options.h: options that are settings, the same for every command
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

#include "gram-settings.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_OPTIONS_NONE = 0,
  CLI_OPTIONS_DATA = 1 << 0,
  CLI_OPTIONS_LABELS = 1 << 1,
  CLI_OPTIONS_NETWORK = 1 << 2,
  CLI_OPTIONS_DEVICE = 1 << 3,
  CLI_OPTIONS_STEPS = 1 << 4,
  CLI_OPTIONS_SIZES = 1 << 5,
  CLI_OPTIONS_TRAINER = 1 << 6,
  CLI_OPTIONS_PROBLEM = CLI_OPTIONS_DATA | CLI_OPTIONS_SIZES | CLI_OPTIONS_LABELS
                        | CLI_OPTIONS_NETWORK | CLI_OPTIONS_DEVICE | CLI_OPTIONS_TRAINER,
} CliOptionGroups;

/* What a command takes: groups of settings, options of its own, words after the options. */
typedef struct
{
  const char *parameters; /* (nullable) for the usage line, "NAME" */
  const char *summary;    /* what the command does, and an example */
  CliOptionGroups groups;
  const GOptionEntry *entries; /* (nullable) its own */
  gboolean *data_chosen;       /* (nullable) set when an option says which images */
} CliUsage;

/* What cli_options_parse() returns when the command is to go on. */
#define CLI_GO_ON (-1)

int cli_options_parse (const CliUsage *usage, int argc, char **argv, GramSettings *settings,
                       char ***words);
gboolean cli_parse_numbers (const char *option, const char *text, gint64 least, gint64 most,
                            GArray **numbers, GError **error);

G_END_DECLS
