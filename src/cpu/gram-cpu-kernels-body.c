/* gram-cpu-kernels-body.c: the inner loops, compiled once per instruction set
 *
 * SPDX-License-Identifier: MIT
 *
 * The build defines
 *   VEC      floats in a vector register (4, 8 or 16)
 *   NEURONS  neurons that the product keeps in registers at a time, 2·NEURONS accumulators
 *   KERNELS  the symbol to define, NAME its name
 * Vectors are the compiler's own (gcc, clang), so that one source serves every processor.
 */
#include "gram-cpu-kernels.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "gram-cpu-kernels-wide.h"

typedef float Vec __attribute__ ((vector_size (VEC * 4), aligned (VEC * 4), may_alias));
typedef gint32 VecInt __attribute__ ((vector_size (VEC * 4), aligned (VEC * 4), may_alias));

#define PARTS (GRAM_TILE / VEC) /* vectors in a tile's row */

static inline Vec
splat (float x)
{
  return x - (Vec){ 0 };
}

#define HALVES (GRAM_HALF / VEC) /* vectors in half a row */
#define PRODUCT_PART 1024        /* terms of a product's sums at a time: whole tiles */
#define PANEL_AHEAD 12           /* rows of a panel: fetched so many before they are needed */

/* Table of one group of @width samples; returns its end. */
static inline __attribute__ ((always_inline)) Vec *
group_table (const float *panel, const float *weights, Vec *entry, const int width)
{
  for (int v = 0; v < HALVES; v++)
    entry[v] = splat (0);
  for (int i = 0; i < width; i++)
    for (int v = 0; v < HALVES; v++)
      {
        Vec row = *(const Vec *) (panel + i * GRAM_HALF + v * VEC) * splat (weights[i]);

        for (int p = 0; p < 1 << i; p++)
          entry[((1 << i) + p) * HALVES + v] = entry[p * HALVES + v] + row;
      }
  return entry + (HALVES << width);
}

static void
mask_table (const float *panel, const float *weights, float *table)
{
  Vec *entry = (Vec *) table;

  for (int g = 0, i = 0; g < 5; g++)
    if (g < 2)
      {
        entry = group_table (panel + i * GRAM_HALF, weights + i, entry, 7);
        i += 7;
      }
    else
      {
        entry = group_table (panel + i * GRAM_HALF, weights + i, entry, 6);
        i += 6;
      }
}

static void
mask_table_small (const float *panel, const float *weights, float *table)
{
  Vec *entry = (Vec *) table;

  for (int i = 0; i < GRAM_TILE; i += 4)
    entry = group_table (panel + i * GRAM_HALF, weights + i, entry, 4);
}

/* Adds the row that bits @first … @first + @width − 1 of @word choose. Bytes are addressed, so
 * that one shift and one mask make the offset. */
static inline __attribute__ ((always_inline)) void
look_up (Vec sum[HALVES], guint32 word, const float *table, const int first, const int width)
{
  guint32 row = first >= 6 ? word >> (first - 6) : word << (6 - first);
  const char *entry = (const char *) table + (row & (((1u << width) - 1) << 6));

  for (int v = 0; v < HALVES; v++)
    sum[v] += *(const Vec *) (entry + v * VEC * 4);
}

static inline __attribute__ ((always_inline)) void
look_up_word (Vec sum[HALVES], guint32 word, const float *table)
{
  look_up (sum, word, table, 0, 7);
  look_up (sum, word, table + 128 * GRAM_HALF, 7, 7);
  look_up (sum, word, table + 256 * GRAM_HALF, 14, 6);
  look_up (sum, word, table + 320 * GRAM_HALF, 20, 6);
  look_up (sum, word, table + 384 * GRAM_HALF, 26, 6);
}

static inline __attribute__ ((always_inline)) void
look_up_word_small (Vec sum[HALVES], guint32 word, const float *table)
{
#pragma GCC unroll 8
  for (int g = 0; g < 8; g++)
    look_up (sum, word, table + g * 16 * GRAM_HALF, 4 * g, 4);
}

/* Two words at a time halve the traffic of the sums. */
#define MASK_PRODUCT(name, word_sums, table_floats)                                               \
  static void name (gint64 neurons, const guint32 *bits, const guint32 *more, const float *table, \
                    float *sums)                                                                  \
  {                                                                                               \
    for (gint64 r = 0; r < neurons; r++)                                                          \
      {                                                                                           \
        Vec *out = (Vec *) (sums + r * GRAM_HALF);                                                \
        Vec sum[HALVES];                                                                          \
                                                                                                  \
        for (int v = 0; v < HALVES; v++)                                                          \
          sum[v] = out[v];                                                                        \
        word_sums (sum, bits[r], table);                                                          \
        if (more != NULL)                                                                         \
          word_sums (sum, more[r], table + (table_floats));                                       \
        for (int v = 0; v < HALVES; v++)                                                          \
          out[v] = sum[v];                                                                        \
      }                                                                                           \
  }

