/* cli-figure-data.c: what a figure is made of, computed on the command line
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-figure.h"

#include <math.h>

#include "cli.h"
#include "cli-training.h"
#include "gram-error.h"

#define PLANTED_SHARE 20 /* one label in 20 is flipped for the mislabel figure */

typedef gboolean (*ComputeFunc) (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data,
                                 GError **error);

void
cli_figure_data_clear (CliFigureData *data)
{
  g_clear_pointer (&data->run, gram_run_unref);
  g_clear_pointer (&data->sweep, gram_sweep_table_unref);
  g_clear_pointer (&data->dynamics, g_ptr_array_unref);
  g_clear_pointer (&data->test_curves, g_ptr_array_unref);
  cli_learn_result_clear (&data->learn);
  g_clear_pointer (&data->mislabel, gram_mislabel_free);
  g_clear_pointer (&data->planted, g_free);
}

static gboolean
compute_spectrum (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  return cli_job_open (job, error) && cli_job_analyse (job, TRUE, error);
}

static gboolean
compute_analysis (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  return cli_job_open (job, error) && cli_job_analyse (job, FALSE, error);
}

static gboolean
compute_run (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  static const CliTrainingFiles no_files = { 0 };
  g_autoptr (GError) failure = NULL;

  if (!cli_job_open (job, error))
    return FALSE;
  data->run = cli_training_run (job, &no_files, &failure);
  data->drawable = data->run != NULL;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
compute_patterns (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  job->settings->drift = TRUE;
  return compute_run (job, sweep, data, error);
}

/* The run first, then every eigenvector: the two never lie in memory together. */
static gboolean
compute_run_and_spectrum (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data,
                          GError **error)
{
  if (!compute_run (job, sweep, data, error))
    return FALSE;
  job->quiet_notes = TRUE;
  data->drawable = FALSE;
  return cli_job_analyse (job, TRUE, error);
}

static gboolean
compute_dynamics (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  if (!compute_run_and_spectrum (job, sweep, data, error))
    return FALSE;
  data->dynamics = g_ptr_array_new_with_free_func (gram_dynamics_unref);
  for (guint set = 0; set < data->run->sets->len; set++)
    {
      GramDynamicsJob *work = gram_dynamics_job_new (data->run, set);
      gpointer dynamics = work != NULL
                              ? gram_dynamics_compute (job->analyser, work, job->cancellable, error)
                              : NULL;

      if (work != NULL)
        gram_dynamics_job_free (work);
      if (dynamics == NULL)
        return FALSE;
      g_ptr_array_add (data->dynamics, dynamics);
    }
  return TRUE;
}

static gboolean
compute_test (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  GramTestCurveJob *work;

  if (!compute_run_and_spectrum (job, sweep, data, error))
    return FALSE;
  work = gram_test_curve_job_new (data->run, job->problem);
  if (work == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "figure test needs test images with labels: set --test-samples above 0, and "
                   "--labels to more than worst");
      return FALSE;
    }
  data->test_curves = gram_test_curve_compute (job->analyser, work, job->cancellable, error);
  gram_test_curve_job_free (work);
  return data->test_curves != NULL;
}

static gboolean
compute_sweep (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!compute_analysis (job, sweep, data, error))
    return FALSE;
  g_clear_pointer (&job->analyser, gram_analyser_free);
  data->sweep = cli_sweep_run (job, sweep, &failure);
  data->drawable = data->sweep != NULL && data->sweep->done > 0;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
compute_learn (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  g_auto (CliLearnOptions) options = { 0 };

  cli_learn_options_init (&options);
  return cli_learn_run (job, &options, &data->learn, error);
}

static gboolean
compute_mislabel (CliJob *job, const CliSweepOptions *sweep, CliFigureData *data, GError **error)
{
  const GramJob work = { .cancellable = job->cancellable };
  g_autofree double *y = NULL;
  gint64 n;

  if (!compute_analysis (job, sweep, data, error))
    return FALSE;
  n = job->problem->n;
  if (job->analysis->inverse_diagonal == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_SINGULAR,
                   "H∞ cannot be inverted, so labels have no weight; leave identical images out");
      return FALSE;
    }
  y = g_memdup2 (job->problem->y, (gsize) n * sizeof (double));
  data->inputs.n_planted = MAX (1, n / PLANTED_SHARE);
  data->planted = gram_mislabel_plant (n, data->inputs.n_planted, job->settings->problem.seed, y);
  data->mislabel = gram_mislabel_new (gram_analyser_get_system (job->analyser),
                                      job->analysis->inverse_diagonal, y, &work, error);
  return data->mislabel != NULL;
}

static const struct
{
  const char *name;
  ComputeFunc compute;
} computations[] = {
  { "convergence", compute_run },
  { "spectrum", compute_spectrum },
  { "generalization", compute_sweep },
  { "movement", compute_run },
  { "patterns", compute_patterns },
  { "modes", compute_dynamics },
  { "budget", compute_dynamics },
  { "noise", compute_analysis },
  { "learnability", compute_learn },
  { "mislabel", compute_mislabel },
  { "test", compute_test },
};

static void
fill_inputs (const CliJob *job, CliFigureData *data)
{
  GramFigureInputs *inputs = &data->inputs;

  inputs->analysis = job->analysis;
  inputs->run = data->run;
  inputs->settings = job->settings;
  inputs->sweep = data->sweep;
  inputs->dynamics = data->dynamics;
  inputs->test_curves = data->test_curves;
  inputs->learn_rows = data->learn.rows;
  inputs->learn_targets = data->learn.targets;
  inputs->learn_inputs = data->learn.inputs;
  inputs->mislabel = data->mislabel;
  inputs->planted = data->planted;
}

/**
 * cli_figure_compute:
 * @name: of gram_figures_resolve()
 * @data: (out): @data->inputs is for gram_figure_new_by_name()
 *
 * Returns: %FALSE with the reason; @data->drawable then says whether what there is can be drawn
 */
gboolean
cli_figure_compute (CliJob *job, const char *name, const CliSweepOptions *sweep,
                    CliFigureData *data, GError **error)
{
  gboolean done = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (computations); i++)
    if (g_str_equal (computations[i].name, name))
      done = computations[i].compute (job, sweep, data, error);
  cli_progress_clear ();
  fill_inputs (job, data);
  return done;
}
