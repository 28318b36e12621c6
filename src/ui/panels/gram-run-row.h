/* gram-run-row.h: a run in the list of runs
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

#define GRAM_TYPE_RUN_ROW (gram_run_row_get_type ())
G_DECLARE_FINAL_TYPE (GramRunRow, gram_run_row, GRAM, RUN_ROW, GtkListBoxRow)

GtkWidget *gram_run_row_new (GramDocument *document, guint number);
guint gram_run_row_get_number (GramRunRow *row);
void gram_run_row_update (GramRunRow *row);

G_END_DECLS
