/* test-runs.c: runs that stay: every way of losing one, their weights, their files
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include <glib/gstdio.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "gram-curves.h"
#include "gram-fixture.h"
#include "gram-watch.h"
#include "saved-fixture.h"

#define ONE SMALL "labels=true "
#define MIB (1024.0 * 1024)

static GramRunList *
runs (Watch *watch)
{
  return gram_session_get_runs (watch->session);
}

static guint
count (Watch *watch)
{
  return gram_run_list_get_length (runs (watch));
}

static GramKeptRun *
kept (Watch *watch, guint index)
{
  return gram_run_list_get (runs (watch), index);
}

static gboolean
all_kept (Watch *watch)
{
  for (guint i = 0; i < count (watch); i++)
    if (kept (watch, i)->keeping)
      return FALSE;
  return TRUE;
}

static gint64
steps (Watch *watch)
{
  const GramRun *run = gram_session_get_run (watch->session);

  return run != NULL ? run->steps : 0;
}

/* Does @n steps of a new run with those settings, and waits for them. */
static void
train (Watch *watch, const char *text, gint64 n)
{
  configure (watch, text);
  WAIT (gram_session_get_problem (watch->session) != NULL
        && !gram_session_is_loading (watch->session));
  gram_session_step (watch->session, n);
  WAIT (in_state (watch, GRAM_STATE_PAUSED) && steps (watch) == n);
}

static gboolean
was_told (Watch *watch, const char *text)
{
  for (guint i = 0; i < watch->notices->len; i++)
    if (strstr (g_ptr_array_index (watch->notices, i), text) != NULL)
      return TRUE;
  return FALSE;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
save (Watch *watch, const char *path, GramSaveWhat what)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  gram_session_save (watch->session, path, NULL, what, NULL, on_done, &result);
  WAIT (result != NULL);
  gram_session_save_finish (watch->session, result, &error);
  g_assert_no_error (error);
}

static void
open_file (Watch *watch, const char *path)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *view = NULL;
  GError *error = NULL;

  gram_session_open (watch->session, path, NULL, on_done, &result);
  WAIT (result != NULL);
  view = gram_session_open_finish (watch->session, result, &error);
  g_assert_no_error (error);
}

/* Whatever takes the place of a run, it is in the list, with all its steps. */
static void
test_ways (void)
{
  static const char *const ways[] = {
    "eta=0.04",
    "labels=true,random",
    "classes=2,3",
    "n=50",
    "width=32",
    "seed=4",
    "dataset=glyphs-that-are-not-there",
    NULL,
  };
  g_autoptr (Watch) watch = watch_new ();
  guint expected = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      train (watch, ONE "classes=0,1 seed=3 dataset=glyphs", 20 + i);
      if (ways[i] != NULL)
        configure (watch, ways[i]);
      else
        gram_session_reset (watch->session);
      if (ways[i] != NULL && g_str_has_prefix (ways[i], "dataset"))
        {
          /* data that cannot be read cost nothing */
          WAIT (!gram_session_is_loading (watch->session));
          g_assert_cmpint (steps (watch), ==, 20 + i);
          gram_session_reset (watch->session);
        }
      WAIT (steps (watch) == 0 && !gram_session_is_loading (watch->session));
      WAIT (count (watch) == 1 && all_kept (watch));
      expected = 20 + i;
      /* the same settings give the same steps: the longer run holds the shorter one */
      g_assert_cmpint (kept (watch, 0)->run->steps, ==, expected);
      g_assert_cmpuint (gram_run_get_set (kept (watch, 0)->run, 0)->curve[GRAM_QUANTITY_STEP]->len,
                        ==, expected + 1);
      g_assert_nonnull (kept (watch, 0)->file);
      g_assert_cmpstr (kept (watch, 0)->problem, ==, "Glyphs: 0 / 1");
    }
  train (watch, ONE "classes=0,1 seed=3 dataset=glyphs", 5);
  gram_session_reset (watch->session);
  g_assert_cmpuint (count (watch), ==, 1);
  g_assert_cmpint (kept (watch, 0)->run->steps, ==, expected);
}

