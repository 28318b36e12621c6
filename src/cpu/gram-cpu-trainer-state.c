/* gram-cpu-trainer-state.c: saving a run and going on bitwise the same
 *
 * SPDX-License-Identifier: MIT
 *
 * Beside W(k), which every backend's state has, this backend's own arrays are kept in its layout:
 * u and the patterns follow from them to the bit.
 */
#include "gram-cpu-trainer.h"

#include <string.h>

#include "gram-cpu-lazy.h"
#include "gram-error.h"
#include "gram-size.h"
#include "gram-state.h"

#define PARTS 3
#define LAZY_SECTION "cpu-lazy-own" /* “cpu-lazy”, before, had u in the place of √m·u */

typedef struct
{
  const char *name;
  gsize bytes; /* of one label set */
} Part;

/* What W(0) and the problem do not determine. */
static guint
own_parts (GramCpuTrainer *trainer, Part parts[PARTS])
{
  gsize n = (gsize) (trainer->n_tiles * GRAM_TILE), d = (gsize) (trainer->d_tiles * GRAM_TILE);
  gsize row = (gsize) trainer->neurons * sizeof (float);

  if (!gram_cpu_in_samples (trainer))
    {
      parts[0] = (Part){ "cpu-moved", d * row };
      return 1;
    }
  parts[0] = (Part){ "cpu-delta", n * row };
  parts[1] = (Part){ "cpu-spells", n * row };
  parts[2] = (Part){ "cpu-total", n * sizeof (double) };
  return 3;
}

static gpointer
part_memory (GramCpuSet *set, guint part)
{
  if (part == 0)
    return set->delta != NULL ? set->delta : set->moved;
  return part == 1 ? (gpointer) set->spells : set->total;
}

static gboolean
collect (GramCpuTrainer *trainer, GramStateSection *section, const Part *part, guint index,
         GError **error)
{
  guint8 *memory =
      gram_try_alloc (part->bytes, trainer->spec.n_sets, 1, "the state of the run", error);

  for (guint s = 0; memory != NULL && s < trainer->spec.n_sets; s++)
    memcpy (memory + s * part->bytes, part_memory (&trainer->sets[s], index), part->bytes);
  *section = (GramStateSection){ part->name, memory, part->bytes * trainer->spec.n_sets };
  return memory != NULL;
}

/* The arrays lie in the inner order of images and pixels, which other processors or numbers of
 * threads may round to another one: its fingerprint goes with them. */
static guint64
order_hash (GramCpuTrainer *trainer)
{
  guint64 hash = 14695981039346656037u;

  for (gint64 i = 0; i < trainer->n; i++)
    hash = (hash ^ (guint64) trainer->order[i]) * 1099511628211u;
  for (gint64 j = 0; j < trainer->d_used; j++)
    hash = (hash ^ (guint64) trainer->used[j]) * 1099511628211u;
  return hash;
}

static gboolean
collect_weights (GramCpuTrainer *trainer, GramStateSection *section, GError **error)
{
  gint64 size = trainer->d * trainer->m;
  float *W = gram_try_alloc (sizeof (float), size, trainer->spec.n_sets, "W(k)", error);
  gboolean done = W != NULL;

  for (guint s = 0; done && s < trainer->spec.n_sets; s++)
    done = gram_cpu_trainer_weights (trainer, s, W + s * size, trainer->d, error);
  *section = (GramStateSection){ GRAM_STATE_WEIGHTS, W,
                                 (gsize) size * trainer->spec.n_sets * sizeof (float) };
  return done;
}

GBytes *
gram_cpu_trainer_save (gpointer data, GramStateKind kind, GError **error)
{
  GramCpuTrainer *trainer = data;
  Part parts[PARTS];
  gboolean native = kind == GRAM_STATE_NATIVE;
  guint count = native ? own_parts (trainer, parts) : 0;
  GramStateSection sections[3 + PARTS] = { 0 };
  guint64 order = order_hash (trainer);
  GramStateHeader header;
  GBytes *state = NULL;
  gboolean done =
      gram_cpu_trainer_is_whole (trainer, error) && collect_weights (trainer, &sections[0], error);

  for (guint p = 0; done && p < count; p++)
    done = collect (trainer, &sections[1 + p], &parts[p], p, error);
  if (done && native && trainer->plan.formulation == GRAM_FORMULATION_LAZY)
    {
      GramStateSection *section = &sections[++count];

      section->name = LAZY_SECTION;
      section->data = gram_cpu_lazy_save (trainer, &section->bytes, error);
      done = section->data != NULL;
    }
  if (done)
    {
      gram_state_header_init (&header, &trainer->spec, "cpu", &trainer->plan, trainer->step);
      sections[1 + count] = (GramStateSection){ "cpu-order", &order, sizeof order };
      state = gram_state_build (&header, sections, native ? 2 + count : 1, error);
    }
  for (guint p = 0; p < 1 + count; p++)
    gram_free ((gpointer) sections[p].data);
  return state;
}

