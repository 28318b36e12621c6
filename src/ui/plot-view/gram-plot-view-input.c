/* gram-plot-view-input.c: pointer, wheel and touch on the plot widget
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-plot-view-private.h"

#include <math.h>

#define GUIDE_REACH 6.0 /* pixels from which a reference line can be taken */
#define ZOOM_STEP 1.2   /* a notch of the wheel */

static void
set_cursor (GramPlotView *view, double x, double y)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  GramPanel *panel = layout != NULL ? gram_layout_find_panel (layout, x, y) : NULL;
  GramGuide *guide = panel != NULL ? gram_panel_find_guide (panel, x, y, GUIDE_REACH) : NULL;
  const char *name = panel != NULL ? "crosshair" : NULL;

  if (layout != NULL && gram_layout_find_legend (layout, x, y) != NULL)
    name = "pointer";
  else if (guide != NULL)
    name = guide->axis == GRAM_AXIS_X ? "ew-resize" : "ns-resize";
  else if (view->drag == GRAM_DRAG_PAN)
    name = "grabbing";
  gtk_widget_set_cursor_from_name (GTK_WIDGET (view), name);
}

static void
motion_cb (GramPlotView *view, double x, double y)
{
  /* GTK also reports motion when widgets move under a pointer that rests: that does not count */
  gboolean moved = x != view->pointer_x || y != view->pointer_y;

  view->pointer_x = x;
  view->pointer_y = y;
  if (view->keyed && !moved)
    return;
  set_cursor (view, x, y);
  gram_plot_view_point_at (view, TRUE, x, y);
}

static void
leave_cb (GramPlotView *view)
{
  gram_plot_view_point_at (view, FALSE, 0, 0);
}

static gboolean
scroll_cb (GramPlotView *view, double dx, double dy, GtkEventControllerScroll *controller)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  double x = view->x, y = view->y;

  if (!view->pointed && event != NULL)
    {
      /* Over an axis there is no crosshair, but the wheel zooms that axis. */
      double native_x, native_y, root_x = 0, root_y = 0;
      GtkNative *native = gtk_widget_get_native (GTK_WIDGET (view));

      if (!gdk_event_get_position (event, &native_x, &native_y))
        return GDK_EVENT_PROPAGATE;
      gtk_native_get_surface_transform (native, &root_x, &root_y);
      gtk_widget_translate_coordinates (GTK_WIDGET (native), GTK_WIDGET (view), native_x - root_x,
                                        native_y - root_y, &x, &y);
    }
  if (state & GDK_SHIFT_MASK)
    gram_plot_view_pan (view, 0.1 * (dy + dx), 0);
  else
    gram_plot_view_zoom_at (view, x, y, pow (ZOOM_STEP, dy));
  return GDK_EVENT_STOP;
}

/* ---------- drags --------------------------------------------------------------------------- */

static void
drag_begin_cb (GramPlotView *view, double x, double y, GtkGestureDrag *gesture)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  GramPanel *panel = layout != NULL ? gram_layout_find_panel (layout, x, y) : NULL;
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  GramGuide *guide;

  gtk_widget_grab_focus (GTK_WIDGET (view));
  if (panel == NULL || gram_layout_find_legend (layout, x, y) != NULL)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  guide = gram_panel_find_guide (panel, x, y, GUIDE_REACH);
  view->drag_panel = panel->index;
  view->drag_view =
      (GramView){ panel->x.range, panel->y.range, panel->plot->x.fit, panel->plot->y.fit };
  if (button == GDK_BUTTON_MIDDLE || (state & GDK_SHIFT_MASK))
    view->drag = GRAM_DRAG_BOX;
  else if (guide != NULL)
    {
      view->drag = GRAM_DRAG_GUIDE;
      g_free (view->drag_guide);
      view->drag_guide = g_strdup (guide->id);
    }
  else
    view->drag = GRAM_DRAG_PAN;
  view->box = (GramRect){ x, y, 0, 0 };
}

static GramPanel *
dragged_panel (GramPlotView *view)
{
  GramLayout *layout = gram_plot_view_get_layout (view);

  for (guint i = 0; layout != NULL && i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      if (panel->index == view->drag_panel)
        return panel;
    }
  return NULL;
}

static void
drag_pan (GramPlotView *view, const GramPanel *panel, double dx, double dy)
{
  GramView value =
      gram_view_pan (view->drag_view, -dx / panel->area.width, dy / panel->area.height);

  if (hypot (dx, dy) < 3)
    return;
  gram_plot_view_set_view (view, view->drag_panel, &value);
}