/* Names are what differs, among runs of the same images. */
static void
test_names (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GramKeptRun) removed = NULL;
  g_autoptr (GPtrArray) shown = NULL;

  train (watch, ONE, 3);
  configure (watch, "width=32");
  WAIT (count (watch) == 1 && all_kept (watch));
  g_assert_cmpstr (kept (watch, 0)->title, ==, "m 64");
  g_assert_cmpstr (gram_run_list_get_present_title (runs (watch)), ==, "m 32");
  train (watch, "", 3);
  configure (watch, "kappa=0.5");
  WAIT (count (watch) == 2 && all_kept (watch));
  g_assert_cmpstr (kept (watch, 0)->title, ==, "m 64, κ 0.1");
  g_assert_cmpstr (kept (watch, 1)->title, ==, "m 32, κ 0.1");
  g_assert_cmpuint (kept (watch, 0)->colour, !=, kept (watch, 1)->colour);
  gram_run_list_rename (runs (watch), kept (watch, 0)->number, "wide");
  g_assert_cmpstr (kept (watch, 0)->title, ==, "wide");
  gram_run_list_rename (runs (watch), kept (watch, 0)->number, "");
  gram_run_list_set_hidden (runs (watch), kept (watch, 1)->number, TRUE);
  shown = gram_run_list_get_shown (runs (watch));
  g_assert_cmpuint (shown->len, ==, 1);
  g_assert_cmpstr (((GramKeptRun *) shown->pdata[0])->title, ==, "m 64, κ 0.1");
  removed = gram_run_list_remove (runs (watch), kept (watch, 0)->number);
  g_assert_cmpuint (count (watch), ==, 1);
  g_assert_true (g_file_test (removed->file, G_FILE_TEST_EXISTS));
  g_assert_true (gram_run_list_add (runs (watch), removed) == removed);
  g_assert_true (kept (watch, 0) == removed);
  g_assert_cmpuint (count (watch), ==, 2);
}

/* Other images: the list keeps the runs and says what they were trained on, none is drawn; the
 * same images again: they are drawn again. */
static void
test_other_images (void)
{
  static const char *const others[] = { "classes=2,3", "n=50", "preprocess=center" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (Watch) watch = watch_new ();
      g_autoptr (GPtrArray) shown = NULL, again = NULL;

      train (watch, ONE "classes=0,1", 3);
      configure (watch, others[i]);
      WAIT (!gram_session_is_loading (watch->session));
      WAIT (count (watch) == 1 && all_kept (watch));
      shown = gram_run_list_get_shown (runs (watch));
      g_assert_cmpuint (shown->len, ==, 0);
      configure (watch, ONE "classes=0,1 preprocess=none");
      WAIT (!gram_session_is_loading (watch->session));
      again = gram_run_list_get_shown (runs (watch));
      g_assert_cmpuint (again->len, ==, 1);
    }
}

static void
assert_same_points (const GramRun *a, const GramRun *b)
{
  const GramRunSet *p = gram_run_get_set (a, 0), *q = gram_run_get_set (b, 0);
  static const GramQuantity quantities[] = { GRAM_QUANTITY_STEP, GRAM_QUANTITY_RESIDUAL,
                                             GRAM_QUANTITY_OBSERVED_STEP, GRAM_QUANTITY_DISTANCE,
                                             GRAM_QUANTITY_FLIPPED };

  for (guint i = 0; i < G_N_ELEMENTS (quantities); i++)
    g_assert_cmpmem (p->curve[quantities[i]]->data, p->curve[quantities[i]]->len * sizeof (double),
                     q->curve[quantities[i]]->data, q->curve[quantities[i]]->len * sizeof (double));
}

/* Dropped in the middle of training, a run loses no point; gone on with, on the same or on other
 * images than those that are there, it does what it would have done undisturbed. */
