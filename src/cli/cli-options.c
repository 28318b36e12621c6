/* cli-options.c: options that are settings, the same for every command
 *
 * SPDX-License-Identifier: MIT
 *
 * An option and a setting have the same name, range, default and help: the table of settings knows
 * them, and a new row of it is an option here.
 */
#include "cli-options.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "cli-destinations.h"
#include "gram-error.h"

/* What options change. */
typedef struct
{
  GramSettings *settings;
  GPtrArray *typed;
} Target;

static gboolean
on_setting (const char *word, const char *value, gpointer user_data, GError **error)
{
  Target *target = user_data;
  const GramSettingsOption *option = gram_settings_options ();

  while (!g_str_equal (option->key, word + 2 * (word[1] == '-'))
         && (word[1] == '-' || word[1] != option->letter))
    option++;
  if (*value == '\0')
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "%s: must not be empty; leave the option out for its default", word);
  if (target->typed != NULL)
    g_ptr_array_add (target->typed, (gpointer) option);
  return gram_settings_set (target->settings, option->key, value, error);
}

static const struct
{
  GramSettingsGroups group;
  const char *title;
} groups[] = {
  { GRAM_SETTINGS_DATA, "Data:" },
  { GRAM_SETTINGS_SIZES, "Sizes:" },
  { GRAM_SETTINGS_LABELS, "Labels:" },
  { GRAM_SETTINGS_NOISE, "Label noise:" },
  { GRAM_SETTINGS_NETWORK, "Network:" },
  { GRAM_SETTINGS_STEPS, "Training:" },
  { GRAM_SETTINGS_MEASURES, "Measures of a run:" },
  { GRAM_SETTINGS_ARITHMETIC, "Arithmetic of a step:" },
  { GRAM_SETTINGS_DEVICE, "Device:" },
};

/* Values are taken as file names are, so that bytes pass as they are in any locale. */
static GOptionGroup *
build_group (GramSettingsGroups group, const char *title, Target *target)
{
  GOptionGroup *options = g_option_group_new (title, title, title, target, NULL);

  for (const GramSettingsOption *option = gram_settings_options (); option->key != NULL; option++)
    {
      const GOptionEntry entries[] = {
        { option->key, option->letter, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,
          (gpointer) on_setting, option->help, option->argument },
        { NULL },
      };

      if (option->group == group)
        g_option_group_add_entries (options, entries);
    }
  return options;
}

static GOptionContext *
build_context (const CliUsage *usage, Target *target, gboolean *help, char ***rest)
{
  GOptionContext *context = g_option_context_new (usage->parameters);
  const GOptionEntry common[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, help, "this text", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, rest, NULL, NULL },
    { NULL },
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, usage->summary);
  if (usage->entries != NULL)
    g_option_context_add_main_entries (context, usage->entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    if (usage->groups & groups[i].group)
      g_option_context_add_group (context, build_group (groups[i].group, groups[i].title, target));
  return context;
}

static gboolean
takes_value (const CliUsage *usage, char letter)
{
  for (const GramSettingsOption *option = gram_settings_options (); option->key != NULL; option++)
    if (option->letter == letter && (usage->groups & option->group))
      return TRUE;
  for (const GOptionEntry *entry = usage->entries; entry != NULL && entry->long_name; entry++)
    if (entry->short_name == letter && entry->arg != G_OPTION_ARG_NONE)
      return TRUE;
  return FALSE;
}

/* -n40 is -n 40, which GOption does not know: it would take the next word for the value. */
static GStrv
split_short_options (const CliUsage *usage, char **argv)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  gboolean options = TRUE;

  for (; *argv != NULL; argv++)
    {
      const char *word = *argv;
      const char option[] = { '-', word[0] == '-' ? word[1] : '\0', '\0' };

      options = options && !g_str_equal (word, "--");
      if (options && option[1] != '\0' && word[2] != '\0' && takes_value (usage, option[1]))
        {
          g_strv_builder_add (words, option);
          word += 2;
        }
      g_strv_builder_add (words, word);
    }
  return g_strv_builder_end (words);
}

/**
 * cli_fail_usage:
 *
 * Returns: as cli_fail(), for a mistake that the help of @command explains
 */
