/* saved-fixture.c: a short run to save, and a folder to save it in
 *
 * SPDX-License-Identifier: MIT
 */
#include "saved-fixture.h"

#include <glib/gstdio.h>

#include "gram-fixture.h"

char *saved_directory;

char *
saved_path (const char *name)
{
  return g_build_filename (saved_directory, name, NULL);
}

GramSettings *
saved_settings (void)
{
  GramSettings *settings = gram_settings_new ();
  GError *error = NULL;

  gram_settings_apply (settings,
                       "n=24 test-samples=8 width=32 eta=0.05 kappa=0.1 device=cpu threads=1 "
                       "labels=true,random seed=3",
                       &error);
  g_assert_no_error (error);
  return settings;
}

GramTraining *
saved_training (const GramSettings *settings, GramProblem *problem)
{
  GramDeviceOptions options = { .threads = 1 };
  g_autoptr (GramDevice) device = gram_device_open ("cpu", &options, NULL);
  g_autoptr (GPtrArray) labels =
      gram_fixture_labels (problem, "true,random", settings->problem.seed);

  return gram_training_new (device, problem, labels, settings, NULL, NULL);
}

GramProblem *
saved_problem (void)
{
  return gram_fixture_problem (24, 8);
}

/* A checkpoint of a short run, with everything in it. */
GramCheckpoint *
saved_checkpoint (gint64 steps)
{
  g_autoptr (GramProblem) problem = saved_problem ();
  GramCheckpoint *checkpoint = g_new0 (GramCheckpoint, 1);
  g_autoptr (GramTraining) training = NULL;

  checkpoint->settings = saved_settings ();
  training = saved_training (checkpoint->settings, problem);
  g_assert_true (gram_training_advance (training, steps, 1e9, NULL, NULL));
  checkpoint->run = gram_run_new ();
  gram_training_drain (training, checkpoint->run);
  checkpoint->state = gram_training_save (training, NULL);
  checkpoint->step = steps;
  checkpoint->view = g_strdup ("{\"page\":\"convergence\"}");
  checkpoint->fingerprint = gram_checkpoint_fingerprint (problem);
  return checkpoint;
}

/* The file's content in one piece. */
GBytes *
saved_bytes (const GramCheckpoint *checkpoint)
{
  g_autoptr (GPtrArray) pieces = gram_checkpoint_serialize (checkpoint);
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < pieces->len; i++)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (g_ptr_array_index (pieces, i), &length);

      g_byte_array_append (all, data, (guint) length);
    }
  return g_byte_array_free_to_bytes (all);
}

/* Beside the curves, what the run says of itself. */
void
saved_assert_same_run (const GramRun *a, const GramRun *b)
{
  g_assert_cmpint (a->steps, ==, b->steps);
  g_assert_cmpint (a->n, ==, b->n);
  g_assert_cmpint (a->m, ==, b->m);
  g_assert_cmpfloat (a->eta, ==, b->eta);
  g_assert_cmpstr (a->device, ==, b->device);
  gram_fixture_assert_same_curves (a, b);
  for (guint i = 0; i < a->sets->len; i++)
    {
      const GramRunSet *p = gram_run_get_set (a, i), *q = gram_run_get_set (b, i);

      g_assert_cmpstr (p->labels->name, ==, q->labels->name);
      g_assert_cmpmem (p->labels->y, (gsize) a->n * sizeof (double), q->labels->y,
                       (gsize) b->n * sizeof (double));
      g_assert_cmpmem (p->labels->y_test, (gsize) a->n_test * sizeof (double), q->labels->y_test,
                       (gsize) q->labels->n_test * sizeof (double));
      g_assert_cmpfloat (p->train_error, ==, q->train_error);
    }
}

/* g_test_run() with a folder, which is gone afterwards. */
int
saved_test_run (void)
{
  g_autoptr (GDir) listing = NULL;
  const char *name;
  int status;

  saved_directory = g_dir_make_tmp ("gramscope-test-XXXXXX", NULL);
  status = g_test_run ();
  listing = g_dir_open (saved_directory, 0, NULL);
  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = saved_path (name);

      g_unlink (path);
    }
  g_rmdir (saved_directory);
  g_clear_pointer (&saved_directory, g_free);
  return status;
}
