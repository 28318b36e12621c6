/* gram-backend.c: the backends that are here
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-backend.h"

#include <gmodule.h>

#include "gram-config.h"
#include "gram-error.h"

/* All that this release has, whether or not they are here, the reference first: src/meson.build. */
static const char *const names[] = { GRAM_BACKENDS, NULL };
static const char *const named[] = { GRAM_NAMED_BACKENDS, NULL };

static GMutex registry_lock;
static GPtrArray *registry; /* of const GramBackendVTable, never freed */

/**
 * gram_backend_names:
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of all backends whose devices are
 *   counted, also of those that are not here; the reference first
 */
const char *const *
gram_backend_names (void)
{
  return names;
}

/**
 * gram_backend_named:
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of those whose devices are named,
 *   not counted; no module is looked for
 */
const char *const *
gram_backend_named (void)
{
  return named;
}

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

/* Where the module of this name may be unless somebody says it: beside the program (a bundle), in
 * the build tree, in the prefix that the program was moved to, where it was installed. */
static GStrv
module_places (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *folder = g_path_get_basename (GRAM_MODULEDIR);
  g_auto (GStrv) places = g_new0 (char *, 5);

  places[0] = g_build_filename (here, "..", "lib", NULL);
  places[1] = g_build_filename (here, "..", name, NULL);
  places[2] = g_build_filename (here, "..", "lib", folder, NULL);
  places[3] = g_strdup (GRAM_MODULEDIR);
  return g_steal_pointer (&places);
}

/* Opens the module of this name in the first of the places where it can be. @error: why not in the
 * last of them */
static gboolean
find_module (const char *directory, const char *name, GError **error)
{
  g_auto (GStrv) places = directory == NULL ? module_places (name) : NULL;
  const char *const only[] = { directory, NULL };

  for (const char *const *place = directory == NULL ? (const char *const *) places : only;
       *place != NULL; place++)
    {
      g_clear_error (error);
      if (gram_backend_load_module (*place, name, error))
        return TRUE;
      if (error != NULL)
        g_debug ("%s", (*error)->message);
    }
  return FALSE;
}

/**
 * gram_backend_load_modules:
 * @directory: (nullable): where modules live; %NULL leaves that to the environment's
 *   GRAMSCOPE_MODULE_DIR, and to the program where that is not set: it knows how it was installed,
 *   built or bundled
 *
 * Opens all that are there. That one is not is the common case: then it is not among the backends.
 */
void
gram_backend_load_modules (const char *directory)
{
  if (directory == NULL)
    directory = g_getenv ("GRAMSCOPE_MODULE_DIR");
  for (guint i = 1; names[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      find_module (directory, names[i], &error);
    }
}

/**
 * gram_backend_find_module:
 * @name: a backend's name
 *
 * Opens a backend that is a module, where gram_backend_load_modules() would.
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE when it is nowhere or cannot be used
 */
gboolean
gram_backend_find_module (const char *name, GError **error)
{
  g_autoptr (GError) absent = NULL;

  if (find_module (g_getenv ("GRAMSCOPE_MODULE_DIR"), name, &absent))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&absent));
  return FALSE;
}

/**
 * gram_backend_serve:
 * @name: of a backend that is a module and has many processes as one device
 * @served: (out): whether this process has done what another one asked, and has nothing else to do
 *
 * Every one of the processes calls this, before it opens that device or does any work.
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE where the module cannot be opened or they do not fit
 */
gboolean
gram_backend_serve (const char *name, const GramDeviceOptions *options, gboolean *served,
                    GError **error)
{
  const GramBackendVTable *vtable;

  *served = FALSE;
  if (!gram_backend_find_module (name, error))
    return FALSE;
  vtable = gram_backend_lookup (name);
  return vtable->serve == NULL || vtable->serve (gram_backend_reference (), options, served, error);
}

/**
 * gram_backend_lookup:
 * @name: one of gram_backend_names()
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

/**
 * gram_backend_reference:
 *
 * Returns: (nullable) (transfer none): the backend that runs everywhere: the others are compared
 *   with it, and it takes over what they fail at
 */
const GramBackendVTable *
gram_backend_reference (void)
{
  return gram_backend_lookup (names[0]);
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
