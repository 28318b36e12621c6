/* cli-training.c: a training run on the command line, for train and figure
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-training.h"

#include <math.h>

#include "cli.h"
#include "cli-checkpoint.h"
#include "cli-dump.h"
#include "gram-error.h"
#include "gram-file-lock.h"

#define SLICE_SECONDS 0.25

/* Before a run: what will go wrong, and what to do about it. */
static void
warn_unstable (const CliJob *job)
{
  double limit = gram_analysis_stable_step (job->analysis);

  if (job->settings->eta >= limit)
    cli_note ("η = %g is not below 2/λ₁ = %.4g: a wide net diverges; use --eta %g, or --preprocess "
              "center to lower λ₁",
              job->settings->eta, limit, gram_analysis_advised_step (job->analysis));
}

/* A run that goes on keeps the very labels that it began with. */
static GPtrArray *
label_sets (const GramAnalysis *analysis, const GramCheckpoint *resumed)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      g_ptr_array_add (labels,
                       gram_labels_ref (resumed != NULL ? gram_run_get_set (resumed->run, i)->labels
                                                        : set->labels));
    }
  return labels;
}

static void
show_progress (const CliJob *job, GramTraining *training)
{
  gint64 k = gram_training_get_step (training);
  gint64 steps = job->settings->max_steps;
  double pace = gram_training_get_seconds_per_step (training);
  g_autofree char *left = cli_time_left (pace * (double) (steps - k));
  g_autofree char *rate = pace > 0 ? g_strdup_printf (", %.4g steps/s", 1 / pace) : g_strdup ("");
  g_autofree char *what =
      g_strdup_printf ("Training, step %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT "%s%s", k, steps,
                       rate, left);

  cli_progress (what, (double) k / (double) steps);
}

/* A checkpoint that cannot be written is no reason to lose the run: it is tried again.
 * @due: when the next is to be written */
static void
keep_checkpoint (const CliJob *job, GramTraining *training, GramRun *run, const char *path,
                 gint64 *due)
{
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time ();

  if (path == NULL || begun < *due)
    return;
  if (!cli_checkpoint_save (job, training, run, path, &error))
    cli_note ("%s; trying again later", error->message);
  *due = gram_checkpoint_due (begun);
}

static gboolean
is_going (CliJob *job, GramTraining *training)
{
  return gram_training_get_stopped (training) == GRAM_STOPPED_NOT
         && gram_training_get_step (training) < job->settings->max_steps
         && !g_cancellable_is_cancelled (job->cancellable);
}

/* Until it stops by itself or by SIGINT; what was recorded is in @run in any case. */
static gboolean
drive (CliJob *job, GramTraining *training, GramRun *run, const char *checkpoint, GError **error)
{
  gint64 due = gram_checkpoint_due (g_get_monotonic_time ());

  do
    {
      while (
          is_going (job, training)
          && gram_training_advance (training, G_MAXINT64, SLICE_SECONDS, job->cancellable, error))
        {
          gram_training_drain (training, run);
          show_progress (job, training);
          keep_checkpoint (job, training, run, checkpoint, &due);
        }
      /* a card that fails in this last look leaves steps to do once more */
    }
  while (*error == NULL && gram_training_settle (training, error) && is_going (job, training));
  gram_training_drain (training, run);
  if (run->stopped == GRAM_STOPPED_NOT
      && gram_training_get_step (training) >= job->settings->max_steps)
    run->stopped = GRAM_STOPPED_STEPS;
  if (run->stopped == GRAM_STOPPED_NOT && g_cancellable_is_cancelled (job->cancellable))
    run->stopped = GRAM_STOPPED_CANCELLED;
  cli_progress_clear ();
  return *error == NULL;
}

static void
set_stopped_error (const CliJob *job, const GramRun *run, GError **error)
{
  if (run->stopped == GRAM_STOPPED_CANCELLED)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
  else if (run->stopped == GRAM_STOPPED_DIVERGED)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DIVERGED,
                 "gradient descent diverged at step %" G_GINT64_FORMAT " with η = %g; use --eta %g",
                 run->steps, run->eta, gram_analysis_advised_step (job->analysis));
}

static void
on_made (double fraction, gpointer data)
{
  cli_progress ("Preparing", fraction);
}

