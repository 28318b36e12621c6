/* test-session-data.c: new data beside those that are there: taken, refused, taken back, overtaken
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib/gstdio.h>
#include <string.h>

#include "gram-fixture.h"
#include "gram-watch.h"

/* What a refusal left. */
typedef struct
{
  guint refusals;
  char *message; /* of the last */
} Refusal;

static void
on_refused (GramSession *session, const GError *error, Refusal *refusal)
{
  refusal->refusals++;
  g_free (refusal->message);
  refusal->message = g_strdup (error->message);
}

static void
refusal_clear (Refusal *refusal)
{
  g_free (refusal->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Refusal, refusal_clear)

static Watch *
watch_loaded (Refusal *refusal, const char *text)
{
  Watch *watch = watch_new ();
  g_autofree char *both = g_strconcat (SMALL, text, NULL);

  g_signal_connect (watch->session, "data-refused", G_CALLBACK (on_refused), refusal);
  configure (watch, both);
  WAIT (analysed (watch) && in_state (watch, GRAM_STATE_READY));
  return watch;
}

static char *
setting (Watch *watch, const char *key)
{
  return gram_settings_get (gram_session_get_settings (watch->session), key);
}

/* A run that goes on while data that cannot be read are asked for: nothing of it is lost. */
static void
test_refused_beside_run (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true,random");
  GramProblem *problem = gram_session_get_problem (watch->session);
  GramAnalysis *analysis = gram_session_get_analysis (watch->session);
  GramDataset *dataset = gram_session_get_dataset (watch->session);
  g_autofree char *name = NULL, *labels = NULL, *rho = NULL;
  GramRun *run;
  gint64 step;

  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 30);
  run = gram_session_get_run (watch->session);
  g_string_truncate (watch->states, 0);
  configure (watch, "dataset=/nowhere/at/all eta=0.2 labels=true rho=0.4");
  g_assert_true (gram_session_is_loading (watch->session));
  configure (watch, "rho=0.6");
  WAIT (refusal.refusals == 1);
  step = run->steps;
  g_assert_false (gram_session_is_loading (watch->session));
  g_assert_nonnull (strstr (refusal.message, "/nowhere/at/all"));
  g_assert_true (gram_session_get_problem (watch->session) == problem);
  g_assert_true (gram_session_get_analysis (watch->session) == analysis);
  g_assert_true (gram_session_get_dataset (watch->session) == dataset);
  g_assert_true (gram_session_get_run (watch->session) == run);
  name = setting (watch, "dataset");
  labels = setting (watch, "labels");
  rho = setting (watch, "random-fraction");
  g_assert_cmpstr (name, ==, "glyphs");
  g_assert_cmpstr (labels, ==, "true,random");
  g_assert_cmpstr (rho, ==, "0.6");
  WAIT (run->steps > step + 100);
  g_assert_true (in_state (watch, GRAM_STATE_TRAINING));
  g_assert_cmpstr (watch->states->str, ==, "");
  g_assert_cmpfloat (g_array_index (gram_run_get_set (run, 0)->curve[GRAM_QUANTITY_STEP], double,
                                    0),
                     ==, 0);
  g_assert_cmpfloat (run->eta, ==, 0.05);
  g_assert_cmpuint (watch->notices->len, ==, 0);
}

/* Paused, finished or never run: the state says that data are read, and then what it was. */
static void
test_refused_when_still (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true steps=40");
  const GramRun *run;

  g_string_truncate (watch->states, 0);
  configure (watch, "classes=0,77");
  WAIT (refusal.refusals == 1);
  g_assert_cmpstr (watch->states->str, ==, "preparing ready ");
  gram_session_step (watch->session, 7);
  WAIT (in_state (watch, GRAM_STATE_PAUSED));
  g_string_truncate (watch->states, 0);
  configure (watch, "classes=0,77");
  WAIT (refusal.refusals == 2);
  g_assert_cmpstr (watch->states->str, ==, "preparing paused ");
  /* it goes on from where it was */
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_FINISHED));
  run = gram_session_get_run (watch->session);
  g_assert_cmpuint (gram_run_get_set (run, 0)->curve[GRAM_QUANTITY_STEP]->len, ==, 41);
  g_string_truncate (watch->states, 0);
  configure (watch, "n=1000000");
  configure (watch, "dataset=/nowhere");
  WAIT (refusal.refusals == 3 && !gram_session_is_loading (watch->session));
  g_assert_true (in_state (watch, GRAM_STATE_FINISHED));
  g_assert_cmpint (run->steps, ==, 40);
}

