/* cli-dump.c: train --dump-init, all that another program needs to repeat a run
 *
 * SPDX-License-Identifier: MIT
 *
 * Columns of length d one after the other are, for NumPy, rows of length d: X (d × n) is written
 * as n × d and W(0) (d × m) as m × d without moving a number.
 */
#include "cli-dump.h"

#include <glib/gstdio.h>
#include <errno.h>

#include "cli-npy.h"
#include "gram-error.h"
#include "gram-size.h"

static gboolean
dump_f64 (const char *folder, const char *name, const double *values, gint64 rows, gint64 columns,
          GError **error)
{
  g_autofree char *file = g_strconcat (name, ".npy", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  return cli_npy_write_f64 (path, values, rows, columns, error);
}

static gboolean
dump_labels (const char *folder, const GramLabels *labels, GError **error)
{
  g_autofree char *train = g_strconcat ("y-", labels->name, NULL);
  g_autofree char *test = g_strconcat ("y-test-", labels->name, NULL);

  return dump_f64 (folder, train, labels->y, labels->n, 0, error)
         && (labels->y_test == NULL
             || dump_f64 (folder, test, labels->y_test, labels->n_test, 0, error));
}

static gboolean
dump_network (const char *folder, const GramTrainerSpec *spec, GError **error)
{
  g_autofree char *w_path = g_build_filename (folder, "W0.npy", NULL);
  g_autofree char *a_path = g_build_filename (folder, "a.npy", NULL);
  float *W = gram_try_alloc (sizeof (float), spec->train.d, spec->m, "W(0)", error);
  float *a = W != NULL ? gram_try_alloc (sizeof (float), spec->m, 1, "a", error) : NULL;
  gboolean done = FALSE;

  if (a != NULL)
    {
      gram_network_weights (spec, 0, spec->m, W, spec->train.d);
      gram_network_signs (spec, a);
      done = cli_npy_write_f32 (w_path, W, spec->m, spec->train.d, error)
             && cli_npy_write_f32 (a_path, a, spec->m, 0, error);
    }
  gram_free (a);
  gram_free (W);
  return done;
}

/**
 * cli_dump_init:
 * @folder: made when it is not there
 * @labels: (element-type GramLabels)
 *
 * Writes X.npy (n × d, float64), X-test.npy, y-LABEL.npy, y-test-LABEL.npy, W0.npy (m × d,
 * float32) and a.npy (m, float32).
 *
 * Returns: %FALSE with GRAM_ERROR_STORAGE or GRAM_ERROR_MEMORY
 */
gboolean
cli_dump_init (const char *folder, const GramProblem *problem, const GPtrArray *labels,
               const GramTrainerSpec *spec, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE, "%s: cannot make the folder: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  if (!dump_f64 (folder, "X", problem->X, problem->n, problem->d, error)
      || (problem->n_test > 0
          && !dump_f64 (folder, "X-test", problem->X_test, problem->n_test, problem->d, error)))
    return FALSE;
  for (guint i = 0; i < labels->len; i++)
    if (!dump_labels (folder, g_ptr_array_index (labels, i), error))
      return FALSE;
  return dump_network (folder, spec, error);
}
