/* gram-file.c: a file or an archive's member, and what its content is
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-file.h"

#include <string.h>

#include "gram-archive.h"
#include "gram-error.h"
#include "gram-format.h"

#define MAX_FILES 1000

/* How far below a folder without data, and at how many files, is looked to say what lies there. */
#define STRANGER_DEPTH 4
#define MAX_STRANGERS 50

static GramFile *
file_new (GramBlob *blob, gint64 member, const char *base, const char *name)
{
  GramFile *file = g_new0 (GramFile, 1);

  file->blob = gram_blob_ref (blob);
  file->member = member;
  file->base = g_strdup (base);
  file->name = g_strdup (name);
  return file;
}

void
gram_file_free (GramFile *file)
{
  g_clear_pointer (&file->part, gram_part_free);
  g_clear_error (&file->error);
  gram_blob_unref (file->blob);
  g_free (file->base);
  g_free (file->name);
  g_free (file);
}

#define PICTURE                                                                             \
  "is one picture, and pictures are not read; save all as an array, with their labels, by " \
  "numpy.savez"
#define STL10                                                                                  \
  "belongs to STL-10, which is not read; save images and labels as arrays, numpy.fromfile "    \
  "(FILE, \"uint8\"), the images’ with .reshape (-1, 3, 96, 96).transpose (0, 3, 2, 1), by " \
  "numpy.savez"

/* Text whose first two lines have as many commas: a CSV file has no other mark. */
static gboolean
is_table (const guint8 *head, gsize count)
{
  gsize commas[3] = { 0 };
  guint line = 0;

  for (gsize i = 0; i < count; i++)
    {
      if (!g_ascii_isprint (head[i]) && !g_ascii_isspace (head[i]))
        return FALSE;
      commas[line] += head[i] == ',';
      if (head[i] == '\n' && line < 2)
        line++;
    }
  if (line < 2 && count == GRAM_INPUT_PEEK_MAX) /* lines are longer than what is looked at */
    return commas[0] > 0;
  return commas[0] > 0 && (line == 0 || commas[1] == commas[0]);
}

/* STL-10's files are bytes without a head: only their names and sizes tell. */
static gboolean
is_stl10 (const char *base, gint64 size)
{
  static const char *const images[] = { "train_X.bin", "test_X.bin", "unlabeled_X.bin", NULL };
  static const char *const labels[] = { "train_y.bin", "test_y.bin", NULL };

  return g_strv_contains (labels, base)
         || (g_strv_contains (images, base) && size % (3 * 96 * 96) == 0);
}

