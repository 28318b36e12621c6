/* gram-zip.c: the directory of a zip archive
 *
 * SPDX-License-Identifier: MIT
 *
 * The directory at the end of the file says what there is; the header before each member only says
 * where its data begin. Members must not overlap: archives whose members share bytes are made to
 * become huge when they are unpacked.
 */
#include "gram-zip.h"

#include <string.h>

#include "gram-error.h"

#define MAX_MEMBERS 1000
#define MAX_DIRECTORY (1 << 20)
#define END_SIZE 22
#define MAX_COMMENT 65535
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30
/* deflate cannot compress better than 1032 : 1 */
#define MAX_RATIO 1100

static guint64
get (const guint8 *bytes, int count)
{
  guint64 value = 0;

  for (int i = count - 1; i >= 0; i--)
    value = value << 8 | bytes[i];
  return value;
}

static gboolean
fail (GramBlob *blob, GError **error, const char *what)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: %s; make the archive again with numpy.savez", gram_blob_get_name (blob), what);
  return FALSE;
}

static void
member_free (gpointer data)
{
  GramZipMember *member = data;

  g_free (member->name);
  g_free (member);
}

/* The end record is the last thing in the file; only a comment may follow it. */
static gboolean
find_directory (GramBlob *blob, guint64 *start, guint64 *length, guint *count, GError **error)
{
  guint64 size = gram_blob_get_size (blob);
  gsize tail = (gsize) MIN (size, END_SIZE + MAX_COMMENT), got;
  g_autofree guint8 *bytes = g_malloc (tail);

  if (!gram_blob_read_at (blob, size - tail, bytes, tail, &got, error))
    return FALSE;
  for (gssize at = (gssize) got - END_SIZE; at >= 0; at--)
    {
      const guint8 *end = bytes + at;

      if (memcmp (end, "PK\005\006", 4) != 0
          || at + END_SIZE + (gssize) get (end + 20, 2) > (gssize) got)
        continue;
      *count = (guint) get (end + 10, 2);
      *length = get (end + 12, 4);
      *start = get (end + 16, 4);
      if (get (end + 4, 2) != 0 || get (end + 8, 2) != *count)
        return fail (blob, error, "is one of several volumes");
      if (*start == G_MAXUINT32 || *length > MAX_DIRECTORY || *count > MAX_MEMBERS)
        return fail (blob, error, "is too large an archive, or has more than 1,000 members");
      if (*start + *length > size - tail + (guint64) at)
        return fail (blob, error, "the directory lies outside the file");
      return TRUE;
    }
  return fail (blob, error, "has no directory at its end: it is cut off or no zip archive");
}

/* A size of 2³² − 1 means that the real size, of 64 bits, is in extra field 1. */
static void
apply_zip64 (GramZipMember *member, const guint8 *extra, gsize length)
{
  while (length >= 4)
    {
      gsize size = (gsize) get (extra + 2, 2);
      const guint8 *value = extra + 4;

      if (size > length - 4)
        return;
      if (get (extra, 2) == 1)
        {
          guint64 *fields[] = { &member->place.size, &member->place.packed, &member->header };

          for (guint i = 0; i < G_N_ELEMENTS (fields) && size >= 8; i++)
            {
              if (*fields[i] != G_MAXUINT32)
                continue;
              *fields[i] = get (value, 8);
              value += 8;
              size -= 8;
            }
          return;
        }
      extra += 4 + size;
      length -= 4 + size;
    }
}

static gboolean
check_member (GramBlob *blob, const GramZipMember *member, guint flags, guint method,
              GError **error)
{
  if (flags & 1)
    return fail (blob, error, "is encrypted");
  if (method != 0 && method != 8)
    return fail (blob, error,
                 "is compressed in a way that is not read (neither stored nor deflate)");
  if (member->place.size / MAX_RATIO > member->place.packed
      || (method == 0 && member->place.size != member->place.packed))
    return fail (blob, error, "declares a member larger than its data can hold");
  return TRUE;
}

