/* gram-plot-view-actions.c: what the plot widget does by key, menu and action
 *
 * SPDX-License-Identifier: MIT
 *
 * Everything the pointer can do has an action "plot.…" and a key.
 */
#include "gram-plot-view-private.h"

#include <math.h>

#include <glib/gi18n.h>

static void
fit_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gram_plot_view_fit (GRAM_PLOT_VIEW (widget));
}

static void
zoom_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gram_plot_view_zoom (GRAM_PLOT_VIEW (widget), g_variant_get_double (parameter));
}

static void
pan_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  double across, up;

  g_variant_get (parameter, "(dd)", &across, &up);
  gram_plot_view_pan (GRAM_PLOT_VIEW (widget), across, up);
}

static void
switch_scale (GramPlotView *view, GramAxisSide side)
{
  GramFigure *figure = gram_plot_view_shown (view);
  const GramAxis *axis;

  if (figure == NULL || figure->plots->len == 0)
    return;
  axis = gram_plot_get_axis (g_ptr_array_index (figure->plots, 0), side);
  if (axis->scale_choice)
    gram_plot_view_set_scale (view, side,
                              axis->scale == GRAM_SCALE_LOG ? GRAM_SCALE_LINEAR : GRAM_SCALE_LOG);
}

static void
x_log_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  switch_scale (GRAM_PLOT_VIEW (widget), GRAM_AXIS_X);
}

static void
y_log_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  switch_scale (GRAM_PLOT_VIEW (widget), GRAM_AXIS_Y);
}

static void
freeze_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);

  gram_plot_view_set_frozen (view, !gram_plot_view_get_frozen (view));
}

static void
copy_image_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gram_plot_view_copy_image (GRAM_PLOT_VIEW (widget));
  gram_plot_view_tell_copied (GRAM_PLOT_VIEW (widget), _ ("Image copied"));
}

static void
copy_data_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gram_plot_view_copy_data (GRAM_PLOT_VIEW (widget));
  gram_plot_view_tell_copied (GRAM_PLOT_VIEW (widget), _ ("Data copied as a table"));
}

static void
menu_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gram_plot_view_show_menu (GRAM_PLOT_VIEW (widget), gtk_widget_get_width (widget) / 2.0,
                            gtk_widget_get_height (widget) / 2.0);
}

/* ---------- legend, crosshair and reference line by key -------------------------------------- */

/* The focus walks through the entries of all panels. */
const GramLegendBox *
gram_plot_view_legend_box (GramPlotView *view, int index)
{
  GramLayout *layout = gram_plot_view_get_layout (view);

  for (guint i = 0; layout != NULL && index >= 0 && i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);

      if (index < (int) panel->legend->len)
        return &g_array_index (panel->legend, GramLegendBox, index);
      index -= (int) panel->legend->len;
    }
  return NULL;
}

static void
legend_next_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);

  if (gram_plot_view_legend_box (view, ++view->legend_focus) == NULL)
    view->legend_focus = -1;
  gram_plot_view_describe_now (view);
  gtk_widget_queue_draw (widget);
}

static void
legend_toggle_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);
  const GramLegendBox *box = gram_plot_view_legend_box (view, view->legend_focus);

  if (box == NULL)
    return;
  gram_plot_view_toggle (view, box->entry->tag);
  gram_plot_view_describe_now (view);
}

static void
escape_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);

  view->legend_focus = -1;
  gram_plot_view_point_at (view, FALSE, 0, 0);
  gram_plot_view_describe_now (view);
}

/* Where the crosshair is, or else the middle of the first panel, where it comes up. */
static GramPanel *
find_cursor (GramPlotView *view, gboolean *fresh)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  GramPanel *panel = NULL;

  if (layout == NULL || layout->panels->len == 0)
    return NULL;
  if (view->pointed)
    panel = gram_layout_find_panel (layout, view->x, view->y);
  *fresh = panel == NULL;
  if (panel == NULL)
    {
      panel = g_ptr_array_index (layout->panels, 0);
      view->x = panel->area.x + panel->area.width / 2;
      view->y = panel->area.y + panel->area.height / 2;
    }
  return panel;
}

static void
put_cursor (GramPlotView *view, const GramPanel *panel, double x, double y)
{
  x = CLAMP (x, panel->area.x, panel->area.x + panel->area.width);
  gram_plot_view_point_at (view, TRUE, x, y);
  view->keyed = TRUE;
  gram_plot_view_describe_now (view);
}

/* The point that the crosshair shows, which is not always just where it stands. */
static double
shown_x (GramPanel *panel, double x)
{
  g_autoptr (GArray) hits = gram_panel_values_at (panel, x);
  double shown = hits->len > 0 ? g_array_index (hits, GramHit, 0).position.x : NAN;

  return isfinite (shown) ? shown : x;
}

