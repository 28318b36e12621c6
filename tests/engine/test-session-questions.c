/* test-session-questions.c: what is asked of H∞ on its device, and when it is answered
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "gram-analyser.h"
#include "gram-mislabel-ranking.h"
#include "gram-error.h"
#include "gram-fixture.h"
#include "gram-watch.h"

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_eigenvector (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GAsyncResult) early = NULL, late = NULL, refused = NULL, wrong = NULL;
  g_autofree double *v = NULL, *w = NULL;
  const GramProblem *problem;
  GError *error = NULL;
  double norm = 0, pixel = 0;

  gram_session_get_eigenvector (watch->session, 0, NULL, on_answer, &refused);
  configure (watch, SMALL);
  WAIT (gram_session_get_problem (watch->session) != NULL);
  gram_session_get_eigenvector (watch->session, 3, NULL, on_answer, &early);
  WAIT (early != NULL && refused != NULL);
  g_assert_null (gram_session_ask_finish (watch->session, refused, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  v = gram_session_ask_finish (watch->session, early, &error);
  g_assert_no_error (error);
  problem = gram_session_get_problem (watch->session);
  for (gint64 i = 0; i < problem->n; i++)
    {
      norm += v[i] * v[i];
      pixel += problem->X[i * problem->d + 400] * v[i];
    }
  g_assert_cmpfloat (fabs (norm - 1), <, 1e-12);
  g_assert_cmpfloat (fabs (pixel - v[problem->n + 400]), <, 1e-12);
  WAIT (analysed (watch));
  gram_session_get_eigenvector (watch->session, 3, NULL, on_answer, &late);
  gram_session_get_eigenvector (watch->session, 60, NULL, on_answer, &wrong);
  WAIT (late != NULL && wrong != NULL);
  w = gram_session_ask_finish (watch->session, late, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (v, 60 * sizeof (double), w, 60 * sizeof (double));
  g_assert_null (gram_session_ask_finish (watch->session, wrong, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
}

static gpointer
solve_ones (GramAnalyser *analyser, gpointer data, GCancellable *cancellable, GError **error)
{
  GramSystem *system = gram_analyser_get_system (analyser);
  gint64 n = gram_system_get_n (system);
  double *b = g_new (double, (gsize) n);

  for (gint64 i = 0; i < n; i++)
    b[i] = *(double *) data;
  if (gram_system_solve (system, 1, b, n, NULL, error))
    return b;
  g_free (b);
  return NULL;
}

static void
ask_ones (Watch *watch, GramStage stage, GAsyncResult **answer)
{
  gram_session_ask (watch->session, stage, solve_ones, g_memdup2 (&(double){ 1 }, sizeof (double)),
                    g_free, g_free, NULL, on_answer, answer);
}

static void
assert_overtaken (Watch *watch, GAsyncResult *answer)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gram_session_ask_finish (watch->session, answer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Questions that the next problem overtakes are refused, each exactly once, whether they wait for
 * their stage or for the thread; until then they are about what is there. */
static void
test_questions (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GAsyncResult) answered = NULL, beside = NULL, early = NULL, queued = NULL;
  g_autofree double *x = NULL, *y = NULL;
  GError *error = NULL;

  configure (watch, SMALL);
  ask_ones (watch, GRAM_STAGE_CHOLESKY, &answered);
  WAIT (answered != NULL);
  x = gram_session_ask_finish (watch->session, answered, &error);
  g_assert_no_error (error);
  g_assert_true (isfinite (x[0]));
  WAIT (analysed (watch));
  configure (watch, "dataset=/nowhere/at/all");
  ask_ones (watch, GRAM_STAGE_CHOLESKY, &beside);
  WAIT (beside != NULL);
  y = gram_session_ask_finish (watch->session, beside, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (x, 60 * sizeof (double), y, 60 * sizeof (double));
  WAIT (!gram_session_is_loading (watch->session));

  g_atomic_int_set (&gram_faults.eigen_ms, 1000);
  configure (watch, "n=45 device=cuda");
  WAIT (g_atomic_int_get (&gram_faults.in_eigen) == 1);
  ask_ones (watch, GRAM_STAGE_SPECTRUM, &early);
  ask_ones (watch, GRAM_STAGE_CHOLESKY, &queued);
  configure (watch, "n=46 device=cpu");
  WAIT (early != NULL && queued != NULL);
  assert_overtaken (watch, early);
  assert_overtaken (watch, queued);
  WAIT (gram_session_get_problem (watch->session)->n == 46);
  gram_faults_clear ();
}

/* The stage of the newest snapshot when the question is answered. */
static gpointer
stage_seen (GramAnalyser *analyser, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramAnalysis) analysis = gram_analyser_get_analysis (analyser);

  g_assert_nonnull (analysis->inverse_diagonal);
  return g_memdup2 (&analysis->stage, sizeof analysis->stage);
}

static GramStage
take_stage (Watch *watch, GAsyncResult *answer)
{
  GError *error = NULL;
  g_autofree GramStage *stage = gram_session_ask_finish (watch->session, answer, &error);

  g_assert_no_error (error);
  return *stage;
}

