/* gram-wire-calls.c: what each request does to a device
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-wire-calls.h"

#include <string.h>

#include "gram-error.h"
#include "gram-size.h"
#include "gram-wire-samples.h"

#define SETS_MOST 8 /* of images, those that were used last */

typedef gboolean (*CallFunc) (GramWireCall *call, GError **error);

/* @device: (nullable): what is offered; the caller's */
void
gram_wire_calls_init (GramWireHost *host, GramDevice *device)
{
  *host = (GramWireHost){ .device = device };
  g_mutex_init (&host->lock);
  host->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_wire_samples_unref);
}

/* After all its objects were cleared */
void
gram_wire_calls_end (GramWireHost *host)
{
  g_ptr_array_unref (host->sets);
  g_mutex_clear (&host->lock);
}

/* ---------- the device ------------------------------------------------------------------------ */

static GramWireSamples *
find_set (GramWireHost *host, const guint8 id[GRAM_WIRE_ID])
{
  GramWireSamples *found = NULL;

  g_mutex_lock (&host->lock);
  for (guint i = 0; found == NULL && i < host->sets->len; i++)
    if (gram_wire_samples_is (g_ptr_array_index (host->sets, i), id))
      {
        found = g_ptr_array_steal_index (host->sets, i);
        g_ptr_array_add (host->sets, found);
        gram_wire_samples_ref (found);
      }
  g_mutex_unlock (&host->lock);
  return found;
}

static gboolean
do_ping (GramWireCall *call, GError **error)
{
  return gram_wire_end (&call->in, error);
}

static gboolean
do_have (GramWireCall *call, GError **error)
{
  guint8 id[GRAM_WIRE_ID];
  g_autoptr (GramWireSamples) set = NULL;
  guint32 here;

  gram_wire_bytes (&call->in, id, sizeof id);
  set = find_set (call->object->host, id);
  here = set != NULL;
  GRAM_WIRE_VALUE (&call->out, here);
  return gram_wire_end (&call->in, error);
}

static gboolean
do_samples (GramWireCall *call, GError **error)
{
  GramWireHost *host = call->object->host;
  GramWireSamples *set = gram_wire_samples_new (call->payload, error);

  if (set == NULL)
    return FALSE;
  g_mutex_lock (&host->lock);
  g_ptr_array_add (host->sets, set);
  if (host->sets->len > SETS_MOST)
    g_ptr_array_remove_index (host->sets, 0);
  g_mutex_unlock (&host->lock);
  return TRUE;
}

static gboolean
is_named (const guint8 id[GRAM_WIRE_ID])
{
  static const guint8 none[GRAM_WIRE_ID];

  return memcmp (id, none, GRAM_WIRE_ID) != 0;
}

/* What a trainer is to be made of; @held: (out): what keeps its images */
static gboolean
read_spec (GramWireCall *call, GramTrainerSpec *spec, GramWireSamples *held[2], double **labels,
           GError **error)
{
  GramWireHost *host = call->object->host;
  guint8 id[2][GRAM_WIRE_ID];
  GramSamples *samples[2] = { &spec->train, &spec->test };
  gsize bytes;

  gram_wire_spec (&call->in, spec, id[0], id[1]);
  for (int i = 0; !call->in.failed && i < 2; i++)
    if (is_named (id[i]))
      {
        if ((held[i] = find_set (host, id[i])) == NULL)
          return gram_fail (error, GRAM_ERROR_DEVICE, "the images are not here any more");
        *samples[i] = *gram_wire_samples_get (held[i]);
      }
  if (call->in.failed || spec->train.n < 1
      || !gram_size_product (&bytes, sizeof (double), spec->train.n, spec->n_sets)
      || bytes != gram_wire_left (&call->in))
    return gram_fail (error, GRAM_ERROR_DATA, "a message has no network");
  *labels = gram_try_alloc (1, (gint64) bytes, 1, "the labels", error);
  if (*labels == NULL)
    return FALSE;
  gram_wire_bytes (&call->in, *labels, bytes);
  spec->Y = *labels;
  return gram_wire_end (&call->in, error);
}

/* Where the label sets of a trainer stand */
void
gram_wire_calls_status (GramWireObject *object, GramWire *out)
{
  for (guint s = 0; s < object->sets; s++)
    {
      GramObservation seen = { 0 };
      GramWireStatus status;

      gram_trainer_observe (object->trainer, s, GRAM_OBSERVE_RESIDUAL, &seen, NULL);
      status =
          (GramWireStatus){ seen.step, seen.lazy_steps, seen.residual, (gint32) seen.formulation };
      gram_wire_status (out, &status);
    }
}

