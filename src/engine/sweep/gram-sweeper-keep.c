/* gram-sweeper-keep.c: the nets that are being trained, as a file to go on from
 *
 * SPDX-License-Identifier: MIT
 *
 * A checkpoint like that of any other run: its label sets are those of the group, its seed is the
 * nets'. It is there while the group is trained; what is done is in the table.
 */
#include "gram-sweeper-private.h"

#include "gram-error.h"

static void
set_trouble (GramSweeper *sweeper, const char *sentence)
{
  g_free (sweeper->table->trouble);
  sweeper->table->trouble = g_strdup (sentence);
}

/* What a checkpoint of some nets of @point has for settings. @labels: (transfer none) */
static GramSettings *
group_settings (GramSweeper *sweeper, guint point, guint64 seed, const GArray *labels)
{
  GramSettings *settings = gram_settings_copy (gram_sweeper_point (sweeper, point)->settings);

  settings->problem.seed = seed;
  settings->m = gram_sweeper_point (sweeper, point)->m;
  g_array_set_size (settings->labels, 0);
  g_array_append_vals (settings->labels, labels->data, labels->len);
  return settings;
}

/* ---------- keeping them ---------------------------------------------------------------------- */

static gboolean
write_group (GramSweeper *sweeper, GError **error)
{
  g_autoptr (GramCheckpoint) checkpoint = g_new0 (GramCheckpoint, 1);
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (GramLabelsSpec));
  const GramSweepCell *cell = NULL;

  for (guint i = 0; i < sweeper->members->len; i++)
    {
      cell = gram_sweeper_member (sweeper, i);
      g_array_append_val (labels, cell->labels);
    }
  gram_training_drain (sweeper->training, sweeper->run);
  checkpoint->settings = group_settings (sweeper, cell->point, cell->seed, labels);
  checkpoint->run = gram_run_ref (sweeper->run);
  checkpoint->state = gram_training_save (sweeper->training, error);
  checkpoint->step = gram_training_get_step (sweeper->training);
  checkpoint->fingerprint = gram_checkpoint_fingerprint (sweeper->problem);
  return checkpoint->state != NULL
         && gram_checkpoint_write (checkpoint, sweeper->spec->checkpoint, error);
}

/**
 * gram_sweeper_keep:
 * @now: whether at once, else when it is due
 *
 * Writes the group at work to the spec's file. That it cannot be written is no reason to lose the
 * nets: it is told, and tried again.
 */
void
gram_sweeper_keep (GramSweeper *sweeper, gboolean now)
{
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (sweeper->spec->checkpoint == NULL || sweeper->training == NULL
      || gram_training_get_step (sweeper->training) == 0 || (!now && begun < sweeper->due))
    return;
  set_trouble (sweeper, write_group (sweeper, &error) ? NULL : error->message);
  sweeper->due = gram_checkpoint_due (begun);
}

/**
 * gram_sweeper_forget:
 *
 * The group at work is done: its file goes.
 */
void
gram_sweeper_forget (GramSweeper *sweeper)
{
  if (sweeper->spec->checkpoint != NULL)
    gram_checkpoint_delete (sweeper->spec->checkpoint);
}

/* ---------- going on with them ---------------------------------------------------------------- */

/* The cells of @point that @kept has nets of, as members of the group at work. */
static gboolean
find_members (GramSweeper *sweeper, guint point, const GramSettings *kept)
{
  const GArray *cells = sweeper->table->cells;

  g_array_set_size (sweeper->members, 0);
  for (guint i = 0; i < kept->labels->len; i++)
    for (guint c = 0; c < cells->len; c++)
      {
        const GramSweepCell *cell = gram_sweeper_cell (sweeper, c);

        if (cell->point == point && cell->seed == kept->problem.seed
            && gram_labels_spec_equal (&cell->labels,
                                       &g_array_index (kept->labels, GramLabelsSpec, i)))
          g_array_append_val (sweeper->members, c);
      }
  return sweeper->members->len == kept->labels->len;
}

/* Returns: (transfer full) (nullable): what keeps the nets of @kept from being those of @point */
static char *
difference (GramSweeper *sweeper, guint point, const GramSettings *kept)
{
  g_autoptr (GramSettings) own = group_settings (sweeper, point, kept->problem.seed, kept->labels);
  g_auto (GStrv) keys = gram_settings_changed_keys (own, kept);

  for (guint i = 0; keys[i] != NULL; i++)
    if (!gram_settings_run_survives (keys[i]))
      {
        g_autofree char *theirs = gram_settings_get (kept, keys[i]);
        g_autofree char *ours = gram_settings_get (own, keys[i]);

        return g_strdup_printf ("%s=%s, not %s", keys[i], theirs, ours);
      }
  if (!find_members (sweeper, point, kept))
    {
      g_autofree char *labels = gram_settings_get (kept, "labels");

      return g_strdup_printf ("labels %s of seed %" G_GUINT64_FORMAT, labels, kept->problem.seed);
    }
  return NULL;
}

static gboolean
is_any_left (GramSweeper *sweeper)
{
  for (guint i = 0; i < sweeper->members->len; i++)
    if (!gram_sweeper_member (sweeper, i)->done)
      return TRUE;
  return FALSE;
}

/**
 * gram_sweeper_take_up:
 *
 * Makes the nets of the spec's file, if there is one, those that are trained first.
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE, which names what differs, when they are none of this
 *   sweep's, and with GRAM_ERROR_DATA for a file that holds none or is damaged
 */
gboolean
gram_sweeper_take_up (GramSweeper *sweeper, GError **error)
{
  const char *path = sweeper->spec->checkpoint;
  g_autoptr (GramCheckpoint) kept = NULL;
  g_autofree char *damage = NULL, *apart = NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  kept = gram_checkpoint_read (path, &damage, error);
  if (kept == NULL)
    return FALSE;
  if (kept->run == NULL || kept->state == NULL)
    return gram_fail (error, GRAM_ERROR_DATA, "%s: holds no nets to go on with", path);
  for (guint point = 0; point < sweeper->table->points->len; point++)
    {
      g_free (apart);
      apart = difference (sweeper, point, kept->settings);
      if (apart == NULL)
        break;
    }
  if (apart != NULL)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "%s: holds nets that are not of these: %s; go on with what they were begun "
                      "with, or name another file",
                      path, apart);
  set_trouble (sweeper, damage);
  if (is_any_left (sweeper))
    sweeper->kept = g_steal_pointer (&kept);
  else
    g_array_set_size (sweeper->members, 0);
  return TRUE;
}

/**
 * gram_sweeper_restore:
 *
 * The group at work, at step 0, goes on from where the file has it, if it is that group.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when its images are others
 */
gboolean
gram_sweeper_restore (GramSweeper *sweeper, GError **error)
{
  g_autoptr (GramCheckpoint) kept = g_steal_pointer (&sweeper->kept);

  if (kept == NULL)
    return TRUE;
  if (kept->fingerprint != gram_checkpoint_fingerprint (sweeper->problem))
    return gram_fail (error, GRAM_ERROR_DATA,
                      "%s: its nets were trained on other images than those now in %s; name the "
                      "right ones with --dataset or --data-dir",
                      sweeper->spec->checkpoint, sweeper->problem->dataset_source);
  if (!gram_training_restore (sweeper->training, kept->state, error))
    return FALSE;
  gram_run_unref (sweeper->run);
  sweeper->run = gram_run_ref (kept->run);
  return TRUE;
}
