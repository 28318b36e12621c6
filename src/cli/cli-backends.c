/* cli-backends.c: the compute devices that are here
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"

#include "gram-cpu.h"
#include "gram-remote.h"

/**
 * cli_register_backends:
 *
 * The CPU backend and that of servers always; modules where they are there and open. That one does
 * not is the common case and no reason for a word: `devices` says so.
 */
void
cli_register_backends (void)
{
  gram_backend_register (gram_cpu_backend (), NULL);
  gram_backend_register (gram_remote_backend (), NULL);
  gram_backend_load_modules (NULL);
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
