/* gram-conformance-shard.c: a network in several parts is the network
 *
 * SPDX-License-Identifier: MIT
 *
 * Each part is a trainer on a device of its own in a thread of its own, as a process of a cluster
 * would have it; the sum that joins them is made here. On the reference no bit depends on the
 * number of parts; elsewhere a library's product may add up in another order for another width.
 */
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-error.h"

#define MOST 3
#define STEPS 40
#define SETS 2
#define PAIRS (2 * GRAM_SHARD_UNIT)

/* Adds up what all parts bring, in their order; one that leaves sends the others home. */
typedef struct
{
  GMutex lock;
  GCond change;
  guint parts, here, left, round;
  gint64 fail_round; /* −1: none */
  double *values[MOST];
  double *total;
} Adder;

typedef struct
{
  Adder *adder;
  guint index;
  GramTrainerSpec spec;
  const char *backend;
  GramTrainer *trainer;
  GramDevice *device;
  double residuals[STEPS * SETS];
  GramObservation seen;
  float *W;     /* (d × count) of the last set */
  double *H;    /* (n × n) */
  double *test; /* (n_test) */
  GError *error;
} Part;

static gboolean
add (double *values, gint64 count, gpointer data, GError **error)
{
  Part *part = data;
  Adder *adder = part->adder;
  gsize bytes = (gsize) count * sizeof (double);
  guint round;
  gboolean done;

  g_mutex_lock (&adder->lock);
  adder->values[part->index] = values;
  round = adder->round;
  if (++adder->here == adder->parts)
    {
      g_free (adder->total);
      adder->total = g_memdup2 (adder->values[0], bytes);
      for (guint p = 1; p < adder->parts; p++)
        for (gint64 i = 0; i < count; i++)
          adder->total[i] += adder->values[p][i];
      /* before anyone leaves: their values are read no more */
      adder->here = 0;
      adder->round++;
      g_cond_broadcast (&adder->change);
    }
  while (adder->round == round && adder->left == 0)
    g_cond_wait (&adder->change, &adder->lock);
  done = adder->round != round && (gint64) round != adder->fail_round;
  if (done)
    memcpy (values, adder->total, bytes);
  g_mutex_unlock (&adder->lock);
  return done || gram_fail (error, GRAM_ERROR_DEVICE, "a part of the network gave up");
}

static void
leave (Adder *adder)
{
  g_mutex_lock (&adder->lock);
  adder->left++;
  g_cond_broadcast (&adder->change);
  g_mutex_unlock (&adder->lock);
}

static gpointer
run_part (gpointer data)
{
  Part *part = data;
  gint64 n = part->spec.train.n, d = part->spec.train.d;
  GramObserveFlags all = GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED | GRAM_OBSERVE_TEST;
  gint64 count = part->spec.shard.count > 0 ? part->spec.shard.count : part->spec.m;
  g_autoptr (GBytes) state = NULL;

  part->W = g_new0 (float, (gsize) (d * count));
  part->H = g_new0 (double, (gsize) (n * n));
  part->test = g_new0 (double, (gsize) part->spec.test.n);
  part->seen.u_test = part->test;
  if ((part->device = gram_device_open (part->backend, NULL, &part->error)) == NULL
      || (part->trainer = gram_trainer_new (part->device, &part->spec, NULL, &part->error)) == NULL
      || !gram_trainer_step (part->trainer, STEPS / 2, part->residuals, NULL, &part->error)
      || (state = gram_trainer_save (part->trainer, GRAM_STATE_NATIVE, &part->error)) == NULL
      || !gram_trainer_step (part->trainer, 3, part->residuals + STEPS / 2 * SETS, NULL,
                             &part->error)
      /* back, and on from there to the same bits */
      || !gram_trainer_restore (part->trainer, state, &part->error)
      || !gram_trainer_step (part->trainer, STEPS / 2, part->residuals + STEPS / 2 * SETS, NULL,
                             &part->error)
      || !gram_trainer_observe (part->trainer, SETS - 1, all, &part->seen, &part->error)
      || !gram_trainer_weights (part->trainer, SETS - 1, part->W, d, &part->error)
      || !gram_trainer_gram (part->trainer, SETS - 1, part->H, n, &part->error))
    if (part->adder != NULL)
      leave (part->adder);
  return NULL;
}

static void
part_clear (Part *part)
{
  gram_trainer_free (part->trainer);
  gram_device_unref (part->device);
  g_free (part->W);
  g_free (part->H);
  g_free (part->test);
  g_clear_error (&part->error);
}

