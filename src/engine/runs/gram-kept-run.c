/* gram-kept-run.c: a run that another took the place of, and that stays all the same
 *
 * SPDX-License-Identifier: MIT
 *
 * Its curves stay in memory, without the snapshots of u(k), which may be many times as long as all
 * the rest. They, and the weights, lie in a file of its own, as long as there is room for it.
 */
#include "gram-kept-run.h"

#include <glib/gstdio.h>

#include "gram-curves.h"
#include "gram-error.h"

#define TYPE "(a{sv}ay)"

/**
 * gram_kept_run_new:
 * @run: copied
 * @problem: the images in words
 *
 * Returns: (transfer full): free with gram_kept_run_unref()
 */
GramKeptRun *
gram_kept_run_new (const GramSettings *settings, const GramRun *run, guint64 fingerprint,
                   const char *problem)
{
  GramKeptRun *kept = g_new0 (GramKeptRun, 1);

  kept->references = 1;
  kept->settings = gram_settings_copy (settings);
  kept->settings->m = run->m;
  kept->fingerprint = fingerprint;
  kept->problem = g_strdup (problem);
  kept->title = g_strdup ("");
  gram_kept_run_set_curves (kept, run);
  return kept;
}

/**
 * gram_kept_run_copy:
 *
 * Returns: (transfer full): what another thread may read meanwhile; without the file
 */
GramKeptRun *
gram_kept_run_copy (const GramKeptRun *kept)
{
  GramKeptRun *copy = g_memdup2 (kept, sizeof *kept);

  copy->references = 1;
  copy->settings = gram_settings_copy (kept->settings);
  copy->run = gram_run_ref (kept->run);
  copy->predicted = kept->predicted != NULL ? gram_run_ref (kept->predicted) : NULL;
  copy->problem = g_strdup (kept->problem);
  copy->name = g_strdup (kept->name);
  copy->title = g_strdup (kept->title);
  copy->file = NULL;
  copy->file_bytes = 0;
  return copy;
}

GramKeptRun *
gram_kept_run_ref (GramKeptRun *kept)
{
  g_atomic_int_inc (&kept->references);
  return kept;
}

/**
 * gram_kept_run_unref:
 *
 * The last one takes the file with it.
 */
void
gram_kept_run_unref (GramKeptRun *kept)
{
  if (kept == NULL || !g_atomic_int_dec_and_test (&kept->references))
    return;
  gram_kept_run_drop_file (kept);
  gram_settings_free (kept->settings);
  gram_run_unref (kept->run);
  gram_run_unref (kept->predicted);
  g_free (kept->problem);
  g_free (kept->name);
  g_free (kept->title);
  g_free (kept);
}

/**
 * gram_kept_run_set_curves:
 * @run: copied
 */
void
gram_kept_run_set_curves (GramKeptRun *kept, const GramRun *run)
{
  GramRun *slim = gram_run_new ();

  gram_run_merge (slim, run);
  for (guint i = 0; i < slim->sets->len; i++)
    {
      GramRunSet *set = gram_run_get_set (slim, i);

      g_ptr_array_set_size (set->snapshot_u, 0);
      g_array_set_size (set->curve[GRAM_QUANTITY_SNAPSHOT_STEP], 0);
    }
  gram_run_unref (kept->run);
  kept->run = slim;
}

/**
 * gram_kept_run_set_predicted:
 * @predicted: (transfer full) (nullable): what Eq 8 says of the run
 */
void
gram_kept_run_set_predicted (GramKeptRun *kept, GramRun *predicted)
{
  gram_run_unref (kept->predicted);
  kept->predicted = predicted;
}

/**
 * gram_kept_run_drop_file:
 *
 * The run cannot go on after this; its curves stay.
 */
void
gram_kept_run_drop_file (GramKeptRun *kept)
{
  if (kept->file != NULL)
    g_unlink (kept->file);
  g_clear_pointer (&kept->file, g_free);
  kept->file_bytes = 0;
}

/**
 * gram_kept_run_is_same:
 *
 * Returns: whether one is the beginning of the other: the same settings, images and arithmetic
 *   give the same steps
 */
gboolean
gram_kept_run_is_same (const GramKeptRun *a, const GramKeptRun *b)
{
  return a->fingerprint != 0 && a->fingerprint == b->fingerprint
         && g_strcmp0 (a->run->device, b->run->device) == 0
         && a->run->plan.formulation == b->run->plan.formulation
         && a->run->precision == b->run->precision
         && gram_settings_same_run (a->settings, b->settings);
}

