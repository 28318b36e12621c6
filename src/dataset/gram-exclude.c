/* gram-exclude.c: images that a problem cannot use
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-exclude.h"

#include <string.h>

#include "gram-error.h"
#include "gram-parallel.h"

/* how many rows a notice names before it says "and N more" */
#define NAMED 5

/* The training or the test samples, so that the same code serves both. */
typedef struct
{
  gint64 *n;
  double *X, *y, *scale;
  guint8 *pixels;
  gint64 *rows;
} Samples;

static void
keep_only (Samples *samples, gint64 d, const gboolean *drop)
{
  gint64 to = 0;

  for (gint64 i = 0; i < *samples->n; i++)
    {
      if (drop[i])
        continue;
      if (to != i)
        {
          memcpy (samples->X + to * d, samples->X + i * d, (gsize) d * sizeof (double));
          if (samples->pixels != NULL)
            memcpy (samples->pixels + to * d, samples->pixels + i * d, (gsize) d);
          samples->y[to] = samples->y[i];
          samples->scale[to] = samples->scale[i];
          samples->rows[to] = samples->rows[i];
        }
      to++;
    }
  *samples->n = to;
}

/* "rows 3, 7, 12, 20, 31 and 5 more" */
static char *
name_rows (const gint64 *rows, const gboolean *which, gint64 n, gint64 *count)
{
  GString *text = g_string_new (NULL);

  *count = 0;
  for (gint64 i = 0; i < n; i++)
    {
      if (which[i] && (*count)++ < NAMED)
        g_string_append_printf (text, "%s%" G_GINT64_FORMAT, text->len > 0 ? ", " : "", rows[i]);
    }
  if (*count > NAMED)
    g_string_append_printf (text, " and %" G_GINT64_FORMAT " more", *count - NAMED);
  return g_string_free (text, FALSE);
}

static void
drop_zeros (GramProblem *problem, Samples *samples, const char *what)
{
  g_autofree gboolean *drop = g_new0 (gboolean, *samples->n);
  g_autofree char *names = NULL;
  gint64 count;

  for (gint64 i = 0; i < *samples->n; i++)
    drop[i] = samples->scale[i] == 0;
  names = name_rows (samples->rows, drop, *samples->n, &count);
  if (count == 0)
    return;
  g_ptr_array_add (problem->notices,
                   g_strdup_printf ("%" G_GINT64_FORMAT " %s images have no length to scale to 1 "
                                    "and were left out (rows %s)",
                                    count, what, names));
  keep_only (samples, problem->d, drop);
}

/* Another copy of an image with the same label adds no information and makes H∞ singular, so it is
 * left out. */
static void
drop_copies (GramProblem *problem, Samples *samples)
{
  g_autofree gboolean *drop = g_new0 (gboolean, *samples->n);
  g_autofree char *names = NULL;
  gint64 count;

  for (guint k = 0; k < problem->parallel->len; k++)
    {
      const GramParallelPair *pair = &g_array_index (problem->parallel, GramParallelPair, k);

      if (pair->same_label && !pair->opposite)
        drop[pair->j] = TRUE;
    }
  names = name_rows (samples->rows, drop, *samples->n, &count);
  if (count == 0)
    return;
  g_ptr_array_add (problem->notices,
                   g_strdup_printf ("%" G_GINT64_FORMAT
                                    " images equal another one of the same class after scaling, "
                                    "which would make λ₀ = 0; they were left out (rows %s)",
                                    count, names));
  keep_only (samples, problem->d, drop);
}

static void
tell_parallel (GramProblem *problem)
{
  for (guint k = 0; k < problem->parallel->len && k < NAMED; k++)
    {
      const GramParallelPair *pair = &g_array_index (problem->parallel, GramParallelPair, k);

      g_ptr_array_add (
          problem->notices,
          g_strdup_printf (pair->opposite
                               ? "Images %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                                 " (rows %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                                 ") are opposite, x_i = −x_j: harmless to H∞"
                               : "Images %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                                 " (rows %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                                 ") are equal after scaling but differ in label: λ₀ = 0 and the "
                                 "complexity measure is infinite; leave one out",
                           pair->i, pair->j, problem->rows[pair->i], problem->rows[pair->j]));
    }
  if (problem->parallel->len > NAMED)
    g_ptr_array_add (problem->notices, g_strdup_printf ("%u more pairs of images are parallel",
                                                        problem->parallel->len - NAMED));
}

/**
 * gram_exclude_unusable:
 * @problem: with its unit columns and labels
 *
 * Leaves out images of zero length and further copies of an image within a class, and lists the
 * parallel images that remain. The notices name them all.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when nothing is left
 */
gboolean
gram_exclude_unusable (GramProblem *problem, GError **error)
{
  Samples train = { &problem->n,    problem->X,      problem->y,
                    problem->scale, problem->pixels, problem->rows };
  Samples test = { &problem->n_test,    problem->X_test,      problem->y_test,
                   problem->scale_test, problem->pixels_test, problem->rows_test };

  drop_zeros (problem, &train, "training");
  drop_zeros (problem, &test, "test");
  problem->parallel = gram_parallel_find (problem->X, problem->d, problem->n, problem->y, error);
  if (problem->parallel == NULL)
    return FALSE;
  drop_copies (problem, &train);
  g_array_unref (problem->parallel);
  problem->parallel = gram_parallel_find (problem->X, problem->d, problem->n, problem->y, error);
  if (problem->parallel == NULL)
    return FALSE;
  tell_parallel (problem);
  if (problem->n > 0)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: every chosen image is zero; choose other classes or another preprocessing",
               problem->dataset_source);
  return FALSE;
}