static void
test_continue (void)
{
  static const char *const between[] = { "eta=0.01", "classes=2,3", "labels=true,random" };

  for (guint i = 0; i < G_N_ELEMENTS (between); i++)
    {
      g_autoptr (Watch) watch = watch_new ();
      g_autoptr (GramCheckpoint) file = NULL, resumed = NULL;
      g_autofree char *path = saved_path ("resumed.gramscope");
      g_autoptr (GramRun) whole = gram_run_new ();
      g_autoptr (GramTraining) undisturbed = NULL;
      g_autoptr (GPtrArray) labels = NULL;
      g_autoptr (GramDevice) device = NULL;
      GramDeviceOptions options = { .threads = 1 };
      guint number;
      gint64 at;

      configure (watch, ONE "classes=0,1 eta=0.05");
      gram_session_start (watch->session);
      WAIT (steps (watch) > 100);
      configure (watch, between[i]);
      WAIT (count (watch) >= 1 && kept (watch, 0)->file != NULL && all_kept (watch));
      at = kept (watch, 0)->run->steps;
      g_assert_cmpint (at, >, 100);
      file = gram_checkpoint_read (kept (watch, 0)->file, NULL, NULL);
      g_assert_nonnull (file->state);
      g_assert_cmpint (file->step, ==, at);
      gram_session_pause (watch->session);
      number = kept (watch, 0)->number;
      gram_session_continue_run (watch->session, number);
      WAIT (gram_run_list_find (runs (watch), number) == NULL);
      WAIT (in_state (watch, GRAM_STATE_TRAINING) && steps (watch) > at + 200);
      gram_session_pause (watch->session);
      WAIT (in_state (watch, GRAM_STATE_PAUSED));
      g_assert_cmpfloat (gram_session_get_settings (watch->session)->eta, ==, 0.05);
      g_assert_cmpuint (gram_session_get_run (watch->session)->sets->len, ==, 1);
      device = gram_device_open ("cpu", &options, NULL);
      labels = gram_fixture_labels (gram_session_get_problem (watch->session), "true", 3);
      undisturbed = gram_training_new (device, gram_session_get_problem (watch->session), labels,
                                       gram_session_get_settings (watch->session), NULL, NULL);
      g_assert_true (gram_training_advance (undisturbed, steps (watch), 1e9, NULL, NULL));
      g_assert_true (gram_training_settle (undisturbed, NULL));
      gram_training_drain (undisturbed, whole);
      assert_same_points (whole, gram_session_get_run (watch->session));
      save (watch, path, GRAM_SAVE_ALL);
      resumed = gram_checkpoint_read (path, NULL, NULL);
      {
        g_autoptr (GBytes) state = gram_training_save (undisturbed, NULL);

        g_assert_true (g_bytes_equal (resumed->state, state));
      }
      g_assert_cmpuint (watch->notices->len, ==, 0);
    }
}

/* The weights that lie longest go first, that is said, and their run cannot go on. */
static void
test_budget (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autofree char *first = NULL;
  guint64 size;

  train (watch, ONE, 3);
  configure (watch, "eta=0.04");
  WAIT (count (watch) == 1 && all_kept (watch));
  size = kept (watch, 0)->file_bytes;
  first = g_strdup (kept (watch, 0)->file);
  g_assert_cmpuint (size, >, 64 * 784 * sizeof (float) / 2);
  gram_session_set_run_budget (watch->session, 2 * size + size / 2);
  train (watch, "", 3);
  train (watch, "eta=0.03", 3);
  WAIT (count (watch) == 2 && all_kept (watch));
  g_assert_cmpuint (watch->notices->len, ==, 0);
  configure (watch, "eta=0.02");
  WAIT (count (watch) == 3 && all_kept (watch));
  g_assert_null (kept (watch, 0)->file);
  g_assert_false (g_file_test (first, G_FILE_TEST_EXISTS));
  g_assert_nonnull (kept (watch, 1)->file);
  g_assert_nonnull (kept (watch, 2)->file);
  g_assert_true (was_told (watch, "the weights of “η 0.05” went"));
  g_assert_cmpint (kept (watch, 0)->run->steps, ==, 3);
  gram_session_continue_run (watch->session, kept (watch, 0)->number);
  g_assert_true (was_told (watch, "start anew with its settings"));
  gram_session_set_run_budget (watch->session, size + size / 2);
  g_assert_true (was_told (watch, "the weights of “η 0.04” went"));
  /* less than one file: nothing is written, and that is said too */
  gram_session_set_run_budget (watch->session, 1000);
  train (watch, "", 3);
  gram_session_reset (watch->session);
  g_assert_cmpuint (count (watch), ==, 4);
  g_assert_null (kept (watch, 3)->file);
  g_assert_false (kept (watch, 3)->keeping);
  g_assert_true (was_told (watch, "the weights of “η 0.02” are not kept"));
}

