/* gram-cpu-kernels-lazy.h: the inner loops of steps that do not touch S
 *
 * SPDX-License-Identifier: MIT
 *
 * Part of gram-cpu-kernels-body.c. Rows are padded to multiples of 32 values, patterns of a neuron
 * to whole words.
 */

static inline VecInt
lanes (int first)
{
  VecInt bit;

  for (int i = 0; i < VEC; i++)
    bit[i] = (gint32) (1u << (first + i));
  return bit;
}

/* All ones where @word has the bits @first … @first + VEC − 1 set. */
static inline VecInt
expand (guint32 word, int first)
{
  return (((gint32) word - (VecInt){ 0 }) & lanes (first)) != 0;
}

static inline double
add_lanes (Vec x)
{
#if VEC == 16 && defined(__AVX512DQ__)
  return _mm512_reduce_add_pd (
      _mm512_add_pd (_mm512_cvtps_pd (_mm512_castps512_ps256 ((__m512) x)),
                     _mm512_cvtps_pd (_mm512_extractf32x8_ps ((__m512) x, 1))));
#else
  double sum[4] = { 0 };

  for (int i = 0; i < VEC; i++)
    sum[i % 4] += (double) x[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
#endif
}

static inline Vec
magnitude (Vec x)
{
  return (Vec) ((VecInt) x & 0x7fffffff);
}

static void
overlap_row (gint64 n, const float *k, const gint32 *counts, const float *r, float own,
             const float *d, float *terms, float *z, double sums[3])
{
  Vec product = splat (0), all = splat (0), net = splat (0), mine = splat (own);

  for (gint64 j = 0; j < n; j += VEC)
    {
      Vec row = *(const Vec *) (k + j), off = row * *(const Vec *) (d + j);
      Vec term = row * *(const Vec *) (r + j);
      Vec count = __builtin_convertvector(*(const VecInt *) (counts + j), Vec);

      *(Vec *) (terms + j) = term;
      product += term * count;
      *(Vec *) (z + j) += row * count * mine;
      all += magnitude (off);
      net += off;
    }
  sums[0] = add_lanes (product);
  sums[1] = add_lanes (all);
  sums[2] = add_lanes (net);
}

/* sum + x where part @v of the word at @bits is set */
static inline Vec
add_masked (Vec sum, Vec x, const guint32 *bits, int v)
{
#if VEC == 16 && defined(__AVX512F__)
  guint16 part;

  memcpy (&part, (const char *) bits + 2 * v, sizeof part);
  return (Vec) _mm512_mask_add_ps ((__m512) sum, part, (__m512) sum, (__m512) x);
#else
  return sum + (Vec) ((VecInt) x & expand (*bits, v * VEC));
#endif
}

static void
masked_sums (gint64 words, const guint32 *const bits[GRAM_CPU_AT_ONCE], const float *x,
             double sums[GRAM_CPU_AT_ONCE])
{
  const guint32 *rows[GRAM_CPU_AT_ONCE];
  Vec sum[GRAM_CPU_AT_ONCE][2] = { 0 };

  for (int i = 0; i < GRAM_CPU_AT_ONCE; i++)
    rows[i] = bits[i];
  for (gint64 w = 0; w < words; w++, x += GRAM_TILE)
    for (int v = 0; v < PARTS; v++)
#pragma GCC unroll 4
      for (int i = 0; i < GRAM_CPU_AT_ONCE; i++)
        sum[i][v % 2] = add_masked (sum[i][v % 2], *(const Vec *) (x + v * VEC), rows[i] + w, v);
  for (int i = 0; i < GRAM_CPU_AT_ONCE; i++)
    sums[i] = add_lanes (sum[i][0] + sum[i][1]);
}

static void
count_row (gint64 words, const guint32 *bits, gint32 step, gint32 *counts)
{
  for (gint64 w = 0; w < words; w++)
    for (int v = 0; v < PARTS; v++)
      {
        VecInt *out = (VecInt *) (counts + w * GRAM_TILE + v * VEC);

#if VEC == 16 && defined(__AVX512F__)
        *out = (VecInt) _mm512_mask_add_epi32 ((__m512i) *out, (__mmask16) (bits[w] >> (v * VEC)),
                                               (__m512i) *out, _mm512_set1_epi32 (step));
#else
        *out += expand (bits[w], v * VEC) & (step - (VecInt){ 0 });
#endif
      }
}

static inline void
add_effects (gint64 count, const GramCpuEffect *effects, const float *panel, gint64 plane,
             Vec sum[PARTS])
{
  for (gint64 e = 0; e < count; e++)
    {
      const float *row = panel + (gint64) effects[e].sample * GRAM_HALF;
      Vec weight = splat (effects[e].weight);

      for (int v = 0; v < PARTS; v++)
        sum[v] += weight * *(const Vec *) (row + v / HALVES * plane + v % HALVES * VEC);
    }
}

static void
effects (gint64 neurons, const gint32 *start, const GramCpuEffect *effects, const float *panel,
         gint64 plane, float *sums, gint64 sums_plane)
{
  for (gint64 r = 0; r < neurons; r++)
    {
      Vec sum[PARTS] = { 0 };

      if (start[r] == start[r + 1])
        continue;
      add_effects (start[r + 1] - start[r], effects + start[r], panel, plane, sum);
      for (int v = 0; v < PARTS; v++)
        *(Vec *) (sums + v / HALVES * sums_plane + r * GRAM_HALF + v % HALVES * VEC) -= sum[v];
    }
}

/* Rounds down to 0 … 255. */
static inline void
put_bytes (Vec x, guint8 *out)
{
  VecInt whole = __builtin_convertvector(positive_part (x), VecInt);

#if VEC == 16 && defined(__AVX512F__)
  _mm_storeu_si128 ((__m128i *) out, _mm512_cvtusepi32_epi8 ((__m512i) whole));
#else
  for (int i = 0; i < VEC; i++)
    out[i] = (guint8) MIN (whole[i], 255);
#endif
}

static inline Vec
get_bytes (const guint8 *in)
{
#if VEC == 16 && defined(__AVX512F__)
  return (Vec) _mm512_cvtepi32_ps (_mm512_cvtepu8_epi32 (_mm_loadu_si128 ((const __m128i *) in)));
#else
  Vec x = splat (0);

  for (int i = 0; i < VEC; i++)
    x[i] = in[i];
  return x;
#endif
}

static void
margins (gint64 neurons, const float *a, const float *sums, gint64 plane, const float *base,
         const float *delta, float tau, const float *allowance, float scale, guint32 *near,
         guint8 *margin)
{
  Vec most = splat (256);

  for (gint64 r = 0; r < neurons; r++)
    {
      guint32 word = 0;

      for (int v = 0; v < PARTS; v++)
        {
          gint64 at = r * GRAM_TILE + v * VEC;
          Vec s = *(const Vec *) (base + at) + *(const Vec *) (delta + at);
          Vec sign = (Vec) ((VecInt) s & (gint32) 0x80000000);
          /* towards zero by at most this; NaN stays NaN and is near to nothing */
          Vec move = splat (a[r] * tau) * *half_row (sums, plane, r, v);
          Vec toward = positive_part ((Vec) ((VecInt) move ^ (VecInt) sign));
          Vec left = magnitude (s) - toward - *(const Vec *) (allowance + v * VEC), units;

          word |= sign_bits (-left) << (v * VEC);
          units = left * splat (scale);
          put_bytes ((Vec) (((VecInt) units & (VecInt) (units < most))
                            | ((VecInt) most & ~(VecInt) (units < most))),
                     margin + at);
        }
      near[r] = word;
    }
}

static void
reached (gint64 neurons, const gint32 *start, const GramCpuEffect *effects, const float *panel,
         gint64 plane, const float *a, float scale, float least, const guint32 *bits,
         const guint8 *margin, guint32 *out)
{
  for (gint64 r = 0; r < neurons; r++)
    {
      Vec sum[PARTS] = { 0 };

      out[r] = 0;
      if (start[r] == start[r + 1])
        continue;
      add_effects (start[r + 1] - start[r], effects + start[r], panel, plane, sum);
      for (int v = 0; v < PARTS; v++)
        {
          /* where the pattern is on, s sinks by a·effect */
          Vec move = splat (a[r] * scale) * sum[v];
          VecInt off = ~expand (bits[r], v * VEC) & (gint32) 0x80000000;
          Vec toward = (Vec) ((VecInt) move ^ off);

          out[r] |=
              sign_bits (toward - splat (least) - get_bytes (margin + r * GRAM_TILE + v * VEC))
              << (v * VEC);
        }
    }
}
