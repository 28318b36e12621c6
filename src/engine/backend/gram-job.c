/* gram-job.c: work that tells how far it is and can be cancelled
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-job.h"

const GramJob *
gram_job_or_none (const GramJob *job)
{
  static const GramJob none = { 0 };

  return job != NULL ? job : &none;
}

static void
on_progress (double fraction, gpointer data)
{
  GramJobPart *part = data;

  part->reached = part->base + fraction * part->span;
  gram_job_progress (part->whole, part->reached);
}

/**
 * gram_job_part:
 * @part: (out caller-allocates): has to last as long as the result
 * @whole: (nullable)
 *
 * Returns: (transfer none): a job whose progress from 0 to 1 is that of @whole from @base to
 *   @base + @span
 */
const GramJob *
gram_job_part (GramJobPart *part, const GramJob *whole, double base, double span)
{
  whole = gram_job_or_none (whole);
  *part = (GramJobPart){ { whole->cancellable, on_progress, part }, whole, base, span, base };
  return &part->job;
}
