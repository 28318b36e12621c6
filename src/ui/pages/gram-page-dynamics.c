/* gram-page-dynamics.c: the page “Dynamics”: figures of what training does to the network
 *
 * SPDX-License-Identifier: MIT
 *
 * Some of them need the eigenvectors, so that what they show is computed by the session from what
 * the run recorded, one label set after the other, and asked for again when the run has grown.
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-conditions-view.h"
#include "gram-dynamics.h"
#include "gram-figure-page.h"
#include "gram-run-answer.h"

#define GRAM_TYPE_DYNAMICS_PAGE (gram_dynamics_page_get_type ())
G_DECLARE_FINAL_TYPE (GramDynamicsPage, gram_dynamics_page, GRAM, DYNAMICS_PAGE, GramFigurePage)

struct _GramDynamicsPage
{
  GramFigurePage parent_instance;
  GtkWidget *choice;
  GPtrArray *dynamics; /* of GramDynamics: what was answered, a label set each */
  GPtrArray *coming;   /* (nullable) the answers of the round that goes on */
  guint asked;         /* snapshots that the last round was about */
  GramRun *run;        /* (nullable) the run of that round */
  guint set;           /* being asked about */
  GCancellable *cancellable;
  GramRunAnswer *width; /* a GramFiniteWidth */
};

G_DEFINE_FINAL_TYPE (GramDynamicsPage, gram_dynamics_page, GRAM_TYPE_FIGURE_PAGE)

/* Figure @index of those that this page shows. */
static const GramFigureInfo *
get_figure (guint index)
{
  const GramFigureInfo *info;

  for (guint i = 0; (info = gram_figures_get (i)) != NULL; i++)
    if (info->short_title != NULL && index-- == 0)
      return info;
  return NULL;
}

static void ask_next (GramDynamicsPage *self);

static void
fill_inputs (GramFigurePage *page, GramFigureInputs *inputs)
{
  GramDynamicsPage *self = GRAM_DYNAMICS_PAGE (page);

  inputs->finite_width = gram_run_answer_get (self->width, inputs->run);
  if (inputs->run == NULL || inputs->run != self->run)
    return; /* what was answered is of a run that is gone */
  inputs->dynamics = self->dynamics != NULL && self->dynamics->len > 0 ? self->dynamics : NULL;
}

static void
answered_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GramDynamicsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  GramDynamics *answer = gram_session_ask_finish (GRAM_SESSION (session), result, &error);

  if (self->coming == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    {
      if (answer != NULL)
        gram_dynamics_unref (answer);
      return;
    }
  if (answer != NULL)
    g_ptr_array_add (self->coming, answer);
  self->set++;
  ask_next (self);
}

static void
ask_next (GramDynamicsPage *self)
{
  GramSession *session = gram_pane_get_session (self);
  GramDynamics *next = NULL;

  while (self->set < self->run->sets->len
         && (next = gram_dynamics_new (self->run, self->set)) == NULL)
    self->set++;
  if (next == NULL)
    {
      g_clear_pointer (&self->dynamics, g_ptr_array_unref);
      self->dynamics = g_steal_pointer (&self->coming);
      gram_page_queue_update (GRAM_PAGE (self));
      return;
    }
  gram_session_ask (session, GRAM_STAGE_SPECTRUM, gram_dynamics_compute, next, gram_dynamics_unref,
                    gram_dynamics_unref, self->cancellable, answered_cb, g_object_ref (self));
}

static void
forget (GramDynamicsPage *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->coming, g_ptr_array_unref);
  g_clear_pointer (&self->run, gram_run_unref);
  self->asked = 0;
}

static void
updated (GramFigurePage *page)
{
  GramDynamicsPage *self = GRAM_DYNAMICS_PAGE (page);
  GramSession *session = gram_pane_get_session (page);
  GramRun *run = gram_session_get_run (session);
  const GramFigureInfo *chosen =
      get_figure (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->choice)));
  guint snapshots;

  if (run == NULL || run->sets->len == 0 || chosen == NULL)
    return;
  if (chosen->needs & GRAM_FIGURE_WIDTH)
    gram_run_answer_ask_finite_width (self->width, run);
  if (!(chosen->needs & GRAM_FIGURE_DYNAMICS))
    return;
  snapshots = gram_run_get_set (run, 0)->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->len;
  if (run != self->run)
    {
      forget (self);
      g_clear_pointer (&self->dynamics, g_ptr_array_unref);
    }
  if (self->run == NULL)
    self->run = gram_run_ref (run);
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  if (self->coming != NULL || snapshots == self->asked || snapshots == 0)
    return;
  self->coming = g_ptr_array_new_with_free_func (gram_dynamics_unref);
  self->asked = snapshots;
  self->set = 0;
  ask_next (self);
}

