/* fuzz-targets.c: one function a reader that takes any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz-targets.h"

#include <sys/mman.h>
#include <unistd.h>

#include "gram-format.h"
#include "gram-problem.h"

/* What a reader accepted is used: every class is read, and a problem is made of it. */
static void
use_dataset (GramDataset *dataset)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  gint64 d = info->width * info->height * info->channels;
  GramProblemSpec spec = { .n = 0, .n_test = 0, .preprocess = GRAM_PREPROCESS_CENTER };
  GramProblem *problem;

  if (d > 100000)
    return;
  for (guint c = 0; c < info->n_classes && c < 12; c++)
    {
      g_autofree guint8 *pixels = g_malloc ((gsize) d * 16);

      gram_dataset_read (dataset, GRAM_SPLIT_TRAIN, c, 3, 16, pixels, NULL, NULL, NULL);
    }
  problem = gram_problem_new (dataset, &spec, NULL, NULL);
  if (problem != NULL)
    gram_problem_unref (problem);
}

static void
finish (GramDraft *draft, gboolean collected)
{
  GramDataset *dataset = collected ? gram_draft_finish (draft, NULL, NULL) : NULL;

  if (dataset != NULL)
    {
      use_dataset (dataset);
      gram_dataset_unref (dataset);
    }
  gram_draft_free (draft);
}

/* A file without a name, so that the readers see what they see when they open one. */
static GramBlob *
blob_new (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  GramBlob *blob;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  blob = gram_blob_open (path, NULL);
  close (fd);
  g_assert_nonnull (blob);
  return blob;
}

static GramFile *
file_new (GBytes *bytes, const char *name, const GramFormat *format)
{
  GramFile *file = g_new0 (GramFile, 1);

  file->base = g_strdup (name);
  file->name = g_strdup (name);
  file->blob = blob_new (bytes);
  file->member = -1;
  file->format = format;
  return file;
}

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gram_file_free);
}

static void
read_files (GPtrArray *files, const GramFormat *format)
{
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");

  for (guint i = 0; i < files->len; i++)
    gram_file_look (files->pdata[i], NULL);
  finish (draft, format->read (files, NULL, draft, NULL, NULL));
}

/* The first two bytes say where the labels file begins; gzip or plain, as each half is. */
void
fuzz_idx (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GPtrArray) files = list_new ();

  if (size >= 2)
    {
      gsize at = MIN (2 + (gsize) (data[0] << 8 | data[1]), size);
      g_autoptr (GBytes) images = g_bytes_new_from_bytes (bytes, 2, at - 2);
      g_autoptr (GBytes) labels = g_bytes_new_from_bytes (bytes, at, size - at);

      g_ptr_array_add (files, file_new (images, "train-images-idx3", &gram_idx_format));
      g_ptr_array_add (files, file_new (labels, "train-labels-idx1", &gram_idx_format));
    }
  else
    g_ptr_array_add (files, file_new (bytes, "train-images-idx3", &gram_idx_format));
  read_files (files, &gram_idx_format);
}

void
fuzz_gzip (GBytes *bytes)
{
  g_autoptr (GramBlob) blob = blob_new (bytes);
  GramInput *input =
      gram_input_new_gunzip (gram_input_new_section (blob, NULL, 0, G_MAXUINT64, NULL));
  guint8 buffer[1000];
  gsize got = 1;

  while (got > 0 && gram_input_get_position (input) < (1 << 20)
         && gram_input_read (input, buffer, sizeof buffer, &got, NULL))
    {
      if (!gram_input_skip (input, 3, NULL))
        break;
    }
  gram_input_free (input);
}

static void
fuzz_file (GBytes *bytes, const char *name, const GramFormat *format)
{
  g_autoptr (GPtrArray) files = list_new ();

  g_ptr_array_add (files, file_new (bytes, name, format));
  read_files (files, format);
}

/* Every format is tried on the members that an archive is said to have. */
static void
fuzz_archive (GBytes *bytes)
{
  g_autoptr (GramFile) archive = file_new (bytes, "fuzz", NULL);
  g_autoptr (GPtrArray) members = gram_file_list_members (archive, NULL, NULL);

  for (guint i = 0; members != NULL && i < gram_format_count (); i++)
    {
      GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");
      gboolean has_some = FALSE;

      for (guint k = 0; k < members->len; k++)
        has_some |= ((GramFile *) members->pdata[k])->format == gram_format_get (i);
      finish (draft, has_some && gram_format_get (i)->read (members, NULL, draft, NULL, NULL));
    }
}

void
fuzz_cifar (GBytes *bytes)
{
  fuzz_file (bytes, "data_batch_1.bin", &gram_cifar_format);
}

void
fuzz_pickle (GBytes *bytes)
{
  fuzz_file (bytes, "data_batch_1", &gram_pickle_format);
}

void
fuzz_tar (GBytes *bytes)
{
  fuzz_archive (bytes);
}

/* The array, and as many labels as it has rows. */
void
fuzz_npy (GBytes *bytes)
{
  g_autoptr (GramFile) file = file_new (bytes, "fuzz", &gram_npy_format);
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");
  gboolean done;

  gram_file_look (file, NULL);
  done = gram_file_check (file, NULL);
  if (done)
    {
      g_autoptr (GArray) column = g_array_new (FALSE, FALSE, sizeof (double));

      for (gint64 i = 0; i < file->part->n; i++)
        {
          double label = (double) (i % 3);

          g_array_append_val (column, label);
        }
      done = gram_draft_set_labels (draft, file->part, "fuzz", column, NULL);
      gram_draft_add_part (draft, GRAM_SPLIT_TRAIN, g_steal_pointer (&file->part));
    }
  finish (draft, done);
}

void
fuzz_npz (GBytes *bytes)
{
  fuzz_archive (bytes);
}

FuzzTarget
fuzz_find_target (const char *name)
{
  static const struct
  {
    const char *name;
    FuzzTarget target;
  } targets[] = { { "idx", fuzz_idx },       { "gzip", fuzz_gzip }, { "cifar", fuzz_cifar },
                  { "pickle", fuzz_pickle }, { "tar", fuzz_tar },   { "npy", fuzz_npy },
                  { "npz", fuzz_npz } };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      if (g_str_equal (targets[i].name, name))
        return targets[i].target;
    }
  return NULL;
}
