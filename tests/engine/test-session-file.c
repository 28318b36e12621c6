/* test-session-file.c: sessions saved, opened elsewhere, moved, changed and shared
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

#include "gram-error.h"
#include "gram-file-lock.h"
#include "gram-fixture.h"
#include "gram-session.h"
#include "saved-fixture.h"

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

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GramSession *
new_session (void)
{
  GramSession *session = gram_session_new ();
  g_autoptr (GramSettings) settings = saved_settings ();

  gram_session_configure (session, settings);
  return session;
}

static void
save (GramSession *session, const char *path, const char *view)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  gram_session_save (session, path, view, GRAM_SAVE_ALL, NULL, on_done, &result);
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
  g_autofree char *path = saved_path ("session.gramscope");
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
  whole = saved_checkpoint (saved + 50);
  p = gram_run_get_set (whole->run, 1);
  q = gram_run_get_set (gram_session_get_run (second), 1);
  for (guint i = 0; i < p->curve[GRAM_QUANTITY_STEP]->len; i++)
    {
      g_assert_cmpfloat (g_array_index (p->curve[GRAM_QUANTITY_STEP], double, i), ==,
                         g_array_index (q->curve[GRAM_QUANTITY_STEP], double, i));
      g_assert_cmpfloat (g_array_index (p->curve[GRAM_QUANTITY_RESIDUAL], double, i), ==,
                         g_array_index (q->curve[GRAM_QUANTITY_RESIDUAL], double, i));
    }
}

/* The data is gone: the curves can be read, another place can be named, and the run goes on. */
static void
test_moved (void)
{
  g_autoptr (GramSession) session = gram_session_new ();
  g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (20);
  g_autoptr (GramSettings) found = NULL;
  g_autofree char *path = saved_path ("moved.gramscope");
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

static void on_notice (GramSession *session, const GError *error, gboolean fatal, guint *count);

/* The same where only curves were saved: they stay, and other images are told. */
static void
test_moved_curves (void)
{
  for (int other = 0; other < 2; other++)
    {
      g_autoptr (GramSession) session = gram_session_new ();
      g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (20);
      g_autoptr (GramSettings) found = NULL;
      g_autofree char *path = saved_path ("curves.gramscope"), *view = NULL;
      GError *error = NULL;
      guint notices = 0;

      g_clear_pointer (&checkpoint->state, g_bytes_unref);
      checkpoint->fingerprint ^= (guint64) other;
      gram_settings_set (checkpoint->settings, "dataset", "/nowhere/images.npz", NULL);
      g_assert_true (gram_checkpoint_write (checkpoint, path, NULL));
      view = open_file (session, path, &error);
      g_assert_no_error (error);
      WAIT (gram_session_get_state (session) == GRAM_STATE_FAILED);
      g_signal_connect (session, "notice", G_CALLBACK (on_notice), &notices);
      found = gram_settings_copy (gram_session_get_settings (session));
      gram_settings_set (found, "dataset", "glyphs", NULL);
      gram_session_configure (session, found);
      WAIT (gram_session_get_state (session) == GRAM_STATE_READY);
      g_assert_nonnull (gram_session_get_run (session));
      g_assert_cmpint (gram_session_get_run (session)->steps, ==, 20);
      g_assert_cmpint (gram_session_get_progress (session)->step, ==, 20);
      g_assert_cmpuint (notices, ==, (guint) other);
      gram_session_step (session, 1);
      WAIT (gram_session_get_state (session) == GRAM_STATE_PAUSED);
      g_assert_cmpint (gram_session_get_run (session)->steps, ==, 1);
    }
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
  g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (20);
  g_autofree char *path = saved_path ("changed.gramscope");
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
  g_autofree char *path = saved_path ("shared.gramscope");
  g_autofree char *nowhere = saved_path ("no/such/place.gramscope");
  g_autofree char *garbage = saved_path ("garbage.gramscope");
  g_autoptr (GAsyncResult) refused = NULL, unwritten = NULL;
  g_autoptr (GError) locked = NULL, missing = NULL, unreadable = NULL;

  WAIT (gram_session_get_state (a) == GRAM_STATE_READY);
  save (a, path, NULL);
  gram_session_save (b, path, NULL, GRAM_SAVE_CURVES, NULL, on_done, &refused);
  gram_session_save (a, nowhere, NULL, GRAM_SAVE_CURVES, NULL, on_done, &unwritten);
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

static gboolean
is_free (const char *path)
{
  g_autoptr (GramFileLock) lock = gram_file_lock_take (path, NULL);

  return lock != NULL;
}

/* A file is this session's while it is what is open, or as long as it lives when it is its own. */
static void
test_locks (void)
{
  g_autoptr (GramSession) session = new_session ();
  g_autoptr (GramCheckpoint) other = saved_checkpoint (20);
  g_autoptr (GramSettings) settings = NULL;
  g_autofree char *own = saved_path ("own.gramscope"), *first = saved_path ("first.gramscope");
  g_autofree char *second = saved_path ("second.gramscope"), *view = NULL;
  GError *error = NULL;

  WAIT (gram_session_get_state (session) == GRAM_STATE_READY);
  g_assert_true (gram_session_own_file (session, own, NULL));
  save (session, own, NULL);
  save (session, first, NULL);
  g_assert_false (is_free (own));
  g_assert_false (is_free (first));
  g_assert_true (gram_checkpoint_write (other, second, NULL));
  view = open_file (session, second, &error);
  g_assert_no_error (error);
  g_assert_true (is_free (first));
  g_assert_false (is_free (second));
  WAIT (gram_session_get_state (session) == GRAM_STATE_PAUSED);
  /* the same data with another network are still that session */
  settings = gram_settings_copy (gram_session_get_settings (session));
  g_assert_true (gram_settings_set (settings, "eta", "0.01", NULL));
  gram_session_configure (session, settings);
  WAIT (gram_session_get_state (session) == GRAM_STATE_READY);
  g_assert_false (is_free (second));
  g_assert_true (gram_settings_set (settings, "seed", "77", NULL));
  gram_session_configure (session, settings);
  WAIT (!gram_session_is_loading (session));
  g_assert_true (is_free (second));
  g_assert_false (is_free (own));
  gram_session_shutdown (session);
  g_assert_true (is_free (own));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  g_test_add_func ("/session-file/session", test_session);
  g_test_add_func ("/session-file/moved", test_moved);
  g_test_add_func ("/session-file/moved-curves", test_moved_curves);
  g_test_add_func ("/session-file/changed", test_changed);
  g_test_add_func ("/session-file/session-errors", test_session_errors);
  g_test_add_func ("/session-file/locks", test_locks);
  return saved_test_run ();
}
