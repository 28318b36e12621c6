/* fuzz-targets.c: one function a reader that takes any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz-targets.h"

#include <sys/mman.h>
#include <unistd.h>

#include "gram-arrays.h"
#include "gram-cifar.h"
#include "gram-idx.h"
#include "gram-npy.h"
#include "gram-pickle.h"
#include "gram-problem.h"
#include "gram-tar.h"
#include "gram-zip.h"

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

static GramFound *
found_new (GBytes *bytes, const char *name, GramKind kind)
{
  GramFound *found = g_new0 (GramFound, 1);

  found->path = g_strdup (name);
  found->base = g_strdup (name);
  found->blob = blob_new (bytes);
  found->kind = kind;
  return found;
}

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gram_found_free);
}

/* The first two bytes say where the labels file begins; gzip or plain, as each half is. */
void
fuzz_idx (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GPtrArray) files = list_new ();
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");
  gboolean done;

  if (size >= 2)
    {
      gsize at = MIN (2 + (gsize) (data[0] << 8 | data[1]), size);
      g_autoptr (GBytes) images = g_bytes_new_from_bytes (bytes, 2, at - 2);
      g_autoptr (GBytes) labels = g_bytes_new_from_bytes (bytes, at, size - at);

      g_ptr_array_add (files, found_new (images, "train-images-idx3", GRAM_KIND_IDX));
      g_ptr_array_add (files, found_new (labels, "train-labels-idx1", GRAM_KIND_IDX));
    }
  else
    g_ptr_array_add (files, found_new (bytes, "train-images-idx3", GRAM_KIND_IDX));
  done = gram_idx_collect (files, NULL, draft, NULL, NULL);
  finish (draft, done);
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
fuzz_batch (GBytes *bytes, GramKind kind)
{
  g_autoptr (GPtrArray) files = list_new ();
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");
  gboolean done;

  g_ptr_array_add (files, found_new (bytes, "data_batch_1.bin", kind));
  done = gram_cifar_collect (files, kind, draft, NULL, NULL);
  finish (draft, done);
}

void
fuzz_cifar (GBytes *bytes)
{
  fuzz_batch (bytes, GRAM_KIND_CIFAR);
}

void
fuzz_pickle (GBytes *bytes)
{
  fuzz_batch (bytes, GRAM_KIND_PICKLE);
}

void
fuzz_tar (GBytes *bytes)
{
  g_autoptr (GramFound) found = found_new (bytes, "fuzz.tar", GRAM_KIND_TAR);
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");

  finish (draft, gram_tar_collect (found, draft, NULL, NULL));
}

/* The array, and as many labels as it has rows. */
void
fuzz_npy (GBytes *bytes)
{
  g_autoptr (GramBlob) blob = blob_new (bytes);
  GramPart *part = gram_part_new (blob, "fuzz");
  GramInput *input = gram_part_open (part, NULL, NULL);
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");
  gboolean done = input != NULL && gram_npy_read_header (input, part, NULL);

  if (done)
    {
      g_autoptr (GArray) column = g_array_new (FALSE, FALSE, sizeof (double));

      for (gint64 i = 0; i < part->n; i++)
        {
          double label = (double) (i % 3);

          g_array_append_val (column, label);
        }
      done = gram_draft_set_labels (draft, part, "fuzz", column, NULL);
      gram_draft_add_part (draft, GRAM_SPLIT_TRAIN, part);
    }
  else
    gram_part_free (part);
  g_clear_pointer (&input, gram_input_free);
  finish (draft, done);
}

void
fuzz_npz (GBytes *bytes)
{
  g_autoptr (GramFound) found = found_new (bytes, "fuzz.npz", GRAM_KIND_ZIP);
  GramDraft *draft = gram_draft_new ("fuzz", NULL, "fuzz");

  finish (draft, gram_npz_collect (found, draft, NULL, NULL));
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