/* At least @least pixels on, and at least to the next point: every press says something new. */
static void
move_cursor (GramPlotView *view, double direction, double least)
{
  gboolean fresh;
  GramPanel *panel = find_cursor (view, &fresh);
  int sign = direction < 0 ? -1 : 1;
  double x, next;

  if (panel == NULL)
    return;
  x = shown_x (panel, view->x);
  if (fresh || !gram_panel_next_x (panel, x, sign, &next))
    next = x;
  else if (fabs (next - x) < least)
    next = x + sign * least;
  put_cursor (view, panel, next, view->y);
}

static void
cursor_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);

  move_cursor (view, g_variant_get_double (parameter), gtk_widget_get_width (widget) / 100.0);
}

static void
cursor_point_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  move_cursor (GRAM_PLOT_VIEW (widget), g_variant_get_double (parameter), 0);
}

/* The panel above or below is where zooming and panning by keys then happen. */
static void
cursor_panel_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);
  int direction = g_variant_get_double (parameter) < 0 ? -1 : 1;
  gboolean fresh;
  GramPanel *panel = find_cursor (view, &fresh);
  GramLayout *layout = gram_plot_view_get_layout (view);
  guint at;

  if (panel == NULL)
    return;
  if (!fresh && g_ptr_array_find (layout->panels, panel, &at) && (int) at + direction >= 0
      && at + direction < layout->panels->len)
    {
      panel = g_ptr_array_index (layout->panels, at + direction);
      view->y = panel->area.y + panel->area.height / 2;
    }
  put_cursor (view, panel, view->x, view->y);
}

static void
guide_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);
  GramLayout *layout = gram_plot_view_get_layout (view);

  for (guint i = 0; layout != NULL && i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      for (guint j = 0; j < panel->plot->guides->len; j++)
        {
          GramGuide *guide = g_ptr_array_index (panel->plot->guides, j);
          const GramTransform *transform = guide->axis == GRAM_AXIS_X ? &panel->x : &panel->y;
          double span = transform->pixel_max - transform->pixel_min;
          double pixel = gram_transform_to_pixel (transform, guide->value)
                         + g_variant_get_double (parameter) * span;
          g_autofree char *id = g_strdup (guide->id);

          if (!guide->draggable || !isfinite (pixel))
            continue;
          pixel = CLAMP (pixel, MIN (transform->pixel_min, transform->pixel_max),
                         MAX (transform->pixel_min, transform->pixel_max));
          gram_plot_view_move_guide (view, id, gram_transform_to_value (transform, pixel), TRUE);
          return;
        }
    }
}

/* ---------- menu ---------------------------------------------------------------------------- */

static GMenuModel *
build_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) view = g_menu_new ();
  g_autoptr (GMenu) copy = g_menu_new ();

  g_menu_append (view, _ ("_Fit to Data"), "plot.fit");
  g_menu_append (view, _ ("Logarithmic _X Axis"), "plot.x-log");
  g_menu_append (view, _ ("Logarithmic _Y Axis"), "plot.y-log");
  g_menu_append (view, _ ("F_reeze View"), "plot.freeze");
  g_menu_append (copy, _ ("_Copy Image"), "plot.copy-image");
  g_menu_append (copy, _ ("Copy _Data"), "plot.copy-data");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (view));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  return G_MENU_MODEL (menu);
}

