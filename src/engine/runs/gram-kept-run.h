/* gram-kept-run.h: a run that another took the place of, and that stays all the same
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-run.h"
#include "gram-settings.h"

G_BEGIN_DECLS

/* Belongs to the main thread; others get copies. */
typedef struct
{
  gint references;
  guint number;           /* in its list, which never gives one twice; 0: in none */
  GramSettings *settings; /* the run was begun with; its width is a number */
  GramRun *run;           /* without snapshots of u(k); never changes: another takes its place */
  GramRun *predicted;     /* (nullable) the residuals of Eq 8 for @run, at steps of their own and of
                           * the label sets for which they were known; never changes */
  guint64 fingerprint;    /* of the images and labels, gram_checkpoint_fingerprint() */
  char *problem;          /* those in words: "MNIST: 0 / 1" */
  char *name;             /* (nullable) given by people */
  char *title;            /* @name, or what tells it from the others: "m 4096, κ 1" */
  gboolean hidden;        /* not to be drawn */
  guint colour;           /* different among runs of one problem, from 0 */
  gboolean keeping;       /* its weights are on their way to @file */
  char *file;             /* (nullable) a checkpoint with all curves and the weights; its own */
  guint64 file_bytes;
} GramKeptRun;

GramKeptRun *gram_kept_run_new (const GramSettings *settings, const GramRun *run,
                                guint64 fingerprint, const char *problem);
GramKeptRun *gram_kept_run_copy (const GramKeptRun *kept);
GramKeptRun *gram_kept_run_ref (GramKeptRun *kept);
void gram_kept_run_unref (GramKeptRun *kept);
void gram_kept_run_set_curves (GramKeptRun *kept, const GramRun *run);
void gram_kept_run_set_predicted (GramKeptRun *kept, GramRun *predicted);
void gram_kept_run_drop_file (GramKeptRun *kept);
gboolean gram_kept_run_is_same (const GramKeptRun *a, const GramKeptRun *b);

GBytes *gram_kept_run_serialize (const GramKeptRun *kept);
GramKeptRun *gram_kept_run_parse (GBytes *bytes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramKeptRun, gram_kept_run_unref)

G_END_DECLS
