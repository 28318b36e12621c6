/* cli-backends.c: the compute devices that are here
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"

#include "gram-config.h"
#include "gram-cpu.h"

/* Where a module may be: said by the environment, beside the program (a bundle), in the build
 * tree, in the prefix that the program was moved to, where it was installed. */
static void
load_module (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *folder = g_path_get_basename (GRAM_MODULEDIR);
  g_autofree char *places[] = {
    g_strdup (g_getenv ("GRAMSCOPE_MODULE_DIR")),
    g_build_filename (here, "..", "lib", NULL),
    g_build_filename (here, "..", name, NULL),
    g_build_filename (here, "..", "lib", folder, NULL),
    g_strdup (GRAM_MODULEDIR),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GError) error = NULL;

      if (places[i] == NULL || !g_file_test (places[i], G_FILE_TEST_IS_DIR))
        continue;
      if (gram_backend_load_module (places[i], name, &error))
        return;
      g_debug ("%s", error->message);
    }
}

/**
 * cli_register_backends:
 *
 * The CPU backend always; modules where they are there and open. That one does not is the common
 * case and no reason for a word: `devices` says so.
 */
void
cli_register_backends (void)
{
  gram_backend_register (gram_cpu_backend (), NULL);
  for (const char *const *name = gram_backend_names () + 1; *name != NULL; name++)
    load_module (*name);
}

/**
 * cli_open_device:
 *
 * Returns: (transfer full) (nullable): the device that the settings name
 */
GramDevice *
cli_open_device (const GramSettings *settings, GError **error)
{
  const GramDeviceOptions options = { .threads = settings->threads };

  cli_register_backends ();
  return gram_device_open (settings->device, &options, error);
}
