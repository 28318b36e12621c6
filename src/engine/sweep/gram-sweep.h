/* gram-sweep.h: Figure 2, measured: a net trained at every fraction of random labels
 *
 * SPDX-License-Identifier: MIT
 *
 * Cells are fractions × seeds. A seed draws the labels that are replaced and W(0), a; fractions
 * of one seed are trained side by side from the same W(0). Each cell ends when its residual stops
 * falling (gram_sweep_stalled()), at the target or after the most steps allowed.
 */
#pragma once

#include "gram-run.h"
#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct
{
  GArray *fractions;     /* of double in [0, 1] */
  guint n_seeds;         /* seeds settings.seed, +1, … */
  gint64 max_steps;      /* a cell; 0: 20,000 */
  double until_residual; /* ‖y − u‖ ≤ this·‖y‖ ends a cell; 0: 0.01 */
  char *csv;             /* (nullable) where finished cells are kept; read first, to go on */
} GramSweepSpec;

typedef struct
{
  double fraction;
  guint64 seed;
  gboolean done;
  double complexity;                     /* Eq 10 of this cell's labels */
  double expected_complexity;            /* number 22 at this fraction */
  double test_l1, test_ramp, test_error; /* on test labels resampled with the same fraction */
  double train_error;
  double residual; /* ‖y − u‖ at the end */
  gint64 steps;
  GramStopped stopped; /* STEPS, TARGET: target or stalled, DIVERGED */
} GramSweepCell;

/* An immutable snapshot; each finished cell makes a new one. */
typedef struct
{
  gint references;
  GArray *cells; /* of GramSweepCell, fraction by fraction within a seed */
  guint done;
  gboolean running, waiting; /* waiting: gives way to a training run */
  double fraction_done;      /* of all the work, [0, 1] */
  double seconds_left;       /* NAN: unknown */
  GError *error;             /* (nullable) why it stopped early */
} GramSweepTable;

/* The cells of one fraction that are done. */
typedef struct
{
  double fraction;
  guint count;                /* seeds */
  double test_l1, test_error; /* means over them */
} GramSweepMean;

GramSweepSpec *gram_sweep_spec_new (void);
GramSweepSpec *gram_sweep_spec_copy (const GramSweepSpec *spec);
void gram_sweep_spec_free (GramSweepSpec *spec);
GArray *gram_sweep_parse_fractions (const char *text, GError **error);
gboolean gram_sweep_stalled (const GramRunSet *set);

GramSweepTable *gram_sweep_table_ref (GramSweepTable *table);
void gram_sweep_table_unref (GramSweepTable *table);
GArray *gram_sweep_table_means (const GramSweepTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSweepSpec, gram_sweep_spec_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSweepTable, gram_sweep_table_unref)

G_END_DECLS
