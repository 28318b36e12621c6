/* gram-ticks.c: where an axis is marked and what is written there
 *
 * SPDX-License-Identifier: MIT
 *
 * Linear axes are marked at multiples of 1, 2 or 5 times a power of ten, logarithmic ones at
 * decades (every second, fifth, tenth … where there are many), below two decades at 1, 2, 5 or at
 * 1, 3, and where even that is too coarse like linear ones.
 */
#include "gram-ticks.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "−"           /* U+2212: as wide as the digits, unlike a hyphen */
#define THIN "\xe2\x80\xaf" /* U+202F, between groups of three digits */

static void
clear_tick (gpointer data)
{
  g_free (((GramTick *) data)->label);
}

/**
 * gram_ticks_free:
 * @ticks: (transfer full):
 */
void
gram_ticks_free (GramTicks *ticks)
{
  g_array_unref (ticks->ticks);
  g_free (ticks);
}

static void
add_tick (GramTicks *ticks, double value, char *label)
{
  GramTick tick = { value, label != NULL, label };

  g_array_append_val (ticks->ticks, tick);
}

/* ---------- numbers as text ----------------------------------------------------------------- */

/* In the notation of LC_NUMERIC, which is that of the window; the command line leaves it at “C”. */

/* @digits: as C writes them, of a number that is not negative */
static void
group_digits (GString *text, const char *digits)
{
  const struct lconv *locale = localeconv ();
  const char *point = strchr (digits, '.');
  const char *thousands = *locale->thousands_sep != '\0' ? locale->thousands_sep : THIN;
  gsize whole = point != NULL ? (gsize) (point - digits) : strlen (digits);

  for (gsize i = 0; i < whole; i++)
    {
      if (i > 0 && whole > 4 && (whole - i) % 3 == 0)
        g_string_append (text, thousands);
      g_string_append_c (text, digits[i]);
    }
  if (point != NULL)
    g_string_append_printf (text, "%s%s", locale->decimal_point, point + 1);
}

/**
 * gram_format_fixed:
 *
 * Returns: (transfer full): the number with so many decimals, a true minus sign, and the decimal
 * mark of the locale and its mark between thousands, or thin spaces where it has none
 */
char *
gram_format_fixed (double value, int decimals)
{
  char format[8], digits[400];
  GString *text = g_string_new (NULL);
  gboolean negative;

  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 17));
  g_ascii_formatd (digits, sizeof digits, format, fabs (value));
  negative = value < 0 && strspn (digits, "0.") < strlen (digits);
  if (negative)
    g_string_append (text, MINUS);
  group_digits (text, digits);
  return g_string_free (text, FALSE);
}

static void
trim_zeros (char *digits)
{
  gsize length = strlen (digits);

  if (strchr (digits, '.') == NULL)
    return;
  while (digits[length - 1] == '0')
    digits[--length] = '\0';
  if (digits[length - 1] == '.')
    digits[length - 1] = '\0';
}

/**
 * gram_format_number:
 * @digits: significant ones
 *
 * Returns: (transfer full): a value for people, as gram_format_fixed() writes it: plain where that
 * is short, else 1.23×10^{−7}
 */
char *
gram_format_number (double value, int digits)
{
  char format[8], buffer[64];
  char *e;

  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value > 0 ? "∞" : MINUS "∞");
  if (value == 0)
    return g_strdup ("0");
  g_snprintf (format, sizeof format, "%%.%de", CLAMP (digits - 1, 0, 16));
  g_ascii_formatd (buffer, sizeof buffer, format, fabs (value));
  e = strchr (buffer, 'e');
  int exponent = atoi (e + 1);
  if (exponent >= -4 && exponent <= 6)
    {
      GString *text = g_string_new (value < 0 ? MINUS : "");

      g_snprintf (format, sizeof format, "%%.%df", CLAMP (digits - 1 - exponent, 0, 20));
      g_ascii_formatd (buffer, sizeof buffer, format, fabs (value));
      trim_zeros (buffer);
      group_digits (text, buffer);
      return g_string_free (text, FALSE);
    }
  *e = '\0';
  trim_zeros (buffer);
  GString *text = g_string_new (value < 0 ? MINUS : "");

  group_digits (text, buffer);
  g_string_append_printf (text, "×10^{%s%d}", exponent < 0 ? MINUS : "", abs (exponent));
  return g_string_free (text, FALSE);
}

