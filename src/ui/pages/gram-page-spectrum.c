/* gram-page-spectrum.c: the page “Spectrum” (Figure 1b, 1d)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-eigen-strip.h"
#include "gram-figure-page.h"
#include "gram-words.h"

#define GRAM_TYPE_SPECTRUM_PAGE (gram_spectrum_page_get_type ())
G_DECLARE_FINAL_TYPE (GramSpectrumPage, gram_spectrum_page, GRAM, SPECTRUM_PAGE, GramFigurePage)

struct _GramSpectrumPage
{
  GramFigurePage parent_instance;
  GtkLabel *trust;
  GtkToggleButton *cumulative;
  GramEigenStrip *strip;
  GtkWidget *card; /* the eigen-image that is pinned, or the one under the crosshair */
  GtkPicture *picture;
  GtkLabel *caption;
  gint64 wanted; /* index of it, from 0; −1: none */
  guint delay_id;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (GramSpectrumPage, gram_spectrum_page, GRAM_TYPE_FIGURE_PAGE)

/* λ₀, whose digits and sign mean nothing at rounding level. */
static char *
smallest_words (const GramAnalysis *analysis)
{
  g_autofree char *number = NULL, *rounding = NULL;
  gboolean singular = gram_analysis_is_singular (analysis);

  if (!singular && (isnan (analysis->lambda_min) || isfinite (gram_analysis_smallest (analysis))))
    return gram_words_number (analysis->lambda_min, 6);
  number = gram_words_number (singular ? 0 : analysis->lambda_min, 1);
  rounding =
      gram_words_number (singular ? gram_analysis_rounding (analysis) : analysis->lambda_min_error,
                         1);
  return g_strdup_printf ("%s ± %s", number, rounding);
}

/* The trust line: what was checked of the eigendecomposition. */
static void
show_trust (GramSpectrumPage *self)
{
  GramAnalysis *analysis = gram_session_get_analysis (gram_pane_get_session (self));
  g_autofree char *high = NULL, *low = NULL, *residual = NULL, *orthogonality = NULL, *text = NULL;

  if (analysis == NULL || !isfinite (analysis->lambda_max))
    {
      gtk_label_set_text (self->trust, "");
      return;
    }
  high = gram_words_number (analysis->lambda_max, 6);
  low = smallest_words (analysis);
  residual = gram_words_number (analysis->eigen_residual, 2);
  orthogonality = gram_words_number (analysis->orthogonality, 2);
  if (isfinite (analysis->eigen_residual))
    text = g_strdup_printf (_ ("λ₁ = %s, λ₀ = %s · checked: ‖HV−VΛ‖/(n‖H‖ε) = %s, "
                               "‖VᵀV−I‖/(nε) = %s"),
                            high, low, residual, orthogonality);
  else if (analysis->no_spectrum != NULL)
    text = g_strdup_printf (_ ("λ₁ = %s, λ₀ ≈ %s · no room in memory for the rest"), high, low);
  else
    text = g_strdup_printf (_ ("λ₁ = %s, λ₀ ≈ %s · not checked yet"), high, low);
  gtk_label_set_text (self->trust, text);
}

/* ---------- one eigen-image, large or under the crosshair ---------- */

#define SMALL_IMAGE 96
#define LARGE_IMAGE 224

