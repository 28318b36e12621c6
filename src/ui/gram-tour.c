/* gram-tour.c: the first minute, narrated
 *
 * SPDX-License-Identifier: MIT
 *
 * Runs true against random labels on the loaded data and says what appears. Each step waits for
 * the button “Next” or goes on by itself; “Stop”, Escape, or going to another page ends it at any
 * time. It works on a run of its own: settings, run and page are then as they were before it, but
 * for a page that people went to themselves.
 */
#include "gram-config.h"

#include "gram-tour.h"

#include <glib/gi18n.h>

#include "gram-escape.h"

#define STEP_SECONDS 12

typedef enum
{
  DO_NOTHING,
  DO_LABELS, /* true and random, from W(0) */
  DO_START,
  DO_PAUSE,
} TourDeed;

static const struct
{
  const char *page;
  TourDeed deed;
  double rho; /* < 0: as it is */
  const char *text;
} steps[] = {
  { "spectrum", DO_LABELS, 0,
    N_ ("This is the spectrum of the Gram matrix H∞ of the images on the left. The line shows its "
        "eigenvalues, the points how much of the labels lies along each eigenvector.") },
  { "spectrum", DO_NOTHING, -1,
    N_ ("True labels lie mostly to the left, where eigenvalues are large. Random labels lie "
        "everywhere alike. Move the pointer over the points to see the eigen-images.") },
  { "convergence", DO_START, -1,
    N_ ("Now a network is trained on both. Dashed lines were predicted from the spectrum alone, "
        "before the first step. True labels are learned fast, random ones slowly.") },
  { "convergence", DO_NOTHING, -1,
    N_ ("The panel below shows measured minus predicted. The wider the network, the smaller it "
        "gets: try a larger m, or κ = 1 and the antisymmetric initialization.") },
  { "generalization", DO_PAUSE, 0.5,
    N_ ("Half of the labels are random now. The measure that bounds the test error has risen: see "
        "the number on the left. Drag the line to try other fractions.") },
  { "samples", DO_NOTHING, 0,
    N_ ("At last, the same theory finds labels that do not fit the others. Flip some on purpose "
        "with the counter above, and see them come first.") },
};

struct _GramTour
{
  AdwBin parent_instance;
  GtkRevealer *revealer;
  GtkLabel *label;
  GtkButton *next, *end;
  GramWindow *window; /* borrowed: the tour lives in it */
  char *page;         /* (nullable) that was shown before it */
  guint step, timeout_id;
  gboolean running;
};

G_DEFINE_FINAL_TYPE (GramTour, gram_tour, ADW_TYPE_BIN)

/* Everything is as it was; @leads_back: the page, too. */
static void
stop (GramTour *self, gboolean leads_back)
{
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;
  g_autofree char *page = g_steal_pointer (&self->page);

  if (!self->running)
    return;
  self->running = FALSE;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  gram_document_bring_back (gram_window_get_document (self->window));
  if (leads_back)
    gram_window_show_page (self->window, page);
  /* the focus does not stay on a button that has gone */
  if (focused)
    gtk_widget_child_focus (GTK_WIDGET (gram_window_get_page (self->window)), GTK_DIR_TAB_FORWARD);
}

/**
 * gram_tour_stop:
 *
 * Ends the tour, if it is under way.
 */
void
gram_tour_stop (GramTour *self)
{
  stop (self, TRUE);
}

/**
 * gram_tour_page_changed:
 * @page: what the window shows now
 *
 * Ends the tour when people have gone to another page than its own.
 */
void
gram_tour_page_changed (GramTour *self, const char *page)
{
  if (self->running && g_strcmp0 (page, steps[self->step].page) != 0)
    stop (self, FALSE);
}

static gboolean
leave (gpointer tour)
{
  GramTour *self = tour;
  gboolean running = self->running;

  gram_tour_stop (self);
  return running;
}

static void
choose_labels (GramDocument *document)
{
  GramSettings *settings = gram_document_edit (document);
  GramLabelsSpec labels[] = { { .kind = GRAM_LABELS_TRUE }, { .kind = GRAM_LABELS_RANDOM } };

  g_array_set_size (settings->labels, 0);
  g_array_append_vals (settings->labels, labels, G_N_ELEMENTS (labels));
  gram_document_commit (document, settings, NULL);
}

static void
show_step (GramTour *self)
{
  GramDocument *document = gram_window_get_document (self->window);

  if (steps[self->step].deed == DO_LABELS)
    choose_labels (document);
  else if (steps[self->step].deed == DO_START)
    gram_document_start (document);
  else if (steps[self->step].deed == DO_PAUSE)
    gram_document_pause (document);
  if (steps[self->step].rho >= 0)
    gram_document_set_rho (document, steps[self->step].rho);
  gram_window_show_page (self->window, steps[self->step].page);
  gtk_label_set_text (self->label, _ (steps[self->step].text));
  gtk_button_set_label (self->next,
                        self->step + 1 < G_N_ELEMENTS (steps) ? _ ("Next") : _ ("Finish"));
}

static void
next_step (GramTour *self)
{
  if (self->step + 1 >= G_N_ELEMENTS (steps))
    {
      gram_tour_stop (self);
      return;
    }
  self->step++;
  show_step (self);
}

static gboolean
timeout_cb (gpointer user_data)
{
  GramTour *self = user_data;

  /* the last word stays until it was read */
  if (self->step + 1 < G_N_ELEMENTS (steps))
    {
      next_step (self);
      return G_SOURCE_CONTINUE;
    }
  self->timeout_id = 0;
  return G_SOURCE_REMOVE;
}

static void
next_clicked_cb (GramTour *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->step + 1 < G_N_ELEMENTS (steps))
    self->timeout_id = g_timeout_add_seconds (STEP_SECONDS, timeout_cb, self);
  next_step (self);
}

/**
 * gram_tour_start:
 * @window: (transfer none): the window that @tour is in
 */
void
gram_tour_start (GramTour *self, GramWindow *window)
{
  gram_tour_stop (self);
  self->window = window;
  self->page = g_strdup (gram_window_get_page_id (window));
  self->step = 0;
  self->running = TRUE;
  gram_document_lay_aside (gram_window_get_document (window));
  self->timeout_id = g_timeout_add_seconds (STEP_SECONDS, timeout_cb, self);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  show_step (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->next));
}

static void
gram_tour_dispose (GObject *object)
{
  g_clear_handle_id (&GRAM_TOUR (object)->timeout_id, g_source_remove);
  g_clear_pointer (&GRAM_TOUR (object)->page, g_free);
  G_OBJECT_CLASS (gram_tour_parent_class)->dispose (object);
}

static void
gram_tour_class_init (GramTourClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_tour_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-tour"));
  gtk_widget_class_bind_template_child (widget_class, GramTour, revealer);
  gtk_widget_class_bind_template_child (widget_class, GramTour, label);
  gtk_widget_class_bind_template_child (widget_class, GramTour, next);
  gtk_widget_class_bind_template_child (widget_class, GramTour, end);
}

static void
gram_tour_init (GramTour *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_clicked_cb), self);
  g_signal_connect_swapped (self->end, "clicked", G_CALLBACK (gram_tour_stop), self);
  gram_escape_add (GTK_WIDGET (self), leave);
}
