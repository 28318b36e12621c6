/* gram-thread.h: threads that can be left to end by themselves
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GramThread GramThread;

GramThread *gram_thread_start (const char *name, GThreadFunc func, gpointer data,
                               GDestroyNotify data_free);
gboolean gram_thread_finish (GramThread *thread, guint wait_ms);
guint gram_thread_count (void);

G_END_DECLS
