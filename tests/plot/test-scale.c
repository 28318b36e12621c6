/* test-scale.c: transforms, view ranges and ticks
 *
 * SPDX-License-Identifier: MIT
 */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../own-locale.h"
#include "gram-scale.h"
#include "gram-ticks.h"

static double
uniform (double low, double high)
{
  return g_test_rand_double_range (low, high);
}

static void
test_round_trip (void)
{
  for (int i = 0; i < 2000; i++)
    {
      double min = uniform (-8, 8), span = pow (10, uniform (-3, 1)), value, pixel;
      GramTransform t = {
        (GramScale) (i % 2), GRAM_ZERO_NONE, { min, min + span }, uniform (0, 50), 900
      };

      value = gram_scale_inverse (t.scale, GRAM_ZERO_NONE, min + span * uniform (0, 1));
      pixel = gram_transform_to_pixel (&t, value);
      g_assert_cmpfloat (pixel, >=, t.pixel_min - 1e-6);
      g_assert_cmpfloat (pixel, <=, t.pixel_max + 1e-6);
      g_assert_cmpfloat_with_epsilon (gram_transform_to_value (&t, pixel), value,
                                      1e-9 * MAX (1, fabs (value)));
    }
}

static void
test_zero_has_a_place (void)
{
  GramTransform t = { GRAM_SCALE_LOG, { -0.5, -0.1 }, { -0.5, 4 }, 100, 500 };

  g_assert_cmpfloat (gram_transform_to_pixel (&t, 0), ==, 100);
  g_assert_cmpfloat (gram_transform_to_pixel (&t, 1), >, 100);
  g_assert_cmpfloat (gram_transform_to_value (&t, 100), ==, 0);
  g_assert_true (isnan (gram_transform_to_pixel (&t, -1)));
  /* nothing positive stands at zero, in the break, or under it */
  g_assert_true (isnan (gram_transform_to_pixel (&t, pow (10, -0.6))));
  g_assert_true (isnan (gram_transform_to_pixel (&t, pow (10, -0.3))));
  g_assert_cmpfloat (gram_transform_to_pixel (&t, pow (10, -0.09)), >, 100);
  t.zero = GRAM_ZERO_NONE;
  g_assert_cmpfloat (gram_transform_to_pixel (&t, pow (10, -0.6)), <, 100);
  g_assert_true (isnan (gram_transform_to_pixel (&t, 0)));
}

static void
test_zoom_keeps_the_point (void)
{
  for (int i = 0; i < 500; i++)
    {
      GramRange range = { uniform (-5, 0), uniform (0.1, 5) }, zoomed;
      double at = uniform (0, 1), factor = uniform (0.2, 4);
      double fixed = range.min + at * (range.max - range.min);

      zoomed = gram_range_zoom (range, at, factor);
      g_assert_cmpfloat_with_epsilon (zoomed.min + at * (zoomed.max - zoomed.min), fixed, 1e-9);
      g_assert_cmpfloat_with_epsilon (zoomed.max - zoomed.min, (range.max - range.min) * factor,
                                      1e-9);
    }
}

static void
test_zoom_ends_somewhere (void)
{
  GramRange in = { 3, 4 }, out = { -1, 1 };

  for (int i = 0; i < 5000; i++)
    {
      in = gram_range_zoom (in, 0.3, 0.7);
      out = gram_range_zoom (out, 0.3, 1.7);
      g_assert_true (gram_range_is_valid (in));
      g_assert_true (gram_range_is_valid (out));
    }
}

static void
test_view (void)
{
  GramView view = gram_view_fit (), moved;

  view.x = (GramRange){ 0, 10 };
  view.y = (GramRange){ -1, 1 };
  moved = gram_view_zoom (view, 0.5, 0.5, 0.5, 1);
  g_assert_cmpfloat (moved.x.min, ==, 2.5);
  g_assert_false (moved.fit_x);
  g_assert_true (moved.fit_y);
  moved = gram_view_pan (view, 0, 0.25);
  g_assert_cmpfloat (moved.y.min, ==, -0.5);
  g_assert_true (moved.fit_x);
  moved = gram_view_box (view, 0.8, 1, 0.2, 0.5);
  g_assert_cmpfloat (moved.x.min, ==, 2);
  g_assert_cmpfloat (moved.x.max, ==, 8);
  g_assert_cmpfloat (moved.y.min, ==, 0);
  g_assert_cmpfloat (moved.y.max, ==, 1);
  moved = gram_view_box (view, 0.5, 0.5, 0.5, 0.5); /* a click is no box */
  g_assert_cmpfloat (moved.x.max, ==, 10);
}

