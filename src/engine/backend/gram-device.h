/* gram-device.h: a device that computes, and what every call on one takes
 *
 * SPDX-License-Identifier: MIT
 *
 * All matrices are column-major with an explicit leading dimension. Memory that crosses this
 * interface is host memory and belongs to the caller; what lives on the device stays behind the
 * opaque GramSystem and GramTrainer.
 *
 * Threads: a device may serve one GramSystem and one GramTrainer call at the same time from
 * different threads; two calls on the same object never overlap.
 */
#pragma once

#include "gram-job.h"

G_BEGIN_DECLS

typedef struct
{
  char name[128];       /* "AMD EPYC …, AVX-512, 2 threads", "NVIDIA H100 80GB HBM3" */
  char details[256];    /* driver, CUDA version, library versions */
  guint64 memory_total; /* bytes; 0 if unknown */
  guint64 memory_free;
  int compute_major, compute_minor; /* CUDA compute capability; 0 on the CPU */
  guint cores;                      /* CPU threads, or streaming multiprocessors */
  gint64 width;                     /* m of a run that asks for none; 0: the backend's */
  double round_trip; /* seconds that a call costs before it does anything; 0: the device is here */
} GramDeviceInfo;

typedef struct
{
  guint threads; /* CPU threads; 0: all */
} GramDeviceOptions;

/* X with unit columns and, when it has one, its exact small-integer form
 *   X[j,i] = (gain[j]·pixels[j,i] − shift[j])·scale[i]
 * which lets a backend multiply by exactly represented pixels. */
typedef struct
{
  gint64 n, d;
  const double *X; /* (d × n) */
  gint64 ldx;
  const guint8 *pixels; /* (nullable) (d × n), leading dimension d */
  const double *gain;   /* (d) */
  const double *shift;  /* (d) */
  const double *scale;  /* (n) */
} GramSamples;

typedef struct _GramDevice GramDevice;

gboolean gram_device_check_name (const char *name, GError **error);
gboolean gram_device_lies_elsewhere (const char *name);
GramDevice *gram_device_open (const char *name, const GramDeviceOptions *options, GError **error);
GramDevice *gram_device_open_reference (const GramDeviceOptions *options, GError **error);
GramDevice *gram_device_ref (GramDevice *device);
void gram_device_unref (GramDevice *device);
const char *gram_device_get_backend (GramDevice *device);
gboolean gram_device_is_reference (GramDevice *device);
gboolean gram_device_is_lost (GramDevice *device);
gint64 gram_device_get_width (GramDevice *device);
const GramDeviceInfo *gram_device_get_info (GramDevice *device);

gint64 *gram_samples_used_pixels (const GramSamples *train, const GramSamples *test, gint64 *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramDevice, gram_device_unref)

G_END_DECLS
