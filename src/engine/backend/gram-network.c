/* gram-network.c: the initial network of Eq 1, the same on every backend
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-network.h"

#include "gram-philox.h"

/**
 * gram_network_count:
 *
 * Returns: how many of the m neurons live in the shard of @spec
 */
gint64
gram_network_count (const GramTrainerSpec *spec)
{
  return spec->shard.count > 0 ? spec->shard.count : spec->m;
}

/**
 * gram_network_neuron:
 * @r: number of a neuron in the shard of @spec
 *
 * Returns: its number in the whole network. Of antisymmetric pairs (r, r + m/2) a shard has first
 *   all of +1, then all of −1.
 */
gint64
gram_network_neuron (const GramTrainerSpec *spec, gint64 r)
{
  gint64 half = gram_network_count (spec) / 2, first = spec->shard.first;

  if (spec->init != GRAM_INIT_ANTISYMMETRIC)
    return first + r;
  return r < half ? first / 2 + r : spec->m / 2 + first / 2 + r - half;
}

/* The neuron whose draw this neuron carries: its own, or with antisymmetric pairs its twin's. */
static gint64
source_neuron (const GramTrainerSpec *spec, gint64 r)
{
  gint64 half = spec->m / 2;

  return spec->init == GRAM_INIT_ANTISYMMETRIC && r >= half ? r - half : r;
}

/**
 * gram_network_weights:
 * @spec: m, κ, initialisation, seed and shard are used, and train.d
 * @first: first neuron of the shard
 * @count: how many neurons
 * @W: (out caller-allocates): (d × @count), column-major, float32: w_r(0) in columns
 * @ldw: leading dimension of @W, at least d
 *
 * w_r(0) ~ N(0, κ²I) (Eq 1). Element j of neuron r is number r·d + j of its stream, so any slice
 * can be made alone. Antisymmetric pairs are (r, r + m/2) and share their weights.
 */
void
gram_network_weights (const GramTrainerSpec *spec, gint64 first, gint64 count, float *W, gint64 ldw)
{
  gint64 d = spec->train.d;

  for (gint64 r = 0; r < count; r++)
    gram_philox_normal_f32 (spec->seed, GRAM_STREAM_WEIGHTS, 0,
                            (guint64) source_neuron (spec, gram_network_neuron (spec, first + r))
                                * (guint64) d,
                            (gsize) d, (float) spec->kappa, W + r * ldw);
}

/**
 * gram_network_signs:
 * @spec: m, initialisation, seed and shard are used
 * @a: (out caller-allocates) (array): values ±1, one for each neuron of the shard
 *
 * a_r ~ unif{±1} (Eq 1); antisymmetric pairs have (+1, −1), so that u(0) = 0 exactly.
 */
void
gram_network_signs (const GramTrainerSpec *spec, float *a)
{
  for (gint64 r = 0; r < gram_network_count (spec); r++)
    {
      gint64 neuron = gram_network_neuron (spec, r);

      if (spec->init == GRAM_INIT_ANTISYMMETRIC)
        a[r] = neuron < spec->m / 2 ? 1.0f : -1.0f;
      else
        a[r] = (float) gram_philox_sign (spec->seed, GRAM_STREAM_SIGNS, 0, (guint64) neuron);
    }
}
