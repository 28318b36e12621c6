/* cli-job.c: from settings to data, device and analysis
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-job.h"

#include <math.h>

#include "cli.h"

CliJob
cli_job_new (void)
{
  return (CliJob){
    .settings = gram_settings_new (),
    .typed = g_ptr_array_new (),
    .cancellable = cli_interrupt_install (),
  };
}

void
cli_job_clear (CliJob *job)
{
  g_clear_pointer (&job->analysis, gram_analysis_unref);
  g_clear_pointer (&job->analyser, gram_analyser_free);
  g_clear_pointer (&job->device, gram_device_unref);
  g_clear_pointer (&job->problem, gram_problem_unref);
  g_clear_pointer (&job->dataset, gram_dataset_unref);
  g_clear_pointer (&job->settings, gram_settings_free);
  g_clear_pointer (&job->typed, g_ptr_array_unref);
}

/**
 * cli_job_typed:
 * @key: a setting
 *
 * Returns: whether it was typed: 0, or the default, that was typed is meant
 */
gboolean
cli_job_typed (const CliJob *job, const char *key)
{
  for (guint i = 0; i < job->typed->len; i++)
    if (g_str_equal (((const GramSettingsOption *) job->typed->pdata[i])->key, key))
      return TRUE;
  return FALSE;
}

/**
 * cli_job_open:
 *
 * Reads the pair of classes and opens the device; mistakes in the data come before mistakes of
 * the machine, and both before any work: also that there is no room for what job->use wants.
 *
 * Returns: %FALSE with the reason
 */
gboolean
cli_job_open (CliJob *job, GError **error)
{
  const GramSettings *settings = job->settings;
  const char *const *warning;

  if (!gram_settings_check (settings, error))
    return FALSE;
  cli_progress ("Reading", NAN);
  job->dataset = gram_dataset_open (settings->dataset, settings->data_dir, job->cancellable, error);
  if (job->dataset == NULL)
    return FALSE;
  job->problem = gram_problem_new (job->dataset, &settings->problem, job->cancellable, error);
  if (job->problem == NULL)
    {
      warning = gram_dataset_get_info (job->dataset)->warnings;
      for (; warning != NULL && *warning != NULL; warning++)
        cli_note ("%s", *warning);
      return FALSE;
    }
  cli_notes (job->problem->notices); /* the dataset's warnings are among them */
  job->device = cli_open_device (settings, error);
  return job->device != NULL
         && gram_system_check (job->device, job->problem->n, job->problem->d, job->use, error);
}

static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  CliJob *job = data;

  gram_analysis_ref (snapshot);
  g_clear_pointer (&job->analysis, gram_analysis_unref);
  job->analysis = snapshot;
}

static void
on_progress (GramStage stage, double fraction, gpointer data)
{
  cli_progress (gram_stage_to_string (stage), fraction);
}

/**
 * cli_job_analyse:
 *
 * After a failure job->analysis still holds what was reached.
 *
 * Returns: %FALSE with the reason, G_IO_ERROR_CANCELLED after an interruption
 */
gboolean
cli_job_analyse (CliJob *job, gboolean full_spectrum, GError **error)
{
  gboolean done;

  if (job->analyser == NULL)
    job->analyser = gram_analyser_new (job->device, job->problem, job->settings->problem.seed);
  done = gram_analyser_run (job->analyser, job->settings->labels, full_spectrum, on_stage,
                            on_progress, job, job->cancellable, error);
  cli_progress_clear ();
  if (job->analysis != NULL && !job->quiet_notes)
    cli_notes (job->analysis->notices);
  return done;
}

/**
 * cli_job_add_dataset:
 *
 * The member "dataset" that analyses and training runs share.
 */
void
cli_job_add_dataset (const CliJob *job, CliJson *json)
{
  const GramProblem *problem = job->problem;

  cli_json_open (json, "dataset", '{');
  cli_json_string (json, "name", problem->dataset_id);
  cli_json_open (json, "classes", '[');
  cli_json_string (json, NULL, problem->class_names[0]);
  cli_json_string (json, NULL, problem->class_names[1]);
  cli_json_close (json, ']');
  cli_json_integer (json, "n", problem->n);
  cli_json_integer (json, "d", problem->d);
  cli_json_string (json, "preprocess", gram_preprocess_to_string (problem->preprocess));
  cli_json_string (json, "select", gram_select_to_string (problem->select));
  cli_json_integer (json, "seed", (gint64) problem->seed);
  cli_json_close (json, '}');
}
