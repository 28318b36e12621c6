/* cli-options.c: options that are settings, the same for every command
 *
 * SPDX-License-Identifier: MIT
 *
 * An option and a setting have the same name, range and default: gram-settings.h knows them, so
 * that the window's `load` action, session files and the command line cannot drift apart.
 */
#include "cli-options.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "gram-error.h"

/* What options change. */
typedef struct
{
  GramSettings *settings;
  gboolean data_chosen;
} Target;

static gboolean
says_which_images (const char *key)
{
  static const char *const keys[] = {
    "dataset", "data-dir", "classes", "select", "preprocess", NULL
  };

  return g_strv_contains (keys, key);
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
  if (says_which_images (key))
    target->data_chosen = TRUE;
  return gram_settings_set (target->settings, key, value, error);
}

/* As file names, so that bytes pass as they are in any locale. */
#define SETTING(name, short_name, argument, text)                                                 \
  {                                                                                               \
    name, short_name, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) on_setting, text, \
        argument                                                                                  \
  }

static const GOptionEntry data_entries[] = {
  SETTING ("dataset", 0, "NAME|PATH",
           "glyphs (default), mnist, fashion-mnist, kmnist, cifar10, cifar100; or a folder, "
           "archive or .npz"),
  SETTING ("data-dir", 0, "DIR", "looked at before the standard places"),
  SETTING ("classes", 0, "A,B", "A is +1, B is −1, by index or name; default the first two"),
  SETTING ("select", 0, "first|random", "file order (default) or a seeded subset"),
  SETTING ("preprocess", 0, "NAME",
           "none (default), center, pixel-center, standardize; then ‖x‖₂ = 1"),
  SETTING ("seed", 0, "S", "of every random choice; default 0"),
  { NULL },
};

static const GOptionEntry sizes_entries[] = {
  SETTING ("samples", 'n', "N", "training images; default min(1000, available)"),
  SETTING ("test-samples", 0, "N", "test images; default all of the pair, at most 2000"),
  { NULL },
};

static const GOptionEntry labels_entries[] = {
  SETTING ("labels", 0, "LIST", "of true, random, worst, mixed:RHO; default true,random,worst"),
  { NULL },
};

static const GOptionEntry network_entries[] = {
  SETTING ("width", 0, "M", "hidden neurons m; default 10000, to train on the CPU 2048"),
  SETTING ("eta", 0, "H", "step size η; default 0.001"),
  SETTING ("kappa", 0, "K", "scale κ of the initial weights; default 0.01"),
  SETTING ("init", 0, "iid|antisymmetric", "initial weights; default iid"),
  { NULL },
};

static const GOptionEntry device_entries[] = {
  SETTING ("device", 0, "auto|cpu|cuda", "where to compute; default auto"),
  SETTING ("threads", 0, "N", "CPU threads; default all"),
  { NULL },
};

static const GOptionEntry trainer_entries[] = {
  SETTING ("formulation", 0, "NAME", "auto (default), weights, samples, sparse, lazy"),
  SETTING ("precision", 0, "NAME", "auto (default), fp32, tf32, bf16-split"),
  { NULL },
};

static const GOptionEntry steps_entries[] = {
  SETTING ("steps", 0, "K", "steps of gradient descent; default 1000, a sweep 20000"),
  SETTING ("until-residual", 0, "R", "stop when every ‖y−u‖ ≤ R·‖y‖; default never, a sweep 0.01"),
  SETTING ("record-every", 0, "N", "record every N steps; default denser at the start"),
  { NULL },
};

static const struct
{
  CliOptionGroups group;
  const char *title;
  const GOptionEntry *entries;
} settings_groups[] = {
  { CLI_OPTIONS_DATA, "Data:", data_entries },
  { CLI_OPTIONS_SIZES, "Sizes:", sizes_entries },
  { CLI_OPTIONS_LABELS, "Labels:", labels_entries },
  { CLI_OPTIONS_NETWORK, "Network:", network_entries },
  { CLI_OPTIONS_STEPS, "Training:", steps_entries },
  { CLI_OPTIONS_TRAINER, "Arithmetic of a step:", trainer_entries },
  { CLI_OPTIONS_DEVICE, "Device:", device_entries },
};

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
  for (gsize i = 0; i < G_N_ELEMENTS (settings_groups); i++)
    if (usage->groups & settings_groups[i].group)
      {
        GOptionGroup *group =
            g_option_group_new (settings_groups[i].title, settings_groups[i].title,
                                settings_groups[i].title, target, NULL);

        g_option_group_add_entries (group, settings_groups[i].entries);
        g_option_context_add_group (context, group);
      }
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
