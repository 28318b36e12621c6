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
fit (GramPlotView *view, GVariant *parameter)
{
  gram_plot_view_fit (view);
}

static void
zoom (GramPlotView *view, GVariant *parameter)
{
  gram_plot_view_zoom (view, g_variant_get_double (parameter));
}

static void
pan (GramPlotView *view, GVariant *parameter)
{
  double across, up;

  g_variant_get (parameter, "(dd)", &across, &up);
  gram_plot_view_pan (view, across, up);
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
switch_x (GramPlotView *view, GVariant *parameter)
{
  switch_scale (view, GRAM_AXIS_X);
}

static void
switch_y (GramPlotView *view, GVariant *parameter)
{
  switch_scale (view, GRAM_AXIS_Y);
}

static void
freeze (GramPlotView *view, GVariant *parameter)
{
  gram_plot_view_set_frozen (view, !gram_plot_view_get_frozen (view));
}

/* What happens unseen needs a word: the page says it. */
static void
copy_image (GramPlotView *view, GVariant *parameter)
{
  gram_plot_view_copy_image (view);
  g_signal_emit_by_name (view, "copied", _ ("Image copied"));
}

static void
copy_data (GramPlotView *view, GVariant *parameter)
{
  gram_plot_view_copy_data (view);
  g_signal_emit_by_name (view, "copied", _ ("Data copied as a table"));
}

/* ---------- legend, crosshair and reference line by key -------------------------------------- */

static void
legend_next (GramPlotView *view, GVariant *parameter)
{
  if (gram_plot_view_legend_box (view, ++view->legend_focus) == NULL)
    view->legend_focus = -1;
  gram_plot_view_describe_now (view);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
legend_toggle (GramPlotView *view, GVariant *parameter)
{
  const GramLegendBox *box = gram_plot_view_legend_box (view, view->legend_focus);

  if (box == NULL)
    return;
  gram_plot_view_toggle (view, box->entry->tag);
  gram_plot_view_describe_now (view);
}

static void
escape (GramPlotView *view, GVariant *parameter)
{
  view->legend_focus = -1;
  gram_plot_view_point_at (view, FALSE, 0, 0);
  gram_plot_view_describe_now (view);
}

/* The panel of the crosshair. Without one it is put into the middle of the first panel. */
static GramPanel *
find_cursor (GramPlotView *view, gboolean *fresh)
{
  GramPanel *panel = gram_plot_view_active_panel (view);

  if (panel == NULL)
    return NULL;
  *fresh = !view->pointed
           || gram_layout_find_panel (gram_plot_view_get_layout (view), view->x, view->y) == NULL;
  if (*fresh)
    {
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

/* The x of the point that the crosshair shows; the crosshair itself may stand beside it. */
static double
shown_x (GramPanel *panel, double x)
{
  g_autoptr (GArray) hits = gram_panel_values_at (panel, x);
  double shown = hits->len > 0 ? g_array_index (hits, GramHit, 0).position.x : NAN;

  return isfinite (shown) ? shown : x;
}

/* Moves by @least pixels or more, and at least to the next point, so that every key press shows
 * another one. */
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
cursor (GramPlotView *view, GVariant *parameter)
{
  move_cursor (view, g_variant_get_double (parameter),
               gtk_widget_get_width (GTK_WIDGET (view)) / 100.0);
}

static void
cursor_point (GramPlotView *view, GVariant *parameter)
{
  move_cursor (view, g_variant_get_double (parameter), 0);
}

/* Zooming and panning by keys then act on the panel above or below. */
static void
cursor_panel (GramPlotView *view, GVariant *parameter)
{
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
move_guide (GramPlotView *view, GVariant *parameter)
{
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

static void
show_menu (GramPlotView *view, GVariant *parameter)
{
  gram_plot_view_show_menu (view, gtk_widget_get_width (GTK_WIDGET (view)) / 2.0,
                            gtk_widget_get_height (GTK_WIDGET (view)) / 2.0);
}

/* ---------- the lists ----------------------------------------------------------------------- */

static const struct
{
  const char *name, *type; /* of the parameter */
  void (*act) (GramPlotView *view, GVariant *parameter);
} actions[] = {
  { "plot.fit", NULL, fit },
  { "plot.zoom", "d", zoom },
  { "plot.pan", "(dd)", pan },
  { "plot.x-log", NULL, switch_x },
  { "plot.y-log", NULL, switch_y },
  { "plot.freeze", NULL, freeze },
  { "plot.copy-image", NULL, copy_image },
  { "plot.copy-data", NULL, copy_data },
  { "plot.menu", NULL, show_menu },
  { "plot.legend-next", NULL, legend_next },
  { "plot.legend-toggle", NULL, legend_toggle },
  { "plot.escape", NULL, escape },
  { "plot.cursor", "d", cursor },
  { "plot.cursor-point", "d", cursor_point },
  { "plot.cursor-panel", "d", cursor_panel },
  { "plot.move-guide", "d", move_guide },
};

static const struct
{
  const char *keys, *action;
  const char *parameter; /* (nullable): text of a GVariant */
} bindings[] = {
  { "Left|KP_Left", "plot.pan", "(-0.1, 0.0)" },
  { "Right|KP_Right", "plot.pan", "(0.1, 0.0)" },
  { "Up|KP_Up", "plot.pan", "(0.0, 0.1)" },
  { "Down|KP_Down", "plot.pan", "(0.0, -0.1)" },
  { "plus|equal|KP_Add", "plot.zoom", "0.8" },
  { "<Shift>plus|<Shift>equal|<Shift>KP_Add", "plot.zoom", "0.8" },
  { "minus|KP_Subtract", "plot.zoom", "1.25" },
  { "0|KP_0", "plot.fit", NULL },
  { "<Shift>Left", "plot.cursor", "-1.0" },
  { "<Shift>Right", "plot.cursor", "1.0" },
  { "<Control><Shift>Left", "plot.cursor-point", "-1.0" },
  { "<Control><Shift>Right", "plot.cursor-point", "1.0" },
  { "<Shift>Up", "plot.cursor-panel", "-1.0" },
  { "<Shift>Down", "plot.cursor-panel", "1.0" },
  { "bracketleft", "plot.move-guide", "-0.01" },
  { "bracketright", "plot.move-guide", "0.01" },
  { "l", "plot.legend-next", NULL },
  { "space", "plot.legend-toggle", NULL },
  { "Escape", "plot.escape", NULL },
  { "x", "plot.x-log", NULL },
  { "y", "plot.y-log", NULL },
  { "f", "plot.freeze", NULL },
  { "<Control>c", "plot.copy-image", NULL },
  { "<Control><Shift>c", "plot.copy-data", NULL },
  { "Menu|<Shift>F10", "plot.menu", NULL },
};

static const GramPlotShortcut shortcuts[] = {
  { N_ ("Move the crosshair"), "<Shift>Left <Shift>Right" },
  { N_ ("Crosshair to the very next point"), "<Control><Shift>Left <Control><Shift>Right" },
  { N_ ("Crosshair to the panel above or below"), "<Shift>Up <Shift>Down" },
  { N_ ("Zoom in or out"), "plus minus" },
  { N_ ("Fit everything"), "0" },
  { N_ ("Pan"), "Left Right" },
  { N_ ("Logarithmic or linear"), "x y" },
  { N_ ("Walk through the legend, show or hide"), "l space" },
  { N_ ("Move the reference line"), "bracketleft bracketright" },
  { N_ ("Hold the view"), "f" },
  { N_ ("Copy the figure"), "<Control>c" },
  { N_ ("Copy the numbers"), "<Control><Shift>c" },
  { N_ ("Menu of the plot"), "<Shift>F10" },
};

/* Only views have these actions. */
static void
act_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].name, name))
      actions[i].act ((GramPlotView *) widget, parameter);
}

void
gram_plot_view_install_actions (GtkWidgetClass *class_)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (class_, actions[i].name, actions[i].type, act_cb);
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      g_autoptr (GtkShortcut) shortcut =
          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (bindings[i].keys),
                            gtk_named_action_new (bindings[i].action));

      if (bindings[i].parameter != NULL)
        gtk_shortcut_set_arguments (shortcut, g_variant_new_parsed (bindings[i].parameter));
      gtk_widget_class_add_shortcut (class_, shortcut);
    }
}

/**
 * gram_plot_view_get_shortcuts:
 *
 * Returns: (transfer none) (array length=count): the keys that a window of shortcuts names
 */
const GramPlotShortcut *
gram_plot_view_get_shortcuts (guint *count)
{
  *count = G_N_ELEMENTS (shortcuts);
  return shortcuts;
}
