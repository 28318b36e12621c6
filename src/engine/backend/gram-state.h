/* gram-state.h: what trainer_save returns, so that any backend can go on from any other's state
 *
 * SPDX-License-Identifier: MIT
 *
 * A state is a header and named sections. The section GRAM_STATE_WEIGHTS, W(k) of every label set,
 * is always there: with the problem and W(0) it is all that gradient descent needs, so a run that
 * loses its card goes on with another backend. What a backend adds under names of its own makes
 * its own continuation bitwise the same; others skip it.
 */
#pragma once

#include "gram-trainer.h"

G_BEGIN_DECLS

/* (d × m × n_sets) float32, column-major, leading dimension d; of a shard, of its own neurons */
#define GRAM_STATE_WEIGHTS "weights"

/* Plain values, written as they lie in memory; a state of the other byte order is refused. */
typedef struct
{
  char magic[8];
  guint32 version;
  guint32 n_sections;
  gint64 n, d, m, n_sets;
  gint64 step; /* k */
  guint64 seed;
  double eta, kappa;
  gint32 init;        /* GramInit */
  gint32 formulation; /* GramFormulation that ran */
  gint32 precision;   /* GramPrecision that ran */
  guint32 reserved;
  char backend[16]; /* "cpu", "cuda" */
} GramStateHeader;

typedef struct
{
  const char *name; /* at most 15 bytes */
  gconstpointer data;
  gsize bytes;
} GramStateSection;

void gram_state_header_init (GramStateHeader *header, const GramTrainerSpec *spec,
                             const char *backend, const GramTrainerPlan *plan, gint64 step);
GBytes *gram_state_start (const GramTrainerSpec *spec, const char *backend,
                          const GramTrainerPlan *plan, GError **error);
guint64 gram_state_size (const GramTrainerSpec *spec);
GBytes *gram_state_build (const GramStateHeader *header, const GramStateSection *sections,
                          guint count, GError **error);
GBytes *gram_state_align (GBytes *state, GError **error);
gboolean gram_state_parse (GBytes *state, const GramStateHeader *expected, GramStateHeader *header,
                           GError **error);
gconstpointer gram_state_find (GBytes *state, const char *name, gsize *bytes);
gconstpointer gram_state_section (GBytes *state, const char *name, gsize bytes);
const float *gram_state_weights (GBytes *state, const GramTrainerSpec *spec, GError **error);
GBytes *gram_state_replace_weights (GBytes *state, gconstpointer weights, gsize bytes,
                                    GError **error);
gboolean gram_state_is_native (const GramStateHeader *a, const GramStateHeader *b);

G_END_DECLS