static gboolean
make_trainer (GramWireCall *call, GramTrainerSpec *spec, gboolean only_plan, GError **error)
{
  GramWireObject *object = call->object;
  GramTrainerPlan plan = { 0 };

  if (object->host->part != NULL)
    object->host->part (spec, object->host->part_data);
  if (!gram_trainer_plan (object->host->device, spec, &plan, NULL, error))
    return FALSE;
  if (!only_plan)
    {
      object->trainer = gram_trainer_new (object->host->device, spec, &call->job, error);
      if (object->trainer == NULL)
        return FALSE;
      object->n = spec->train.n;
      object->n_test = spec->test.n;
      object->d = spec->train.d;
      object->m = gram_network_count (spec);
      object->sets = spec->n_sets;
    }
  gram_wire_plan (&call->out, &plan);
  if (!only_plan)
    gram_wire_calls_status (object, &call->out);
  return TRUE;
}

static gboolean
plan_or_make (GramWireCall *call, gboolean only_plan, GError **error)
{
  GramTrainerSpec spec = { 0 };
  GramWireSamples *held[2] = { NULL, NULL };
  double *labels = NULL;
  gboolean done =
      read_spec (call, &spec, held, &labels, error) && make_trainer (call, &spec, only_plan, error);

  gram_wire_samples_unref (held[0]);
  gram_wire_samples_unref (held[1]);
  gram_free (labels);
  return done;
}

static gboolean
do_plan (GramWireCall *call, GError **error)
{
  return plan_or_make (call, TRUE, error);
}

static gboolean
do_trainer_new (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;

  if (object->trainer != NULL || object->system != NULL)
    return gram_fail (error, GRAM_ERROR_DATA, "there is something of that number");
  return plan_or_make (call, FALSE, error);
}

static GramDevice *
device_of (GramWireHost *host, gint64 n)
{
  return host->systems != NULL ? host->systems (n) : host->device;
}

/**
 * gram_wire_calls_images:
 * @kind: GRAM_WIRE_SYSTEM_PLAN or GRAM_WIRE_SYSTEM_NEW
 *
 * Returns: how many images such a request is about; 0 where they are not here
 */
gint64
gram_wire_calls_images (GramWireHost *host, guint kind, GBytes *request)
{
  g_auto (GramWire) wire = { 0 };
  guint8 id[GRAM_WIRE_ID] = { 0 };
  g_autoptr (GramWireSamples) set = NULL;
  gint64 n = 0;

  gram_wire_read (&wire, request);
  if (kind == GRAM_WIRE_SYSTEM_PLAN)
    GRAM_WIRE_VALUE (&wire, n);
  else
    {
      gram_wire_bytes (&wire, id, sizeof id);
      set = find_set (host, id);
      n = set != NULL ? gram_wire_samples_get (set)->n : 0;
    }
  return n;
}

static gboolean
do_system_plan (GramWireCall *call, GError **error)
{
  GramSystemPlan plan;
  gint64 n = 0, d = 0;

  GRAM_WIRE_VALUE (&call->in, n);
  GRAM_WIRE_VALUE (&call->in, d);
  if (!gram_wire_end (&call->in, error)
      || !gram_system_plan (device_of (call->object->host, n), n, d, &plan, error))
    return FALSE;
  gram_wire_system_plan (&call->out, &plan);
  return TRUE;
}

static gboolean
do_system_new (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  GramWireHost *host = object->host;
  guint8 id[GRAM_WIRE_ID];
  g_autoptr (GramWireSamples) set = NULL;

  gram_wire_bytes (&call->in, id, sizeof id);
  if (!gram_wire_end (&call->in, error))
    return FALSE;
  set = find_set (host, id);
  if (set == NULL || object->trainer != NULL || object->system != NULL)
    return gram_fail (error, GRAM_ERROR_DEVICE, "the images are not here any more");
  object->n = gram_wire_samples_get (set)->n;
  object->system =
      gram_system_new (device_of (host, object->n), gram_wire_samples_get (set), &call->job, error);
  return object->system != NULL;
}

static gboolean
do_free (GramWireCall *call, GError **error)
{
  gram_wire_calls_clear (call->object);
  return TRUE;
}

/* ---------- systems --------------------------------------------------------------------------- */

