/* test-view-model.c: what the window decides and says, without a display
 *
 * SPDX-License-Identifier: MIT
 */
#include <locale.h>
#include <math.h>

#include "gram-error.h"
#include "gram-history.h"
#include "gram-job-list.h"
#include "gram-pace.h"
#include "gram-scales.h"
#include "gram-typed.h"
#include "gram-view-model.h"
#include "../own-locale.h"
#include "gram-words.h"
#include "gram-view-state.h"

static void
check_pair (const GramPair *pair, const char *a, const char *b, gboolean picks_b)
{
  g_autofree char *first = gram_pair_join (pair, 1, NULL);
  g_autofree char *second = gram_pair_join (pair, -1, NULL);

  g_assert_cmpstr (first, ==, a);
  g_assert_cmpstr (second, ==, b);
  g_assert_cmpint (pair->picks_b, ==, picks_b);
}

static void
test_pair (void)
{
  GramPair pair = { .side = { 1, -1 } };

  pair = gram_pair_click (pair, 3); /* the first click chooses A */
  check_pair (&pair, "3", NULL, TRUE);
  pair = gram_pair_click (pair, 3); /* never one class twice */
  check_pair (&pair, "3", NULL, TRUE);
  pair = gram_pair_click (pair, 7);
  check_pair (&pair, "3", "7", FALSE);
  pair = gram_pair_click (pair, 7); /* and again from the start, the old B as the new A */
  check_pair (&pair, "7", NULL, TRUE);
}

/* Groups: Shift adds to the side that was chosen last, and the last class of a side stays. */
static void
test_groups (void)
{
  static const char *const names[] = { "zero", "one", "two", "three", "four" };
  GramPair pair = { .side = { 1, -1 } };
  g_autofree char *text = NULL;

  pair = gram_pair_click (pair, 0);
  pair = gram_pair_extend (pair, 2);
  pair = gram_pair_extend (pair, 4);
  check_pair (&pair, "0+2+4", NULL, TRUE);
  pair = gram_pair_click (pair, 2); /* is A already */
  check_pair (&pair, "0+2+4", NULL, TRUE);
  pair = gram_pair_click (pair, 1);
  pair = gram_pair_extend (pair, 3);
  check_pair (&pair, "0+2+4", "1+3", FALSE);
  text = gram_pair_join (&pair, 1, names);
  g_assert_cmpstr (text, ==, "zero+two+four");
  pair = gram_pair_extend (pair, 2); /* out */
  pair = gram_pair_extend (pair, 3);
  check_pair (&pair, "0+4", "1", FALSE);
  pair = gram_pair_extend (pair, 1); /* the last of its side */
  pair = gram_pair_put (pair, 1, 1);
  check_pair (&pair, "0+4", "1", FALSE);
  pair = gram_pair_put (pair, 4, -1); /* across */
  pair = gram_pair_put (pair, 9, 1);
  check_pair (&pair, "0+9", "1+4", FALSE);
  pair = gram_pair_put (pair, 9, 0);
  pair = gram_pair_put (pair, 5, 0); /* was on neither */
  check_pair (&pair, "0", "1+4", FALSE);
  pair = gram_pair_click (pair, 6); /* a click begins anew */
  pair = gram_pair_put (pair, 7, -1);
  check_pair (&pair, "6", "7", FALSE);
}

typedef struct
{
  const char *text;
  gboolean integer;
  double wanted; /* NAN: refused */
  const char *reason;
} Typed;

static void
check_typed (const Typed *typed, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *reason = NULL;
      double value = NAN;
      gboolean good = gram_typed_read (typed[i].text, typed[i].integer, 1e-6, 1e9, &value, &reason);

      g_test_message ("%s, “%s”: %.17g, %s", setlocale (LC_NUMERIC, NULL), typed[i].text, value,
                      reason);
      g_assert_cmpint (good, ==, !isnan (typed[i].wanted));
      g_assert_cmpstr (reason, ==, typed[i].reason);
      if (good)
        g_assert_cmpfloat (value, ==, typed[i].wanted);
    }
}

