/* gram-sweep-cache.c: where the window keeps the nets of a sweep or a study that are done
 *
 * SPDX-License-Identifier: MIT
 *
 * One file in the cache folder for each choice of data, network and what is varied, so that what
 * was cancelled goes on where it was. The position of the slider does not matter.
 */
#include "gram-config.h"

#include "gram-sweep-cache.h"

/**
 * gram_sweep_cache_path:
 * @variations: (nullable) (element-type GramVariation): of a study
 *
 * Returns: (transfer full) (nullable): %NULL where no folder can be made: then what is cancelled
 *   begins anew
 */
char *
gram_sweep_cache_path (const GramSettings *settings, const GPtrArray *variations)
{
  g_autoptr (GramSettings) plain = gram_settings_copy (settings);
  g_autoptr (GString) text = g_string_new (variations != NULL ? "study" : "sweep");
  g_autofree char *sum = NULL, *name = NULL, *folder = NULL, *all = NULL;

  plain->rho = 0;
  all = gram_settings_to_string (plain);
  g_string_append_printf (text, " %s", all);
  for (guint i = 0; variations != NULL && i < variations->len; i++)
    g_string_append_printf (text, " %s", ((GramVariation *) variations->pdata[i])->key);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
  name = g_strdup_printf ("%s-%.16s.csv", variations != NULL ? "study" : "sweep", sum);
  folder = g_build_filename (g_get_user_cache_dir (), "gramscope", NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return NULL;
  return g_build_filename (folder, name, NULL);
}
