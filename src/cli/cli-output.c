/* cli-output.c: errors, notes and progress on stderr; results to files or stdout
 *
 * SPDX-License-Identifier: MIT
 *
 * Text is UTF-8 and is written as it is: stdout carries only what was asked for, an error is one
 * line on stderr whatever the message holds.
 */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gram-error.h"
#include "gram-save.h"

#define LONG_SECONDS 300 /* of work: worth a word, */
#define SURE_SECONDS 5   /* once the first steps, which are slow, say no more how long it is */

static gboolean progress_shown;
static gboolean reader_gone;
static GPtrArray *notes; /* (nullable) of char *: all that were said */

/* File names may hold line breaks and control bytes; they must not break the one line. */
static void
print_line (const char *prefix, const char *message)
{
  g_autofree char *line = g_strdup (message);

  for (char *c = line; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  cli_progress_clear ();
  fprintf (stderr, "gramscope-cli: %s%s\n", prefix, line);
}

/**
 * cli_fail:
 * @error: (nullable): %NULL: nothing
 *
 * Says what went wrong in one line on stderr.
 *
 * Returns: the exit code of its kind
 */
int
cli_fail (const GError *error)
{
  if (error == NULL)
    return 0;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    print_line ("", "interrupted");
  else
    print_line ("", error->message);
  return gram_error_exit_code (error);
}

void
cli_note (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print_line ("note: ", message);
  if (notes == NULL)
    notes = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (notes, g_steal_pointer (&message));
}

/**
 * cli_get_notes:
 *
 * Returns: (transfer none) (nullable) (element-type utf8): what cli_note() has said until now
 */
const GPtrArray *
cli_get_notes (void)
{
  return notes;
}

/**
 * cli_notes:
 * @notices: (nullable) (element-type utf8)
 */
void
cli_notes (const GPtrArray *notices)
{
  for (guint i = 0; notices != NULL && i < notices->len; i++)
    cli_note ("%s", (const char *) g_ptr_array_index (notices, i));
}

/**
 * cli_progress:
 * @what: what is being done
 * @fraction: in [0, 1]; NAN: unknown
 *
 * One line that is drawn over, ten times a second at most, and only on a terminal.
 */
void
cli_progress (const char *what, double fraction)
{
  static gint64 last;
  static int terminal = -1;
  gint64 now = g_get_monotonic_time ();

  if (terminal < 0)
    terminal = isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  if (!terminal || now - last < G_TIME_SPAN_SECOND / 10)
    return;
  last = now;
  progress_shown = TRUE;
  if (fraction >= 0)
    fprintf (stderr, "\r\033[K%s %3.0f %%", what, 100 * fraction);
  else
    fprintf (stderr, "\r\033[K%s", what);
  fflush (stderr);
}

void
cli_progress_clear (void)
{
  if (progress_shown)
    fputs ("\r\033[K", stderr);
  progress_shown = FALSE;
}

static char *
write_time (double seconds)
{
  if (seconds < 120)
    return g_strdup_printf ("%.0f s", seconds);
  if (seconds < 120 * 60)
    return g_strdup_printf ("%.0f min", seconds / 60);
  if (seconds < 48 * 3600)
    return g_strdup_printf ("%.0f h", seconds / 3600);
  return g_strdup_printf ("%.0f days", seconds / 86400);
}

/**
 * cli_time_left:
 * @seconds: that the work will still take; no number: unknown
 *
 * Says in a note, once, that the work is long.
 *
 * Returns: (transfer full): for the line of progress, “, 3 min left”, or nothing
 */
char *
cli_time_left (double seconds)
{
  static gint64 first;
  static gboolean told;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *left = NULL;

  if (!isfinite (seconds))
    return g_strdup ("");
  left = write_time (seconds);
  first = first > 0 ? first : now;
  if (!told && seconds > LONG_SECONDS && now - first >= SURE_SECONDS * G_TIME_SPAN_SECOND)
    {
      told = TRUE;
      cli_note ("this will take about %s; Ctrl-C ends it early and writes what was computed", left);
    }
  return g_strdup_printf (", %s left", left);
}

/* A reader that has all it wants, such as head(1), is no failure: the files are still written. */
static gboolean
write_stdout (const char *text, gsize length, GError **error)
{
  int code;

  if (fwrite (text, 1, length, stdout) == length && fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;
  code = errno;
  reader_gone = reader_gone || code == EPIPE;
  if (reader_gone)
    return TRUE;
  return gram_fail (error, GRAM_ERROR_STORAGE,
                    "stdout: cannot write: %s; free some space or name a file", g_strerror (code));
}

/**
 * cli_write:
 * @path: a file, or “-” for stdout
 *
 * A file is whole-old or whole-new.
 *
 * Returns: %FALSE with GRAM_ERROR_STORAGE when it could not be written
 */
gboolean
cli_write (const char *path, const char *text, gsize length, GError **error)
{
  cli_progress_clear ();
  if (g_str_equal (path, "-"))
    return write_stdout (text, length, error);
  /* The path may be stdout's too. */
  return write_stdout ("", 0, error) && gram_save_bytes (path, text, length, error);
}

/**
 * cli_first:
 *
 * For results that are all to be written even if one cannot be.
 *
 * Returns: where the next failure goes: @error for the first, then nowhere
 */
GError **
cli_first (GError **error)
{
  return *error == NULL ? error : NULL;
}

/**
 * cli_finish:
 * @code: the exit code of the command
 *
 * Tables for people wait in stdout's buffer; a full disk or a closed stdout shows here. Where
 * nobody reads stdout to its end, the program ends of SIGPIPE as any other, now that all else is
 * written.
 *
 * Returns: the exit code of the program
 */
int
cli_finish (int code)
{
  g_autoptr (GError) error = NULL;
  gboolean written = write_stdout ("", 0, &error);

  if (code == 0 && reader_gone)
    {
      signal (SIGPIPE, SIG_DFL);
      raise (SIGPIPE);
    }
  return code != 0 || written ? code : cli_fail (error);
}