/* The run in @parts parts whose bounds are multiples of @unit, the last of which has the rest */
static void
run_parts (GramConformance *suite, const GramTrainerSpec *spec, gint64 unit, Adder *adder,
           Part *part)
{
  GThread *threads[MOST];

  g_mutex_init (&adder->lock);
  g_cond_init (&adder->change);
  for (guint p = 0; p < adder->parts; p++)
    {
      gint64 first = p * unit;

      part[p] = (Part){ .adder = adder,
                        .index = p,
                        .spec = *spec,
                        .backend = gram_device_get_backend (suite->device) };
      part[p].spec.shard =
          (GramShard){ first, p + 1 < adder->parts ? unit : spec->m - first, add, &part[p] };
      threads[p] = g_thread_new ("part", run_part, &part[p]);
    }
  for (guint p = 0; p < adder->parts; p++)
    g_thread_join (threads[p]);
  g_mutex_clear (&adder->lock);
  g_cond_clear (&adder->change);
  g_clear_pointer (&adder->total, g_free);
}

static double
worst_residual (const Part *whole, const Part *part)
{
  double worst = 0;

  for (int i = 0; i < STEPS * SETS; i++)
    worst = MAX (worst, fabs (part->residuals[i] / whole->residuals[i] - 1));
  return isfinite (whole->residuals[STEPS * SETS - 1]) ? worst : NAN;
}

/* How far W(k) of the parts is from that of the whole network, neuron by neuron */
static double
worst_weight (const GramTrainerSpec *spec, const Part *whole, const Part *part, guint parts)
{
  gint64 d = spec->train.d;
  double worst = 0;

  for (guint p = 0; p < parts; p++)
    for (gint64 r = 0; r < part[p].spec.shard.count; r++)
      for (gint64 j = 0; j < d; j++)
        {
          gint64 neuron = gram_network_neuron (&part[p].spec, r);
          double difference = (double) part[p].W[r * d + j] - (double) whole->W[neuron * d + j];

          worst = MAX (worst, fabs (difference));
        }
  return worst;
}

/* What the parts observed, combined, against the whole */
static double
worst_observed (const GramTrainerSpec *spec, const Part *whole, const Part *part, guint parts)
{
  double square = 0, largest = 0, flipped = 0, worst = 0;

  for (guint p = 0; p < parts; p++)
    {
      square += part[p].seen.distance * part[p].seen.distance;
      largest = MAX (largest, part[p].seen.distance_max);
      flipped += part[p].seen.flipped;
    }
  worst = MAX (fabs (sqrt (square) / whole->seen.distance - 1),
               fabs (largest / whole->seen.distance_max - 1));
  worst = MAX (worst, fabs (flipped - whole->seen.flipped));
  for (gint64 i = 0; i < spec->test.n; i++)
    {
      double sum = 0;

      for (guint p = 0; p < parts; p++)
        sum += part[p].test[i];
      worst = MAX (worst, fabs (sum - whole->test[i]));
    }
  for (gint64 i = 0; i < spec->train.n * spec->train.n; i++)
    {
      double sum = 0;

      for (guint p = 0; p < parts; p++)
        sum += part[p].H[i];
      worst = MAX (worst, fabs (sum - whole->H[i]));
    }
  return whole->seen.flipped > 0 ? worst : NAN;
}

static void
check_parts (GramConformance *suite, const GramTrainerSpec *spec, const Part *whole, guint parts,
             gint64 unit)
{
  gboolean lazy = gram_trainer_get_plan (whole->trainer)->formulation == GRAM_FORMULATION_LAZY;
  gboolean exact = !lazy && gram_device_is_reference (suite->device);
  Adder adder = { .parts = parts, .fail_round = -1 };
  const GError *error = NULL;
  Part part[MOST];
  g_autofree char *name =
      g_strdup_printf ("%s, %s, %u parts", gram_formulation_to_string (spec->formulation),
                       gram_init_to_string (spec->init), parts);
  double bits = 0;

  run_parts (suite, spec, unit, &adder, part);
  for (guint p = 0; p < parts; p++)
    {
      error = error != NULL ? error : part[p].error;
      bits += memcmp (part[p].residuals, whole->residuals, sizeof whole->residuals) != 0;
    }
  if (error != NULL)
    bits = NAN;
  if (lazy)
    gram_conformance_check (suite,
                            whole->seen.lazy_steps > 0 && part[0].seen.lazy_steps > 0 ? 0 : 1, 0,
                            error, "shards: some steps wait, %s", name);
  if (exact)
    gram_conformance_check (suite, bits, 0, error,
                            "shards: the residuals’ bits of the whole network, %s", name);
  else
    gram_conformance_check (suite, error == NULL ? worst_residual (whole, &part[0]) : NAN,
                            lazy ? 1e-7 : 1e-6, error,
                            "shards: residuals against the whole network, %s", name);
  if (error == NULL)
    {
      gram_conformance_check (suite, worst_weight (spec, whole, part, parts), exact ? 0 : 1e-5,
                              NULL, "shards: W(k) of the whole network, %s", name);
      gram_conformance_check (suite, worst_observed (spec, whole, part, parts), 1e-5, NULL,
                              "shards: what is observed adds up, %s", name);
    }
  for (guint p = 0; p < parts; p++)
    part_clear (&part[p]);
}

