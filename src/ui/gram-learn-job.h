/* gram-learn-job.h: the measure of known functions as n grows, on a thread of its own
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

#include "gram-learnability.h"

G_BEGIN_DECLS

/* On the main thread, row by row. */
typedef void (*GramLearnJobFunc) (const GramLearnRow *row, gpointer data);

void gram_learn_job_start (gint64 d, guint64 seed, GPtrArray *targets, GCancellable *cancellable,
                           GramLearnJobFunc func, GAsyncReadyCallback callback, GObject *object);
gboolean gram_learn_job_finish (GAsyncResult *result, GError **error);

G_END_DECLS
