/* gram-cpu-trainer.h: gradient descent in tiles
 *
 * SPDX-License-Identifier: MIT
 *
 * n, d and m are padded: samples to tiles of 32 (zero images, residual 0), pixels to tiles of 32
 * (zero weights), neurons to multiples of 16 (w = 0, a = 0). A tile array of R rows by m neurons
 * is [R/32][m][32]; a panel of P by R is [R/32][P][32], a half panel [R/16][P][16].
 *
 * Training images and pixels have an order of their own inside: similar images share a tile and
 * pixels that are set together are neighbours, so that the sparse formulation finds much to skip.
 */
#pragma once

#include <math.h>

#include "gram-cpu-device.h"

G_BEGIN_DECLS

/* Neurons of a task, a multiple of GRAM_SHARD_UNIT: what each unit adds to √m·u is rounded to a
 * multiple of GRAIN, so that sums of units are exact below 2¹⁷ and do not depend on their order, on
 * the number of threads, blocks and shards. */
#define GRAM_CPU_BLOCK 2688
#define GRAM_CPU_GRAIN 0x1p-36
#define GRAM_CPU_SMALL 256 /* neurons up to which small tables pay */
#define GRAM_CPU_CHUNK 96  /* of the forward product: their weights stay in the second cache */

typedef struct _GramCpuLazy GramCpuLazy;

typedef struct
{
  /* weight space */
  float *moved;   /* tiles (d × m) W(k) − W(0): kept apart, so that small steps are not rounded
                     away beside large weights */
  float *weights; /* tiles (d × m) W(k) */
  /* sample space */
  float *delta;  /* tiles (n × m) S(k) − S(0) */
  float *spells; /* tiles (n × m) residuals summed over the spells of activity that have ended */
  double *total; /* (n) Σ_{t<k} r(t) */
  guint32 *next; /* patterns being made */
  GramCpuLazy *lazy; /* (nullable) steps that do not touch S */
  /* both */
  guint32 *bits; /* [n/32][m] 1{w_rᵀx_i ≥ 0} */
  double *own;   /* (n) √m times what the neurons here add to u */
  double *u;     /* (n) */
  double *r;     /* (n) u − y */
  float *rates;  /* (n) η/√m·r */
  double residual;
} GramCpuSet;

typedef struct
{
  GramCpuDevice *device;
  GramTrainerSpec spec; /* without its pointers */
  GramTrainerPlan plan;
  gint64 step;
  gboolean torn;          /* a step broke off: what is here belongs to no k */
  gint64 n, n_test, d, m; /* m: the neurons here */
  gint64 n_tiles, test_tiles, d_used, d_tiles, neurons; /* padded: 32·tiles, neurons */
  gint64 blocks, block_size, chunks;
  gint64 *order;       /* (n) which of the caller's images lies here */
  gint64 *used;        /* (d_used) which of the caller's pixels lies here */
  float *a;            /* (neurons) */
  double *Y;           /* (32·n_tiles × n_sets) */
  float *images;       /* panel (d_used × n): for XᵀW; sparse: of the pixels set in each tile */
  float *pixels;       /* half panel (n × d): for gradients and W(k) */
  gint64 *image_start; /* (n_tiles + 1) sparse: first row of a tile in images and offsets */
  gsize *offsets;      /* sparse: where w_r[j] lies for each row of images */
  gint64 *block_start; /* (2·d_tiles + 1) first of a half tile of pixels in block_tiles */
  gint32 *block_tiles; /* tiles of images that have one of 16 pixels set */
  float *tests;        /* panel (d_used × n_test) */
  float *weights;      /* tiles (d × m) W(0); weight space */
  float *kernel;       /* half panel (n × n) K; sample space */
  float *gram;         /* (nullable) (n × n) K, row after row; lazy */
  float gram_max;      /* max |K_ij| */
  float *cross;        /* panel (n × n_test) XᵀX_test; sample space */
  float *start;        /* tiles (n × m) S(0); sample space */
  float *test_start;   /* tiles (n_test × m); sample space */
  guint32 *bits;       /* [n/32][neurons] at k = 0 */
  double *parts;       /* partial sums of u */
  double *sums;        /* (nullable) (n × n_sets) of a shard, in the caller's order of images */
  float *scratch;      /* threads × scratch_size */
  gint64 scratch_size;
  GramCpuSet *sets;
} GramCpuTrainer;

static inline float *
gram_cpu_scratch (GramCpuTrainer *trainer, guint worker)
{
  return trainer->scratch + worker * trainer->scratch_size;
}

/* Twins cancel, but their float32 sums are grouped differently: u(0) = 0 is set, not summed. */
static inline gboolean
gram_cpu_starts_at_zero (const GramCpuTrainer *trainer)
{
  return trainer->step == 0 && trainer->spec.init == GRAM_INIT_ANTISYMMETRIC;
}

/* Whether pixels that are zero in a whole tile are skipped. */
static inline gboolean
gram_cpu_is_sparse (const GramCpuTrainer *trainer)
{
  return trainer->plan.formulation == GRAM_FORMULATION_SPARSE;
}

/* Whether the net is S = XᵀW. */
static inline gboolean
gram_cpu_in_samples (const GramCpuTrainer *trainer)
{
  return trainer->plan.formulation == GRAM_FORMULATION_SAMPLES
         || trainer->plan.formulation == GRAM_FORMULATION_LAZY;
}

/* η/√m: what multiplies a_r·Σ_i 1{…}(u_i − y_i)x_i in Eq 5 */
static inline double
gram_cpu_rate (const GramCpuTrainer *trainer)
{
  return trainer->spec.eta / sqrt ((double) trainer->spec.m);
}

gboolean gram_cpu_trainer_is_whole (const GramCpuTrainer *trainer, GError **error);
gboolean gram_cpu_trainer_sum (GramCpuTrainer *trainer, GError **error);
gboolean gram_cpu_trainer_to_weights (GramCpuTrainer *trainer, GError **error);
void gram_cpu_trainer_refresh_weights (GramCpuTrainer *trainer, GramCpuSet *set);
void gram_cpu_trainer_refresh_samples (GramCpuTrainer *trainer);
void gram_cpu_trainer_mask_sums (GramCpuTrainer *trainer, const GramCpuSet *set, const float *panel,
                                 const gint32 *tiles, gint64 n_tiles, gint64 first, gint64 count,
                                 float *sums, float *table);

G_END_DECLS
