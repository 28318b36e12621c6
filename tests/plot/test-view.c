/* test-view.c: the plot widget in a display: keys, actions, signals, freezing, themes
 *
 * SPDX-License-Identifier: MIT
 *
 * Skipped without a display. The pointer is tried with the whole window in tests/ui.
 */
#include <adwaita.h>
#include <math.h>

#include "gram-plot-table.h"
#include "gram-plot-view-private.h"

typedef struct
{
  GtkWindow *window;
  GramPlotView *view;
  GramFigure *figure;
  GramPlot *plot;
  GramBuffer *x, *y;
  guint moves, views;
  double value;
} Scene;

static void
moved_cb (GramPlotView *view, const char *id, double value, gboolean done, Scene *scene)
{
  g_assert_cmpstr (id, ==, "rho");
  scene->moves++;
  scene->value = value;
}

static void
view_changed_cb (GramPlotView *view, Scene *scene)
{
  scene->views++;
}

static gint64
frame_counter (Scene *scene)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (scene->view));

  return clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : 0;
}

/* Frames that were drawn, however long a busy machine takes over them. */
static void
wait_for_frames (Scene *scene, int frames)
{
  for (int i = 0; i < frames; i++)
    {
      gint64 before = frame_counter (scene), deadline = g_get_monotonic_time () + G_USEC_PER_SEC;

      gtk_widget_queue_draw (GTK_WIDGET (scene->view));
      while (g_get_monotonic_time () < deadline && frame_counter (scene) == before)
        if (!g_main_context_iteration (NULL, FALSE))
          g_usleep (500);
    }
}

static void
scene_init (Scene *scene)
{
  *scene = (Scene){ 0 };
  scene->figure = gram_figure_new ("test", "Test");
  scene->plot = gram_figure_add_plot (scene->figure, "panel");
  scene->x = gram_buffer_new ();
  scene->y = gram_buffer_new ();
  for (int i = 1; i <= 100; i++)
    {
      gram_buffer_append (scene->x, i);
      gram_buffer_append (scene->y, 100.0 / i);
    }
  gram_plot_set_axis (scene->plot, GRAM_AXIS_X, "step", GRAM_SCALE_LINEAR);
  gram_plot_set_axis (scene->plot, GRAM_AXIS_Y, "value", GRAM_SCALE_LINEAR);
  scene->plot->x.scale_choice = TRUE;
  gram_plot_add_series (scene->plot, "one", "one", GRAM_SERIES_LINE, GRAM_ROLE_TRUE, scene->x,
                        scene->y);
  gram_plot_add_series (scene->plot, "two", "two", GRAM_SERIES_LINE, GRAM_ROLE_RANDOM, scene->x,
                        scene->x);
  gram_plot_add_guide (scene->plot, "rho", GRAM_AXIS_X, 50, NULL)->draggable = TRUE;
  scene->view = GRAM_PLOT_VIEW (gram_plot_view_new ());
  g_signal_connect (scene->view, "guide-moved", G_CALLBACK (moved_cb), scene);
  g_signal_connect (scene->view, "view-changed", G_CALLBACK (view_changed_cb), scene);
  gram_plot_view_set_figure (scene->view, scene->figure);
  scene->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (scene->window, 600, 400);
  gtk_window_set_child (scene->window, GTK_WIDGET (scene->view));
  gtk_window_present (scene->window);
  for (int i = 0; i < 100 && gtk_widget_get_width (GTK_WIDGET (scene->view)) < 100; i++)
    wait_for_frames (scene, 1);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (scene->view)), >=, 260);
}

static void
scene_clear (Scene *scene)
{
  gtk_window_destroy (scene->window);
  gram_figure_unref (scene->figure);
  gram_buffer_unref (scene->x);
  gram_buffer_unref (scene->y);
}

static void
act (Scene *scene, const char *action, const char *format, ...)
{
  GVariant *value = NULL;
  va_list arguments;

  va_start (arguments, format);
  if (format != NULL)
    value = g_variant_new_va (format, NULL, &arguments);
  va_end (arguments);
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (scene->view), action, value));
}