/* ---------- ticks --------------------------------------------------------------------------- */

static double
parse_label (const char *label, int exponent)
{
  GString *plain = g_string_new (NULL);
  double value;

  for (const char *at = label; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == 0x2212)
        g_string_append_c (plain, '-');
      else if (c == 0xd7)
        {
          g_string_append_c (plain, 'e');
          at += strlen ("10^"); /* with "×" itself, which has two bytes, up to "{" */
        }
      else if (c == '^' || c == '{' || c == '}')
        continue;
      else if (c != 0x202f)
        g_string_append_unichar (plain, c);
    }
  value = g_ascii_strtod (plain->str, NULL) * pow (10, exponent);
  if (strncmp (label, "10^{", 4) == 0)
    value = pow (10, g_ascii_strtod (plain->str + 2, NULL));
  g_string_free (plain, TRUE);
  return value;
}

static gboolean
is_one_two_five (double step)
{
  double leading = step / pow (10, floor (log10 (step) + 1e-9));

  return fabs (leading - 1) < 1e-6 || fabs (leading - 2) < 1e-6 || fabs (leading - 5) < 1e-6;
}

static void
check_ticks (const GramTickSpec *spec)
{
  g_autoptr (GramTicks) ticks = gram_ticks_new (spec);
  guint majors = 0;
  double low = gram_scale_inverse (spec->scale, spec->zero, spec->range.min);
  double high = gram_scale_inverse (spec->scale, spec->zero, spec->range.max);
  double slack = 1e-6 * (high - low), before = -INFINITY;

  for (guint i = 0; i < ticks->ticks->len; i++)
    {
      const GramTick *tick = &g_array_index (ticks->ticks, GramTick, i);

      g_assert_cmpfloat (tick->value, >, before);
      before = tick->value;
      g_assert_cmpfloat (tick->value, >=, low - slack);
      g_assert_cmpfloat (tick->value, <=, high + slack);
      g_assert_true (tick->major == (tick->label != NULL));
      if (!tick->major)
        continue;
      majors++;
      /* What is written is where it is written. */
      double written = parse_label (tick->label, ticks->exponent);
      g_assert_cmpfloat_with_epsilon (written, tick->value,
                                      1e-9 * MAX (fabs (tick->value), fabs (written)) + 1e-300);
      if (spec->integer)
        g_assert_cmpfloat (tick->value, ==, round (tick->value));
    }
  g_assert_cmpuint (majors, <=, spec->most + 1);
  if (ticks->step > 0)
    g_assert_true (is_one_two_five (ticks->step));
  if (!spec->integer && spec->most >= 4)
    g_assert_cmpuint (majors, >=, 1);
}

static void
test_linear_ticks (void)
{
  for (int i = 0; i < 5000; i++)
    {
      double span = pow (10, uniform (-9, 9)), min = uniform (-3, 3) * span;
      GramTickSpec spec = {
        GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { min, min + span }, 2 + i % 11, i % 5 == 0 && span > 3
      };

      check_ticks (&spec);
    }
}

static void
test_log_ticks (void)
{
  for (int i = 0; i < 5000; i++)
    {
      double span = pow (10, uniform (-2, 2.3)), min = uniform (-18, 18);
      GramTickSpec spec = {
        GRAM_SCALE_LOG, GRAM_ZERO_NONE, { min, min + span }, 2 + i % 11, FALSE
      };

      if (min + span < 250)
        check_ticks (&spec);
    }
}

