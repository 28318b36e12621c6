/* gram-plot-view.c: a widget that shows a figure and lets people look around in it
 *
 * SPDX-License-Identifier: MIT
 *
 * A frame is two textures and an overlay. The grid and the axes are drawn anew only when ranges,
 * size or theme change; the curves only when data or the view changed; the crosshair with every
 * motion of the pointer. Any number of updates between two frames costs one drawing.
 */
#include "gram-plot-view-private.h"

#include <math.h>

#include <adwaita.h>

enum
{
  SIGNAL_GUIDE_MOVED,
  SIGNAL_HOVER,
  SIGNAL_VIEW_CHANGED,
  SIGNAL_COPIED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GramPlotView, gram_plot_view, GTK_TYPE_WIDGET)

/* ---------- drawing ------------------------------------------------------------------------- */

GramFigure *
gram_plot_view_shown (GramPlotView *view)
{
  return view->frozen != NULL ? view->frozen : view->figure;
}

/* Letters follow the user's text scaling, as all others of the window; those of files do not. */
static void
size_letters (GramPlotView *view)
{
  int dpi = 0; /* in 1024ths; none known: 96 */

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (view)), "gtk-xft-dpi", &dpi, NULL);
  view->sized = *gram_theme_get (view->theme);
  if (dpi > 0)
    gram_theme_scale_text (&view->sized, CLAMP (dpi / 1024.0 / 96, 0.5, 3));
}

GramLayout *
gram_plot_view_get_layout (GramPlotView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GramFigure *figure = gram_plot_view_shown (view);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);

  if (figure == NULL || width < 2 || height < 2)
    return NULL;
  if (!view->stale && view->layout != NULL
      && view->layout->serial == gram_figure_total_serial (figure) && view->layout->width == width
      && view->layout->height == height && view->scale == scale)
    return view->layout;
  g_clear_pointer (&view->layout, gram_layout_free);
  g_clear_object (&view->data_texture);
  size_letters (view);
  view->layout = gram_layout_new (figure, view->typesetter, &view->sized, width, height, scale,
                                  GRAM_LAYOUT_CONTROLS | (view->show_title ? GRAM_LAYOUT_TITLE : 0)
                                      | (view->show_caption ? GRAM_LAYOUT_CAPTION : 0));
  view->scale = scale;
  view->stale = FALSE;
  gram_plot_view_tell_panels (view);
  return view->layout;
}

static void
destroy_surface (gpointer surface)
{
  cairo_surface_destroy (surface);
}

static GdkTexture *
surface_to_texture (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  int stride = cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = NULL;
  GdkTexture *texture;

  cairo_surface_flush (surface);
  bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface),
                                      (gsize) height * (gsize) stride, destroy_surface, surface);
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
  g_object_set_data_full (G_OBJECT (texture), "surface", cairo_surface_reference (surface),
                          destroy_surface);
  return texture;
}

/* Without a graphics card GTK 4.8 turns every pixel of a texture into floats and back, which takes
 * ten times as long as drawing the curves; the surface behind the texture is copied as it is. */
static void
append_layer (GramPlotView *view, GtkSnapshot *snapshot, GdkTexture *texture,
              const graphene_rect_t *bounds)
{
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (view)));
  cairo_t *cr;

  if (texture == NULL)
    return;
  if (!GSK_IS_CAIRO_RENDERER (renderer))
    {
      gtk_snapshot_append_texture (snapshot, texture, bounds);
      return;
    }
  cr = gtk_snapshot_append_cairo (snapshot, bounds);
  cairo_scale (cr, 1.0 / view->scale, 1.0 / view->scale);
  cairo_set_source_surface (cr, g_object_get_data (G_OBJECT (texture), "surface"), 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
}

GdkTexture *
gram_plot_view_draw (const GramLayout *layout, double scale, gboolean fast, GramDrawParts parts)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (layout->width * scale),
                                  (int) ceil (layout->height * scale));
  g_autoptr (GramCanvas) canvas = NULL;
  cairo_t *cr;

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }
  cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  canvas = gram_canvas_new_cairo (cr, layout->typesetter, scale, fast);
  gram_layout_draw (layout, canvas, parts);
  cairo_destroy (cr);
  g_clear_pointer (&canvas, gram_canvas_free);
  return surface_to_texture (surface);
}

static void
draw_textures (GramPlotView *view, const GramLayout *layout)
{
  guint64 key = gram_layout_static_key (layout) ^ (guint64) view->scale;

  if (view->static_texture == NULL || view->static_key != key)
    {
      g_clear_object (&view->static_texture);
      view->static_texture = gram_plot_view_draw (layout, view->scale, TRUE, GRAM_DRAW_STATIC);
      view->static_key = key;
    }
  if (view->data_texture == NULL)
    view->data_texture = gram_plot_view_draw (layout, view->scale, TRUE, GRAM_DRAW_DATA);
}

