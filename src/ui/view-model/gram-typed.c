/* gram-typed.c: numbers as people type them
 *
 * SPDX-License-Identifier: MIT
 *
 * “.” and “,” mark decimals in some notations and thousands in others: 2.000 is two thousand in
 * German and two in English. So a text is read in both notations. Where only one makes sense of it,
 * that is what it means, in every locale; where both do, it means what the locale would write, and
 * a text that the locale would never write is refused, with both readings.
 */
#include "gram-config.h"

#include "gram-typed.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "gram-words.h"

typedef struct
{
  double value;
  gboolean marked; /* “.” or “,” stand between thousands */
  gboolean fraction, exponent;
} Reading;

/* With “.” and “,” as they are, a space for whatever else parts thousands, and ASCII for the forms
 * that input methods of Chinese and Japanese give. NULL: @text has something else, too. */
static char *
plain_text (const char *text, const struct lconv *locale)
{
  const gunichar decimal = g_utf8_get_char (locale->decimal_point);
  const gunichar thousands = g_utf8_get_char (locale->thousands_sep);
  GString *plain = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
      if (c == 0x2212)
        c = '-';
      else if (c == '.' || c == ',')
        ;
      else if (c == decimal)
        c = '.';
      else if (c == thousands || c == '_' || c == '\'' || c == 0x2019 || g_unichar_isspace (c))
        c = ' ';
      if (c >= 0x80)
        {
          g_string_free (plain, TRUE);
          return NULL;
        }
      g_string_append_c (plain, g_ascii_tolower ((char) c));
    }
  return g_strstrip (g_string_free (plain, FALSE));
}

/* @plain with @decimal as the decimal mark, the other one between thousands: groups of three
 * digits, or of two before the last as in India, the same mark between all of them. */
static gboolean
read_with (const char *plain, char decimal, Reading *reading)
{
  g_autofree char *pattern = g_strdup_printf ("^(?<sign>[+-]?)(?<whole>[1-9]\\d{0,2}(?=([ %c]))"
                                              "(?:\\3\\d{2,3})*\\3\\d{3}|\\d*)"
                                              "(?:[%c](?<fraction>\\d*))?"
                                              "(?<exponent>(?:e[+-]?\\d+)?)$",
                                              decimal == '.' ? ',' : '.', decimal);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *sign = NULL, *whole = NULL, *fraction = NULL, *exponent = NULL, *number = NULL;
  g_auto (GStrv) groups = NULL;
  g_autofree char *digits = NULL;

  if (!g_regex_match (regex, plain, 0, &match))
    return FALSE;
  sign = g_match_info_fetch_named (match, "sign");
  whole = g_match_info_fetch_named (match, "whole");
  fraction = g_match_info_fetch_named (match, "fraction");
  exponent = g_match_info_fetch_named (match, "exponent");
  reading->marked = strpbrk (whole, ".,") != NULL;
  reading->fraction = fraction != NULL && *fraction != '\0';
  reading->exponent = *exponent != '\0';
  if (*whole == '\0' && !reading->fraction)
    return FALSE;
  groups = g_strsplit_set (whole, " .,", -1);
  digits = g_strjoinv ("", groups);
  number = g_strconcat (sign, digits, ".", fraction != NULL ? fraction : "", exponent, NULL);
  reading->value = g_ascii_strtod (number, NULL);
  return TRUE;
}

/* Which of two different readings the locale would write so; NULL: neither. */
static const Reading *
own_reading (const Reading *dot, const Reading *comma, gboolean integer, const struct lconv *locale)
{
  const Reading *own = *locale->decimal_point == ',' ? comma : dot;
  const char thousands = *locale->thousands_sep;

  if (own->marked)
    return !own->exponent && (thousands == '.' || thousands == ',') ? own : NULL;
  return integer ? NULL : own;
}

/* What @text means, whatever the bounds are. */
static gboolean
understand (const char *text, gboolean integer, Reading *meant, char **reason)
{
  const struct lconv *locale = localeconv ();
  g_autofree char *plain = plain_text (text, locale);
  Reading dot, comma;
  gboolean has_dot = plain != NULL && read_with (plain, '.', &dot);
  gboolean has_comma = plain != NULL && read_with (plain, ',', &comma);

  if (has_dot && has_comma && dot.value != comma.value)
    {
      const Reading *own = own_reading (&dot, &comma, integer, locale);

      if (own == NULL)
        {
          g_autofree char *low = gram_words_typed (MIN (dot.value, comma.value), FALSE);
          g_autofree char *high = gram_words_typed (MAX (dot.value, comma.value), FALSE);

          *reason = g_strdup_printf (_ ("can mean %s or %s: type one of these"), low, high);
          return FALSE;
        }
      *meant = *own;
    }
  else if (has_dot || has_comma)
    *meant = has_dot ? dot : comma;
  if (!(has_dot || has_comma) || !isfinite (meant->value))
    {
      *reason = g_strdup (_ ("not a number"));
      return FALSE;
    }
  return TRUE;
}

/**
 * gram_typed_read:
 * @text: what was typed, valid UTF-8: in the locale's notation, or in one that cannot be mistaken
 * @reason: (out) (transfer full): why it is refused, for people; set only then
 *
 * Returns: whether @value was set
 */
gboolean
gram_typed_read (const char *text, gboolean integer, double minimum, double maximum, double *value,
                 char **reason)
{
  Reading meant = { 0 };

  if (!understand (text, integer, &meant, reason))
    return FALSE;
  if (integer && (meant.value != rint (meant.value) || (meant.fraction && !meant.exponent)))
    {
      *reason = g_strdup (_ ("must be a whole number"));
      return FALSE;
    }
  if (meant.value < minimum || meant.value > maximum)
    {
      g_autofree char *low = gram_words_number (minimum, 6);
      g_autofree char *high = gram_words_number (maximum, 6);

      *reason = g_strdup_printf (_ ("must be between %s and %s"), low, high);
      return FALSE;
    }
  *value = meant.value;
  return TRUE;
}