static void
test_zero_tick (void)
{
  GramTickSpec spec = { GRAM_SCALE_LOG, { -0.4, -0.2 }, { -0.4, 4 }, 8, FALSE };
  g_autoptr (GramTicks) ticks = gram_ticks_new (&spec);

  g_assert_cmpfloat (g_array_index (ticks->ticks, GramTick, 0).value, ==, 0);
  g_assert_cmpstr (g_array_index (ticks->ticks, GramTick, 0).label, ==, "0");
  g_assert_cmpfloat (g_array_index (ticks->ticks, GramTick, 1).value, >=, pow (10, -0.2));
}

static void
test_bad_ranges (void)
{
  GramRange ranges[] = { { 0, 0 }, { 1, 0 }, { NAN, 1 }, { -INFINITY, 1 }, { 1, 1 + 1e-15 } };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      GramTickSpec spec = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, ranges[i], 5, FALSE };
      g_autoptr (GramTicks) ticks = gram_ticks_new (&spec);

      g_assert_cmpuint (ticks->ticks->len, ==, 0);
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    double value;
    int digits;
    const char *text;
  } cases[] = {
    { 0, 4, "0" },
    { -0.25, 4, "−0.25" },
    { 1234, 5, "1234" },
    { 12345.678, 5,
      "12\xe2\x80\xaf"
      "346" },
    { 0.00012, 3, "0.00012" },
    { 1.5e-7, 3, "1.5×10^{−7}" },
    { -2.5e12, 3, "−2.5×10^{12}" },
    { NAN, 3, "–" },
    { INFINITY, 3, "∞" },
    { 99999.99, 3,
      "100\xe2\x80\xaf"
      "000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gram_format_number (cases[i].value, cases[i].digits);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_autofree char *zero = gram_format_fixed (-0.0001, 2);
  g_assert_cmpstr (zero, ==, "0.00"); /* no minus before nothing */
  g_autofree char *grouped = gram_format_fixed (-1234567.5, 1);
  g_assert_cmpstr (grouped, ==,
                   "−1\xe2\x80\xaf"
                   "234\xe2\x80\xaf"
                   "567.5");
}

static void
assert_number (const char *wanted, char *text)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

/* As the locale writes them, and so does an axis. */
static void
test_numbers_of_locales (void)
{
  GramTickSpec spec = { .range = { 0, 1 }, .most = 6, .zero = GRAM_ZERO_NONE };
  g_autoptr (GramTicks) ticks = NULL;

  use_locale ("de_DE.UTF-8");
  assert_number ("6,039", gram_format_number (6.039, 4));
  assert_number ("−0,25", gram_format_number (-0.25, 3));
  assert_number ("1,5×10^{−7}", gram_format_number (1.5e-7, 3));
  assert_number ("12.345,5", gram_format_fixed (12345.5, 1));
  assert_number ("2000", gram_format_fixed (2000, 0));
  ticks = gram_ticks_new (&spec);
  g_assert_cmpstr (g_array_index (ticks->ticks, GramTick, 4).label, ==, "0,2");
  use_locale ("hi_IN.UTF-8");
  assert_number ("12,345.5", gram_format_fixed (12345.5, 1));
  use_locale ("C");
  assert_number ("12\xe2\x80\xaf"
                 "345.5",
                 gram_format_fixed (12345.5, 1));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/scale/round-trip", test_round_trip);
  g_test_add_func ("/plot/scale/zero", test_zero_has_a_place);
  g_test_add_func ("/plot/scale/zoom", test_zoom_keeps_the_point);
  g_test_add_func ("/plot/scale/zoom-ends", test_zoom_ends_somewhere);
  g_test_add_func ("/plot/scale/view", test_view);
  g_test_add_func ("/plot/ticks/linear", test_linear_ticks);
  g_test_add_func ("/plot/ticks/log", test_log_ticks);
  g_test_add_func ("/plot/ticks/zero", test_zero_tick);
  g_test_add_func ("/plot/ticks/bad", test_bad_ranges);
  g_test_add_func ("/plot/ticks/numbers", test_numbers);
  g_test_add_func ("/plot/ticks/numbers-of-locales", test_numbers_of_locales);
  return g_test_run ();
}
