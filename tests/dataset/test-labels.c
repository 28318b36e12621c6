/* test-labels.c: true, random and mixed labels, and their names
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-labels.h"
#include "gram-philox.h"

#define N 2000

static GramProblem *
make_problem (gint64 n)
{
  g_autoptr (GramDataset) dataset = gram_dataset_open ("glyphs", NULL, NULL, NULL);
  GramProblemSpec spec = { .n = n, .n_test = 1000 };

  return gram_problem_new (dataset, &spec, NULL, NULL);
}

static GramLabels *
make (const GramProblem *problem, GramLabelsKind kind, double rho, guint32 draw, guint64 seed)
{
  GramLabelsSpec spec = { .kind = kind, .rho = rho, .draw = draw };
  g_autoptr (GError) error = NULL;
  GramLabels *labels = gram_labels_new (problem, &spec, seed, &error);

  g_assert_no_error (error);
  return labels;
}

static gint64
count_different (const double *a, const double *b, gint64 n)
{
  gint64 different = 0;

  for (gint64 i = 0; i < n; i++)
    {
      g_assert_cmpfloat (fabs (a[i]), ==, 1);
      different += a[i] != b[i];
    }
  return different;
}

static void
test_kinds (void)
{
  g_autoptr (GramProblem) problem = make_problem (N);
  g_autoptr (GramLabels) truth = make (problem, GRAM_LABELS_TRUE, 0, 0, 1);
  g_autoptr (GramLabels) random = make (problem, GRAM_LABELS_RANDOM, 0, 0, 1);
  g_autoptr (GramLabels) second = make (problem, GRAM_LABELS_RANDOM, 0, 1, 1);
  g_autoptr (GramLabels) other = make (problem, GRAM_LABELS_RANDOM, 0, 0, 2);
  g_autoptr (GramLabels) none = make (problem, GRAM_LABELS_MIXED, 0, 0, 1);
  g_autoptr (GramLabels) all = make (problem, GRAM_LABELS_MIXED, 1, 0, 1);

  g_assert_cmpmem (truth->y, N * 8, problem->y, N * 8);
  g_assert_cmpmem (truth->y_test, 8000, problem->y_test, 8000);
  g_assert_cmpmem (none->y, N * 8, problem->y, N * 8);
  g_assert_cmpmem (all->y, N * 8, random->y, N * 8);
  g_assert_cmpmem (all->y_test, 8000, random->y_test, 8000);
  /* a sample's random label depends on nothing but the seed, the draw and its place */
  for (int i = 0; i < N; i++)
    {
      g_assert_cmpfloat (random->y[i], ==,
                         gram_philox_sign (1, GRAM_STREAM_LABELS_TRAIN, 0, (guint64) i));
      g_assert_cmpfloat (second->y[i], ==,
                         gram_philox_sign (1, GRAM_STREAM_LABELS_TRAIN, 2, (guint64) i));
    }
  /* five standard deviations of N/2 */
  g_assert_cmpfloat (fabs ((double) count_different (truth->y, random->y, N) - N / 2.0), <,
                     2.5 * sqrt (N));
  g_assert_cmpfloat (fabs ((double) count_different (second->y, random->y, N) - N / 2.0), <,
                     2.5 * sqrt (N));
  g_assert_cmpfloat (fabs ((double) count_different (other->y, random->y, N) - N / 2.0), <,
                     2.5 * sqrt (N));
  g_assert_cmpfloat (fabs ((double) count_different (truth->y_test, random->y_test, 1000) - 500), <,
                     2.5 * sqrt (1000));
  g_assert_true (memcmp (random->y, random->y_test, 8000) != 0);
}

/* What a smaller fraction resampled, a larger one resampled to the same. */
static void
test_nested (void)
{
  g_autoptr (GramProblem) problem = make_problem (N);
  g_autoptr (GramLabels) random = make (problem, GRAM_LABELS_RANDOM, 0, 3, 9);
  g_autoptr (GramLabels) before = make (problem, GRAM_LABELS_MIXED, 0, 3, 9);

  for (int step = 1; step <= 20; step++)
    {
      g_autoptr (GramLabels) now = make (problem, GRAM_LABELS_MIXED, step / 20.0, 3, 9);
      gint64 flipped = count_different (now->y, problem->y, N);

      for (int i = 0; i < N; i++)
        {
          g_assert_true (now->y[i] == problem->y[i] || now->y[i] == random->y[i]);
          if (before->y[i] != problem->y[i])
            g_assert_cmpfloat (now->y[i], ==, before->y[i]);
        }
      /* half of the q = ρn resampled ones change sign: five standard deviations */
      g_assert_cmpfloat (fabs ((double) flipped - step * N / 40.0), <,
                         2.5 * sqrt (step * N / 20.0));
      g_assert_cmpint (flipped, <=, step * N / 20);
      g_clear_pointer (&before, gram_labels_unref);
      before = gram_labels_ref (now);
    }
}

