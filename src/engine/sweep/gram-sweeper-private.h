/* gram-sweeper-private.h: what the parts of a sweeper share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analyser.h"
#include "gram-checkpoint.h"
#include "gram-sweeper.h"
#include "gram-training.h"

G_BEGIN_DECLS

#define GRAM_SWEEP_GROUP 6 /* nets side by side at most */

struct _GramSweeper
{
  GramDevice *device;
  GramSettings *settings; /* of the first point: limits are the sweep's */
  GramSweepSpec *spec;
  GCancellable *cancellable;
  char *identity;
  GramSweepTable *table; /* how things stand; its points and cells are the sweeper's own */
  GString *others;       /* rows of the file that are of other cells */
  GArray *expected;      /* of gint64: steps of each cell, until it is done a guess */
  double measuring;      /* how much of the measures is done, [0, 1] */
  GramSweeperFunc listener;
  gpointer listener_data;
  double seconds; /* that nets were trained for */
  double work;    /* that was done in them: neurons × steps, of each net of a group */
  gint64 steps;   /* the steps, one of a group counted once */

  /* the images of the point at work, and what is known of them */
  guint measured;       /* points whose cells have their measures */
  gint at;              /* the point that the problem is of; −1: the settings' own */
  GramDataset *dataset; /* (nullable) once other images were asked for */
  GramProblem *problem;
  GramAnalyser *analyser; /* (nullable) of the problem; holds its eigenvectors in a study */
  GramAnalysis *analysis; /* (nullable) */

  /* the group at work */
  GramTraining *training;
  GramRun *run;
  GArray *members;      /* of guint: cells, by label set */
  GramCheckpoint *kept; /* (nullable) what the members are to go on from */
  gint64 due;           /* when they are to be kept */
};

/* gram-sweeper-keep.c */
void gram_sweeper_keep (GramSweeper *sweeper, gboolean now);
void gram_sweeper_forget (GramSweeper *sweeper);
gboolean gram_sweeper_take_up (GramSweeper *sweeper, GError **error);
gboolean gram_sweeper_restore (GramSweeper *sweeper, GError **error);

/* gram-sweeper-measure.c */
gboolean gram_sweeper_analyse (GramSweeper *sweeper, guint point, GError **error);
gboolean gram_sweeper_measure (GramSweeper *sweeper, GError **error);
gboolean gram_sweeper_compare (GramSweeper *sweeper, GramSweepCell *cell, guint member,
                               GError **error);

/* gram-sweeper-progress.c */
void gram_sweeper_expect (GramSweeper *sweeper, guint first, guint end);
void gram_sweeper_fill_progress (GramSweeper *sweeper, GramSweepTable *table);

/* gram-sweeper-train.c */
void gram_sweeper_end_group (GramSweeper *sweeper);
gboolean gram_sweeper_train (GramSweeper *sweeper, double max_seconds, gboolean *changed,
                             GError **error);

static inline GramSweepCell *
gram_sweeper_cell (GramSweeper *sweeper, guint index)
{
  return &g_array_index (sweeper->table->cells, GramSweepCell, index);
}

/* The cell that label set @member of the group at work is of. */
static inline GramSweepCell *
gram_sweeper_member (GramSweeper *sweeper, guint member)
{
  return gram_sweeper_cell (sweeper, g_array_index (sweeper->members, guint, member));
}

static inline GramSweepPoint *
gram_sweeper_point (GramSweeper *sweeper, guint index)
{
  return g_ptr_array_index (sweeper->table->points, index);
}

G_END_DECLS
