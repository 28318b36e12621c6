/* gram-cpu-device.c: the processor as a device, and what everything on it asks of it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-device.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "gram-error.h"
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

guint
gram_cpu_device_count (void)
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

gboolean
gram_cpu_device_describe (guint index, GramDeviceInfo *info, GError **error)
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

gpointer
gram_cpu_device_open (guint index, const GramDeviceOptions *options, GError **error)
{
  GramCpuDevice *device = g_new0 (GramCpuDevice, 1);
  guint threads = options->threads > 0 ? options->threads : usable_processors ();

  device->kernels = chosen_kernels ();
  device->analysis = gram_cpu_pool_new (threads);
  device->training = gram_cpu_pool_new (threads);
  return device;
}

void
gram_cpu_device_close (gpointer data)
{
  GramCpuDevice *device = data;

  gram_cpu_pool_free (device->analysis);
  gram_cpu_pool_free (device->training);
  g_free (device);
}

gboolean
gram_cpu_device_cancelled (const GramJob *job, GError **error)
{
  return job->cancellable != NULL && g_cancellable_set_error_if_cancelled (job->cancellable, error);
}

void
gram_cpu_device_progress (const GramJob *job, double fraction)
{
  if (job->progress != NULL)
    job->progress (fraction, job->progress_data);
}

gboolean
gram_cpu_device_check_memory (guint64 bytes, const char *what, const char *remedy, GError **error)
{
  guint64 available = gram_memory_available ();
  g_autofree char *need = NULL, *have = NULL;

  if (available == 0 || bytes <= available)
    return TRUE;
  need = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  have = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "%s needs %s of memory, %s is free; %s", what,
               need, have, remedy);
  return FALSE;
}

/* Pixels that are zero in every image change no product: they are left out. */
gint64 *
gram_cpu_device_used_pixels (const GramSamples *train, const GramSamples *test, gint64 *count,
                             GError **error)
{
  const GramSamples *sets[] = { train, test };
  gint64 *used = gram_try_alloc (sizeof (gint64), train->d, 1, "the list of pixels", error);
  gint64 kept = 0;

  if (used == NULL)
    return NULL;
  for (guint s = 0; s < G_N_ELEMENTS (sets); s++)
    for (gint64 i = 0; sets[s] != NULL && i < sets[s]->n; i++)
      for (gint64 j = 0; j < train->d; j++)
        used[j] |= sets[s]->X[i * sets[s]->ldx + j] != 0;
  for (gint64 j = 0; j < train->d; j++)
    if (used[j] != 0)
      used[kept++] = j;
  *count = kept;
  return used;
}
