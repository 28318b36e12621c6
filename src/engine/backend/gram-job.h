/* gram-job.h: work that tells how far it is and can be cancelled
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* fraction in [0, 1]; called from the thread that runs the operation */
typedef void (*GramProgressFunc) (double fraction, gpointer user_data);

typedef struct
{
  GCancellable *cancellable; /* (nullable) */
  GramProgressFunc progress; /* (nullable) */
  gpointer progress_data;
} GramJob;

/* What gram_job_part() fills in */
typedef struct
{
  GramJob job;
  const GramJob *whole;
  double base, span;
  double reached; /* of @whole: what was told last, @base at first */
} GramJobPart;

static inline void
gram_job_progress (const GramJob *job, double fraction)
{
  if (job->progress != NULL)
    job->progress (fraction, job->progress_data);
}

const GramJob *gram_job_or_none (const GramJob *job);
const GramJob *gram_job_part (GramJobPart *part, const GramJob *whole, double base, double span);

G_END_DECLS
