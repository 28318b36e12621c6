/* gram-problem.c: two classes of a dataset, or two groups of classes, as the paper's (X, y)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-problem.h"

#include <math.h>
#include <string.h>

#include "gram-dataset-private.h"
#include "gram-error.h"
#include "gram-exclude.h"
#include "gram-philox.h"
#include "gram-preprocess.h"
#include "gram-size.h"

#define DEFAULT_N 1000
#define DEFAULT_N_TEST 2000
/* without test files, one image in six is used for testing, as in MNIST */
#define SPLIT_PARTS 6

static const char *const select_names[] = { "first", "random" };
static const char *const preprocess_names[] = { "none", "center", "pixel-center", "standardize" };

static gboolean
find_name (const char *const *names, guint count, const char *text, guint *index)
{
  for (guint i = 0; i < count; i++)
    {
      if (g_ascii_strcasecmp (names[i], text) != 0)
        continue;
      *index = i;
      return TRUE;
    }
  return FALSE;
}

const char *
gram_select_to_string (GramSelect select)
{
  g_return_val_if_fail (select < G_N_ELEMENTS (select_names), NULL);
  return select_names[select];
}

gboolean
gram_select_from_string (const char *text, GramSelect *select)
{
  guint index;

  if (!find_name (select_names, G_N_ELEMENTS (select_names), text, &index))
    return FALSE;
  *select = index;
  return TRUE;
}

const char *
gram_preprocess_to_string (GramPreprocess preprocess)
{
  g_return_val_if_fail (preprocess < G_N_ELEMENTS (preprocess_names), NULL);
  return preprocess_names[preprocess];
}

gboolean
gram_preprocess_from_string (const char *text, GramPreprocess *preprocess)
{
  guint index;

  if (!find_name (preprocess_names, G_N_ELEMENTS (preprocess_names), text, &index))
    return FALSE;
  *preprocess = index;
  return TRUE;
}

/**
 * gram_problem_has_images:
 *
 * Returns: whether its vectors are images, width × height × channels, rather than features
 */
gboolean
gram_problem_has_images (const GramProblem *problem)
{
  return problem->width * problem->height * problem->channels == problem->d;
}

/**
 * gram_problem_describe:
 *
 * Returns: (transfer full): which images they are, in one line: "MNIST: 0 / 1"
 */
char *
gram_problem_describe (const GramProblem *problem)
{
  return g_strdup_printf ("%s: %s / %s", problem->dataset_title, problem->class_names[0],
                          problem->class_names[1]);
}

GramProblem *
gram_problem_ref (GramProblem *problem)
{
  g_atomic_int_inc (&problem->references);
  return problem;
}

void
gram_problem_unref (GramProblem *problem)
{
  if (!g_atomic_int_dec_and_test (&problem->references))
    return;
  g_clear_pointer (&problem->parallel, g_array_unref);
  g_clear_pointer (&problem->notices, g_ptr_array_unref);
  g_free (problem->dataset_id);
  g_free (problem->dataset_title);
  g_free (problem->dataset_source);
  g_free (problem->class_names[0]);
  g_free (problem->class_names[1]);
  g_free (problem->sides);
  gram_free (problem->X);
  gram_free (problem->X_test);
  gram_free (problem->y);
  gram_free (problem->y_test);
  gram_free (problem->pixels);
  gram_free (problem->pixels_test);
  gram_free (problem->gain);
  gram_free (problem->shift);
  gram_free (problem->scale);
  gram_free (problem->scale_test);
  g_free (problem->rows);
  g_free (problem->rows_test);
  g_free (problem);
}

/* ---------- which images ------------------------------------------------------------------- */

/* Takes class @c into the group of @side, +1 or −1. */
static gboolean
take_class (GramDataset *dataset, GramProblem *problem, guint c, gint8 side, GError **error)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  const char *name = info->class_names[c];
  int s = side > 0 ? 0 : 1;
  char *old = problem->class_names[s];

  if (problem->sides[c] == side)
    return gram_fail (error, GRAM_ERROR_USAGE, "class “%s” is named twice; name it once", name);
  if (problem->sides[c] != 0)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "class A and class B are both “%s”; choose two different classes, or groups "
                      "that share none",
                      name);
  if (info->counts[GRAM_SPLIT_TRAIN][c] == 0)
    return gram_fail (error, GRAM_ERROR_DATA,
                      "class “%s” has no training images in %s; choose another class", name,
                      info->source);
  problem->sides[c] = side;
  problem->available[s] += info->counts[GRAM_SPLIT_TRAIN][c];
  problem->class_names[s] = old != NULL ? g_strconcat (old, "+", name, NULL) : g_strdup (name);
  g_free (old);
  return TRUE;
}

