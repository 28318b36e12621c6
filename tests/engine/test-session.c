/* test-session.c: states, order, cancellation and threads of a session
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <unistd.h>

#include "gram-error.h"
#include "gram-fixture.h"
#include "gram-thread.h"
#include "gram-session.h"
#include "gram-watch.h"

static void
test_load (void)
{
  g_autoptr (Watch) watch = watch_new ();
  GramTrainerPlan plan;

  g_assert_true (in_state (watch, GRAM_STATE_EMPTY));
  configure (watch, SMALL);
  g_assert_true (in_state (watch, GRAM_STATE_PREPARING));
  WAIT (analysed (watch));
  WAIT (gram_session_get_plan (watch->session, &plan));
  g_assert_true (in_state (watch, GRAM_STATE_READY));
  g_assert_cmpstr (watch->states->str, ==, "preparing ready ");
  g_assert_cmpint (gram_session_get_problem (watch->session)->n, ==, 60);
  g_assert_nonnull (gram_session_get_dataset (watch->session));
  g_assert_cmpuint (gram_session_get_analysis (watch->session)->labels->len, ==, 3);
  g_assert_cmpuint (plan.bytes, >, 0);
  g_assert_cmpuint (watch->notices->len, ==, 0);
  g_assert_cmpuint (watch->analyses, >=, 4);
}

/* Settings with which nothing can be trained are told with their reason before anybody starts. */
static void
test_plan (void)
{
  g_autoptr (Watch) watch = watch_new ();
  GramTrainerPlan plan;
  const GError *error;
  guint plans;

  configure (watch, SMALL "precision=tf32");
  WAIT (watch->plans > 0);
  error = gram_session_get_plan_error (watch->session);
  g_assert_false (gram_session_get_plan (watch->session, &plan));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "fp32"));
  plans = watch->plans;
  configure (watch, "precision=auto");
  WAIT (watch->plans > plans);
  g_assert_null (gram_session_get_plan_error (watch->session));
  g_assert_true (gram_session_get_plan (watch->session, &plan));
}

/* Start at once, with worst-case labels that have to wait for vₙ; pause, go on, step, reset. */
static void
test_run (void)
{
  g_autoptr (Watch) watch = watch_new ();
  gint64 at;
  const GramRun *run;

  configure (watch, SMALL);
  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 50);
  g_assert_true (in_state (watch, GRAM_STATE_TRAINING));
  gram_session_pause (watch->session);
  WAIT (in_state (watch, GRAM_STATE_PAUSED));
  run = gram_session_get_run (watch->session);
  at = run->steps;
  g_assert_cmpuint (run->sets->len, ==, 3);
  g_assert_cmpstr (gram_run_get_set (run, 2)->labels->name, ==, "worst");
  for (guint i = 0; i < 100; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
  g_assert_cmpint (run->steps, ==, at);
  gram_session_step (watch->session, 3);
  WAIT (in_state (watch, GRAM_STATE_PAUSED) && run->steps > at);
  g_assert_cmpint (run->steps, ==, at + 3);
  gram_session_start (watch->session);
  gram_session_pause (watch->session);
  gram_session_start (watch->session);
  WAIT (run->steps > at + 100);
  g_assert_true (in_state (watch, GRAM_STATE_TRAINING));
  gram_session_reset (watch->session);
  g_assert_true (in_state (watch, GRAM_STATE_READY));
  g_assert_null (gram_session_get_run (watch->session));
  gram_session_step (watch->session, 1);
  WAIT (in_state (watch, GRAM_STATE_PAUSED));
  g_assert_cmpint (gram_session_get_run (watch->session)->steps, ==, 1);
  g_assert_cmpuint (watch->notices->len, ==, 0);
}

