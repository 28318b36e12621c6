/* gram-sweep-file.h: finished cells of a sweep as CSV, read back to go on
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-sweep.h"

G_BEGIN_DECLS

char *gram_sweep_file_identity (const GramSettings *settings, const GramProblem *problem,
                                const GramSweepSpec *spec, gint64 m);
char *gram_sweep_file_header (const GPtrArray *variations);
gboolean gram_sweep_file_read (const char *path, const char *identity, const GramSweepTable *table,
                               GString *others, GError **error);
gboolean gram_sweep_file_merge (const char *const *paths, char **text, GError **error);
gboolean gram_sweep_file_write (const char *path, const char *identity, const GramSweepTable *table,
                                const GString *others, GError **error);

G_END_DECLS
