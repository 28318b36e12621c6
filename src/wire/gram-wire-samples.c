/* gram-wire-samples.c: a set of images as a message, which goes over once
 *
 * SPDX-License-Identifier: MIT
 *
 * Where the images have an exact form in small integers that gives X bit by bit, X is left out: an
 * eighth of the bytes.
 */
#include "gram-wire-samples.h"

#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

#define HAS_PIXELS 1u
#define HAS_X 2u

struct _GramWireSamples
{
  gint references; /* atomic */
  guint8 id[GRAM_WIRE_ID];
  GramSamples samples;
  double *X, *factors; /* factors: gain, shift and scale */
  guint8 *pixels;
};

static double
element (const GramSamples *s, gint64 i, gint64 j)
{
  return (s->gain[j] * s->pixels[i * s->d + j] - s->shift[j]) * s->scale[i];
}

/* Whether the small integers give X to the bit */
static gboolean
is_exact (const GramSamples *s)
{
  for (gint64 i = 0; i < s->n; i++)
    for (gint64 j = 0; j < s->d; j++)
      {
        double made = element (s, i, j);

        if (memcmp (&made, &s->X[i * s->ldx + j], sizeof made) != 0)
          return FALSE;
      }
  return TRUE;
}

static void
walk_pixels (GramWire *wire, GramSamples *s)
{
  gram_wire_matrix (wire, (gpointer) s->pixels, 1, s->d, s->n, s->d);
  gram_wire_bytes (wire, (gpointer) s->gain, (gsize) s->d * sizeof (double));
  gram_wire_bytes (wire, (gpointer) s->shift, (gsize) s->d * sizeof (double));
  gram_wire_bytes (wire, (gpointer) s->scale, (gsize) s->n * sizeof (double));
}

/**
 * gram_wire_samples_encode:
 *
 * Returns: (transfer full) (nullable): the message; %NULL with GRAM_ERROR_MEMORY
 */
GBytes *
gram_wire_samples_encode (const GramSamples *samples, GError **error)
{
  GramSamples s = *samples;
  g_auto (GramWire) wire = { 0 };
  guint32 has = s.pixels == NULL ? HAS_X : is_exact (&s) ? HAS_PIXELS : HAS_PIXELS | HAS_X;

  GRAM_WIRE_VALUE (&wire, s.n);
  GRAM_WIRE_VALUE (&wire, s.d);
  GRAM_WIRE_VALUE (&wire, has);
  if (has & HAS_PIXELS)
    walk_pixels (&wire, &s);
  if (has & HAS_X)
    gram_wire_matrix (&wire, (gpointer) s.X, sizeof (double), s.d, s.n, s.ldx);
  return gram_wire_take (&wire, error);
}

/* What a set of images is called: SHA-256 of its message */
void
gram_wire_samples_name (GBytes *message, guint8 id[GRAM_WIRE_ID])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size, length = GRAM_WIRE_ID;
  const guchar *memory = g_bytes_get_data (message, &size);

  g_checksum_update (checksum, memory, (gssize) size);
  g_checksum_get_digest (checksum, id, &length);
}

/* Whether a message of this size can hold such a set */
static gboolean
fits (gint64 n, gint64 d, guint32 has, gsize left)
{
  gsize elements, expected = 0;

  if (n < 1 || d < 1 || has < HAS_PIXELS || has > (HAS_PIXELS | HAS_X)
      || !gram_size_product (&elements, 1, n, d) || elements > left)
    return FALSE;
  if (has & HAS_PIXELS)
    expected += elements + (gsize) (2 * d + n) * sizeof (double);
  if (has & HAS_X)
    expected += elements * sizeof (double);
  return expected == left;
}

static gboolean
read_images (GramWire *wire, GramWireSamples *set, guint32 has, GError **error)
{
  GramSamples *s = &set->samples;

  set->X = gram_try_alloc (sizeof (double), s->d, s->n, "the images", error);
  if (set->X == NULL)
    return FALSE;
  s->X = set->X;
  s->ldx = s->d;
  if (has & HAS_PIXELS)
    {
      set->pixels = gram_try_alloc (1, s->d, s->n, "the images", error);
      set->factors = gram_try_alloc (sizeof (double), 2 * s->d + s->n, 1, "the images", error);
      if (set->pixels == NULL || set->factors == NULL)
        return FALSE;
      s->pixels = set->pixels;
      s->gain = set->factors;
      s->shift = set->factors + s->d;
      s->scale = set->factors + 2 * s->d;
      walk_pixels (wire, s);
    }
  if (has & HAS_X)
    gram_wire_matrix (wire, set->X, sizeof (double), s->d, s->n, s->d);
  else
    for (gint64 i = 0; i < s->n; i++)
      for (gint64 j = 0; j < s->d; j++)
        set->X[i * s->d + j] = element (s, i, j);
  return gram_wire_end (wire, error);
}

/**
 * gram_wire_samples_new:
 * @message: from gram_wire_samples_encode(), or anything
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_DATA or GRAM_ERROR_MEMORY
 */
GramWireSamples *
gram_wire_samples_new (GBytes *message, GError **error)
{
  g_autoptr (GramWireSamples) set = g_new0 (GramWireSamples, 1);
  g_auto (GramWire) wire = { 0 };
  guint32 has = 0;

  set->references = 1;
  gram_wire_read (&wire, message);
  GRAM_WIRE_VALUE (&wire, set->samples.n);
  GRAM_WIRE_VALUE (&wire, set->samples.d);
  GRAM_WIRE_VALUE (&wire, has);
  if (wire.failed || !fits (set->samples.n, set->samples.d, has, gram_wire_left (&wire)))
    {
      gram_fail (error, GRAM_ERROR_DATA, "a message has no set of images");
      return NULL;
    }
  gram_wire_samples_name (message, set->id);
  return read_images (&wire, set, has, error) ? g_steal_pointer (&set) : NULL;
}

GramWireSamples *
gram_wire_samples_ref (GramWireSamples *samples)
{
  g_atomic_int_inc (&samples->references);
  return samples;
}

void
gram_wire_samples_unref (GramWireSamples *samples)
{
  if (samples == NULL || !g_atomic_int_dec_and_test (&samples->references))
    return;
  gram_free (samples->X);
  gram_free (samples->factors);
  gram_free (samples->pixels);
  g_free (samples);
}

const GramSamples *
gram_wire_samples_get (GramWireSamples *samples)
{
  return &samples->samples;
}

gboolean
gram_wire_samples_is (GramWireSamples *samples, const guint8 id[GRAM_WIRE_ID])
{
  return memcmp (samples->id, id, GRAM_WIRE_ID) == 0;
}
