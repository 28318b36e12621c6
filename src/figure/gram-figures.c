/* gram-figures.c: the program's figures by name, and what they share
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figures-private.h"

#include <string.h>

#include "gram-error.h"
#include "gram-ticks.h"

static const GramFigureClass *const classes[] = {
  &gram_figure_convergence,
  &gram_figure_spectrum,
};

/* Kept by the figure: its columns by name, and which class fills it. */
typedef struct
{
  const GramFigureClass *class_;
  GHashTable *columns; /* char * → GramBuffer */
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

/**
 * gram_figures_title:
 *
 * Returns: (transfer none): what people call figure @index
 */
const char *
gram_figures_title (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (classes), NULL);
  return classes[index]->title;
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
  figure = gram_figure_new (class_->name, class_->title);
  builder = g_new0 (Builder, 1);
  builder->class_ = class_;
  builder->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, column_free);
  gram_figure_set_builder (figure, builder, builder_free);
  class_->build (figure);
  gram_figure_update (figure, inputs);
  return figure;
}

/**
 * gram_figure_update:
 * @figure: made by gram_figure_new_by_name()
 *
 * Brings the figure up to date with @inputs; costs as much as what is new.
 */
void
gram_figure_update (GramFigure *figure, const GramFigureInputs *inputs)
{
  Builder *builder = figure->builder;

  g_return_if_fail (builder != NULL);
  builder->class_->update (figure, inputs);
  figure->serial++;
}

/**
 * gram_figure_column:
 *
 * Returns: (transfer none): the figure's column of numbers called @key, made when first asked for
 */
GramBuffer *
gram_figure_column (GramFigure *figure, const char *key)
{
  Builder *builder = figure->builder;
  GramBuffer *buffer = g_hash_table_lookup (builder->columns, key);

  if (buffer == NULL)
    {
      buffer = gram_buffer_new ();
      g_hash_table_insert (builder->columns, g_strdup (key), buffer);
    }
  return buffer;
}

/**
 * gram_buffer_follow:
 * @values: (element-type double): a column that usually only grows
 *
 * Makes @buffer hold the same numbers. What was recorded never changes except when a run starts
 * anew or thins its record, so a column is copied whole only when its old part differs.
 */
void
gram_buffer_follow (GramBuffer *buffer, const GArray *values)
{
  const double *from = (const double *) (gpointer) values->data;
  gsize have;
  const double *old = gram_buffer_peek (buffer, &have);

  if (have <= values->len && (have == 0 || memcmp (old, from, have * sizeof (double)) == 0))
    {
      if (values->len > have)
        gram_buffer_append_array (buffer, from + have, values->len - have);
    }
  else
    gram_buffer_set (buffer, from, values->len);
}

/* ---------- label sets ---------------------------------------------------------------------- */

/**
 * gram_labels_role:
 *
 * Returns: the colour of a label set, the same in every figure
 */
GramRole
gram_labels_role (const GramLabels *labels)
{
  switch (labels->spec.kind)
    {
    case GRAM_LABELS_TRUE:
      return GRAM_ROLE_TRUE;
    case GRAM_LABELS_RANDOM:
      return GRAM_ROLE_RANDOM;
    case GRAM_LABELS_WORST:
      return GRAM_ROLE_WORST;
    case GRAM_LABELS_MIXED:
    default:
      return GRAM_ROLE_MIXED;
    }
}

/**
 * gram_role_marker:
 *
 * Returns: the marker of a role, the same in every figure
 */
GramMarker
gram_role_marker (GramRole role)
{
  static const GramMarker markers[GRAM_N_ROLES] = {
    [GRAM_ROLE_TRUE] = GRAM_MARKER_CIRCLE,    [GRAM_ROLE_RANDOM] = GRAM_MARKER_SQUARE,
    [GRAM_ROLE_WORST] = GRAM_MARKER_TRIANGLE, [GRAM_ROLE_MIXED] = GRAM_MARKER_DIAMOND,
    [GRAM_ROLE_EXTRA] = GRAM_MARKER_CROSS,
  };

  return markers[role];
}

/**
 * gram_labels_title:
 *
 * Returns: (transfer full): "true labels", "30 % random labels"
 */
char *
gram_labels_title (const GramLabels *labels)
{
  g_autofree char *percent = NULL;

  switch (labels->spec.kind)
    {
    case GRAM_LABELS_TRUE:
      return g_strdup ("true labels");
    case GRAM_LABELS_RANDOM:
      return g_strdup ("random labels");
    case GRAM_LABELS_WORST:
      return g_strdup ("worst-case labels");
    case GRAM_LABELS_MIXED:
    default:
      percent = gram_format_number (labels->spec.rho * 100, 3);
      return g_strdup_printf ("%s %% random labels", percent);
    }
}

/**
 * gram_legend_labels:
 *
 * Adds the legend entry of a label set unless the plot has it.
 */
void
gram_legend_labels (GramPlot *plot, const GramLabels *labels, GramSeriesKind kind, GramShade shade)
{
  g_autofree char *title = gram_labels_title (labels);
  GramLegendEntry *entry;

  for (guint i = 0; i < plot->legend->len; i++)
    if (strcmp (((GramLegendEntry *) g_ptr_array_index (plot->legend, i))->tag, labels->name) == 0)
      return;
  entry = gram_plot_add_legend (plot, labels->name, title, gram_labels_role (labels));
  entry->kind = kind;
  entry->shade = shade;
  entry->marker = gram_role_marker (entry->role);
}

/* ---------- captions ------------------------------------------------------------------------ */

/**
 * gram_caption_data:
 *
 * Returns: (transfer full): "MNIST, classes 0 and 1, n = 1000, …", "" when there are no data yet
 */
char *
gram_caption_data (const GramFigureInputs *inputs)
{
  const GramProblem *problem = inputs->analysis != NULL ? inputs->analysis->problem : NULL;
  g_autofree char *preprocess = NULL;

  if (problem == NULL)
    return g_strdup ("");
  if (problem->preprocess != GRAM_PREPROCESS_NONE)
    preprocess =
        g_strdup_printf (", preprocessing %s", gram_preprocess_to_string (problem->preprocess));
  return g_strdup_printf ("%s, classes %s (+1) and %s (−1), n = %" G_GINT64_FORMAT
                          " (%s), d = %" G_GINT64_FORMAT "%s, ‖x‖₂ = 1.",
                          problem->dataset_title, problem->class_names[0], problem->class_names[1],
                          problem->n, gram_select_to_string (problem->select), problem->d,
                          preprocess != NULL ? preprocess : "");
}

/**
 * gram_caption_network:
 *
 * Returns: (transfer full): "m = 10 000, η = 0.001, …", "" when there is no run
 */
char *
gram_caption_network (const GramFigureInputs *inputs)
{
  const GramRun *run = inputs->run;
  g_autofree char *m = NULL;
  g_autofree char *eta = NULL;
  g_autofree char *kappa = NULL;

  if (run == NULL)
    return g_strdup ("");
  m = gram_format_fixed ((double) run->m, 0);
  eta = gram_format_number (run->eta, 6);
  kappa = gram_format_number (run->kappa, 6);
  return g_strdup_printf ("m = %s hidden neurons, η = %s, κ = %s, %s initialisation, "
                          "seed %" G_GUINT64_FORMAT "%s%s.",
                          m, eta, kappa, gram_init_to_string (run->init), run->seed,
                          run->device != NULL ? ", on " : "",
                          run->device != NULL ? run->device : "");
}