/* ---------- linear -------------------------------------------------------------------------- */

/* The smallest 1, 2 or 5 times a power of ten of which at most @most (≥ 2) multiples lie in any
 * interval of length @span. */
static double
round_step (double span, guint most)
{
  static const double factors[] = { 1, 2, 5, 10 };
  double raw = span / MAX (most - 1, 1);
  double base = pow (10, floor (log10 (raw)));

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    if (factors[i] * base >= raw * (1 - 1e-12))
      return factors[i] * base;
  return 10 * base;
}

static int
decimals_of (double step)
{
  return MAX (0, (int) -floor (log10 (step) + 1e-9));
}

/* How often a step is divided between two labels. */
static int
divisions_of (double step)
{
  double leading = step / pow (10, floor (log10 (step) + 1e-9));

  return leading > 1.5 && leading < 3 ? 4 : 5;
}

static int
common_exponent (const GramTickSpec *spec)
{
  double largest = MAX (fabs (spec->range.min), fabs (spec->range.max));

  if (largest >= 1e-3 && largest < 1e7)
    return 0;
  return (int) floor (log10 (largest) + 1e-9);
}

static void
add_linear (GramTicks *ticks, const GramTickSpec *spec, double min, double max)
{
  double step = round_step (max - min, spec->most);
  double unit;
  int parts;

  if (spec->integer)
    step = MAX (step, 1);
  parts = spec->integer && step <= 1 ? 1 : divisions_of (step);
  if (spec->integer && step / parts < 1)
    parts = (int) step;
  unit = pow (10, ticks->exponent);
  ticks->step = step;
  /* Multiples are counted from the nearest one, so that no error adds up. */
  double sub = step / parts;
  double first = ceil (min / sub - 1e-9), last = floor (max / sub + 1e-9);
  for (double i = first; i <= last && i - first < 1000; i++)
    {
      gboolean major = fmod (fabs (i), parts) == 0;
      double value = i == 0 ? 0 : (major ? (i / parts) * step : i * sub);

      add_tick (ticks, value,
                major ? gram_format_fixed (value / unit, decimals_of (step / unit)) : NULL);
    }
}

/* ---------- logarithmic --------------------------------------------------------------------- */

static char *
format_decade (int exponent)
{
  return exponent < 0 ? g_strdup_printf ("10^{" MINUS "%d}", -exponent)
                      : g_strdup_printf ("10^{%d}", exponent);
}

static int
count_multiples (int first, int last, int stride)
{
  return (int) floor ((double) last / stride) - (int) ceil ((double) first / stride) + 1;
}

/* The smallest stride that leaves no more labels than there is room for, yet two: one power of ten
 * alone tells no scale. */
static int
choose_stride (int first, int last, guint most)
{
  static const int strides[] = { 1, 2, 3, 5, 10, 20, 30, 50, 100, 200 };
  int stride = 1;

  for (guint i = 0; i < G_N_ELEMENTS (strides); i++)
    {
      int count = count_multiples (first, last, strides[i]);

      if (count < 2)
        break;
      stride = strides[i];
      if (count <= (int) most)
        break;
    }
  return stride;
}

