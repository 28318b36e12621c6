/* gram-cpu-plan.c: which exact formulation of gradient descent is the cheapest, and its memory
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "gram-cpu-trainer-private.h"
#include "gram-error.h"
#include "gram-size.h"

typedef struct
{
  double n, d, m, n_test, sets; /* padded */
} Shape;

/* Multiply-adds per cycle and thread: of the product, and what the mask product does in the time.
 */
#define PRODUCT_RATE 14.5
#define MASK_RATE 45.0
#define PASS_COST 0.5 /* cycles per element of S */

static double
cost (const Shape *s, GramFormulation formulation)
{
  if (formulation == GRAM_FORMULATION_SAMPLES)
    return s->sets * s->n * s->m * (s->n / MASK_RATE + PASS_COST);
  return s->sets * s->n * s->m * s->d * (1 / MASK_RATE + 1 / PRODUCT_RATE);
}

static double
memory (const Shape *s, GramFormulation formulation)
{
  double images = 4 * s->d * (2 * s->n + s->n_test);
  double pattern = s->n * s->m / 8;
  double sums = 8 * s->n * (s->m / GRAM_CPU_CHUNK + 1 + 4 * s->sets);

  if (formulation == GRAM_FORMULATION_SAMPLES)
    return images + sums + pattern * (1 + 2 * s->sets) + 4 * s->n * (s->n + s->n_test)
           + 4 * s->m * (s->n + s->n_test + s->d) + 8 * s->m * s->n * s->sets;
  return images + sums + pattern * (1 + s->sets) + 4 * s->d * s->m * (1 + 2 * s->sets);
}

static double
flops (const Shape *s, GramFormulation formulation)
{
  return 2 * s->sets * s->n * s->m * (formulation == GRAM_FORMULATION_SAMPLES ? s->n : 2 * s->d);
}

static gboolean
plan_supported (const GramTrainerSpec *spec, GError **error)
{
  const char *wrong = NULL;

  if (spec->formulation == GRAM_FORMULATION_SPARSE)
    wrong = "the formulation “sparse”";
  else if (spec->precision != GRAM_PRECISION_AUTO && spec->precision != GRAM_PRECISION_FP32)
    wrong = "a precision other than fp32";
  if (wrong != NULL)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED, "the CPU backend does not offer %s",
                 wrong);
  return wrong == NULL;
}

static gboolean
fill_plan (const GramTrainerSpec *spec, gint64 d_used, GramTrainerPlan *plan)
{
  const double tile = GRAM_TILE;
  Shape s = { ceil ((double) spec->train.n / tile) * tile, ceil ((double) d_used / tile) * tile,
              ceil ((double) spec->m / 16) * 16, ceil ((double) spec->test.n / tile) * tile,
              (double) spec->n_sets };
  double samples = cost (&s, GRAM_FORMULATION_SAMPLES);
  double weights = cost (&s, GRAM_FORMULATION_WEIGHTS);
  double bytes;

  plan->formulation = spec->formulation;
  if (plan->formulation == GRAM_FORMULATION_AUTO)
    plan->formulation = samples < weights ? GRAM_FORMULATION_SAMPLES : GRAM_FORMULATION_WEIGHTS;
  plan->precision = GRAM_PRECISION_FP32;
  plan->d_used = d_used;
  plan->flops_per_step = flops (&s, plan->formulation);
  bytes = memory (&s, plan->formulation);
  plan->bytes = bytes < 0x1p62 ? (guint64) bytes : G_MAXUINT64;
  g_snprintf (plan->why, sizeof plan->why,
              "%s: estimated %.2f of the time of weight space%s (n = %" G_GINT64_FORMAT
              ", %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " pixels used)",
              gram_formulation_to_string (plan->formulation),
              cost (&s, plan->formulation) / weights,
              spec->formulation == GRAM_FORMULATION_AUTO ? "" : ", as asked for", spec->train.n,
              d_used, spec->train.d);
  return bytes < 0x1p62;
}

gboolean
gram_cpu_trainer_plan (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                       GError **error)
{
  gint64 d_used;
  gint64 *used;

  if (!plan_supported (spec, error))
    return FALSE;
  used = gram_cpu_used_pixels (&spec->train, &spec->test, &d_used, error);
  gram_free (used);
  if (used == NULL)
    return FALSE;
  fill_plan (spec, d_used, plan);
  return TRUE;
}