static gboolean
refuse (GramFile *file, const char *what)
{
  g_set_error (&file->error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: %s", file->name, what);
  return TRUE;
}

/* Files that often lie where data should be. */
static gboolean
is_stranger (GramFile *file, gint64 size, const guint8 *head, gsize count)
{
  static const struct
  {
    const char *begin;
    gsize length;
    const char *what;
  } strangers[] = {
    { "version https://git-lfs", 23,
      "is a pointer of git-LFS, not the data; fetch them with “git lfs pull”" },
    { "<!DOCTYPE", 9, "is a web page, not the data; download the file again" },
    { "<!doctype", 9, "is a web page, not the data; download the file again" },
    { "<html", 5, "is a web page, not the data; download the file again" },
    { "<?xml", 5, "is an answer of a server, not the data; download the file again" },
    { "\0\5\026\7", 4,
      "is what macOS leaves beside a file; choose the file whose name lacks “._”" },
    { "\211HDF", 4, "is an HDF5 file, which is not read; save its arrays with numpy.savez" },
    { "MATLAB", 6, "is a MATLAB file, which is not read; save its arrays with numpy.savez" },
    { "PAR1", 4, "is a Parquet file, which is not read; save its arrays with numpy.savez" },
    { "\377\330\377", 3, PICTURE },
    { "\211PNG", 4, PICTURE },
    { "\3757zXZ", 5, "is compressed with xz, which is not read; unpack it" },
    { "BZh", 3, "is compressed with bzip2, which is not read; unpack it" },
    { "7z\274\257", 4, "is a 7z archive, which is not read; unpack it" },
    { "Rar!", 4, "is a RAR archive, which is not read; unpack it" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      if (count >= strangers[i].length
          && memcmp (head, strangers[i].begin, strangers[i].length) == 0)
        return refuse (file, strangers[i].what);
    }
  if (count == 0)
    return refuse (file, "holds 0 bytes: it was cut off or never written; get it again");
  if (is_stl10 (file->base, size))
    return refuse (file, STL10);
  return is_table (head, count)
         && refuse (file, "is a table of text, which is not read; save its columns as arrays with "
                          "numpy.savez");
}

static gboolean
is_archive_name (const char *base)
{
  return g_str_has_suffix (base, ".npz") || g_str_has_suffix (base, ".zip")
         || g_str_has_suffix (base, ".tar") || g_str_has_suffix (base, ".tgz")
         || g_str_has_suffix (base, ".tar.gz");
}

/* Content decides what a file is; where it says nothing, the name decides which reader explains
 * what is wrong with it. @input: (nullable): its bytes, if it can be read at all */
static void
identify (GramFile *file, GramInput *input)
{
  gsize count = 0;
  const guint8 *head =
      input != NULL ? gram_input_peek (input, GRAM_INPUT_PEEK_MAX, &count, &file->error) : NULL;

  if (head != NULL)
    {
      file->is_archive = gram_archive_is_magic (head, count);
      if (!file->is_archive)
        file->format = gram_format_find (gram_input_get_size (input), head, count);
      if (file->is_archive || file->format != NULL)
        return;
      if (!is_stranger (file, gram_input_get_size (input), head, count))
        file->is_archive = is_archive_name (file->base);
    }
  if (!file->is_archive)
    file->format = gram_format_find_by_name (file->base);
}

static void
look (GramFile *file, GramInput *input)
{
  file->looked = TRUE;
  file->part = gram_part_new (file->blob, file->member, file->name);
  if (!file->format->look (file, input, &file->error))
    g_clear_pointer (&file->part, gram_part_free);
}

/**
 * gram_file_look:
 * @file: of a known format
 *
 * Reads what the head of a file says; see gram_file_check().
 */
void
gram_file_look (GramFile *file, GCancellable *cancellable)
{
  g_autoptr (GramInput) input = NULL;

  if (file->looked || file->error != NULL)
    return;
  input =
      gram_input_new_plain (gram_input_new_section (file->blob, NULL, 0, G_MAXUINT64, cancellable),
                            &file->error);
  if (input != NULL)
    look (file, input);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const GramFile *const *first = a, *const *second = b;

  return strcmp ((*first)->base, (*second)->base);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* ---------- the members of an archive ------------------------------------------------------- */

/* Where a member may lie: not above the archive, nor among what macOS and git keep. */
static gboolean
is_safe_path (const char *member, guint *depth)
{
  g_auto (GStrv) steps = g_strsplit (member, "/", -1);

  *depth = 0;
  for (guint i = 0; steps[i] != NULL; i++)
    {
      if (g_str_equal (steps[i], ".") && i == 0)
        continue;
      if (steps[i][0] == '\0' || steps[i][0] == '.' || g_str_equal (steps[i], "__MACOSX"))
        return FALSE;
      *depth += steps[i + 1] != NULL;
    }
  return TRUE;
}

typedef struct
{
  const GramFile *archive;
  GPtrArray *files; /* of GramFile */
  char *inner;      /* (nullable): an archive in it */
  gboolean is_torch;
  GError *stranger; /* (nullable): what a member is that is no data */
  guint n_strangers;
} Listing;

/* What a member is that has no name of a data file, if that is known. */
static void
look_at_stranger (Listing *listing, const char *base, GramInput *input)
{
  g_autoptr (GramFile) file =
      file_new (listing->archive->blob, -1, base, gram_input_get_name (input));
  gsize count;
  const guint8 *head = gram_input_peek (input, GRAM_INPUT_PEEK_MAX, &count, NULL);

  if (head != NULL && is_stranger (file, gram_input_get_size (input), head, count))
    listing->stranger = g_steal_pointer (&file->error);
}

static gboolean
list_member (gint64 index, const char *member, GramInput *packed, gboolean *enough,
             gpointer user_data, GError **error)
{
  g_autoptr (GramInput) input = packed;
  Listing *listing = user_data;
  g_autofree char *base = g_path_get_basename (member);
  g_autoptr (GramFile) file = NULL;
  guint depth;

  if (!is_safe_path (member, &depth))
    return TRUE;
  if (listing->inner == NULL && is_archive_name (base))
    listing->inner = g_strdup (member);
  listing->is_torch |= g_str_equal (base, "data.pkl");
  if (gram_format_find_by_name (base) == NULL)
    {
      if (listing->files->len == 0 && listing->stranger == NULL
          && listing->n_strangers++ < MAX_STRANGERS)
        look_at_stranger (listing, base, input);
      return TRUE;
    }
  file = file_new (listing->archive->blob, index, base, gram_input_get_name (input));
  file->depth = depth;
  input = gram_input_new_plain (g_steal_pointer (&input), &file->error);
  identify (file, input);
  if (file->format == NULL)
    return TRUE;
  if (file->error == NULL)
    look (file, input);
  g_ptr_array_add (listing->files, g_steal_pointer (&file));
  return TRUE;
}

/* The files that lie nearest to the top; what is deeper may be a copy of them. */
static gboolean
keep_the_highest (GPtrArray *files, GError **error)
{
  guint depth = G_MAXUINT;

  for (guint i = 0; i < files->len; i++)
    depth = MIN (depth, ((GramFile *) files->pdata[i])->depth);
  for (guint i = files->len; i-- > 0;)
    {
      if (((GramFile *) files->pdata[i])->depth > depth)
        g_ptr_array_remove_index (files, i);
    }
  g_ptr_array_sort (files, compare_names);
  for (guint i = 1; i < files->len; i++)
    {
      const GramFile *one = files->pdata[i - 1], *other = files->pdata[i];

      if (!g_str_equal (one->base, other->base))
        continue;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: is in the archive twice, as %s; which one is meant cannot be known: unpack "
                   "it and open the folder that you mean",
                   one->name, other->name);
      return FALSE;
    }
  return TRUE;
}

static void
fail_without_data (Listing *listing, GError **error)
{
  const char *name = listing->archive->name;
  g_autofree char *formats = gram_format_list_names ();

  if (listing->inner != NULL)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                 "%s: holds another archive, %s, and archives in archives are not read; unpack it, "
                 "and open the one in it",
                 name, listing->inner);
  else if (listing->is_torch)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                 "%s: is a file of PyTorch, which is not read; save its arrays with numpy.savez",
                 name);
  else if (listing->stranger != NULL)
    g_propagate_error (error, g_steal_pointer (&listing->stranger));
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                 "%s: no member of this archive is one of %s; choose another file", name, formats);
}

