/* gram-cuda-layout.c: which formulation, which precision, and how much memory it takes
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-layout.h"

#include <string.h>

#include "gram-error.h"
#include "gram-network.h"
#include "gram-size.h"

/* Rates of an H200-class card, to compare formulations only: FLOP/s and bytes/s. */
#define RATE_BF16 790e12
#define RATE_TF32 400e12
#define RATE_FP32 55e12
#define RATE_MEMORY 4e12

/* Squared residuals of the steps of a batch, which wait on the card until it ends. */
#define SQUARES_BYTES ((gint64) 16 << 20)
#define SLOTS_MAX 1024

static const char *const array_names[] = {
#define CUDA_ARRAY_NAME(name, what) what,
  CUDA_ARRAYS (CUDA_ARRAY_NAME)
#undef CUDA_ARRAY_NAME
};

const char *
cuda_layout_array_name (CudaArray array)
{
  return array_names[array];
}

static gint64
round_up (gint64 value, gint64 unit)
{
  return (value + unit - 1) / unit * unit;
}

static gint64 *
other_pixels (const gint64 *used, gint64 d_used, gint64 d)
{
  gint64 *rest = g_new (gint64, MAX (d - d_used, 1)), at = 0, count = 0;

  for (gint64 j = 0; j < d; j++)
    if (at < d_used && used[at] == j)
      at++;
    else
      rest[count++] = j;
  return rest;
}

/* ---------- formulation and precision -------------------------------------------------------- */

static gboolean
refuse (const char *message, GError **error)
{
  g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED, message);
  return FALSE;
}

/* Seconds of a step of one label set, to compare. */
static double
step_cost (gboolean weights, GramPrecision precision, double n, double d, double m)
{
  gboolean split = precision == GRAM_PRECISION_BF16_SPLIT;
  double rate = split ? RATE_BF16 : precision == GRAM_PRECISION_TF32 ? RATE_TF32 : RATE_FP32;
  double terms = split ? CUDA_TERMS_MAX : 1;
  double pattern = split ? 2 * 2 : 2 * 4;

  if (weights)
    return 4 * terms * n * d * m / rate
           + (n * m * (8 + pattern) + d * m * (8 + 14 * terms)) / RATE_MEMORY;
  return 2 * terms * n * n * m / rate + n * m * (8 + pattern + 8 * terms) / RATE_MEMORY;
}

static gboolean
choose (const GramTrainerSpec *spec, gint64 d_used, CudaLayout *layout, GError **error)
{
  GramTrainerPlan *plan = &layout->plan;
  gboolean exact = spec->train.pixels != NULL;
  double n = (double) spec->train.n, d = (double) d_used, m = (double) gram_network_count (spec);
  GramPrecision for_weights = spec->precision, for_samples = spec->precision;

  if (spec->formulation == GRAM_FORMULATION_SPARSE)
    return refuse ("the cuda backend has no sparse formulation; take weights or samples", error);
  if (spec->precision == GRAM_PRECISION_AUTO)
    {
      for_weights = exact ? GRAM_PRECISION_BF16_SPLIT : GRAM_PRECISION_FP32;
      for_samples = GRAM_PRECISION_BF16_SPLIT;
    }
  layout->weights = spec->formulation == GRAM_FORMULATION_WEIGHTS;
  if (spec->formulation == GRAM_FORMULATION_AUTO)
    layout->weights =
        (exact || spec->precision != GRAM_PRECISION_BF16_SPLIT)
        && step_cost (TRUE, for_weights, n, d, m) < step_cost (FALSE, for_samples, n, d, m);
  if (layout->weights && !exact && for_weights == GRAM_PRECISION_BF16_SPLIT)
    return refuse ("these images have no exact 8-bit pixels, which bf16-split needs in the weights "
                   "formulation; take fp32 or tf32, or the samples formulation",
                   error);
  plan->formulation = layout->weights ? GRAM_FORMULATION_WEIGHTS : GRAM_FORMULATION_SAMPLES;
  plan->precision = layout->weights ? for_weights : for_samples;
  plan->d_used = d_used;
  plan->flops_per_step = (layout->weights ? 4 * n * d * m : 2 * n * n * m) * spec->n_sets;
  return TRUE;
}

/* ---------- memory --------------------------------------------------------------------------- */

