/* cli-datasets.c: gramscope-cli datasets: list, info and get
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-datasets.h"
#include "cli-json.h"
#include "cli-options.h"

#include <math.h>
#include <stdio.h>

#include "gram-catalogue.h"
#include "gram-dataset.h"
#include "gram-error.h"

#define BATCH_BYTES (64 << 20)

typedef struct
{
  char *data_dir, *json_path;
  gboolean yes;
} DatasetsOptions;

/* ---------- list -------------------------------------------------------------------------------
 */

static void
print_entry (const GramCatalogueEntry *entry, const char *found)
{
  printf ("%-14s %s\n", entry->id, entry->summary);
  if (entry->built_in)
    puts ("               built in");
  else if (found != NULL)
    printf ("               here: %s\n", found);
  else
    printf ("               not here; “gramscope-cli datasets get %s” downloads it\n", entry->id);
}

static void
add_entry (CliJson *json, const GramCatalogueEntry *entry, const char *found)
{
  cli_json_open (json, NULL, '{');
  cli_json_string (json, "name", entry->id);
  cli_json_string (json, "title", entry->title);
  cli_json_boolean (json, "available", entry->built_in || found != NULL);
  cli_json_string (json, "path", found);
  cli_json_integer (json, "width", entry->width);
  cli_json_integer (json, "height", entry->height);
  cli_json_integer (json, "channels", entry->channels);
  cli_json_open (json, "classes", '[');
  for (const char *const *name = entry->class_names; *name != NULL; name++)
    cli_json_string (json, NULL, *name);
  cli_json_close (json, ']');
  cli_json_string (json, "licence", entry->licence);
  cli_json_string (json, "citation", entry->citation);
  cli_json_close (json, '}');
}

static int
list_datasets (const DatasetsOptions *options)
{
  g_autoptr (CliJson) json = cli_json_new ();
  g_autoptr (GError) error = NULL;

  cli_json_begin (json, "gramscope.datasets/1");
  cli_json_open (json, "datasets", '[');
  for (guint i = 0; i < gram_catalogue_count (); i++)
    {
      const GramCatalogueEntry *entry = gram_catalogue_get (i);
      g_autofree char *found =
          entry->built_in ? NULL : gram_catalogue_find (entry, options->data_dir);

      if (options->json_path == NULL)
        print_entry (entry, found);
      add_entry (json, entry, found);
    }
  cli_json_close (json, ']');
  if (options->json_path != NULL && !cli_json_write (json, options->json_path, &error))
    return cli_fail (error);
  return 0;
}

/* ---------- info -------------------------------------------------------------------------------
 */

/* A class in as few passes over the file as its size allows. */
static gint64
batch_size (const GramDatasetInfo *info)
{
  gint64 bytes = MAX (1, info->width * info->height * info->channels), most = 1;

  for (GramSplit split = GRAM_SPLIT_TRAIN; split <= GRAM_SPLIT_TEST; split++)
    for (guint class_ = 0; class_ < info->n_classes; class_++)
      most = MAX (most, info->counts[split][class_]);
  return CLAMP (BATCH_BYTES / bytes, 1, most);
}

static gboolean
read_class (GramDataset *dataset, GramSplit split, guint class_, gint64 batch, guint8 *pixels,
            gint64 *rows, GError **error)
{
  gint64 total = gram_dataset_get_info (dataset)->counts[split][class_], got;

  for (gint64 first = 0; first < total; first += got)
    {
      got = gram_dataset_read (dataset, split, class_, first, MIN (batch, total - first), pixels,
                               rows, cli_interrupt_install (), error);
      if (got <= 0)
        return got == 0;
    }
  return TRUE;
}

/* Sound means that every image can be read, not that the headers look well. Images that the program
 * draws cannot be damaged. */
static gboolean
read_everything (GramDataset *dataset, GError **error)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  gint64 batch = batch_size (info);
  g_autofree guint8 *pixels =
      g_try_malloc_n ((gsize) (info->width * info->height * info->channels), (gsize) batch);
  g_autofree gint64 *rows = g_try_new (gint64, (gsize) batch);

  if (info->generated)
    return TRUE;
  if (pixels == NULL || rows == NULL)
    return gram_fail (error, GRAM_ERROR_MEMORY,
                      "%s: not enough memory for %" G_GINT64_FORMAT " images", info->source, batch);
  for (GramSplit split = GRAM_SPLIT_TRAIN; split <= GRAM_SPLIT_TEST; split++)
    for (guint class_ = 0; class_ < info->n_classes; class_++)
      {
        if (!read_class (dataset, split, class_, batch, pixels, rows, error))
          return FALSE;
        cli_progress ("Reading", (double) (class_ + 1) / info->n_classes);
      }
  return TRUE;
}