static void
drag_guide (GramPlotView *view, GramPanel *panel, double x, double y, gboolean done)
{
  const GramGuide *guide = gram_plot_find_guide (panel->plot, view->drag_guide);
  const GramAxis *axis;
  double value;

  if (guide == NULL)
    return;
  axis = gram_plot_get_axis (panel->plot, guide->axis);
  x = CLAMP (x, panel->area.x, panel->area.x + panel->area.width);
  y = CLAMP (y, panel->area.y, panel->area.y + panel->area.height);
  value = guide->axis == GRAM_AXIS_X ? gram_transform_to_value (&panel->x, x)
                                     : gram_transform_to_value (&panel->y, y);
  if (!isnan (axis->limit_min))
    value = MAX (value, axis->limit_min);
  if (!isnan (axis->limit_max))
    value = MIN (value, axis->limit_max);
  gram_plot_view_move_guide (view, view->drag_guide, value, done);
}

static void
drag_update_cb (GramPlotView *view, double dx, double dy, GtkGestureDrag *gesture)
{
  GramPanel *panel = dragged_panel (view);
  double x, y;

  if (panel == NULL || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (view->drag == GRAM_DRAG_PAN)
    drag_pan (view, panel, dx, dy);
  else if (view->drag == GRAM_DRAG_GUIDE)
    drag_guide (view, panel, x + dx, y + dy, FALSE);
  else if (view->drag == GRAM_DRAG_BOX)
    {
      const GramRect *area = &panel->area;
      double x1 = CLAMP (x + dx, area->x, area->x + area->width);
      double y1 = CLAMP (y + dy, area->y, area->y + area->height);

      view->box = (GramRect){ MIN (x, x1), MIN (y, y1), fabs (x1 - x), fabs (y1 - y) };
      gtk_widget_queue_draw (GTK_WIDGET (view));
    }
}

static void
finish_box (GramPlotView *view, const GramPanel *panel)
{
  const GramRect *box = &view->box;
  double x0, y0, x1, y1;
  GramView value;

  if (box->width < 5 || box->height < 5)
    return;
  gram_panel_fractions (panel, box->x, box->y, &x0, &y0);
  gram_panel_fractions (panel, box->x + box->width, box->y + box->height, &x1, &y1);
  value = gram_view_box (view->drag_view, x0, y0, x1, y1);
  gram_plot_view_set_view (view, view->drag_panel, &value);
}

static void
drag_end_cb (GramPlotView *view, double dx, double dy, GtkGestureDrag *gesture)
{
  GramPanel *panel = dragged_panel (view);
  GramDragKind kind = view->drag;
  double x, y;

  view->drag = GRAM_DRAG_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (view));
  if (panel == NULL || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (kind == GRAM_DRAG_BOX)
    finish_box (view, panel);
  else if (kind == GRAM_DRAG_GUIDE)
    drag_guide (view, panel, x + dx, y + dy, TRUE);
}

static void
drag_cancel_cb (GramPlotView *view)
{
  view->drag = GRAM_DRAG_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
pressed_cb (GramPlotView *view, int presses, double x, double y, GtkGestureClick *gesture)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  const GramLegendEntry *entry = layout != NULL ? gram_layout_find_legend (layout, x, y) : NULL;
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (view));
  if (button == GDK_BUTTON_SECONDARY)
    gram_plot_view_show_menu (view, x, y);
  else if (button == GDK_BUTTON_PRIMARY && entry != NULL)
    gram_plot_view_toggle (view, entry->tag);
  else if (button == GDK_BUTTON_PRIMARY && presses == 2)
    gram_plot_view_fit (view);
}

static void
pinch_begin_cb (GramPlotView *view)
{
  view->pinch = 1;
}

static void
pinch_cb (GramPlotView *view, double scale, GtkGesture *gesture)
{
  double x, y;

  if (scale <= 0 || !gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    return;
  gram_plot_view_zoom_at (view, x, y, view->pinch / scale);
  view->pinch = scale;
}

static void
add_drag (GramPlotView *view, guint button)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), button);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), view);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), view);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), view);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (drag_cancel_cb), view);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (drag));
}

void
gram_plot_view_add_controllers (GramPlotView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), view);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), view);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), view);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), view);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), view);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), view);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), view);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  add_drag (view, GDK_BUTTON_PRIMARY);
  add_drag (view, GDK_BUTTON_MIDDLE);
}
