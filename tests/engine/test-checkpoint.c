/* test-checkpoint.c: checkpoints whole, damaged and interrupted, and runs gone on with
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../limit.h"
#include "gram-curves.h"
#include "gram-error.h"
#include "gram-file-lock.h"
#include "gram-fixture.h"
#include "gram-philox.h"
#include "saved-fixture.h"

static void
test_round_trip (void)
{
  g_autoptr (GramCheckpoint) a = saved_checkpoint (70);
  g_autoptr (GramCheckpoint) b = NULL;
  g_autofree char *path = saved_path ("round.gramscope");
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
  saved_assert_same_run (a->run, b->run);
}

/* Points beyond the state's step are not in the file: the run makes them again. */
static void
test_truncates (void)
{
  g_autoptr (GramCheckpoint) a = saved_checkpoint (70);
  g_autoptr (GramCheckpoint) b = NULL;
  g_autoptr (GBytes) bytes = NULL;

  a->step = 33;
  bytes = saved_bytes (a);
  b = gram_checkpoint_parse (bytes, NULL);
  g_assert_cmpuint (gram_run_get_set (b->run, 0)->curve[GRAM_QUANTITY_STEP]->len, ==, 34);
  g_assert_cmpint (b->run->steps, ==, 33);
}

/* Wherever a bit turns, the file is refused, with the reason; no length is believed. */
static void
test_damage (void)
{
  g_autoptr (GramCheckpoint) a = saved_checkpoint (5);
  g_autoptr (GBytes) bytes = saved_bytes (a);
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
  g_autoptr (GramCheckpoint) a = saved_checkpoint (5);
  g_autoptr (GramCheckpoint) b = saved_checkpoint (9);
  g_autoptr (GramCheckpoint) read = NULL;
  g_autofree char *path = saved_path ("previous.gramscope");
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
  g_autoptr (GramCheckpoint) a = saved_checkpoint (5);
  g_autoptr (GBytes) bytes = saved_bytes (a);
  g_autofree char *path = saved_path ("newer.gramscope");
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
  g_autofree char *path = saved_path ("foreign.gramscope");
  g_autofree char *missing = saved_path ("missing.gramscope");
  const char *const wrong[] = { path, missing, saved_directory, "/dev/zero" };

  g_assert_true (g_file_set_contents (path, "hello", 5, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (gram_checkpoint_read (wrong[i], NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, wrong[i]));
    }
}

/* Steps beyond what a run may have, in a file that is whole. */
static void
test_huge_steps (void)
{
  static const gint64 steps[] = { GRAM_STEP_MAX + 1, G_MAXINT64 };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (5), read = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      g_clear_pointer (&checkpoint->state, g_bytes_unref);
      *(i % 2 ? &checkpoint->step : &checkpoint->run->steps) = steps[i / 2];
      bytes = saved_bytes (checkpoint);
      read = gram_checkpoint_parse (bytes, &error);
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
      g_assert_nonnull (strstr (error->message, "step"));
    }
}

static void
test_lock (void)
{
  g_autofree char *path = saved_path ("locked.gramscope");
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
  g_autoptr (GramCheckpoint) whole = saved_checkpoint (90);

  for (gint64 cut = 1; cut < 90; cut += 13)
    {
      g_autoptr (GramProblem) problem = saved_problem ();
      g_autoptr (GramCheckpoint) saved = saved_checkpoint (cut);
      g_autoptr (GBytes) bytes = saved_bytes (saved);
      g_autoptr (GramCheckpoint) opened = gram_checkpoint_parse (bytes, NULL);
      g_autoptr (GramTraining) training = saved_training (opened->settings, problem);
      g_autoptr (GBytes) state = NULL;
      GError *error = NULL;

      g_assert_true (gram_training_restore (training, opened->state, &error));
      g_assert_true (gram_training_advance (training, 90 - cut, 1e9, NULL, &error));
      gram_training_drain (training, opened->run);
      saved_assert_same_run (whole->run, opened->run);
      state = gram_training_save (training, NULL);
      g_assert_true (g_bytes_equal (state, whole->state));
    }
}

/* A writer that is killed at any moment leaves a file that opens. */
static void
test_kill (void)
{
  guint rounds = g_test_slow () ? 1000 : 50, opened = 0;
  g_autofree char *path = saved_path ("killed.gramscope");
  g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (5);

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
      limit_begin (30, "the end of the writer");
      waitpid (child, NULL, 0);
      limit_end ();
      read = gram_checkpoint_read (path, &damage, &error);
      g_assert_no_error (error);
      g_assert_null (damage);
      opened += read->step > 0;
    }
  g_assert_cmpuint (opened, ==, rounds);
}

/* Whole files for the fuzzer to begin with, see fuzz-checkpoint.c. */
static void
write_corpus (const char *folder)
{
  g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (3);
  g_autoptr (GBytes) file = NULL, curves = gram_curves_serialize (checkpoint->run, G_MAXINT64);
  g_autofree char *settings = gram_settings_to_string (checkpoint->settings);
  g_autoptr (GBytes) text = g_bytes_new (settings, strlen (settings));
  GBytes *seeds[3];

  g_clear_pointer (&checkpoint->state, g_bytes_unref);
  file = saved_bytes (checkpoint);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  if (g_getenv ("GRAM_WRITE_CORPUS") != NULL)
    write_corpus (g_getenv ("GRAM_WRITE_CORPUS"));
  g_test_add_func ("/checkpoint/kill", test_kill);
  g_test_add_func ("/checkpoint/round-trip", test_round_trip);
  g_test_add_func ("/checkpoint/truncates", test_truncates);
  g_test_add_func ("/checkpoint/damage", test_damage);
  g_test_add_func ("/checkpoint/previous", test_previous);
  g_test_add_func ("/checkpoint/newer", test_newer);
  g_test_add_func ("/checkpoint/foreign", test_foreign);
  g_test_add_func ("/checkpoint/huge-steps", test_huge_steps);
  g_test_add_func ("/checkpoint/lock", test_lock);
  g_test_add_func ("/checkpoint/resume", test_resume);
  return saved_test_run ();
}
