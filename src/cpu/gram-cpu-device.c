/* gram-cpu-device.c: the processor as a device, and what everything on it asks of it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-device.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "gram-cpu-blas.h"
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
gram_cpu_count_devices (void)
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
  return gram_cpu_kernels_available ()[0];
}

/* Up to here LAPACK's eigenvectors cost no more time, and later products with them less. */
#define FACTORED_FROM 2001

/* A number of images that tests move: GRAM_CPU_FACTORED_FROM, GRAM_CPU_HALVED_FROM */
static gint64
limit (const char *variable, gint64 usual)
{
  const char *text = g_getenv (variable);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : usual;
}

gboolean
gram_cpu_describe (guint index, GramDeviceInfo *info, GError **error)
{
  g_autofree char *name = processor_name ();

  memset (info, 0, sizeof *info);
  info->cores = usable_processors ();
  g_snprintf (info->name, sizeof info->name, "%s, %s, %u threads", name, chosen_kernels ()->name,
              info->cores);
  g_snprintf (info->details, sizeof info->details, "LAPACK in float64 on %s; own %s kernels",
              gram_cpu_blas_describe (), chosen_kernels ()->name);
  info->memory_total = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE);
  info->memory_free = gram_memory_available ();
  return TRUE;
}

gpointer
gram_cpu_open (guint index, const GramDeviceOptions *options, GError **error)
{
  GramCpuDevice *device = g_new0 (GramCpuDevice, 1);
  guint threads = options->threads > 0 ? options->threads : usable_processors ();

  device->kernels = chosen_kernels ();
  device->analysis = gram_cpu_pool_new (threads);
  device->training = gram_cpu_pool_new (threads);
  device->factored_from = limit ("GRAM_CPU_FACTORED_FROM", FACTORED_FROM);
  device->halved_from = limit ("GRAM_CPU_HALVED_FROM", 0);
  return device;
}

void
gram_cpu_close (gpointer data)
{
  GramCpuDevice *device = data;

  gram_cpu_pool_free (device->analysis);
  gram_cpu_pool_free (device->training);
  g_free (device);
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

/**
 * gram_cpu_device_used_images:
 * @used: (@count) pixels
 * @order: (nullable): which image comes first, second, …
 *
 * Returns: (transfer full) (nullable): X of these pixels, (@count × n); free with gram_free()
 */
double *
gram_cpu_device_used_images (const GramSamples *samples, const gint64 *order, const gint64 *used,
                             gint64 count, GError **error)
{
  double *X = gram_try_alloc (sizeof (double), MAX (count, 1), samples->n, "the images", error);

  for (gint64 i = 0; X != NULL && i < samples->n; i++)
    for (gint64 j = 0; j < count; j++)
      X[i * count + j] = samples->X[(order != NULL ? order[i] : i) * samples->ldx + used[j]];
  return X;
}
