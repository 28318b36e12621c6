/* gram-eigen-strip.c: the first eigen-images in a row, of which one can be pinned
 *
 * SPDX-License-Identifier: MIT
 *
 * An image costs O(n² + nd) on the session's analysis thread. They are asked for one after the
 * other, so that what the pointer asks in between waits for one of them at most.
 */
#include "gram-config.h"

#include "gram-eigen-strip.h"

#include <glib/gi18n.h>

#include "gram-image.h"
#include "gram-label-series.h"
#include "gram-words.h"

#define SHOWN 10

struct _GramEigenStrip
{
  AdwBin parent_instance;
  GtkWidget *buttons[SHOWN];
  GdkTexture *textures[SHOWN]; /* (nullable) each: has not come yet */
  gint64 pinned;               /* −1: none */
  GramAnalysis *analysis;      /* (nullable) what the images are described by, and made of */
  GCancellable *cancellable;   /* (nullable) of the question that is on its way */
  guint next;                  /* image to ask for */
};

static guint pin_changed_signal;

G_DEFINE_FINAL_TYPE (GramEigenStrip, gram_eigen_strip, ADW_TYPE_BIN)

/* ---------- one eigen-image ---------- */

/**
 * gram_eigen_strip_make_texture:
 * @both: (n + d): v_i and X·v_i, as gram_session_get_eigenvector() gives them
 *
 * Returns: (transfer full) (nullable): the eigen-image, if the problem's vectors are images
 */
GdkTexture *
gram_eigen_strip_make_texture (const GramProblem *problem, const double *both)
{
  if (!gram_problem_has_images (problem))
    return NULL;
  return gram_image_signed_texture (both + problem->n, problem->width, problem->height,
                                    problem->channels);
}

/* Digits that rounding has made are not shown. */
static char *
describe_eigenvalue (const GramAnalysis *analysis, gint64 index)
{
  g_autofree char *number = gram_words_number (analysis->lambda[index], 4);

  return gram_analysis_is_rounding (analysis, index) ? g_strdup ("λ ≈ 0")
                                                     : g_strdup_printf ("λ = %s", number);
}

/**
 * gram_eigen_strip_describe:
 * @analysis: with the spectrum
 *
 * Returns: (transfer full): three lines: which eigenvector, its eigenvalue, and the share of y that
 *   lies along it, for the first label set
 */
char *
gram_eigen_strip_describe (const GramAnalysis *analysis, gint64 index)
{
  const GramLabelAnalysis *set =
      analysis->labels->len > 0 ? g_ptr_array_index (analysis->labels, 0) : NULL;
  g_autofree char *lambda = describe_eigenvalue (analysis, index);
  g_autofree char *number = gram_words_count (index + 1);
  g_autofree char *percent =
      gram_words_number (set != NULL ? 100 * gram_label_analysis_share (set, index) : NAN, 3);
  g_autofree char *title = NULL;

  if (set != NULL && set->labels != NULL)
    title = gram_labels_title (set->labels);
  /* Translators: index of an eigenvector, “λ = ” its eigenvalue, per cent, name of a label set */
  return g_strdup_printf (_ ("X·v, i = %s\n%s\n%s %% of y (%s)"), number, lambda, percent,
                          title != NULL ? title : "–");
}

