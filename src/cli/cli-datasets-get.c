/* cli-datasets-get.c: gramscope-cli datasets get
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-datasets.h"

#include <math.h>
#include <stdio.h>

#include "gram-download.h"
#include "gram-error.h"

static void
on_progress (const char *file, guint64 done, guint64 total, gpointer data)
{
  g_autofree char *what = g_strdup_printf ("Downloading %s", file);

  cli_progress (what, total > 0 ? (double) done / (double) total : NAN);
}

/* Nothing is downloaded that its user has not agreed to: a file without a known checksum may be
 * anything, so it takes --yes. */
static gboolean
check_entry (const GramCatalogueEntry *entry, const char *name, gboolean yes, GError **error)
{
  if (entry == NULL)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "no dataset “%s” is known; “gramscope-cli datasets” lists those that are",
                      name);
  if (!entry->built_in && !yes && !gram_catalogue_is_verified (entry))
    return gram_fail (
        error, GRAM_ERROR_USAGE,
        "%s has files whose checksum is not known, so what arrives cannot be verified; "
        "add --yes to take them all the same",
        entry->title);
  return TRUE;
}

/**
 * cli_datasets_get:
 * @data_dir: (nullable): looked at first, and where files are put
 * @yes: whether files that have no known checksum are taken
 *
 * Downloads a dataset unless it is here already, and prints where it is.
 *
 * Returns: the exit code
 */
int
cli_datasets_get (const char *name, const char *data_dir, gboolean yes)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup (name);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL, *folder = NULL, *path = NULL;

  if (!check_entry (entry, name, yes, &error))
    return cli_fail (error);
  if (entry->built_in)
    {
      cli_note ("%s is built in", entry->title);
      return 0;
    }
  found = gram_catalogue_find (entry, data_dir);
  if (found != NULL)
    {
      cli_note ("%s is here already", entry->title);
      puts (found);
      return 0;
    }
  /* a folder of its own: MNIST's files have the same names as those of its relatives */
  folder = data_dir != NULL ? g_build_filename (data_dir, entry->id, NULL) : NULL;
  cli_note ("%s", entry->licence);
  path = gram_download (entry, folder, yes, on_progress, NULL, cli_interrupt_install (), &error);
  cli_progress_clear ();
  if (path == NULL)
    return cli_fail (error);
  puts (path);
  return 0;
}
