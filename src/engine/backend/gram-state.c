/* gram-state.c: what trainer_save returns, so that any backend can go on from any other's state
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-state.h"

#include <stdlib.h>
#include <string.h>

#include "gram-error.h"
#include "gram-network.h"
#include "gram-size.h"

#define STATE_MAGIC "GramStat"
#define STATE_VERSION 1u

typedef struct
{
  char name[16];
  guint64 bytes; /* of the data that follows, which is padded to a multiple of 8 */
} SectionHeader;

static gsize
padded (gsize bytes)
{
  return (bytes + 7) & ~(gsize) 7;
}

/**
 * gram_state_header_init:
 * @header: (out caller-allocates)
 * @spec: the run
 * @backend: who writes
 * @plan: what ran
 * @step: k
 */
void
gram_state_header_init (GramStateHeader *header, const GramTrainerSpec *spec, const char *backend,
                        const GramTrainerPlan *plan, gint64 step)
{
  memset (header, 0, sizeof *header);
  memcpy (header->magic, STATE_MAGIC, sizeof header->magic);
  header->version = STATE_VERSION;
  header->n = spec->train.n;
  header->d = spec->train.d;
  header->m = spec->m;
  header->n_sets = spec->n_sets;
  header->step = step;
  header->seed = spec->seed;
  header->eta = spec->eta;
  header->kappa = spec->kappa;
  header->init = (gint32) spec->init;
  header->formulation = (gint32) plan->formulation;
  header->precision = (gint32) plan->precision;
  g_strlcpy (header->backend, backend, sizeof header->backend);
}

/**
 * gram_state_size:
 *
 * Returns: bytes of a state with nothing but the weights; G_MAXUINT64 when that is beyond counting
 */
guint64
gram_state_size (const GramTrainerSpec *spec)
{
  gsize each, all;

  if (!gram_size_product (&each, sizeof (float), spec->train.d, gram_network_count (spec))
      || !gram_size_product (&all, each, spec->n_sets, 1)
      || all > G_MAXINT64 - sizeof (GramStateHeader) - sizeof (SectionHeader) - 8)
    return G_MAXUINT64;
  return sizeof (GramStateHeader) + sizeof (SectionHeader) + padded (all);
}

/**
 * gram_state_build:
 * @sections: (array length=count): copied
 *
 * Returns: (transfer full) (nullable): the state, or %NULL with GRAM_ERROR_MEMORY
 */
GBytes *
gram_state_build (const GramStateHeader *header, const GramStateSection *sections, guint count,
                  GError **error)
{
  gsize total = sizeof *header;
  guint8 *memory, *at;

  for (guint i = 0; i < count; i++)
    total += sizeof (SectionHeader) + padded (sections[i].bytes);
  memory = gram_try_alloc (1, (gint64) total, 1, "the state of the run", error);
  if (memory == NULL)
    return NULL;
  memcpy (memory, header, sizeof *header);
  ((GramStateHeader *) memory)->n_sections = count;
  at = memory + sizeof *header;
  for (guint i = 0; i < count; i++)
    {
      SectionHeader *section = (SectionHeader *) at;

      g_strlcpy (section->name, sections[i].name, sizeof section->name);
      section->bytes = sections[i].bytes;
      if (sections[i].bytes > 0)
        memcpy (at + sizeof *section, sections[i].data, sections[i].bytes);
      at += sizeof *section + padded (sections[i].bytes);
    }
  return g_bytes_new_with_free_func (memory, total, gram_free, memory);
}

/**
 * gram_state_start:
 *
 * Returns: (transfer full) (nullable): the portable state of W(0), or %NULL with GRAM_ERROR_MEMORY
 */
GBytes *
gram_state_start (const GramTrainerSpec *spec, const char *backend, const GramTrainerPlan *plan,
                  GError **error)
{
  gint64 count = gram_network_count (spec), size = spec->train.d * count;
  gsize bytes = (gsize) size * sizeof (float);
  GramStateSection section = { GRAM_STATE_WEIGHTS, NULL, bytes * spec->n_sets };
  float *W = gram_try_alloc (sizeof (float), size, spec->n_sets, "weights", error);
  GramStateHeader header;
  GBytes *state;

  if (W == NULL)
    return NULL;
  gram_network_weights (spec, 0, count, W, spec->train.d);
  for (guint set = 1; set < spec->n_sets; set++)
    memcpy (W + set * size, W, bytes);
  section.data = W;
  gram_state_header_init (&header, spec, backend, plan, 0);
  state = gram_state_build (&header, &section, 1, error);
  gram_free (W);
  return state;
}

static gboolean
damaged (const char *how, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "the saved state of the run %s", how);
  return FALSE;
}

/* Every section lies inside, and nothing is left over. */
static gboolean
sections_check (const guint8 *memory, gsize size, guint count, GError **error)
{
  gsize at = sizeof (GramStateHeader);

  for (guint i = 0; i < count; i++)
    {
      SectionHeader section;

      if (size - at < sizeof section)
        return damaged ("is cut off", error);
      memcpy (&section, memory + at, sizeof section);
      at += sizeof section;
      if (section.bytes > size - at || padded (section.bytes) > size - at
          || memchr (section.name, '\0', sizeof section.name) == NULL)
        return damaged ("is cut off or damaged", error);
      at += padded (section.bytes);
    }
  return at == size || damaged ("has bytes that belong to nothing", error);
}

/**
 * gram_state_align:
 * @state: bytes that may lie anywhere, as a part of a file does
 *
 * Returns: (transfer full) (nullable): @state where its numbers can be read in place, else a copy
 *   that is; %NULL with GRAM_ERROR_MEMORY
 */