static void
test_finish (void)
{
  g_autoptr (Watch) watch = watch_new ();

  configure (watch, SMALL "labels=true steps=70");
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_FINISHED));
  g_assert_cmpint (gram_session_get_run (watch->session)->steps, ==, 70);
  g_assert_cmpint (gram_session_get_run (watch->session)->stopped, ==, GRAM_STOPPED_STEPS);
  g_assert_cmpstr (watch->states->str, ==, "preparing training finished ");
  /* A later limit lets it go on. */
  configure (watch, "steps=90");
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_FINISHED)
        && gram_session_get_run (watch->session)->steps == 90);
}

static void
test_diverge (void)
{
  g_autoptr (Watch) watch = watch_new ();

  configure (watch, SMALL "labels=true eta=1e5");
  WAIT (analysed (watch));
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_DIVERGED));
  g_assert_cmpuint (watch->fatal, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (watch->notices, watch->notices->len - 1), "2/λ₁"));
  /* With another η it can be started again. */
  configure (watch, "eta=0.05");
  g_usleep (200000);
  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 20);
  g_assert_true (in_state (watch, GRAM_STATE_TRAINING));
}

/* What changes decides what is redone. */
static void
test_configure (void)
{
  g_autoptr (Watch) watch = watch_new ();
  GramProblem *problem;
  GramAnalysis *analysis;
  guint problems;

  configure (watch, SMALL);
  WAIT (analysed (watch));
  problem = gram_session_get_problem (watch->session);
  analysis = gram_session_get_analysis (watch->session);
  problems = watch->problems;

  configure (watch, "rho=0.7");
  configure (watch, "eta=0.02");
  gram_session_step (watch->session, 1);
  WAIT (in_state (watch, GRAM_STATE_PAUSED));
  g_assert_cmpfloat (gram_session_get_run (watch->session)->eta, ==, 0.02);
  g_assert_true (gram_session_get_analysis (watch->session) == analysis);

  configure (watch, "labels=true,mixed:0.5");
  WAIT (gram_session_get_analysis (watch->session)->labels->len == 2 && analysed (watch));
  g_assert_true (gram_session_get_problem (watch->session) == problem);
  g_assert_cmpuint (watch->problems, ==, problems);
  g_assert_null (gram_session_get_run (watch->session));

  configure (watch, "n=50 classes=3,5");
  WAIT (gram_session_get_problem (watch->session) != NULL
        && gram_session_get_problem (watch->session)->n == 50 && analysed (watch));
  g_assert_cmpint (gram_session_get_analysis (watch->session)->n, ==, 50);
  g_assert_cmpuint (watch->notices->len, ==, 0);
}

/* Many changes in quick succession end in the last, without loading them all. */
static void
test_debounce (void)
{
  g_autoptr (Watch) watch = watch_new ();

  configure (watch, SMALL);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("n=%u", 40 + i);

      configure (watch, text);
      g_main_context_iteration (NULL, FALSE);
    }
  WAIT (gram_session_get_problem (watch->session) != NULL
        && gram_session_get_problem (watch->session)->n == 89 && analysed (watch));
  g_assert_cmpuint (watch->problems, <, 16);
}

static void
test_bad_data (void)
{
  g_autoptr (Watch) watch = watch_new ();

  configure (watch, SMALL "dataset=/nowhere/at/all");
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_FAILED));
  g_assert_cmpuint (watch->fatal, ==, 1);
  configure (watch, "dataset=glyphs classes=0,77");
  WAIT (watch->fatal == 2);
  g_assert_true (in_state (watch, GRAM_STATE_FAILED));
  g_assert_nonnull (gram_session_get_dataset (watch->session));
  configure (watch, "classes=0,7");
  WAIT (in_state (watch, GRAM_STATE_READY));
  WAIT (analysed (watch));
}

