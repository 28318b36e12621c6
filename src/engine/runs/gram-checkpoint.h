/* gram-checkpoint.h: a session or a training run as a file
 *
 * SPDX-License-Identifier: MIT
 *
 * Session files (.gramscope) and training checkpoints are the same format: sections with a SHA-256
 * each, read with bounds checked, written whole-old or whole-new with the generation before kept
 * beside it under the name "…~".
 */
#pragma once

#include "gram-kept-run.h"
#include "gram-problem.h"

G_BEGIN_DECLS

#define GRAM_CHECKPOINT_VERSION 1

/* Begins as g_new0 (GramCheckpoint, 1), for its maker to fill in. */
typedef struct
{
  GramSettings *settings;
  char *server;        /* (nullable) the device that a file named and that settings leave out */
  GramRun *run;        /* (nullable) curves and labels */
  GBytes *state;       /* (nullable) the trainer's, gram-state.h */
  gint64 step;         /* k of the state */
  char *view;          /* (nullable) JSON that only the window reads */
  guint64 fingerprint; /* of the problem's images and labels; 0: unknown */
  GPtrArray *kept;     /* (nullable) of GramKeptRun: the runs that stay */
  GPtrArray *weights;  /* (nullable) of GBytes *, one or %NULL for each of them: its file */
  GPtrArray *lost;     /* (nullable) of char *: which of them are damaged, a sentence each */
} GramCheckpoint;

void gram_checkpoint_free (GramCheckpoint *checkpoint);

GPtrArray *gram_checkpoint_serialize (const GramCheckpoint *checkpoint);
GramCheckpoint *gram_checkpoint_parse (GBytes *bytes, GError **error);

gboolean gram_checkpoint_write (const GramCheckpoint *checkpoint, const char *path, GError **error);
GramCheckpoint *gram_checkpoint_read (const char *path, char **damage, GError **error);
void gram_checkpoint_delete (const char *path);
gint64 gram_checkpoint_due (gint64 begun);
guint64 gram_checkpoint_fingerprint (const GramProblem *problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramCheckpoint, gram_checkpoint_free)

G_END_DECLS
