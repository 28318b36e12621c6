/* cli-devices.c: gramscope-cli devices
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-json.h"
#include "cli-options.h"

#include <stdio.h>

#include "gram-backend.h"

static char *
describe_memory (const GramDeviceInfo *info)
{
  g_autofree char *total = g_format_size_full (info->memory_total, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *left = g_format_size_full (info->memory_free, G_FORMAT_SIZE_IEC_UNITS);

  return info->memory_total > 0 ? g_strdup_printf ("%s, %s free", total, left) : g_strdup ("?");
}

static void
print_device (const GramBackendVTable *backend, guint index, const GramDeviceInfo *info)
{
  g_autofree char *memory = describe_memory (info);
  g_autofree char *name =
      index > 0 ? g_strdup_printf ("%s:%u", backend->name, index) : g_strdup (backend->name);

  printf ("%-8s %s\n         memory  %s\n", name, info->name, memory);
  if (info->compute_major > 0)
    printf ("         compute capability %d.%d, %u multiprocessors\n", info->compute_major,
            info->compute_minor, info->cores);
  if (info->details[0] != '\0')
    printf ("         %s\n", info->details);
}

static void
add_device (CliJson *json, const GramBackendVTable *backend, guint index,
            const GramDeviceInfo *info)
{
  cli_json_open (json, NULL, '{');
  cli_json_string (json, "backend", backend->name);
  cli_json_integer (json, "index", index);
  cli_json_string (json, "name", info->name);
  cli_json_string (json, "details", info->details);
  cli_json_integer (json, "memory_total", (gint64) info->memory_total);
  cli_json_integer (json, "memory_free", (gint64) info->memory_free);
  cli_json_integer (json, "cores", info->cores);
  cli_json_integer (json, "compute_major", info->compute_major);
  cli_json_integer (json, "compute_minor", info->compute_minor);
  cli_json_close (json, '}');
}

/* Why a backend that is here has no device, for people. */
static void
print_absence (const GramBackendVTable *backend)
{
  GramDeviceInfo info;
  g_autoptr (GError) error = NULL;

  if (!backend->describe (0, &info, &error))
    printf ("%-8s none: %s\n", backend->name, error->message);
}

static void
print_absent (void)
{
  for (const char *const *name = gram_backend_names (); *name != NULL; name++)
    if (gram_backend_lookup (*name) == NULL)
      {
        g_autofree char *big = g_ascii_strup (*name, -1);

        printf ("%-8s not here: no %s driver, library or module; everything runs on the CPU\n",
                *name, big);
      }
}

static int
list_devices (const GramSettings *settings, const char *json_path)
{
  g_autoptr (CliJson) json = cli_json_new ();
  g_autoptr (GError) error = NULL;

  cli_register_backends ();
  cli_json_begin (json, "gramscope.devices/1");
  cli_json_open (json, "devices", '[');
  for (guint i = 0; i < gram_backend_count (); i++)
    {
      const GramBackendVTable *backend = gram_backend_get (i);
      guint count = backend->count_devices ();

      if (count == 0 && json_path == NULL)
        print_absence (backend);
      for (guint index = 0; index < count; index++)
        {
          GramDeviceInfo info = { 0 };

          if (!backend->describe (index, &info, &error))
            return cli_fail (error);
          if (json_path == NULL)
            print_device (backend, index, &info);
          add_device (json, backend, index, &info);
        }
    }
  cli_json_close (json, ']');
  if (json_path == NULL)
    print_absent ();
  return json_path == NULL || cli_json_write (json, json_path, &error) ? 0 : cli_fail (error);
}

int
cli_devices (int argc, char **argv)
{
  return cli_run_with_json (argc, argv, 0, "write a table of the devices", list_devices,
                            "Lists the devices that can compute, with their memory and driver.");
}
