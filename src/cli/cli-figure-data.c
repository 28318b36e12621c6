/* cli-figure-data.c: what a figure is made of, computed on the command line
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-figure.h"

#include <math.h>

#include "cli.h"
#include "gram-error.h"

#define PLANTED_SHARE 20 /* one label in 20 is flipped for the mislabel figure */

typedef gboolean (*ComputeFunc) (CliJob *job, const CliFigureOptions *options, CliFigureData *data,
                                 GError **error);

void
cli_figure_data_clear (CliFigureData *data)
{
  g_clear_pointer (&data->run, gram_run_unref);
  g_clear_pointer (&data->sweep, gram_sweep_table_unref);
  g_clear_pointer (&data->study, gram_sweep_table_unref);
  g_clear_pointer (&data->dynamics, g_ptr_array_unref);
  g_clear_pointer (&data->test_curves, g_ptr_array_unref);
  g_clear_pointer (&data->finite_width, gram_finite_width_unref);
  cli_learn_result_clear (&data->learn);
  g_clear_pointer (&data->mislabel, gram_mislabel_free);
  g_clear_pointer (&data->planted, g_free);
}

static gboolean
compute_drift (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  job->settings->drift = TRUE;
  return TRUE;
}

#define KERNEL_LOOKS 50 /* at H(k), where nobody said how often */

static gboolean
compute_kernel (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  GramSettings *settings = job->settings;
  gint64 steps = settings->max_steps > 0 ? settings->max_steps : CLI_TRAINING_STEPS;

  if (settings->kernel_every == 0)
    settings->kernel_every = MAX (1, steps / KERNEL_LOOKS);
  return TRUE;
}

static gboolean
compute_run (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  g_autoptr (GError) failure = NULL;

  data->run = cli_training_run (job, &options->files, &failure);
  data->drawable = data->run != NULL;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
compute_width (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  data->finite_width = cli_training_finite_width (job, data->run, error);
  return data->finite_width != NULL;
}

/* After the run, if there is one: the two never lie in memory together. */
static gboolean
analyse (CliJob *job, gboolean full, CliFigureData *data, GError **error)
{
  job->quiet_notes = data->run != NULL;
  data->drawable = FALSE;
  return (data->run != NULL || cli_job_open (job, error)) && cli_job_analyse (job, full, error);
}

static gboolean
compute_analysis (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  return analyse (job, FALSE, data, error);
}

static gboolean
compute_spectrum (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  return analyse (job, TRUE, data, error);
}

static gboolean
compute_dynamics (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  data->dynamics = g_ptr_array_new_with_free_func (gram_dynamics_unref);
  for (guint set = 0; set < data->run->sets->len; set++)
    {
      g_autoptr (GramDynamics) dynamics = gram_dynamics_new (data->run, set);
      gpointer computed = dynamics != NULL ? gram_dynamics_compute (job->analyser, dynamics,
                                                                    job->cancellable, error)
                                           : NULL;

      if (computed == NULL)
        return FALSE;
      g_ptr_array_add (data->dynamics, computed);
    }
  return TRUE;
}

static gboolean
compute_test (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  g_autoptr (GPtrArray) curves = gram_test_curve_new_all (data->run, job->problem);

  if (curves == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "figure test needs test images with labels: set --test-samples above 0, and "
                   "--labels to more than worst");
      return FALSE;
    }
  data->test_curves = gram_test_curve_compute (job->analyser, curves, job->cancellable, error);
  return data->test_curves != NULL;
}

/* A sweep or a study, into @table. */
static gboolean
train_many (CliJob *job, const CliSweepOptions *options, CliFigureData *data,
            GramSweepTable **table, GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_clear_pointer (&job->analyser, gram_analyser_free);
  *table = cli_sweep_run (job, options, &failure);
  data->drawable = *table != NULL && (*table)->done > 0;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
compute_sweep (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  return train_many (job, &options->sweep, data, &data->sweep, error);
}

/* Its figure needs a number to be drawn against, which is known before anything is trained. */
static gboolean
compute_study (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  CliSweepOptions study = options->sweep;

  study.study = TRUE;
  return cli_sweep_check_axis (&study, error) && cli_job_open (job, error)
         && train_many (job, &study, data, &data->study, error);
}

static gboolean
compute_learn (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  CliLearnOptions learn = { 0 };

  cli_learn_options_init (&learn);
  return cli_learn_run (job, &learn, &data->learn, error);
}

static gboolean
compute_mislabel (CliJob *job, const CliFigureOptions *options, CliFigureData *data, GError **error)
{
  const GramJob work = { .cancellable = job->cancellable };
  g_autofree double *y = NULL;
  gint64 n = job->problem->n;

  if (!gram_analysis_check_inverse (job->analysis, error))
    return FALSE;
  y = g_memdup2 (job->problem->y, (gsize) n * sizeof (double));
  data->inputs.n_planted =
      options->flips >= 0 ? MIN (options->flips, n) : MAX (1, n / PLANTED_SHARE);
  data->planted = gram_mislabel_plant (n, data->inputs.n_planted, job->settings->problem.seed, y);
  data->mislabel = gram_mislabel_new (gram_analyser_get_system (job->analyser),
                                      job->analysis->inverse_diagonal, y, &work, error);
  return data->mislabel != NULL;
}

/* In the order of the work. */
static const struct
{
  GramFigureNeeds need;
  ComputeFunc compute;
} computations[] = {
  { GRAM_FIGURE_DRIFT, compute_drift },       { GRAM_FIGURE_KERNEL, compute_kernel },
  { GRAM_FIGURE_RUN, compute_run },           { GRAM_FIGURE_WIDTH, compute_width },
  { GRAM_FIGURE_ANALYSIS, compute_analysis }, { GRAM_FIGURE_SPECTRUM, compute_spectrum },
  { GRAM_FIGURE_DYNAMICS, compute_dynamics }, { GRAM_FIGURE_TEST, compute_test },
  { GRAM_FIGURE_SWEEP, compute_sweep },       { GRAM_FIGURE_LEARN, compute_learn },
  { GRAM_FIGURE_MISLABEL, compute_mislabel }, { GRAM_FIGURE_STUDY, compute_study },
};

static void
fill_inputs (const CliJob *job, CliFigureData *data)
{
  GramFigureInputs *inputs = &data->inputs;

  inputs->analysis = job->analysis;
  inputs->run = data->run;
  inputs->settings = job->settings;
  inputs->sweep = data->sweep;
  inputs->study = data->study;
  inputs->dynamics = data->dynamics;
  inputs->test_curves = data->test_curves;
  inputs->finite_width = data->finite_width;
  inputs->learn_rows = data->learn.rows;
  inputs->learn_targets = data->learn.targets;
  inputs->learn_inputs = data->learn.inputs;
  inputs->mislabel = data->mislabel;
  inputs->planted = data->planted;
}

/**
 * cli_figure_compute:
 * @needs: of the figure
 * @data: (out): @data->inputs is for gram_figure_new_by_name()
 *
 * Returns: %FALSE with the reason; @data->drawable then says whether what there is can be drawn
 */
gboolean
cli_figure_compute (CliJob *job, GramFigureNeeds needs, const CliFigureOptions *options,
                    CliFigureData *data, GError **error)
{
  gboolean done = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (computations) && done; i++)
    if (needs & computations[i].need)
      done = computations[i].compute (job, options, data, error);
  cli_progress_clear ();
  fill_inputs (job, data);
  return done;
}