#define CHECK_TYPED(...)                       \
  check_typed ((const Typed[]){ __VA_ARGS__ }, \
               sizeof ((const Typed[]){ __VA_ARGS__ }) / sizeof (Typed))
#define NO "not a number"
#define WHOLE "must be a whole number"

/* What no notation reads in two ways means the same in every locale. */
static void
check_certain (void)
{
  CHECK_TYPED ({ "1e-3", FALSE, 1e-3, NULL }, { "1E6", TRUE, 1e6, NULL },
               { " 0,25 ", FALSE, 0.25, NULL }, { "0.25", FALSE, 0.25, NULL },
               { ".5", FALSE, 0.5, NULL }, { "2.", FALSE, 2, NULL }, { "2000", TRUE, 2000, NULL },
               { "0.001", FALSE, 0.001, NULL }, { "0,001", FALSE, 0.001, NULL },
               { "0,001", TRUE, NAN, WHOLE }, { "1,5", TRUE, NAN, WHOLE },
               { "1.5", TRUE, NAN, WHOLE }, { "1,5", FALSE, 1.5, NULL },
               { "1.0000", TRUE, NAN, WHOLE }, { "1.5e3", TRUE, 1500, NULL },
               { "12,345.5", FALSE, 12345.5, NULL }, { "12.345,5", FALSE, 12345.5, NULL },
               { "1.234.567", TRUE, 1234567, NULL }, { "12,34,567", TRUE, 1234567, NULL },
               { "10 000", TRUE, 10000, NULL }, { "10\u202f000", TRUE, 10000, NULL },
               { "10’000.5", FALSE, 10000.5, NULL }, { "２０００", TRUE, 2000, NULL },
               { "1e−3", FALSE, 1e-3, NULL }, { "1 5", TRUE, NAN, NO }, { "1.5.3", FALSE, NAN, NO },
               { "1.000 000", TRUE, NAN, NO }, { "1,000.000,5", FALSE, NAN, NO },
               { "", FALSE, NAN, NO }, { ".", FALSE, NAN, NO }, { "nan", FALSE, NAN, NO },
               { "inf", FALSE, NAN, NO }, { "1e400", FALSE, NAN, NO }, { "0x10", TRUE, NAN, NO },
               { "1e-3x", FALSE, NAN, NO }, { "10²", TRUE, NAN, NO }, { "½", FALSE, NAN, NO });
}

static void
test_typed (void)
{
  CHECK_TYPED ({ "2.000", TRUE, NAN, "can mean 2 or 2000: type one of these" },
               { "2.000", FALSE, 2, NULL },
               { "1,000", TRUE, NAN, "can mean 1 or 1000: type one of these" },
               { "1,125", FALSE, NAN, "can mean 1.125 or 1125: type one of these" },
               { "1.000e3", FALSE, 1000, NULL },
               { "0", FALSE, NAN, "must be between 1e-6 and 1e9" },
               { "-1", FALSE, NAN, "must be between 1e-6 and 1e9" });
  check_certain ();
  use_locale ("de_DE.UTF-8");
  CHECK_TYPED ({ "2.000", TRUE, 2000, NULL }, { "10.000", TRUE, 10000, NULL },
               { "1.500", TRUE, 1500, NULL }, { "1.000,5", FALSE, 1000.5, NULL },
               { "1,000", FALSE, 1, NULL }, { "1.125", FALSE, 1125, NULL },
               { "2,000", TRUE, NAN, "can mean 2 or 2000: type one of these" },
               { "1.125e3", FALSE, NAN, "can mean 1125 or 1,125e6: type one of these" },
               { "0", FALSE, NAN, "must be between 1e-6 and 1e9" });
  check_certain ();
  use_locale ("en_US.UTF-8");
  CHECK_TYPED ({ "2,000", TRUE, 2000, NULL }, { "1.125", FALSE, 1.125, NULL },
               { "1,125", FALSE, 1125, NULL },
               { "2.000", TRUE, NAN, "can mean 2 or 2000: type one of these" });
  check_certain ();
  use_locale ("fr_FR.UTF-8");
  CHECK_TYPED ({ "1,125", FALSE, 1.125, NULL },
               { "10.000", TRUE, NAN, "can mean 10 or 10000: type one of these" },
               { "1.125", FALSE, NAN, "can mean 1,125 or 1125: type one of these" });
  check_certain ();
  setlocale (LC_ALL, "C");
}