/**
 * gram_file_list_members:
 *
 * Members are read if their name is that of a data file. Nothing is extracted.
 *
 * Returns: (transfer full) (nullable): of #GramFile, by name, and looked at; %NULL with
 *   GRAM_ERROR_DATA when the archive is damaged or holds no data
 */
GPtrArray *
gram_file_list_members (const GramFile *archive, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_file_free);
  Listing listing = { archive, files };
  gboolean done = gram_archive_visit (archive->blob, list_member, &listing, cancellable, error)
                  && keep_the_highest (files, error);

  if (done && files->len == 0)
    fail_without_data (&listing, error);
  g_clear_error (&listing.stranger);
  g_free (listing.inner);
  return done && files->len > 0 ? g_steal_pointer (&files) : NULL;
}

/* numpy.savez calls an array "arr_0" that was given no name. An NPZ file that holds nothing else is
 * that array, by the name of the file. */
static GramFile *
unwrap_array (GramFile *file, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) members = NULL;
  GramFile *array;

  if (!file->is_archive || !g_str_has_suffix (file->base, ".npz"))
    return file;
  members = gram_file_list_members (file, cancellable, NULL);
  if (members == NULL || members->len != 1)
    return file;
  array = members->pdata[0];
  if (!g_str_equal (array->base, "arr_0.npy"))
    return file;
  array = g_ptr_array_steal_index (members, 0);
  g_free (array->base);
  array->base = g_strdup (file->base);
  gram_file_free (file);
  return array;
}

