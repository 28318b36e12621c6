/* gram-history.h: the undo history of settings, which takes no step for what was refused
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct _GramHistory GramHistory;

GramHistory *gram_history_new (void);
void gram_history_free (GramHistory *history);

void gram_history_push (GramHistory *history, const GramSettings *settings, const char *what);
GramSettings *gram_history_undo (GramHistory *history, const GramSettings *settings);
GramSettings *gram_history_redo (GramHistory *history, const GramSettings *settings);
const GramSettings *gram_history_peek_undo (const GramHistory *history);
const GramSettings *gram_history_peek_redo (const GramHistory *history);

void gram_history_mark (GramHistory *history, const GramSettings *settings);
void gram_history_revert (GramHistory *history, const GramSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramHistory, gram_history_free)

G_END_DECLS
