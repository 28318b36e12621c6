/* problem-dump.c: writes X and y of a problem as raw float64, for golden.py
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "gram-problem.h"

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GramProblem) problem = NULL;
  GramProblemSpec spec = { .n_test = -1 };
  FILE *out;

  if (argc != 8 || !gram_preprocess_from_string (argv[6], &spec.preprocess))
    return 2;
  spec.class_a = argv[3];
  spec.class_b = argv[4];
  spec.n = g_ascii_strtoll (argv[5], NULL, 10);
  dataset = gram_dataset_open (argv[1], argv[2][0] != '\0' ? argv[2] : NULL, NULL, &error);
  if (dataset != NULL)
    problem = gram_problem_new (dataset, &spec, NULL, &error);
  if (problem == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 3;
    }
  out = fopen (argv[7], "wb");
  if (out == NULL)
    return 1;
  fwrite (&problem->n, sizeof (gint64), 1, out);
  fwrite (&problem->d, sizeof (gint64), 1, out);
  fwrite (problem->X, sizeof (double), (size_t) (problem->n * problem->d), out);
  fwrite (problem->y, sizeof (double), (size_t) problem->n, out);
  return fclose (out);
}
