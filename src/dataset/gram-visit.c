/* gram-visit.c: the bytes of every part, one after the other
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dataset-private.h"

/**
 * gram_part_open:
 * @part: that is a file
 *
 * Returns: (transfer full) (nullable): at the part's first byte
 */
GramInput *
gram_part_open (const GramPart *part, GCancellable *cancellable, GError **error)
{
  return gram_input_new_plain (gram_input_new_section (part->blob, part->name, 0, G_MAXUINT64,
                                                       cancellable),
                               error);
}

static gboolean
visit_one (GramPart *part, GramVisitFunc func, gpointer user_data, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GramInput) input = gram_part_open (part, cancellable, error);

  return input != NULL && func (part, input, user_data, error);
}

/**
 * gram_parts_visit:
 * @parts: of GramPart
 * @func: called with each part and its bytes from the first on; need not read them all
 *
 * Returns: %FALSE when a file fails, has changed since it was opened, or @func says so
 */
gboolean
gram_parts_visit (GPtrArray *parts, GramVisitFunc func, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < parts->len; i++)
    {
      GramPart *part = parts->pdata[i];

      if (!visit_one (part, func, user_data, cancellable, error)
          || !gram_blob_check_unchanged (part->blob, error))
        return FALSE;
    }
  return TRUE;
}
