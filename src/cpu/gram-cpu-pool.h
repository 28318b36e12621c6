/* gram-cpu-pool.h: the threads that a CPU device owns
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GramCpuPool GramCpuPool;

/* @worker is in [0, threads): an index of scratch memory. Tasks must not depend on it. */
typedef void (*GramCpuTask) (gint64 task, guint worker, gpointer data);

GramCpuPool *gram_cpu_pool_new (guint threads);
void gram_cpu_pool_free (GramCpuPool *pool);
guint gram_cpu_pool_get_threads (const GramCpuPool *pool);
void gram_cpu_pool_run (GramCpuPool *pool, gint64 n_tasks, GramCpuTask task, gpointer data);

G_END_DECLS
