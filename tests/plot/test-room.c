/* test-room.c: what a figure shows where there is not enough room for all of it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout.h"

static const char *
first_panel (const GramLayout *layout)
{
  return ((GramPanel *) g_ptr_array_index (layout->panels, 0))->plot->id;
}

/* What has no room is counted and can be turned to; room is kept for what does so. Files know
 * nothing of it, and where all panels have room there is nothing to turn. */
static void
test_left_out (void)
{
  static const struct
  {
    int height;
    GramLayoutFlags flags;
    guint row, left_out;
    const char *first;
  } cases[] = {
    { 1000, GRAM_LAYOUT_CONTROLS, 0, 0, "a" }, { 1000, GRAM_LAYOUT_CONTROLS, 2, 0, "a" },
    { 280, GRAM_LAYOUT_CONTROLS, 0, 2, "a" },  { 280, GRAM_LAYOUT_CONTROLS, 1, 2, "b" },
    { 280, GRAM_LAYOUT_CONTROLS, 99, 2, "c" }, { 280, 0, 1, 2, "a" },
  };
  GramFigure *figure = gram_figure_new ("test", "Test");
  GramTypesetter *typesetter = gram_typesetter_new ("DejaVu Sans");

  gram_figure_add_plot (figure, "a");
  gram_figure_add_plot (figure, "b");
  gram_figure_add_plot (figure, "c");
  gram_figure_add_plot (figure, "d");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GramLayout) layout = NULL;
      const GramPanel *last;

      figure->first_row = cases[i].row;
      layout = gram_layout_new (figure, typesetter, gram_theme_get (GRAM_THEME_LIGHT), 500,
                                cases[i].height, 1, cases[i].flags);
      last = g_ptr_array_index (layout->panels, layout->panels->len - 1);
      g_assert_cmpuint (layout->left_out, ==, cases[i].left_out);
      g_assert_cmpuint (layout->panels->len, ==, 4 - cases[i].left_out);
      g_assert_cmpstr (first_panel (layout), ==, cases[i].first);
      if (cases[i].left_out > 0 && cases[i].flags != 0)
        g_assert_cmpfloat (last->outer.y + last->outer.height, <=,
                           cases[i].height - gram_layout_turner_height (layout));
    }
  gram_figure_unref (figure);
  gram_typesetter_unref (typesetter);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/room/left-out", test_left_out);
  return g_test_run ();
}
