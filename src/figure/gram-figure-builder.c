/* gram-figure-builder.c: one update of a figure
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figure-builder.h"

/* Terms of Σ(1−ηλᵢ)^{2k}pᵢ² that one update may evaluate: a few milliseconds, so that a frame is
 * never late however long a recorded run has to be predicted at once. */
#define EVALUATIONS_PER_UPDATE 400000.0

/* Kept by the figure from one update to the next. */
typedef struct
{
  GHashTable *columns;    /* char * → GramBuffer, those of this update */
  GHashTable *before;     /* (nullable) during an update: those that nobody asked for yet */
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

static GHashTable *
columns_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, column_free);
}

static void
builder_free (gpointer data)
{
  Builder *builder = data;

  g_hash_table_unref (builder->columns);
  g_clear_pointer (&builder->analysis, gram_analysis_unref);
  g_free (builder);
}

/**
 * gram_figure_builder_begin:
 *
 * Begins an update: all that the figure shows is to be added now.
 */
void
gram_figure_builder_begin (GramFigure *figure)
{
  Builder *builder = figure->builder;

  if (builder == NULL)
    {
      builder = g_new0 (Builder, 1);
      builder->columns = columns_new ();
      gram_figure_set_builder (figure, builder, builder_free);
    }
  builder->left = EVALUATIONS_PER_UPDATE;
  builder->unfinished = FALSE;
  builder->before = builder->columns;
  builder->columns = columns_new ();
  gram_figure_begin (figure);
}

/**
 * gram_figure_builder_end:
 *
 * Ends an update: what was not added to the figure since gram_figure_builder_begin() goes.
 *
 * Returns: whether the figure is complete; else it goes on with the next update
 */
gboolean
gram_figure_builder_end (GramFigure *figure)
{
  Builder *builder = figure->builder;

  gram_figure_end (figure);
  g_clear_pointer (&builder->before, g_hash_table_unref);
  return !builder->unfinished;
}

/* The column of this name, @key (transfer full); asked for the first time in this update it is
 * empty unless @kept. */
static GramBuffer *
get_column (Builder *builder, char *key, gboolean kept)
{
  gpointer old_key, buffer = g_hash_table_lookup (builder->columns, key);

  if (buffer != NULL)
    {
      g_free (key);
      return buffer;
    }
  if (g_hash_table_steal_extended (builder->before, key, &old_key, &buffer))
    {
      g_free (old_key);
      if (!kept)
        gram_buffer_resize (buffer, 0);
    }
  else
    buffer = gram_buffer_new ();
  g_hash_table_insert (builder->columns, key, buffer);
  return buffer;
}

/**
 * gram_figure_column:
 * @format: of its name
 *
 * Returns: (transfer none): the figure's column of that name, empty at the beginning of an update
 */
GramBuffer *
gram_figure_column (GramFigure *figure, const char *format, ...)
{
  va_list arguments;
  char *key;

  va_start (arguments, format);
  key = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return get_column (figure->builder, key, FALSE);
}

/**
 * gram_figure_kept_column:
 * @format: of its name
 *
 * For curves that grow; to be asked for before gram_figure_column() is, in every update.
 *
 * Returns: (transfer none): the figure's column of that name, with the values of the update before
 */
GramBuffer *
gram_figure_kept_column (GramFigure *figure, const char *format, ...)
{
  va_list arguments;
  char *key;

  va_start (arguments, format);
  key = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return get_column (figure->builder, key, TRUE);
}

/**
 * gram_figure_trim:
 * @x: (and @y) kept columns of a curve, ascending in @x
 *
 * Takes off what an update before had added beyond the first point that is not before @last: how
 * far a curve goes is a matter of what it is of, and not of what was shown before.
 */
void
gram_figure_trim (GramBuffer *x, GramBuffer *y, double last)
{
  gsize count;
  const double *values = gram_buffer_peek (x, &count);
  gsize needed = count;

  while (needed > 1 && values[needed - 2] >= last)
    needed--;
  if (needed == count)
    return;
  gram_buffer_resize (x, needed);
  gram_buffer_resize (y, MIN (needed, gram_buffer_length (y)));
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
 * gram_figure_value_changed:
 * @name: of the value
 * @value: what kept columns depend on
 *
 * Returns: whether @value is not what it was in the update before
 */
gboolean
gram_figure_value_changed (GramFigure *figure, const char *name, double value)
{
  GramBuffer *kept = gram_figure_kept_column (figure, "%s", name);
  gsize count;
  const double *before = gram_buffer_peek (kept, &count);

  if (count > 0 && before[0] == value)
    return FALSE;
  *gram_buffer_resize (kept, 1) = value;
  return TRUE;
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
