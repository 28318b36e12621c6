/* gram-words.h: numbers, states and errors in the words of the window
 *
 * SPDX-License-Identifier: MIT
 *
 * No widget is needed to call these, so they are tested without a display.
 */
#pragma once

#include "gram-session.h"

G_BEGIN_DECLS

/* All (transfer full), but the labels. */
char *gram_words_number (double value, int digits);
char *gram_words_typed (double value, gboolean integer);
char *gram_words_count (gint64 value);
char *gram_words_bytes_of (guint64 needed, guint64 available);
char *gram_words_duration (double seconds);
char *gram_words_about (double seconds);
char *gram_words_sentence (const char *message);
char *gram_words_steps (gint64 steps);
char *gram_words_file_name (const GramProblem *problem, const char *what);
char *gram_words_progress (GramState state, const GramProgress *progress);
char *gram_words_sweep (const GramSweepTable *table, gboolean waits);
const char *gram_state_label (GramState state);
const char *gram_stage_label (GramStage stage);
char *gram_error_remedy (const GError *error);

G_END_DECLS
