/* gram-figure-parts.c: curves, legends and captions that several figures have
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figures-private.h"

#include <math.h>
#include <string.h>

#include "gram-ticks.h"

/* ---------- columns ------------------------------------------------------------------------- */

/**
 * gram_buffer_follow:
 * @values: (element-type double): a column that usually only grows
 *
 * Makes @buffer hold the same numbers. What was recorded never changes except when a run starts
 * anew or its last, provisional point is dropped.
 *
 * Returns: how many values at the beginning stayed as they were
 */
gsize
gram_buffer_follow (GramBuffer *buffer, const GArray *values)
{
  const double *from = (const double *) (gpointer) values->data;
  gsize have, same = 0;
  const double *old = gram_buffer_peek (buffer, &have);

  if (have <= values->len && (have == 0 || memcmp (old, from, have * sizeof (double)) == 0))
    same = have;
  while (same < MIN (have, values->len) && memcmp (&old[same], &from[same], sizeof (double)) == 0)
    same++;
  if (same < have)
    gram_buffer_resize (buffer, same);
  if (values->len > same)
    gram_buffer_append_array (buffer, from + same, values->len - same);
  return same;
}

/**
 * gram_grid_step:
 *
 * Returns: step @index of the grid at which predictions are drawn: every step up to 20, then
 * each 2 % more than the one before
 */
double
gram_grid_step (gsize index)
{
  return index <= 20 ? (double) index : ceil (20 * pow (1.02, (double) index - 20));
}

static GramSeries *
add_pair (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *x,
          const char *y, gboolean predicted)
{
  GramRole role = gram_labels_role (labels);
  g_autofree char *title = gram_labels_title (labels);
  g_autofree char *id = g_strdup_printf (predicted ? "%s-predicted" : "%s", labels->name);
  g_autofree char *name = g_strdup_printf (predicted ? _ ("%s, predicted") : "%s", title);
  GramSeries *series = gram_plot_find_series (plot, id);

  if (series != NULL)
    return series;
  series = gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, role,
                                 gram_figure_column (figure, "%s-%s", labels->name, x),
                                 gram_figure_column (figure, "%s-%s", labels->name, y));
  series->shade = predicted ? GRAM_SHADE_STRONG : GRAM_SHADE_SOFT;
  series->width = predicted ? 1.6 : 3.6;
  series->dash = predicted ? GRAM_DASH_DASHED : GRAM_DASH_SOLID;
  series->marker = predicted ? GRAM_MARKER_NONE : gram_role_marker (role);
  gram_series_set_tags (series, labels->name, predicted ? "predicted" : "measured");
  return series;
}

/**
 * gram_measured_series:
 * @x: (and @y) columns, after the label set's name
 *
 * Returns: (transfer none): the wide soft line of what a net did, added when it is not there
 */
GramSeries *
gram_measured_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *x,
                      const char *y)
{
  return add_pair (figure, plot, labels, x, y, FALSE);
}

/**
 * gram_predicted_series:
 *
 * Returns: (transfer none): the thin dashed line of what theory says, added when it is not there
 */
GramSeries *
gram_predicted_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels, const char *x,
                       const char *y)
{
  return add_pair (figure, plot, labels, x, y, TRUE);
}

/**
 * gram_legend_kinds:
 * @predicted: what the dashed lines are
 *
 * Adds the entries for solid and dashed lines after those of the label sets.
 */
void
gram_legend_kinds (GramPlot *plot, const char *predicted)
{
  GramLegendEntry *entry;

  for (guint i = 0; i < plot->legend->len; i++)
    if (strcmp (((GramLegendEntry *) g_ptr_array_index (plot->legend, i))->tag, "measured") == 0)
      return;
  entry = gram_plot_add_legend (plot, "measured", _ ("measured"), GRAM_ROLE_NEUTRAL);
  entry->shade = GRAM_SHADE_SOFT;
  entry = gram_plot_add_legend (plot, "predicted", predicted, GRAM_ROLE_NEUTRAL);
  entry->shade = GRAM_SHADE_STRONG;
  entry->dash = GRAM_DASH_DASHED;
}

/**
 * gram_figure_keep_labels:
 * @labels: of GramLabels
 *
 * Takes the curves and legend entries of other label sets out of all panels.
 */
