/* test-ends.c: curves that are named where they end
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "gram-layout.h"

typedef struct
{
  GramFigure *figure;
  GramPlot *plot;
  GramTypesetter *typesetter;
} Scene;

/* A curve from (0, 5) to (@x, @y), with an entry that names it. */
static void
add_curve (Scene *scene, const char *tag, const char *name, GramRole role, double x, double y)
{
  const double xs[] = { 0, x }, ys[] = { 5, y };
  g_autoptr (GramBuffer) across = gram_buffer_new_from_array (xs, 2);
  g_autoptr (GramBuffer) up = gram_buffer_new_from_array (ys, 2);

  gram_plot_add_series (scene->plot, tag, name, GRAM_SERIES_LINE, role, across, up);
  gram_plot_add_legend (scene->plot, tag, name, role)->names_curve = TRUE;
}

static void
scene_init (Scene *scene)
{
  scene->figure = gram_figure_new ("test", "Test");
  scene->plot = gram_figure_add_plot (scene->figure, "panel");
  scene->typesetter = gram_typesetter_new ("DejaVu Sans");
  gram_plot_set_limits (scene->plot, GRAM_AXIS_X, 0, 10);
  gram_plot_set_limits (scene->plot, GRAM_AXIS_Y, 0, 10);
  add_curve (scene, "a", "first", GRAM_ROLE_TRUE, 10, 8);
  add_curve (scene, "b", "second", GRAM_ROLE_RANDOM, 10, 2);
  add_curve (scene, "c", "third", GRAM_ROLE_WORST, 10, 2.05);
}

static void
scene_clear (Scene *scene)
{
  gram_figure_unref (scene->figure);
  gram_typesetter_unref (scene->typesetter);
}

static GramLayout *
lay_out (Scene *scene, double width, double height)
{
  return gram_layout_new (scene->figure, scene->typesetter, gram_theme_get (GRAM_THEME_LIGHT),
                          width, height, 1, 0);
}

static const GramPanel *
panel_of (const GramLayout *layout)
{
  return g_ptr_array_index (layout->panels, 0);
}

static const GramLegendBox *
box_of (const GramLayout *layout, const char *tag)
{
  const GramPanel *panel = panel_of (layout);

  for (guint i = 0; i < panel->legend->len; i++)
    if (g_str_equal (g_array_index (panel->legend, GramLegendBox, i).entry->tag, tag))
      return &g_array_index (panel->legend, GramLegendBox, i);
  g_error ("no entry %s", tag);
}

static double
middle (const GramLegendBox *box)
{
  return box->rect.y + box->rect.height / 2;
}

static void
assert_apart (const GramRect *a, const GramRect *b)
{
  g_assert_true (a->x + a->width <= b->x || b->x + b->width <= a->x || a->y + a->height <= b->y
                 || b->y + b->height <= a->y);
}

/* In the margin, as high as the curve ends, in the order of the ends, not on each other, whole, and
 * found where they stand. */
static void
test_places (void)
{
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;
  const GramPanel *panel;
  const char *const tags[] = { "a", "c", "b" };

  scene_init (&scene);
  layout = lay_out (&scene, 700, 320);
  panel = panel_of (layout);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      const GramLegendBox *box = box_of (layout, tags[i]);

      g_assert_true (box->at_end);
      g_assert_cmpfloat (box->rect.x, >=, panel->area.x + panel->area.width);
      g_assert_cmpfloat (box->rect.x + box->rect.width, <=, layout->width);
      g_assert_cmpfloat_with_epsilon (box->end.x, panel->area.x + panel->area.width, 0.6);
      g_assert_true (gram_layout_find_legend (layout, box->rect.x + 5, middle (box)) == box->entry);
      for (guint j = 0; j < i; j++)
        assert_apart (&box->rect, &box_of (layout, tags[j])->rect);
    }
  g_assert_cmpfloat_with_epsilon (middle (box_of (layout, "a")),
                                  gram_transform_to_pixel (&panel->y, 8), 1);
  g_assert_cmpfloat (middle (box_of (layout, "c")), <, middle (box_of (layout, "b")));
  g_assert_cmpfloat_with_epsilon (middle (box_of (layout, "c")),
                                  gram_transform_to_pixel (&panel->y, 2.05), 20);
  scene_clear (&scene);
}

static void
assert_in_legend (Scene *scene, double width, double height)
{
  g_autoptr (GramLayout) layout = lay_out (scene, width, height);
  const GramPanel *panel = panel_of (layout);

  for (guint i = 0; i < panel->legend->len; i++)
    {
      const GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, i);

      g_assert_false (box->at_end);
      g_assert_cmpfloat (box->rect.width, >, 0);
      g_assert_cmpfloat (box->rect.y + box->rect.height, <=, panel->area.y + 1);
      for (guint j = 0; j < i; j++)
        assert_apart (&box->rect, &g_array_index (panel->legend, GramLegendBox, j).rect);
    }
}

/* Where there is no room, too many curves, or a curve that ends long before the others, all names
 * are in the legend. */
static void
test_legend (void)
{
  Scene scene;

  scene_init (&scene);
  assert_in_legend (&scene, 220, 320);
  add_curve (&scene, "d", "short", GRAM_ROLE_MIXED, 5, 5);
  assert_in_legend (&scene, 700, 320);
  scene_clear (&scene);
  scene_init (&scene);
  add_curve (&scene, "d", "beyond", GRAM_ROLE_MIXED, 10, 200);
  assert_in_legend (&scene, 700, 320);
  scene_clear (&scene);
  scene_init (&scene);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *tag = g_strdup_printf ("more-%u", i);

      add_curve (&scene, tag, "more", GRAM_ROLE_MIXED, 10, 4 + i);
    }
  assert_in_legend (&scene, 700, 320);
  scene_clear (&scene);
}

/* What is hidden can be shown again: its name stays, in the legend. A curve that goes on beyond the
 * view ends at its edge. */
static void
test_hidden_and_cut (void)
{
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;
  const GramPanel *panel;

  scene_init (&scene);
  add_curve (&scene, "d", "cut", GRAM_ROLE_MIXED, 20, 9);
  gram_figure_set_hidden (scene.figure, "b", TRUE);
  layout = lay_out (&scene, 700, 320);
  panel = panel_of (layout);
  g_assert_false (box_of (layout, "b")->at_end);
  g_assert_cmpfloat (box_of (layout, "b")->rect.y, <, panel->area.y);
  g_assert_true (box_of (layout, "c")->at_end);
  g_assert_cmpfloat_with_epsilon (box_of (layout, "d")->end.y,
                                  gram_transform_to_pixel (&panel->y, 7), 1);
  scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/ends/places", test_places);
  g_test_add_func ("/plot/ends/legend", test_legend);
  g_test_add_func ("/plot/ends/hidden-and-cut", test_hidden_and_cut);
  return g_test_run ();
}
