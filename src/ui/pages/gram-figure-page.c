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
#include "gram-scales.h"
#include "gram-store.h"

typedef struct
{
  GramFigure *figure;
  GramPlotView *view;
  GListModel *rows;
  GramPageBar *bar;
  GtkWidget *box, *stack, *overlay, *turner;
  GtkWidget *log_x, *log_y, *freeze, *table_button;
  GPtrArray *kept; /* (nullable) of GramKeptRun: what the figure is made of now */
  guint64 panels;  /* of the figure, that were given the kept view */
  GramStage stage; /* of the analysis that it is made of */
  GtkWidget *former_note;
  gboolean updating;
} GramFigurePagePrivate;

static GtkBuildableIface *parent_buildable;

static void gram_figure_page_buildable_init (GtkBuildableIface *interface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GramFigurePage, gram_figure_page, GRAM_TYPE_PAGE,
                                  G_ADD_PRIVATE (GramFigurePage)
                                      G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                             gram_figure_page_buildable_init))

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
  GramDocument *document = gram_pane_get_document (self);

  show_view (self);
  if (PRIVATE (self)->figure != NULL)
    gram_view_state_keep_figure (gram_document_get_view (document), PRIVATE (self)->figure);
}

static void
scale_chosen_cb (GramFigurePage *self, int side, gboolean is_log)
{
  GSettings *store = gram_store_get ();
  g_autoptr (GVariant) scales = NULL;

  if (store == NULL || PRIVATE (self)->figure == NULL)
    return;
  scales = g_settings_get_value (store, "scales");
  g_settings_set_value (store, "scales",
                        gram_scales_with (scales, PRIVATE (self)->figure, (GramAxisSide) side,
                                          is_log));
}

/* Panels that are new are shown as they were the last time. */
static void
restore_view (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramDocument *document = gram_pane_get_document (self);
  GSettings *store = gram_store_get ();

  if (priv->panels == priv->figure->panels)
    return;
  priv->panels = priv->figure->panels;
  if (store != NULL)
    {
      g_autoptr (GVariant) scales = g_settings_get_value (store, "scales");

      gram_scales_apply (scales, priv->figure);
    }
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
add_button (GramFigurePage *self, GType type, const char *icon, const char *label, const char *tip)
{
  GtkWidget *button = g_object_new (type, icon != NULL ? "icon-name" : "label",
                                    icon != NULL ? icon : label, "tooltip-text", tip, NULL);

  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip, -1);
  gram_page_bar_add (PRIVATE (self)->bar, GRAM_PAGE_BAR_VIEW, button);
  return button;
}

static GtkWidget *
add_toggle (GramFigurePage *self, const char *icon, const char *label, const char *tip,
            GCallback callback)
{
  GtkWidget *button = add_button (self, GTK_TYPE_TOGGLE_BUTTON, icon, label, tip);

  g_signal_connect (button, "toggled", callback, self);
  return button;
}

static void
add_tools (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GtkWidget *fit;

  priv->log_x = add_toggle (self, NULL, _ ("log x"), _ ("Logarithmic horizontal axis"),
                            G_CALLBACK (scale_toggled_cb));
  priv->log_y = add_toggle (self, NULL, _ ("log y"), _ ("Logarithmic vertical axis"),
                            G_CALLBACK (scale_toggled_cb));
  fit = add_button (self, GTK_TYPE_BUTTON, "gram-fit-symbolic", _ ("Fit"),
                    _ ("Show everything (double click)"));
  g_signal_connect_swapped (fit, "clicked", G_CALLBACK (gram_plot_view_fit), priv->view);
  priv->freeze = add_toggle (self, "media-playback-pause-symbolic", _ ("Hold the view"),
                             _ ("Hold the figure as it is while training goes on"),
                             G_CALLBACK (freeze_toggled_cb));
  priv->table_button = add_toggle (self, "view-list-symbolic", _ ("Table"),
                                   _ ("The values as a table"), G_CALLBACK (table_toggled_cb));
}

