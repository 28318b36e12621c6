/* gram-plot-view.h: a widget that shows a figure and lets people look around in it
 *
 * SPDX-License-Identifier: MIT
 *
 * Pointer: move = crosshair with values · wheel = zoom at the pointer (over the numbers of an axis:
 * that axis alone) · drag = pan · Shift or middle drag = zoom to a box · double click = fit ·
 * click on the legend = show or hide · drag a reference line · right click = menu.
 * Keys: arrows pan, + − zoom, 0 fit, Shift+Left/Right move the crosshair, L walks through the
 * legend and Space shows or hides, [ and ] move the reference line, X and Y switch the axes,
 * F freezes the view, Ctrl+C copies the image, Ctrl+Shift+C the numbers, Menu opens the menu.
 *
 * Signals:
 *   "guide-moved" (const char *id, double value, gboolean done)  a person moved a line
 *   "hover"       (const char *panel, const char *series, double x, double y)
 *                 the crosshair is at a point; series is NULL when it left
 *   "view-changed" ()  zoom, pan, fit, hidden curves or scales changed
 *   "panels-changed" ()  other panels have room than before
 */
#pragma once

#include <gtk/gtk.h>

#include "gram-layout.h"

G_BEGIN_DECLS

#define GRAM_TYPE_PLOT_VIEW (gram_plot_view_get_type ())
G_DECLARE_FINAL_TYPE (GramPlotView, gram_plot_view, GRAM, PLOT_VIEW, GtkWidget)

/* For people: what keys do in a plot. */
typedef struct
{
  const char *title; /* untranslated, marked with N_() */
  const char *keys;  /* accelerators with blanks between them */
} GramPlotShortcut;

GtkWidget *gram_plot_view_new (void);
GramThemeKind gram_plot_view_theme (void);
void gram_plot_view_set_figure (GramPlotView *view, GramFigure *figure);
void gram_plot_view_queue_update (GramPlotView *view);

void gram_plot_view_set_held (GramPlotView *view, GramFigure *former);
gboolean gram_plot_view_get_held (GramPlotView *view);
void gram_plot_view_set_frozen (GramPlotView *view, gboolean frozen);
gboolean gram_plot_view_get_frozen (GramPlotView *view);

gboolean gram_plot_view_get_panels (GramPlotView *view, guint *first, guint *shown, guint *total);
double gram_plot_view_get_turner_height (GramPlotView *view);
void gram_plot_view_turn (GramPlotView *view, int rows);

void gram_plot_view_set_magnification (GramPlotView *view, double factor);
void gram_plot_view_fit (GramPlotView *view);
void gram_plot_view_zoom (GramPlotView *view, double factor);
void gram_plot_view_pan (GramPlotView *view, double across, double up);
void gram_plot_view_set_scale (GramPlotView *view, GramAxisSide side, GramScale scale);
void gram_plot_view_copy_image (GramPlotView *view);
void gram_plot_view_copy_data (GramPlotView *view);
const GramPlotShortcut *gram_plot_view_get_shortcuts (guint *count);

G_END_DECLS