/* (n × k) that a request ends with; @k: (out) */
static double *
read_block (GramWireCall *call, gint64 *k, GError **error)
{
  gsize bytes, left = gram_wire_left (&call->in);
  double *block;

  GRAM_WIRE_VALUE (&call->in, *k);
  left -= MIN (left, sizeof *k);
  if (call->in.failed || !gram_size_product (&bytes, sizeof (double), call->object->n, *k)
      || bytes != left)
    {
      gram_fail (error, GRAM_ERROR_DATA, "a message has no block of vectors");
      return NULL;
    }
  block = gram_try_alloc (1, (gint64) bytes, 1, "a block of vectors", error);
  if (block != NULL)
    gram_wire_bytes (&call->in, block, bytes);
  return block;
}

static double *
new_block (GramWireCall *call, gint64 columns, GError **error)
{
  return gram_try_alloc (sizeof (double), call->object->n, columns, "a block of vectors", error);
}

/* Answers with (n × @columns) and frees it */
static gboolean
give_block (GramWireCall *call, gboolean done, double *block, gint64 columns)
{
  if (done)
    gram_wire_bytes (&call->out, block, (gsize) (call->object->n * columns) * sizeof (double));
  gram_free (block);
  return done;
}

/* What makes (n × k) of (n × k) */
typedef gboolean (*BlockFunc) (GramSystem *system, gint64 k, const double *in, gint64 ldi,
                               double *out, gint64 ldo, const GramJob *job, GError **error);

static gboolean
map_block (GramWireCall *call, BlockFunc func, GError **error)
{
  GramWireObject *object = call->object;
  gint64 k = 0;
  double *in = read_block (call, &k, error);
  double *out = in != NULL ? new_block (call, k, error) : NULL;
  gboolean done =
      out != NULL && func (object->system, k, in, object->n, out, object->n, &call->job, error);

  gram_free (in);
  return give_block (call, done, out, k);
}

static gboolean
do_multiply (GramWireCall *call, GError **error)
{
  return map_block (call, gram_system_multiply, error);
}

static gboolean
do_factor (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;

  object->factored =
      gram_wire_end (&call->in, error) && gram_system_factor (object->system, &call->job, error);
  return object->factored;
}

static gboolean
needs (gboolean there, const char *what, GError **error)
{
  return there || gram_fail (error, GRAM_ERROR_DATA, "there is no %s yet", what);
}

static gboolean
do_solve (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  gint64 k = 0;
  double *B = needs (object->factored, "factor", error) ? read_block (call, &k, error) : NULL;

  return give_block (call,
                     B != NULL
                         && gram_system_solve (object->system, k, B, object->n, &call->job, error),
                     B, k);
}

static gboolean
do_inverse_diagonal (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  double *out = needs (object->factored, "factor", error) && gram_wire_end (&call->in, error)
                    ? new_block (call, 1, error)
                    : NULL;

  return give_block (call,
                     out != NULL
                         && gram_system_inverse_diagonal (object->system, out, &call->job, error),
                     out, 1);
}

static gboolean
do_spectrum (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  double *out = gram_wire_end (&call->in, error) ? new_block (call, 1, error) : NULL;

  object->decomposed = out != NULL && gram_system_spectrum (object->system, out, &call->job, error);
  return give_block (call, object->decomposed, out, 1);
}

static gboolean
do_project (GramWireCall *call, GError **error)
{
  return needs (call->object->decomposed, "spectrum", error)
         && map_block (call, gram_system_project, error);
}

static gboolean
do_expand (GramWireCall *call, GError **error)
{
  return needs (call->object->decomposed, "spectrum", error)
         && map_block (call, gram_system_expand, error);
}

static gboolean
do_eigenvector (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  gint64 index = 0;
  double *out;

  GRAM_WIRE_VALUE (&call->in, index);
  if (!needs (object->decomposed, "spectrum", error) || !gram_wire_end (&call->in, error))
    return FALSE;
  if (index < 0 || index >= object->n)
    return gram_fail (error, GRAM_ERROR_DATA, "there is no such eigenvector");
  out = new_block (call, 1, error);
  return give_block (call,
                     out != NULL
                         && gram_system_eigenvector (object->system, index, out, &call->job, error),
                     out, 1);
}

static gboolean
do_download (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  double *H = gram_wire_end (&call->in, error) ? new_block (call, object->n, error) : NULL;

  return give_block (call, H != NULL && gram_system_download (object->system, H, object->n, error),
                     H, object->n);
}

/* ---------- trainers -------------------------------------------------------------------------- */

