/* gram-part-visit.c: the bytes of every part, one after the other
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-archive.h"
#include "gram-error.h"
#include "gram-part.h"

static gboolean
visit_file (GramPart *part, GramVisitFunc func, gpointer user_data, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GramInput) input =
      gram_input_new_plain (gram_input_new_section (part->blob, part->name, 0, G_MAXUINT64,
                                                    cancellable),
                            error);

  return input != NULL && func (part, input, user_data, error);
}

/* An archive is read once for all parts in it: the members of a tar archive can only be reached by
 * reading all that come before. */
typedef struct
{
  GPtrArray *parts;
  GramBlob *blob;
  guint left;
  GramVisitFunc func;
  gpointer user_data;
} ArchiveVisit;

static gboolean
visit_member (gint64 index, const char *member, GramInput *packed, gboolean *enough,
              gpointer user_data, GError **error)
{
  ArchiveVisit *visit = user_data;
  g_autoptr (GramInput) input = packed;

  for (guint i = 0; i < visit->parts->len; i++)
    {
      GramPart *part = visit->parts->pdata[i];

      if (part->member != index || part->blob != visit->blob)
        continue;
      *enough = --visit->left == 0;
      input = gram_input_new_plain (g_steal_pointer (&input), error);
      return input != NULL && visit->func (part, input, visit->user_data, error);
    }
  return TRUE;
}

static gboolean
visit_archive (GPtrArray *parts, guint first, GramVisitFunc func, gpointer user_data,
               GCancellable *cancellable, GError **error)
{
  ArchiveVisit visit = { .parts = parts,
                         .blob = ((GramPart *) parts->pdata[first])->blob,
                         .func = func,
                         .user_data = user_data };

  for (guint i = 0; i < parts->len; i++)
    {
      const GramPart *part = parts->pdata[i];

      if (part->member < 0 || part->blob != visit.blob)
        continue;
      if (i < first) /* they were visited together with the first of them */
        return TRUE;
      visit.left++;
    }
  if (!gram_archive_visit (visit.blob, visit_member, &visit, cancellable, error))
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
      gboolean done = part->member >= 0
                          ? visit_archive (parts, i, func, user_data, cancellable, error)
                          : visit_file (part, func, user_data, cancellable, error);

      if (!done || !gram_blob_check_unchanged (part->blob, error))
        return FALSE;
    }
  return TRUE;
}
