/* gram-document.h: what the window shows: settings, their history, and the session they drive
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-job-list.h"
#include "gram-session.h"
#include "gram-view-state.h"

G_BEGIN_DECLS

#define GRAM_TYPE_DOCUMENT (gram_document_get_type ())
G_DECLARE_FINAL_TYPE (GramDocument, gram_document, GRAM, DOCUMENT, GObject)

GramDocument *gram_document_new (void);
GramSession *gram_document_get_session (GramDocument *document);
GramJobList *gram_document_get_jobs (GramDocument *document);
void gram_document_watch (GramDocument *document, gpointer receiver, GCallback callback,
                          ...) G_GNUC_NULL_TERMINATED;
const GramSettings *gram_document_get_settings (GramDocument *document);

/* Edit a copy and commit it: one step of the undo history, named by @what; steps of the same
 * name within a moment are one. */
GramSettings *gram_document_edit (GramDocument *document);
void gram_document_commit (GramDocument *document, GramSettings *settings, const char *what);
void gram_document_take_stable_step (GramDocument *document);
void gram_document_replace (GramDocument *document, GramSettings *settings);
void gram_document_adopt (GramDocument *document);
gboolean gram_document_load (GramDocument *document, const char *text, GError **error);

/* Settings, their history and the run, for what is to leave no trace. */
void gram_document_lay_aside (GramDocument *document);
void gram_document_bring_back (GramDocument *document);

void gram_document_undo (GramDocument *document);
void gram_document_redo (GramDocument *document);
gboolean gram_document_can_undo (GramDocument *document);
gboolean gram_document_can_redo (GramDocument *document);

void gram_document_start (GramDocument *document);
void gram_document_pause (GramDocument *document);
void gram_document_step (GramDocument *document);
void gram_document_reset (GramDocument *document);
void gram_document_set_rho (GramDocument *document, double rho);
gint64 gram_document_get_step (GramDocument *document);
char *gram_document_describe_run (GramDocument *document);

/* What people look at; session files keep it. Pages change it, and read it again when
 * "view-restored" is emitted. */
GramViewState *gram_document_get_view (GramDocument *document);
void gram_document_restore_view (GramDocument *document, const char *text);

G_END_DECLS