/* What the factor answers does not wait for the spectrum, whatever was asked before it. */
static void
test_beside_spectrum (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GAsyncResult) early = NULL, second = NULL, late = NULL, solved = NULL, after = NULL;
  g_autofree double *x = NULL, *y = NULL;
  GError *error = NULL;

  g_atomic_int_set (&gram_faults.eigen_ms, 1000);
  configure (watch, SMALL "device=cuda");
  WAIT (g_atomic_int_get (&gram_faults.in_eigen) == 1);
  gram_session_ask (watch->session, GRAM_STAGE_SPECTRUM, stage_seen, NULL, NULL, g_free, NULL,
                    on_answer, &late);
  gram_session_ask (watch->session, GRAM_STAGE_CHOLESKY, stage_seen, NULL, NULL, g_free, NULL,
                    on_answer, &early);
  gram_session_ask (watch->session, GRAM_STAGE_KRYLOV, stage_seen, NULL, NULL, g_free, NULL,
                    on_answer, &second);
  ask_ones (watch, GRAM_STAGE_CHOLESKY, &solved);
  WAIT (late != NULL && early != NULL && second != NULL && solved != NULL);
  g_assert_cmpint (take_stage (watch, early), ==, GRAM_STAGE_KRYLOV);
  g_assert_cmpint (take_stage (watch, second), ==, GRAM_STAGE_KRYLOV);
  g_assert_cmpint (take_stage (watch, late), ==, GRAM_STAGE_SPECTRUM);
  x = gram_session_ask_finish (watch->session, solved, &error);
  g_assert_no_error (error);
  ask_ones (watch, GRAM_STAGE_CHOLESKY, &after);
  WAIT (after != NULL);
  y = gram_session_ask_finish (watch->session, after, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (x, 60 * sizeof (double), y, 60 * sizeof (double));
  gram_faults_clear ();
}

/* Returns: (transfer full): the labels ranked after seven flips of the seed and those of @single */
static GramMislabelRanking *
rank (Watch *watch, const GArray *single)
{
  g_autoptr (GAsyncResult) answered = NULL;
  GramMislabelRanking *ranking;

  gram_session_ask (watch->session, GRAM_STAGE_CHOLESKY, gram_mislabel_ranking_compute,
                    gram_mislabel_question_new (7, 3, single), g_free, gram_mislabel_ranking_free,
                    NULL, on_answer, &answered);
  WAIT (answered != NULL);
  ranking = gram_session_ask_finish (watch->session, answered, NULL);
  g_assert_nonnull (ranking);
  return ranking;
}

/* Some labels are flipped on purpose; what is said of them is counted here once more. */
static void
test_ranking (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GArray) single = g_array_new (FALSE, FALSE, sizeof (gint64));
  GramMislabelRanking *ranking;
  gint64 flipped = 0, suspicious = 0;
  double recall[60];

  configure (watch, SMALL);
  ranking = rank (watch, single);
  for (gint64 i = 0; i < 60; i++)
    {
      gboolean changed = ranking->y[i] != ranking->analysis->problem->y[i];

      g_assert_true (changed == ranking->is_planted[i]);
      flipped += changed;
      suspicious += ranking->mislabel->change[i] < 0;
    }
  g_assert_cmpint (flipped, ==, 7);
  g_assert_cmpint (ranking->n_suspicious, ==, suspicious);
  gram_mislabel_recall (ranking->mislabel, ranking->planted, 7, recall);
  g_assert_cmpfloat_with_epsilon ((double) ranking->found, 7 * recall[6], 1e-9);
  gram_mislabel_ranking_free (ranking);
}

/* Single labels are flipped too, and one that the seed has flipped goes back. */
static void
test_single_flips (void)
{
  g_autoptr (Watch) watch = watch_new ();
  g_autoptr (GArray) single = g_array_new (FALSE, FALSE, sizeof (gint64));
  GramMislabelRanking *seeded, *ranking;
  gint64 own[3], count = 0;

  configure (watch, SMALL);
  seeded = rank (watch, single);
  own[0] = seeded->planted[2];
  for (gint64 i = 0; i < 60 && count < 2; i++)
    if (!seeded->is_planted[i])
      own[1 + count++] = i;
  g_array_append_vals (single, own, 3);
  ranking = rank (watch, single);
  g_assert_cmpint (ranking->n_planted, ==, 8);
  for (gint64 i = 0; i < 60; i++)
    {
      gboolean alone = i == own[0] || i == own[1] || i == own[2];

      g_assert_cmpfloat (ranking->y[i], ==, alone ? -seeded->y[i] : seeded->y[i]);
      g_assert_true (ranking->is_planted[i] == (seeded->is_planted[i] != alone));
    }
  for (gint64 i = 0; i < 8; i++)
    g_assert_true (ranking->is_planted[ranking->planted[i]]);
  gram_mislabel_ranking_free (seeded);
  gram_mislabel_ranking_free (ranking);
}

/* What lies along all eigenvectors is the whole of y. */
static void
test_shares (void)
{
  g_autoptr (Watch) watch = watch_new ();
  GramAnalysis *analysis;
  double sum = 0;

  configure (watch, SMALL);
  WAIT (analysed (watch));
  analysis = gram_session_get_analysis (watch->session);
  for (gint64 i = 0; i < 60; i++)
    sum += gram_label_analysis_share (g_ptr_array_index (analysis->labels, 0), i);
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  gram_fixture_add_fake_card ();
  g_test_add_func ("/session-questions/eigenvector", test_eigenvector);
  g_test_add_func ("/session-questions/overtaken", test_questions);
  g_test_add_func ("/session-questions/beside-spectrum", test_beside_spectrum);
  g_test_add_func ("/session-questions/ranking", test_ranking);
  g_test_add_func ("/session-questions/ranking/single", test_single_flips);
  g_test_add_func ("/session-questions/shares", test_shares);
  return g_test_run ();
}
