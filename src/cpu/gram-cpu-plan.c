/* gram-cpu-plan.c: which exact formulation of gradient descent is the cheapest, and its memory
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-order.h"

#include <math.h>

#include "gram-error.h"
#include "gram-size.h"

typedef struct
{
  double n, d, m, n_test, sets; /* padded */
  double filled, blocks;        /* what the sparse formulation visits; 1 where nothing is known */
} Shape;

/* Multiply-adds per cycle and thread, measured: of the product, and what the mask product does in
 * the time. Only their ratio counts. Tables are made per block of neurons. */
#define PRODUCT_RATE 16.0
#define MASK_RATE 72.0
#define SPARSE_RATE 14.5 /* of the product with lists of pixels */
#define TABLE_COST 1.0   /* per element of the panel: cycles × neurons of the block */
#define PASS_COST 0.7    /* cycles per element of S: a pass over memory */
#define EDGE 0.85        /* what sparse must win to be worth its order */

static double
mask_cost (const Shape *s, double rows)
{
  double block = MIN (s->m, GRAM_CPU_BLOCK);
  double tables = s->m <= GRAM_CPU_SMALL ? TABLE_COST / 3 : TABLE_COST;

  return s->n * s->m * rows * (1 / MASK_RATE + tables / block);
}

static double
cost (const Shape *s, GramFormulation formulation)
{
  double product = s->n * s->m * s->d;

  switch (formulation)
    {
    case GRAM_FORMULATION_SAMPLES:
    case GRAM_FORMULATION_LAZY:
      return s->sets * (mask_cost (s, s->n) + s->n * s->m * PASS_COST);
    case GRAM_FORMULATION_SPARSE:
      return s->sets * (mask_cost (s, s->d * s->blocks) + product * s->filled / SPARSE_RATE);
    default:
      return s->sets * (mask_cost (s, s->d) + product / PRODUCT_RATE);
    }
}

static GramFormulation
cheapest (const Shape *s)
{
  GramFormulation best = GRAM_FORMULATION_WEIGHTS;

  if (cost (s, GRAM_FORMULATION_SPARSE) < EDGE * cost (s, best))
    best = GRAM_FORMULATION_SPARSE;
  if (cost (s, GRAM_FORMULATION_SAMPLES) < cost (s, best))
    best = GRAM_FORMULATION_SAMPLES;
  return best;
}

/* Rows of K, counts, their sums, margins and as much for lists of watched pairs and flips, two more
 * copies of the patterns and one for counting */
static double
lazy_memory (const Shape *s)
{
  return 4 * s->n * s->n + s->sets * (2 * s->n * s->m + 4.125 * s->n * s->n + s->n * s->m / 4)
         + s->n * s->m / 8;
}

static double
memory (const Shape *s, GramFormulation formulation)
{
  double images = 4 * s->d * (2 * s->n + s->n_test);
  double pattern = s->n * s->m / 8;
  double sums = 8 * s->n * (s->m / GRAM_CPU_CHUNK + 1 + 4 * s->sets) + 2 * s->n * s->d / 16;

  if (formulation == GRAM_FORMULATION_SAMPLES || formulation == GRAM_FORMULATION_LAZY)
    return images + sums + pattern * (1 + 2 * s->sets) + 4 * s->n * (s->n + s->n_test)
           + 4 * s->m * (s->n + s->n_test + s->d) + 8 * s->m * s->n * s->sets
           + (formulation == GRAM_FORMULATION_LAZY ? lazy_memory (s) : 0);
  return images + sums + pattern * (1 + s->sets) + 4 * s->d * s->m * (1 + 2 * s->sets);
}

static double
flops (const Shape *s, GramFormulation formulation)
{
  return 2 * s->sets * s->n * s->m
         * (formulation == GRAM_FORMULATION_SAMPLES || formulation == GRAM_FORMULATION_LAZY
                ? s->n
                : 2 * s->d);
}

static double
padded (gint64 count, gint64 unit)
{
  return ceil ((double) count / (double) unit) * (double) unit;
}

static Shape
shape_of (const GramTrainerSpec *spec, gint64 d_used)
{
  return (Shape){ .n = padded (spec->train.n, GRAM_TILE),
                  .d = padded (d_used, GRAM_TILE),
                  .m = padded (gram_network_count (spec), 16),
                  .n_test = padded (spec->test.n, GRAM_TILE),
                  .sets = spec->n_sets,
                  .filled = 1,
                  .blocks = 1 };
}

