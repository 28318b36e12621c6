/* cli-figure.c: gramscope-cli figure
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-figure.h"
#include "cli-options.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "gram-error.h"
#include "gram-export.h"
#include "gram-export-size.h"
#include "gram-i18n.h"

#define SEEDS_UNSET G_MININT

typedef struct
{
  char *out, *size, *theme, *fractions, *csv, *checkpoint, *resume;
  char **vary;
  int dpi, seeds, flips;
  double font_size;
  gboolean finite_width, no_title, no_caption;
} FigureOptions;

static void
options_clear (FigureOptions *options)
{
  g_free (options->out);
  g_free (options->size);
  g_free (options->theme);
  g_free (options->fractions);
  g_free (options->csv);
  g_free (options->checkpoint);
  g_free (options->resume);
  g_strfreev (options->vary);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FigureOptions, options_clear)

static gboolean
set_usage_error (GError **error, const char *option, const char *value, const char *remedy)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "%s=%s: %s", option, value, remedy);
  return FALSE;
}

static gboolean
parse_size (const char *text, GramExportOptions *options, GError **error)
{
  if (gram_export_size_parse (text, &options->width, &options->height, error))
    return TRUE;
  g_prefix_error (error, "--size=%s: ", text);
  return FALSE;
}

/* Mistakes are found before the work is done that the figure shows. */
static gboolean
parse_export (const FigureOptions *options, GramExportOptions *export_options, GError **error)
{
  gram_export_options_init (export_options);
  if (options->out == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "where to? add --out FILE.svg, .png, .pdf or .csv");
      return FALSE;
    }
  if (!gram_export_format_from_path (options->out, &export_options->format, error)
      || (options->size != NULL && !parse_size (options->size, export_options, error)))
    return FALSE;
  if (options->theme != NULL && !gram_theme_from_string (options->theme, &export_options->theme))
    return set_usage_error (error, "--theme", options->theme,
                            "must be one of light, dark, high-contrast, high-contrast-dark, print");
  if (options->dpi == 0) /* which stands for the default there */
    return set_usage_error (error, "--dpi", "0", "choose between 10 and 4800");
  if (options->flips < -1)
    return gram_fail (error, GRAM_ERROR_USAGE, "--flips=%d: must be 0 or more", options->flips);
  export_options->dpi = options->dpi;
  export_options->font_size = options->font_size;
  export_options->title = !options->no_title;
  export_options->caption = !options->no_caption;
  return gram_export_check (export_options, error);
}

static const GramFigureInfo *
find_figure (char **words, GError **error)
{
  const GramFigureInfo *info;

  if (words == NULL || g_strv_length (words) != 1)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "which figure? see “gramscope-cli figure --help”");
      return NULL;
    }
  info = gram_figures_find (words[0]);
  if (info == NULL)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                 "no figure “%s”; “gramscope-cli figure --help” lists them", words[0]);
  return info;
}

/* Without a word about training none is begun: kernel regression is there in closed form. */
static gboolean
wants_sweep (const CliJob *job, const FigureOptions *options)
{
  return options->fractions != NULL || options->csv != NULL || options->seeds != SEEDS_UNSET
         || cli_job_typed (job, "steps") || cli_job_typed (job, "until-residual");
}

/* What the figure needs, and what was asked for beyond it. */
static gboolean
choose_needs (const CliJob *job, const FigureOptions *options, const GramFigureInfo *info,
              GramFigureNeeds *needs, GError **error)
{
  *needs = info->needs;
  if (!wants_sweep (job, options))
    *needs &= ~GRAM_FIGURE_SWEEP;
  if (!options->finite_width)
    return TRUE;
  *needs |= GRAM_FIGURE_WIDTH;
  if (g_str_equal (info->name, "convergence") || *needs == info->needs)
    return TRUE;
  return gram_fail (error, GRAM_ERROR_USAGE,
                    "--finite-width: figure %s does not show it; draw convergence or width",
                    info->name);
}

/* What is told of runs and of many runs is of the figures that need them. */
static gboolean
check_needed (const FigureOptions *options, const GramFigureInfo *info, GError **error)
{
  if ((info->needs & GRAM_FIGURE_RUN) || (options->checkpoint == NULL && options->resume == NULL))
    return TRUE;
  return gram_fail (error, GRAM_ERROR_USAGE, "--%s: figure %s shows no single run; leave it out",
                    options->resume != NULL ? "resume" : "checkpoint", info->name);
}

/* A figure speaks the language of the locale, as it does in the window. Not before it is drawn: all
 * that is said on the way, and the words in a CSV file, which programs look for, stay English. */
static void
speak (const GramExportOptions *options)
{
  if (options->format == GRAM_EXPORT_CSV)
    return;
  setlocale (LC_MESSAGES, "");
  gram_i18n_bind ();
}

static int
draw (CliJob *job, const FigureOptions *options, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) draw_error = NULL;
  g_auto (CliFigureData) data = { 0 };
  g_autoptr (GramFigure) figure = NULL;
  GramExportOptions export_options;
  const CliFigureOptions how = {
    .files = { .checkpoint = options->checkpoint, .resume = options->resume, .as_it_stands = TRUE },
    .sweep = { .vary = options->vary,
               .fractions = options->fractions,
               .seeds = options->seeds != SEEDS_UNSET ? options->seeds : 1,
               .csv = options->csv },
    .flips = options->flips,
  };
  const GramFigureInfo *info = find_figure (words, &error);
  GramFigureNeeds needs;

  if (info == NULL || !parse_export (options, &export_options, &error)
      || !choose_needs (job, options, info, &needs, &error)
      || !check_needed (options, info, &error))
    return cli_fail (error);
  job->use = gram_figures_system_use (needs);
  /* What a run that diverged or was interrupted left is drawn all the same. */
  if (!cli_figure_compute (job, needs, &how, &data, &error) && !data.drawable)
    return cli_fail (error);
  speak (&export_options);
  figure = gram_figure_new_by_name (info->name, &data.inputs, &draw_error);
  if (figure == NULL)
    return cli_fail (draw_error);
  while (!gram_figure_update (figure, &data.inputs))
    ;
  if (!gram_figure_export (figure, &export_options, options->out, &draw_error))
    return cli_fail (draw_error);
  return error != NULL ? cli_fail (error) : 0;
}

