/* gram-plot-view-draw.c: frames of a plot on screen, and images of it
 *
 * SPDX-License-Identifier: MIT
 *
 * A frame is two textures and an overlay. The grid and the axes are drawn anew only when ranges,
 * size or theme change; the curves only when data or the view changed; the crosshair with every
 * motion of the pointer. Any number of updates between two frames costs one drawing.
 */
#include "gram-plot-view-private.h"

#include <math.h>

#include "gram-export.h"

#define HELD_OPACITY 0.35

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

/* Without a graphics card GTK 4.8 converts every pixel of a texture to floats and back, which takes
 * ten times as long as drawing the curves. There the surface behind the texture is copied. */
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

static GdkTexture *
draw_layout (const GramLayout *layout, double scale, gboolean fast, GramDrawParts parts)
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
      view->static_texture = draw_layout (layout, view->scale, TRUE, GRAM_DRAW_STATIC);
      view->static_key = key;
    }
  if (view->data_texture == NULL)
    view->data_texture = draw_layout (layout, view->scale, TRUE, GRAM_DRAW_DATA);
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

void
gram_plot_view_draw (GramPlotView *view, GtkSnapshot *snapshot)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  graphene_rect_t bounds;
  cairo_t *cr;

  if (layout == NULL)
    return;
  draw_textures (view, layout);
  bounds = GRAPHENE_RECT_INIT (0, 0, (float) layout->width, (float) layout->height);
  if (gram_plot_view_get_held (view))
    gtk_snapshot_push_opacity (snapshot, HELD_OPACITY);
  append_layer (view, snapshot, view->static_texture, &bounds);
  append_layer (view, snapshot, view->data_texture, &bounds);
  if (gram_plot_view_get_held (view))
    gtk_snapshot_pop (snapshot);
  if (!view->pointed && view->drag == GRAM_DRAG_NONE && view->legend_focus < 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  draw_overlay (view, layout, cr);
  cairo_destroy (cr);
}

/* What is meant, drawn in full quality, @scale pixels a unit. */
static GdkTexture *
make_texture (GramPlotView *view, double scale)
{
  GramFigure *figure = gram_plot_view_meant (view);
  int width = gtk_widget_get_width (GTK_WIDGET (view));
  int height = gtk_widget_get_height (GTK_WIDGET (view));
  g_autoptr (GramLayout) layout = NULL;

  if (figure == NULL || width < 2 || height < 2)
    return NULL;
  layout = gram_layout_new (figure, view->typesetter, gram_theme_get (view->theme), width, height,
                            0, GRAM_LAYOUT_TITLE | GRAM_LAYOUT_CAPTION);
  return draw_layout (layout, scale, FALSE, GRAM_DRAW_ALL);
}

/**
 * gram_plot_view_copy_image:
 *
 * Puts an image of what is shown onto the clipboard, at twice the size on screen.
 */
void
gram_plot_view_copy_image (GramPlotView *view)
{
  g_autoptr (GdkTexture) texture = make_texture (view, 2);

  if (texture != NULL)
    gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (view)), texture);
}

/**
 * gram_plot_view_copy_data:
 *
 * Puts the numbers that are shown onto the clipboard, as CSV.
 */
void
gram_plot_view_copy_data (GramPlotView *view)
{
  GramFigure *figure = gram_plot_view_meant (view);
  g_autofree char *csv = figure != NULL ? gram_figure_to_csv (figure) : NULL;

  if (csv != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (view)), csv);
}
