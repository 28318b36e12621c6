/* gram-figures.c: the program's figures by name
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figures.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gram-error.h"
#include "gram-figure-builder.h"
#include "gram-figures-table.h"

#define INFO(name, aliases, needs, formulas, title, short_title) \
  { #name,                                                       \
    aliases,                                                     \
    (GramFigureNeeds) (GRAM_FIGURE_##needs),                     \
    formulas,                                                    \
    title,                                                       \
    short_title,                                                 \
    gram_##name##_figure_show },

static const GramFigureInfo figures[] = { GRAM_FIGURES (INFO) };

/**
 * gram_figures_get:
 *
 * Returns: (transfer none) (nullable): figure @index, %NULL after the last one
 */
const GramFigureInfo *
gram_figures_get (guint index)
{
  return index < G_N_ELEMENTS (figures) ? &figures[index] : NULL;
}

/**
 * gram_figures_find:
 * @name_or_alias: "convergence", or the paper's number: "1a"
 *
 * Returns: (transfer none) (nullable): the figure of that name
 */
const GramFigureInfo *
gram_figures_find (const char *name_or_alias)
{
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_auto (GStrv) aliases = g_strsplit (figures[i].aliases, ",", -1);

      if (strcmp (figures[i].name, name_or_alias) == 0
          || g_strv_contains ((const char *const *) aliases, name_or_alias))
        return &figures[i];
    }
  return NULL;
}

static char *
list_names (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", figures[i].name);
  return g_string_free (names, FALSE);
}

/**
 * gram_figure_new_by_name:
 * @name: a name or the paper's number
 *
 * Returns: (transfer full) (nullable): the figure, filled from @inputs, or %NULL with
 * GRAM_ERROR_USAGE when there is none of that name
 */
GramFigure *
gram_figure_new_by_name (const char *name, const GramFigureInputs *inputs, GError **error)
{
  const GramFigureInfo *info = gram_figures_find (name);
  GramFigure *figure;

  if (info == NULL)
    {
      g_autofree char *names = list_names ();

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "there is no figure “%s”; choose one of %s",
                   name, names);
      return NULL;
    }
  figure = gram_figure_new (info->name, _ (info->title));
  figure->paper = _ (info->paper);
  while (!gram_figure_update (figure, inputs))
    ;
  return figure;
}

/**
 * gram_figures_system_use:
 * @needs: of a figure
 *
 * Returns: what has to be asked of H∞ for it
 */
GramSystemUse
gram_figures_system_use (GramFigureNeeds needs)
{
  return (needs & GRAM_FIGURE_SPECTRUM)   ? GRAM_SYSTEM_SPECTRUM
         : (needs & GRAM_FIGURE_ANALYSIS) ? GRAM_SYSTEM_FACTOR
                                          : GRAM_SYSTEM_PRODUCTS;
}

/* What will not come is not waited for. */
static void
say_what_has_no_room (GramFigure *figure, GramSystemUse use, const GramAnalysis *analysis)
{
  if (analysis == NULL)
    return;
  if (use == GRAM_SYSTEM_SPECTRUM && analysis->no_spectrum != NULL)
    gram_figure_set_empty (figure,
                           _ ("There is no room in memory for the spectrum of so many images"));
  else if (use == GRAM_SYSTEM_FACTOR && analysis->no_factor != NULL)
    gram_figure_set_empty (
        figure, _ ("There is no room in memory for the Cholesky factor of so many images"));
}

/**
 * gram_figure_update:
 * @figure: made by gram_figure_new_by_name()
 *
 * Brings the figure up to date with @inputs, and of them alone: what it showed of others is gone.
 * Costs as much as what is new, and never more than a few milliseconds of prediction.
 *
 * Returns: whether the figure is complete; else it goes on with the next update
 */
gboolean
gram_figure_update (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramFigureInfo *info = gram_figures_find (figure->id);

  g_return_val_if_fail (info != NULL, TRUE);
  gram_figure_builder_begin (figure);
  info->show (figure, inputs);
  say_what_has_no_room (figure, gram_figures_system_use (info->needs), inputs->analysis);
  return gram_figure_builder_end (figure);
}

/**
 * gram_figure_set_rho:
 *
 * Moves the line of the random-label slider.
 *
 * Returns: whether the figure has one and it moved
 */
gboolean
gram_figure_set_rho (GramFigure *figure, double rho)
{
  gboolean moved = FALSE;

  for (guint i = 0; i < figure->plots->len; i++)
    moved |= gram_plot_set_guide (g_ptr_array_index (figure->plots, i), GRAM_GUIDE_RHO, rho * 100);
  return moved;
}