/* "convergence (1a, 1c), spectrum (1b, 1d), …" in lines of at most 78 columns. */
static char *
list_figures (void)
{
  GString *list = g_string_new (NULL);
  const GramFigureInfo *info;
  gsize line = 0;

  for (guint i = 0; (info = gram_figures_get (i)) != NULL; i++)
    {
      g_auto (GStrv) aliases = g_strsplit (info->aliases, ",", -1);
      g_autofree char *joined = g_strjoinv (", ", aliases);
      g_autofree char *word =
          *joined != '\0' ? g_strdup_printf ("%s (%s)", info->name, joined) : g_strdup (info->name);
      gboolean wrap = i == 0 || list->len - line + strlen (word) > 74;

      if (i > 0)
        g_string_append (list, wrap ? ",\n" : ", ");
      if (wrap)
        {
          line = list->len;
          g_string_append (list, "  ");
        }
      g_string_append (list, word);
    }
  return g_string_free (list, FALSE);
}

/* The help of an option that only some figures take: those that need @needs. */
static char *
option_of (GramFigureNeeds needs, const char *help)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *joined = NULL;
  const GramFigureInfo *info;

  for (guint i = 0; (info = gram_figures_get (i)) != NULL; i++)
    if (info->needs & needs)
      g_ptr_array_add (names, (gpointer) info->name);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (", ", (char **) names->pdata);
  return g_strdup_printf ("%s: %s", joined, help);
}

int
cli_figure (int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  g_auto (FigureOptions) options = { .seeds = SEEDS_UNSET, .dpi = 96, .flips = -1 };
  g_auto (GStrv) words = NULL;
  g_autofree char *figures = list_figures ();
  g_autofree char *summary = g_strdup_printf (
      "Draws a figure, computing and training what it needs. NAME is one of\n%s.\n\n"
      "Figure generalization trains nets where --steps, --until-residual, --fractions,\n"
      "--seeds or --csv is given; without them it is drawn in closed form. A figure of\n"
      "a run draws that of a checkpoint or of a saved session with --resume; --steps\n"
      "beside it goes on with the run.\n\n"
      "Example: gramscope-cli figure 1a --dataset mnist -n 1000 --out "
      "figure-1a.pdf",
      figures);
  g_autofree char *fractions = option_of (GRAM_FIGURE_SWEEP, "of random labels; default 0:1:0.1");
  g_autofree char *seeds =
      option_of (GRAM_FIGURE_SWEEP | GRAM_FIGURE_STUDY, "nets of each; default 1");
  g_autofree char *csv =
      option_of (GRAM_FIGURE_SWEEP | GRAM_FIGURE_STUDY, "the table, read and completed");
  g_autofree char *flips =
      option_of (GRAM_FIGURE_MISLABEL, "labels to flip on purpose; default one in 20");
  g_autofree char *vary = option_of (GRAM_FIGURE_STUDY, "a setting and its values, as of study");
  const GOptionEntry entries[] = {
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, "its ending decides the format",
      "FILE.svg|.png|.pdf|.csv" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      "in px (of 1/96 inch), mm or in, or one-column, two-columns, slide; default 960x640",
      "WxH[UNIT]" },
    { "font-size", 0, 0, G_OPTION_ARG_DOUBLE, &options.font_size, "of the text, in points", "PT" },
    { "no-title", 0, 0, G_OPTION_ARG_NONE, &options.no_title, "leave the title out", NULL },
    { "no-caption", 0, 0, G_OPTION_ARG_NONE, &options.no_caption, "leave the caption out", NULL },
    { "dpi", 0, 0, G_OPTION_ARG_INT, &options.dpi, "of a PNG; default 96", "D" },
    { "theme", 0, 0, G_OPTION_ARG_STRING, &options.theme, "default print", "light|dark|print" },
    { "fractions", 0, 0, G_OPTION_ARG_STRING, &options.fractions, fractions,
      "FIRST:LAST:STEP|LIST" },
    { "vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.vary, vary, "KEY=V1,V2,…" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &options.seeds, seeds, "N" },
    { "flips", 0, 0, G_OPTION_ARG_INT, &options.flips, flips, "N" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv, csv, "FILE" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &options.checkpoint,
      "of a run: keep it here, every minute and at the end", "FILE" },
    { "resume", 0, 0, G_OPTION_ARG_FILENAME, &options.resume,
      "of a run: draw that of a checkpoint or session", "FILE" },
    { "finite-width", 0, 0, G_OPTION_ARG_NONE, &options.finite_width,
      "convergence: the prediction with the net's own H(0) too", NULL },
    { NULL },
  };
  const CliUsage usage = {
    .parameters = "NAME",
    .summary = summary,
    .groups = CLI_OPTIONS_PROBLEM | GRAM_SETTINGS_STEPS,
    .entries = entries,
    .typed = job.typed,
    .inputs = (const char *const[]){ "resume", NULL },
  };
  int code = cli_options_parse (&usage, argc, argv, job.settings, &words);
  return code != CLI_GO_ON ? code : draw (&job, &options, words);
}
