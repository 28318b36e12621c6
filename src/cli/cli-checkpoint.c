/* cli-checkpoint.c: train --checkpoint and --resume
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-checkpoint.h"

#include "cli.h"
#include "gram-error.h"

/* The checkpoint's settings with those that were typed beside --resume. */
static gboolean
merge_settings (CliJob *job, const GramCheckpoint *checkpoint, const char *path, GError **error)
{
  g_autoptr (GramSettings) merged = gram_settings_copy (checkpoint->settings);

  for (guint i = 0; i < job->typed->len; i++)
    {
      const char *key = ((const GramSettingsOption *) g_ptr_array_index (job->typed, i))->key;
      g_autofree char *value = gram_settings_get (job->settings, key);
      g_autofree char *kept = gram_settings_get (checkpoint->settings, key);

      if (!gram_settings_run_survives (key) && g_strcmp0 (value, kept) != 0)
        {
          g_set_error (
              error, GRAM_ERROR, GRAM_ERROR_USAGE,
              "%s: the run has %s=%s, which cannot become %s on the way; leave --%s out or "
              "start a new run",
              path, key, kept, value, key);
          return FALSE;
        }
      if (!gram_settings_set (merged, key, value, error))
        return FALSE;
    }
  gram_settings_free (job->settings);
  job->settings = g_steal_pointer (&merged);
  return TRUE;
}

/**
 * cli_checkpoint_resume:
 * @job: its settings become those of the run, with the limits that were typed
 *
 * Returns: (transfer full) (nullable): what to go on from
 */
GramCheckpoint *
cli_checkpoint_resume (CliJob *job, const char *path, GError **error)
{
  g_autofree char *damage = NULL;
  g_autoptr (GramCheckpoint) checkpoint = gram_checkpoint_read (path, &damage, error);

  if (checkpoint == NULL)
    return NULL;
  if (damage != NULL)
    cli_note ("%s", damage);
  if (checkpoint->run == NULL || checkpoint->state == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds no run to go on with; make one with train --checkpoint", path);
      return NULL;
    }
  if (!merge_settings (job, checkpoint, path, error))
    return NULL;
  if (checkpoint->server != NULL && g_str_equal (job->settings->device, "auto"))
    cli_note ("a file connects to no server: this goes on here; to go on there give --device %s",
              checkpoint->server);
  return g_steal_pointer (&checkpoint);
}

/**
 * cli_checkpoint_check:
 * @job: open
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when the images are not those of the run
 */
gboolean
cli_checkpoint_check (const CliJob *job, const GramCheckpoint *checkpoint, const char *path,
                      GError **error)
{
  if (checkpoint->fingerprint == 0
      || checkpoint->fingerprint == gram_checkpoint_fingerprint (job->problem))
    return TRUE;
  return gram_fail (
      error, GRAM_ERROR_DATA,
      "%s: its run was trained on other images than those now in %s; name the right ones "
      "with --dataset or --data-dir",
      path, job->problem->dataset_source);
}

/**
 * cli_checkpoint_save:
 *
 * Writes the settings, what was recorded and the state of the nets.
 *
 * Returns: %FALSE with the reason; a file that was there is then as it was
 */
gboolean
cli_checkpoint_save (const CliJob *job, GramTraining *training, GramRun *run, const char *path,
                     GError **error)
{
  g_autoptr (GramCheckpoint) checkpoint = g_new0 (GramCheckpoint, 1);

  checkpoint->settings = gram_settings_copy (job->settings);
  checkpoint->settings->m = run->m; /* not the default of whatever device goes on */
  checkpoint->run = gram_run_ref (run);
  checkpoint->state = gram_training_save (training, error);
  checkpoint->step = gram_training_get_step (training);
  checkpoint->fingerprint = gram_checkpoint_fingerprint (job->problem);
  return checkpoint->state != NULL && gram_checkpoint_write (checkpoint, path, error);
}