static void
layout_shape (CudaLayout *layout, const GramTrainerSpec *spec)
{
  CudaShape *shape = &layout->shape;

  shape->n = spec->train.n;
  shape->n_pad = round_up (shape->n, CUDA_WORD);
  shape->words = shape->n_pad / CUDA_WORD;
  shape->m = gram_network_count (spec);
  layout->shared = spec->shard.count > 0;
  shape->d = layout->plan.d_used;
  shape->d_pad = round_up (shape->d, 8);
  shape->rows = layout->weights ? round_up (shape->d + 1, 8) : shape->n_pad;
  shape->sets = (int) spec->n_sets;
  shape->terms = layout->plan.precision == GRAM_PRECISION_BF16_SPLIT ? CUDA_TERMS_MAX : 1;
  layout->d_all = spec->train.d;
  layout->n_test = spec->test.n;
  layout->test_pad = round_up (spec->test.n, CUDA_WORD);
  layout->d_rest = spec->train.d - shape->d;
  layout->rest_pad = round_up (layout->d_rest, 8);
  layout->chunks = (shape->m + CUDA_CHUNK - 1) / CUDA_CHUNK;
  layout->groups =
      layout->chunks > 2 * CUDA_GROUP ? round_up (layout->chunks, CUDA_GROUP) / CUDA_GROUP : 0;
  layout->slots = CLAMP (SQUARES_BYTES / (shape->words * shape->sets * 8), 1, SLOTS_MAX);
}

/* False when a size does not fit the address space. */
static gboolean
put (CudaLayout *layout, CudaArray array, gsize element, gint64 rows, gint64 columns, gint64 sets)
{
  gint64 both;

  if (__builtin_mul_overflow (rows, columns, &both)
      || !gram_size_product (&layout->bytes[array], element, both, sets))
    return FALSE;
  layout->bytes[array] = (layout->bytes[array] + 255) & ~(gsize) 255;
  return TRUE;
}

#define PUT(array, element, rows, columns, sets) \
  put (layout, CUDA_ARRAY_##array, element, rows, columns, sets)

/* What every trainer has. */
static gboolean
layout_common (CudaLayout *layout)
{
  const CudaShape *s = &layout->shape;
  gint64 reduce = MAX (MAX (s->m, s->n_pad), layout->test_pad);

  return PUT (IMAGE, 4, s->d_pad, s->n_pad, 1) && PUT (W0, 4, s->d_pad, s->m, 1)
         && PUT (W_REST, 4, layout->rest_pad, s->m, 1) && PUT (SIGNS, 4, s->m, 1, 1)
         && PUT (BITS, 4, s->words, s->m, s->sets) && PUT (BITS0, 4, s->words, s->m, 1)
         && PUT (Y, 8, s->n_pad, s->sets, 1) && PUT (U, 8, s->n_pad, s->sets, 1)
         && PUT (R, 4, s->n_pad, s->sets, 1) && PUT (SQUARES, 8, s->words, s->sets, layout->slots)
         && PUT (NORMS, 8, s->sets, layout->slots, 1) && PUT (SLOT, 8, 1, 1, 1)
         && PUT (REDUCE, 8, reduce, 1, 1)
         && PUT (PARTIAL, 4, MAX (s->n_pad * s->sets, layout->test_pad), layout->chunks, 1)
         && PUT (PARTS, 8, s->n_pad, layout->groups, s->sets)
         && PUT (SUM, 8, s->n, layout->shared ? s->sets : 0, 1)
         && PUT (LEFT, s->terms > 1 ? 2 : 4, s->terms * s->rows, s->n_pad, s->sets);
}

static gboolean
layout_test (CudaLayout *layout)
{
  const CudaShape *s = &layout->shape;

  if (layout->n_test == 0)
    return TRUE;
  return PUT (TEST, 4, s->d_pad, layout->test_pad, 1) && PUT (TEST_ONES, 4, layout->test_pad, 1, 1)
         && PUT (TEST_ZEROS, 4, s->m, 1, 1)
         && PUT (TEST_REST, 4, layout->rest_pad, layout->test_pad, 1);
}

static gboolean
layout_formulation (CudaLayout *layout)
{
  const CudaShape *s = &layout->shape;

  if (!layout->weights)
    return PUT (KERNEL, 4, s->n_pad, s->n_pad, 1) && PUT (S, 4, s->n_pad, s->m, s->sets)
           && PUT (E, 4, s->n_pad, s->m, s->sets) && PUT (RUNNING, 8, s->n_pad, s->sets, 1);
  return PUT (W, 4, s->d_pad, s->m, s->sets) && PUT (C, 4, s->m, s->sets, 1)
         && PUT (SCALE, 4, s->n_pad, 1, 1) && PUT (GAIN, 4, s->d_pad, 1, 1)
         && PUT (SHIFT, 4, s->d_pad, 1, 1)
         && (s->terms == 1
             || (PUT (FORWARD, 2, s->terms * s->d_pad, s->n_pad, 1)
                 && PUT (SPLIT, 2, s->terms * s->d_pad, s->m, s->sets)));
}

/* What a tile of neurons takes; a test image's tile is at least CUDA_CHUNK wide. */
static gboolean
layout_tile (CudaLayout *layout, gint64 tile)
{
  const CudaShape *s = &layout->shape;
  gsize pattern = layout->weights || s->terms == 1 ? 4 : 2, least;

  layout->tile = tile;
  if (!PUT (TILE, pattern, s->n_pad, tile, s->sets)
      || !PUT (PRODUCT, 4, s->terms * s->rows, tile, s->sets)
      || (!layout->weights && !PUT (W_TILE, 4, s->d_pad, tile, 1))
      || !gram_size_product (&least, 4 * CUDA_CHUNK, layout->test_pad, 1))
    return FALSE;
  layout->bytes[CUDA_ARRAY_TILE] = MAX (layout->bytes[CUDA_ARRAY_TILE], least);
  /* building K takes float64 images and a block of columns for a moment */
  layout->plan.bytes = CUDA_WORKSPACE_BYTES;
  if (!layout->weights)
    layout->plan.bytes += (guint64) s->n * 8 * (guint64) (layout->d_all + CUDA_KERNEL_BLOCK);
  for (int array = 0; array < CUDA_N_ARRAYS; array++)
    if (!g_uint64_checked_add (&layout->plan.bytes, layout->plan.bytes, layout->bytes[array]))
      return FALSE;
  return TRUE;
}

static void
explain (CudaLayout *layout)
{
  GramTrainerPlan *plan = &layout->plan;
  const CudaShape *s = &layout->shape;
  char tiles[48] = "", joined[48] = "";

  if (layout->tile < s->m)
    g_snprintf (tiles, sizeof tiles, ", in %d tiles of neurons to fit the card's memory",
                (int) ((s->m + layout->tile - 1) / layout->tile));
  if (layout->shared)
    g_snprintf (joined, sizeof joined, ", %.3g kB each way a step to join the parts",
                (double) (s->n * s->sets) * sizeof (double) / 1e3);
  g_snprintf (plan->why, sizeof plan->why, "%s: n = %d images, %d used pixels, %s%s%s",
              layout->weights ? "two products with the images a step"
                              : "one product with the n×n kernel matrix a step",
              (int) s->n, (int) s->d, gram_precision_to_string (plan->precision), tiles, joined);
}

static gboolean
too_large (GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY,
               "the network is larger than any memory; take fewer images or neurons");
  return FALSE;
}

