/* cli-backends.c: the compute devices that are here
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"

#include "cli-options.h"
#include "gram-cpu.h"
#include "gram-remote.h"

/**
 * cli_register_backends:
 *
 * The CPU backend and those of helpers always; modules where they are there and open. That one does
 * not is the common case and no reason for a word: `devices` says so.
 */
void
cli_register_backends (void)
{
  gram_backend_register (gram_cpu_backend (), NULL);
  gram_backend_register (gram_remote_backend (), NULL);
  gram_backend_register (gram_remote_ranks_backend (), NULL);
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

/* Whether MPI's launcher, or a scheduler in its place, started this process */
static gboolean
is_rank (void)
{
  return g_getenv ("OMPI_COMM_WORLD_SIZE") != NULL || g_getenv ("PMI_RANK") != NULL
         || g_getenv ("PMIX_RANK") != NULL;
}

/**
 * cli_serve_ranks:
 *
 * Where mpirun started this program many times and “mpi” is to compute, one of the processes does
 * the command and the others compute for it.
 *
 * Returns: %CLI_GO_ON, or the exit code of one of the others
 */
int
cli_serve_ranks (const GramSettings *settings)
{
  const GramDeviceOptions options = { .threads = settings->threads };
  g_autoptr (GError) error = NULL;
  gboolean served;

  if (!g_str_equal (settings->device, "mpi") || !is_rank ())
    return CLI_GO_ON;
  gram_backend_register (gram_cpu_backend (), NULL);
  if (!gram_backend_serve (settings->device, &options, &served, &error))
    return cli_fail (error);
  return served ? 0 : CLI_GO_ON;
}
