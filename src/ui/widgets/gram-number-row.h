/* gram-number-row.h: a row with a number that is typed, bounded, and says why it is refused
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAM_TYPE_NUMBER_ROW (gram_number_row_get_type ())
G_DECLARE_FINAL_TYPE (GramNumberRow, gram_number_row, GRAM, NUMBER_ROW, AdwActionRow)

void gram_number_row_set_value (GramNumberRow *row, double value);
double gram_number_row_get_value (GramNumberRow *row);
void gram_number_row_set_placeholder (GramNumberRow *row, double value, const char *text);
void gram_number_row_set_automatic (GramNumberRow *self, double value, gint64 number);

G_END_DECLS
