/* gram-name.h: the whole words of a file's or an array's name
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-dataset.h"

G_BEGIN_DECLS

const char *gram_name_find (const char *text, const char *word);
gboolean gram_name_is_like (const char *file, const char *const *patterns);
gboolean gram_name_have (const char *text, const char *const *words);
char *gram_name_blank (const char *text, const char *const *words);
GStrv gram_name_split (const char *text);
gboolean gram_name_read_split (const char *name, GramSplit *split, char **rest);

G_END_DECLS