static void
explain (const GramTrainerSpec *spec, const Shape *s, GramTrainerPlan *plan)
{
  g_autofree char *detail = NULL;

  if (plan->formulation == GRAM_FORMULATION_LAZY)
    detail = g_strdup (", less late in training");
  if (plan->formulation == GRAM_FORMULATION_SPARSE)
    detail = g_strdup_printf (", %.0f %% of tiles’ pixels set", 100 * s->filled);
  g_snprintf (plan->why, sizeof plan->why,
              "%s%s: about %.0f %% of the time of weights, n = %" G_GINT64_FORMAT
              ", %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " pixels used%s",
              gram_formulation_to_string (plan->formulation),
              spec->formulation == GRAM_FORMULATION_AUTO ? "" : ", as asked for",
              100 * cost (s, plan->formulation) / cost (s, GRAM_FORMULATION_WEIGHTS), spec->train.n,
              plan->d_used, spec->train.d, detail != NULL ? detail : "");
}

/* Share of pixels that are set, of at most 256 images */
static double
density (const GramTrainerSpec *spec, const gint64 *used, gint64 d)
{
  gint64 count = MIN (spec->train.n, 256), set = 0;

  for (gint64 i = 0; i < count; i++)
    for (gint64 j = 0; j < d; j++)
      set += spec->train.X[i * spec->train.n / count * spec->train.ldx + used[j]] != 0;
  return (double) set / (double) (count * d);
}

/* Sample space has a late-training path that costs memory and, for small nets, saves nothing: with
 * small W(0) patterns flip too often in the first hundred steps, and trying took up to a tenth of
 * them (n = 256 to 512, m = 2048). */
static gboolean
worth_waiting (const GramTrainerSpec *spec, const Shape *s)
{
  gboolean flips_soon = spec->kappa < 0.05 && (s->n < 512 || s->n * s->m < 2e6);

  return s->n >= 256 && s->m >= 2048 && !flips_soon
         && memory (s, GRAM_FORMULATION_LAZY) < 4.0 * 1024 * 1024 * 1024;
}

/* Even images that fill tiles no further than themselves are filled must win. */
static gboolean
worth_a_look (const GramTrainerSpec *spec, const gint64 *used, const GramTrainerPlan *plan)
{
  Shape best = shape_of (spec, plan->d_used);

  if (best.n * best.d * best.m < 1e7)
    return FALSE;
  best.filled = best.blocks = density (spec, used, plan->d_used);
  return best.filled < 0.6 && cheapest (&best) == GRAM_FORMULATION_SPARSE;
}

gboolean
gram_cpu_trainer_plan (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                       const GramJob *job, GError **error)
{
  Shape shape;
  g_autofree gint64 *used = NULL;
  double bytes;
  gboolean done = TRUE;

  if (spec->precision != GRAM_PRECISION_AUTO && spec->precision != GRAM_PRECISION_FP32)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED,
                           "the CPU backend does not offer a precision other than fp32");
      return FALSE;
    }
  used = gram_samples_used_pixels (&spec->train, &spec->test, &plan->d_used);
  shape = shape_of (spec, plan->d_used);
  /* Looking at the images for what can be skipped takes a moment: only where it can matter. */
  if (plan->d_used > 0
      && (spec->formulation == GRAM_FORMULATION_SPARSE
          || (spec->formulation == GRAM_FORMULATION_AUTO && worth_a_look (spec, used, plan))))
    done = gram_cpu_order_estimate (&spec->train, used, plan->d_used, &shape.filled, &shape.blocks,
                                    error);
  plan->formulation =
      spec->formulation == GRAM_FORMULATION_AUTO ? cheapest (&shape) : spec->formulation;
  if (spec->formulation == GRAM_FORMULATION_AUTO && plan->formulation == GRAM_FORMULATION_SAMPLES
      && worth_waiting (spec, &shape))
    plan->formulation = GRAM_FORMULATION_LAZY;
  plan->precision = GRAM_PRECISION_FP32;
  plan->flops_per_step = flops (&shape, plan->formulation);
  bytes = memory (&shape, plan->formulation);
  plan->bytes = bytes < 0x1p62 ? (guint64) bytes : G_MAXUINT64;
  explain (spec, &shape, plan);
  return done;
}