static void
print_info (const GramDatasetInfo *info)
{
  printf ("%s\n  from    %s\n  images  %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
          " × %" G_GINT64_FORMAT " (width × height × channels)\n  %-20s %10s %10s\n",
          info->title, info->source, info->width, info->height, info->channels, "class", "train",
          "test");
  for (guint i = 0; i < info->n_classes; i++)
    printf ("  %2u %-17s %10" G_GINT64_FORMAT " %10" G_GINT64_FORMAT "\n", i, info->class_names[i],
            info->counts[GRAM_SPLIT_TRAIN][i], info->counts[GRAM_SPLIT_TEST][i]);
  if (!info->has_test)
    puts ("  no test images: a seeded part of the training images serves");
  for (const char *const *warning = info->warnings; warning != NULL && *warning != NULL; warning++)
    printf ("  warning: %s\n", *warning);
  puts (info->generated ? "  sound: every image is drawn when it is asked for"
                        : "  sound: every image was read");
}

static void
add_info (CliJson *json, const GramDatasetInfo *info)
{
  cli_json_begin (json, "gramscope.dataset-info/1");
  cli_json_string (json, "name", info->id);
  cli_json_string (json, "title", info->title);
  cli_json_string (json, "source", info->source);
  cli_json_integer (json, "width", info->width);
  cli_json_integer (json, "height", info->height);
  cli_json_integer (json, "channels", info->channels);
  cli_json_open (json, "classes", '[');
  for (guint i = 0; i < info->n_classes; i++)
    {
      cli_json_open (json, NULL, '{');
      cli_json_string (json, "name", info->class_names[i]);
      cli_json_integer (json, "train", info->counts[GRAM_SPLIT_TRAIN][i]);
      cli_json_integer (json, "test", info->counts[GRAM_SPLIT_TEST][i]);
      cli_json_close (json, '}');
    }
  cli_json_close (json, ']');
  cli_json_open (json, "warnings", '[');
  for (const char *const *warning = info->warnings; warning != NULL && *warning != NULL; warning++)
    cli_json_string (json, NULL, *warning);
  cli_json_close (json, ']');
}

static int
show_info (const DatasetsOptions *options, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CliJson) json = cli_json_new ();
  g_autoptr (GramDataset) dataset =
      gram_dataset_open (path, options->data_dir, cli_interrupt_install (), &error);

  if (dataset == NULL || !read_everything (dataset, &error))
    return cli_fail (error);
  cli_progress_clear ();
  if (options->json_path == NULL)
    {
      print_info (gram_dataset_get_info (dataset));
      return 0;
    }
  add_info (json, gram_dataset_get_info (dataset));
  return cli_json_write (json, options->json_path, &error) ? 0 : cli_fail (error);
}

/* ---------- the command ------------------------------------------------------------------------
 */

static int
dispatch (const DatasetsOptions *options, char **words)
{
  guint count = words != NULL ? g_strv_length (words) : 0;

  if (count == 0 || (count == 1 && g_str_equal (words[0], "list")))
    return list_datasets (options);
  if (g_str_equal (words[0], "info"))
    return count == 2 ? show_info (options, words[1])
                      : cli_fail_usage ("datasets", "datasets info takes one name or path");
  if (g_str_equal (words[0], "get"))
    return count == 2 ? cli_datasets_get (words[1], options->data_dir, options->yes)
                      : cli_fail_usage ("datasets", "datasets get takes one name");
  return cli_fail_usage ("datasets", "datasets takes one of list, get, info");
}

int
cli_datasets (int argc, char **argv)
{
  DatasetsOptions options = { 0 };
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.data_dir,
      "looked at before the standard places; where “get” puts files", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &options.json_path, "write the answer as JSON",
      "FILE|-" },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "get: take files that have no known checksum",
      NULL },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .parameters = "[list | get NAME | info NAME|PATH]",
    .summary = "Lists the datasets known by name and where they are; downloads one; says what a\n"
               "file, folder or archive is and whether it is sound.\n\n"
               "Example: gramscope-cli datasets info ~/Downloads/cifar-10-binary.tar.gz",
    .entries = entries,
    .inputs = (const char *const[]){ "data-dir", NULL },
  };
  int code = cli_options_parse (&usage, argc, argv, NULL, &words);

  return code != CLI_GO_ON ? code : dispatch (&options, words);
}
