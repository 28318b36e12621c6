/* fixture.c: small problems for the tests of the engine
 *
 * SPDX-License-Identifier: MIT
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

#include "gram-cpu.h"
#include "gram-labels.h"
#include "gram-philox.h"
#include "gram-size.h"

GramDevice *
fixture_device (void)
{
  g_autoptr (GError) error = NULL;
  GramDeviceOptions options = { .threads = 2 };
  GramDevice *device;

  if (gram_backend_lookup ("cpu") == NULL)
    g_assert_true (gram_backend_register (gram_cpu_backend (), &error));
  device = gram_device_open ("cpu", &options, &error);
  g_assert_no_error (error);
  return device;
}

/* @mean plus noise, scaled to the unit sphere: a large mean makes images alike, as real ones are.
 * The label is the side of a random plane. */
static void
fill (GramProblem *problem, gint64 n, guint32 part, double mean, guint64 seed, double *X, double *y)
{
  g_autofree double *plane = g_new (double, problem->d);

  gram_philox_normal (seed, GRAM_STREAM_INPUTS, 2, 0, problem->d, plane);
  gram_philox_normal (seed, GRAM_STREAM_INPUTS, part, 0, n * problem->d, X);
  for (gint64 i = 0; i < n; i++)
    {
      double *x = X + i * problem->d, squares = 0, side = 0;

      for (gint64 j = 0; j < problem->d; j++)
        {
          side += x[j] * plane[j];
          x[j] += mean;
          squares += x[j] * x[j];
        }
      for (gint64 j = 0; j < problem->d; j++)
        x[j] /= sqrt (squares);
      y[i] = side >= 0 ? 1 : -1;
    }
}

GramProblem *
fixture_problem (gint64 n, gint64 n_test, gint64 d, double mean, guint64 seed)
{
  GramProblem *problem = g_new0 (GramProblem, 1);

  problem->references = 1;
  problem->dataset_id = g_strdup ("fixture");
  problem->n = n;
  problem->n_test = n_test;
  problem->d = d;
  problem->seed = seed;
  problem->X = gram_try_alloc (sizeof (double), d, n, "X", NULL);
  problem->y = gram_try_alloc (sizeof (double), n, 1, "y", NULL);
  problem->X_test = gram_try_alloc (sizeof (double), d, n_test, "X", NULL);
  problem->y_test = gram_try_alloc (sizeof (double), n_test, 1, "y", NULL);
  problem->parallel = g_array_new (FALSE, FALSE, sizeof (GramParallelPair));
  problem->notices = g_ptr_array_new_with_free_func (g_free);
  fill (problem, n, 0, mean, seed, problem->X, problem->y);
  fill (problem, n_test, 1, mean, seed, problem->X_test, problem->y_test);
  return problem;
}

/* Makes image @to identical to image @from, and says so as the dataset layer does. */
void
fixture_copy_image (GramProblem *problem, gint64 from, gint64 to)
{
  GramParallelPair pair = { from, to, problem->y[from] == problem->y[to], FALSE };

  memcpy (problem->X + to * problem->d, problem->X + from * problem->d,
          problem->d * sizeof (double));
  g_array_append_val (problem->parallel, pair);
}

GArray *
fixture_labels (const char *text)
{
  g_autoptr (GError) error = NULL;
  GArray *labels = gram_labels_list_parse (text, &error);

  g_assert_no_error (error);
  return labels;
}
