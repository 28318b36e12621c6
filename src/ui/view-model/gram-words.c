/* gram-words.c: numbers, states and errors in the words of the window
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gram-error.h"

/* 1e-05 becomes 1e-5: shorter, and what people type. */
static char *
short_text (double value, int digits)
{
  g_autofree char *text = g_strdup_printf ("%.*g", digits, value);
  char *exponent = strchr (text, 'e');

  if (exponent == NULL)
    return g_steal_pointer (&text);
  *exponent = '\0';
  return g_strdup_printf ("%se%d", text, atoi (exponent + 1));
}

/**
 * gram_words_number:
 *
 * Returns: (transfer full): @value to @digits significant digits, in the locale's form; “–” for
 *   what is not known, “∞” for infinity
 */
char *
gram_words_number (double value, int digits)
{
  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value > 0 ? "∞" : "−∞");
  /* whole numbers, and numbers whose @digits end before the point, are written out below 1e7 */
  if ((value == rint (value) && fabs (value) < pow (10, digits))
      || (fabs (value) >= pow (10, digits - 1) && fabs (value) < 1e7))
    return g_strdup_printf ("%'.0f", value);
  return short_text (value, digits);
}

/**
 * gram_words_typed:
 *
 * Returns: (transfer full): @value as it stands in an entry: no grouping, so that what is shown
 *   can be typed again
 */
char *
gram_words_typed (double value, gboolean integer)
{
  return integer ? g_strdup_printf ("%.0f", value) : short_text (value, 6);
}

char *
gram_words_count (gint64 value)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, value);
}

/**
 * gram_words_bytes_of:
 *
 * Returns: (transfer full): “212 MB of 21 GB”
 */
char *
gram_words_bytes_of (guint64 needed, guint64 available)
{
  g_autofree char *a = g_format_size (needed), *b = g_format_size (available);

  /* Translators: memory needed, memory available */
  return g_strdup_printf (_ ("%s of %s"), a, b);
}

/**
 * gram_words_sentence:
 * @message: of a #GError, which begins with a small letter
 *
 * Returns: (transfer full): the message as a sentence by itself
 */
char *
gram_words_sentence (const char *message)
{
  gsize word = strcspn (message, " ");
  char *text = g_strdup (message);

  /* “n = 3 …” begins with a symbol, “a.npz: …” with a file, “steps=3: …” with an option */
  if ((word > 1 || *message == 'a') && strcspn (message, "./=:_-(") >= word)
    text[0] = g_ascii_toupper (text[0]);
  return text;
}

char *
gram_words_duration (double seconds)
{
  gint64 whole;

  if (!isfinite (seconds) || seconds < 0)
    return g_strdup ("–");
  if (seconds < 10)
    return g_strdup_printf (_ ("%.1f s"), seconds);
  if (seconds > 100.0 * 3600)
    return g_strdup (_ ("days"));
  whole = (gint64) ceil (seconds);
  if (whole < 3600)
    return g_strdup_printf ("%d:%02d", (int) (whole / 60), (int) (whole % 60));
  return g_strdup_printf ("%d:%02d:%02d", (int) (whole / 3600), (int) (whole / 60 % 60),
                          (int) (whole % 60));
}

/**
 * gram_words_about:
 * @seconds: an estimate
 *
 * Returns: (transfer full): in the unit that suits it, without digits that nobody knows: “< 1 s”,
 *   “≈ 40 s”, “≈ 2 min”, “≈ 5 h”, “≈ 3 d”; “–” for what is not known
 */
char *
gram_words_about (double seconds)
{
  if (!isfinite (seconds) || seconds < 0)
    return g_strdup ("–");
  if (seconds < 0.5)
    return g_strdup (_ ("< 1 s"));
  if (seconds < 59.5)
    return g_strdup_printf (_ ("≈ %.0f s"), seconds);
  if (seconds < 59.5 * 60)
    return g_strdup_printf (_ ("≈ %.0f min"), seconds / 60);
  if (seconds < 47.5 * 3600)
    return g_strdup_printf (_ ("≈ %.0f h"), seconds / 3600);
  /* Translators: days */
  return g_strdup_printf (_ ("≈ %'.0f d"), seconds / 86400);
}

/* Letters and digits of ASCII, and a hyphen where there is something else. */
static void
append_plain (GString *name, const char *text)
{
  g_autofree char *plain = g_str_to_ascii (text, "C");

  for (const char *c = plain; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (name, g_ascii_tolower (*c));
    else if (name->len > 0 && name->str[name->len - 1] != '-')
      g_string_append_c (name, '-');
}

/**
 * gram_words_file_name:
 * @problem: (nullable):
 * @what: what the file holds
 *
 * Returns: (transfer full): “mnist-3-8-convergence”: the name of a file, without its ending
 */
char *
gram_words_file_name (const GramProblem *problem, const char *what)
{
  GString *name = g_string_new (NULL);
  const char *parts[] = { problem != NULL ? problem->dataset_title : "",
                          problem != NULL ? problem->class_names[0] : "",
                          problem != NULL ? problem->class_names[1] : "", what };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (name->len > 0 && name->str[name->len - 1] != '-')
        g_string_append_c (name, '-');
      append_plain (name, parts[i]);
    }
  return g_string_free (name, FALSE);
}

