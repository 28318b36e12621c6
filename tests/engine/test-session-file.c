/* test-session-file.c: session files and checkpoints, whole, damaged and interrupted
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-checkpoint.h"
#include "gram-curves.h"
#include "gram-error.h"
#include "gram-fixture.h"
#include "gram-philox.h"
#include "gram-session.h"
#include "gram-training.h"

#define WAIT(condition)                                               \
  G_STMT_START                                                        \
  {                                                                   \
    gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND; \
    while (!(condition))                                              \
      {                                                               \
        if (g_get_monotonic_time () > until)                          \
          g_error ("waited too long for " #condition);                \
        g_main_context_iteration (NULL, FALSE);                       \
        g_usleep (200);                                               \
      }                                                               \
  }                                                                   \
  G_STMT_END

static char *directory;

static char *
in_directory (const char *name)
{
  return g_build_filename (directory, name, NULL);
}

static GramSettings *
small_settings (void)
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

static GramTraining *
make_training (const GramSettings *settings, GramProblem *problem)
{
  GramDeviceOptions options = { .threads = 1 };
  g_autoptr (GramDevice) device = gram_device_open ("cpu", &options, NULL);
  g_autoptr (GPtrArray) labels = gram_fixture_labels (problem, "true,random", settings->seed);

  return gram_training_new (device, problem, labels, settings, NULL, NULL);
}

static GramProblem *
make_problem (void)
{
  return gram_fixture_problem (24, 8);
}

/* A checkpoint of a short run, with everything in it. */
static GramCheckpoint *
make_checkpoint (gint64 steps)
{
  g_autoptr (GramProblem) problem = make_problem ();
  GramCheckpoint *checkpoint = gram_checkpoint_new ();
  g_autoptr (GramTraining) training = NULL;

  checkpoint->settings = small_settings ();
  training = make_training (checkpoint->settings, problem);
  g_assert_true (gram_training_advance (training, steps, 1e9, NULL, NULL));
  checkpoint->run = gram_run_new ();
  gram_training_drain (training, checkpoint->run);
  checkpoint->state = gram_training_save (training, NULL);
  checkpoint->step = steps;
  checkpoint->view = g_strdup ("{\"page\":\"convergence\"}");
  checkpoint->fingerprint = gram_checkpoint_fingerprint (problem);
  return checkpoint;
}

static void
assert_same_array (const GArray *a, const GArray *b)
{
  g_assert_cmpmem (a->data, a->len * sizeof (double), b->data, b->len * sizeof (double));
}