/* Exactly q = round (ρn) labels are resampled. With every draw some of them keep their sign; over
 * many draws the labels that ever change are counted by their average. */
static void
test_exact_count (void)
{
  g_autoptr (GramProblem) problem = make_problem (10);
  double flips = 0;

  for (guint32 draw = 0; draw < 4000; draw++)
    {
      g_autoptr (GramLabels) labels = make (problem, GRAM_LABELS_MIXED, 0.3, draw, 4);
      gint64 count = count_different (labels->y, problem->y, 10);

      g_assert_cmpint (count, <=, 3);
      flips += (double) count;
    }
  /* binomial (3, ½) a draw: five standard errors */
  g_assert_cmpfloat (fabs (flips / 4000 - 1.5), <, 5 * sqrt (0.75 / 4000));
}

static void
test_vector (void)
{
  double y[3] = { 0.5, -1, 2 };
  GramLabelsSpec spec = { .kind = GRAM_LABELS_WORST };
  g_autoptr (GramLabels) labels = gram_labels_new_from_vector (&spec, 3, y);
  g_autoptr (GramProblem) problem = make_problem (4);
  g_autoptr (GError) error = NULL;

  g_assert_cmpmem (labels->y, sizeof y, y, sizeof y);
  g_assert_null (labels->y_test);
  g_assert_cmpstr (labels->name, ==, "worst");
  g_assert_null (gram_labels_new (problem, &spec, 0, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  spec.kind = GRAM_LABELS_MIXED;
  spec.rho = NAN;
  g_assert_null (gram_labels_new (problem, &spec, 0, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

static void
test_text (void)
{
  const char *const good[] = { "true",    "random",   "worst",       "mixed:0.3",   "mixed:0",
                               "mixed:1", "random#2", "mixed:0.1#7", "mixed:1e-05", "mixed:0.25" };
  const char *const bad[] = { "",          "tru",        "mixed",        "mixed:",
                              "mixed:1.1", "mixed:-0.1", "mixed:nan",    "mixed:0.5x",
                              "random#",   "random#-1",  "mixed:0x1p-1", "mixed: 0.1" };
  GramLabelsSpec spec;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = NULL;

      g_assert_true (gram_labels_spec_parse (good[i], &spec, &error));
      g_assert_no_error (error);
      text = gram_labels_spec_to_string (&spec);
      g_assert_cmpstr (text, ==, good[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      if (gram_labels_spec_parse (bad[i], &spec, &error))
        g_error ("“%s” was taken", bad[i]);
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
      g_clear_error (&error);
    }
  spec = (GramLabelsSpec){ .kind = GRAM_LABELS_MIXED, .rho = 1.0 / 3 };
  {
    g_autofree char *text = gram_labels_spec_to_string (&spec);
    GramLabelsSpec back;

    g_assert_true (gram_labels_spec_parse (text, &back, NULL));
    g_assert_cmpfloat (back.rho, ==, spec.rho);
  }
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) list = gram_labels_list_parse ("true, Random,mixed:0.3", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpint (g_array_index (list, GramLabelsSpec, 1).kind, ==, GRAM_LABELS_RANDOM);
  g_assert_cmpfloat (g_array_index (list, GramLabelsSpec, 2).rho, ==, 0.3);
  g_assert_null (gram_labels_list_parse ("true,true", &error));
  g_assert_nonnull (strstr (error->message, "twice"));
  g_clear_error (&error);
  g_assert_null (gram_labels_list_parse ("", &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (gram_labels_list_parse ("true,,random", &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/labels/kinds", test_kinds);
  g_test_add_func ("/labels/nested", test_nested);
  g_test_add_func ("/labels/exact-count", test_exact_count);
  g_test_add_func ("/labels/vector", test_vector);
  g_test_add_func ("/labels/text", test_text);
  g_test_add_func ("/labels/list", test_list);
  return g_test_run ();
}