static void
test_zoom_pan_fit (void)
{
  Scene scene;
  GramView before, after;

  scene_init (&scene);
  before = gram_plot_get_view (scene.plot);
  act (&scene, "plot.zoom", "d", 0.5);
  after = gram_plot_get_view (scene.plot);
  g_assert_cmpfloat_with_epsilon (after.x.max - after.x.min, (before.x.max - before.x.min) / 2,
                                  1e-9);
  act (&scene, "plot.pan", "(dd)", 0.5, 0.0);
  g_assert_cmpfloat_with_epsilon (gram_plot_get_view (scene.plot).x.min,
                                  after.x.min + (after.x.max - after.x.min) / 2, 1e-9);
  g_assert_cmpuint (scene.views, ==, 2);
  act (&scene, "plot.fit", NULL);
  g_assert_true (gram_figure_is_fit (scene.figure));
  act (&scene, "plot.x-log", NULL);
  g_assert_cmpint (scene.plot->x.scale, ==, GRAM_SCALE_LOG);
  /* An axis without a choice stays as it is. */
  gtk_widget_activate_action (GTK_WIDGET (scene.view), "plot.y-log", NULL);
  g_assert_cmpint (scene.plot->y.scale, ==, GRAM_SCALE_LINEAR);
  wait_for_frames (&scene, 2);
  scene_clear (&scene);
}

static void
test_guide_and_legend (void)
{
  Scene scene;

  scene_init (&scene);
  act (&scene, "plot.move-guide", "d", 0.1);
  g_assert_cmpuint (scene.moves, ==, 1);
  g_assert_cmpfloat_with_epsilon (scene.value, 50 + 0.1 * 99, 1e-6);
  act (&scene, "plot.legend-next", NULL);
  act (&scene, "plot.legend-next", NULL);
  act (&scene, "plot.legend-toggle", NULL);
  g_assert_true (gram_plot_get_hidden (scene.plot, "two"));
  g_assert_false (gram_plot_get_hidden (scene.plot, "one"));
  act (&scene, "plot.legend-toggle", NULL);
  g_assert_false (gram_plot_get_hidden (scene.plot, "two"));
  act (&scene, "plot.cursor", "d", 1.0);
  wait_for_frames (&scene, 2);
  act (&scene, "plot.escape", NULL);
  scene_clear (&scene);
}

/* A frozen view keeps its numbers, and shows the new ones when it thaws. */
static void
test_freeze (void)
{
  Scene scene;
  gsize count;

  scene_init (&scene);
  gram_plot_view_set_frozen (scene.view, TRUE);
  gram_buffer_append (scene.x, 1000);
  gram_buffer_append (scene.y, 1);
  gram_plot_view_queue_update (scene.view);
  wait_for_frames (&scene, 2);
  GramFigure *shown = gram_plot_view_shown (scene.view);
  g_assert_true (shown != scene.figure);
  const GramPlot *plot = g_ptr_array_index (shown->plots, 0);
  gram_buffer_peek (((const GramSeries *) g_ptr_array_index (plot->series, 0))->y, &count);
  g_assert_cmpuint (count, ==, 100);
  act (&scene, "plot.zoom", "d", 0.5);
  gram_plot_view_set_frozen (scene.view, FALSE);
  g_assert_true (gram_plot_view_shown (scene.view) == scene.figure);
  g_assert_false (gram_figure_is_fit (scene.figure)); /* the zoom stays */
  wait_for_frames (&scene, 2);
  scene_clear (&scene);
}

static void
test_picture (void)
{
  Scene scene;
  g_auto (GValue) value = G_VALUE_INIT;
  GdkClipboard *clipboard;

  scene_init (&scene);
  clipboard = gtk_widget_get_clipboard (GTK_WIDGET (scene.view));
  g_value_init (&value, GDK_TYPE_TEXTURE);
  gram_plot_view_copy_image (scene.view);
  g_assert_true (
      gdk_content_provider_get_value (gdk_clipboard_get_content (clipboard), &value, NULL));
  g_assert_cmpint (gdk_texture_get_width (g_value_get_object (&value)), ==,
                   2 * gtk_widget_get_width (GTK_WIDGET (scene.view)));
  /* Panels may be taken out and put in between two frames. */
  gram_figure_begin (scene.figure);
  gram_figure_end (scene.figure);
  scene.plot = gram_figure_add_plot (scene.figure, "other");
  act (&scene, "plot.cursor", "d", 1.0);
  wait_for_frames (&scene, 2);
  gram_plot_view_set_figure (scene.view, NULL);
  wait_for_frames (&scene, 2);
  scene_clear (&scene);
}