/* What was asked for just before the data that are refused is done all the same. */
static void
test_change_before_refusal (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true");
  g_autofree char *steps = NULL;

  g_usleep (160000);
  configure (watch, "eta=0.04");
  configure (watch, "steps=40");
  configure (watch, "dataset=/nowhere steps=50");
  WAIT (refusal.refusals == 1);
  steps = setting (watch, "steps");
  g_assert_cmpstr (steps, ==, "40");
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_FINISHED));
  g_assert_cmpint (gram_session_get_run (watch->session)->steps, ==, 40);
  g_assert_cmpfloat (gram_session_get_run (watch->session)->eta, ==, 0.04);
}

/* Good data take the place of the old when they are there, with a start that meant them. */
static void
test_candidate_taken (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true");
  GramProblem *problem = gram_session_get_problem (watch->session);

  gram_session_step (watch->session, 5);
  WAIT (in_state (watch, GRAM_STATE_PAUSED));
  g_string_truncate (watch->states, 0);
  configure (watch, "n=50");
  gram_session_start (watch->session);
  g_assert_true (gram_session_get_problem (watch->session) == problem);
  g_assert_cmpint (gram_session_get_run (watch->session)->steps, ==, 5);
  configure (watch, "eta=0.01"); /* of the data to come */
  g_assert_cmpfloat (gram_session_get_run (watch->session)->eta, ==, 0.05);
  WAIT (in_state (watch, GRAM_STATE_TRAINING) && gram_session_get_run (watch->session) != NULL
        && gram_session_get_run (watch->session)->steps > 20);
  g_assert_cmpint (gram_session_get_problem (watch->session)->n, ==, 50);
  g_assert_cmpint (gram_session_get_run (watch->session)->n, ==, 50);
  WAIT (gram_session_get_run (watch->session) != NULL
        && gram_session_get_run (watch->session)->eta == 0.01);
  WAIT (analysed (watch));
  g_assert_cmpint (gram_session_get_analysis (watch->session)->n, ==, 50);
  g_assert_cmpuint (refusal.refusals, ==, 0);
}

/* A start that meant data that cannot be used is no start of the old. */
static void
test_start_refused (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true");

  configure (watch, "dataset=/nowhere");
  gram_session_start (watch->session);
  WAIT (refusal.refusals == 1);
  for (guint i = 0; i < 100; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
  g_assert_true (in_state (watch, GRAM_STATE_READY));
  g_assert_null (gram_session_get_run (watch->session));
  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 10);
}

/* Taken back at any moment: what was there stays, or is read again, never a mixture. */
static void
test_candidate_taken_back (void)
{
  for (guint turns = 0; turns < 40; turns += 1 + turns / 3)
    {
      g_auto (Refusal) refusal = { 0 };
      g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true");
      g_autofree char *n = NULL;
      gboolean taken;

      gram_session_step (watch->session, 3);
      WAIT (in_state (watch, GRAM_STATE_PAUSED));
      g_usleep (160000);
      configure (watch, "n=50");
      for (guint i = 0; i < turns; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (500);
        }
      taken = gram_session_get_problem (watch->session)->n == 50;
      configure (watch, "n=60");
      n = setting (watch, "samples");
      g_assert_cmpstr (n, ==, "60");
      if (!taken)
        {
          g_assert_false (gram_session_is_loading (watch->session));
          g_assert_true (in_state (watch, GRAM_STATE_PAUSED));
          g_assert_cmpint (gram_session_get_run (watch->session)->steps, ==, 3);
        }
      WAIT (gram_session_get_problem (watch->session)->n == 60);
      g_assert_true (turns > 0 || !taken);
      g_assert_cmpuint (refusal.refusals, ==, 0);
      g_assert_cmpuint (watch->notices->len, ==, 0);
    }
}

/* Loads in quick succession, good and bad: the last decides, and those before are not told. */
static void
test_quick_loads (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true");
  g_autofree char *name = NULL;
  GramProblem *problem;

  for (guint i = 0; i < 20; i++)
    {
      configure (watch, i % 2 == 0 ? "dataset=/nowhere" : "dataset=glyphs n=44");
      g_main_context_iteration (NULL, FALSE);
    }
  WAIT (gram_session_get_problem (watch->session)->n == 44 && analysed (watch));
  g_assert_cmpuint (refusal.refusals, ==, 0);
  problem = gram_session_get_problem (watch->session);
  configure (watch, "n=33");
  configure (watch, "dataset=/nowhere");
  WAIT (refusal.refusals == 1);
  g_assert_true (gram_session_get_problem (watch->session)->n == 33
                 || gram_session_get_problem (watch->session) == problem);
  /* back before the answer: the data that are there, without reading them again */
  problem = gram_session_get_problem (watch->session);
  g_usleep (160000);
  name = gram_settings_to_string (gram_session_get_settings (watch->session));
  configure (watch, "n=30");
  configure (watch, name);
  WAIT (!gram_session_is_loading (watch->session));
  g_assert_true (gram_session_get_problem (watch->session) == problem);
  g_assert_cmpuint (refusal.refusals, ==, 1);
  g_assert_cmpuint (watch->notices->len, ==, 0);
}