static void
assert_same_run (const GramRun *a, const GramRun *b)
{
  g_assert_cmpuint (a->sets->len, ==, b->sets->len);
  g_assert_cmpint (a->steps, ==, b->steps);
  g_assert_cmpint (a->n, ==, b->n);
  g_assert_cmpint (a->m, ==, b->m);
  g_assert_cmpfloat (a->eta, ==, b->eta);
  g_assert_cmpstr (a->device, ==, b->device);
  for (guint i = 0; i < a->sets->len; i++)
    {
      const GramRunSet *p = gram_run_get_set (a, i), *q = gram_run_get_set (b, i);

      g_assert_cmpstr (p->labels->name, ==, q->labels->name);
      g_assert_cmpmem (p->labels->y, (gsize) a->n * sizeof (double), q->labels->y,
                       (gsize) b->n * sizeof (double));
      g_assert_cmpmem (p->labels->y_test, (gsize) a->n_test * sizeof (double), q->labels->y_test,
                       (gsize) q->labels->n_test * sizeof (double));
      assert_same_array (p->step, q->step);
      assert_same_array (p->residual, q->residual);
      assert_same_array (p->observed_step, q->observed_step);
      assert_same_array (p->test_ramp, q->test_ramp);
      assert_same_array (p->drift_z, q->drift_z);
      assert_same_array (p->snapshot_step, q->snapshot_step);
      for (guint s = 0; s < p->snapshot_u->len; s++)
        g_assert_cmpmem (g_ptr_array_index (p->snapshot_u, s), (gsize) a->n * sizeof (float),
                         g_ptr_array_index (q->snapshot_u, s), (gsize) b->n * sizeof (float));
      g_assert_cmpfloat (p->train_error, ==, q->train_error);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (GramCheckpoint) a = make_checkpoint (70);
  g_autoptr (GramCheckpoint) b = NULL;
  g_autofree char *path = in_directory ("round.gramscope");
  g_autofree char *damage = NULL;
  GError *error = NULL;

  gram_checkpoint_write (a, path, &error);
  g_assert_no_error (error);
  b = gram_checkpoint_read (path, &damage, &error);
  g_assert_no_error (error);
  g_assert_null (damage);
  g_assert_true (gram_settings_equal (a->settings, b->settings));
  g_assert_cmpstr (a->view, ==, b->view);
  g_assert_cmpint (a->step, ==, b->step);
  g_assert_cmpuint (a->fingerprint, ==, b->fingerprint);
  g_assert_true (g_bytes_equal (a->state, b->state));
  assert_same_run (a->run, b->run);
}

/* Points beyond the state's step are not in the file: the run makes them again. */
static void
test_truncates (void)
{
  g_autoptr (GramCheckpoint) a = make_checkpoint (70);
  g_autoptr (GramCheckpoint) b = NULL;
  g_autoptr (GBytes) bytes = NULL;

  a->step = 33;
  bytes = gram_checkpoint_serialize (a, NULL);
  b = gram_checkpoint_parse (bytes, NULL);
  g_assert_cmpuint (gram_run_get_set (b->run, 0)->step->len, ==, 34);
  g_assert_cmpint (b->run->steps, ==, 33);
}

/* Wherever a bit turns, the file is refused, with the reason; no length is believed. */
static void
test_damage (void)
{
  g_autoptr (GramCheckpoint) a = make_checkpoint (5);
  g_autoptr (GBytes) bytes = gram_checkpoint_serialize (a, NULL);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (guint i = 0; i < 400; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (GBytes) broken = NULL;
      g_autoptr (GError) error = NULL;
      gsize at = i < 200 ? i * 2 : gram_philox_u32 (1, 99, 0, i) % length;

      copy[at] ^= (guint8) (1 << (i % 8));
      broken = g_bytes_new (copy, length);
      g_assert_null (gram_checkpoint_parse (broken, &error));
      g_assert_cmpint ((int) error->domain, ==, (int) GRAM_ERROR);
    }
  for (gsize cut = 0; cut < length; cut += 1 + cut / 50)
    {
      g_autoptr (GBytes) broken = g_bytes_new (data, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (gram_checkpoint_parse (broken, &error));
      g_assert_nonnull (error);
    }
}

static void
test_previous (void)
{
  g_autoptr (GramCheckpoint) a = make_checkpoint (5);
  g_autoptr (GramCheckpoint) b = make_checkpoint (9);
  g_autoptr (GramCheckpoint) read = NULL;
  g_autofree char *path = in_directory ("previous.gramscope");
  g_autofree char *damage = NULL;
  GError *error = NULL;

  g_assert_true (gram_checkpoint_write (a, path, NULL));
  g_assert_true (gram_checkpoint_write (b, path, NULL));
  g_assert_cmpint (truncate (path, 500), ==, 0);
  read = gram_checkpoint_read (path, &damage, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read->step, ==, 5);
  g_assert_nonnull (strstr (damage, "previous.gramscope: damaged"));
}

static void
test_newer (void)
{
  g_autoptr (GramCheckpoint) a = make_checkpoint (5);
  g_autoptr (GBytes) bytes = gram_checkpoint_serialize (a, NULL);
  g_autofree char *path = in_directory ("newer.gramscope");
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GError) error = NULL;

  g_assert_true (gram_checkpoint_write (a, path, NULL));
  g_assert_true (gram_checkpoint_write (a, path, NULL));
  copy[8] = GRAM_CHECKPOINT_VERSION + 1;
  g_assert_true (
      g_file_set_contents (path, (char *) copy, (gssize) g_bytes_get_size (bytes), NULL));
  g_assert_null (gram_checkpoint_read (path, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED);
}

static void
test_foreign (void)
{
  g_autofree char *path = in_directory ("foreign.gramscope");
  g_autofree char *missing = in_directory ("missing.gramscope");
  const char *const wrong[] = { path, missing, directory, "/dev/zero" };

  g_assert_true (g_file_set_contents (path, "hello", 5, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (gram_checkpoint_read (wrong[i], NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, wrong[i]));
    }
}

static void
test_lock (void)
{
  g_autofree char *path = in_directory ("locked.gramscope");
  g_autoptr (GramFileLock) first = gram_file_lock_take (path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (first);
  g_assert_null (gram_file_lock_take (path, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_clear_pointer (&first, gram_file_lock_release);
  first = gram_file_lock_take (path, NULL);
  g_assert_nonnull (first);
}

/* ---------- resumed runs ---------------------------------------------------------------------- */

/* A run that was cut at any step and resumed is bitwise the run that was not. */
static void
test_resume (void)
{
  g_autoptr (GramCheckpoint) whole = make_checkpoint (90);

  for (gint64 cut = 1; cut < 90; cut += 13)
    {
      g_autoptr (GramProblem) problem = make_problem ();
      g_autoptr (GramCheckpoint) saved = make_checkpoint (cut);
      g_autoptr (GBytes) bytes = gram_checkpoint_serialize (saved, NULL);
      g_autoptr (GramCheckpoint) opened = gram_checkpoint_parse (bytes, NULL);
      g_autoptr (GramTraining) training = make_training (opened->settings, problem);
      g_autoptr (GBytes) state = NULL;
      GError *error = NULL;

      g_assert_true (gram_training_restore (training, opened->state, &error));
      g_assert_true (gram_training_advance (training, 90 - cut, 1e9, NULL, &error));
      gram_training_drain (training, opened->run);
      assert_same_run (whole->run, opened->run);
      state = gram_training_save (training, NULL);
      g_assert_true (g_bytes_equal (state, whole->state));
    }
}

/* A writer that is killed at any moment leaves a file that opens. */
static void
test_kill (void)
{
  guint rounds = g_test_slow () ? 1000 : 50, opened = 0;
  g_autofree char *path = in_directory ("killed.gramscope");
  g_autoptr (GramCheckpoint) checkpoint = make_checkpoint (5);

  g_assert_true (gram_checkpoint_write (checkpoint, path, NULL));
  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr (GramCheckpoint) read = NULL;
      g_autofree char *damage = NULL;
      GError *error = NULL;
      pid_t child = fork ();

      if (child == 0)
        for (gint64 step = 1;; step++)
          {
            checkpoint->step = step;
            gram_checkpoint_write (checkpoint, path, NULL);
          }
      g_usleep (500 + gram_philox_u32 (7, 99, 0, i) % 20000);
      kill (child, SIGKILL);
      waitpid (child, NULL, 0);
      read = gram_checkpoint_read (path, &damage, &error);
      g_assert_no_error (error);
      g_assert_null (damage);
      opened += read->step > 0;
    }
  g_assert_cmpuint (opened, ==, rounds);
}

/* ---------- through the session --------------------------------------------------------------- */

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GramSession *
new_session (void)
{
  GramSession *session = gram_session_new ();
  g_autoptr (GramSettings) settings = small_settings ();

  gram_session_configure (session, settings);
  return session;
}

static void
save (GramSession *session, const char *path, const char *view)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  gram_session_save (session, path, view, TRUE, NULL, on_done, &result);
  WAIT (result != NULL);
  gram_session_save_finish (session, result, &error);
  g_assert_no_error (error);
}

static char *
open_file (GramSession *session, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  gram_session_open (session, path, NULL, on_done, &result);
  WAIT (result != NULL);
  return gram_session_open_finish (session, result, error);
}

/* Saved while it trains, opened elsewhere, gone on with: the curve is that of one long run. */
static void
test_session (void)
{
  g_autoptr (GramSession) first = new_session ();
  g_autoptr (GramSession) second = gram_session_new ();
  g_autoptr (GramCheckpoint) whole = NULL;
  g_autofree char *path = in_directory ("session.gramscope");
  g_autofree char *view = NULL;
  GError *error = NULL;
  gint64 saved;
  const GramRunSet *p, *q;

  gram_session_start (first);
  WAIT (gram_session_get_progress (first)->step > 40);
  save (first, path, "{\"zoom\":2}");
  g_assert_cmpint (gram_session_get_state (first), ==, GRAM_STATE_TRAINING);
  gram_session_shutdown (first);
  view = open_file (second, path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (view, ==, "{\"zoom\":2}");
  g_assert_nonnull (gram_session_get_run (second));
  saved = gram_session_get_run (second)->steps;
  g_assert_cmpint (saved, >, 40);
  WAIT (gram_session_get_state (second) == GRAM_STATE_PAUSED);
  gram_session_step (second, 50);
  WAIT (gram_session_get_state (second) == GRAM_STATE_PAUSED
        && gram_session_get_run (second)->steps == saved + 50);
  whole = make_checkpoint (saved + 50);
  p = gram_run_get_set (whole->run, 1);
  q = gram_run_get_set (gram_session_get_run (second), 1);
  for (guint i = 0; i < p->step->len; i++)
    {
      g_assert_cmpfloat (g_array_index (p->step, double, i), ==,
                         g_array_index (q->step, double, i));
      g_assert_cmpfloat (g_array_index (p->residual, double, i), ==,
                         g_array_index (q->residual, double, i));
    }
}

/* The data is gone: the curves can be read, another place can be named, and the run goes on. */
static void
test_moved (void)
{
  g_autoptr (GramSession) session = gram_session_new ();
  g_autoptr (GramCheckpoint) checkpoint = make_checkpoint (20);
  g_autoptr (GramSettings) found = NULL;
  g_autofree char *path = in_directory ("moved.gramscope");
  g_autofree char *view = NULL;
  GError *error = NULL;

  gram_settings_set (checkpoint->settings, "dataset", "/nowhere/images.npz", NULL);
  g_assert_true (gram_checkpoint_write (checkpoint, path, NULL));
  view = open_file (session, path, &error);
  g_assert_no_error (error);
  WAIT (gram_session_get_state (session) == GRAM_STATE_FAILED);
  g_assert_cmpint (gram_session_get_run (session)->steps, ==, 20);
  found = gram_settings_copy (gram_session_get_settings (session));
  gram_settings_set (found, "dataset", "glyphs", NULL);
  gram_session_configure (session, found);
  WAIT (gram_session_get_state (session) == GRAM_STATE_PAUSED);
  g_assert_cmpint (gram_session_get_run (session)->steps, ==, 20);
  gram_session_step (session, 1);
  WAIT (gram_session_get_run (session)->steps == 21);
}

static void
on_notice (GramSession *session, const GError *error, gboolean fatal, guint *count)
{
  *count += 1;
}

/* Other images under the same name: told, and no state of other images is gone on from. */
static void
test_changed (void)
{
  g_autoptr (GramSession) session = gram_session_new ();
  g_autoptr (GramCheckpoint) checkpoint = make_checkpoint (20);
  g_autofree char *path = in_directory ("changed.gramscope");
  g_autofree char *view = NULL;
  guint notices = 0;
  GError *error = NULL;

  g_signal_connect (session, "notice", G_CALLBACK (on_notice), &notices);
  checkpoint->fingerprint ^= 1;
  g_assert_true (gram_checkpoint_write (checkpoint, path, NULL));
  view = open_file (session, path, &error);
  g_assert_no_error (error);
  WAIT (gram_session_get_state (session) == GRAM_STATE_READY);
  g_assert_cmpuint (notices, ==, 1);
  g_assert_cmpint (gram_session_get_run (session)->steps, ==, 20);
  gram_session_step (session, 1);
  WAIT (gram_session_get_state (session) == GRAM_STATE_PAUSED);
  g_assert_cmpint (gram_session_get_run (session)->steps, ==, 1);
}

static void
test_session_errors (void)
{
  g_autoptr (GramSession) a = new_session ();
  g_autoptr (GramSession) b = new_session ();
  g_autofree char *path = in_directory ("shared.gramscope");
  g_autofree char *nowhere = in_directory ("no/such/place.gramscope");
  g_autofree char *garbage = in_directory ("garbage.gramscope");
  g_autoptr (GAsyncResult) refused = NULL, unwritten = NULL;
  g_autoptr (GError) locked = NULL, missing = NULL, unreadable = NULL;

  WAIT (gram_session_get_state (a) == GRAM_STATE_READY);
  save (a, path, NULL);
  gram_session_save (b, path, NULL, FALSE, NULL, on_done, &refused);
  gram_session_save (a, nowhere, NULL, FALSE, NULL, on_done, &unwritten);
  WAIT (refused != NULL && unwritten != NULL);
  g_assert_false (gram_session_save_finish (b, refused, &locked));
  g_assert_error (locked, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_assert_false (gram_session_save_finish (a, unwritten, &missing));
  g_assert_error (missing, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_assert_true (g_file_set_contents (garbage, "\x89GRAM", 5, NULL));
  g_assert_null (open_file (a, garbage, &unreadable));
  g_assert_error (unreadable, GRAM_ERROR, GRAM_ERROR_DATA);
  g_assert_cmpint (gram_session_get_state (a), ==, GRAM_STATE_READY);
}

/* Whole files for the fuzzer to begin with, see fuzz-checkpoint.c. */
static void
write_corpus (const char *folder)
{
  g_autoptr (GramCheckpoint) checkpoint = make_checkpoint (3);
  g_autoptr (GBytes) file = NULL, curves = gram_curves_serialize (checkpoint->run, G_MAXINT64);
  g_autofree char *settings = gram_settings_to_string (checkpoint->settings);
  g_autoptr (GBytes) text = g_bytes_new (settings, strlen (settings));
  GBytes *seeds[3];

  g_clear_pointer (&checkpoint->state, g_bytes_unref);
  file = gram_checkpoint_serialize (checkpoint, NULL);
  seeds[0] = file;
  seeds[1] = curves;
  seeds[2] = text;
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/seed-%u", folder, i);
      g_autofree guint8 *data = g_malloc (g_bytes_get_size (seeds[i]) + 1);

      data[0] = (guint8) i;
      memcpy (data + 1, g_bytes_get_data (seeds[i], NULL), g_bytes_get_size (seeds[i]));
      g_assert_true (g_file_set_contents (name, (char *) data,
                                          (gssize) g_bytes_get_size (seeds[i]) + 1, NULL));
    }
}

static void
remove_directory (void)
{
  g_autoptr (GDir) listing = g_dir_open (directory, 0, NULL);
  const char *name;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = in_directory (name);

      g_unlink (path);
    }
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  if (g_getenv ("GRAM_WRITE_CORPUS") != NULL)
    write_corpus (g_getenv ("GRAM_WRITE_CORPUS"));
  directory = g_dir_make_tmp ("gramscope-test-XXXXXX", NULL);
  g_test_add_func ("/session-file/kill", test_kill);
  g_test_add_func ("/session-file/round-trip", test_round_trip);
  g_test_add_func ("/session-file/truncates", test_truncates);
  g_test_add_func ("/session-file/damage", test_damage);
  g_test_add_func ("/session-file/previous", test_previous);
  g_test_add_func ("/session-file/newer", test_newer);
  g_test_add_func ("/session-file/foreign", test_foreign);
  g_test_add_func ("/session-file/lock", test_lock);
  g_test_add_func ("/session-file/resume", test_resume);
  g_test_add_func ("/session-file/session", test_session);
  g_test_add_func ("/session-file/moved", test_moved);
  g_test_add_func ("/session-file/changed", test_changed);
  g_test_add_func ("/session-file/session-errors", test_session_errors);
  status = g_test_run ();
  remove_directory ();
  g_free (directory);
  return status;
}
