/* gram-run-list.h: the runs that stay
 *
 * SPDX-License-Identifier: MIT
 *
 * In the order in which they were kept. A run that is the beginning of another is not kept beside
 * it. Weights lie in files, and when these are larger than the budget those of the run that was
 * kept first go first; curves stay. "changed" is emitted after each change.
 */
#pragma once

#include <glib-object.h>

#include "gram-kept-run.h"

G_BEGIN_DECLS

#define GRAM_RUN_LIST_BUDGET (G_GUINT64_CONSTANT (1) << 30)

#define GRAM_TYPE_RUN_LIST (gram_run_list_get_type ())
G_DECLARE_FINAL_TYPE (GramRunList, gram_run_list, GRAM, RUN_LIST, GObject)

GramRunList *gram_run_list_new (void);
guint gram_run_list_get_length (GramRunList *list);
GramKeptRun *gram_run_list_get (GramRunList *list, guint index);
GramKeptRun *gram_run_list_find (GramRunList *list, guint number);
gboolean gram_run_list_is_here (GramRunList *list, const GramKeptRun *kept);
GPtrArray *gram_run_list_get_shown (GramRunList *list);

GramKeptRun *gram_run_list_add (GramRunList *list, GramKeptRun *kept);
GramKeptRun *gram_run_list_remove (GramRunList *list, guint number);
void gram_run_list_rename (GramRunList *list, guint number, const char *name);
void gram_run_list_set_hidden (GramRunList *list, guint number, gboolean hidden);
void gram_run_list_set_present (GramRunList *list, const GramSettings *settings,
                                guint64 fingerprint);
const char *gram_run_list_get_present_title (GramRunList *list);

char *gram_run_list_new_file (GramRunList *list, GError **error);
char *gram_run_list_take_file (GramRunList *list, GramKeptRun *kept, const char *file,
                               guint64 bytes);
guint64 gram_run_list_get_budget (GramRunList *list);
char *gram_run_list_set_budget (GramRunList *list, guint64 bytes);

G_END_DECLS