/* A sum that fails in any place ends every part with one error and hangs none. */
static void
check_broken (GramConformance *suite, const GramTrainerSpec *spec)
{
  double wrong = 0;

  for (gint64 round = 0; round < 26; round += 5)
    {
      Adder adder = { .parts = 2, .fail_round = round };
      Part part[MOST];

      run_parts (suite, spec, GRAM_SHARD_UNIT, &adder, part);
      for (guint p = 0; p < 2; p++)
        {
          g_autoptr (GBytes) state = NULL;

          wrong += !g_error_matches (part[p].error, GRAM_ERROR, GRAM_ERROR_DEVICE);
          if (part[p].trainer != NULL)
            state = gram_trainer_save (part[p].trainer, GRAM_STATE_PORTABLE, NULL);
          wrong += state != NULL; /* half a step is never saved */
          part_clear (&part[p]);
        }
    }
  gram_conformance_check (suite, wrong, 0, NULL, "shards: a sum that fails ends every part");
}

static void
check_formulation (GramConformance *suite, const GramTrainerSpec *spec, gint64 unit)
{
  Part whole = { .spec = *spec, .backend = gram_device_get_backend (suite->device) };

  run_part (&whole);
  if (!g_error_matches (whole.error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    {
      if (whole.error != NULL)
        gram_conformance_check (suite, NAN, 0, whole.error, "shards: the whole network");
      for (guint parts = 2; whole.error == NULL && parts <= MOST; parts++)
        check_parts (suite, spec, &whole, parts, unit);
    }
  part_clear (&whole);
}

/* Whether the device can train a part of a network at all */
static gboolean
offers_parts (GramConformance *suite, GramTrainerSpec spec)
{
  g_autoptr (GError) error = NULL;
  GramTrainerPlan plan = { 0 };

  spec.shard = (GramShard){ 0, GRAM_SHARD_UNIT, add, NULL };
  return gram_trainer_plan (suite->device, &spec, &plan, NULL, &error)
         || !g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED);
}

/* A network large enough for S to wait in the whole and in its parts */
static void
check_waiting (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (130, 24, 2048, 9, SETS, 0.5, 77);

  p->spec.kappa = 1;
  p->spec.eta = 1e-2;
  p->spec.formulation = GRAM_FORMULATION_LAZY;
  check_formulation (suite, &p->spec, 3 * GRAM_SHARD_UNIT);
}

void
gram_conformance_shards (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (75, 50, 3 * PAIRS, 11, SETS, 0.4, 22);

  if (!offers_parts (suite, p->spec))
    return;
  for (guint f = GRAM_FORMULATION_WEIGHTS;
       f < GRAM_FORMULATION_LAZY && !gram_conformance_stopped (suite); f++)
    {
      p->spec.formulation = f;
      p->spec.init = GRAM_INIT_IID;
      p->spec.m = 3 * PAIRS - 77; /* the last part is no whole number of units */
      check_formulation (suite, &p->spec, GRAM_SHARD_UNIT);
      p->spec.init = GRAM_INIT_ANTISYMMETRIC;
      p->spec.m = 3 * PAIRS;
      check_formulation (suite, &p->spec, PAIRS);
    }
  p->spec.init = GRAM_INIT_IID;
  p->spec.formulation = GRAM_FORMULATION_AUTO;
  if (!gram_conformance_stopped (suite))
    check_waiting (suite);
  if (!gram_conformance_stopped (suite))
    check_broken (suite, &p->spec);
}
