/* gram-device.c: a device that computes, whichever backend it belongs to
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-device-private.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

/* What the names of devices are, in the order of gram_backend_named() */
static const char *const addresses[] = { GRAM_NAMED_ADDRESSES };

/* Whether it can be a name: words that a terminal shows, and nothing that a program would take for
 * an option */
static gboolean
is_address (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return FALSE;
  return *text != '\0' && *text != '-';
}

/**
 * gram_device_check_name:
 * @name: what gram_device_open() may be asked for, whether or not it is here
 *
 * There is one reference, so it takes no number.
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE, whose message says what it must be
 */
gboolean
gram_device_check_name (const char *name, GError **error)
{
  const char *const *names = gram_backend_names ();
  const char *const *named = gram_backend_named ();
  const char *colon = strchr (name, ':');
  g_autofree char *backend = colon != NULL ? g_strndup (name, (gsize) (colon - name)) : NULL;
  g_autoptr (GString) choices = NULL;

  if (colon == NULL ? g_str_equal (name, "auto") || g_strv_contains (names, name)
                          || g_strv_contains (named, name)
                    : (g_strv_contains (names + 1, backend)
                       && g_ascii_string_to_unsigned (colon + 1, 10, 0, 255, NULL, NULL))
                          || (g_strv_contains (named, backend) && is_address (colon + 1)))
    return TRUE;
  choices = g_string_new ("must be auto");
  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (choices, ", %s", names[i]);
  for (guint i = 1; names[i] != NULL; i++)
    g_string_append_printf (choices, ", %s:NUMBER", names[i]);
  for (guint i = 0; named[i] != NULL; i++)
    g_string_append_printf (choices, "%s%s:%s", named[i + 1] != NULL ? ", " : " or ", named[i],
                            addresses[i]);
  g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE, choices->str);
  return FALSE;
}

/**
 * gram_device_lies_elsewhere:
 * @name: as for gram_device_open()
 *
 * Returns: whether opening it would connect to something
 */
gboolean
gram_device_lies_elsewhere (const char *name)
{
  g_autofree char *backend = g_strndup (name, strcspn (name, ":"));

  return g_strv_contains (gram_backend_named (), backend);
}

/* @address: (nullable): of a device that is named */
static GramDevice *
open_device (const GramBackendVTable *vtable, guint index, const char *address,
             const GramDeviceOptions *options, GError **error)
{
  static const GramDeviceOptions defaults = { 0 };
  GramDevice *device = g_new0 (GramDevice, 1);

  device->references = 1;
  device->vtable = vtable;
  options = options != NULL ? options : &defaults;
  if (address != NULL)
    device->impl = vtable->open_named (address, options, &device->info, error);
  else if (vtable->describe (index, &device->info, error))
    device->impl = vtable->open (index, options, error);
  if (device->impl == NULL)
    g_clear_pointer (&device, g_free);
  return device;
}

/* The first device, of any backend but the reference, that opens */
static GramDevice *
open_fastest (const GramDeviceOptions *options)
{
  GramDevice *device = NULL;

  for (guint i = 0; device == NULL && i < gram_backend_count (); i++)
    {
      const GramBackendVTable *vtable = gram_backend_get (i);

      if (vtable != gram_backend_reference () && vtable->count_devices () > 0)
        device = open_device (vtable, 0, NULL, options, NULL);
    }
  return device;
}

static GramDevice *
open_nth (const GramBackendVTable *vtable, const char *name, guint64 index,
          const GramDeviceOptions *options, GError **error)
{
  guint count = vtable->count_devices ();
  GramDevice *device;

  if (count > 0 && index >= count)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "%s: there are %u of these devices, no number %u; “gramscope-cli devices” "
                   "lists them",
                   vtable->name, count, (guint) index);
      return NULL;
    }
  /* where there is none at all, the backend knows why, but not who was asked for */
  device = open_device (vtable, (guint) index, NULL, options, error);
  if (device == NULL && count == 0)
    g_prefix_error (error, "no device “%s” here: ", name);
  return device;
}

/**
 * gram_device_open:
 * @name: (nullable): a backend's name, "cuda:1" for its second device, "remote:HOST" for one that
 *   is named, or "auto"/%NULL: the first counted device that opens of a backend that is not the
 *   reference, else the reference
 * @options: (nullable)
 *
 * Returns: (transfer full) (nullable): free with gram_device_unref()
 */
GramDevice *
gram_device_open (const char *name, const GramDeviceOptions *options, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name != NULL ? name : "auto", ":", 2);
  gboolean any = g_str_equal (parts[0], "auto");
  const GramBackendVTable *vtable;
  GramDevice *device = any ? open_fastest (options) : NULL;
  guint64 index = 0;

  if (device != NULL)
    return device;
  vtable = any ? gram_backend_reference () : gram_backend_lookup (parts[0]);
  if (vtable == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "no device “%s” here; “gramscope-cli devices” lists those there are", name);
      return NULL;
    }
  if (vtable->open_named != NULL && parts[1] != NULL)
    return open_device (vtable, 0, parts[1], options, error);
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, 255, &index, error))
    return NULL;
  return open_nth (vtable, name, index, options, error);
}

/**
 * gram_device_open_reference:
 * @options: (nullable)
 *
 * Returns: (transfer full) (nullable): the device of gram_backend_reference(); free with
 *   gram_device_unref()
 */
GramDevice *
gram_device_open_reference (const GramDeviceOptions *options, GError **error)
{
  return gram_device_open (gram_backend_names ()[0], options, error);
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

/* Whether it is one of gram_backend_reference() */
gboolean
gram_device_is_reference (GramDevice *device)
{
  return device->vtable == gram_backend_reference ();
}

/* Whether nothing will work on it again, so that it has to be opened anew */
gboolean
gram_device_is_lost (GramDevice *device)
{
  return device->vtable->is_lost != NULL && device->vtable->is_lost (device->impl);
}

/* m of a run that asks for none */
gint64
gram_device_get_width (GramDevice *device)
{
  return device->info.width > 0 ? device->info.width : device->vtable->width;
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

/**
 * gram_samples_used_pixels:
 * @test: (nullable)
 * @count: (out): how many
 *
 * Returns: (transfer full): the pixels that are not zero in every image: the others change no
 *   product
 */
gint64 *
gram_samples_used_pixels (const GramSamples *train, const GramSamples *test, gint64 *count)
{
  const GramSamples *sets[] = { train, test };
  gint64 *used = g_new0 (gint64, train->d);
  gint64 kept = 0;

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
