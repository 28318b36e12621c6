/* gram-number.h: a number as the shortest text that reads back to it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *gram_number_to_text (double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE]);

G_END_DECLS
