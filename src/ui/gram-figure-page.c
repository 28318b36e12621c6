/* gram-figure-page.c: a page that shows one of the program's figures
 *
 * SPDX-License-Identifier: MIT
 *
 * A title with an explanation, the tools that every plot has, the plot, and beneath it what a
 * page adds. The table shows the same numbers as the plot, for those who read numbers better.
 */
#include "gram-config.h"

#include "gram-figure-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gram-page-bar.h"
#include "gram-panel-turner.h"
#include "gram-plot-table.h"

typedef struct
{
  GramFigure *figure;
  GramPlotView *view;
  GListModel *rows;
  GtkWidget *box, *toolbar, *stack, *overlay, *turner;
  GtkWidget *log_x, *log_y, *freeze, *table_button;
  guint64 panels; /* of the figure, that were given the kept view */
  gboolean updating;
} GramFigurePagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GramFigurePage, gram_figure_page, GRAM_TYPE_PAGE)

#define PRIVATE(page) \
  ((GramFigurePagePrivate *) gram_figure_page_get_instance_private (GRAM_FIGURE_PAGE (page)))

/* ---------- tools ---------- */

static GramAxis *
first_choice (GramFigure *figure, GramAxisSide side)
{
  for (guint i = 0; figure != NULL && i < figure->plots->len; i++)
    {
      GramAxis *axis = gram_plot_get_axis (figure->plots->pdata[i], side);

      if (axis->scale_choice)
        return axis;
    }
  return NULL;
}

static void
show_scale (GtkWidget *button, GramFigure *figure, GramAxisSide side)
{
  GramAxis *axis = first_choice (figure, side);

  gtk_widget_set_visible (button, axis != NULL);
  if (axis != NULL)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), axis->scale == GRAM_SCALE_LOG);
}

static void
scale_toggled_cb (GtkToggleButton *button, GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramAxisSide side = GTK_WIDGET (button) == priv->log_x ? GRAM_AXIS_X : GRAM_AXIS_Y;
  GramScale scale = gtk_toggle_button_get_active (button) ? GRAM_SCALE_LOG : GRAM_SCALE_LINEAR;

  if (!priv->updating)
    gram_plot_view_set_scale (priv->view, side, scale);
}

static void
fit_clicked_cb (GramFigurePage *self)
{
  gram_plot_view_fit (PRIVATE (self)->view);
}

static void
freeze_toggled_cb (GtkToggleButton *button, GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);

  if (!priv->updating)
    gram_plot_view_set_frozen (priv->view, gtk_toggle_button_get_active (button));
}

static void
show_view (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);

  priv->updating = TRUE;
  show_scale (priv->log_x, priv->figure, GRAM_AXIS_X);
  show_scale (priv->log_y, priv->figure, GRAM_AXIS_Y);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (priv->freeze),
                                gram_plot_view_get_frozen (priv->view));
  priv->updating = FALSE;
}

/* Keys and menu of the plot change what the buttons here show. */
static void
view_changed_cb (GramFigurePage *self)
{
  GramDocument *document = gram_page_get_document (GRAM_PAGE (self));

  show_view (self);
  if (PRIVATE (self)->figure != NULL)
    gram_view_state_keep_figure (gram_document_get_view (document), PRIVATE (self)->figure);
}

/* Panels that are new are shown as they were the last time. */
static void
restore_view (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramDocument *document = gram_page_get_document (GRAM_PAGE (self));

  if (priv->panels == priv->figure->panels)
    return;
  priv->panels = priv->figure->panels;
  gram_view_state_restore_figure (gram_document_get_view (document), priv->figure);
  show_view (self);
}

static void
copied_cb (GramFigurePage *self, const char *text)
{
  g_signal_emit_by_name (self, "told", text);
}

static void
show_table (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  gboolean on = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (priv->table_button));
  GtkWidget *old = gtk_stack_get_child_by_name (GTK_STACK (priv->stack), "table");

  gtk_stack_set_visible_child_name (GTK_STACK (priv->stack), "plot");
  if (old != NULL)
    gtk_stack_remove (GTK_STACK (priv->stack), old);
  g_clear_object (&priv->rows);
  gtk_widget_set_opacity (priv->turner, on ? 0 : 1);
  gtk_widget_set_can_target (priv->turner, !on);
  if (!on)
    return;
  priv->rows = gram_plot_rows_new (priv->figure);
  gtk_stack_add_named (GTK_STACK (priv->stack), gram_plot_table_new (priv->rows), "table");
  gtk_stack_set_visible_child_name (GTK_STACK (priv->stack), "table");
}