/* Halves the tile until it fits; then it is an error that says how much is lacking. */
static gboolean
fit (CudaDevice *device, CudaLayout *layout, gint64 largest_tile, gsize held, GError **error)
{
  /* whole chunks: two tiles must not share one */
  gint64 tile =
      MIN (round_up (layout->shape.m, CUDA_CHUNK), MAX (largest_tile / CUDA_CHUNK, 1) * CUDA_CHUNK);
  gsize available;

  if (!cuda_memory_free (device, &available, error))
    return FALSE;
  available += held;
  for (;; tile = round_up (tile / 2, CUDA_CHUNK))
    {
      if (!layout_tile (layout, tile))
        return too_large (error);
      if (layout->plan.bytes <= available)
        break;
      if (tile <= CUDA_TILE_MIN)
        return cuda_memory_check (device, layout->plan.bytes - held, "training", error);
    }
  explain (layout);
  return TRUE;
}

/**
 * cuda_layout:
 * @largest_tile: neurons at a time, at most
 * @held: bytes of the plan that the trainer has already
 * @layout: (out caller-allocates)
 * @used: (out) (optional) (transfer full): (d_used) pixels that some training image has
 * @rest: (out) (optional) (transfer full): the others
 *
 * Decides everything about a trainer before anything is allocated.
 */
gboolean
cuda_layout (CudaDevice *device, const GramTrainerSpec *spec, gint64 largest_tile, gsize held,
             CudaLayout *layout, gint64 **used, gint64 **rest, GError **error)
{
  gint64 d_used;
  g_autofree gint64 *pixels = gram_samples_used_pixels (&spec->train, NULL, &d_used);
  int narrow;

  if (d_used == 0)
    pixels[d_used++] = 0;
  memset (layout, 0, sizeof *layout);
  if (!choose (spec, d_used, layout, error))
    return FALSE;
  layout_shape (layout, spec);
  if (!gram_size_to_int (layout->shape.terms * MAX (layout->shape.rows, layout->shape.n_pad),
                         "the size of a product", &narrow, error)
      || !gram_size_to_int (layout->shape.m, "m", &narrow, error))
    return FALSE;
  if (!layout_common (layout) || !layout_formulation (layout) || !layout_test (layout))
    return too_large (error);
  if (!fit (device, layout, largest_tile, held, error))
    return FALSE;
  if (rest != NULL)
    *rest = other_pixels (pixels, d_used, spec->train.d);
  if (used != NULL)
    *used = g_steal_pointer (&pixels);
  return TRUE;
}

gboolean
cuda_trainer_plan (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                   const GramJob *job, GError **error)
{
  CudaLayout layout;

  if (!cuda_enter (device, error)
      || !cuda_layout (device, spec, G_MAXINT32, 0, &layout, NULL, NULL, error))
    return FALSE;
  *plan = layout.plan;
  return TRUE;
}
