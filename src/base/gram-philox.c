/* gram-philox.c: counter-based random numbers (Philox4x32-10)
 *
 * SPDX-License-Identifier: MIT
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A draw is
 * a pure function of (seed, stream, substream, index): any part of W(0) can be made anywhere, in
 * any order, by any number of threads, and is always the same.
 */
#include "gram-philox.h"

#include <math.h>

#define ROUNDS 10
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

/* One block of Philox4x32-10: four independent uniform words. @substream and @stream are the upper
 * half of the 128-bit counter, @block the lower, @seed is the key. */
static void
philox_block (guint64 seed, guint32 stream, guint32 substream, guint64 block, guint32 out[4])
{
  guint32 c0 = (guint32) block, c1 = (guint32) (block >> 32), c2 = substream, c3 = stream;
  guint32 k0 = (guint32) seed, k1 = (guint32) (seed >> 32);

  for (int round = 0; round < ROUNDS; round++)
    {
      guint64 p0 = (guint64) MULTIPLIER_0 * c0;
      guint64 p1 = (guint64) MULTIPLIER_1 * c2;

      c0 = (guint32) (p1 >> 32) ^ c1 ^ k0;
      c1 = (guint32) p1;
      c2 = (guint32) (p0 >> 32) ^ c3 ^ k1;
      c3 = (guint32) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * gram_philox_u32:
 * @seed: the user's seed
 * @stream: a #GramStream
 * @substream: a number within the stream, for example the draw or the class
 * @index: which word of the stream
 *
 * Returns: a uniform 32-bit word
 */
guint32
gram_philox_u32 (guint64 seed, guint32 stream, guint32 substream, guint64 index)
{
  guint32 words[4];

  philox_block (seed, stream, substream, index / 4, words);
  return words[index % 4];
}

/**
 * gram_philox_uniform:
 *
 * Returns: a uniform number strictly inside (0, 1), never exactly 0 or 1, on a grid of 2^-32
 */
double
gram_philox_uniform (guint64 seed, guint32 stream, guint32 substream, guint64 index)
{
  return (gram_philox_u32 (seed, stream, substream, index) + 0.5) * 0x1p-32;
}

/**
 * gram_philox_sign:
 *
 * Returns: +1 or −1 with equal probability
 */
double
gram_philox_sign (guint64 seed, guint32 stream, guint32 substream, guint64 index)
{
  return (gram_philox_u32 (seed, stream, substream, index) & 0x80000000u) ? -1.0 : 1.0;
}

/* Four normals of one block by Box and Muller, in float64 so that every platform's libm rounds
 * to the same float32. 32-bit uniforms reach 6.66 standard deviations. */
static void
philox_normal_block (guint64 seed, guint32 stream, guint32 substream, guint64 block, double z[4])
{
  guint32 w[4];

  philox_block (seed, stream, substream, block, w);
  for (int pair = 0; pair < 2; pair++)
    {
      double radius = sqrt (-2.0 * log ((w[2 * pair] + 0.5) * 0x1p-32));
      double angle = 2.0 * G_PI * ((w[2 * pair + 1] + 0.5) * 0x1p-32);

      z[2 * pair] = radius * cos (angle);
      z[2 * pair + 1] = radius * sin (angle);
    }
}

/**
 * gram_philox_normal:
 * @first: index of the first number
 * @count: how many
 * @out: (out caller-allocates) (array length=count): N(0, 1) numbers @first … @first + @count − 1
 */
void
gram_philox_normal (guint64 seed, guint32 stream, guint32 substream, guint64 first, gsize count,
                    double *out)
{
  double z[4];

  for (gsize i = 0; i < count;)
    {
      guint64 index = first + i;
      guint lane = index % 4;

      philox_normal_block (seed, stream, substream, index / 4, z);
      for (; lane < 4 && i < count; lane++, i++)
        out[i] = z[lane];
    }
}

/**
 * gram_philox_normal_f32:
 * @scale: standard deviation
 * @out: (out caller-allocates) (array length=count): numbers of gram_philox_normal() times
 *   @scale, rounded once to float32
 */
void
gram_philox_normal_f32 (guint64 seed, guint32 stream, guint32 substream, guint64 first, gsize count,
                        float scale, float *out)
{
  double z[256];

  for (gsize at = 0; at < count; at += G_N_ELEMENTS (z))
    {
      gsize some = MIN (G_N_ELEMENTS (z), count - at);

      gram_philox_normal (seed, stream, substream, first + at, some, z);
      for (gsize i = 0; i < some; i++)
        out[at + i] = (float) (scale * z[i]);
    }
}

/**
 * gram_philox_permutation:
 * @count: how many
 * @out: (out caller-allocates) (array length=count): a uniform random permutation of 0 … count−1
 *
 * Fisher and Yates with 64-bit multiply-shift; its bias is below 2^-32 · count.
 */
void
gram_philox_permutation (guint64 seed, guint32 stream, guint32 substream, gsize count, gint64 *out)
{
  for (gsize i = 0; i < count; i++)
    out[i] = (gint64) i;
  for (gsize i = count; i > 1; i--)
    {
      guint64 word = gram_philox_u32 (seed, stream, substream, i - 1);
      gsize j = (gsize) ((word * (guint64) i) >> 32);
      gint64 swap = out[i - 1];

      out[i - 1] = out[j];
      out[j] = swap;
    }
}