void
gram_figure_keep_labels (GramFigure *figure, const GPtrArray *labels)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  for (guint i = 0; i < labels->len; i++)
    g_ptr_array_add (tags, ((GramLabels *) g_ptr_array_index (labels, i))->name);
  g_ptr_array_add (tags, (gpointer) "measured");
  g_ptr_array_add (tags, (gpointer) "predicted");
  g_ptr_array_add (tags, NULL);
  for (guint i = 0; i < figure->plots->len; i++)
    gram_plot_keep_tags (g_ptr_array_index (figure->plots, i), (const char *const *) tags->pdata);
}

/**
 * gram_analysis_find_set:
 *
 * An analysis may be a stage behind the run, or have other label sets.
 *
 * Returns: the index of the set of this name that predictions can be made of, or −1
 */
int
gram_analysis_find_set (const GramAnalysis *analysis, const char *name)
{
  for (guint i = 0; analysis != NULL && i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->labels != NULL && strcmp (set->labels->name, name) == 0
          && (set->n_nodes > 0 || (set->projection != NULL && analysis->lambda != NULL)))
        return (int) i;
    }
  return -1;
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

  return role < GRAM_N_ROLES ? markers[role] : GRAM_MARKER_NONE;
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
      return g_strdup (_ ("true labels"));
    case GRAM_LABELS_RANDOM:
      return g_strdup (_ ("random labels"));
    case GRAM_LABELS_WORST:
      return g_strdup (_ ("worst-case labels"));
    case GRAM_LABELS_MIXED:
    default:
      percent = gram_format_number (labels->spec.rho * 100, 3);
      return g_strdup_printf (_ ("%s %% random labels"), percent);
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

/* "MNIST, classes 0 and 1, n = 1000, …", "" when there are no data yet */
static char *
describe_data (const GramFigureInputs *inputs)
{
  const GramProblem *problem = inputs->analysis != NULL ? inputs->analysis->problem : NULL;
  g_autofree char *preprocess = NULL;
  g_autofree char *n = NULL;
  g_autofree char *d = NULL;

  if (problem == NULL)
    return g_strdup ("");
  if (problem->preprocess != GRAM_PREPROCESS_NONE)
    preprocess =
        g_strdup_printf (_ (", preprocessing %s"), gram_preprocess_to_string (problem->preprocess));
  n = g_strdup_printf ("%" G_GINT64_FORMAT, problem->n);
  d = g_strdup_printf ("%" G_GINT64_FORMAT, problem->d);
  /* Translators: dataset, two class names, number of images, how they were chosen, dimension,
   * preprocessing */
  return g_strdup_printf (_ ("%s, classes %s (+1) and %s (−1), n = %s (%s), d = %s%s, ‖x‖₂ = 1."),
                          problem->dataset_title, problem->class_names[0], problem->class_names[1],
                          n,
                          problem->select == GRAM_SELECT_FIRST ? _ ("first in file order")
                                                               : _ ("a seeded random subset"),
                          d, preprocess != NULL ? preprocess : "");
}

/* "m = 10 000, η = 0.001, …", "" when there is no run */
static char *
describe_network (const GramFigureInputs *inputs)
{
  const GramRun *run = inputs->run;
  g_autofree char *seed = NULL;
  g_autofree char *device = NULL;
  g_autofree char *m = NULL;
  g_autofree char *eta = NULL;
  g_autofree char *kappa = NULL;

  if (run == NULL)
    return g_strdup ("");
  m = gram_format_fixed ((double) run->m, 0);
  eta = gram_format_number (run->eta, 6);
  kappa = gram_format_number (run->kappa, 6);
  seed = g_strdup_printf ("%" G_GUINT64_FORMAT, run->seed);
  /* Translators: appended to the sentence about the network: the device it was trained on */
  device = run->device != NULL ? g_strdup_printf (_ (", on %s"), run->device) : NULL;
  /* Translators: width, step size, scale and kind of initialisation, seed, device */
  return g_strdup_printf (
      _ ("m = %s hidden neurons, η = %s, κ = %s, %s initialisation, seed %s%s."), m, eta, kappa,
      gram_init_to_string (run->init), seed, device != NULL ? device : "");
}

/**
 * gram_figure_set_caption_parts:
 * @text: what is drawn how
 *
 * Sets the caption: the data, the network, and @text.
 */
void
gram_figure_set_caption_parts (GramFigure *figure, const GramFigureInputs *inputs, const char *text)
{
  g_autofree char *data = describe_data (inputs);
  g_autofree char *network = describe_network (inputs);
  g_autofree char *caption = g_strdup_printf ("%s%s%s%s%s", data, *data != '\0' ? " " : "", network,
                                              *network != '\0' ? " " : "", text);

  gram_figure_set_caption (figure, caption);
}
