/* gram-store.c: what is remembered between starts
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-store.h"

/**
 * gram_store_get:
 *
 * GSettings ends the process when its schema is not installed; a program that was only built
 * must still start, and then remembers nothing.
 *
 * Returns: (transfer none) (nullable): the settings, one object for the process
 */
GSettings *
gram_store_get (void)
{
  static GSettings *store = NULL;
  static gboolean looked = FALSE;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (looked)
    return store;
  looked = TRUE;
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, GRAM_APP_ID, TRUE);
  if (schema != NULL)
    store = g_settings_new_full (schema, NULL, NULL);
  return store;
}
