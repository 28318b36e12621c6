/* gram-figures.c: the program's figures by name, and what they share
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figures-private.h"

#include <string.h>

#include "gram-error.h"

static const GramFigureClass *const classes[] = {
  &gram_figure_convergence, &gram_figure_spectrum, &gram_figure_generalization,
  &gram_figure_movement,    &gram_figure_patterns, &gram_figure_modes,
  &gram_figure_budget,      &gram_figure_noise,    &gram_figure_learnability,
  &gram_figure_mislabel,    &gram_figure_test,
};

/* Terms of Σ(1−ηλᵢ)^{2k}pᵢ² that one update may evaluate: a few milliseconds, so that a frame is
 * never late however long a recorded run has to be predicted at once. */
#define EVALUATIONS_PER_UPDATE 400000.0

/* Kept by the figure: its columns by name, and which class fills it. */
typedef struct
{
  const GramFigureClass *class_;
  GHashTable *columns;    /* char * → GramBuffer */
  GramAnalysis *analysis; /* (nullable) what predictions were made from */
  double eta;
  double left; /* of this update's evaluations */
  gboolean unfinished;
} Builder;

static void
column_free (gpointer buffer)
{
  gram_buffer_unref (buffer);
}

static void
builder_free (gpointer data)
{
  Builder *builder = data;

  g_hash_table_unref (builder->columns);
  g_clear_pointer (&builder->analysis, gram_analysis_unref);
  g_free (builder);
}

/* ---------- registry ------------------------------------------------------------------------ */

/**
 * gram_figures_count:
 *
 * Returns: how many figures there are
 */
guint
gram_figures_count (void)
{
  return G_N_ELEMENTS (classes);
}

/**
 * gram_figures_name:
 *
 * Returns: (transfer none): what commands and files call figure @index
 */
const char *
gram_figures_name (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (classes), NULL);
  return classes[index]->name;
}

static const GramFigureClass *
lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      g_auto (GStrv) aliases = g_strsplit (classes[i]->aliases, ",", -1);

      if (strcmp (classes[i]->name, name) == 0
          || g_strv_contains ((const char *const *) aliases, name))
        return classes[i];
    }
  return NULL;
}

/**
 * gram_figures_resolve:
 * @name_or_alias: "convergence", or the paper's number: "1a"
 *
 * Returns: (transfer none) (nullable): the figure's name
 */
const char *
gram_figures_resolve (const char *name_or_alias)
{
  const GramFigureClass *class_ = lookup (name_or_alias);

  return class_ != NULL ? class_->name : NULL;
}

static char *
list_names (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", classes[i]->name);
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
  const GramFigureClass *class_ = lookup (name);
  GramFigure *figure;
  Builder *builder;

  if (class_ == NULL)
    {
      g_autofree char *names = list_names ();

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "there is no figure “%s”; choose one of %s",
                   name, names);
      return NULL;
    }
  figure = gram_figure_new (class_->name, _ (class_->title));
  figure->numbers = class_->numbers;
  builder = g_new0 (Builder, 1);
  builder->class_ = class_;
  builder->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, column_free);
  gram_figure_set_builder (figure, builder, builder_free);
  class_->build (figure);
  while (!gram_figure_update (figure, inputs))
    ;
  return figure;
}

/**
 * gram_figure_update:
 * @figure: made by gram_figure_new_by_name()
 *
 * Brings the figure up to date with @inputs; costs as much as what is new, and never more than a
 * few milliseconds of prediction.
 *
 * Returns: whether the figure is complete; else it goes on with the next update
 */
gboolean
gram_figure_update (GramFigure *figure, const GramFigureInputs *inputs)
{
  Builder *builder = figure->builder;

  g_return_val_if_fail (builder != NULL, TRUE);
  builder->left = EVALUATIONS_PER_UPDATE;
  builder->unfinished = FALSE;
  builder->class_->update (figure, inputs);
  figure->serial++;
  return !builder->unfinished;
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

/**
 * gram_figure_spend:
 * @evaluations: terms that are about to be evaluated
 *
 * Returns: whether this update may do so; else the figure is unfinished
 */
gboolean
gram_figure_spend (GramFigure *figure, double evaluations)
{
  Builder *builder = figure->builder;

  if (builder->left > 0)
    {
      builder->left -= evaluations;
      return TRUE;
    }
  builder->unfinished = TRUE;
  return FALSE;
}

/**
 * gram_figure_analysis_changed:
 * @analysis: (nullable):
 *
 * Returns: whether predictions made so far are from another snapshot or step size
 */
gboolean
gram_figure_analysis_changed (GramFigure *figure, GramAnalysis *analysis, double eta)
{
  Builder *builder = figure->builder;

  if (builder->analysis == analysis && builder->eta == eta)
    return FALSE;
  if (analysis != NULL)
    gram_analysis_ref (analysis);
  g_clear_pointer (&builder->analysis, gram_analysis_unref);
  builder->analysis = analysis;
  builder->eta = eta;
  return TRUE;
}

/**
 * gram_figure_column:
 * @format: of its name
 *
 * Returns: (transfer none): the figure's column of that name, made when first asked for
 */
GramBuffer *
gram_figure_column (GramFigure *figure, const char *format, ...)
{
  Builder *builder = figure->builder;
  g_autofree char *key = NULL;
  GramBuffer *buffer;
  va_list arguments;

  va_start (arguments, format);
  key = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  buffer = g_hash_table_lookup (builder->columns, key);
  if (buffer == NULL)
    {
      buffer = gram_buffer_new ();
      g_hash_table_insert (builder->columns, g_steal_pointer (&key), buffer);
    }
  return buffer;
}