/* What the window writes is read again, in locales with marks of all kinds. */
static void
test_typed_again (void)
{
  static const char *const locales[] = {
    "C", "de_DE.UTF-8", "fr_FR.UTF-8", "de_CH.UTF-8", "hi_IN.UTF-8", "ps_AF.UTF-8",
  };
  static const double numbers[] = { 1, 999, 1000, 1068, 123456, 1234567, 0.001, 0.5, 1.125 };

  for (gsize i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      use_locale (locales[i]);
      for (gsize k = 0; k < G_N_ELEMENTS (numbers); k++)
        {
          gboolean whole = numbers[k] == rint (numbers[k]);
          g_autofree char *plain = gram_words_typed (numbers[k], whole);
          g_autofree char *grouped = gram_words_number (numbers[k], 7);

          check_typed (&(Typed){ plain, whole, numbers[k], NULL }, 1);
          check_typed (&(Typed){ grouped, whole, numbers[k], NULL }, 1);
        }
    }
  setlocale (LC_ALL, "C");
}

static void
check_words (char *text, const char *wanted)
{
  g_autofree char *got = text;

  g_assert_cmpstr (got, ==, wanted);
}

static void
test_words (void)
{
  check_words (gram_words_number (NAN, 4), "–");
  check_words (gram_words_number (INFINITY, 4), "∞");
  check_words (gram_words_number (1.23456, 4), "1.235");
  check_words (gram_words_number (1e-5, 4), "1e-5");
  check_words (gram_words_number (1660.4, 3), "1660");
  check_words (gram_words_number (3e9, 3), "3e9");
  check_words (gram_words_typed (1000, FALSE), "1000");
  check_words (gram_words_typed (1e-3, FALSE), "0.001");
  check_words (gram_words_typed (9007199254740991.0, TRUE), "9007199254740991");
  check_words (gram_words_duration (75), "1:15");
  check_words (gram_words_duration (3661), "1:01:01");
  check_words (gram_words_duration (NAN), "–");
  check_words (gram_words_about (NAN), "–");
  check_words (gram_words_about (0.2), "< 1 s");
  check_words (gram_words_about (59.4), "≈ 59 s");
  check_words (gram_words_about (59.6), "≈ 1 min");
  check_words (gram_words_about (126), "≈ 2 min");
  check_words (gram_words_about (3599), "≈ 1 h");
  check_words (gram_words_about (47 * 3600), "≈ 47 h");
  check_words (gram_words_about (250000), "≈ 3 d");
  check_words (gram_words_steps (-1), "–");
  check_words (gram_words_steps (G_MAXINT64), "never");
  check_words (gram_words_steps (5213), "5213");
}

/* Symbols, files and options keep their small letters. */
static void
test_sentences (void)
{
  check_words (gram_words_sentence ("a sweep needs data"), "A sweep needs data");
  check_words (gram_words_sentence ("the file is damaged: x"), "The file is damaged: x");
  check_words (gram_words_sentence ("n = 3 is too few"), "n = 3 is too few");
  check_words (gram_words_sentence ("a.npz: it is damaged"), "a.npz: it is damaged");
  check_words (gram_words_sentence ("steps=0: give 1"), "steps=0: give 1");
  check_words (gram_words_sentence ("η is too large"), "η is too large");
  check_words (gram_words_sentence (""), "");
}