static gboolean
restore_own (GramCpuTrainer *trainer, GBytes *state)
{
  Part parts[PARTS];
  guint count = own_parts (trainer, parts);
  const guint8 *found[PARTS], *order;
  guint64 mine = order_hash (trainer);

  order = gram_state_section (state, "cpu-order", sizeof mine);
  if (order == NULL || memcmp (order, &mine, sizeof mine) != 0)
    return FALSE;
  for (guint p = 0; p < count; p++)
    if ((found[p] =
             gram_state_section (state, parts[p].name, parts[p].bytes * trainer->spec.n_sets))
        == NULL)
      return FALSE;
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    for (guint p = 0; p < count; p++)
      memcpy (part_memory (&trainer->sets[s], p), found[p] + s * parts[p].bytes, parts[p].bytes);
  return TRUE;
}

/* Another backend's or formulation's W(k): D = W(k) − W(0) in weight space. */
static gboolean
restore_weights (GramCpuTrainer *trainer, const float *W, GError **error)
{
  if (!gram_cpu_trainer_to_weights (trainer, error))
    return FALSE;
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    for (gint64 r = 0; r < trainer->m; r++)
      for (gint64 j = 0; j < trainer->d_used; j++)
        {
          gint64 at = (j / GRAM_TILE * trainer->neurons + r) * GRAM_TILE + j % GRAM_TILE;

          trainer->sets[s].moved[at] =
              W[((gint64) s * trainer->m + r) * trainer->d + trainer->used[j]]
              - trainer->weights[at];
        }
  return TRUE;
}

static void
refresh (GramCpuTrainer *trainer)
{
  gint64 count = trainer->d_tiles * GRAM_TILE * trainer->neurons;

  if (gram_cpu_in_samples (trainer))
    {
      gram_cpu_trainer_refresh_samples (trainer);
      return;
    }
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      GramCpuSet *set = &trainer->sets[s];

      for (gint64 i = 0; i < count; i++)
        set->weights[i] = trainer->weights[i] + set->moved[i];
      gram_cpu_trainer_refresh_weights (trainer, set);
    }
}

/* What makes a continuation the same to the bit; %FALSE where it is not all there */
static gboolean
restore_native (GramCpuTrainer *trainer, GBytes *state)
{
  const guint8 *epoch;
  gsize bytes = 0;

  if (!restore_own (trainer, state))
    return FALSE;
  refresh (trainer);
  return trainer->plan.formulation != GRAM_FORMULATION_LAZY
         || ((epoch = gram_state_find (state, LAZY_SECTION, &bytes)) != NULL
             && gram_cpu_lazy_restore (trainer, epoch, bytes));
}

gboolean
gram_cpu_trainer_restore (gpointer data, GBytes *state, GramStateKind kind, GError **error)
{
  GramCpuTrainer *trainer = data;
  GramStateHeader mine, saved;
  const float *W;

  gram_state_header_init (&mine, &trainer->spec, "cpu", &trainer->plan, 0);
  if (!gram_state_parse (state, &mine, &saved, error))
    return FALSE;
  if (kind == GRAM_STATE_NATIVE)
    {
      if (!gram_state_is_native (&mine, &saved) || !restore_native (trainer, state))
        return gram_fail (error, GRAM_ERROR_DATA, "the saved state is of another kind of trainer");
    }
  else
    {
      W = gram_state_weights (state, &trainer->spec, error);
      if (W == NULL || !restore_weights (trainer, W, error))
        return FALSE;
      refresh (trainer);
    }
  trainer->step = saved.step;
  return gram_cpu_trainer_sum (trainer, error);
}
