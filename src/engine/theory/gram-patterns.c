/* gram-patterns.c: which neurons are on for which sample, and how that changes
 *
 * SPDX-License-Identifier: MIT
 *
 * Numbers 17 and 18. Z(k) has m·d·n numbers and is never formed: its columns are those of X, on or
 * off, so all that is asked of it is told by the bits.
 */
#include "gram-patterns.h"

#include <math.h>

#include "gram-size.h"

static guint
population (guint64 word)
{
  return (guint) __builtin_popcountll (word);
}

/**
 * gram_patterns_flips:
 *
 * Returns: how many of the n·m bits differ
 */
gint64
gram_patterns_flips (gint64 n, gint64 m, const guint8 *before, const guint8 *after)
{
  gint64 bytes = (n + 7) / 8, flips = 0;
  guint8 last = n % 8 != 0 ? (guint8) ((1u << (n % 8)) - 1) : 0xff;

  for (gint64 r = 0; r < m; r++)
    for (gint64 b = 0; b < bytes; b++)
      {
        guint8 differ = before[r * bytes + b] ^ after[r * bytes + b];

        flips += population (b == bytes - 1 ? differ & last : differ);
      }
  return flips;
}

/**
 * gram_patterns_flips_by_sample:
 * @flips: (out caller-allocates) (array length=n): neurons that flipped for each sample
 */
void
gram_patterns_flips_by_sample (gint64 n, gint64 m, const guint8 *before, const guint8 *after,
                               gint64 *flips)
{
  gint64 bytes = (n + 7) / 8;

  for (gint64 i = 0; i < n; i++)
    flips[i] = 0;
  for (gint64 r = 0; r < m; r++)
    for (gint64 i = 0; i < n; i++)
      flips[i] += ((before[r * bytes + i / 8] ^ after[r * bytes + i / 8]) >> (i % 8)) & 1;
}

/* Bits by sample instead of by neuron: n rows of @words words. */
static guint64 *
transpose (gint64 n, gint64 m, const guint8 *bits, gint64 words, GError **error)
{
  gint64 bytes = (n + 7) / 8;
  guint64 *rows = gram_try_alloc (sizeof (guint64), words, n, "activation patterns", error);

  for (gint64 r = 0; r < m && rows != NULL; r++)
    for (gint64 i = 0; i < n; i++)
      if ((bits[r * bytes + i / 8] >> (i % 8)) & 1)
        rows[i * words + r / 64] |= G_GUINT64_CONSTANT (1) << (r % 64);
  return rows;
}

/**
 * gram_patterns_gram:
 * @bits: the pattern of W(k)
 * @K: (n × n): XᵀX
 * @H: (out caller-allocates): (n × n)
 *
 * Number 18: H(k)_ij = (K_ij/m)·Σ_r 1_{r,i}1_{r,j}, by counting bits.
 */
gboolean
gram_patterns_gram (gint64 n, gint64 m, const guint8 *bits, const double *K, gint64 ldk, double *H,
                    gint64 ldh, GError **error)
{
  gint64 words = (m + 63) / 64;
  guint64 *rows = transpose (n, m, bits, words, error);

  if (rows == NULL)
    return FALSE;
  for (gint64 j = 0; j < n; j++)
    for (gint64 i = 0; i <= j; i++)
      {
        gint64 both = 0;

        for (gint64 w = 0; w < words; w++)
          both += population (rows[i * words + w] & rows[j * words + w]);
        H[j * ldh + i] = H[i * ldh + j] = K[j * ldk + i] * ((double) both / (double) m);
      }
  gram_free (rows);
  return TRUE;
}

/**
 * gram_patterns_distance:
 *
 * Returns: ‖A − B‖_F of two n × n matrices: H(k) and H(0), or H(0) and H∞
 */
double
gram_patterns_distance (gint64 n, const double *A, gint64 lda, const double *B, gint64 ldb)
{
  double sum = 0;

  for (gint64 j = 0; j < n; j++)
    {
      double column = 0;

      for (gint64 i = 0; i < n; i++)
        {
          double difference = A[j * lda + i] - B[j * ldb + i];

          column += difference * difference;
        }
      sum += column;
    }
  return sqrt (sum);
}

/**
 * gram_patterns_features_distance:
 * @flipped: fraction of the n·m bits that differ from step 0
 *
 * Returns: ‖Z(k) − Z(0)‖_F = √(flips/m) = √(n·@flipped), exact for unit columns of X: a bit that
 * flips adds or takes away a_r·x_i/√m (proof of Lemma C.2)
 */
double
gram_patterns_features_distance (gint64 n, double flipped)
{
  return sqrt ((double) n * flipped);
}

/**
 * gram_patterns_gram_bound:
 *
 * Returns: n³/(√m·λ₀·κ·δ^{3/2}), above ‖H(k) − H(0)‖_F up to a constant that Lemma C.2 hides
 */
double
gram_patterns_gram_bound (gint64 n, gint64 m, double lambda_min, double kappa, double delta)
{
  return pow ((double) n, 3) / (sqrt ((double) m) * lambda_min * kappa * pow (delta, 1.5));
}

/**
 * gram_patterns_features_bound:
 *
 * Returns: n/√(m^{1/2}·λ₀·κ·δ^{3/2}), above ‖Z(k) − Z(0)‖_F up to a constant that Lemma C.2 hides
 */
double
gram_patterns_features_bound (gint64 n, gint64 m, double lambda_min, double kappa, double delta)
{
  return (double) n / sqrt (sqrt ((double) m) * lambda_min * kappa * pow (delta, 1.5));
}

/**
 * gram_patterns_initial_bound:
 *
 * Returns: n·√(log(2n²/δ)/(2m)), above ‖H(0) − H∞‖_F with probability 1 − δ. Explicit: the log(2/δ)
 * in the statement of Lemma C.3 is a slip, its proof needs the union over n² entries.
 */
double
gram_patterns_initial_bound (gint64 n, gint64 m, double delta)
{
  double samples = (double) n;

  return samples * sqrt (log (2 * samples * samples / delta) / (2 * (double) m));
}