static void
describe_button (GramEigenStrip *self, guint index)
{
  g_autofree char *words = gram_eigen_strip_describe (self->analysis, index);
  /* Translators: what an eigen-image is */
  g_autofree char *tip = g_strdup_printf (_ ("%s\nClick to pin it, and again to let it go"), words);

  gtk_widget_set_tooltip_text (self->buttons[index], tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons[index]),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* ---------- the images, one after the other ---------- */

static guint
count_shown (GramEigenStrip *self)
{
  return self->analysis != NULL ? (guint) MIN (self->analysis->n, SHOWN) : 0;
}

static void
show_texture (GramEigenStrip *self, guint index, GdkTexture *texture)
{
  GtkWidget *picture = gtk_button_get_child (GTK_BUTTON (self->buttons[index]));

  g_set_object (&self->textures[index], texture);
  gtk_picture_set_paintable (GTK_PICTURE (picture),
                             texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  gtk_widget_set_sensitive (self->buttons[index], texture != NULL);
}

static void ask_next (GramEigenStrip *self, GramSession *session);

static void
ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GramSession *session = GRAM_SESSION (object);
  g_autoptr (GramEigenStrip) self = user_data;
  g_autofree double *both = gram_session_ask_finish (session, result, NULL);
  g_autoptr (GdkTexture) texture = NULL;
  guint index = self->next;

  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return; /* of a problem of before */
  g_clear_object (&self->cancellable);
  if (both == NULL)
    return; /* is asked for again with the next update */
  texture = gram_eigen_strip_make_texture (self->analysis->problem, both);
  if (texture == NULL)
    return;
  show_texture (self, index, texture);
  self->next++;
  if (self->pinned == index)
    g_signal_emit (self, pin_changed_signal, 0);
  ask_next (self, session);
}

static void
ask_next (GramEigenStrip *self, GramSession *session)
{
  GramAnalysis *present = gram_session_get_analysis (session);

  if (self->cancellable != NULL || self->next >= count_shown (self)
      || self->analysis->lambda == NULL)
    return;
  /* the session would answer for other data, which an update is still to tell of */
  if (present == NULL || present->problem != self->analysis->problem)
    return;
  self->cancellable = g_cancellable_new ();
  gram_session_get_eigenvector (session, self->next, self->cancellable, ready_cb,
                                g_object_ref (self));
}

static void
forget_images (GramEigenStrip *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->next = 0;
  for (guint i = 0; i < SHOWN; i++)
    show_texture (self, i, NULL);
}

/**
 * gram_eigen_strip_update:
 *
 * Shows the eigen-images of the session's problem, as they come. Its room is there before them, and
 * is not where the vectors are no images, or no spectrum will come.
 */
void
gram_eigen_strip_update (GramEigenStrip *self, GramSession *session)
{
  GramAnalysis *analysis = gram_session_get_analysis (session);
  const GramProblem *problem = analysis != NULL ? analysis->problem : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), problem != NULL && analysis->no_spectrum == NULL
                                                 && gram_problem_has_images (problem));
  if (analysis == self->analysis)
    {
      ask_next (self, session);
      return;
    }
  if (self->analysis == NULL || self->analysis->problem != problem)
    forget_images (self);
  g_clear_pointer (&self->analysis, gram_analysis_unref);
  if (problem == NULL)
    return;
  self->analysis = gram_analysis_ref (analysis);
  for (guint i = 0; i < SHOWN; i++)
    {
      gtk_widget_set_visible (self->buttons[i], i < count_shown (self));
      if (i < count_shown (self) && analysis->lambda != NULL)
        describe_button (self, i);
    }
  if (self->pinned >= count_shown (self))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[self->pinned]), FALSE);
  ask_next (self, session);
}

/* ---------- pinning ---------- */

/**
 * gram_eigen_strip_get_pinned:
 *
 * Returns: the index of the image that is pinned, from 0; −1: none is
 */
gint64
gram_eigen_strip_get_pinned (GramEigenStrip *self)
{
  return self->pinned;
}

/**
 * gram_eigen_strip_get_texture:
 *
 * Returns: (transfer none) (nullable): the image that is pinned; %NULL before it is there
 */
GdkTexture *
gram_eigen_strip_get_texture (GramEigenStrip *self)
{
  return self->pinned >= 0 ? self->textures[self->pinned] : NULL;
}

static void
toggled_cb (GtkToggleButton *button, GramEigenStrip *self)
{
  gint64 pinned = -1;

  for (guint i = 0; i < SHOWN; i++)
    if (self->buttons[i] == GTK_WIDGET (button) && gtk_toggle_button_get_active (button))
      pinned = i;
  if (pinned < 0 && (self->pinned < 0 || self->buttons[self->pinned] != GTK_WIDGET (button)))
    return; /* was let go for another one */
  self->pinned = pinned;
  for (guint i = 0; pinned >= 0 && i < SHOWN; i++)
    if (i != pinned)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[i]), FALSE);
  g_signal_emit (self, pin_changed_signal, 0);
}

/* ---------- life ---------- */

static void
gram_eigen_strip_dispose (GObject *object)
{
  GramEigenStrip *self = GRAM_EIGEN_STRIP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < SHOWN; i++)
    g_clear_object (&self->textures[i]);
  g_clear_pointer (&self->analysis, gram_analysis_unref);
  G_OBJECT_CLASS (gram_eigen_strip_parent_class)->dispose (object);
}

static void
gram_eigen_strip_class_init (GramEigenStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gram_eigen_strip_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  pin_changed_signal = g_signal_new ("pin-changed", GRAM_TYPE_EIGEN_STRIP, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_button (GramEigenStrip *self, gint64 index)
{
  g_autofree char *number = gram_words_count (index + 1);
  /* Translators: index of an eigenvector */
  g_autofree char *name = g_strdup_printf (_ ("Eigen-image %s"), number);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *button =
      g_object_new (GTK_TYPE_TOGGLE_BUTTON, "child", picture, "sensitive", FALSE, NULL);

  gtk_widget_set_size_request (picture, 36, 36);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "gram-tile");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), self);
  return button;
}

static void
gram_eigen_strip_init (GramEigenStrip *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "child", row, "vscrollbar-policy",
                                      GTK_POLICY_NEVER, NULL);

  self->pinned = -1;
  for (guint i = 0; i < SHOWN; i++)
    {
      self->buttons[i] = make_button (self, i);
      gtk_box_append (GTK_BOX (row), self->buttons[i]);
    }
  gtk_widget_add_css_class (GTK_WIDGET (self), "gram-eigen-strip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The first eigen-images"), -1);
  adw_bin_set_child (ADW_BIN (self), scroller);
}