/* A large one covers no more than a part of the plot. */
static void
show_card (GramSpectrumPage *self, const GramAnalysis *analysis, gint64 index, GdkTexture *texture,
           gboolean large)
{
  GtkWidget *view = GTK_WIDGET (gram_figure_page_get_view (GRAM_FIGURE_PAGE (self)));
  int size =
      large ? CLAMP (gtk_widget_get_height (view) * 2 / 5, SMALL_IMAGE, LARGE_IMAGE) : SMALL_IMAGE;
  g_autofree char *text = gram_eigen_strip_describe (analysis, index);

  gtk_widget_set_size_request (GTK_WIDGET (self->picture), size, size);
  gtk_picture_set_paintable (self->picture, texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  gtk_label_set_text (self->caption, text);
  gtk_widget_set_visible (self->card, TRUE);
}

static void
place_card (GramSpectrumPage *self, GtkAlign halign, GtkAlign valign)
{
  gtk_widget_set_halign (self->card, halign);
  gtk_widget_set_valign (self->card, valign);
}

static void
show_pinned (GramSpectrumPage *self)
{
  GramAnalysis *analysis = gram_session_get_analysis (gram_pane_get_session (self));
  GdkTexture *texture = gram_eigen_strip_get_texture (self->strip);

  if (texture != NULL && analysis != NULL && analysis->lambda != NULL)
    show_card (self, analysis, gram_eigen_strip_get_pinned (self->strip), texture, TRUE);
  else
    gtk_widget_set_visible (self->card, FALSE);
}

/* In the corner where the least of a spectrum is, until the pointer goes there. */
static void
pin_changed_cb (GramSpectrumPage *self)
{
  self->wanted = -1;
  place_card (self, GTK_ALIGN_START, GTK_ALIGN_END);
  show_pinned (self);
}

static void
gram_spectrum_page_updated (GramFigurePage *page)
{
  GramSpectrumPage *self = GRAM_SPECTRUM_PAGE (page);

  show_trust (self);
  gram_eigen_strip_update (self->strip, gram_pane_get_session (page));
  if (gram_eigen_strip_get_pinned (self->strip) >= 0)
    show_pinned (self);
}

/* ---------- under the crosshair ---------- */

/* What was asked. When the answer comes, the pointer and the problem may be others. */
typedef struct
{
  GramSpectrumPage *page;
  GramProblem *problem;
  gint64 index;
} EigenQuestion;

static void
eigen_question_free (EigenQuestion *question)
{
  g_object_unref (question->page);
  gram_problem_unref (question->problem);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EigenQuestion, eigen_question_free)

static void
eigen_ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GramSession *session = GRAM_SESSION (object);
  g_autoptr (EigenQuestion) question = user_data;
  g_autofree double *both = gram_session_ask_finish (session, result, NULL);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  g_autoptr (GdkTexture) texture = NULL;

  /* no answer, or to a question of before: nothing to show */
  if (both == NULL || question->index != question->page->wanted || analysis == NULL
      || analysis->lambda == NULL || analysis->problem != question->problem)
    return;
  texture = gram_eigen_strip_make_texture (question->problem, both);
  show_card (question->page, analysis, question->index, texture, FALSE);
}

static gboolean
ask_eigen_cb (gpointer user_data)
{
  GramSpectrumPage *self = user_data;
  GramSession *session = gram_pane_get_session (self);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  EigenQuestion *question;

  self->delay_id = 0;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (gram_eigen_strip_get_pinned (self->strip) >= 0)
    return G_SOURCE_REMOVE;
  if (analysis == NULL || analysis->lambda == NULL || self->wanted < 0
      || self->wanted >= analysis->n)
    {
      gtk_widget_set_visible (self->card, FALSE);
      return G_SOURCE_REMOVE;
    }
  self->cancellable = g_cancellable_new ();
  question = g_new (EigenQuestion, 1);
  question->page = g_object_ref (self);
  question->problem = gram_problem_ref (analysis->problem);
  question->index = self->wanted;
  gram_session_get_eigenvector (session, self->wanted, self->cancellable, eigen_ready_cb, question);
  return G_SOURCE_REMOVE;
}

static double
share_of_axis (const GramAxis *axis, double value)
{
  double u = gram_scale_forward (axis->scale, axis->zero, value);

  return (u - axis->range.min) / (axis->range.max - axis->range.min);
}

/* Across from the pointer, so that it covers neither the points under the crosshair nor the card
 * with their values. One that is pinned is large, and has two corners. */
