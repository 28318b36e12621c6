/* cli-destinations.c: where a command is to write is looked at before it works
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-destinations.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gram-error.h"
#include "gram-save.h"

typedef struct
{
  const char *option;
  const char *path; /* “-”: stdout */
} Output;

static gboolean
is_stdout (const char *path)
{
  return g_str_equal (path, "-");
}

/* Through links of its folder, which exists where its file can be made. */
static char *
full_name (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  char *real = realpath (folder, NULL);
  char *name = g_build_filename (real != NULL ? real : folder, base, NULL);

  free (real);
  return name;
}

/* Devices such as /dev/null take what several outputs write. */
static gboolean
is_same (const Output *a, const Output *b)
{
  struct stat one, two;
  g_autofree char *name = NULL;
  g_autofree char *other = NULL;

  if (is_stdout (a->path) && is_stdout (b->path))
    return TRUE;
  if ((is_stdout (a->path) ? fstat (STDOUT_FILENO, &one) : stat (a->path, &one)) == 0
      && (is_stdout (b->path) ? fstat (STDOUT_FILENO, &two) : stat (b->path, &two)) == 0)
    return !S_ISCHR (one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
  if (is_stdout (a->path) || is_stdout (b->path))
    return FALSE;
  name = full_name (a->path);
  other = full_name (b->path);
  return g_str_equal (name, other);
}

static gboolean
is_output (const GOptionEntry *entry, const char *const *inputs)
{
  return entry->arg == G_OPTION_ARG_FILENAME && *(char **) entry->arg_data != NULL
         && g_strcmp0 (entry->arg_description, "DIR") != 0
         && (inputs == NULL || !g_strv_contains (inputs, entry->long_name));
}

/**
 * cli_destinations_check:
 * @entries: the options of a command; those that take a file name say where it writes
 * @inputs: (nullable): the names of those that say what it reads
 *
 * Work whose result cannot be written, or would be written over by another result, is not begun.
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE when two options name one file, or with the error of
 *   gram_save_check()
 */
gboolean
cli_destinations_check (const GOptionEntry *entries, const char *const *inputs, GError **error)
{
  g_autoptr (GArray) outputs = g_array_new (FALSE, FALSE, sizeof (Output));

  for (const GOptionEntry *entry = entries; entry != NULL && entry->long_name != NULL; entry++)
    {
      Output output = { entry->long_name, NULL };

      if (!is_output (entry, inputs))
        continue;
      output.path = *(char **) entry->arg_data;
      for (guint i = 0; i < outputs->len; i++)
        {
          const Output *other = &g_array_index (outputs, Output, i);

          if (!is_same (other, &output))
            continue;
          return gram_fail (error, GRAM_ERROR_USAGE,
                            "--%s and --%s both write to %s; give each a file of its own",
                            other->option, output.option,
                            is_stdout (output.path) ? "stdout" : output.path);
        }
      if (!is_stdout (output.path) && !gram_save_check (output.path, error))
        return FALSE;
      g_array_append_val (outputs, output);
    }
  return TRUE;
}