/* Weights that cannot be written are told of, but by no session that is over. */
static void
test_shutdown (void)
{
  g_autofree char *place = g_build_filename (g_get_user_cache_dir (), "gramscope", NULL);

  g_rmdir (place);
  g_assert_true (g_file_set_contents (place, "no folder", -1, NULL));
  for (guint closed = 0; closed < 2; closed++)
    {
      g_autoptr (Watch) watch = watch_new ();

      train (watch, ONE, 3);
      configure (watch, "eta=0.04");
      WAIT (count (watch) == 1 && kept (watch, 0)->keeping);
      if (closed)
        gram_session_shutdown (watch->session);
      WAIT (all_kept (watch) && G_OBJECT (watch->session)->ref_count == 1);
      g_assert_true (was_told (watch, "the weights of “η 0.05” are not kept") == !closed);
    }
  g_unlink (place);
}

/* A run that was laid aside stays in the list when other settings are chosen before it is back, or
 * the run is reset. */
static void
test_aside (void)
{
  g_autoptr (Watch) watch = watch_new ();
  gboolean goes_on = TRUE;
  guint number;

  train (watch, ONE, 3);
  number = gram_session_lay_aside (watch->session, &goes_on);
  g_assert_false (goes_on);
  WAIT (count (watch) == 1 && all_kept (watch));
  configure (watch, "eta=0.04");
  gram_session_bring_back (watch->session, number, TRUE);
  WAIT (G_OBJECT (watch->session)->ref_count == 1);
  g_assert_cmpuint (count (watch), ==, 1);
  g_assert_cmpuint (kept (watch, 0)->number, ==, number);
  g_assert_cmpstr (kept (watch, 0)->title, ==, "η 0.05");
  g_assert_false (in_state (watch, GRAM_STATE_TRAINING));
  configure (watch, "eta=0.05");
  gram_session_bring_back (watch->session, number, TRUE);
  gram_session_reset (watch->session);
  WAIT (G_OBJECT (watch->session)->ref_count == 1);
  g_assert_true (count (watch) == 1 && in_state (watch, GRAM_STATE_READY));
  /* with its own settings again it comes back, and a pause that came first holds */
  gram_session_bring_back (watch->session, number, TRUE);
  gram_session_pause (watch->session);
  WAIT (count (watch) == 0 && in_state (watch, GRAM_STATE_PAUSED));
  g_assert_cmpint (steps (watch), ==, 3);
}

/* On its way back a run can be told what to do, and be laid aside again. */
static void
test_way_back (void)
{
  g_autoptr (Watch) watch = watch_new ();
  gboolean goes_on;
  guint number;

  train (watch, ONE, 3);
  number = gram_session_lay_aside (watch->session, &goes_on);
  gram_session_bring_back (watch->session, number, FALSE);
  g_assert_true (in_state (watch, GRAM_STATE_PREPARING));
  gram_session_step (watch->session, 4);
  WAIT (steps (watch) == 7 && in_state (watch, GRAM_STATE_PAUSED));
  g_assert_cmpuint (count (watch), ==, 0);
  gram_session_bring_back (watch->session, gram_session_lay_aside (watch->session, &goes_on),
                           FALSE);
  gram_session_start (watch->session);
  number = gram_session_lay_aside (watch->session, &goes_on);
  g_assert_true (goes_on);
  g_assert_cmpuint (number, !=, 0);
  WAIT (G_OBJECT (watch->session)->ref_count == 1);
  g_assert_true (count (watch) == 1 && in_state (watch, GRAM_STATE_READY));
  gram_session_bring_back (watch->session, number, goes_on);
  WAIT (steps (watch) > 7 && in_state (watch, GRAM_STATE_TRAINING));
  g_assert_cmpuint (count (watch), ==, 0);
}

static gboolean
is_analysed (Watch *watch)
{
  const GramAnalysis *analysis = gram_session_get_analysis (watch->session);

  return analysis != NULL && analysis->stage >= GRAM_STAGE_KRYLOV;
}

/* What was predicted of a run stays with it: with its own η, when the images are gone, and in
 * files; what was not known when it was laid aside is not made up later. */
