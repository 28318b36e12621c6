/* gram-device.c: a device that computes, whichever backend it belongs to
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-device-private.h"

#include <math.h>

#include "gram-error.h"
#include "gram-size.h"

static GramDevice *
open_device (const GramBackendVTable *vtable, guint index, const GramDeviceOptions *options,
             GError **error)
{
  static const GramDeviceOptions defaults = { 0 };
  GramDevice *device = g_new0 (GramDevice, 1);

  device->references = 1;
  device->vtable = vtable;
  if (!vtable->describe (index, &device->info, error)
      || (device->impl = vtable->open (index, options != NULL ? options : &defaults, error))
             == NULL)
    {
      g_free (device);
      return NULL;
    }
  return device;
}

/**
 * gram_device_open:
 * @name: (nullable): "cpu", "cuda", "cuda:1", or "auto"/%NULL: the first card that opens, else
 *   the CPU
 * @options: (nullable)
 *
 * Returns: (transfer full) (nullable): free with gram_device_unref()
 */
GramDevice *
gram_device_open (const char *name, const GramDeviceOptions *options, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name != NULL ? name : "auto", ":", 2);
  const GramBackendVTable *vtable;
  GramDevice *opened;
  guint64 index = 0;
  guint count;

  if (g_str_equal (parts[0], "auto"))
    {
      vtable = gram_backend_lookup ("cuda");
      if (vtable != NULL && vtable->count_devices () > 0)
        {
          GramDevice *device = open_device (vtable, 0, options, NULL);

          if (device != NULL)
            return device;
        }
      parts[0][0] = '\0';
    }
  vtable = gram_backend_lookup (*parts[0] != '\0' ? parts[0] : "cpu");
  if (vtable == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "no device “%s” here; “gramscope-cli devices” lists those there are", name);
      return NULL;
    }
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, 255, &index, error))
    return NULL;
  count = vtable->count_devices ();
  if (count > 0 && index >= count)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "%s: there are %u of these devices, no number %u; “gramscope-cli devices” "
                   "lists them",
                   vtable->name, count, (guint) index);
      return NULL;
    }
  /* where there is none at all, the backend knows why, but not who was asked for */
  opened = open_device (vtable, (guint) index, options, error);
  if (opened == NULL && count == 0)
    g_prefix_error (error, "no device “%s” here: ", name);
  return opened;
}

GramDevice *
gram_device_ref (GramDevice *device)
{
  g_atomic_int_inc (&device->references);
  return device;
}

void
gram_device_unref (GramDevice *device)
{
  if (device == NULL || !g_atomic_int_dec_and_test (&device->references))
    return;
  device->vtable->close (device->impl);
  g_free (device);
}

const char *
gram_device_get_backend (GramDevice *device)
{
  return device->vtable->name;
}

const GramDeviceInfo *
gram_device_get_info (GramDevice *device)
{
  return &device->info;
}

/* Non-finite input never enters LAPACK: some routines do not return on it. */
gboolean
gram_samples_check (const GramSamples *samples, const char *what, GError **error)
{
  gsize bytes;

  if (samples->n < 1 || samples->d < 1 || samples->ldx < samples->d || samples->X == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: %" G_GINT64_FORMAT " images of %" G_GINT64_FORMAT " pixels are not a set",
                   what, samples->n, samples->d);
      return FALSE;
    }
  if (!gram_size_product (&bytes, sizeof (double), samples->ldx, samples->n))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "%s: the shape overflows", what);
      return FALSE;
    }
  for (gint64 i = 0; i < samples->n; i++)
    for (gint64 j = 0; j < samples->d; j++)
      if (!isfinite (samples->X[i * samples->ldx + j]))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: image %" G_GINT64_FORMAT " has a value that is not a number", what, i);
          return FALSE;
        }
  return TRUE;
}