/* A class by index or name, which may have a + in it, or a group of them with + in between. */
static gboolean
take_group (GramDataset *dataset, GramProblem *problem, const char *text, gint8 side,
            GError **error)
{
  g_auto (GStrv) names = g_strsplit (text, "+", -1);
  guint c;

  if (gram_dataset_find_class (dataset, text, &c, NULL))
    return take_class (dataset, problem, c, side, error);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_strstrip (names[i]);
      if (*names[i] == '\0')
        return gram_fail (
            error, GRAM_ERROR_USAGE,
            "classes “%s”: nothing stands on one side of a +; write groups like 0+2+4", text);
      if (!gram_dataset_find_class (dataset, names[i], &c, error)
          || !take_class (dataset, problem, c, side, error))
        return FALSE;
    }
  return TRUE;
}

/* Where none is named: the first class with images that the other side has not. */
static gboolean
take_first (GramDataset *dataset, GramProblem *problem, gint8 side, GError **error)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);

  for (guint c = 0; c < info->n_classes; c++)
    if (problem->sides[c] == 0 && info->counts[GRAM_SPLIT_TRAIN][c] > 0)
      return take_class (dataset, problem, c, side, error);
  return gram_fail (error, GRAM_ERROR_DATA,
                    "%s holds images of fewer than two classes; choose another dataset",
                    info->source);
}

static gboolean
choose_classes (GramDataset *dataset, const GramProblemSpec *spec, GramProblem *problem,
                GError **error)
{
  problem->n_classes = gram_dataset_get_info (dataset)->n_classes;
  problem->sides = g_new0 (gint8, problem->n_classes);
  return (spec->class_a == NULL || take_group (dataset, problem, spec->class_a, 1, error))
         && (spec->class_b == NULL || take_group (dataset, problem, spec->class_b, -1, error))
         && (spec->class_a != NULL || take_first (dataset, problem, 1, error))
         && (spec->class_b != NULL || take_first (dataset, problem, -1, error));
}