/* ---------- files --------------------------------------------------------------------------- */

/**
 * gram_file_new:
 * @path: a regular file
 *
 * Returns: (transfer full) (nullable): the file and its format; %NULL with GRAM_ERROR_DATA when it
 *   cannot be opened
 */
GramFile *
gram_file_new (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramBlob) blob = gram_blob_open (path, error);
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GramInput) input = NULL;
  GramFile *file;

  if (blob == NULL)
    return NULL;
  file = file_new (blob, -1, base, gram_blob_get_name (blob));
  input = gram_input_new_plain (gram_input_new_section (blob, NULL, 0, G_MAXUINT64, cancellable),
                                &file->error);
  identify (file, input);
  return unwrap_array (file, cancellable);
}

/* The entry @name of @folder: a regular file, or a folder that holds the file of its own name, as
 * some programs unpack archives. */
static char *
find_regular (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *inside = g_build_filename (path, name, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  return g_file_test (inside, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&inside) : NULL;
}

/**
 * gram_file_list:
 *
 * Returns: (transfer full) (nullable): of #GramFile, by name: the regular files of @folder that
 *   are archives or of a known format, or whose name promises it; hidden files are left out. %NULL
 *   with GRAM_ERROR_DATA when the folder, or a file whose name promises data, cannot be read
 */
GPtrArray *
gram_file_list (const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_file_free);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  if (directory == NULL)
    {
      g_autofree char *shown = g_filename_display_name (folder);

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: the folder cannot be read; check that it exists and that you may read it",
                   shown);
      return NULL;
    }
  for (int i = 0; i < MAX_FILES && (name = g_dir_read_name (directory)) != NULL; i++)
    {
      g_autofree char *path = name[0] != '.' ? find_regular (folder, name) : NULL;
      g_autoptr (GError) local = NULL;
      g_autoptr (GramFile) file = path != NULL ? gram_file_new (path, cancellable, &local) : NULL;

      if (local != NULL && gram_format_find_by_name (name) != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (file != NULL && (file->format != NULL || file->is_archive))
        g_ptr_array_add (files, g_steal_pointer (&file));
    }
  g_ptr_array_sort (files, compare_names);
  return g_steal_pointer (&files);
}

static void
find_stranger (const char *folder, guint depth, guint *looked, GError **found,
               GCancellable *cancellable)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  for (int i = 0; i < MAX_FILES && directory && (name = g_dir_read_name (directory)) != NULL; i++)
    {
      if (name[0] != '.')
        g_ptr_array_add (names, g_build_filename (folder, name, NULL));
    }
  g_ptr_array_sort (names, compare_paths);
  for (guint i = 0; i < names->len && *found == NULL && *looked < MAX_STRANGERS; i++)
    {
      g_autoptr (GramFile) file = NULL;

      if (g_file_test (names->pdata[i], G_FILE_TEST_IS_REGULAR))
        {
          ++*looked;
          file = gram_file_new (names->pdata[i], cancellable, NULL);
        }
      else if (depth < STRANGER_DEPTH && g_file_test (names->pdata[i], G_FILE_TEST_IS_DIR))
        find_stranger (names->pdata[i], depth + 1, looked, found, cancellable);
      if (file != NULL && file->format == NULL && !file->is_archive)
        *found = g_steal_pointer (&file->error);
    }
}

/**
 * gram_file_find_stranger:
 * @folder: one that holds no data
 *
 * Returns: (transfer full) (nullable): what a file is that lies in @folder or below and is known to
 *   be something else, a picture for example, and what to do with it
 */
GError *
gram_file_find_stranger (const char *folder, GCancellable *cancellable)
{
  GError *found = NULL;
  guint looked = 0;

  find_stranger (folder, 0, &looked, &found, cancellable);
  return found;
}
