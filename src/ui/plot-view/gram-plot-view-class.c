/* gram-plot-view-class.c: a widget that shows a figure and lets people look around in it
 *
 * SPDX-License-Identifier: MIT
 *
 * The class: puts the parts together, and is called by none of them.
 */
#include "gram-plot-view-private.h"

#include <math.h>

#include <adwaita.h>

G_DEFINE_FINAL_TYPE (GramPlotView, gram_plot_view, GTK_TYPE_WIDGET)

/**
 * gram_plot_view_theme:
 *
 * Returns: the colours that plots have in the window now
 */
GramThemeKind
gram_plot_view_theme (void)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);

  if (adw_style_manager_get_high_contrast (style))
    return dark ? GRAM_THEME_HIGH_CONTRAST_DARK : GRAM_THEME_HIGH_CONTRAST;
  return dark ? GRAM_THEME_DARK : GRAM_THEME_LIGHT;
}

static void
follow_style (GramPlotView *view)
{
  view->theme = gram_plot_view_theme ();
  gram_plot_view_invalidate (view);
}

static void
gram_plot_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 260 : 180;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 720 : 480;
}

static void
gram_plot_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);

  gram_plot_view_invalidate (view);
  if (view->menu != NULL)
    gtk_popover_present (GTK_POPOVER (view->menu));
}

static void
gram_plot_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  gram_plot_view_draw (GRAM_PLOT_VIEW (widget), snapshot);
}

static void
gram_plot_view_dispose (GObject *object)
{
  GramPlotView *view = GRAM_PLOT_VIEW (object);

  g_clear_handle_id (&view->tell_id, g_source_remove);
  g_clear_pointer (&view->menu, gtk_widget_unparent);
  g_clear_pointer (&view->layout, gram_layout_free);
  g_clear_object (&view->static_texture);
  g_clear_object (&view->data_texture);
  g_clear_pointer (&view->frozen, gram_figure_unref);
  g_clear_pointer (&view->held, gram_figure_unref);
  g_clear_pointer (&view->figure, gram_figure_unref);
  G_OBJECT_CLASS (gram_plot_view_parent_class)->dispose (object);
}

static void
gram_plot_view_finalize (GObject *object)
{
  GramPlotView *view = GRAM_PLOT_VIEW (object);

  gram_typesetter_unref (view->typesetter);
  g_free (view->drag_guide);
  G_OBJECT_CLASS (gram_plot_view_parent_class)->finalize (object);
}

static void
gram_plot_view_class_init (GramPlotViewClass *class_)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class_);
  GObjectClass *object_class = G_OBJECT_CLASS (class_);
  GType type = G_TYPE_FROM_CLASS (class_);

  object_class->dispose = gram_plot_view_dispose;
  object_class->finalize = gram_plot_view_finalize;
  widget_class->snapshot = gram_plot_view_snapshot;
  widget_class->measure = gram_plot_view_measure;
  widget_class->size_allocate = gram_plot_view_size_allocate;
  g_signal_new ("guide-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
  g_signal_new ("hover", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                G_TYPE_STRING, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  g_signal_new ("scale-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_INT, G_TYPE_BOOLEAN);
  g_signal_new ("view-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("panels-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("copied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
  gtk_widget_class_set_css_name (widget_class, "plotview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gram_plot_view_install_actions (widget_class);
}

static void
gram_plot_view_init (GramPlotView *view)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  view->typesetter = gram_typesetter_new (gram_theme_get (GRAM_THEME_LIGHT)->family);
  view->legend_focus = -1;
  view->pointer_x = view->pointer_y = NAN;
  view->scale = 1;
  gtk_widget_set_focusable (GTK_WIDGET (view), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (view), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (view), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (view), GTK_OVERFLOW_HIDDEN);
  gram_plot_view_add_controllers (view);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (follow_style), view,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (follow_style), view,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (view)), "notify::gtk-xft-dpi",
                           G_CALLBACK (gram_plot_view_invalidate), view, G_CONNECT_SWAPPED);
  g_signal_connect (view, "notify::scale-factor", G_CALLBACK (gram_plot_view_invalidate), NULL);
  follow_style (view);
  gram_plot_view_changed (view); /* without a figure most actions are off */
}

/**
 * gram_plot_view_new:
 *
 * Returns: (transfer floating): a view without a figure
 */
GtkWidget *
gram_plot_view_new (void)
{
  return g_object_new (GRAM_TYPE_PLOT_VIEW, NULL);
}