/* Finds where the data begin, which only the header before them says. */
static gboolean
locate (GramBlob *blob, GramZipMember *member, guint64 directory, GError **error)
{
  guint8 local[LOCAL_SIZE];
  gsize got;

  if (!gram_blob_read_at (blob, member->header, local, LOCAL_SIZE, &got, error))
    return FALSE;
  if (got < LOCAL_SIZE || memcmp (local, "PK\003\004", 4) != 0)
    return fail (blob, error, "a member is not where the directory says");
  member->place.start = member->header + LOCAL_SIZE + get (local + 26, 2) + get (local + 28, 2);
  if (member->place.start > directory || member->place.packed > directory - member->place.start)
    return fail (blob, error, "a member reaches beyond its place");
  return TRUE;
}

static GramZipMember *
parse_entry (GramBlob *blob, const guint8 *entry, gsize left, guint64 directory, gsize *used,
             GError **error)
{
  GramZipMember *member;
  gsize name, extra;
  guint method;

  if (left < ENTRY_SIZE || memcmp (entry, "PK\001\002", 4) != 0)
    {
      fail (blob, error, "the directory is damaged");
      return NULL;
    }
  name = (gsize) get (entry + 28, 2);
  extra = (gsize) get (entry + 30, 2);
  *used = ENTRY_SIZE + name + extra + (gsize) get (entry + 32, 2);
  if (*used > left)
    {
      fail (blob, error, "the directory is damaged");
      return NULL;
    }
  member = g_new0 (GramZipMember, 1);
  member->name = g_utf8_make_valid ((const char *) entry + ENTRY_SIZE, (gssize) name);
  member->place.crc = (guint32) get (entry + 16, 4);
  member->place.packed = get (entry + 20, 4);
  member->place.size = get (entry + 24, 4);
  member->header = get (entry + 42, 4);
  method = (guint) get (entry + 10, 2);
  member->place.deflated = method != 0;
  apply_zip64 (member, entry + ENTRY_SIZE + name, extra);
  if (!check_member (blob, member, (guint) get (entry + 8, 2), method, error)
      || !locate (blob, member, directory, error))
    {
      member_free (member);
      return NULL;
    }
  return member;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const GramZipMember *const *first = a, *const *second = b;

  if ((*first)->header != (*second)->header)
    return (*first)->header < (*second)->header ? -1 : 1;
  return 0;
}

static gboolean
check_members (GramBlob *blob, GPtrArray *members, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  g_ptr_array_sort (members, compare_places);
  for (guint i = 0; i < members->len; i++)
    {
      const GramZipMember *member = members->pdata[i];
      const GramZipMember *before = i > 0 ? members->pdata[i - 1] : NULL;

      if (before != NULL && before->place.start + before->place.packed > member->header)
        return fail (blob, error, "members overlap, as they do in zip bombs");
      if (!g_hash_table_add (names, member->name))
        return fail (blob, error, "a member is there twice");
    }
  return TRUE;
}

/**
 * gram_zip_list:
 *
 * Returns: (transfer full) (nullable): of #GramZipMember, in the order of their data; %NULL with
 *   GRAM_ERROR_DATA when the archive is damaged, encrypted, or made to deceive
 */
GPtrArray *
gram_zip_list (GramBlob *blob, GError **error)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (member_free);
  g_autofree guint8 *directory = NULL;
  guint64 start, length;
  gsize got, at = 0;
  guint count;

  if (!find_directory (blob, &start, &length, &count, error))
    return NULL;
  directory = g_malloc ((gsize) length + 1);
  if (!gram_blob_read_at (blob, start, directory, (gsize) length, &got, error))
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      gsize used = 0;
      GramZipMember *member = parse_entry (blob, directory + at, got - at, start, &used, error);

      if (member == NULL)
        return NULL;
      g_ptr_array_add (members, member);
      at += used;
    }
  if (!check_members (blob, members, error))
    return NULL;
  return g_steal_pointer (&members);
}