/* ---------- as bytes -------------------------------------------------------------------------- */

/**
 * gram_kept_run_serialize:
 *
 * Returns: (transfer full): all of it but its file
 */
GBytes *
gram_kept_run_serialize (const GramKeptRun *kept)
{
  GVariantDict dict;
  g_autofree char *settings = gram_settings_to_string (kept->settings);
  g_autoptr (GBytes) curves = gram_curves_serialize (kept->run, G_MAXINT64);
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GVariant) ordered = NULL;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "settings", "s", settings);
  g_variant_dict_insert (&dict, "problem", "s", kept->problem);
  g_variant_dict_insert (&dict, "fingerprint", "t", kept->fingerprint);
  g_variant_dict_insert (&dict, "hidden", "b", kept->hidden);
  g_variant_dict_insert (&dict, "name", "s", kept->name != NULL ? kept->name : "");
  if (kept->predicted != NULL)
    {
      g_autoptr (GBytes) predicted = gram_curves_serialize (kept->predicted, G_MAXINT64);

      g_variant_dict_insert_value (&dict, "predicted",
                                   g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, predicted,
                                                             TRUE));
    }
  all = g_variant_ref_sink (
      g_variant_new ("(@a{sv}@ay)", g_variant_dict_end (&dict),
                     g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, curves, TRUE)));
  ordered = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (all) : g_variant_ref (all);
  return g_variant_get_data_as_bytes (ordered);
}

/* Files of before have none. */
static gboolean
read_predicted (GramKeptRun *kept, GVariantDict *dict, GError **error)
{
  g_autoptr (GVariant) value =
      g_variant_dict_lookup_value (dict, "predicted", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GBytes) bytes = value != NULL ? g_variant_get_data_as_bytes (value) : NULL;

  if (bytes == NULL)
    return TRUE;
  kept->predicted = gram_curves_parse (bytes, error);
  return kept->predicted != NULL;
}

static gboolean
read_about (GramKeptRun *kept, GVariant *about, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (about);
  const char *settings = "", *problem = "", *name = "";
  g_autofree char *server = NULL; /* of this run alone: which one the session has is told */

  g_variant_dict_lookup (&dict, "settings", "&s", &settings);
  g_variant_dict_lookup (&dict, "problem", "&s", &problem);
  g_variant_dict_lookup (&dict, "name", "&s", &name);
  g_variant_dict_lookup (&dict, "fingerprint", "t", &kept->fingerprint);
  g_variant_dict_lookup (&dict, "hidden", "b", &kept->hidden);
  if (!read_predicted (kept, &dict, error))
    return FALSE;
  kept->settings = gram_settings_new ();
  kept->problem = g_strdup (problem);
  kept->name = *name != '\0' ? g_strdup (name) : NULL;
  if (!gram_settings_apply (kept->settings, settings, error))
    return FALSE;
  server = gram_settings_stay_here (kept->settings, NULL);
  return TRUE;
}

/**
 * gram_kept_run_parse:
 * @bytes: whatever they are
 *
 * Returns: (transfer full) (nullable): of gram_kept_run_serialize(), or %NULL with GRAM_ERROR_DATA
 *   or GRAM_ERROR_USAGE
 */
GramKeptRun *
gram_kept_run_parse (GBytes *bytes, GError **error)
{
  g_autoptr (GVariant) raw =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE));
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GVariant) about = NULL;
  g_autoptr (GVariant) curves = NULL;
  g_autoptr (GBytes) curves_bytes = NULL;
  g_autoptr (GramKeptRun) kept = g_new0 (GramKeptRun, 1);

  kept->references = 1;
  kept->title = g_strdup ("");
  if (!g_variant_is_normal_form (raw))
    {
      gram_fail (error, GRAM_ERROR_DATA, "damaged: the form of a kept run");
      return NULL;
    }
  all = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (raw) : g_variant_ref (raw);
  about = g_variant_get_child_value (all, 0);
  curves = g_variant_get_child_value (all, 1);
  curves_bytes = g_variant_get_data_as_bytes (curves);
  if (!read_about (kept, about, error)
      || (kept->run = gram_curves_parse (curves_bytes, error)) == NULL)
    return NULL;
  kept->settings->m = kept->run->m;
  return g_steal_pointer (&kept);
}