static int
compare_rows (const void *a, const void *b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

/* Keeps the first @want of @rows, or a random subset that the seed decides; in ascending order. */
static void
pick (GramSelect select, guint64 seed, guint32 substream, gint64 *rows, gint64 have, gint64 want)
{
  if (select == GRAM_SELECT_RANDOM)
    {
      g_autofree gint64 *order = g_new (gint64, have);
      g_autofree gint64 *old = g_memdup2 (rows, (gsize) have * sizeof (gint64));

      gram_philox_permutation (seed, GRAM_STREAM_SUBSET, substream, (gsize) have, order);
      for (gint64 k = 0; k < want; k++)
        rows[k] = old[order[k]];
      qsort (rows, (gsize) want, sizeof (gint64), compare_rows);
    }
}

/* Takes a sixth of the training images, which the seed decides, for testing. */
static gint64 *
split_off (guint64 seed, gint64 *rows, gint64 *have, gint64 *n_test)
{
  gint64 all = *have, aside = all / SPLIT_PARTS, kept = 0, taken = 0;
  g_autofree gint64 *order = g_new (gint64, all);
  gint64 *test = g_new (gint64, aside);

  gram_philox_permutation (seed, GRAM_STREAM_SPLIT, 0, (gsize) all, order);
  for (gint64 k = 0; k < all; k++)
    {
      if (order[k] < aside)
        test[taken++] = rows[k];
      else
        rows[kept++] = rows[k];
    }
  *have = kept;
  *n_test = taken;
  return test;
}

static gboolean
check_count (const GramProblem *problem, const char *what, gint64 asked, gint64 have,
             const gint64 *counts, GError **error)
{
  gint64 first = 0, second = 0;

  if (asked >= 0 && asked <= have)
    return TRUE;
  for (guint c = 0; c < problem->n_classes; c++)
    *(problem->sides[c] > 0 ? &first : &second) += problem->sides[c] != 0 ? counts[c] : 0;
  g_set_error (error, GRAM_ERROR, asked < 0 ? GRAM_ERROR_USAGE : GRAM_ERROR_DATA,
               "%" G_GINT64_FORMAT " %s images asked for, but “%s” has %" G_GINT64_FORMAT
               " and “%s” %" G_GINT64_FORMAT "%s; ask for %" G_GINT64_FORMAT " or fewer",
               asked, what, problem->class_names[0], first, problem->class_names[1], second,
               have < first + second ? ", a sixth of which is set aside for testing" : "", have);
  return FALSE;
}

static gboolean
choose_rows (GramDataset *dataset, const GramProblemSpec *spec, GramProblem *problem,
             GError **error)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  GramSplit test = info->has_test ? GRAM_SPLIT_TEST : GRAM_SPLIT_TRAIN;
  gint64 have, have_test;
  gboolean fewer = spec->fewer;

  problem->rows = gram_dataset_list_rows (dataset, GRAM_SPLIT_TRAIN, problem->sides, &have);
  if (info->has_test)
    problem->rows_test =
        gram_dataset_list_rows (dataset, GRAM_SPLIT_TEST, problem->sides, &have_test);
  else
    problem->rows_test = split_off (spec->seed, problem->rows, &have, &have_test);
  problem->most = have;
  problem->most_test = have_test;
  problem->n = spec->n == 0 ? MIN (DEFAULT_N, have) : fewer ? MIN (spec->n, have) : spec->n;
  problem->n_test = spec->n_test == -1 ? MIN (DEFAULT_N_TEST, have_test)
                    : fewer            ? MIN (spec->n_test, have_test)
                                       : spec->n_test;
  if (!check_count (problem, "training", problem->n, have, info->counts[GRAM_SPLIT_TRAIN], error)
      || !check_count (problem, "test", problem->n_test, have_test, info->counts[test], error))
    return FALSE;
  if (!info->has_test)
    g_ptr_array_add (
        problem->notices,
        g_strdup_printf ("The dataset has no test images of its own: a sixth of its "
                         "training images, chosen by the seed, serves (%" G_GINT64_FORMAT
                         " of this pair)",
                         have_test));
  pick (spec->select, spec->seed, 0, problem->rows, have, problem->n);
  pick (spec->select, spec->seed, 1, problem->rows_test, have_test, problem->n_test);
  return TRUE;
}

/* ---------- their pixels ------------------------------------------------------------------- */

static gboolean
allocate (GramProblem *problem, gboolean eight_bit, GError **error)
{
  gint64 n = problem->n, d = problem->d, n_test = problem->n_test;

  if (eight_bit
      && ((problem->pixels = gram_try_alloc (1, d, n, "pixels", error)) == NULL
          || (problem->pixels_test = gram_try_alloc (1, d, n_test, "pixels", error)) == NULL))
    return FALSE;
  return (problem->X = gram_try_alloc (sizeof (double), d, n, "X", error)) != NULL
         && (problem->X_test = gram_try_alloc (sizeof (double), d, n_test, "X", error)) != NULL
         && (problem->y = gram_try_alloc (sizeof (double), n, 1, "y", error)) != NULL
         && (problem->y_test = gram_try_alloc (sizeof (double), n_test, 1, "y", error)) != NULL
         && (problem->gain = gram_try_alloc (sizeof (double), d, 1, "gain", error)) != NULL
         && (problem->shift = gram_try_alloc (sizeof (double), d, 1, "shift", error)) != NULL
         && (problem->scale = gram_try_alloc (sizeof (double), n, 1, "scale", error)) != NULL
         && (problem->scale_test = gram_try_alloc (sizeof (double), n_test, 1, "scale", error))
                != NULL;
}

/* The test images come from the training files as well, so these are read twice. */
static gboolean
fetch_split_off (GramDataset *dataset, GramProblem *problem, GCancellable *cancellable,
                 GError **error)
{
  GramWanted train[GRAM_N_SPLITS] = { { problem->rows, problem->n, problem->pixels,
                                        problem->pixels == NULL ? problem->X : NULL } };
  GramWanted test[GRAM_N_SPLITS] = { { problem->rows_test, problem->n_test, problem->pixels_test,
                                       problem->pixels == NULL ? problem->X_test : NULL } };

  return gram_dataset_fetch (dataset, train, cancellable, error)
         && gram_dataset_fetch (dataset, test, cancellable, error);
}

