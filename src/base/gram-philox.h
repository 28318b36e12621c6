/* gram-philox.h: counter-based random numbers (Philox4x32-10)
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every use of randomness has a stream of its own, so that drawing more of one thing never
 * changes another. The numbers are part of the file formats: add at the end, never renumber. */
typedef enum
{
  GRAM_STREAM_WEIGHTS = 0,      /* w_r(0), Eq 1 */
  GRAM_STREAM_SIGNS = 1,        /* a_r, Eq 1 */
  GRAM_STREAM_LABELS_TRAIN = 2, /* which labels are resampled, and to what */
  GRAM_STREAM_LABELS_TEST = 3,
  GRAM_STREAM_SUBSET = 4,   /* a seeded subset of the images */
  GRAM_STREAM_SPLIT = 5,    /* a seeded train/test split */
  GRAM_STREAM_GLYPHS = 6,   /* the built-in images */
  GRAM_STREAM_FLIPS = 7,    /* planted label flips */
  GRAM_STREAM_FUNCTION = 8, /* directions beta of target functions */
  GRAM_STREAM_INPUTS = 9,   /* Gaussian inputs on the unit sphere */
  GRAM_STREAM_PROBE = 10,   /* random probe vectors of stochastic estimates */
} GramStream;

guint32 gram_philox_u32 (guint64 seed, guint32 stream, guint32 substream, guint64 index);
double gram_philox_uniform (guint64 seed, guint32 stream, guint32 substream, guint64 index);
double gram_philox_sign (guint64 seed, guint32 stream, guint32 substream, guint64 index);
void gram_philox_normal (guint64 seed, guint32 stream, guint32 substream, guint64 first,
                         gsize count, double *out);
void gram_philox_normal_f32 (guint64 seed, guint32 stream, guint32 substream, guint64 first,
                             gsize count, float scale, float *out);
void gram_philox_permutation (guint64 seed, guint32 stream, guint32 substream, gsize count,
                              gint64 *out);

G_END_DECLS
