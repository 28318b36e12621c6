/* gram-cpu-lazy-cost.c: what steps cost with and without S, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-lazy.h"

/* Cycles, measured, of all threads together. Only their ratios count. */
#define MASK_CYCLES (1 / 67.0)  /* a multiply-add of the mask product */
#define PASS_CYCLES 4.0         /* an element of S brought up to date, */
#define MARGIN_CYCLES 3.0       /* and its margin */
#define NEAR_CYCLES 250.0       /* a pair that an epoch begins with */
#define ROW_CYCLES 2.0          /* in a step that waits: an element of K */
#define WATCH_CYCLES 45.0       /* a watched pair, */
#define WATCH_IMAGE_CYCLES 0.12 /* and more for each image */
#define REACH_CYCLES 30.0       /* a tile of images of a neuron with flips, */
#define EFFECT_CYCLES 6.0       /* and of a flip */
#define FLIP_CYCLES 300.0       /* a new flip, */
#define COUNT_CYCLES 0.5        /* and more for each image */
#define STEP_CYCLES 1e5         /* waking threads */
/* What an epoch must save to be worth it: estimates are not exact. */
#define WORTH 0.9

static double
product_cycles (const GramCpuTrainer *trainer)
{
  double n = (double) trainer->n_tiles * GRAM_TILE, m = (double) trainer->neurons;

  return n * n * m * MASK_CYCLES + n * m * PASS_CYCLES;
}

/* Of an epoch with @watched pairs when it begins, the product that ends it included */
double
gram_cpu_lazy_fixed_cycles (const GramCpuTrainer *trainer, double watched)
{
  double n = (double) trainer->n_tiles * GRAM_TILE, m = (double) trainer->neurons;

  return product_cycles (trainer) + n * m * MARGIN_CYCLES + watched * NEAR_CYCLES;
}

/* Of a step that waits: what grows in an epoch. @flips so far in @neurons that have to be looked
 * at, and @fresh new ones */
static double
growing_cycles (const GramCpuTrainer *trainer, double watched, double neurons, double flips,
                double fresh)
{
  double n = (double) trainer->n_tiles * GRAM_TILE, tiles = (double) trainer->n_tiles;

  return watched * (WATCH_CYCLES + WATCH_IMAGE_CYCLES * n)
         + tiles * (neurons * REACH_CYCLES + flips * EFFECT_CYCLES)
         + fresh * (FLIP_CYCLES + COUNT_CYCLES * n);
}

static double
steady_cycles (const GramCpuTrainer *trainer)
{
  double n = (double) trainer->n_tiles * GRAM_TILE;

  return n * n * ROW_CYCLES + STEP_CYCLES;
}

/* Whether steps of an epoch of @length that watches so many pairs and has so many flips a step
 * are cheaper than ordinary ones */
gboolean
gram_cpu_lazy_is_worth (const GramCpuTrainer *trainer, double length, double watched, double flips)
{
  double seen = flips * length / 2, neurons = MIN (seen, (double) trainer->neurons);
  double each = steady_cycles (trainer) + growing_cycles (trainer, watched, neurons, seen, flips)
                + gram_cpu_lazy_fixed_cycles (trainer, watched) / length;

  return each * length / (length + 1) < WORTH * product_cycles (trainer);
}

/**
 * gram_cpu_lazy_goes_on:
 *
 * Whether another step without S is cheaper than the mean step of an epoch that ends now.
 */
gboolean
gram_cpu_lazy_goes_on (const GramCpuTrainer *trainer, const GramCpuLazy *lazy)
{
  double fixed = gram_cpu_lazy_fixed_cycles (trainer, (double) lazy->near_first);

  return lazy->length <= lazy->planned
         && lazy->latest <= (fixed + lazy->spent) / (double) lazy->length;
}

/**
 * gram_cpu_lazy_spend:
 * @fresh: flips of this step
 *
 * Counts a step without S.
 */
void
gram_cpu_lazy_spend (const GramCpuTrainer *trainer, GramCpuLazy *lazy, guint fresh)
{
  lazy->latest = growing_cycles (trainer, (double) lazy->watched, (double) lazy->seen,
                                 (double) lazy->seen_flips, fresh);
  lazy->spent += lazy->latest;
}