static gboolean
fetch (GramDataset *dataset, GramProblem *problem, GCancellable *cancellable, GError **error)
{
  GramWanted wanted[GRAM_N_SPLITS] = { { problem->rows, problem->n, problem->pixels,
                                         problem->pixels == NULL ? problem->X : NULL },
                                       { problem->rows_test, problem->n_test, problem->pixels_test,
                                         problem->pixels == NULL ? problem->X_test : NULL } };

  if (!gram_dataset_get_info (dataset)->has_test)
    return fetch_split_off (dataset, problem, cancellable, error);
  return gram_dataset_fetch (dataset, wanted, cancellable, error);
}

static void
set_labels (GramDataset *dataset, GramProblem *problem)
{
  GramSplit test = gram_dataset_get_info (dataset)->has_test ? GRAM_SPLIT_TEST : GRAM_SPLIT_TRAIN;

  for (gint64 i = 0; i < problem->n; i++)
    problem->y[i] =
        problem->sides[gram_dataset_get_label (dataset, GRAM_SPLIT_TRAIN, problem->rows[i])];
  for (gint64 i = 0; i < problem->n_test; i++)
    problem->y_test[i] =
        problem->sides[gram_dataset_get_label (dataset, test, problem->rows_test[i])];
}

static void
tell_missing_class (GramProblem *problem)
{
  double sum = 0;

  for (gint64 i = 0; i < problem->n; i++)
    sum += problem->y[i];
  if (problem->n > 1 && fabs (sum) == (double) problem->n)
    g_ptr_array_add (problem->notices,
                     g_strdup_printf ("All %" G_GINT64_FORMAT
                                      " training images are of class “%s”; take more, or a random "
                                      "subset",
                                      problem->n, problem->class_names[sum > 0 ? 0 : 1]));
}

static gboolean
check_finite (const GramProblem *problem, GError **error)
{
  for (gint64 i = 0; i < problem->n; i++)
    {
      if (isfinite (problem->scale[i]) && isfinite (problem->X[i * problem->d]))
        continue;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: the numbers in row %" G_GINT64_FORMAT
                   " are too large or too small to be scaled; divide the data by their size",
                   problem->dataset_source, problem->rows[i]);
      return FALSE;
    }
  return TRUE;
}

static GramProblem *
problem_begin (GramDataset *dataset, const GramProblemSpec *spec)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  GramProblem *problem = g_new0 (GramProblem, 1);

  problem->references = 1;
  problem->dataset_id = g_strdup (info->id);
  problem->dataset_title = g_strdup (info->title);
  problem->dataset_source = g_strdup (info->source);
  problem->width = info->width;
  problem->height = info->height;
  problem->channels = info->channels;
  problem->d = info->width * info->height * info->channels;
  problem->select = spec->select;
  problem->preprocess = spec->preprocess;
  problem->seed = spec->seed;
  problem->notices = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; info->warnings[i] != NULL; i++)
    g_ptr_array_add (problem->notices, g_strdup (info->warnings[i]));
  return problem;
}

/**
 * gram_problem_new:
 * @dataset: where the images come from
 * @spec: which of them, and what is done to them
 *
 * Reads the pair's images in one pass over the files, in file order of both classes together, and
 * makes X (d × n, float64, unit columns) and y (App. A). Images of zero length are left out, and
 * so are further copies of an image within a class; the notices name them.
 *
 * Returns: (transfer full) (nullable): the problem, or %NULL with GRAM_ERROR_DATA or _USAGE
 */
GramProblem *
gram_problem_new (GramDataset *dataset, const GramProblemSpec *spec, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GramProblem) problem = problem_begin (dataset, spec);

  if (!choose_classes (dataset, spec, problem, error)
      || !choose_rows (dataset, spec, problem, error)
      || !allocate (problem, dataset->eight_bit, error)
      || !fetch (dataset, problem, cancellable, error))
    return NULL;
  set_labels (dataset, problem);
  gram_preprocess_fit (problem);
  gram_preprocess_apply (problem, problem->pixels, problem->n, problem->X, problem->scale);
  gram_preprocess_apply (problem, problem->pixels_test, problem->n_test, problem->X_test,
                         problem->scale_test);
  if (!check_finite (problem, error) || !gram_exclude_unusable (problem, error))
    return NULL;
  tell_missing_class (problem);
  return g_steal_pointer (&problem);
}
