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
  gboolean data_chosen;
} Target;

/* Not the seed, which is of all that is random. */
static gboolean
says_which_images (const char *key)
{
  const GramSettingsOption *option = gram_settings_options ();

  while (!g_str_equal (option->key, key))
    option++;
  return option->group == GRAM_SETTINGS_DATA && !g_str_equal (key, "seed");
}

static gboolean
on_setting (const char *option, const char *value, gpointer user_data, GError **error)
{
  Target *target = user_data;
  const char *key = g_str_equal (option, "-n") ? "samples" : option + strspn (option, "-");

  if (!g_str_equal (key, "dataset") && !g_str_equal (key, "data-dir")
      && !g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s: the value is not UTF-8 text", option);
      return FALSE;
    }
  target->data_chosen |= says_which_images (key);
  return gram_settings_set (target->settings, key, value, error);
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

static int
fail_usage (const char *command, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_set_error (&error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s; see “gramscope-cli %s --help”", message,
               command);
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
  Target target = { .settings = settings };
  g_autoptr (GOptionContext) context = build_context (usage, &target, &help, &rest);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) copy = g_new0 (char *, argc + 1);

  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup (argv[i]);
  g_autofree char *program = g_strconcat ("gramscope-cli ", argv[0], NULL);
  g_set_prgname (program);
  if (!g_option_context_parse_strv (context, &copy, &error))
    return fail_usage (argv[0], error->message);
  if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, FALSE, NULL);

      fputs (text, stdout);
      return 0;
    }
  if (rest != NULL && words == NULL)
    {
      g_autofree char *message = g_strdup_printf ("“%s” is no option of this command", rest[0]);

      return fail_usage (argv[0], message);
    }
  if (words != NULL)
    *words = g_steal_pointer (&rest);
  if (usage->data_chosen != NULL)
    *usage->data_chosen = target.data_chosen;
  if (!cli_destinations_check (usage->entries, usage->inputs, &error))
    return cli_fail (error);
  return CLI_GO_ON;
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

  for (char **word = words; *word != NULL; word++)
    {
      gint64 number;

      if (!g_ascii_string_to_signed (g_strstrip (*word), 10, least, most, &number, NULL))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "--%s=%s: must be whole numbers from %" G_GINT64_FORMAT
                       " to %" G_GINT64_FORMAT ", with commas between them",
                       option, text, least, most);
          return FALSE;
        }
      g_array_append_val (list, number);
    }
  *numbers = g_steal_pointer (&list);
  return TRUE;
}