static void
test_predicted (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (Watch) other = watch_new ();
  g_autofree char *path = saved_path ("predicted.gramscope");
  g_autoptr (GramAnalysis) analysis = NULL;

  configure (watch, ONE "classes=0,1");
  WAIT (is_analysed (watch));
  analysis = gram_analysis_ref (gram_session_get_analysis (watch->session));
  train (watch, "", 40);
  configure (watch, "eta=0.02");
  WAIT (count (watch) == 1 && all_kept (watch));
  configure (watch, "classes=2,3");
  WAIT (!gram_session_is_loading (watch->session));
  save (watch, path, GRAM_SAVE_ALL);
  open_file (other, path);
  WAIT (count (other) == 1 && all_kept (other));
  for (guint i = 0; i < 2; i++)
    {
      const GramKeptRun *one = kept (i == 0 ? watch : other, 0);
      const GArray *step, *residual;

      g_assert_nonnull (one->predicted);
      g_assert_cmpuint (one->predicted->sets->len, ==, 1);
      step = gram_run_get_set (one->predicted, 0)->curve[GRAM_QUANTITY_STEP];
      residual = gram_run_get_set (one->predicted, 0)->curve[GRAM_QUANTITY_RESIDUAL];
      g_assert_cmpfloat (g_array_index (step, double, step->len - 1), >=, 40);
      for (guint k = 0; k < step->len; k++)
        {
          double whole =
              gram_analysis_predict (analysis, 0, 0.05, (gint64) g_array_index (step, double, k));

          g_assert_cmpfloat_with_epsilon (g_array_index (residual, double, k), whole, 1e-6 * whole);
        }
    }
}

static GramKeptRun *
long_run (void)
{
  g_autoptr (GramCheckpoint) checkpoint = saved_checkpoint (5);
  g_autoptr (GramRun) run = gram_run_new ();
  double values[GRAM_N_QUANTITIES] = { 0 };

  gram_run_merge (run, checkpoint->run);
  gram_run_add_set (run, gram_run_get_set (run, 0)->labels);
  for (guint i = 0; i < run->sets->len; i++)
    {
      gram_run_set_empty (gram_run_get_set (run, i));
      for (guint k = 0; k < 10000; k++)
        {
          values[GRAM_QUANTITY_STEP] = values[GRAM_QUANTITY_OBSERVED_STEP] = k;
          gram_run_set_append (gram_run_get_set (run, i), GRAM_QUANTITY_STEP, values);
          if (k % 40 == 0)
            gram_run_set_append (gram_run_get_set (run, i), GRAM_QUANTITY_OBSERVED_STEP, values);
        }
    }
  return gram_kept_run_new (checkpoint->settings, run, 1, "Glyphs");
}

/* Without its weights a run of 3 label sets × 10,000 points takes 2 MiB at most. */
static void
test_memory (void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  GramKeptRun *all[8];
  gsize before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd, after;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = long_run ();
  after = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gram_kept_run_unref (all[i]);
  if (after == before)
    g_test_skip ("this allocator does not tell");
  else
    {
      double each = (double) (after - before) / (double) G_N_ELEMENTS (all) / MIB;

      g_test_message ("%.2f MiB a run", each);
      g_assert_cmpfloat (each, >, 6 * 10000 * sizeof (double) / MIB);
      g_assert_cmpfloat (each, <=, 2);
    }
#else
  g_test_skip ("this C library does not tell");
#endif
}

/* Finds the content of that section and turns a bit in its middle. */
static void
damage (const char *path, const char *section)
{
  g_autofree char *contents = NULL;
  gsize length;
  guint64 offset = 0, size = 0;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  for (gsize entry = 16; offset == 0; entry += 64)
    if (strncmp (contents + entry, section, 16) == 0)
      {
        memcpy (&offset, contents + entry + 16, 8);
        memcpy (&size, contents + entry + 24, 8);
      }
  contents[GUINT64_FROM_LE (offset) + GUINT64_FROM_LE (size) / 2] ^= 4;
  g_assert_true (g_file_set_contents (path, contents, (gssize) length, NULL));
}