static void
table_toggled_cb (GtkToggleButton *button, GramFigurePage *self)
{
  show_table (self);
}

static GtkWidget *
add_toggle (GramPageBar *bar, const char *icon, const char *label, const char *tip,
            GCallback callback, gpointer page)
{
  GtkWidget *button = gtk_toggle_button_new ();

  if (icon != NULL)
    gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  else
    gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip, -1);
  g_signal_connect (button, "toggled", callback, page);
  gram_page_bar_add (bar, GRAM_PAGE_BAR_VIEW, button);
  return button;
}

static void
build_toolbar (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramFigurePageClass *klass = GRAM_FIGURE_PAGE_GET_CLASS (self);
  GramPageBar *bar;
  GtkWidget *fit;

  priv->toolbar = gram_page_bar_new (_ (klass->title), _ (klass->explanation));
  bar = GRAM_PAGE_BAR (priv->toolbar);
  priv->log_x = add_toggle (bar, NULL, _ ("log x"), _ ("Logarithmic horizontal axis"),
                            G_CALLBACK (scale_toggled_cb), self);
  priv->log_y = add_toggle (bar, NULL, _ ("log y"), _ ("Logarithmic vertical axis"),
                            G_CALLBACK (scale_toggled_cb), self);
  fit = gtk_button_new_from_icon_name ("zoom-fit-best-symbolic");
  gtk_widget_add_css_class (fit, "flat");
  gtk_widget_set_tooltip_text (fit, _ ("Show everything (double click)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (fit), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Fit"),
                                  -1);
  g_signal_connect_swapped (fit, "clicked", G_CALLBACK (fit_clicked_cb), self);
  gram_page_bar_add (bar, GRAM_PAGE_BAR_VIEW, fit);
  priv->freeze = add_toggle (bar, "media-playback-pause-symbolic", _ ("Hold the view"),
                             _ ("Hold the figure as it is while training goes on"),
                             G_CALLBACK (freeze_toggled_cb), self);
  priv->table_button =
      add_toggle (bar, "view-list-symbolic", _ ("Table"), _ ("The values as a table"),
                  G_CALLBACK (table_toggled_cb), self);
}

/* ---------- the page ---------- */

static void
collect_inputs (GramFigurePage *self, GramFigureInputs *inputs)
{
  GramDocument *document = gram_page_get_document (GRAM_PAGE (self));
  GramSession *session = gram_document_get_session (document);

  memset (inputs, 0, sizeof *inputs);
  inputs->analysis = gram_session_get_analysis (session);
  inputs->run = gram_session_get_run (session);
  inputs->settings = gram_document_get_settings (document);
  if (GRAM_FIGURE_PAGE_GET_CLASS (self)->fill_inputs != NULL)
    GRAM_FIGURE_PAGE_GET_CLASS (self)->fill_inputs (self, inputs);
}

/**
 * gram_figure_page_show_figure:
 * @name: of gram-figures.h
 *
 * Shows another figure in this page.
 */
void
gram_figure_page_show_figure (GramFigurePage *self, const char *name)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  g_autoptr (GError) error = NULL;
  GramFigureInputs inputs;
  GramFigure *figure;

  collect_inputs (self, &inputs);
  figure = gram_figure_new_by_name (name, &inputs, &error);
  if (figure == NULL)
    {
      g_critical ("%s", error->message); /* the names are the program's own */
      return;
    }
  g_clear_pointer (&priv->figure, gram_figure_unref);
  priv->figure = figure;
  priv->panels = 0;
  gram_plot_view_set_figure (priv->view, figure);
  show_table (self);
  restore_view (self);
}

