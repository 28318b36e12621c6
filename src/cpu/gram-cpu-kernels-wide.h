/* gram-cpu-kernels-wide.h: the inner loops in float64: the arc-cosine kernel and products with few
 * vectors
 *
 * SPDX-License-Identifier: MIT
 *
 * A part of gram-cpu-kernels-body.c, compiled with it once per instruction set; VEC is its.
 */
#pragma once

#include <math.h>
#include <string.h>

typedef double VecWide __attribute__ ((vector_size (VEC * 4), aligned (8), may_alias));
typedef gint64 VecWideInt __attribute__ ((vector_size (VEC * 4), aligned (8), may_alias));

/* arcsin s = s + s·z·P(z), z = s² ≤ 1/4: minimax by Chebyshev interpolation, relative error of
 * arcsin below 1e-17. */
static const double arcsine[] = {
  0x1.5555555555556p-3, 0x1.3333333332ecap-4, 0x1.6db6db6e31f13p-5, 0x1.f1c71c1db0623p-6,
  0x1.6e8bb1c8209a2p-6, 0x1.1c4d35cf95421p-6, 0x1.c9cf07674736ap-7, 0x1.782651caa6547p-7,
  0x1.52420b04b37bep-7, 0x1.65a9c4dfcf8b2p-8, 0x1.1d189408314eep-6, -0x1.e6aaa8a0a04ccp-7,
  0x1.d72b2bc8155f8p-6,
};

static inline VecWide
choose (VecWideInt mask, VecWide yes, VecWide no)
{
  return (VecWide) (((VecWideInt) yes & mask) | ((VecWideInt) no & ~mask));
}

static inline VecWide
wide (double x)
{
  return x - (VecWide){ 0 };
}

static inline VecWide
square_root (VecWide x)
{
#if VEC == 16 && defined(__AVX512F__)
  return (VecWide) _mm512_sqrt_pd ((__m512d) x);
#elif VEC == 8 && defined(__AVX2__)
  return (VecWide) _mm256_sqrt_pd ((__m256d) x);
#else
  for (int i = 0; i < VEC / 2; i++)
    x[i] = sqrt (x[i]);
  return x;
#endif
}

/* With t = |k|: arccos(t) = 2·arcsin √((1−t)/2) for t > ½ and π/2 − arcsin t below; then
 * π − arccos(k) = π − arccos t for k ≥ 0 and arccos t for k < 0, without cancellation near −1. */
static inline VecWide
arc_cosine_vector (VecWide k)
{
  const double half_pi_low = 6.123233995736766e-17;
  VecWide t, z, s, p, arc, angle;
  VecWideInt large, negative;

  k = choose (k > wide (1), wide (1), k);
  k = choose (k < wide (-1), wide (-1), k);
  negative = k < wide (0);
  t = choose (negative, -k, k);
  large = t > wide (0.5);
  z = choose (large, (wide (1) - t) * wide (0.5), t * t);
  s = choose (large, square_root (z), t);
  p = wide (arcsine[12]);
  for (int i = 11; i >= 0; i--)
    p = p * z + wide (arcsine[i]);
  arc = s + s * (z * p);
  /* arccos t when t is large is 2·arc, else π/2 − arc */
  angle = choose (large, arc + arc, wide (G_PI_2) - (arc - wide (half_pi_low)));
  p = choose (large, wide (G_PI) - (angle - wide (2 * half_pi_low)),
              wide (G_PI_2) + (arc + wide (half_pi_low)));
  return k * (choose (negative, angle, p) * wide (1 / (2 * G_PI)));
}

static void
arc_cosine (gint64 count, double *k)
{
  gint64 i = 0;

  for (; i + VEC / 2 <= count; i += VEC / 2)
    *(VecWide *) (k + i) = arc_cosine_vector (*(const VecWide *) (k + i));
  if (i < count)
    {
      VecWide rest = { 0 };

      memcpy (&rest, k + i, (gsize) (count - i) * sizeof (double));
      rest = arc_cosine_vector (rest);
      memcpy (k + i, &rest, (gsize) (count - i) * sizeof (double));
    }
}

typedef double Quad __attribute__ ((vector_size (32), aligned (8), may_alias));

static void
few_update (gint64 rows, const double *A, gint64 lda, const double *x, double *y)
{
  const double *b = A + lda, *c = b + lda, *d = c + lda;
  const Quad *in = (const Quad *) x;
  Quad x0 = in[0], x1 = in[1], x2 = in[2], x3 = in[3];

  for (gint64 i = 0; i < rows; i++)
    ((Quad *) y)[i] += (A[i] * x0 + b[i] * x1) + (c[i] * x2 + d[i] * x3);
}

static void
few_gather (gint64 rows, const double *A, gint64 lda, const double *v, double *sums)
{
  const double *b = A + lda, *c = b + lda, *d = c + lda;
  Quad s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 };

  for (gint64 i = 0; i < rows; i++)
    {
      Quad row = ((const Quad *) v)[i];

      s0 += A[i] * row;
      s1 += b[i] * row;
      s2 += c[i] * row;
      s3 += d[i] * row;
    }
  ((Quad *) sums)[0] += s0;
  ((Quad *) sums)[1] += s1;
  ((Quad *) sums)[2] += s2;
  ((Quad *) sums)[3] += s3;
}

static void
few_both (gint64 rows, const double *A, gint64 lda, const double *x, double *sums, const double *v,
          double *y)
{
  const double *b = A + lda, *c = b + lda, *d = c + lda;
  const Quad *in = (const Quad *) x;
  Quad x0 = in[0], x1 = in[1], x2 = in[2], x3 = in[3];
  Quad s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 };

  for (gint64 i = 0; i < rows; i++)
    {
      Quad row = ((const Quad *) v)[i];

      ((Quad *) y)[i] += (A[i] * x0 + b[i] * x1) + (c[i] * x2 + d[i] * x3);
      s0 += A[i] * row;
      s1 += b[i] * row;
      s2 += c[i] * row;
      s3 += d[i] * row;
    }
  ((Quad *) sums)[0] += s0;
  ((Quad *) sums)[1] += s1;
  ((Quad *) sums)[2] += s2;
  ((Quad *) sums)[3] += s3;
}