/* ---------- the page ---------- */

static void
collect_inputs (GramFigurePage *self, GramFigureInputs *inputs)
{
  GramSession *session = gram_pane_get_session (self);

  memset (inputs, 0, sizeof *inputs);
  inputs->analysis = gram_session_get_analysis (session);
  inputs->run = gram_session_get_run (session);
  g_clear_pointer (&PRIVATE (self)->kept, g_ptr_array_unref);
  inputs->kept = PRIVATE (self)->kept = gram_run_list_get_shown (gram_session_get_runs (session));
  inputs->settings = gram_document_get_settings (gram_pane_get_document (self));
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
gram_figure_page_bind (GramPane *pane)
{
  GRAM_PANE_CLASS (gram_figure_page_parent_class)->bind (pane);
  gram_figure_page_show_figure (GRAM_FIGURE_PAGE (pane), GRAM_FIGURE_PAGE_GET_CLASS (pane)->figure);
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (view_restored_cb),
                       "view-restored", NULL);
  /* data that cannot be read are awaited no more */
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (gram_page_queue_update),
                       "state-changed", NULL);
}

/* @former: (transfer full) (nullable): how the figure was, if it might be empty now */
static void
hold_former (GramFigurePage *self, GramFigure *former)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramSession *session = gram_pane_get_session (self);
  gboolean held = gram_plot_view_get_held (priv->view);
  gboolean awaited = gram_figure_is_empty (priv->figure)
                     && (gram_session_is_loading (session)
                         || gram_session_get_progress (session)->stage != GRAM_STAGE_NONE);

  if (former != NULL && awaited)
    gram_plot_view_set_held (priv->view, gram_figure_ref (former));
  else if (held && !awaited)
    gram_plot_view_set_held (priv->view, NULL);
  g_clear_pointer (&former, gram_figure_unref);
  gtk_widget_set_visible (priv->former_note, gram_plot_view_get_held (priv->view));
}

/* Returns: whether the figure is complete */
static gboolean
bring_up_to_date (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);
  GramFigure *former = NULL;
  GramFigureInputs inputs;
  GramStage stage;
  gboolean complete;

  if (priv->figure == NULL)
    return TRUE;
  collect_inputs (self, &inputs);
  stage = inputs.analysis != NULL ? inputs.analysis->stage : GRAM_STAGE_NONE;
  if (stage < priv->stage && !gram_figure_is_empty (priv->figure))
    former = gram_figure_copy (priv->figure);
  priv->stage = stage;
  complete = gram_figure_update (priv->figure, &inputs);
  hold_former (self, former);
  restore_view (self);
  gram_plot_view_queue_update (priv->view);
  if (priv->rows != NULL)
    gram_plot_rows_update (GRAM_PLOT_ROWS (priv->rows));
  if (GRAM_FIGURE_PAGE_GET_CLASS (self)->updated != NULL)
    GRAM_FIGURE_PAGE_GET_CLASS (self)->updated (self);
  return complete;
}

static void
gram_figure_page_update (GramPage *page)
{
  GramFigurePage *self = GRAM_FIGURE_PAGE (page);

  if (!bring_up_to_date (self))
    gram_page_queue_update (page); /* long curves are filled over several frames */
}

/* For a file: whole, whatever of long curves the frames so far have left over. */
static GramFigure *
gram_figure_page_get_figure_vfunc (GramPage *page)
{
  while (!bring_up_to_date (GRAM_FIGURE_PAGE (page)))
    ;
  return PRIVATE (page)->figure;
}

static void
gram_figure_page_dispose (GObject *object)
{
  g_clear_pointer (&PRIVATE (object)->figure, gram_figure_unref);
  g_clear_pointer (&PRIVATE (object)->kept, g_ptr_array_unref);
  g_clear_object (&PRIVATE (object)->rows);
  G_OBJECT_CLASS (gram_figure_page_parent_class)->dispose (object);
}

