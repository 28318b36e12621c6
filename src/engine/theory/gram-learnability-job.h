/* gram-learnability-job.h: the measure of known functions as n grows, on a thread of its own
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

#include "gram-learnability.h"

G_BEGIN_DECLS

void gram_learnability_job_start (gint64 d, guint64 seed, const gint64 *sizes, guint n_sizes,
                                  GPtrArray *targets, GCancellable *cancellable,
                                  GramLearnRowFunc func, GAsyncReadyCallback callback,
                                  GObject *object);
gboolean gram_learnability_job_finish (GAsyncResult *result, GError **error);

G_END_DECLS
