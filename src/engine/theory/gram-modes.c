/* gram-modes.c: Section 4.1, the residual seen along the eigenvectors of H∞
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 14: ξ_i(k) = (1 − ηλ_i)^{2k}·p_i² (Section 4), and the measured v_iᵀ(y − u(k)) beside it.
 */
#include "gram-modes.h"

#include <math.h>

#include "gram-decay.h"

/**
 * gram_modes_predict:
 * @lambda: (array length=n): eigenvalues
 * @projection: (array length=n): p_i = v_iᵀy
 * @energy: (out caller-allocates) (array length=n): ξ_i(k)
 */
void
gram_modes_predict (gint64 n, const double *lambda, const double *projection, double eta, double k,
                    double *energy)
{
  for (gint64 i = 0; i < n; i++)
    {
      double amplitude =
          projection[i] != 0 ? projection[i] * gram_decay_magnitude (eta * lambda[i], k) : 0;

      energy[i] = amplitude * amplitude;
    }
}

/**
 * gram_modes_measure:
 * @projection: (array length=n): p_i = v_iᵀy
 * @u: (array length=n): v_iᵀu, the predictions along the same eigenvectors
 * @mode: (out caller-allocates) (array length=n): v_iᵀ(y − u), whose square compares with ξ_i
 */
void
gram_modes_measure (gint64 n, const double *projection, const double *u, double *mode)
{
  for (gint64 i = 0; i < n; i++)
    mode[i] = projection[i] - u[i];
}

/**
 * gram_modes_difference:
 * @projection: (array length=n): p_i = v_iᵀy
 * @mode: (array length=n): v_iᵀ(y − u(k)), of gram_modes_measure()
 *
 * Returns: ‖(y − u(k)) − (I − ηH∞)ᵏy‖, by how much the net is off Eq 8 as a vector; Theorem 4.1
 *   bounds it
 */
double
gram_modes_difference (gint64 n, const double *lambda, const double *projection, double eta,
                       gint64 k, const double *mode)
{
  double sum = 0;

  for (gint64 i = 0; i < n; i++)
    {
      double off =
          mode[i] - (projection[i] != 0 ? projection[i] * gram_decay (eta * lambda[i], k) : 0);

      sum += off * off;
    }
  return sqrt (sum);
}

/**
 * gram_modes_bands:
 * @bands: how many are wanted
 * @first: (out caller-allocates) (array length=bands+1): band b holds the modes first[b] …
 *   first[b + 1] − 1, counted from 0
 *
 * Bands that widen geometrically, 1, 2, 4, … modes and so on: single modes of a thousand are a
 * cloud, bands are curves.
 *
 * Returns: how many bands there are, at most @bands and at most @n
 */
guint
gram_modes_bands (gint64 n, guint bands, gint64 *first)
{
  guint count = 0;
  double ratio = pow ((double) n, 1.0 / MAX (bands, 1));
  double edge = 1;

  first[0] = 0;
  while (first[count] < n && count < bands)
    {
      edge *= ratio;
      first[count + 1] = count + 1 == bands ? n : MIN (n, MAX (first[count] + 1, (gint64) edge));
      count++;
    }
  return count;
}

/**
 * gram_modes_band_norm:
 *
 * Returns: √Σ energy over @first … @end − 1
 */
double
gram_modes_band_norm (const double *energy, gint64 first, gint64 end)
{
  double sum = 0;

  for (gint64 i = first; i < end; i++)
    sum += energy[i];
  return sqrt (sum);
}

/**
 * gram_modes_running_rms:
 * @projection: (array length=n): pᵢ = v_iᵀy
 * @rms: (out caller-allocates) (array length=n): √(mean of pⱼ²) over i − ⌊i/4⌋ ≤ j ≤ i + ⌊i/4⌋, and
 *   j ≤ n, where i counts from 1
 *
 * The height of a cloud of projections: a window of a fixed share of the index, so that it is as
 * wide on a logarithmic axis everywhere. The squares are added up from the last one on, where they
 * are small, since a difference of sums from the front would know nothing of them.
 */
void
gram_modes_running_rms (const double *projection, gint64 n, double *rms)
{
  g_autofree double *tail = g_new (double, (gsize) n + 1);

  tail[n] = 0;
  for (gint64 i = n; i-- > 0;)
    tail[i] = tail[i + 1] + projection[i] * projection[i];
  for (gint64 i = 1; i <= n; i++)
    {
      gint64 half = i / 4, first = i - half - 1, end = MIN (n, i + half);

      rms[i - 1] = sqrt ((tail[first] - tail[end]) / (double) (end - first));
    }
}

/**
 * gram_modes_cumulative_share:
 * @norm: ‖y‖
 * @share: (out caller-allocates) (array length=n): Σ_{j ≤ i} pⱼ²/‖y‖²
 */
void
gram_modes_cumulative_share (const double *projection, gint64 n, double norm, double *share)
{
  double sum = 0;

  for (gint64 i = 0; i < n; i++)
    {
      sum += (projection[i] / norm) * (projection[i] / norm);
      share[i] = sum;
    }
}