static void
test_progress (void)
{
  GramProgress progress = {
    .step = 12, .steps_per_second = 56.2, .seconds_left = 12, .target_step = 48, .ends = TRUE
  };
  g_autofree char *training = gram_words_progress (GRAM_STATE_TRAINING, &progress);
  g_autofree char *paused = gram_words_progress (GRAM_STATE_PAUSED, &progress);

  g_assert_cmpstr (training, ==, "Step 12 · 56.2 steps/s · 0:12 left");
  g_assert_cmpstr (paused, ==, "Step 12");
  progress.lazy_share = 0.9;
  {
    g_autofree char *late = gram_words_progress (GRAM_STATE_TRAINING, &progress);

    g_assert_cmpstr (late, ==,
                     "Step 12 · 56.2 steps/s · quick steps, as few patterns change · 0:12 left");
  }
}

/* A run without an end is told against 1 %; the bar of the analysis never goes back. */
static void
test_bars (void)
{
  GramProgress progress = { .step = 12, .steps_per_second = 56.2, .seconds_left = 12 };
  double before = -1;

  check_words (gram_words_progress (GRAM_STATE_TRAINING, &progress),
               "Step 12 · 56.2 steps/s · 0:12 to 1 %");
  g_assert_true (isnan (gram_progress_of_run (&progress)));
  progress.target_step = 48;
  g_assert_cmpfloat (gram_progress_of_run (&progress), ==, 0.25);
  progress.step = 49;
  g_assert_true (isnan (gram_progress_of_run (&progress)));
  g_assert_true (isnan (gram_progress_of_analysis (&progress)));
  for (GramStage stage = GRAM_STAGE_KERNEL; stage <= GRAM_STAGE_SPECTRUM; stage++)
    for (double fraction = 0; fraction <= 1; fraction += 0.25)
      {
        progress.stage = stage;
        progress.fraction = fraction;
        g_assert_cmpfloat (gram_progress_of_analysis (&progress), >=, before);
        before = gram_progress_of_analysis (&progress);
      }
  g_assert_cmpfloat (before, ==, 1);
}

static guint
count_labels (const GramSettings *settings)
{
  return settings->labels->len;
}

