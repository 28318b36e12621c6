/* gram-tar-cifar.c: CIFAR's batches inside a tar archive
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "gram-cifar.h"
#include "gram-error.h"
#include "gram-pickle.h"
#include "gram-tar.h"

/* The names of members that are read, in the archive itself or in one folder. All others are
 * ignored. */
static const char *const allowed[] = { "data_batch_1.bin",
                                       "data_batch_2.bin",
                                       "data_batch_3.bin",
                                       "data_batch_4.bin",
                                       "data_batch_5.bin",
                                       "test_batch.bin",
                                       "train.bin",
                                       "test.bin",
                                       "data_batch_1",
                                       "data_batch_2",
                                       "data_batch_3",
                                       "data_batch_4",
                                       "data_batch_5",
                                       "test_batch",
                                       "train",
                                       "test" };

typedef struct
{
  const GramFile *archive;
  GramDraft *draft;
  GHashTable *seen; /* names of the members that were used */
  GPtrArray *parts; /* of GramPart, in the archive's order */
} Search;

static const char *
get_allowed_name (const char *member)
{
  const char *slash;

  while (g_str_has_prefix (member, "./"))
    member += 2;
  slash = strchr (member, '/');
  if (slash == member || g_str_has_prefix (member, "../"))
    return NULL;
  if (slash != NULL)
    member = slash + 1;
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    {
      if (g_str_equal (member, allowed[i]))
        return allowed[i];
    }
  return NULL;
}

static gboolean
check_classes (Search *search, const GramPart *part, guint n_classes, GError **error)
{
  if (gram_cifar_set_classes (search->draft, n_classes))
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: is of CIFAR-%u, but other members are of CIFAR-%u; the archive is no dataset",
               part->name, n_classes, search->draft->n_classes);
  return FALSE;
}

static gboolean
read_member (Search *search, GramPart *part, guint64 size, GramInput *input, GError **error)
{
  gsize count;
  const guint8 *head = gram_input_peek (input, GRAM_INPUT_PEEK_MAX, &count, error);
  guint n_classes;

  if (head == NULL)
    return FALSE;
  if (gram_pickle_is_magic (head, count))
    return gram_pickle_read_header (input, part, &n_classes, error)
           && check_classes (search, part, n_classes, error);
  return gram_cifar_set_part (part, size, head, count, &n_classes, error)
         && check_classes (search, part, n_classes, error)
         && gram_part_scan (part, input, n_classes, error);
}

static gboolean
look_at_member (guint64 index, const char *member, guint64 size, GramInput *input, gboolean *enough,
                gpointer user_data, GError **error)
{
  Search *search = user_data;
  const char *name = get_allowed_name (member);
  g_autoptr (GramPart) part = NULL;

  if (name == NULL)
    return TRUE;
  part = gram_part_new (search->archive->blob, gram_input_get_name (input));
  if (!g_hash_table_add (search->seen, (gpointer) name))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: is in the archive twice; which one is meant cannot be known", part->name);
      return FALSE;
    }
  part->held = GRAM_HELD_TAR;
  part->member_index = index;
  part->split = gram_cifar_is_test_name (name) ? GRAM_SPLIT_TEST : GRAM_SPLIT_TRAIN;
  if (!read_member (search, part, size, input, error))
    return FALSE;
  g_ptr_array_add (search->parts, g_steal_pointer (&part));
  return TRUE;
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const GramPart *const *first = a, *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

/* Batches are rows in the order of their names, whatever the order of the archive. */
static gboolean
read_archive (GPtrArray *files, const GramFile *archive, GramDraft *draft,
              GCancellable *cancellable, GError **error)
{
  Search search = { .archive = archive,
                    .draft = draft,
                    .seen = g_hash_table_new (g_str_hash, g_str_equal),
                    .parts = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_part_free) };
  gboolean done = gram_tar_visit (archive->blob, look_at_member, &search, cancellable, error);

  if (done && search.parts->len == 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: no member of this archive is a batch of CIFAR; choose another file",
                   gram_blob_get_name (archive->blob));
      done = FALSE;
    }
  if (done)
    {
      g_ptr_array_sort (search.parts, compare_parts);
      for (guint i = 0; i < search.parts->len; i++)
        {
          GramPart *part = search.parts->pdata[i];

          gram_draft_add_part (draft, part->split, part);
        }
      g_ptr_array_set_free_func (search.parts, NULL);
    }
  g_ptr_array_unref (search.parts);
  g_hash_table_unref (search.seen);
  return done;
}

static GramSniff
sniff (GramBlob *blob, const guint8 *head, gsize count)
{
  return count >= 263 && memcmp (head + 257, "ustar", 5) == 0 ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
}

const GramFormat gram_tar_format = {
  .name = "tar archives of CIFAR",
  .is_archive = TRUE,
  .sniff = sniff,
  .read = read_archive,
};