/* Where the trainer stands is told whether or not the steps were done. */
static gboolean
do_step (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  gint64 count = 0;
  double *residuals;
  gboolean done;

  GRAM_WIRE_VALUE (&call->in, count);
  if (!gram_wire_end (&call->in, error))
    return FALSE;
  if (count < 0 || count > GRAM_STEP_MAX)
    return gram_fail (error, GRAM_ERROR_DATA, "no such number of steps");
  residuals = gram_try_alloc (sizeof (double), object->sets, count, "the residuals", error);
  done =
      residuals != NULL && gram_trainer_step (object->trainer, count, residuals, &call->job, error);
  if (done)
    {
      gram_wire_calls_status (object, &call->out);
      gram_wire_bytes (&call->out, residuals, (gsize) (count * object->sets) * sizeof (double));
    }
  gram_free (residuals);
  return done;
}

static gboolean
read_set (GramWireCall *call, guint32 *set, GError **error)
{
  GRAM_WIRE_VALUE (&call->in, *set);
  if (call->in.failed || *set >= call->object->sets)
    return gram_fail (error, GRAM_ERROR_DATA, "there is no such label set");
  return TRUE;
}

static gboolean
do_observe (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  guint32 set, flags = 0, with_u = 0;
  GramObservation seen = { 0 };
  g_autofree double *u = g_new0 (double, object->n);
  g_autofree double *u_test = g_new0 (double, MAX (object->n_test, 1));

  if (!read_set (call, &set, error))
    return FALSE;
  GRAM_WIRE_VALUE (&call->in, flags);
  GRAM_WIRE_VALUE (&call->in, with_u);
  seen.u = with_u ? u : NULL;
  seen.u_test = (flags & GRAM_OBSERVE_TEST) != 0 ? u_test : NULL;
  if (!gram_wire_end (&call->in, error)
      || !gram_trainer_observe (object->trainer, set, flags, &seen, error))
    return FALSE;
  gram_wire_observation (&call->out, &seen, object->n, object->n_test);
  return TRUE;
}

static gboolean
do_weights (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  guint32 set;
  float *W;
  gboolean done;

  if (!read_set (call, &set, error) || !gram_wire_end (&call->in, error))
    return FALSE;
  W = gram_try_alloc (sizeof (float), object->d, object->m, "the weights", error);
  done = W != NULL && gram_trainer_weights (object->trainer, set, W, object->d, error);
  if (done)
    gram_wire_bytes (&call->out, W, (gsize) (object->d * object->m) * sizeof (float));
  gram_free (W);
  return done;
}

static gboolean
do_save (GramWireCall *call, GError **error)
{
  guint32 kind = 0;
  g_autoptr (GBytes) state = NULL;
  gsize size;
  gconstpointer memory;

  GRAM_WIRE_VALUE (&call->in, kind);
  if (!gram_wire_end (&call->in, error))
    return FALSE;
  state = gram_trainer_save (call->object->trainer,
                             kind == GRAM_STATE_NATIVE ? GRAM_STATE_NATIVE : GRAM_STATE_PORTABLE,
                             error);
  if (state == NULL)
    return FALSE;
  memory = g_bytes_get_data (state, &size);
  gram_wire_bytes (&call->out, (gpointer) memory, size);
  return TRUE;
}

static gboolean
do_restore (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  GramTrainerPlan plan;

  if (!gram_trainer_restore (object->trainer, call->payload, error))
    return FALSE;
  plan = *gram_trainer_get_plan (object->trainer);
  gram_wire_plan (&call->out, &plan);
  gram_wire_calls_status (object, &call->out);
  return TRUE;
}

static gboolean
do_gram (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  guint32 set;
  double *H;

  if (!read_set (call, &set, error) || !gram_wire_end (&call->in, error))
    return FALSE;
  H = new_block (call, object->n, error);
  return give_block (call,
                     H != NULL && gram_trainer_gram (object->trainer, set, H, object->n, error), H,
                     object->n);
}

static gboolean
do_pattern (GramWireCall *call, GError **error)
{
  GramWireObject *object = call->object;
  gint64 bytes = (object->n + 7) / 8;
  guint32 set;
  guint8 *bits;
  gboolean done;

  if (!read_set (call, &set, error) || !gram_wire_end (&call->in, error))
    return FALSE;
  bits = gram_try_alloc (1, bytes, object->m, "the patterns", error);
  done = bits != NULL && gram_trainer_pattern (object->trainer, set, bits, error);
  if (done)
    gram_wire_bytes (&call->out, bits, (gsize) (bytes * object->m));
  gram_free (bits);
  return done;
}