void
gram_plot_view_show_menu (GramPlotView *view, double x, double y)
{
  GdkRectangle at = { (int) x, (int) y, 1, 1 };

  if (view->menu == NULL)
    {
      g_autoptr (GMenuModel) model = build_menu ();

      view->menu = gtk_popover_menu_new_from_model (model);
      gtk_popover_set_has_arrow (GTK_POPOVER (view->menu), FALSE);
      gtk_widget_set_halign (view->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (view->menu, GTK_WIDGET (view));
    }
  gram_plot_view_point_at (view, FALSE, 0, 0);
  gtk_popover_set_pointing_to (GTK_POPOVER (view->menu), &at);
  gtk_popover_popup (GTK_POPOVER (view->menu));
}

/* ---------- class --------------------------------------------------------------------------- */

void
gram_plot_view_update_actions (GramPlotView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GramFigure *figure = gram_plot_view_shown (view);
  const GramPlot *plot =
      figure != NULL && figure->plots->len > 0 ? g_ptr_array_index (figure->plots, 0) : NULL;

  gtk_widget_action_set_enabled (widget, "plot.x-log", plot != NULL && plot->x.scale_choice);
  gtk_widget_action_set_enabled (widget, "plot.y-log", plot != NULL && plot->y.scale_choice);
  gtk_widget_action_set_enabled (widget, "plot.fit",
                                 figure != NULL && !gram_figure_is_fit (figure));
  gtk_widget_action_set_enabled (widget, "plot.freeze", figure != NULL);
  gtk_widget_action_set_enabled (widget, "plot.copy-image", figure != NULL);
  gtk_widget_action_set_enabled (widget, "plot.copy-data", figure != NULL);
}

static void
bind (GtkWidgetClass *class_, guint key, GdkModifierType state, const char *action)
{
  gtk_widget_class_add_binding_action (class_, key, state, action, NULL);
}

static void
bind_number (GtkWidgetClass *class_, guint key, GdkModifierType state, const char *action,
             double value)
{
  gtk_widget_class_add_binding_action (class_, key, state, action, "d", value);
}

static void
bind_pan (GtkWidgetClass *class_, guint key, guint keypad, double across, double up)
{
  gtk_widget_class_add_binding_action (class_, key, 0, "plot.pan", "(dd)", across, up);
  gtk_widget_class_add_binding_action (class_, keypad, 0, "plot.pan", "(dd)", across, up);
}

static void
install_bindings (GtkWidgetClass *class_)
{
  static const guint in[] = { GDK_KEY_plus, GDK_KEY_equal, GDK_KEY_KP_Add };
  static const guint out[] = { GDK_KEY_minus, GDK_KEY_KP_Subtract };

  bind_pan (class_, GDK_KEY_Left, GDK_KEY_KP_Left, -0.1, 0);
  bind_pan (class_, GDK_KEY_Right, GDK_KEY_KP_Right, 0.1, 0);
  bind_pan (class_, GDK_KEY_Up, GDK_KEY_KP_Up, 0, 0.1);
  bind_pan (class_, GDK_KEY_Down, GDK_KEY_KP_Down, 0, -0.1);
  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    for (guint shift = 0; shift < 2; shift++)
      bind_number (class_, in[i], shift ? GDK_SHIFT_MASK : 0, "plot.zoom", 1 / 1.25);
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    bind_number (class_, out[i], 0, "plot.zoom", 1.25);
  bind (class_, GDK_KEY_0, 0, "plot.fit");
  bind (class_, GDK_KEY_KP_0, 0, "plot.fit");
  bind_number (class_, GDK_KEY_Left, GDK_SHIFT_MASK, "plot.cursor", -1);
  bind_number (class_, GDK_KEY_Right, GDK_SHIFT_MASK, "plot.cursor", 1);
  bind_number (class_, GDK_KEY_Left, GDK_SHIFT_MASK | GDK_CONTROL_MASK, "plot.cursor-point", -1);
  bind_number (class_, GDK_KEY_Right, GDK_SHIFT_MASK | GDK_CONTROL_MASK, "plot.cursor-point", 1);
  bind_number (class_, GDK_KEY_Up, GDK_SHIFT_MASK, "plot.cursor-panel", -1);
  bind_number (class_, GDK_KEY_Down, GDK_SHIFT_MASK, "plot.cursor-panel", 1);
  bind_number (class_, GDK_KEY_bracketleft, 0, "plot.move-guide", -0.01);
  bind_number (class_, GDK_KEY_bracketright, 0, "plot.move-guide", 0.01);
  bind (class_, GDK_KEY_l, 0, "plot.legend-next");
  bind (class_, GDK_KEY_space, 0, "plot.legend-toggle");
  bind (class_, GDK_KEY_Escape, 0, "plot.escape");
  bind (class_, GDK_KEY_x, 0, "plot.x-log");
  bind (class_, GDK_KEY_y, 0, "plot.y-log");
  bind (class_, GDK_KEY_f, 0, "plot.freeze");
  bind (class_, GDK_KEY_c, GDK_CONTROL_MASK, "plot.copy-image");
  bind (class_, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "plot.copy-data");
  bind (class_, GDK_KEY_Menu, 0, "plot.menu");
  bind (class_, GDK_KEY_F10, GDK_SHIFT_MASK, "plot.menu");
}

void
gram_plot_view_install_actions (GtkWidgetClass *class_)
{
  gtk_widget_class_install_action (class_, "plot.fit", NULL, fit_cb);
  gtk_widget_class_install_action (class_, "plot.zoom", "d", zoom_cb);
  gtk_widget_class_install_action (class_, "plot.pan", "(dd)", pan_cb);
  gtk_widget_class_install_action (class_, "plot.x-log", NULL, x_log_cb);
  gtk_widget_class_install_action (class_, "plot.y-log", NULL, y_log_cb);
  gtk_widget_class_install_action (class_, "plot.freeze", NULL, freeze_cb);
  gtk_widget_class_install_action (class_, "plot.copy-image", NULL, copy_image_cb);
  gtk_widget_class_install_action (class_, "plot.copy-data", NULL, copy_data_cb);
  gtk_widget_class_install_action (class_, "plot.menu", NULL, menu_cb);
  gtk_widget_class_install_action (class_, "plot.legend-next", NULL, legend_next_cb);
  gtk_widget_class_install_action (class_, "plot.legend-toggle", NULL, legend_toggle_cb);
  gtk_widget_class_install_action (class_, "plot.escape", NULL, escape_cb);
  gtk_widget_class_install_action (class_, "plot.cursor", "d", cursor_cb);
  gtk_widget_class_install_action (class_, "plot.cursor-point", "d", cursor_point_cb);
  gtk_widget_class_install_action (class_, "plot.cursor-panel", "d", cursor_panel_cb);
  gtk_widget_class_install_action (class_, "plot.move-guide", "d", guide_cb);
  install_bindings (class_);
}
