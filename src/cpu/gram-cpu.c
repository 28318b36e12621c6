/* gram-cpu.c: the reference backend, OpenBLAS, LAPACK and vector kernels
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "gram-cpu-private.h"
#include "gram-size.h"

/* Processors this process may use: a container or taskset may have taken some away. */
static guint
usable_processors (void)
{
#if defined(__linux__)
  cpu_set_t set;

  CPU_ZERO (&set);
  if (sched_getaffinity (0, sizeof set, &set) == 0 && CPU_COUNT (&set) > 0)
    return (guint) CPU_COUNT (&set);
#endif
  return MAX (g_get_num_processors (), 1);
}

static guint
cpu_count_devices (void)
{
  return 1;
}

static char *
processor_name (void)
{
  g_autofree char *text = NULL;
  char *line, *end;

  if (g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL)
      && (line = strstr (text, "model name")) != NULL && (line = strchr (line, ':')) != NULL
      && (end = strchr (line, '\n')) != NULL)
    return g_strstrip (g_strndup (line + 1, (gsize) (end - line - 1)));
  return g_strdup ("CPU");
}

/* GRAM_CPU_KERNELS=AVX2 or portable: for tests, and for measuring what the instructions bring. */
static const GramCpuKernels *
chosen_kernels (void)
{
  const char *name = g_getenv ("GRAM_CPU_KERNELS");

  for (const GramCpuKernels *const *set = gram_cpu_kernels_available (); *set != NULL; set++)
    if (name != NULL && g_str_equal ((*set)->name, name))
      return *set;
  return gram_cpu_kernels_best ();
}

static gboolean
cpu_describe (guint index, GramDeviceInfo *info, GError **error)
{
  g_autofree char *name = processor_name ();

  memset (info, 0, sizeof *info);
  info->cores = usable_processors ();
  g_snprintf (info->name, sizeof info->name, "%s, %s, %u threads", name, chosen_kernels ()->name,
              info->cores);
  g_snprintf (info->details, sizeof info->details, "OpenBLAS and LAPACK in float64; own %s kernels",
              chosen_kernels ()->name);
  info->memory_total = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE);
  info->memory_free = gram_memory_available ();
  return TRUE;
}

static gpointer
cpu_open (guint index, const GramDeviceOptions *options, GError **error)
{
  GramCpuDevice *device = g_new0 (GramCpuDevice, 1);

  device->threads = options->threads > 0 ? options->threads : usable_processors ();
  device->kernels = chosen_kernels ();
  device->analysis = gram_cpu_pool_new (device->threads);
  device->training = gram_cpu_pool_new (device->threads);
  return device;
}

static void
cpu_close (gpointer data)
{
  GramCpuDevice *device = data;

  gram_cpu_pool_free (device->analysis);
  gram_cpu_pool_free (device->training);
  g_free (device);
}

/**
 * gram_cpu_backend:
 *
 * Returns: (transfer none): the backend that every build has
 */
const GramBackendVTable *
gram_cpu_backend (void)
{
  static const GramBackendVTable vtable = {
    .api_version = GRAM_BACKEND_API_VERSION,
    .name = "cpu",
    .count_devices = cpu_count_devices,
    .describe = cpu_describe,
    .open = cpu_open,
    .close = cpu_close,
    .system_new = gram_cpu_system_new,
    .system_free = gram_cpu_system_free,
    .system_multiply = gram_cpu_system_multiply,
    .system_factor = gram_cpu_system_factor,
    .system_solve = gram_cpu_system_solve,
    .system_inverse_diagonal = gram_cpu_system_inverse_diagonal,
    .system_eigen = gram_cpu_system_eigen,
    .system_eigenvectors = gram_cpu_system_eigenvectors,
    .system_project = gram_cpu_system_project,
    .system_download = gram_cpu_system_download,
    .trainer_plan = gram_cpu_trainer_plan,
    .trainer_new = gram_cpu_trainer_new,
    .trainer_free = gram_cpu_trainer_free,
    .trainer_step = gram_cpu_trainer_step,
    .trainer_observe = gram_cpu_trainer_observe,
    .trainer_weights = gram_cpu_trainer_weights,
    .trainer_save = gram_cpu_trainer_save,
    .trainer_restore = gram_cpu_trainer_restore,
    .trainer_gram = gram_cpu_trainer_gram,
    .trainer_pattern = gram_cpu_trainer_pattern,
  };

  return &vtable;
}