/* The keyboard focus is on the button inside the drop down, which has no accessible name of its
 * own. */
static void
name_choice (GramDynamicsPage *self)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (GTK_DROP_DOWN (self->choice));
  g_autofree char *name = NULL;

  if (item == NULL)
    return;
  /* Translators: the figure that is chosen in a list */
  name = g_strdup_printf (_ ("Figure: %s"), gtk_string_object_get_string (item));
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->choice)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
chosen_cb (GramDynamicsPage *self)
{
  const GramFigureInfo *chosen =
      get_figure (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->choice)));

  name_choice (self);

  if (chosen != NULL && gram_pane_get_document (self) != NULL)
    {
      GramViewState *view = gram_document_get_view (gram_pane_get_document (self));

      g_free (view->dynamics);
      view->dynamics = g_strdup (chosen->name);
      gram_figure_page_show_figure (GRAM_FIGURE_PAGE (self), chosen->name);
      gram_page_queue_update (GRAM_PAGE (self));
    }
}

static void
choose_kept (GramDynamicsPage *self)
{
  GramDocument *document = gram_pane_get_document (self);

  const GramFigureInfo *info;

  for (guint i = 0; (info = get_figure (i)) != NULL; i++)
    if (g_str_equal (info->name, gram_document_get_view (document)->dynamics))
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choice), i);
}

static void
bind (GramPane *pane)
{
  GramDocument *document = gram_pane_get_document (pane);
  GtkWidget *button, *panel;

  GRAM_PANE_CLASS (gram_dynamics_page_parent_class)->bind (pane);
  gram_document_watch (document, pane, G_CALLBACK (choose_kept), "view-restored", NULL);
  choose_kept (GRAM_DYNAMICS_PAGE (pane));
  panel = gram_conditions_panel_new (document, &button);
  gram_figure_page_add_tool (GRAM_FIGURE_PAGE (pane), button);
  gram_figure_page_add_below (GRAM_FIGURE_PAGE (pane), panel);
}

static void
setup_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const char *name = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), name);
}

/* Long names are cut short in a narrow window; the list has them in full. */
static void
let_shrink (GtkDropDown *choice)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_name_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_name_cb), NULL);
  gtk_drop_down_set_list_factory (choice, gtk_drop_down_get_factory (choice));
  gtk_drop_down_set_factory (choice, factory);
}

static void
dispose (GObject *object)
{
  GramDynamicsPage *self = GRAM_DYNAMICS_PAGE (object);

  forget (self);
  g_clear_pointer (&self->dynamics, g_ptr_array_unref);
  g_clear_pointer (&self->width, gram_run_answer_free);
  G_OBJECT_CLASS (gram_dynamics_page_parent_class)->dispose (object);
}

static void
gram_dynamics_page_class_init (GramDynamicsPageClass *klass)
{
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  GRAM_PANE_CLASS (klass)->bind = bind;
  page_class->figure = "movement";
  page_class->title = N_ ("What training does to the network");
  page_class->explanation =
      N_ ("The theory holds as long as the weights stay near where they began. These figures "
          "show how far they travel against √(yᵀ(H∞)⁻¹y), how many activation patterns flip, how "
          "each part of the residual decays, and what the error against the prediction is made "
          "of. The conditions of the theorems stand beside what the run uses.");
  page_class->fill_inputs = fill_inputs;
  page_class->updated = updated;
}

static void
gram_dynamics_page_init (GramDynamicsPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const GramFigureInfo *info;

  for (guint i = 0; (info = get_figure (i)) != NULL; i++)
    gtk_string_list_append (names, _ (info->short_title));
  self->width = gram_run_answer_new (GRAM_PAGE (self));
  self->choice = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL);
  let_shrink (GTK_DROP_DOWN (self->choice));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Figure"), -1);
  g_signal_connect_swapped (self->choice, "notify::selected", G_CALLBACK (chosen_cb), self);
  name_choice (self);
  gram_figure_page_add_tool (GRAM_FIGURE_PAGE (self), self->choice);
}