static void
leave_room (GramSpectrumPage *self, double x, double y)
{
  GramFigure *figure = gram_figure_page_get_figure (GRAM_FIGURE_PAGE (self));
  const GramPlot *plot = g_ptr_array_index (figure->plots, 0);
  gboolean left = share_of_axis (&plot->x, x) < 0.5, low = share_of_axis (&plot->y, y) < 0.5;

  if (gram_eigen_strip_get_pinned (self->strip) >= 0)
    low = left;
  place_card (self, left ? GTK_ALIGN_END : GTK_ALIGN_START, low ? GTK_ALIGN_START : GTK_ALIGN_END);
}

static void
hover_cb (GramSpectrumPage *self, const char *panel, const char *series, double x, double y)
{
  gint64 wanted = series != NULL && isfinite (x) && x >= 1 ? (gint64) (x + 0.5) - 1 : -1;

  if (wanted >= 0)
    leave_room (self, x, y);
  if (wanted == self->wanted || gram_eigen_strip_get_pinned (self->strip) >= 0)
    return;
  self->wanted = wanted;
  if (self->delay_id == 0)
    self->delay_id = g_timeout_add (40, ask_eigen_cb, self);
}

/* ---------- the page ---------- */

static void
cumulative_toggled_cb (GramSpectrumPage *self)
{
  gboolean on = gtk_toggle_button_get_active (self->cumulative);

  if (gram_pane_get_document (self) == NULL)
    return;
  gram_document_get_view (gram_pane_get_document (self))->cumulative = on;
  gram_figure_page_show_figure (GRAM_FIGURE_PAGE (self), on ? "cumulative" : "spectrum");
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
show_kept (GramSpectrumPage *self)
{
  gtk_toggle_button_set_active (self->cumulative,
                                gram_document_get_view (gram_pane_get_document (self))->cumulative);
}

static void
gram_spectrum_page_bind (GramPane *pane)
{
  GRAM_PANE_CLASS (gram_spectrum_page_parent_class)->bind (pane);
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (show_kept), "view-restored",
                       NULL);
  show_kept (GRAM_SPECTRUM_PAGE (pane));
}

static void
gram_spectrum_page_dispose (GObject *object)
{
  GramSpectrumPage *self = GRAM_SPECTRUM_PAGE (object);

  g_clear_handle_id (&self->delay_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (gram_spectrum_page_parent_class)->dispose (object);
}

static void
gram_spectrum_page_class_init (GramSpectrumPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_spectrum_page_dispose;
  GRAM_PANE_CLASS (klass)->bind = gram_spectrum_page_bind;
  page_class->figure = "spectrum";
  page_class->title = N_ ("Where the labels lie in the spectrum");
  page_class->explanation =
      N_ ("Above are the eigenvalues λᵢ of the Gram matrix H∞, below the sizes |vᵢᵀy| of the "
          "labels’ projections on its eigenvectors, largest eigenvalue first. What lies to the "
          "left is learned fast, since the part along vᵢ shrinks by 1 − ηλᵢ a step. True labels "
          "lie mostly to the left; random labels lie everywhere alike.");
  page_class->updated = gram_spectrum_page_updated;
  g_type_ensure (GRAM_TYPE_EIGEN_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-page-spectrum"));
  gtk_widget_class_bind_template_child (widget_class, GramSpectrumPage, trust);
  gtk_widget_class_bind_template_child (widget_class, GramSpectrumPage, cumulative);
  gtk_widget_class_bind_template_child (widget_class, GramSpectrumPage, strip);
  gtk_widget_class_bind_template_child (widget_class, GramSpectrumPage, card);
  gtk_widget_class_bind_template_child (widget_class, GramSpectrumPage, picture);
  gtk_widget_class_bind_template_child (widget_class, GramSpectrumPage, caption);
}

static void
gram_spectrum_page_init (GramSpectrumPage *self)
{
  self->wanted = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->cumulative, "toggled", G_CALLBACK (cumulative_toggled_cb), self);
  g_signal_connect_swapped (self->strip, "pin-changed", G_CALLBACK (pin_changed_cb), self);
  g_signal_connect_object (gram_figure_page_get_view (GRAM_FIGURE_PAGE (self)), "hover",
                           G_CALLBACK (hover_cb), self, G_CONNECT_SWAPPED);
}
