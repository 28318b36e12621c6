/* gram-job-row.h: a job in the list of what runs
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

#include "gram-job-list.h"

G_BEGIN_DECLS

#define GRAM_TYPE_JOB_ROW (gram_job_row_get_type ())
G_DECLARE_FINAL_TYPE (GramJobRow, gram_job_row, GRAM, JOB_ROW, GtkListBoxRow)

GtkWidget *gram_job_row_new (GramJobList *list, const GramListedJob *job);
gboolean gram_job_row_is_of (GramJobRow *row, const GramListedJob *job);
void gram_job_row_update (GramJobRow *row, const GramListedJob *job);

G_END_DECLS