MASK_PRODUCT (mask_product, look_up_word, GRAM_TABLE_FLOATS)
MASK_PRODUCT (mask_product_small, look_up_word_small, GRAM_SMALL_TABLE_FLOATS)

/* One value of 2·VEC samples times one weight of each neuron. */
static inline __attribute__ ((always_inline)) void
product_rank_one (Vec sum[][2], const float *panel, const float *w, const int count)
{
  Vec x0 = *(const Vec *) panel, x1 = *(const Vec *) (panel + VEC);

  __builtin_prefetch (panel + PANEL_AHEAD * GRAM_TILE);
#pragma GCC unroll 16
  for (int r = 0; r < count; r++)
    {
      Vec weight = splat (w[r * GRAM_TILE]);

      sum[r][0] += x0 * weight;
      sum[r][1] += x1 * weight;
    }
}

/* 2·VEC samples by @count neurons in registers. @more: to what is in @out already */
static inline __attribute__ ((always_inline)) void
product_block (gint64 k, const float *panel, const gsize *offsets, const float *w, gint64 stride,
               gboolean more, float *out, const int count)
{
  Vec sum[NEURONS][2];

  for (int r = 0; r < count; r++)
    {
      sum[r][0] = more ? *(const Vec *) (out + r * GRAM_TILE) : splat (0);
      sum[r][1] = more ? *(const Vec *) (out + r * GRAM_TILE + VEC) : splat (0);
    }
  if (offsets != NULL)
    for (gint64 j = 0; j < k; j++, panel += GRAM_TILE)
      product_rank_one (sum, panel, w + offsets[j], count);
  else
    for (gint64 j0 = 0; j0 < k; j0 += GRAM_TILE, w += stride)
      {
        /* Strides of pages are beyond what a processor foresees by itself. */
        for (int line = 0; line < 2 * count; line++)
          __builtin_prefetch (w + stride + line * GRAM_TILE / 2);
        for (gint64 j = 0; j < MIN (k - j0, GRAM_TILE); j++, panel += GRAM_TILE)
          product_rank_one (sum, panel, w + j, count);
      }
  for (int r = 0; r < count; r++)
    {
      *(Vec *) (out + r * GRAM_TILE) = sum[r][0];
      *(Vec *) (out + r * GRAM_TILE + VEC) = sum[r][1];
    }
}

static inline __attribute__ ((always_inline)) void
product_any (gint64 k, const float *panel, const gsize *offsets, const float *w, gint64 stride,
             gboolean more, gint64 neurons, float *out)
{
  for (int half = 0; half < GRAM_TILE; half += 2 * VEC)
    {
      gint64 r = 0;

      for (; r + NEURONS <= neurons; r += NEURONS)
        product_block (k, panel + half, offsets, w + r * GRAM_TILE, stride, more,
                       out + r * GRAM_TILE + half, NEURONS);
      for (; r < neurons; r++)
        product_block (k, panel + half, offsets, w + r * GRAM_TILE, stride, more,
                       out + r * GRAM_TILE + half, 1);
    }
}

/* Part by part of the sum, so that the panel's lines wait in the second cache for all neurons. */
static void
product (gint64 k, const float *panel, const float *w, gint64 stride, gint64 neurons, float *out)
{
  gint64 first = 0;

  do
    {
      product_any (MIN (PRODUCT_PART, k - first), panel + first * GRAM_TILE, NULL,
                   w + first / GRAM_TILE * stride, stride, first > 0, neurons, out);
      first += PRODUCT_PART;
    }
  while (first < k);
}

static void
product_sparse (gint64 k, const float *panel, const gsize *offsets, const float *w, gint64 neurons,
                float *out)
{
  product_any (k, panel, offsets, w, 0, FALSE, neurons, out);
}

static inline guint32
sign_bits (Vec s)
{
#if VEC == 16 && defined(__AVX512F__)
  return _mm512_cmp_ps_mask ((__m512) s, _mm512_setzero_ps (), _CMP_GE_OQ);
#elif VEC == 8 && defined(__AVX2__)
  return (guint32) _mm256_movemask_ps (
      _mm256_cmp_ps ((__m256) s, _mm256_setzero_ps (), _CMP_GE_OQ));
#else
  guint32 word = 0;

  for (int i = 0; i < VEC; i++)
    word |= (guint32) (s[i] >= 0) << i;
  return word;
#endif
}

/* max (s, 0), and NaN for NaN: divergence must show. */
static inline Vec
positive_part (Vec s)
{
#if VEC == 16 && defined(__AVX512F__)
  return (Vec) _mm512_max_ps (_mm512_setzero_ps (), (__m512) s);
#elif VEC == 8 && defined(__AVX2__)
  return (Vec) _mm256_max_ps (_mm256_setzero_ps (), (__m256) s);
#else
  return (Vec) ((VecInt) s & ~(VecInt) (s <= 0));
#endif
}

