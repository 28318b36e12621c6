/* gram-sweep.h: many nets: Figure 2 over fractions of random labels, a study over settings
 *
 * SPDX-License-Identifier: MIT
 *
 * Cells are points × seeds × label sets. A point is the settings with one value of each that is
 * varied; a seed draws the labels that are replaced and W(0), a, while the images stay. Label sets
 * of one point and seed are trained side by side from the same W(0).
 *
 * A sweep, the paper's Figure 2, varies nothing: its label sets are the true ones with a fraction
 * replaced, and a cell ends when its residual stops falling (gram_sweep_stalled()), at the target
 * or after the most steps allowed. A study varies settings, its label sets are those of the
 * settings, and its cells end after the steps asked for: it compares every net with its prediction.
 */
#pragma once

#include "gram-analysis.h"
#include "gram-run.h"
#include "gram-settings.h"
#include "gram-variation.h"

G_BEGIN_DECLS

#define GRAM_SWEEP_STEPS 20000
#define GRAM_SWEEP_RESIDUAL 0.01
#define GRAM_STUDY_STEPS 1000

typedef struct
{
  GArray *fractions;     /* of double in [0, 1]; of a sweep */
  GPtrArray *variations; /* (nullable) of GramVariation; of a study, %NULL for a sweep */
  GArray *seeds;         /* (nullable) of guint64: these instead of … */
  guint n_seeds;         /* seeds settings.seed, +1, … */
  gint64 max_steps;      /* a cell; 0: GRAM_SWEEP_STEPS, of a study GRAM_STUDY_STEPS */
  double until_residual; /* ‖y − u‖ ≤ this·‖y‖ ends a cell; 0: GRAM_SWEEP_RESIDUAL, of a study
                          * never */
  guint part, parts; /* of @parts processes that share the work this does number @part, from 0;
                      * @parts = 0: all of it */
  char *csv;         /* (nullable) where finished cells are kept; read first, to go on */
  char *checkpoint;  /* (nullable) and the nets that are being trained, while they are */
} GramSweepSpec;

typedef struct
{
  guint point; /* which of the table's points */
  GramLabelsSpec labels;
  double fraction; /* of random labels; NAN of a study */
  guint64 seed;
  gboolean done;
  double complexity;          /* Eq 10 of this cell's labels */
  double expected_complexity; /* number 22 for exactly round(ρn) labels; of a sweep */
  double predicted; /* ‖(I − ηH∞)ᵏy‖ of Eq 8 at the last step; of a study, as is the next */
  double difference; /* ‖(y − u(k)) − (I − ηH∞)ᵏy‖ there: how far the net is off */
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
  GramProblem *problem;  /* (nullable) the images, where these are not varied */
  GPtrArray *variations; /* (nullable) of GramVariation, of a study */
  GPtrArray *points;     /* (nullable) of GramSweepPoint */
  GArray *cells;         /* of GramSweepCell, label sets within a seed within a point */
  guint done, refused;
  gboolean running;
  gboolean measuring;      /* the measures come first, before any net is trained */
  double fraction_done;    /* of all the work as far as it can be foreseen, [0, 1] */
  double seconds_left;     /* NAN: unknown */
  gint64 step;             /* of the nets that are being trained */
  double steps_per_second; /* 0: unknown */
  char *trouble;           /* (nullable) a sentence on the file of the nets that are trained */
  GError *error;           /* (nullable) why it stopped early */
} GramSweepTable;

/* A number of a cell, as files call it. */
typedef struct
{
  const char *name;
  gsize offset; /* of a double in GramSweepCell */
  gboolean sweep, study;
} GramSweepColumn;

/* The cells of one fraction that are done. */
typedef struct
{
  double fraction;
  guint count;                /* seeds */
  double test_l1, test_error; /* means over them */
} GramSweepMean;

GramSweepSpec *gram_sweep_spec_new (void);
GramSweepSpec *gram_sweep_spec_copy (const GramSweepSpec *spec);
GramSweepSpec *gram_sweep_spec_new_study (void);
void gram_sweep_spec_free (GramSweepSpec *spec);
GArray *gram_sweep_parse_fractions (const char *text, GError **error);
gboolean gram_sweep_spec_vary (GramSweepSpec *spec, const char *text, GError **error);
gboolean gram_sweep_stalled (const GramRunSet *set);
gboolean gram_sweep_is_reached (const GramRunSet *set, double until_residual);
double gram_sweep_steps_at_pace (const GramRunSet *set, double until_residual);
double gram_sweep_foresee (const GramSweepSpec *spec, const GramAnalysis *analysis, double eta);
const GramSweepColumn *gram_sweep_get_column (gboolean study, guint index);
char *gram_sweep_cell_key (const GPtrArray *points, const GramSweepCell *cell);

GramSweepTable *gram_sweep_table_ref (GramSweepTable *table);
void gram_sweep_table_unref (GramSweepTable *table);
guint gram_sweep_table_settled (const GramSweepTable *table);
GArray *gram_sweep_table_means (const GramSweepTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSweepSpec, gram_sweep_spec_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSweepTable, gram_sweep_table_unref)

G_END_DECLS
