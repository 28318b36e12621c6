/* gram-plot-view-private.h: what the files of the plot widget share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-plot-view.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_DRAG_NONE,
  GRAM_DRAG_PAN,
  GRAM_DRAG_BOX,
  GRAM_DRAG_GUIDE,
} GramDragKind;

struct _GramPlotView
{
  GtkWidget parent_instance;

  GramFigure *figure; /* (nullable) what the program fills */
  GramFigure *frozen; /* (nullable) a copy of it as it was when the view was frozen */
  GramFigure *held;   /* (nullable) what is shown, dimmed, until the figure has something to show */
  GramTypesetter *typesetter;
  GramThemeKind theme;

  /* drawn last */
  GramLayout *layout; /* (nullable) */
  GdkTexture *static_texture, *data_texture;
  GramTheme sized; /* the theme with letters as large as the user has them elsewhere */
  guint64 static_key;
  guint told_first, told_left_out, tell_id; /* panels that had no room, as last told */
  int scale;
  double magnification; /* of letters and lines; 0: 1 */
  gboolean stale;       /* the layout must be made anew */

  /* pointer and keyboard */
  gboolean pointed;            /* the crosshair is shown */
  gboolean keyed;              /* it was put where it is by keys, and is told in words */
  double x, y;                 /* where */
  double pointer_x, pointer_y; /* where the pointer was last */
  GramDragKind drag;
  guint drag_panel;
  GramView drag_view;
  GramRect box;
  char *drag_guide;
  double pinch;     /* scale of the gesture so far */
  int legend_focus; /* among the entries of all panels; −1: none */
  GtkWidget *menu;
  gint64 described; /* when the accessible description was set last */
};

/* The core: gram-plot-view.c. */
GramFigure *gram_plot_view_shown (GramPlotView *view);
GramFigure *gram_plot_view_meant (GramPlotView *view);
GramLayout *gram_plot_view_get_layout (GramPlotView *view);
GramPanel *gram_plot_view_active_panel (GramPlotView *view);
const GramLegendBox *gram_plot_view_legend_box (GramPlotView *view, int index);
void gram_plot_view_invalidate (GramPlotView *view);
void gram_plot_view_changed (GramPlotView *view);
void gram_plot_view_describe_now (GramPlotView *view);
void gram_plot_view_set_view (GramPlotView *view, guint panel, const GramView *value);
void gram_plot_view_toggle (GramPlotView *view, const char *tag);
void gram_plot_view_zoom_at (GramPlotView *view, double x, double y, double factor);
void gram_plot_view_point_at (GramPlotView *view, gboolean pointed, double x, double y);
void gram_plot_view_move_guide (GramPlotView *view, const char *id, double value, gboolean done);

/* The parts that gram-plot-view-class.c puts together. */
void gram_plot_view_draw (GramPlotView *view, GtkSnapshot *snapshot);
void gram_plot_view_install_actions (GtkWidgetClass *class_);
void gram_plot_view_show_menu (GramPlotView *view, double x, double y);
void gram_plot_view_add_controllers (GramPlotView *view);

G_END_DECLS