/* A decomposition that cannot be interrupted does not hold up the next problem, nor closing. */
static void
test_superseded (void)
{
  g_autoptr (Watch) watch = watch_new ();
  gint64 begin;

  g_atomic_int_set (&gram_faults.eigen_ms, 3000);
  configure (watch, SMALL "device=cuda labels=true");
  WAIT (g_atomic_int_get (&gram_faults.in_eigen) == 1);
  /* The run goes on beside it. */
  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 20);
  g_atomic_int_set (&gram_faults.eigen_ms, 0);
  begin = g_get_monotonic_time ();
  configure (watch, "n=40 device=cpu");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 100 * G_TIME_SPAN_MILLISECOND);
  WAIT (gram_session_get_problem (watch->session) != NULL
        && gram_session_get_problem (watch->session)->n == 40 && analysed (watch));
  g_assert_cmpint (g_atomic_int_get (&gram_faults.in_eigen), ==, 1);
  g_assert_cmpint (gram_session_get_analysis (watch->session)->n, ==, 40);
  WAIT (g_atomic_int_get (&gram_faults.in_eigen) == 0);
  g_assert_cmpint (gram_session_get_analysis (watch->session)->n, ==, 40);
}

static void
test_close_during_eigen (void)
{
  Watch *watch = watch_new ();
  gint64 begin;

  g_atomic_int_set (&gram_faults.eigen_ms, 700);
  configure (watch, SMALL "device=cuda labels=true");
  WAIT (g_atomic_int_get (&gram_faults.in_eigen) == 1);
  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 20);
  begin = g_get_monotonic_time ();
  watch_free (watch);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 500 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_atomic_int_get (&gram_faults.in_eigen), ==, 1);
  wait_for_threads ();
  gram_faults_clear ();
}

/* A run whose device is lost and that does not fit here is paused with the reason; a start opens
 * the device anew, and it goes on here when there is room. */
static void
test_lost_device (void)
{
  g_autoptr (Watch) watch = watch_new ();
  gint64 step;

  g_atomic_int_set (&gram_faults.fail_step_at, 30);
  g_atomic_int_set (&gram_faults.lost, 1);
  g_atomic_int_set (&gram_faults.no_room, 1);
  configure (watch, SMALL "device=cuda steps=400");
  WAIT (analysed (watch));
  gram_session_start (watch->session);
  WAIT (gram_session_get_lost (watch->session) != NULL);
  g_assert_true (in_state (watch, GRAM_STATE_PAUSED));
  g_assert_cmpint (gram_session_get_run (watch->session)->stopped, ==, GRAM_STOPPED_LOST);
  step = gram_session_get_progress (watch->session)->step;
  g_assert_cmpint (step, <=, 30);
  gram_session_go_on_here (watch->session);
  g_assert_null (gram_session_get_lost (watch->session));
  WAIT (gram_session_get_lost (watch->session) != NULL);
  g_assert_nonnull (strstr (gram_session_get_lost (watch->session)->message, "memory"));
  g_atomic_int_set (&gram_faults.fail_new, 1);
  gram_session_start (watch->session);
  WAIT (gram_session_get_lost (watch->session) != NULL);
  g_assert_nonnull (strstr (gram_session_get_lost (watch->session)->message, "planted"));
  g_assert_true (in_state (watch, GRAM_STATE_PAUSED));
  g_assert_cmpint (gram_session_get_progress (watch->session)->step, ==, step);
  gram_faults_clear ();
  gram_session_start (watch->session);
  WAIT (in_state (watch, GRAM_STATE_FINISHED));
  g_assert_null (gram_session_get_lost (watch->session));
  g_assert_cmpint (gram_session_get_progress (watch->session)->step, ==, 400);
  g_assert_cmpuint (watch->fatal, ==, 0);
}