/* A session's file has all its runs. What is damaged of one of them costs no other. */
static void
test_file (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (Watch) other = watch_new ();
  g_autoptr (Watch) third = watch_new ();
  g_autofree char *path = saved_path ("runs.gramscope");

  train (watch, ONE, 3);
  train (watch, "eta=0.04", 4);
  train (watch, "eta=0.03", 5);
  train (watch, "eta=0.02", 6);
  WAIT (count (watch) == 3 && all_kept (watch));
  gram_run_list_rename (runs (watch), kept (watch, 2)->number, "third");
  gram_run_list_set_hidden (runs (watch), kept (watch, 1)->number, TRUE);
  save (watch, path, GRAM_SAVE_ALL);
  open_file (other, path);
  WAIT (in_state (other, GRAM_STATE_PAUSED) && all_kept (other));
  g_assert_cmpint (steps (other), ==, 6);
  g_assert_cmpuint (count (other), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const GramKeptRun *a = kept (watch, i), *b = kept (other, i);
      g_autoptr (GramCheckpoint) p = gram_checkpoint_read (a->file, NULL, NULL);
      g_autoptr (GramCheckpoint) q = gram_checkpoint_read (b->file, NULL, NULL);

      g_assert_cmpstr (a->title, ==, b->title);
      g_assert_cmpint (a->hidden, ==, b->hidden);
      g_assert_cmpstr (a->problem, ==, b->problem);
      saved_assert_same_run (a->run, b->run);
      g_assert_true (g_bytes_equal (p->state, q->state));
    }
  g_assert_cmpuint (other->notices->len, ==, 1); /* the first session has the file open */
  /* opened again, nothing is there twice */
  open_file (other, path);
  WAIT (in_state (other, GRAM_STATE_PAUSED) && all_kept (other));
  g_assert_cmpuint (count (other), ==, 4);
  damage (path, "run-2");
  damage (path, "weights-3");
  open_file (third, path);
  WAIT (in_state (third, GRAM_STATE_PAUSED) && all_kept (third));
  g_assert_cmpint (steps (third), ==, 6);
  g_assert_cmpuint (count (third), ==, 2);
  g_assert_cmpuint (third->notices->len, ==, 3);
  g_assert_true (was_told (third, "kept run 2, “η 0.04”, cannot be read"));
  g_assert_true (was_told (third, "the weights of kept run 3, “third”"));
  g_assert_nonnull (kept (third, 0)->file);
  g_assert_cmpstr (kept (third, 1)->title, ==, "third");
  g_assert_null (kept (third, 1)->file);
}

/* Curves alone are saved of runs that stay where their weights are not asked for, and a save waits
 * for weights that are on their way. */
static void
test_save (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autofree char *all = saved_path ("all.gramscope"), *curves = saved_path ("few.gramscope");
  g_autoptr (GramCheckpoint) with = NULL, without = NULL;

  train (watch, ONE, 3);
  configure (watch, "eta=0.04");
  WAIT (count (watch) == 1);
  save (watch, all, GRAM_SAVE_ALL); /* at once */
  save (watch, curves, GRAM_SAVE_RUN);
  with = gram_checkpoint_read (all, NULL, NULL);
  without = gram_checkpoint_read (curves, NULL, NULL);
  g_assert_cmpuint (with->kept->len, ==, 1);
  g_assert_nonnull (g_ptr_array_index (with->weights, 0));
  g_assert_cmpuint (without->kept->len, ==, 1);
  g_assert_null (g_ptr_array_index (without->weights, 0));
}

/* Nothing is left in the user's folders, also not what a crash left. */
static void
test_clean (void)
{
  g_autofree char *place = g_build_filename (g_get_user_cache_dir (), "gramscope", NULL);
  g_autofree char *left = g_build_filename (place, "runs-left", NULL);
  g_autofree char *file = g_build_filename (left, "1.gramscope", NULL);
  g_autoptr (GDir) listing = NULL;
  Watch *watch = watch_new ();

  g_assert_cmpint (g_mkdir_with_parents (left, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  train (watch, ONE, 3);
  gram_session_reset (watch->session);
  WAIT (count (watch) == 1 && all_kept (watch));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept (watch, 0)->file, G_FILE_TEST_EXISTS));
  watch_free (watch);
  listing = g_dir_open (place, 0, NULL);
  g_assert_null (g_dir_read_name (listing));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  g_test_add_func ("/runs/ways", test_ways);
  g_test_add_func ("/runs/names", test_names);
  g_test_add_func ("/runs/other-images", test_other_images);
  g_test_add_func ("/runs/continue", test_continue);
  g_test_add_func ("/runs/budget", test_budget);
  g_test_add_func ("/runs/shutdown", test_shutdown);
  g_test_add_func ("/runs/aside", test_aside);
  g_test_add_func ("/runs/way-back", test_way_back);
  g_test_add_func ("/runs/memory", test_memory);
  g_test_add_func ("/runs/file", test_file);
  g_test_add_func ("/runs/save", test_save);
  g_test_add_func ("/runs/predicted", test_predicted);
  g_test_add_func ("/runs/clean", test_clean);
  return saved_test_run ();
}