static void
draw_focus_ring (GramPlotView *view, const GramLayout *layout, GramCanvas *canvas)
{
  const GramLegendBox *box = gram_plot_view_legend_box (view, view->legend_focus);
  GramStroke stroke = { layout->theme->ink, 2, GRAM_DASH_SOLID };
  double x, y, w, h;

  if (box == NULL)
    return;
  x = box->rect.x - 5, y = box->rect.y - 1, w = box->rect.width + 10, h = box->rect.height + 2;
  GramPoint ring[5] = { { x, y }, { x + w, y }, { x + w, y + h }, { x, y + h }, { x, y } };
  gram_canvas_polyline (canvas, ring, 5, &stroke);
}

static void
draw_overlay (GramPlotView *view, GramLayout *layout, cairo_t *cr)
{
  g_autoptr (GramCanvas) canvas = gram_canvas_new_cairo (cr, view->typesetter, view->scale, TRUE);

  if (view->drag == GRAM_DRAG_BOX)
    {
      GramColor veil = layout->theme->roles[GRAM_ROLE_TRUE];

      veil.a = 0.18;
      gram_canvas_rectangle (canvas, &view->box, 0, veil);
    }
  else if (view->pointed && view->drag == GRAM_DRAG_NONE)
    {
      GramPanel *panel = gram_layout_find_panel (layout, view->x, view->y);

      if (panel != NULL && panel->drawn->len > 0)
        gram_layout_draw_crosshair (layout, canvas, panel, view->x, view->y);
    }
  if (gtk_widget_has_visible_focus (GTK_WIDGET (view)))
    draw_focus_ring (view, layout, canvas);
}

static void
gram_plot_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GramPlotView *view = GRAM_PLOT_VIEW (widget);
  GramLayout *layout = gram_plot_view_get_layout (view);
  graphene_rect_t bounds;
  cairo_t *cr;

  if (layout == NULL)
    return;
  draw_textures (view, layout);
  bounds = GRAPHENE_RECT_INIT (0, 0, (float) layout->width, (float) layout->height);
  append_layer (view, snapshot, view->static_texture, &bounds);
  append_layer (view, snapshot, view->data_texture, &bounds);
  if (!view->pointed && view->drag == GRAM_DRAG_NONE && view->legend_focus < 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  draw_overlay (view, layout, cr);
  cairo_destroy (cr);
}

void
gram_plot_view_invalidate (GramPlotView *view)
{
  view->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

void
gram_plot_view_changed (GramPlotView *view)
{
  gram_plot_view_invalidate (view);
  gram_plot_view_update_actions (view);
  g_signal_emit (view, signals[SIGNAL_VIEW_CHANGED], 0);
}

/* Told by the window: something that happens unseen needs a word. */
void
gram_plot_view_tell_copied (GramPlotView *view, const char *text)
{
  g_signal_emit (view, signals[SIGNAL_COPIED], 0, text);
}

/* ---------- what people do ------------------------------------------------------------------ */

void
gram_plot_view_toggle (GramPlotView *view, const char *tag)
{
  GramFigure *figure = gram_plot_view_shown (view);
  g_autofree char *kept = g_strdup (tag);
  gboolean hidden = FALSE;

  for (guint i = 0; i < figure->plots->len; i++)
    hidden = hidden || gram_plot_get_hidden (g_ptr_array_index (figure->plots, i), kept);
  gram_figure_set_hidden (figure, kept, !hidden);
  if (figure != view->figure)
    gram_figure_set_hidden (view->figure, kept, !hidden);
  gram_plot_view_changed (view);
}

void
gram_plot_view_set_view (GramPlotView *view, guint panel, const GramView *value)
{
  gram_figure_set_view (gram_plot_view_shown (view), panel, value);
  if (view->frozen != NULL)
    gram_figure_set_view (view->figure, panel, value);
  gram_plot_view_changed (view);
}

/* Over the numbers of an axis only that axis is meant. */
static GramPanel *
find_zoomed (GramLayout *layout, double x, double y, gboolean *across, gboolean *up)
{
  GramPanel *panel = gram_layout_find_panel (layout, x, y);

  *across = *up = TRUE;
  for (guint i = 0; panel == NULL && i < layout->panels->len; i++)
    {
      GramPanel *candidate = g_ptr_array_index (layout->panels, i);
      const GramRect *area = &candidate->area;

      *across = x >= area->x && x <= area->x + area->width && y > area->y + area->height
                && y <= candidate->outer.y + candidate->outer.height;
      *up = y >= area->y && y <= area->y + area->height && x < area->x && x >= candidate->outer.x;
      if (*across || *up)
        panel = candidate;
    }
  return panel;
}

void
gram_plot_view_zoom_at (GramPlotView *view, double x, double y, double factor)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  gboolean across, up;
  GramPanel *panel;
  GramView value;
  double at_x, at_y;

  if (layout == NULL || (panel = find_zoomed (layout, x, y, &across, &up)) == NULL)
    return;
  gram_panel_fractions (panel, x, y, &at_x, &at_y);
  value = (GramView){ panel->x.range, panel->y.range, panel->plot->x.fit, panel->plot->y.fit };
  value = gram_view_zoom (value, at_x, at_y, across ? factor : 1, up ? factor : 1);
  gram_plot_view_set_view (view, panel->index, &value);
}

