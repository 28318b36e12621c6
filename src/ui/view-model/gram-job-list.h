/* gram-job-list.h: what runs: an analysis, a run, a sweep, a study, downloads
 *
 * SPDX-License-Identifier: MIT
 *
 * The session's jobs are read from it when they are asked for; downloads are added and removed by
 * whoever starts them. The signal "changed" () tells of downloads alone. No widget is needed.
 */
#pragma once

#include "gram-session.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_JOB_ANALYSIS,
  GRAM_JOB_RUN,
  GRAM_JOB_SWEEP,
  GRAM_JOB_STUDY,
  GRAM_JOB_DOWNLOAD,
} GramJobKind;

typedef struct
{
  GramJobKind kind;
  guint number;     /* of a download, from 1; 0 of the others */
  char *name;       /* “Analysis” */
  char *text;       /* how far it is, and how long still */
  double fraction;  /* that is done, [0, 1]; NAN: unknown */
  gboolean halted;  /* it does not go on by itself: an analysis that was stopped */
  gboolean stopped; /* it was told to end and is about to */
} GramListedJob;

#define GRAM_TYPE_JOB_LIST (gram_job_list_get_type ())
G_DECLARE_FINAL_TYPE (GramJobList, gram_job_list, GRAM, JOB_LIST, GObject)

GramJobList *gram_job_list_new (GramSession *session);
GPtrArray *gram_job_list_get (GramJobList *list);
void gram_job_list_toggle (GramJobList *list, GramJobKind kind, guint number);

guint gram_job_list_add (GramJobList *list, const char *name, GCancellable *cancellable);
void gram_job_list_tell (GramJobList *list, guint number, const char *text, double fraction);
void gram_job_list_remove (GramJobList *list, guint number);

G_END_DECLS
