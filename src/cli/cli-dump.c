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
#include <string.h>

#include "cli-npy.h"
#include "gram-error.h"
#include "gram-size.h"

/* Not every file system takes the colon of a mixture: “mixed:0.3” is in y-mixed-0.3.npy. */
static gboolean
dump_f64 (const char *folder, const char *prefix, const char *name, const double *values,
          gint64 rows, gint64 columns, GError **error)
{
  g_autofree char *file = g_strdelimit (g_strconcat (prefix, name, ".npy", NULL), ":", '-');
  g_autofree char *path = g_build_filename (folder, file, NULL);

  return cli_npy_write (path, sizeof (double), values, rows, columns, error);
}

static gboolean
dump_labels (const char *folder, const GramLabels *labels, GError **error)
{
  return dump_f64 (folder, "y-", labels->name, labels->y, labels->n, 0, error)
         && (labels->n_test == 0
             || dump_f64 (folder, "y-test-", labels->name, labels->y_test, labels->n_test, 0,
                          error));
}

/* Whether a dump may hold this file and need not: a vector of labels, or the test images. */
static gboolean
is_optional (const char *name)
{
  const char *label = name + (g_str_has_prefix (name, "y-test-") ? 7 : 2);
  g_autofree char *text = NULL;
  GramLabelsSpec spec;

  if (g_str_equal (name, "X-test.npy"))
    return TRUE;
  if (!g_str_has_prefix (name, "y-") || !g_str_has_suffix (name, ".npy"))
    return FALSE;
  text = g_strdelimit (g_strndup (label, strlen (label) - strlen (".npy")), "-", ':');
  return gram_labels_spec_parse (text, &spec, NULL);
}

/* Labels of an earlier dump beside images of this one would be taken for theirs. */
static gboolean
remove_old (const char *folder, GError **error)
{
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  const char *name;

  while (files != NULL && (name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!is_optional (name) || g_unlink (path) == 0)
        continue;
      return gram_fail (error, GRAM_ERROR_STORAGE,
                        "%s: cannot remove this file of an earlier dump: %s; name another folder",
                        path, g_strerror (errno));
    }
  return TRUE;
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
      done = cli_npy_write (w_path, sizeof (float), W, spec->m, spec->train.d, error)
             && cli_npy_write (a_path, sizeof (float), a, spec->m, 0, error);
    }
  gram_free (a);
  gram_free (W);
  return done;
}

/**
 * cli_dump_init:
 * @folder: made when it is not there; labels and test images of an earlier dump are removed
 * @labels: (element-type GramLabels)
 *
 * Writes X.npy (n × d, float64), X-test.npy, y-LABEL.npy, y-test-LABEL.npy, W0.npy (m × d,
 * float32) and a.npy (m, float32); colons of LABEL are written as “-”.
 *
 * Returns: %FALSE with GRAM_ERROR_STORAGE or GRAM_ERROR_MEMORY
 */
gboolean
cli_dump_init (const char *folder, const GramProblem *problem, const GPtrArray *labels,
               const GramTrainerSpec *spec, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) != 0)
    return gram_fail (error, GRAM_ERROR_STORAGE, "%s: cannot make the folder: %s", folder,
                      g_strerror (errno));
  if (!remove_old (folder, error)
      || !dump_f64 (folder, "X", "", problem->X, problem->n, problem->d, error)
      || (problem->n_test > 0
          && !dump_f64 (folder, "X-test", "", problem->X_test, problem->n_test, problem->d, error)))
    return FALSE;
  for (guint i = 0; i < labels->len; i++)
    if (!dump_labels (folder, g_ptr_array_index (labels, i), error))
      return FALSE;
  return dump_network (folder, spec, error);
}