/* float32 sums run over this many neurons before they are added up in float64. */
#define RUN 64

static inline void
add_wide (double *u, const Vec *sum)
{
  for (int v = 0; v < PARTS; v++)
    for (int i = 0; i < VEC; i++)
      u[v * VEC + i] += (double) sum[v][i];
}

/* Part v of row r of sums that lie in two planes. */
static inline const Vec *
half_row (const float *sums, gint64 plane, gint64 r, int v)
{
  return (const Vec *) (sums + v / HALVES * plane + r * GRAM_HALF + v % HALVES * VEC);
}

static void
move (gint64 neurons, const float *a, const float *sums, gint64 plane, const float *start,
      float *moved, float *weights)
{
  for (gint64 r = 0; r < neurons; r++)
    for (int v = 0; v < PARTS; v++)
      {
        gint64 at = r * GRAM_TILE + v * VEC;
        Vec d = *(Vec *) (moved + at) - splat (a[r]) * *half_row (sums, plane, r, v);

        *(Vec *) (moved + at) = d;
        *(Vec *) (weights + at) = *(const Vec *) (start + at) + d;
      }
}

static void
advance (gint64 neurons, const float *a, const float *sums, gint64 plane, const float *base,
         float *delta, guint32 *bits, double *u)
{
  for (gint64 first = 0; first < neurons; first += RUN)
    {
      Vec total[PARTS] = { 0 };

      for (gint64 r = first; r < MIN (first + RUN, neurons); r++)
        {
          Vec sign = splat (a[r]);
          guint32 word = 0;

          for (int v = 0; v < PARTS; v++)
            {
              gint64 at = r * GRAM_TILE + v * VEC;
              Vec d = *(Vec *) (delta + at) - sign * *half_row (sums, plane, r, v);
              Vec s = *(const Vec *) (base + at) + d;

              *(Vec *) (delta + at) = d;
              word |= sign_bits (s) << (v * VEC);
              total[v] += sign * positive_part (s);
            }
          bits[r] = word;
        }
      add_wide (u, total);
    }
}

#include "gram-cpu-kernels-lazy.h"
#include "gram-cpu-kernels-spectrum.h"

static void
activate (gint64 neurons, const float *a, const float *s, guint32 *bits, double *u)
{
  for (gint64 first = 0; first < neurons; first += RUN)
    {
      Vec total[PARTS] = { 0 };

      for (gint64 r = first; r < MIN (first + RUN, neurons); r++)
        {
          Vec sign = splat (a[r]);
          guint32 word = 0;

          for (int v = 0; v < PARTS; v++)
            {
              Vec value = *(const Vec *) (s + r * GRAM_TILE + v * VEC);

              word |= sign_bits (value) << (v * VEC);
              total[v] += sign * positive_part (value);
            }
          bits[r] = word;
        }
      add_wide (u, total);
    }
}

static void
coefficients (gint64 neurons, float scale, const float *a, const guint32 *bits, const float *spells,
              const float *total, float *out)
{
  for (gint64 r = 0; r < neurons; r++)
    for (int i = 0; i < GRAM_TILE; i++)
      {
        float on = (float) (bits[r] >> i & 1);

        out[r * GRAM_TILE + i] = scale * a[r] * (spells[r * GRAM_TILE + i] + on * total[i]);
      }
}

static void
dots (gint64 neurons, const float *x, const float *y, double *squares)
{
  for (gint64 r = 0; r < neurons; r++)
    {
      Vec sum = splat (0);

      for (int v = 0; v < PARTS; v++)
        sum += *(const Vec *) (x + r * GRAM_TILE + v * VEC)
               * *(const Vec *) (y + r * GRAM_TILE + v * VEC);
      for (int i = 0; i < VEC; i++)
        squares[r] += (double) sum[i];
    }
}

static gint64
matches (gint64 words, const guint64 *x, const guint64 *y)
{
  gint64 count = 0;

  for (gint64 i = 0; i < words; i++)
    count += __builtin_popcountll (x[i] & y[i]);
  return count;
}

const GramCpuKernels KERNELS = {
  .name = NAME,
  .mask_table = mask_table,
  .mask_table_small = mask_table_small,
  .mask_product = mask_product,
  .mask_product_small = mask_product_small,
  .product = product,
  .product_sparse = product_sparse,
  .move = move,
  .advance = advance,
  .activate = activate,
  .coefficients = coefficients,
  .dots = dots,
  .matches = matches,
  .overlap_row = overlap_row,
  .masked_sums = masked_sums,
  .count_row = count_row,
  .effects = effects,
  .margins = margins,
  .reached = reached,
  .arc_cosine = arc_cosine,
  .few_update = few_update,
  .few_gather = few_gather,
  .few_both = few_both,
  .householder = householder,
  .chase_sides = chase_sides,
  .chase_core = chase_core,
  .secular_sums = secular_sums,
  .gap_product = gap_product,
  .root_gaps = root_gaps,
  .pole_gaps = pole_gaps,
};