static void
test_labels (void)
{
  g_autoptr (GramSettings) settings = gram_settings_new ();

  for (GramLabelsKind kind = GRAM_LABELS_TRUE; kind <= GRAM_LABELS_MIXED; kind++)
    gram_settings_toggle_labels (settings, kind, TRUE);
  g_assert_cmpuint (count_labels (settings), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (g_array_index (settings->labels, GramLabelsSpec, i).kind, ==, i);
  settings->rho = 0.3;
  g_assert_true (gram_settings_follow_rho (settings));
  g_assert_cmpfloat (g_array_index (settings->labels, GramLabelsSpec, 3).rho, ==, 0.3);
  g_assert_false (gram_settings_follow_rho (settings));
  for (GramLabelsKind kind = GRAM_LABELS_TRUE; kind <= GRAM_LABELS_MIXED; kind++)
    gram_settings_toggle_labels (settings, kind, FALSE);
  g_assert_cmpuint (count_labels (settings), ==, 1); /* a run needs labels */
}

static GramAnalysis *
fake_analysis (double lambda_max)
{
  GramAnalysis *analysis = gram_analysis_new (NULL, 4);

  analysis->lambda_max = lambda_max;
  analysis->quadratic_form_true = 2;
  analysis->trace_inverse = 50;
  return analysis;
}

static void
test_stability (void)
{
  g_autoptr (GramAnalysis) analysis = fake_analysis (303.129);

  g_assert_cmpint (gram_step_verdict (NULL, 1), ==, GRAM_STEP_UNKNOWN);
  g_assert_cmpint (gram_step_verdict (analysis, 0.0065), ==, GRAM_STEP_STABLE);
  g_assert_cmpint (gram_step_verdict (analysis, 2 / 303.129), ==, GRAM_STEP_UNSTABLE);
}

static void
test_readout (void)
{
  g_autoptr (GramAnalysis) analysis = fake_analysis (10);
  GramReadout none = gram_readout_at (NULL, 1e-3, 0.5);
  GramReadout low = gram_readout_at (analysis, 1e-3, 0);
  GramReadout half = gram_readout_at (analysis, 1e-3, 0.5);
  GramReadout high = gram_readout_at (analysis, 1e-3, 1);

  g_assert_true (isnan (none.complexity));
  g_assert_cmpint (none.steps, ==, -1);
  g_assert_cmpfloat_with_epsilon (low.complexity, 1, 1e-12);  /* √(2·2/4) */
  g_assert_cmpfloat_with_epsilon (high.complexity, 5, 1e-12); /* √(2·50/4) */
  /* E = ¼·2 + ¾·50 = 38 */
  g_assert_cmpfloat_with_epsilon (half.complexity, sqrt (19), 1e-12);
  g_assert_cmpfloat_with_epsilon (half.position, (sqrt (19) - 1) / 4, 1e-12);
  g_assert_cmpfloat (low.position, ==, 0);
  g_assert_cmpfloat (high.position, ==, 1);
}

static void
test_remedies (void)
{
  for (int code = 0; code <= GRAM_ERROR_FULL; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (GRAM_ERROR, code, "what");
      g_autofree char *remedy = gram_error_remedy (error);

      if (code == GRAM_ERROR_STORAGE || code == GRAM_ERROR_FULL || code == GRAM_ERROR_DATA
          || code == GRAM_ERROR_MEMORY)
        g_assert_nonnull (remedy);
    }
}

/* 2 % of two processors: a frame of 10 ms may come every 250 ms, and half a second is the most. */
static void
test_pace (void)
{
  GramPace pace = { 0 };

  g_assert_cmpuint (gram_pace_wait (pace, (GramPace){ 5000000, 700 }, 2), ==, 0);
  pace = (GramPace){ .time = 1000000, .spent = 50000 };
  g_assert_cmpuint (gram_pace_wait (pace, (GramPace){ 1000000, 60000 }, 2), ==, 250);
  g_assert_cmpuint (gram_pace_wait (pace, (GramPace){ 1100000, 60000 }, 2), ==, 150);
  g_assert_cmpuint (gram_pace_wait (pace, (GramPace){ 1250000, 60000 }, 2), ==, 0);
  g_assert_cmpuint (gram_pace_wait (pace, (GramPace){ 1000000, 60000 }, 32), ==, 16);
  g_assert_cmpuint (gram_pace_wait (pace, (GramPace){ 1000000, 950000 }, 2), ==, 500);
  g_assert_cmpint (gram_pace_now ().spent, >, 0);
}

static GramSettings *
with (const char *text)
{
  GramSettings *settings = gram_settings_new ();

  g_assert_true (gram_settings_apply (settings, text, NULL));
  return settings;
}

static void
assert_at (const GramSettings *settings, gint64 n)
{
  g_assert_nonnull (settings);
  g_assert_cmpint (settings->problem.n, ==, n);
}

/* What was refused, however it was asked for, leaves the history as it was. */
static void
test_history (void)
{
  g_autoptr (GramHistory) history = gram_history_new ();
  g_autoptr (GramSettings) a = with ("n=10"), b = with ("n=20"), c = with ("n=30");
  g_autoptr (GramSettings) d = with ("n=20 eta=0.5"), back = NULL, again = NULL;

  g_assert_null (gram_history_undo (history, a));
  gram_history_push (history, a, "n");
  gram_history_mark (history, b);
  gram_history_push (history, b, "n"); /* merged with the step before */
  gram_history_push (history, c, NULL);
  gram_history_revert (history, b);
  assert_at (gram_history_peek_undo (history), 10);
  back = gram_history_undo (history, b);
  assert_at (back, 10);
  assert_at (gram_history_peek_redo (history), 20);
  /* refused on the way forward: the way itself is still there */
  gram_history_mark (history, a);
  again = gram_history_redo (history, a);
  assert_at (again, 20);
  gram_history_revert (history, a);
  g_assert_null (gram_history_peek_undo (history));
  assert_at (gram_history_peek_redo (history), 20);
  /* other settings than those of the mark: one step between the two */
  gram_history_mark (history, b);
  gram_history_push (history, b, NULL);
  gram_history_revert (history, d);
  assert_at (gram_history_peek_undo (history), 20);
  g_assert_null (gram_history_peek_redo (history));
  gram_history_revert (history, a); /* without a mark: nothing */
  assert_at (gram_history_peek_undo (history), 20);
}

/* ---------- what session files keep of the view ---------- */

static GramFigure *
two_panels (void)
{
  GramFigure *figure = gram_figure_new ("convergence", "title");
  GramPlot *first = gram_figure_add_plot (figure, "residual");
  GramPlot *second = gram_figure_add_plot (figure, "difference");

  first->x.scale_choice = first->y.scale_choice = TRUE;
  gram_plot_set_axis (second, GRAM_AXIS_Y, "fixed", GRAM_SCALE_LOG);
  return figure;
}

static void
test_view_comes_back (void)
{
  g_autoptr (GramFigure) before = two_panels (), after = two_panels (), other = two_panels ();
  g_autoptr (GramViewState) kept = gram_view_state_new (), read = gram_view_state_new ();
  const GramView zoomed = { { -1.25, 2.0 / 3 }, { 0, 0 }, FALSE, TRUE };
  g_autofree char *text = NULL, *again = NULL;
  GramPlot *first = before->plots->pdata[0];

  gram_plot_set_scale (first, GRAM_AXIS_X, GRAM_SCALE_LOG);
  gram_plot_set_view (first, &zoomed);
  gram_figure_set_hidden (before, "random „labels“ \"[{", TRUE);
  gram_view_state_keep_figure (kept, before);
  kept->finite_width = TRUE;
  kept->cumulative = TRUE;
  kept->test = TRUE;
  kept->flips = 25;
  kept->panel = FALSE;
  g_free (kept->page);
  kept->page = g_strdup ("samples");
  text = gram_view_state_to_text (kept);
  gram_view_state_read (read, text);
  again = gram_view_state_to_text (read);
  g_assert_cmpstr (again, ==, text);
  g_assert_true (read->finite_width);
  g_assert_true (read->cumulative);
  g_assert_true (read->test);
  g_assert_cmpint (read->flips, ==, 25);
  g_assert_cmpstr (read->page, ==, "samples");
  g_assert_false (read->panel);
  gram_view_state_restore_figure (read, after);
  for (guint i = 0; i < 2; i++)
    {
      const GramPlot *a = before->plots->pdata[i], *b = after->plots->pdata[i];

      g_assert_cmpint (a->x.scale, ==, b->x.scale);
      g_assert_cmpint (a->y.scale, ==, b->y.scale);
      g_assert_cmpint (a->x.fit, ==, b->x.fit);
      g_assert_true (b->y.fit);
      g_assert_true (gram_plot_get_hidden (b, "random „labels“ \"[{"));
    }
  first = after->plots->pdata[0];
  g_assert_cmpfloat (first->x.view.min, ==, -1.25);
  g_assert_cmpfloat (first->x.view.max, ==, 2.0 / 3); /* to the last bit */
  /* a figure that nothing is known of stays as it was made */
  g_free (other->id);
  other->id = g_strdup ("spectrum");
  gram_view_state_restore_figure (read, other);
  first = other->plots->pdata[0];
  g_assert_cmpint (first->x.scale, ==, GRAM_SCALE_LINEAR);
  g_assert_true (gram_figure_is_fit (other));
}

/* What is remembered beside sessions: axes that were switched, and no others. */
static void
test_scales (void)
{
  g_autoptr (GramFigure) figure = two_panels (), other = gram_figure_new ("spectrum", "title");
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sb}", NULL));
  g_autoptr (GVariant) x = NULL, y = NULL, back = NULL;
  GramPlot *first = figure->plots->pdata[0], *second = figure->plots->pdata[1];

  gram_figure_add_plot (other, "eigenvalues")->x.scale_choice = TRUE;
  gram_figure_set_scale (other, GRAM_AXIS_X, GRAM_SCALE_LOG);
  x = g_variant_ref_sink (gram_scales_with (none, figure, GRAM_AXIS_X, TRUE));
  y = g_variant_ref_sink (gram_scales_with (x, figure, GRAM_AXIS_Y, TRUE));
  back = g_variant_ref_sink (gram_scales_with (y, figure, GRAM_AXIS_X, FALSE));
  g_assert_cmpuint (g_variant_n_children (back), ==, 2);
  gram_scales_apply (x, figure);
  gram_scales_apply (x, other);
  g_assert_cmpint (first->x.scale, ==, GRAM_SCALE_LOG);
  g_assert_cmpint (first->y.scale, ==, GRAM_SCALE_LINEAR);
  g_assert_cmpint (second->y.scale, ==, GRAM_SCALE_LOG); /* which nobody may switch */
  gram_scales_apply (back, figure);
  gram_scales_apply (back, other);
  g_assert_cmpint (first->x.scale, ==, GRAM_SCALE_LINEAR);
  g_assert_cmpint (first->y.scale, ==, GRAM_SCALE_LOG);
  g_assert_cmpint (gram_figure_get_plot (other, "eigenvalues")->x.scale, ==, GRAM_SCALE_LOG);
}