/* Two classes of random 8 × 8 images as IDX files, @n of each for training and @n_test for testing.
 * Returns: (transfer full): the folder */
static char *
write_images (guint n, guint n_test)
{
  char *folder = g_dir_make_tmp ("gramscope-few-XXXXXX", NULL);

  for (guint split = 0; split < 2; split++)
    {
      guint count = 2 * (split == 0 ? n : n_test);
      g_autoptr (GRand) rand = g_rand_new_with_seed (split + 1);
      g_autoptr (GByteArray) images = g_byte_array_new (), labels = g_byte_array_new ();
      const char *word = split == 0 ? "train" : "t10k";
      g_autofree char *name = g_strdup_printf ("%s/%s-images-idx3-ubyte", folder, word);
      g_autofree char *other = g_strdup_printf ("%s/%s-labels-idx1-ubyte", folder, word);
      const guint8 head[] = { 0, 0, 8, 3, 0, 0, 0, (guint8) count, 0, 0, 0, 8, 0, 0, 0, 8 };
      const guint8 label_head[] = { 0, 0, 8, 1, 0, 0, 0, (guint8) count };

      g_byte_array_append (images, head, sizeof head);
      g_byte_array_append (labels, label_head, sizeof label_head);
      for (guint i = 0; i < count; i++)
        {
          guint8 class_ = (guint8) (i % 2);

          g_byte_array_append (labels, &class_, 1);
          for (guint j = 0; j < 64; j++)
            g_byte_array_append (images, &(guint8){ (guint8) g_rand_int_range (rand, 1, 255) }, 1);
        }
      g_assert_true (g_file_set_contents (name, (char *) images->data, images->len, NULL));
      g_assert_true (g_file_set_contents (other, (char *) labels->data, labels->len, NULL));
    }
  return folder;
}

static void
remove_images (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
assert_counts (Watch *watch, const char *n, const char *n_test)
{
  g_autofree char *samples = setting (watch, "samples");
  g_autofree char *tests = setting (watch, "test-samples");

  g_assert_cmpstr (samples, ==, n);
  g_assert_cmpstr (tests, ==, n_test);
}

/* n and the number of test images were chosen for other data: of smaller ones all are taken, that
 * is told, and it holds from then on. What is asked for by number is still refused. */
static void
test_fewer_images (void)
{
  g_auto (Refusal) refusal = { 0 };
  g_autoptr (Watch) watch = watch_loaded (&refusal, "labels=true");
  g_autofree char *small = write_images (15, 4), *smaller = write_images (10, 30);
  g_autofree char *first = g_strconcat ("dataset=", small, NULL);
  g_autofree char *second = g_strconcat ("dataset=", smaller, NULL);

  configure (watch, "n=40 test-samples=10");
  WAIT (gram_session_get_problem (watch->session)->n == 40);
  configure (watch, first);
  WAIT (gram_session_get_problem (watch->session)->n == 30 && analysed (watch));
  g_assert_cmpint (gram_session_get_problem (watch->session)->n_test, ==, 8);
  assert_counts (watch, "30", "8");
  g_assert_cmpuint (watch->notices->len, ==, 1);
  g_assert_nonnull (
      strstr (g_ptr_array_index (watch->notices, 0), "has 30 training and 8 test images"));
  configure (watch, second);
  WAIT (gram_session_get_problem (watch->session)->n == 20 && analysed (watch));
  assert_counts (watch, "20", "8");
  g_assert_cmpuint (watch->notices->len, ==, 2);
  g_assert_cmpuint (refusal.refusals, ==, 0);
  configure (watch, "n=25");
  WAIT (refusal.refusals == 1);
  g_assert_nonnull (strstr (refusal.message, "ask for 20 or fewer"));
  assert_counts (watch, "20", "8");
  configure (watch, "dataset=glyphs");
  WAIT (g_str_equal (gram_session_get_problem (watch->session)->dataset_id, "glyphs"));
  assert_counts (watch, "20", "8");
  g_assert_cmpuint (watch->notices->len, ==, 2);
  remove_images (small);
  remove_images (smaller);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  g_test_add_func ("/session-data/refused-beside-run", test_refused_beside_run);
  g_test_add_func ("/session-data/refused-when-still", test_refused_when_still);
  g_test_add_func ("/session-data/change-before-refusal", test_change_before_refusal);
  g_test_add_func ("/session-data/candidate-taken", test_candidate_taken);
  g_test_add_func ("/session-data/start-refused", test_start_refused);
  g_test_add_func ("/session-data/candidate-taken-back", test_candidate_taken_back);
  g_test_add_func ("/session-data/quick-loads", test_quick_loads);
  g_test_add_func ("/session-data/fewer-images", test_fewer_images);
  return g_test_run ();
}