static void
test_table (void)
{
  Scene scene;
  g_autoptr (GListModel) rows = NULL;
  g_autoptr (GramPlotRow) row = NULL;

  scene_init (&scene);
  rows = gram_plot_rows_new (scene.figure);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 200);
  row = g_list_model_get_item (rows, 103);
  g_assert_cmpstr (row->series, ==, "two");
  g_assert_cmpfloat (row->x, ==, 4);
  gram_buffer_append (scene.x, 101);
  gram_buffer_append (scene.y, 1);
  gram_plot_rows_update (GRAM_PLOT_ROWS (rows));
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 202);
  g_assert_null (g_list_model_get_item (rows, 202));
  scene_clear (&scene);
}

/* Letters follow the text scaling at once, and the picture for elsewhere does not. */
static void
test_text_scale (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  Scene scene;
  double small;
  int dpi;

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 96 * 1024, NULL);
  scene_init (&scene);
  wait_for_frames (&scene, 2);
  small = gram_plot_view_get_layout (scene.view)->theme->small;
  g_assert_cmpfloat (small, ==, gram_theme_get (scene.view->theme)->small);
  g_object_set (settings, "gtk-xft-dpi", 144 * 1024, NULL);
  g_assert_cmpfloat_with_epsilon (gram_plot_view_get_layout (scene.view)->theme->small, 1.5 * small,
                                  1e-12);
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  scene_clear (&scene);
}

static void
count_cb (GramPlotView *view, guint *count)
{
  (*count)++;
}

/* A small view says which panels it shows, and turns to the others, also while it is frozen. */
static void
test_panels (void)
{
  Scene scene;
  guint first, shown, total, told = 0;

  scene_init (&scene);
  g_signal_connect (scene.view, "panels-changed", G_CALLBACK (count_cb), &told);
  wait_for_frames (&scene, 2);
  g_assert_false (gram_plot_view_get_panels (scene.view, &first, &shown, &total));
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *id = g_strdup_printf ("more-%u", i);

      gram_figure_add_plot (scene.figure, id);
    }
  gram_plot_view_queue_update (scene.view);
  wait_for_frames (&scene, 4);
  g_assert_true (gram_plot_view_get_panels (scene.view, &first, &shown, &total));
  g_assert_cmpuint (told, ==, 1);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (total, ==, 10);
  g_assert_cmpuint (shown, <, 10);
  gram_plot_view_set_frozen (scene.view, TRUE);
  gram_plot_view_turn (scene.view, 1);
  wait_for_frames (&scene, 4);
  gram_plot_view_get_panels (scene.view, &first, &shown, &total);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (told, ==, 2);
  gram_plot_view_set_frozen (scene.view, FALSE);
  gram_plot_view_turn (scene.view, 100);
  wait_for_frames (&scene, 4);
  gram_plot_view_get_panels (scene.view, &first, &shown, &total);
  g_assert_cmpuint (first + shown, ==, total);
  gram_plot_view_turn (scene.view, -100);
  wait_for_frames (&scene, 4);
  gram_plot_view_get_panels (scene.view, &first, &shown, &total);
  g_assert_cmpuint (first, ==, 0);
  scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  adw_init ();
  g_test_add_func ("/plot/view/zoom-pan-fit", test_zoom_pan_fit);
  g_test_add_func ("/plot/view/guide-legend", test_guide_and_legend);
  g_test_add_func ("/plot/view/freeze", test_freeze);
  g_test_add_func ("/plot/view/picture", test_picture);
  g_test_add_func ("/plot/view/text-scale", test_text_scale);
  g_test_add_func ("/plot/view/panels", test_panels);
  g_test_add_func ("/plot/view/table", test_table);
  return g_test_run ();
}