static void
gram_figure_page_constructed (GObject *object)
{
  GramFigurePageClass *klass = GRAM_FIGURE_PAGE_GET_CLASS (object);

  G_OBJECT_CLASS (gram_figure_page_parent_class)->constructed (object);
  gram_page_bar_set_title (PRIVATE (object)->bar, _ (klass->title), _ (klass->explanation));
}

/* Templates have a "tool" of the page, what lies "above" and "below" the plot, and an "overlay" of
 * it. */
static void
gram_figure_page_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child,
                            const char *type)
{
  GramFigurePagePrivate *priv = PRIVATE (buildable);

  if (g_strcmp0 (type, "tool") == 0)
    gram_figure_page_add_tool (GRAM_FIGURE_PAGE (buildable), GTK_WIDGET (child));
  else if (g_strcmp0 (type, "above") == 0)
    gtk_box_insert_child_after (GTK_BOX (priv->box), GTK_WIDGET (child), GTK_WIDGET (priv->bar));
  else if (g_strcmp0 (type, "below") == 0)
    gram_figure_page_add_below (GRAM_FIGURE_PAGE (buildable), GTK_WIDGET (child));
  else if (g_strcmp0 (type, "overlay") == 0)
    gtk_overlay_add_overlay (GTK_OVERLAY (priv->overlay), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
gram_figure_page_buildable_init (GtkBuildableIface *interface)
{
  parent_buildable = g_type_interface_peek_parent (interface);
  interface->add_child = gram_figure_page_add_child;
}

static void
gram_figure_page_class_init (GramFigurePageClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = gram_figure_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = gram_figure_page_dispose;
  GRAM_PANE_CLASS (klass)->bind = gram_figure_page_bind;
  GRAM_PAGE_CLASS (klass)->update = gram_figure_page_update;
  GRAM_PAGE_CLASS (klass)->get_figure = gram_figure_page_get_figure_vfunc;
}

static void
gram_figure_page_init (GramFigurePage *self)
{
  GramFigurePagePrivate *priv = PRIVATE (self);

  priv->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  priv->bar = g_object_new (GRAM_TYPE_PAGE_BAR, NULL);
  gtk_box_append (GTK_BOX (priv->box), GTK_WIDGET (priv->bar));
  priv->view = GRAM_PLOT_VIEW (gram_plot_view_new ());
  add_tools (self);
  g_signal_connect_swapped (priv->view, "view-changed", G_CALLBACK (view_changed_cb), self);
  g_signal_connect_swapped (priv->view, "scale-chosen", G_CALLBACK (scale_chosen_cb), self);
  g_signal_connect_swapped (priv->view, "copied", G_CALLBACK (copied_cb), self);
  priv->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (priv->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (priv->stack), GTK_WIDGET (priv->view), "plot");
  priv->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (priv->overlay), priv->stack);
  priv->former_note = gtk_label_new (_ ("The former figure, until the new one is there"));
  gtk_widget_add_css_class (priv->former_note, "gram-former");
  gtk_widget_set_halign (priv->former_note, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (priv->former_note, GTK_ALIGN_CENTER);
  gtk_widget_set_can_target (priv->former_note, FALSE);
  gtk_widget_set_visible (priv->former_note, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (priv->overlay), priv->former_note);
  priv->turner = gram_panel_turner_new (priv->view);
  gtk_overlay_add_overlay (GTK_OVERLAY (priv->overlay), priv->turner);
  gtk_box_append (GTK_BOX (priv->box), priv->overlay);
  gtk_widget_add_css_class (priv->box, "view");
  adw_bin_set_child (ADW_BIN (self), priv->box);
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
  gram_page_bar_add (PRIVATE (self)->bar, GRAM_PAGE_BAR_TOOLS, tool);
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