char *
gram_words_steps (gint64 steps)
{
  if (steps < 0)
    return g_strdup ("–");
  if (steps == G_MAXINT64)
    return g_strdup (_ ("never"));
  if (steps >= 10000000)
    return gram_words_number ((double) steps, 3);
  return gram_words_count (steps);
}

static const char *const states[] = {
  [GRAM_STATE_EMPTY] = N_ ("Empty"),       [GRAM_STATE_PREPARING] = N_ ("Preparing…"),
  [GRAM_STATE_READY] = N_ ("Ready"),       [GRAM_STATE_TRAINING] = N_ ("Training"),
  [GRAM_STATE_PAUSED] = N_ ("Paused"),     [GRAM_STATE_FINISHED] = N_ ("Finished"),
  [GRAM_STATE_DIVERGED] = N_ ("Diverged"), [GRAM_STATE_FAILED] = N_ ("Failed"),
};

const char *
gram_state_label (GramState state)
{
  return _ (states[state]);
}

static const char *const stages[] = {
  [GRAM_STAGE_KERNEL] = N_ ("Kernel"),
  [GRAM_STAGE_CHOLESKY] = N_ ("Cholesky"),
  [GRAM_STAGE_KRYLOV] = N_ ("Krylov"),
  [GRAM_STAGE_SPECTRUM] = N_ ("Spectrum"),
};

/**
 * gram_stage_label:
 * @stage: but GRAM_STAGE_NONE
 */
const char *
gram_stage_label (GramStage stage)
{
  return _ (stages[stage]);
}

/**
 * gram_words_progress:
 *
 * Returns: (transfer full): “step 1,234 · 56 steps/s · 0:12 left”
 */
char *
gram_words_progress (GramState state, const GramProgress *progress)
{
  g_autofree char *step = gram_words_count (progress->step);
  GString *text = g_string_new (NULL);

  g_string_printf (text, _ ("Step %s"), step);
  if (state == GRAM_STATE_TRAINING && progress->steps_per_second > 0)
    {
      g_autofree char *rate = gram_words_number (progress->steps_per_second, 3);

      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("%s steps/s"), rate);
    }
  if (state == GRAM_STATE_TRAINING && progress->lazy_share >= 0.5)
    g_string_append_printf (text, " · %s", _ ("quick steps, as few patterns change"));
  if (state == GRAM_STATE_TRAINING && isfinite (progress->seconds_left))
    {
      g_autofree char *left = gram_words_duration (progress->seconds_left);

      g_string_append (text, " · ");
      /* Translators: %s is a time; then the residual will be 1 % of what it was */
      g_string_append_printf (text, progress->ends ? _ ("%s left") : _ ("%s to 1 %%"), left);
    }
  return g_string_free (text, FALSE);
}

/**
 * gram_words_sweep:
 * @table: of a sweep or a study that goes on
 * @waits: whether it gives way to a run
 *
 * Returns: (transfer full): “7 of 33 networks · step 1,234 · 56 steps/s · about 0:12 left”
 */
char *
gram_words_sweep (const GramSweepTable *table, gboolean waits)
{
  guint nets = table->cells->len - table->refused;
  g_autofree char *step = gram_words_count (table->step);
  g_autofree char *pace = gram_words_number (table->steps_per_second, 3);
  g_autofree char *left = gram_words_duration (table->seconds_left);

  if (table->measuring && table->variations != NULL)
    return g_strdup (_ ("Working out what theory predicts"));
  if (table->measuring)
    return g_strdup_printf (_ ("Measures of %'u label sets, then %'u networks"), table->cells->len,
                            nets - table->done);
  if (waits)
    return g_strdup_printf (_ ("%'u of %'u networks · waits for the run"), table->done, nets);
  if (!(table->steps_per_second > 0))
    return g_strdup_printf (_ ("%'u of %'u networks"), table->done, nets);
  /* Translators: networks done, of all; step of those at work; steps a second; time left */
  return g_strdup_printf (_ ("%'u of %'u networks · step %s · %s steps/s · about %s left"),
                          table->done, nets, step, pace, left);
}

/**
 * gram_error_remedy:
 *
 * Returns: (transfer full) (nullable): what to do about @error, by its kind. Messages name cause
 *   and remedy themselves where they know better; this is the general advice beneath them.
 */
char *
gram_error_remedy (const GError *error)
{
  if (error->domain != GRAM_ERROR)
    return NULL;
  switch ((GramError) error->code)
    {
    case GRAM_ERROR_DATA:
      return g_strdup (_ ("Choose another file or dataset, or go back to what was open."));
    case GRAM_ERROR_DIVERGED:
      return g_strdup (_ ("Choose a smaller step size η, or subtract the mean from the images."));
    case GRAM_ERROR_MEMORY:
      return g_strdup (_ ("Choose fewer samples n or a smaller width m."));
    case GRAM_ERROR_STORAGE:
    case GRAM_ERROR_FULL:
      return g_strdup (_ ("Choose another place, or make room there. Nothing was lost."));
    case GRAM_ERROR_NETWORK:
      return g_strdup (_ ("Try again later, or open a file that you have."));
    case GRAM_ERROR_DEVICE:
      return g_strdup (_ ("Choose the CPU as the device."));
    case GRAM_ERROR_SINGULAR:
      return g_strdup (_ ("Two images may be identical: choose other samples."));
    default:
      return NULL;
    }
}