static GramTraining *
start (CliJob *job, const GPtrArray *labels, const CliTrainingFiles *files,
       const GramCheckpoint *resumed, GError **error)
{
  g_autoptr (GramTraining) training =
      gram_training_new (job->device, job->problem, (GPtrArray *) labels, job->settings,
                         &(GramJob){ .cancellable = job->cancellable, .progress = on_made }, error);

  cli_progress_clear ();
  if (training == NULL
      || (resumed != NULL && resumed->state != NULL
          && !gram_training_restore (training, resumed->state, error))
      || (files->dump_init != NULL
          && !cli_dump_init (files->dump_init, job->problem, labels,
                             gram_training_get_spec (training), error)))
    return NULL;
  gram_training_set_lambda_max (training, job->analysis->lambda_max);
  return g_steal_pointer (&training);
}

/* Its settings come before the data, which they name. */
static gboolean
open_job (CliJob *job, const char *resume, GramCheckpoint **resumed, GError **error)
{
  if (resume != NULL && (*resumed = cli_checkpoint_resume (job, resume, error)) == NULL)
    return FALSE;
  return cli_job_open (job, error)
         && (resume == NULL || cli_checkpoint_check (job, *resumed, resume, error));
}

static void
choose_steps (GramSettings *settings, const GramCheckpoint *as_it_stands)
{
  if (as_it_stands != NULL)
    settings->max_steps = as_it_stands->step;
  else if (settings->max_steps == 0)
    settings->max_steps = CLI_TRAINING_STEPS;
}

/**
 * cli_training_run:
 * @job: is opened and analysed here as far as a run and its predictions need it
 * @files: what to write beside the results, and what to go on from
 *
 * Returns: (transfer full) (nullable): what was recorded, also when @error is set because the run
 *   diverged or was interrupted; %NULL when it could not even start
 */
GramRun *
cli_training_run (CliJob *job, const CliTrainingFiles *files, GError **error)
{
  g_autoptr (GramCheckpoint) resumed = NULL;
  g_autoptr (GramFileLock) lock = NULL;
  g_autoptr (GramTraining) training = NULL;
  g_autoptr (GPtrArray) labels = NULL;
  g_autoptr (GramRun) run = NULL;
  g_autoptr (GError) failure = NULL;

  if ((files->checkpoint != NULL && (lock = gram_file_lock_take (files->checkpoint, error)) == NULL)
      || !open_job (job, files->resume, &resumed, error))
    return NULL;
  if (!cli_job_typed (job, "steps"))
    choose_steps (job->settings, files->as_it_stands ? resumed : NULL);
  if (!cli_job_analyse (job, FALSE, error))
    return NULL;
  warn_unstable (job);
  labels = label_sets (job->analysis, resumed);
  g_clear_pointer (&job->analyser, gram_analyser_free); /* its n × n matrices */
  training = start (job, labels, files, resumed, error);
  if (training == NULL)
    return NULL;
  run = resumed != NULL ? gram_run_ref (resumed->run) : gram_run_new ();
  if (drive (job, training, run, files->checkpoint, &failure) && files->checkpoint != NULL
      && run->stopped != GRAM_STOPPED_DIVERGED)
    cli_checkpoint_save (job, training, run, files->checkpoint, &failure);
  cli_notes (run->notices);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    set_stopped_error (job, run, error);
  return g_steal_pointer (&run);
}

/**
 * cli_training_finite_width:
 * @run: from cli_training_run()
 *
 * After the run, so that its trainer and H(0) never lie in memory together.
 *
 * Returns: (transfer full) (nullable): what H(0) predicts of it
 */
GramFiniteWidth *
cli_training_finite_width (CliJob *job, const GramRun *run, GError **error)
{
  g_autoptr (GramFiniteWidth) width = gram_finite_width_new (run, job->problem);
  GramFiniteWidth *computed;

  if (width == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "nothing was recorded that H(0) could predict");
      return NULL;
    }
  if (job->analyser == NULL)
    job->analyser = gram_analyser_new (job->device, job->problem, job->settings->problem.seed);
  cli_progress ("H(0)", NAN);
  computed = gram_finite_width_compute (job->analyser, width, job->cancellable, error);
  cli_progress_clear ();
  return computed;
}
