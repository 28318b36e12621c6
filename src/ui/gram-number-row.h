/* gram-number-row.h: a row with a number that is typed, bounded, and says why it is refused
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAM_TYPE_NUMBER_ROW (gram_number_row_get_type ())
G_DECLARE_FINAL_TYPE (GramNumberRow, gram_number_row, GRAM, NUMBER_ROW, AdwActionRow)

GtkWidget *gram_number_row_new (const char *title, const char *tip, double low, double high,
                                gboolean integer, double value);
void gram_number_row_set_value (GramNumberRow *row, double value);
double gram_number_row_get_value (GramNumberRow *row);
void gram_number_row_set_placeholder (GramNumberRow *row, double value, const char *text);

G_END_DECLS
