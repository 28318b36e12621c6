/* gram-backend.c: the backends that are here
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-backend.h"

#include <gmodule.h>

#include "gram-error.h"

static GMutex registry_lock;
static GPtrArray *registry; /* of const GramBackendVTable, never freed */

/**
 * gram_backend_register:
 * @vtable: lives for ever
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE when @vtable was built for another interface version
 */
gboolean
gram_backend_register (const GramBackendVTable *vtable, GError **error)
{
  g_return_val_if_fail (vtable != NULL, FALSE);
  if (vtable->api_version != GRAM_BACKEND_API_VERSION)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "the backend was built for interface version %u, this program has version %d; "
                   "install both from the same release",
                   vtable->api_version, GRAM_BACKEND_API_VERSION);
      return FALSE;
    }
  g_mutex_lock (&registry_lock);
  if (registry == NULL)
    registry = g_ptr_array_new ();
  if (!g_ptr_array_find (registry, vtable, NULL))
    g_ptr_array_add (registry, (gpointer) vtable);
  g_mutex_unlock (&registry_lock);
  return TRUE;
}

/**
 * gram_backend_load_module:
 * @directory: where modules live
 * @name: a backend's name; the file is libgram-@name.so there
 *
 * Opens a backend that is a shared module. The module stays loaded.
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE when it is absent, cannot be opened (for example because
 *   a library it needs is missing) or has another interface version
 */
gboolean
gram_backend_load_module (const char *directory, const char *name, GError **error)
{
  g_autofree char *file = g_strdup_printf ("libgram-%s." G_MODULE_SUFFIX, name);
  g_autofree char *path = g_build_filename (directory, file, NULL);
  GModule *module;
  GramBackendModuleFunc entry = NULL;

  if (gram_backend_lookup (name) != NULL)
    return TRUE;
  module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (module == NULL || !g_module_symbol (module, GRAM_BACKEND_MODULE_SYMBOL, (gpointer *) &entry))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE, "the %s backend cannot be used: %s", name,
                   g_module_error ());
      if (module != NULL)
        g_module_close (module);
      return FALSE;
    }
  g_module_make_resident (module);
  return gram_backend_register (entry (), error);
}

/**
 * gram_backend_lookup:
 * @name: "cpu", "cuda"
 *
 * Returns: (nullable) (transfer none): the backend, if it is present
 */
const GramBackendVTable *
gram_backend_lookup (const char *name)
{
  for (guint i = 0; i < gram_backend_count (); i++)
    {
      const GramBackendVTable *vtable = gram_backend_get (i);

      if (g_str_equal (vtable->name, name))
        return vtable;
    }
  return NULL;
}

guint
gram_backend_count (void)
{
  guint count;

  g_mutex_lock (&registry_lock);
  count = registry != NULL ? registry->len : 0;
  g_mutex_unlock (&registry_lock);
  return count;
}

const GramBackendVTable *
gram_backend_get (guint index)
{
  const GramBackendVTable *vtable;

  g_mutex_lock (&registry_lock);
  vtable = registry != NULL && index < registry->len ? g_ptr_array_index (registry, index) : NULL;
  g_mutex_unlock (&registry_lock);
  return vtable;
}
