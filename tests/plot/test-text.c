/* test-text.c: marked-up text: its runs, and its lines
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "gram-layout.h"

static void
test_text_runs (void)
{
  static const struct
  {
    const char *text, *plain;
    guint runs;
  } cases[] = {
    { "plain", "plain", 1 },
    { "10^{−3}", "10^−3", 2 },
    { "|vᵢᵀy|", "|vᵢᵀy|", 4 },
    { "λ_{0} & <b>", "λ_0 & <b>", 3 },
    { "a^b _ {", "a^b _ {", 1 },
    { "open ^{never", "open ^{never", 1 },
    { "", "", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) runs = gram_text_parse (cases[i].text);
      g_autofree char *plain = gram_text_to_plain (cases[i].text);

      g_assert_cmpuint (runs->len, ==, cases[i].runs);
      g_assert_cmpstr (plain, ==, cases[i].plain);
    }
}

static void
test_markup (void)
{
  g_autofree char *markup = gram_text_to_markup ("‖W(k) − W(0)‖_{F} < 10^{−3} & λᵢ^2");

  g_assert_cmpstr (markup, ==, "‖W(k) − W(0)‖<sub>F</sub> &lt; 10<sup>−3</sup> &amp; λᵢ^2");
}

/* Captions break at spaces, between Chinese and Japanese characters where these may be parted, and
 * never inside of a superscript. */
static void
test_wrap (void)
{
  static const char *const texts[] = {
    "Solid: full-batch gradient descent. Dashed: √Σ(1 − ηλᵢ)^{2k}(vᵢᵀy)², Eq 8.",
    "実線：全バッチの勾配降下法。破線：√Σ(1 − ηλᵢ)^{2 k}(vᵢᵀy)²、式 8。",
    "线：H^{∞ 二} 的特征值。标记：各标签向量在特征向量上投影的大小（上）。",
  };
  g_autoptr (GramTypesetter) typesetter = gram_typesetter_new ("DejaVu Sans");
  GramFont font = { 12, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (GStrv) lines = gram_typesetter_wrap (typesetter, &font, texts[i], 180);
      g_auto (GStrv) words = g_strsplit (texts[i], " ", -1);
      g_autofree char *wanted = g_strjoinv ("", words);
      g_autoptr (GString) found = g_string_new (NULL);
      g_autofree char *fitted = gram_typesetter_fit (typesetter, &font, texts[i], 180);

      g_assert_cmpuint (g_strv_length (lines), >, 2);
      for (guint j = 0; lines[j] != NULL; j++)
        {
          g_auto (GStrv) parts = g_strsplit (lines[j], " ", -1);
          g_autofree char *joined = g_strjoinv ("", parts);

          g_string_append (found, joined);
          g_assert_cmpfloat (gram_typesetter_set (typesetter, &font, lines[j])->width, <=, 180);
          g_assert_null (strchr ("}", lines[j][0]));
          g_assert_false (g_str_has_prefix (lines[j], "。") || g_str_has_prefix (lines[j], "、"));
          g_assert_cmpint (strchr (lines[j], '{') == NULL, ==, strchr (lines[j], '}') == NULL);
        }
      g_assert_cmpstr (found->str, ==, wanted);
      g_assert_true (g_str_has_suffix (fitted, "…"));
      g_assert_cmpfloat (gram_typesetter_set (typesetter, &font, fitted)->width, <=, 180);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/text/runs", test_text_runs);
  g_test_add_func ("/plot/text/markup", test_markup);
  g_test_add_func ("/plot/text/wrap", test_wrap);
  return g_test_run ();
}