static void
add_decades (GramTicks *ticks, const GramTickSpec *spec, double low, double high)
{
  int first = (int) ceil (low - 1e-9), last = (int) floor (high + 1e-9);
  int stride = choose_stride (first, last, spec->most);

  for (int e = first - 1; e <= last; e++)
    {
      gboolean major = ((e % stride) + stride) % stride == 0;

      if (e >= first && (major || stride <= 20))
        add_tick (ticks, pow (10, e), major ? format_decade (e) : NULL);
      if (stride > 1 || last - first > 12)
        continue;
      for (int k = 2; k <= 9; k++)
        if (e + log10 (k) >= low - 1e-9 && e + log10 (k) <= high + 1e-9)
          add_tick (ticks, k * pow (10, e), NULL);
    }
}

/* Which multiples of a power of ten are labelled on an axis of one to two decades; a bit each. */
#define ONE_TWO_FIVE (1 << 1 | 1 << 2 | 1 << 5)
#define ONE_THREE (1 << 1 | 1 << 3)

/* Calls add_tick() where @ticks is given; returns how many are labelled. */
static guint
visit_parts (GramTicks *ticks, int labelled, double low, double high)
{
  guint labels = 0;

  for (int e = (int) floor (low) - 1; e <= (int) ceil (high); e++)
    for (int k = 1; k <= 9; k++)
      {
        double u = e + log10 (k), value = e < 0 ? k / pow (10, -e) : k * pow (10, e);
        gboolean major = (labelled >> k & 1) != 0;

        if (u < low - 1e-9 || u > high + 1e-9)
          continue;
        labels += major;
        if (ticks != NULL)
          add_tick (ticks, value, major ? gram_format_number (value, 3) : NULL);
      }
  return labels;
}

/* Less than two decades: as many labels as there is room for, and two at least. */
static void
add_few_decades (GramTicks *ticks, const GramTickSpec *spec, double low, double high)
{
  static const int choices[] = { ONE_TWO_FIVE, ONE_THREE };
  double min = pow (10, low), max = pow (10, high);

  for (guint i = 0; high - low > 0.6 && i < G_N_ELEMENTS (choices); i++)
    {
      guint labels = visit_parts (NULL, choices[i], low, high);

      if (labels >= 2 && labels <= spec->most)
        {
          visit_parts (ticks, choices[i], low, high);
          return;
        }
    }
  if (floor (high + 1e-9) - ceil (low - 1e-9) >= 1)
    {
      add_decades (ticks, spec, low, high);
      return;
    }
  ticks->exponent = max < 1e-3 || max >= 1e7 ? (int) floor (log10 (max) + 1e-9) : 0;
  add_linear (ticks, spec, min, max);
  ticks->step = 0;
}

static void
add_logarithmic (GramTicks *ticks, const GramTickSpec *spec)
{
  gboolean zero_shown = spec->zero.place >= spec->range.min && spec->zero.place <= spec->range.max;
  double low = MAX (spec->zero.first, spec->range.min); /* nothing is marked within the break */
  double high = spec->range.max;
  int whole = (int) (floor (high + 1e-9) - ceil (low - 1e-9)) + 1;

  if (zero_shown)
    add_tick (ticks, 0, g_strdup ("0"));
  if (high <= low)
    return;
  if (whole >= 3 || (whole == 2 && high - low > 1.7))
    add_decades (ticks, spec, low, high);
  else
    add_few_decades (ticks, spec, low, high);
}

/**
 * gram_ticks_new:
 *
 * Returns: (transfer full): the ticks inside the range, ascending
 */
GramTicks *
gram_ticks_new (const GramTickSpec *spec)
{
  GramTicks *ticks = g_new0 (GramTicks, 1);

  ticks->ticks = g_array_new (FALSE, FALSE, sizeof (GramTick));
  g_array_set_clear_func (ticks->ticks, clear_tick);
  if (!gram_range_is_valid (spec->range))
    return ticks;
  if (spec->scale == GRAM_SCALE_LOG)
    add_logarithmic (ticks, spec);
  else
    {
      ticks->exponent = common_exponent (spec);
      add_linear (ticks, spec, spec->range.min, spec->range.max);
    }
  return ticks;
}
