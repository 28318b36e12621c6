/* gram-part-visit.c: the bytes of every part, one after the other
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-error.h"
#include "gram-part.h"
#include "gram-tar.h"

/**
 * gram_part_open:
 * @part: a file or a member of a zip archive; members of a tar archive are only visited, because
 *   they can only be reached by reading all that come before
 *
 * Returns: (transfer full) (nullable): at the part's first byte
 */
GramInput *
gram_part_open (const GramPart *part, GCancellable *cancellable, GError **error)
{
  if (part->held == GRAM_HELD_ZIP)
    return gram_zip_open (part->blob, part->name, &part->zip, cancellable);
  g_return_val_if_fail (part->held == GRAM_HELD_FILE, NULL);
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

/* A tar archive is read once for all parts in it. */
typedef struct
{
  GPtrArray *parts;
  GramBlob *blob;
  guint left;
  GramVisitFunc func;
  gpointer user_data;
} TarVisit;

static gboolean
visit_member (guint64 index, const char *member, guint64 size, GramInput *input, gboolean *enough,
              gpointer user_data, GError **error)
{
  TarVisit *visit = user_data;

  for (guint i = 0; i < visit->parts->len; i++)
    {
      GramPart *part = visit->parts->pdata[i];

      if (part->held != GRAM_HELD_TAR || part->blob != visit->blob || part->member_index != index)
        continue;
      *enough = --visit->left == 0;
      return visit->func (part, input, visit->user_data, error);
    }
  return TRUE;
}

static gboolean
visit_tar (GPtrArray *parts, guint first, GramVisitFunc func, gpointer user_data,
           GCancellable *cancellable, GError **error)
{
  TarVisit visit = { .parts = parts,
                     .blob = ((GramPart *) parts->pdata[first])->blob,
                     .func = func,
                     .user_data = user_data };

  for (guint i = 0; i < parts->len; i++)
    {
      const GramPart *part = parts->pdata[i];

      if (part->held != GRAM_HELD_TAR || part->blob != visit.blob)
        continue;
      if (i < first) /* they were visited together with the first of them */
        return TRUE;
      visit.left++;
    }
  if (!gram_tar_visit (visit.blob, visit_member, &visit, cancellable, error))
    return FALSE;
  if (visit.left == 0)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: a member is no longer there; open the dataset again",
               gram_blob_get_name (visit.blob));
  return FALSE;
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
      gboolean done = part->held == GRAM_HELD_TAR
                          ? visit_tar (parts, i, func, user_data, cancellable, error)
                          : visit_one (part, func, user_data, cancellable, error);

      if (!done || !gram_blob_check_unchanged (part->blob, error))
        return FALSE;
    }
  return TRUE;
}