/* ---------- calls ----------------------------------------------------------------------------- */

/* What a call is made on */
typedef enum
{
  ON_DEVICE,
  ON_NEW, /* that becomes a system or a trainer, or was one */
  ON_SYSTEM,
  ON_TRAINER,
} Target;

static const struct
{
  CallFunc func;
  Target target;
} calls[GRAM_WIRE_KINDS] = {
  [GRAM_WIRE_PING] = { do_ping, ON_DEVICE },
  [GRAM_WIRE_HAVE] = { do_have, ON_DEVICE },
  [GRAM_WIRE_SAMPLES] = { do_samples, ON_DEVICE },
  [GRAM_WIRE_PLAN] = { do_plan, ON_DEVICE },
  [GRAM_WIRE_SYSTEM_PLAN] = { do_system_plan, ON_DEVICE },
  [GRAM_WIRE_SYSTEM_NEW] = { do_system_new, ON_NEW },
  [GRAM_WIRE_TRAINER_NEW] = { do_trainer_new, ON_NEW },
  [GRAM_WIRE_FREE] = { do_free, ON_NEW },
  [GRAM_WIRE_MULTIPLY] = { do_multiply, ON_SYSTEM },
  [GRAM_WIRE_FACTOR] = { do_factor, ON_SYSTEM },
  [GRAM_WIRE_SOLVE] = { do_solve, ON_SYSTEM },
  [GRAM_WIRE_INVERSE_DIAGONAL] = { do_inverse_diagonal, ON_SYSTEM },
  [GRAM_WIRE_SPECTRUM] = { do_spectrum, ON_SYSTEM },
  [GRAM_WIRE_PROJECT] = { do_project, ON_SYSTEM },
  [GRAM_WIRE_EXPAND] = { do_expand, ON_SYSTEM },
  [GRAM_WIRE_EIGENVECTOR] = { do_eigenvector, ON_SYSTEM },
  [GRAM_WIRE_DOWNLOAD] = { do_download, ON_SYSTEM },
  [GRAM_WIRE_STEP] = { do_step, ON_TRAINER },
  [GRAM_WIRE_OBSERVE] = { do_observe, ON_TRAINER },
  [GRAM_WIRE_WEIGHTS] = { do_weights, ON_TRAINER },
  [GRAM_WIRE_SAVE] = { do_save, ON_TRAINER },
  [GRAM_WIRE_RESTORE] = { do_restore, ON_TRAINER },
  [GRAM_WIRE_GRAM] = { do_gram, ON_TRAINER },
  [GRAM_WIRE_PATTERN] = { do_pattern, ON_TRAINER },
};

static gboolean
target_check (const GramWireCall *call, GError **error)
{
  const GramWireObject *object = call->object;
  Target target = calls[call->kind].target;
  gboolean right = target == ON_DEVICE   ? call->number == 0
                   : target == ON_NEW    ? call->number != 0
                   : target == ON_SYSTEM ? object->system != NULL
                                         : object->trainer != NULL;

  if (object->host->device == NULL)
    return gram_fail (error, GRAM_ERROR_DEVICE, "there is no device");
  return right || gram_fail (error, GRAM_ERROR_DATA, "there is nothing of that number");
}

/* Whether it is a request */
gboolean
gram_wire_calls_know (guint kind)
{
  return kind < GRAM_WIRE_KINDS && calls[kind].func != NULL;
}

/**
 * gram_wire_calls_do:
 * @call: whose request may be anything; what is to be answered is written to its out
 *
 * Returns: %FALSE with the device's error, or GRAM_ERROR_DATA for a request that makes no sense
 */
gboolean
gram_wire_calls_do (GramWireCall *call, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean done;

  gram_wire_read (&call->in, call->payload);
  done = target_check (call, &failure) && calls[call->kind].func (call, &failure);
  gram_wire_clear (&call->in);
  if (!done && failure == NULL)
    gram_fail (&failure, GRAM_ERROR_FAILED, "the device refused");
  if (!done)
    g_propagate_error (error, g_steal_pointer (&failure));
  return done;
}

/* Frees what it became; the object itself is the caller's. */
void
gram_wire_calls_clear (GramWireObject *object)
{
  g_clear_pointer (&object->system, gram_system_free);
  g_clear_pointer (&object->trainer, gram_trainer_free);
  object->factored = object->decomposed = FALSE;
}
