/* gram-cpu-device.h: the processor as a device, and what everything on it asks of it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

#include "gram-cpu-kernels.h"
#include "gram-cpu-pool.h"

G_BEGIN_DECLS

typedef struct
{
  const GramCpuKernels *kernels;
  GramCpuPool *analysis; /* one pool each: a system and a trainer may be busy at the same time */
  GramCpuPool *training;
  gint64 factored_from; /* images from which on a spectrum comes without eigenvectors */
  gint64 halved_from; /* images from which on half of H∞ is kept, whatever the memory; 0: none */
} GramCpuDevice;

/* the slots of GramBackendVTable, each where it belongs */
#define SLOT(type, name, ...) type gram_cpu_##name (__VA_ARGS__);
#define LINK_SLOT(...)
#include "gram-backend-slots.h"

gboolean gram_cpu_device_check_memory (guint64 bytes, const char *what, const char *remedy,
                                       GError **error);
double *gram_cpu_device_used_images (const GramSamples *samples, const gint64 *order,
                                     const gint64 *used, gint64 count, GError **error);

G_END_DECLS
