/* gram-registry.c: which backends there are, and opening their devices
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-backend-private.h"

#include <gmodule.h>
#include <string.h>

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

static GramDevice *
open_device (const GramBackendVTable *vtable, guint index, const GramDeviceOptions *options,
             GError **error)
{
  static const GramDeviceOptions defaults = { 0 };
  GramDevice *device = g_new0 (GramDevice, 1);

  device->references = 1;
  device->vtable = vtable;
  if (!vtable->describe (index, &device->info, error)
      || (device->impl = vtable->open (index, options != NULL ? options : &defaults, error))
             == NULL)
    {
      g_free (device);
      return NULL;
    }
  return device;
}

/**
 * gram_device_open:
 * @name: (nullable): "cpu", "cuda", "cuda:1", or "auto"/%NULL: the first card that opens, else
 *   the CPU
 * @options: (nullable)
 *
 * Returns: (transfer full) (nullable): free with gram_device_unref()
 */
GramDevice *
gram_device_open (const char *name, const GramDeviceOptions *options, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name != NULL ? name : "auto", ":", 2);
  const GramBackendVTable *vtable;
  GramDevice *opened;
  guint64 index = 0;
  guint count;

  if (g_str_equal (parts[0], "auto"))
    {
      vtable = gram_backend_lookup ("cuda");
      if (vtable != NULL && vtable->count_devices () > 0)
        {
          GramDevice *device = open_device (vtable, 0, options, NULL);

          if (device != NULL)
            return device;
        }
      parts[0][0] = '\0';
    }
  vtable = gram_backend_lookup (*parts[0] != '\0' ? parts[0] : "cpu");
  if (vtable == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "no device “%s” here; “gramscope-cli devices” lists those there are", name);
      return NULL;
    }
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, 255, &index, error))
    return NULL;
  count = vtable->count_devices ();
  if (count > 0 && index >= count)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "%s: there are %u of these devices, no number %u; “gramscope-cli devices” "
                   "lists them",
                   vtable->name, count, (guint) index);
      return NULL;
    }
  /* where there is none at all, the backend knows why, but not who was asked for */
  opened = open_device (vtable, (guint) index, options, error);
  if (opened == NULL && count == 0)
    g_prefix_error (error, "no device “%s” here: ", name);
  return opened;
}

GramDevice *
gram_device_ref (GramDevice *device)
{
  g_atomic_int_inc (&device->references);
  return device;
}

void
gram_device_unref (GramDevice *device)
{
  if (device == NULL || !g_atomic_int_dec_and_test (&device->references))
    return;
  device->vtable->close (device->impl);
  g_free (device);
}

const char *
gram_device_get_backend (GramDevice *device)
{
  return device->vtable->name;
}

const GramDeviceInfo *
gram_device_get_info (GramDevice *device)
{
  return &device->info;
}