static void
test_failing_card (void)
{
  g_autoptr (Watch) watch = watch_new ();

  g_atomic_int_set (&gram_faults.fail_system, 1);
  g_atomic_int_set (&gram_faults.fail_step_at, 30);
  configure (watch, SMALL "device=cuda");
  gram_session_start (watch->session);
  WAIT (analysed (watch));
  WAIT (gram_session_get_progress (watch->session)->step > 60);
  gram_faults_clear ();
  g_assert_true (in_state (watch, GRAM_STATE_TRAINING));
  g_assert_cmpuint (watch->notices->len, ==, 2);
  g_assert_cmpuint (watch->fatal, ==, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_nonnull (strstr (g_ptr_array_index (watch->notices, i), "CPU"));
}

/* Paused at whatever moment: it ends in a state from which everything can be done again. */
static void
test_pause_anywhere (void)
{
  for (guint turns = 0; turns < 60; turns += 1 + turns / 4)
    {
      g_autoptr (Watch) watch = watch_new ();

      configure (watch, SMALL);
      gram_session_start (watch->session);
      for (guint i = 0; i < turns; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (1000);
        }
      gram_session_pause (watch->session);
      WAIT (in_state (watch, GRAM_STATE_EMPTY) || in_state (watch, GRAM_STATE_READY)
            || in_state (watch, GRAM_STATE_PAUSED));
      gram_session_start (watch->session);
      WAIT (gram_session_get_progress (watch->session)->step > 10);
      g_assert_true (in_state (watch, GRAM_STATE_TRAINING));
      g_assert_cmpuint (watch->notices->len, ==, 0);
    }
}

static void
test_sweep (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GramSweepSpec) spec = gram_sweep_spec_new ();
  GramSweepTable *table;

  configure (watch, SMALL "labels=true");
  WAIT (in_state (watch, GRAM_STATE_READY));
  g_array_unref (spec->fractions);
  spec->fractions = gram_sweep_parse_fractions ("0,1", NULL);
  spec->n_seeds = 1;
  spec->max_steps = 80;
  gram_session_start_sweep (watch->session, spec);
  gram_session_start (watch->session);
  WAIT (gram_session_get_progress (watch->session)->step > 50);
  gram_session_pause (watch->session);
  WAIT ((table = gram_session_get_sweep (watch->session)) != NULL && table->done == 2);
  g_assert_false (table->running);
  gram_session_start_sweep (watch->session, spec);
  gram_session_cancel_sweep (watch->session);
  g_assert_cmpuint (watch->notices->len, ==, 0);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint entries = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    entries++;
  return entries;
}

/* Threads and descriptors stay what they were over many lives. */
static void
test_many_lives (void)
{
  guint cycles = g_test_slow () ? 2000 : 200, threads = 0, descriptors = 0;

  for (guint i = 0; i < cycles; i++)
    {
      Watch *watch = watch_new ();

      configure (watch, "n=12 test-samples=4 width=8 device=cpu threads=1");
      gram_session_start (watch->session);
      if (i % 2 == 0)
        WAIT (gram_session_get_progress (watch->session)->step > 0);
      if (i % 3 == 0)
        gram_session_pause (watch->session);
      watch_free (watch);
      wait_for_threads ();
      if (i == 20)
        {
          threads = count_entries ("/proc/self/task");
          descriptors = count_entries ("/proc/self/fd");
        }
    }
  g_assert_cmpuint (count_entries ("/proc/self/fd"), <=, descriptors);
  g_assert_cmpuint (count_entries ("/proc/self/task"), <=, threads + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  gram_fixture_add_fake_card ();
  g_test_add_func ("/session/load", test_load);
  g_test_add_func ("/session/plan", test_plan);
  g_test_add_func ("/session/run", test_run);
  g_test_add_func ("/session/finish", test_finish);
  g_test_add_func ("/session/diverge", test_diverge);
  g_test_add_func ("/session/configure", test_configure);
  g_test_add_func ("/session/debounce", test_debounce);
  g_test_add_func ("/session/bad-data", test_bad_data);
  g_test_add_func ("/session/superseded", test_superseded);
  g_test_add_func ("/session/close-during-eigen", test_close_during_eigen);
  g_test_add_func ("/session/failing-card", test_failing_card);
  g_test_add_func ("/session/lost-device", test_lost_device);
  g_test_add_func ("/session/pause-anywhere", test_pause_anywhere);
  g_test_add_func ("/session/sweep", test_sweep);
  g_test_add_func ("/session/many-lives", test_many_lives);
  return g_test_run ();
}