GramPanel *
gram_plot_view_active_panel (GramPlotView *view)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  GramPanel *panel = NULL;

  if (layout == NULL || layout->panels->len == 0)
    return NULL;
  if (view->pointed)
    panel = gram_layout_find_panel (layout, view->x, view->y);
  return panel != NULL ? panel : g_ptr_array_index (layout->panels, 0);
}

static void
emit_hover (GramPlotView *view)
{
  GramPanel *panel = view->pointed ? gram_plot_view_active_panel (view) : NULL;
  g_autoptr (GArray) hits = panel != NULL ? gram_panel_values_at (panel, view->x) : NULL;
  const GramHit *nearest = NULL;

  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);

      if (nearest == NULL
          || fabs (hit->position.y - view->y) < fabs (nearest->position.y - view->y))
        nearest = hit;
    }
  if (nearest != NULL)
    g_signal_emit (view, signals[SIGNAL_HOVER], 0, panel->plot->id, nearest->series->id, nearest->x,
                   nearest->y);
  else
    g_signal_emit (view, signals[SIGNAL_HOVER], 0, NULL, NULL, NAN, NAN);
}

void
gram_plot_view_point_at (GramPlotView *view, gboolean pointed, double x, double y)
{
  GramLayout *layout = gram_plot_view_get_layout (view);

  view->x = x;
  view->y = y;
  view->keyed = FALSE;
  view->pointed = pointed && layout != NULL && gram_layout_find_panel (layout, x, y) != NULL;
  emit_hover (view);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

void
gram_plot_view_move_guide (GramPlotView *view, const char *id, double value, gboolean done)
{
  GramFigure *figure = gram_plot_view_shown (view);
  gboolean moved = FALSE;

  for (guint i = 0; i < figure->plots->len; i++)
    moved |= gram_plot_set_guide (g_ptr_array_index (figure->plots, i), id, value);
  if (!moved && !done)
    return;
  gram_plot_view_invalidate (view);
  g_signal_emit (view, signals[SIGNAL_GUIDE_MOVED], 0, id, value, done);
}

/* ---------- life ---------------------------------------------------------------------------- */

static void
follow_style (GramPlotView *view)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);

  if (adw_style_manager_get_high_contrast (style))
    view->theme = dark ? GRAM_THEME_HIGH_CONTRAST_DARK : GRAM_THEME_HIGH_CONTRAST;
  else
    view->theme = dark ? GRAM_THEME_DARK : GRAM_THEME_LIGHT;
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
gram_plot_view_dispose (GObject *object)
{
  GramPlotView *view = GRAM_PLOT_VIEW (object);

  g_clear_handle_id (&view->tell_id, g_source_remove);
  g_clear_pointer (&view->menu, gtk_widget_unparent);
  g_clear_pointer (&view->layout, gram_layout_free);
  g_clear_object (&view->static_texture);
  g_clear_object (&view->data_texture);
  g_clear_pointer (&view->frozen, gram_figure_unref);
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
  signals[SIGNAL_GUIDE_MOVED] =
      g_signal_new ("guide-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                    G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
  signals[SIGNAL_HOVER] =
      g_signal_new ("hover", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                    G_TYPE_STRING, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_VIEW_CHANGED] =
      g_signal_new ("view-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("panels-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_COPIED] = g_signal_new ("copied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
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
  gram_plot_view_update_actions (view);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (follow_style), view,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (follow_style), view,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (view)), "notify::gtk-xft-dpi",
                           G_CALLBACK (gram_plot_view_invalidate), view, G_CONNECT_SWAPPED);
  g_signal_connect (view, "notify::scale-factor", G_CALLBACK (gram_plot_view_invalidate), NULL);
  follow_style (view);
}
