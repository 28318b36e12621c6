/* gram-cpu-kernels-lazy.h: the inner loops of steps that do not touch S
 *
 * SPDX-License-Identifier: MIT
 *
 * Part of gram-cpu-kernels-body.h. Rows are padded to multiples of 32 values, patterns of a neuron
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
  double sum = 0;

  for (int i = 0; i < VEC; i++)
    sum += (double) x[i];
  return sum;
}

static inline Vec
magnitude (Vec x)
{
  return (Vec) ((VecInt) x & 0x7fffffff);
}

static void
overlap_row (gint64 n, const float *k, const gint32 *counts, const float *r, float own,
             const float *d, float *z, double sums[3])
{
  Vec product = splat (0), all = splat (0), net = splat (0), mine = splat (own);

  for (gint64 j = 0; j < n; j += VEC)
    {
      Vec row = *(const Vec *) (k + j), off = row * *(const Vec *) (d + j);
      Vec weighted = row * __builtin_convertvector(*(const VecInt *) (counts + j), Vec);

      product += weighted * *(const Vec *) (r + j);
      *(Vec *) (z + j) += weighted * mine;
      all += magnitude (off);
      net += off;
    }
  sums[0] = add_lanes (product);
  sums[1] = add_lanes (all);
  sums[2] = add_lanes (net);
}

static double
masked_dot (gint64 words, const guint32 *bits, const float *x, const float *y)
{
  Vec sum[PARTS] = { 0 };
  double total = 0;

  for (gint64 w = 0; w < words; w++)
    for (int v = 0; v < PARTS; v++)
      {
        gint64 at = w * GRAM_TILE + v * VEC;
        Vec product = *(const Vec *) (x + at) * *(const Vec *) (y + at);

        sum[v] += (Vec) ((VecInt) product & expand (bits[w], v * VEC));
      }
  for (int v = 0; v < PARTS; v++)
    total += add_lanes (sum[v]);
  return total;
}

static void
count_row (gint64 words, const guint32 *bits, gint32 step, gint32 *counts)
{
  for (gint64 w = 0; w < words; w++)
    for (int v = 0; v < PARTS; v++)
      *(VecInt *) (counts + w * GRAM_TILE + v * VEC) +=
          expand (bits[w], v * VEC) & (step - (VecInt){ 0 });
}

static void
near_zero (gint64 neurons, const float *a, const float *sums, gint64 plane, const float *base,
           const float *delta, float tau, const float *allowance, guint32 *near)
{
  for (gint64 r = 0; r < neurons; r++)
    {
      guint32 word = 0;

      for (int v = 0; v < PARTS; v++)
        {
          gint64 at = r * GRAM_TILE + v * VEC;
          Vec s = *(const Vec *) (base + at) + *(const Vec *) (delta + at);
          Vec sign = (Vec) ((VecInt) s & (gint32) 0x80000000);
          /* towards zero by at most this; NaN stays NaN and is near */
          Vec move = splat (a[r] * tau) * *half_row (sums, plane, r, v);
          Vec toward = positive_part ((Vec) ((VecInt) move ^ (VecInt) sign));

          word |= sign_bits (*(const Vec *) (allowance + v * VEC) + toward - magnitude (s))
                  << (v * VEC);
        }
      near[r] = word;
    }
}