/* Files of before, of later, and damaged ones: what cannot be used is as if it were not there. */
static void
test_view_damaged (void)
{
  static const char *const useless[] = {
    "",
    "[]",
    "{",
    "null",
    "{\"page\":7,\"panel\":\"yes\",\"flips\":2.5,\"figures\":[]}",
    "{\"page\":null,\"flips\":-1,\"dynamics\":{}}",
    "{\"flips\":501}",
    "{\"flips\":1e300}"
  };
  static const char *const axes[] = {
    "null", "7", "{}", "{\"log\":1}", "{\"log\":null,\"range\":[0,1]}",
  };
  static const char *const ranges[] = {
    "null",      "[]",        "[1]",     "[1,1]",   "[2,1]", "[1,2,3]",
    "[\"0\",1]", "[0,1e300]", "[0,331]", "[[],{}]", "0",
  };
  g_autofree char *deep = g_strnfill (1 << 22, '[');
  g_autofree char *before = NULL;
  g_autoptr (GramViewState) state = gram_view_state_new ();

  state->flips = 7;
  before = gram_view_state_to_text (state);
  gram_view_state_read (state, NULL);
  gram_view_state_read (state, deep);
  for (gsize i = 0; i < G_N_ELEMENTS (useless); i++)
    {
      g_autofree char *after = NULL;

      gram_view_state_read (state, useless[i]);
      after = gram_view_state_to_text (state);
      g_assert_cmpstr (after, ==, before);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (axes) + G_N_ELEMENTS (ranges); i++)
    {
      g_autoptr (GramFigure) figure = two_panels ();
      gboolean is_axis = i < G_N_ELEMENTS (axes);
      g_autofree char *axis = is_axis ? g_strdup (axes[i])
                                      : g_strdup_printf ("{\"log\":true,\"range\":%s}",
                                                         ranges[i - G_N_ELEMENTS (axes)]);
      g_autofree char *text =
          g_strdup_printf ("{\"figures\":{\"convergence\":{\"residual\":{\"x\":%s,"
                           "\"hidden\":[1,null,\"mean\",[]]},\"difference\":{\"y\":{\"log\":false},"
                           "\"hidden\":\"all\"},\"nothing\":[]},\"other\":1}}",
                           axis);
      const GramPlot *first = figure->plots->pdata[0], *second = figure->plots->pdata[1];

      gram_view_state_read (state, text);
      gram_view_state_restore_figure (state, figure);
      g_assert_true (gram_figure_is_fit (figure));
      g_assert_cmpint (first->x.scale, ==, is_axis ? GRAM_SCALE_LINEAR : GRAM_SCALE_LOG);
      g_assert_cmpuint (g_hash_table_size (first->hidden), ==, 1);
      g_assert_cmpuint (g_hash_table_size (second->hidden), ==, 0);
      g_assert_cmpint (second->y.scale, ==, GRAM_SCALE_LOG); /* people cannot switch it */
    }
}

