/* gram-name.c: the whole words of a file's or an array's name
 *
 * SPDX-License-Identifier: MIT
 *
 * "test" is a word of "mnist_test", "testImages" and "test1", but not of "latest" or "contest".
 */
#include "gram-name.h"

#include <string.h>

static gboolean
is_letter (char c)
{
  return g_ascii_isalpha (c) || (guchar) c >= 0x80;
}

/* Whether a word may begin or end before text[i]. */
static gboolean
is_boundary (const char *text, gsize i)
{
  if (i == 0 || !is_letter (text[i - 1]) || !is_letter (text[i]))
    return TRUE;
  return g_ascii_isupper (text[i])
         && (g_ascii_islower (text[i - 1]) || g_ascii_islower (text[i + 1]));
}

/**
 * gram_name_find:
 * @word: in lower case
 *
 * Returns: (transfer none) (nullable): the last place in @text where @word stands as a whole word,
 *   letter case aside
 */
const char *
gram_name_find (const char *text, const char *word)
{
  gsize length = strlen (word);

  for (gssize at = (gssize) strlen (text) - (gssize) length; at >= 0; at--)
    {
      if (g_ascii_strncasecmp (text + at, word, length) == 0 && is_boundary (text, (gsize) at)
          && is_boundary (text, (gsize) at + length))
        return text + at;
    }
  return NULL;
}

/**
 * gram_name_is_like:
 * @file: a file's name, without its folder; letter case and ".gz" aside
 * @patterns: NULL-terminated, in lower case, with * for any letters and ? for one
 *
 * Returns: whether it is like one of them
 */
gboolean
gram_name_is_like (const char *file, const char *const *patterns)
{
  g_autofree char *shown = g_filename_display_name (file);
  g_autofree char *name = g_ascii_strdown (shown, -1);

  if (g_str_has_suffix (name, ".gz"))
    name[strlen (name) - 3] = '\0';
  while (*patterns != NULL && !g_pattern_match_simple (*patterns, name))
    patterns++;
  return *patterns != NULL;
}

/**
 * gram_name_have:
 * @words: NULL-terminated, in lower case
 *
 * Returns: whether one of @words stands in @text
 */
gboolean
gram_name_have (const char *text, const char *const *words)
{
  while (*words != NULL && gram_name_find (text, *words) == NULL)
    words++;
  return *words != NULL;
}

static char *
replace_at (const char *text, const char *at, gsize length, char with)
{
  return g_strdup_printf ("%.*s%c%s", (int) (at - text), text, with, at + length);
}

/**
 * gram_name_blank:
 * @words: NULL-terminated, in lower case
 *
 * Returns: (transfer full): @text with "*" in place of each of @words
 */
char *
gram_name_blank (const char *text, const char *const *words)
{
  char *blanked = g_strdup (text);

  for (; *words != NULL; words++)
    {
      const char *at;

      while ((at = gram_name_find (blanked, *words)) != NULL)
        {
          g_autofree char *old = blanked;

          blanked = replace_at (old, at, strlen (*words), '*');
        }
    }
  return blanked;
}

/**
 * gram_name_split:
 *
 * Returns: (transfer full): the words and numbers of @text in lower case: "trainX_10" has three
 */
GStrv
gram_name_split (const char *text)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (gsize from = 0, to; text[from] != '\0'; from = to)
    {
      g_autofree char *word = NULL;

      to = from + 1;
      if (g_ascii_isdigit (text[from]))
        while (g_ascii_isdigit (text[to]))
          to++;
      else if (is_letter (text[from]))
        while (text[to] != '\0' && !is_boundary (text, to))
          to++;
      else
        continue;
      word = g_ascii_strdown (text + from, (gssize) (to - from));
      g_strv_builder_add (words, word);
    }
  return g_strv_builder_end (words);
}

/**
 * gram_name_read_split:
 * @split: (out): TRAIN where the name says nothing
 * @rest: (out) (transfer full) (optional): the name with "@" in place of the word that says it
 *
 * "t10k" can mean one thing only. "train" comes before "test", because people call things
 * "mnist_test_train-images" when they try something out.
 *
 * Returns: whether the name could also be read the other way
 */
gboolean
gram_name_read_split (const char *name, GramSplit *split, char **rest)
{
  static const struct
  {
    const char *word;
    GramSplit split;
    gboolean certain;
  } words[] = { { "t10k", GRAM_SPLIT_TEST, TRUE },
                { "train", GRAM_SPLIT_TRAIN, FALSE },
                { "training", GRAM_SPLIT_TRAIN, FALSE },
                { "test", GRAM_SPLIT_TEST, FALSE },
                { "testing", GRAM_SPLIT_TEST, FALSE } };
  guint found = 0;

  while (found < G_N_ELEMENTS (words) && gram_name_find (name, words[found].word) == NULL)
    found++;
  *split = found < G_N_ELEMENTS (words) ? words[found].split : GRAM_SPLIT_TRAIN;
  if (rest != NULL && found < G_N_ELEMENTS (words))
    *rest = replace_at (name, gram_name_find (name, words[found].word), strlen (words[found].word),
                        '@');
  else if (rest != NULL)
    *rest = g_strdup (name);
  for (guint i = found + 1; i < G_N_ELEMENTS (words); i++)
    {
      if (!words[found].certain && words[i].split != *split
          && gram_name_find (name, words[i].word) != NULL)
        return TRUE;
    }
  return FALSE;
}