static void
view_restored_cb (GramFigurePage *self)
{
  gram_figure_page_show_figure (self, PRIVATE (self)->figure->id);
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
gram_figure_page_bind (GramPage *page)
{
  gram_figure_page_show_figure (GRAM_FIGURE_PAGE (page), GRAM_FIGURE_PAGE_GET_CLASS (page)->figure);
  g_signal_connect_object (gram_page_get_document (page), "view-restored",
                           G_CALLBACK (view_restored_cb), page, G_CONNECT_SWAPPED);
}

static void
gram_figure_page_update (GramPage *page)
{
  GramFigurePage *self = GRAM_FIGURE_PAGE (page);
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramFigureInputs inputs;

  if (priv->figure == NULL)
    return;
  collect_inputs (self, &inputs);
  if (!gram_figure_update (priv->figure, &inputs))
    gram_page_queue_update (page); /* long curves are filled over several frames */
  restore_view (self);
  gram_plot_view_queue_update (priv->view);
  if (priv->rows != NULL)
    gram_plot_rows_update (GRAM_PLOT_ROWS (priv->rows));
  if (GRAM_FIGURE_PAGE_GET_CLASS (self)->updated != NULL)
    GRAM_FIGURE_PAGE_GET_CLASS (self)->updated (self);
}

static GramFigure *
gram_figure_page_get_figure_vfunc (GramPage *page)
{
  return PRIVATE (page)->figure;
}

static void
gram_figure_page_dispose (GObject *object)
{
  g_clear_pointer (&PRIVATE (object)->figure, gram_figure_unref);
  g_clear_object (&PRIVATE (object)->rows);
  G_OBJECT_CLASS (gram_figure_page_parent_class)->dispose (object);
}

static void
gram_figure_page_constructed (GObject *object)
{
  GramFigurePage *self = GRAM_FIGURE_PAGE (object);
  GramFigurePagePrivate *priv = PRIVATE (self);

  G_OBJECT_CLASS (gram_figure_page_parent_class)->constructed (object);
  priv->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  build_toolbar (self);
  gtk_box_append (GTK_BOX (priv->box), priv->toolbar);
  priv->view = GRAM_PLOT_VIEW (gram_plot_view_new ());
  g_signal_connect_swapped (priv->view, "view-changed", G_CALLBACK (view_changed_cb), self);
  g_signal_connect_swapped (priv->view, "copied", G_CALLBACK (copied_cb), self);
  priv->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (priv->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (priv->stack), GTK_WIDGET (priv->view), "plot");
  priv->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (priv->overlay), priv->stack);
  priv->turner = gram_panel_turner_new (priv->view);
  gtk_overlay_add_overlay (GTK_OVERLAY (priv->overlay), priv->turner);
  gtk_box_append (GTK_BOX (priv->box), priv->overlay);
  gtk_widget_add_css_class (priv->box, "view");
  adw_bin_set_child (ADW_BIN (self), priv->box);
}

static void
gram_figure_page_class_init (GramFigurePageClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = gram_figure_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = gram_figure_page_dispose;
  GRAM_PAGE_CLASS (klass)->bind = gram_figure_page_bind;
  GRAM_PAGE_CLASS (klass)->update = gram_figure_page_update;
  GRAM_PAGE_CLASS (klass)->get_figure = gram_figure_page_get_figure_vfunc;
}

static void
gram_figure_page_init (GramFigurePage *self)
{
}

GramPlotView *
gram_figure_page_get_view (GramFigurePage *self)
{
  return PRIVATE (self)->view;
}

GramFigure *
gram_figure_page_get_figure (GramFigurePage *self)
{
  return PRIVATE (self)->figure;
}

/**
 * gram_figure_page_add_tool:
 *
 * Puts @tool before the tools that every page has.
 */
void
gram_figure_page_add_tool (GramFigurePage *self, GtkWidget *tool)
{
  gram_page_bar_add (GRAM_PAGE_BAR (PRIVATE (self)->toolbar), GRAM_PAGE_BAR_TOOLS, tool);
}

/**
 * gram_figure_page_add_below:
 *
 * Puts @widget beneath the plot.
 */
void
gram_figure_page_add_below (GramFigurePage *self, GtkWidget *widget)
{
  gtk_box_append (GTK_BOX (PRIVATE (self)->box), widget);
}

/**
 * gram_figure_page_add_overlay:
 *
 * Lays @widget over the plot.
 */
void
gram_figure_page_add_overlay (GramFigurePage *self, GtkWidget *widget)
{
  gtk_overlay_add_overlay (GTK_OVERLAY (PRIVATE (self)->overlay), widget);
}