int
cli_fail_usage (const char *command, const char *message)
{
  g_autoptr (GError) error = NULL;

  gram_fail (&error, GRAM_ERROR_USAGE, "%s; see “gramscope-cli %s --help”", message, command);
  return cli_fail (error);
}

/**
 * cli_options_parse:
 * @argv: argv[0] is the command's name
 * @settings: (nullable): what the options of @usage's groups change
 * @words: (out) (nullable) (transfer full) (array zero-terminated=1): what is no option; where it
 *   is %NULL such words are a mistake
 *
 * Returns: %CLI_GO_ON, or the exit code to end with (after --help or a mistake)
 */
int
cli_options_parse (const CliUsage *usage, int argc, char **argv, GramSettings *settings,
                   char ***words)
{
  gboolean help = FALSE;
  g_auto (GStrv) rest = NULL;
  Target target = { settings, usage->typed };
  g_autoptr (GOptionContext) context = build_context (usage, &target, &help, &rest);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) copy = split_short_options (usage, argv);
  g_autofree char *program = g_strconcat ("gramscope-cli ", argv[0], NULL);

  g_set_prgname (program);
  if (!g_option_context_parse_strv (context, &copy, &error))
    return cli_fail_usage (argv[0], error->message);
  if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, FALSE, NULL);

      fputs (text, stdout);
      return 0;
    }
  if (rest != NULL && words == NULL)
    {
      g_autofree char *message = g_strdup_printf ("“%s” is no option of this command", rest[0]);

      return cli_fail_usage (argv[0], message);
    }
  if (words != NULL)
    *words = g_steal_pointer (&rest);
  if (!cli_destinations_check (usage->entries, usage->inputs, &error))
    return cli_fail (error);
  return settings != NULL ? cli_serve_ranks (settings) : CLI_GO_ON;
}

/* Frees what the command's own options hold: texts and file names. */
void
cli_usage_clear (CliUsage *usage)
{
  for (const GOptionEntry *entry = usage->entries; entry->long_name != NULL; entry++)
    if (entry->arg == G_OPTION_ARG_STRING || entry->arg == G_OPTION_ARG_FILENAME)
      g_free (*(char **) entry->arg_data);
    else if (entry->arg == G_OPTION_ARG_STRING_ARRAY)
      g_strfreev (*(char ***) entry->arg_data);
}

/**
 * cli_run_with_json:
 * @taken: groups of settings that the command takes
 * @help: of its only option, --json
 * @run: the command; its json_path is %NULL where people are to read
 *
 * Returns: the exit code
 */
int
cli_run_with_json (int argc, char **argv, GramSettingsGroups taken, const char *help,
                   int (*run) (const GramSettings *settings, const char *json_path),
                   const char *summary)
{
  char *json_path = NULL;
  g_autoptr (GramSettings) settings = gram_settings_new ();
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, help, "FILE|-" },
    { NULL },
  };
  g_auto (CliUsage) usage = { .summary = summary, .groups = taken, .entries = entries };
  int code = cli_options_parse (&usage, argc, argv, settings, NULL);

  return code != CLI_GO_ON ? code : run (settings, json_path);
}

/**
 * cli_parse_numbers:
 * @option: its name, for the message
 * @text: "0,1,10,100"
 * @least: the smallest number that is allowed
 * @most: the largest
 * @numbers: (out): of gint64
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE when a word is no such number
 */
gboolean
cli_parse_numbers (const char *option, const char *text, gint64 least, gint64 most,
                   GArray **numbers, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint i = 0;

  do /* no word at all is no list */
    {
      gint64 number;

      if (words[i] == NULL
          || !g_ascii_string_to_signed (g_strstrip (words[i]), 10, least, most, &number, NULL))
        return gram_fail (error, GRAM_ERROR_USAGE,
                          "--%s=%s: must be whole numbers from %" G_GINT64_FORMAT
                          " to %" G_GINT64_FORMAT ", with commas between them",
                          option, text, least, most);
      g_array_append_val (list, number);
    }
  while (words[++i] != NULL);
  *numbers = g_steal_pointer (&list);
  return TRUE;
}