static void
count_cb (guint *count)
{
  ++*count;
}

/* Downloads come and go one by one, and each is ended by its own number. */
static void
test_downloads (void)
{
  g_autoptr (GramSession) session = gram_session_new ();
  g_autoptr (GramJobList) list = gram_job_list_new (session);
  g_autoptr (GCancellable) first = g_cancellable_new (), second = g_cancellable_new ();
  g_autoptr (GPtrArray) none = gram_job_list_get (list), two = NULL, one = NULL;
  const GramListedJob *job;
  guint changes = 0, a, b;

  g_signal_connect_swapped (list, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_cmpuint (none->len, ==, 0);
  a = gram_job_list_add (list, "MNIST", first);
  b = gram_job_list_add (list, "CIFAR-10", second);
  gram_job_list_tell (list, b, "3.5 MB", 0.25);
  two = gram_job_list_get (list);
  g_assert_cmpuint (two->len, ==, 2);
  job = g_ptr_array_index (two, 0);
  g_assert_cmpstr (job->name, ==, "Download of MNIST");
  g_assert_true (isnan (job->fraction));
  job = g_ptr_array_index (two, 1);
  g_assert_cmpstr (job->name, ==, "Download of CIFAR-10");
  g_assert_cmpstr (job->text, ==, "3.5 MB"); /* too soon to say how long */
  g_assert_cmpfloat (job->fraction, ==, 0.25);
  gram_job_list_toggle (list, GRAM_JOB_DOWNLOAD, b);
  g_assert_false (g_cancellable_is_cancelled (first));
  g_assert_true (g_cancellable_is_cancelled (second));
  gram_job_list_remove (list, b);
  one = gram_job_list_get (list);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpuint (((GramListedJob *) g_ptr_array_index (one, 0))->number, ==, a);
  g_assert_cmpuint (changes, ==, 3);
  gram_session_shutdown (session);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view-model/pair", test_pair);
  g_test_add_func ("/view-model/groups", test_groups);
  g_test_add_func ("/view-model/typed", test_typed);
  g_test_add_func ("/view-model/typed-again", test_typed_again);
  g_test_add_func ("/view-model/words", test_words);
  g_test_add_func ("/view-model/progress", test_progress);
  g_test_add_func ("/view-model/sentences", test_sentences);
  g_test_add_func ("/view-model/bars", test_bars);
  g_test_add_func ("/view-model/labels", test_labels);
  g_test_add_func ("/view-model/stability", test_stability);
  g_test_add_func ("/view-model/readout", test_readout);
  g_test_add_func ("/view-model/remedies", test_remedies);
  g_test_add_func ("/view-model/pace", test_pace);
  g_test_add_func ("/view-model/history", test_history);
  g_test_add_func ("/view-model/downloads", test_downloads);
  g_test_add_func ("/view-model/view-comes-back", test_view_comes_back);
  g_test_add_func ("/view-model/scales", test_scales);
  g_test_add_func ("/view-model/view-damaged", test_view_damaged);
  return g_test_run ();
}