GBytes *
gram_state_align (GBytes *state, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (state, &size);
  gpointer memory;

  if ((gsize) data % 8 == 0)
    return g_bytes_ref (state);
  memory = gram_try_alloc (1, (gint64) size, 1, "the state of the run", error);
  if (memory == NULL)
    return NULL;
  memcpy (memory, data, size);
  return g_bytes_new_with_free_func (memory, size, gram_free, memory);
}

/**
 * gram_state_parse:
 * @expected: the header of the run that wants to go on, by gram_state_header_init()
 * @header: (out caller-allocates): the state's own: its step, backend, formulation, precision
 *
 * Checks the whole layout and that the state is of the same problem shape, network and step size;
 * backend, formulation and precision may differ.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA
 */
gboolean
gram_state_parse (GBytes *state, const GramStateHeader *expected, GramStateHeader *header,
                  GError **error)
{
  gsize size;
  const guint8 *memory = g_bytes_get_data (state, &size);

  if (size < sizeof *header)
    return damaged ("is cut off", error);
  memcpy (header, memory, sizeof *header);
  if (memcmp (header->magic, STATE_MAGIC, sizeof header->magic) != 0)
    return damaged ("is of another kind", error);
  if (header->version != STATE_VERSION)
    return damaged ("is of another version or byte order", error);
  if (memchr (header->backend, '\0', sizeof header->backend) == NULL || header->step < 0
      || header->step > GRAM_STEP_MAX)
    return damaged ("is damaged", error);
  if (header->n != expected->n || header->d != expected->d || header->m != expected->m
      || header->n_sets != expected->n_sets || header->seed != expected->seed
      || header->init != expected->init || header->kappa != expected->kappa
      || header->eta != expected->eta)
    return damaged ("belongs to another problem or network", error);
  return sections_check (memory, size, header->n_sections, error);
}

/**
 * gram_state_find:
 * @state: one that gram_state_align() returned and gram_state_parse() accepted
 * @bytes: (out): the size of the section
 *
 * Returns: (transfer none) (nullable): the section's data, 8-byte aligned; %NULL when there is none
 *   of that name
 */
gconstpointer
gram_state_find (GBytes *state, const char *name, gsize *bytes)
{
  const guint8 *memory = g_bytes_get_data (state, NULL);
  gsize at = sizeof (GramStateHeader);
  GramStateHeader header;

  memcpy (&header, memory, sizeof header);
  for (guint i = 0; i < header.n_sections; i++)
    {
      SectionHeader section;

      memcpy (&section, memory + at, sizeof section);
      at += sizeof section;
      *bytes = section.bytes;
      if (g_str_equal (section.name, name))
        return memory + at;
      at += padded (section.bytes);
    }
  return NULL;
}

/**
 * gram_state_section:
 * @bytes: the size it must have
 *
 * Returns: (transfer none) (nullable): as gram_state_find(); %NULL too when the size is another
 */
gconstpointer
gram_state_section (GBytes *state, const char *name, gsize bytes)
{
  gsize found = 0;
  gconstpointer data = gram_state_find (state, name, &found);

  return data != NULL && found == bytes ? data : NULL;
}

/**
 * gram_state_weights:
 *
 * Returns: (transfer none) (nullable): the section GRAM_STATE_WEIGHTS; %NULL with GRAM_ERROR_DATA
 *   when there is none of this size
 */
const float *
gram_state_weights (GBytes *state, const GramTrainerSpec *spec, GError **error)
{
  gsize bytes = (gsize) (spec->train.d * gram_network_count (spec) * spec->n_sets) * sizeof (float);
  const float *weights = gram_state_section (state, GRAM_STATE_WEIGHTS, bytes);

  if (weights == NULL)
    damaged ("has no weights", error);
  return weights;
}

/**
 * gram_state_replace_weights:
 * @state: as for gram_state_find()
 * @weights: (nullable): what the section GRAM_STATE_WEIGHTS is to be; %NULL: there is to be none
 *
 * Returns: (transfer full) (nullable): @state with other weights; %NULL with GRAM_ERROR_MEMORY, or
 *   with GRAM_ERROR_DATA for what is no state
 */
GBytes *
gram_state_replace_weights (GBytes *state, gconstpointer weights, gsize bytes, GError **error)
{
  const guint8 *memory = g_bytes_get_data (state, NULL);
  gsize at = sizeof (GramStateHeader);
  GramStateHeader header;
  g_autoptr (GArray) sections = g_array_new (FALSE, FALSE, sizeof (GramStateSection));
  GramStateSection section = { GRAM_STATE_WEIGHTS, weights, bytes };

  if (g_bytes_get_size (state) < sizeof header)
    {
      damaged ("is cut off", error);
      return NULL;
    }
  memcpy (&header, memory, sizeof header);
  if (!sections_check (memory, g_bytes_get_size (state), header.n_sections, error))
    return NULL;
  if (weights != NULL)
    g_array_append_val (sections, section);
  for (guint i = 0; i < header.n_sections; i++)
    {
      const SectionHeader *old = (const SectionHeader *) (memory + at);

      at += sizeof *old;
      section = (GramStateSection){ old->name, memory + at, old->bytes };
      if (!g_str_equal (old->name, GRAM_STATE_WEIGHTS))
        g_array_append_val (sections, section);
      at += padded (old->bytes);
    }
  return gram_state_build (&header, (const GramStateSection *) sections->data, sections->len,
                           error);
}

/**
 * gram_state_is_native:
 *
 * Returns: whether both come from the same backend, formulation and precision, so that private
 *   sections can be used and the continuation is bitwise the same
 */
gboolean
gram_state_is_native (const GramStateHeader *a, const GramStateHeader *b)
{
  return g_str_equal (a->backend, b->backend) && a->formulation == b->formulation
         && a->precision == b->precision;
}
