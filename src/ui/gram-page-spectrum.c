/* gram-page-spectrum.c: the page “Spectrum” (Figure 1b, 1d)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-label-series.h"
#include "gram-image.h"
#include "gram-figure-page.h"
#include "gram-words.h"

#define GRAM_TYPE_SPECTRUM_PAGE (gram_spectrum_page_get_type ())
G_DECLARE_FINAL_TYPE (GramSpectrumPage, gram_spectrum_page, GRAM, SPECTRUM_PAGE, GramFigurePage)

struct _GramSpectrumPage
{
  GramFigurePage parent_instance;
  GtkWidget *trust;
  GtkWidget *card, *picture, *caption; /* the eigen-image under the crosshair */
  gint64 wanted;                       /* index of it, from 0; −1: none */
  guint delay_id;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (GramSpectrumPage, gram_spectrum_page, GRAM_TYPE_FIGURE_PAGE)

/* λ₀, whose digits and sign mean nothing at rounding level. */
static char *
smallest_words (const GramAnalysis *analysis)
{
  g_autofree char *rounding = NULL;

  if (!gram_analysis_is_singular (analysis))
    return gram_words_number (analysis->lambda_min, 6);
  rounding = gram_words_number (gram_analysis_rounding (analysis), 1);
  return g_strdup_printf ("0 ± %s", rounding);
}

/* The trust line: what was checked of the eigendecomposition. */
static void
gram_spectrum_page_updated (GramFigurePage *page)
{
  GramSpectrumPage *self = GRAM_SPECTRUM_PAGE (page);
  GramDocument *document = gram_page_get_document (GRAM_PAGE (page));
  GramAnalysis *analysis = gram_session_get_analysis (gram_document_get_session (document));
  g_autofree char *high = NULL, *low = NULL, *residual = NULL, *orthogonality = NULL, *text = NULL;

  if (analysis == NULL || !isfinite (analysis->lambda_max))
    {
      gtk_label_set_text (GTK_LABEL (self->trust), "");
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
  else
    text = g_strdup_printf (_ ("λ₁ = %s, λ₀ ≈ %s · not checked yet"), high, low);
  gtk_label_set_text (GTK_LABEL (self->trust), text);
}

/* ---------- the eigen-image under the crosshair ---------- */

/* The eigenvalue, and the share of y that lies along v_i, for the first label set. */
static char *
eigen_words (const GramAnalysis *analysis, gint64 index)
{
  const GramLabelAnalysis *set =
      analysis->labels->len > 0 ? g_ptr_array_index (analysis->labels, 0) : NULL;
  g_autofree char *lambda = gram_words_number (analysis->lambda[index], 4);
  g_autofree char *number = gram_words_count (index + 1);
  g_autofree char *percent =
      gram_words_number (set != NULL ? 100 * gram_label_analysis_share (set, index) : NAN, 3);
  g_autofree char *title = NULL;

  if (set != NULL && set->labels != NULL)
    title = gram_labels_title (set->labels);
  /* Translators: index of an eigenvector, its eigenvalue, per cent, name of a label set */
  return g_strdup_printf (_ ("X·v, i = %s\nλ = %s\n%s %% of y (%s)"), number, lambda, percent,
                          title != NULL ? title : "–");
}

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
show_eigen_image (const EigenQuestion *question, const GramAnalysis *analysis, const double *both)
{
  GramSpectrumPage *self = question->page;
  const GramProblem *problem = question->problem;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *text = eigen_words (analysis, question->index);

  if (problem->width * problem->height * problem->channels == problem->d)
    texture = gram_image_signed_texture (both + problem->n, problem->width, problem->height,
                                         problem->channels);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture),
                             texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  gtk_label_set_text (GTK_LABEL (self->caption), text);
  gtk_widget_set_visible (self->card, TRUE);
}

static void
eigen_ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GramSession *session = GRAM_SESSION (object);
  g_autoptr (EigenQuestion) question = user_data;
  g_autofree double *both = gram_session_get_eigenvector_finish (session, result, NULL);
  GramAnalysis *analysis = gram_session_get_analysis (session);

  /* no answer, or to a question of before: nothing to show */
  if (both != NULL && question->index == question->page->wanted && analysis != NULL
      && analysis->lambda != NULL && analysis->problem == question->problem)
    show_eigen_image (question, analysis, both);
}

static gboolean
ask_eigen_cb (gpointer user_data)
{
  GramSpectrumPage *self = user_data;
  GramSession *session = gram_document_get_session (gram_page_get_document (GRAM_PAGE (self)));
  GramAnalysis *analysis = gram_session_get_analysis (session);
  EigenQuestion *question;

  self->delay_id = 0;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
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

static void
hover_cb (GramSpectrumPage *self, const char *panel, const char *series, double x, double y)
{
  gint64 wanted = series != NULL && isfinite (x) && x >= 1 ? (gint64) (x + 0.5) - 1 : -1;

  if (wanted == self->wanted)
    return;
  self->wanted = wanted;
  if (self->delay_id == 0)
    self->delay_id = g_timeout_add (40, ask_eigen_cb, self);
}

static void
build_card (GramSpectrumPage *self)
{
  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->card, "gram-eigen");
  gtk_widget_set_halign (self->card, GTK_ALIGN_START);
  gtk_widget_set_valign (self->card, GTK_ALIGN_END);
  gtk_widget_set_margin_start (self->card, 64);
  gtk_widget_set_margin_bottom (self->card, 72);
  gtk_widget_set_can_target (self->card, FALSE);
  self->picture = gtk_picture_new ();
  gtk_widget_set_size_request (self->picture, 96, 96);
  gtk_widget_set_overflow (self->picture, GTK_OVERFLOW_HIDDEN);
  self->caption = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_widget_add_css_class (self->caption, "caption");
  gtk_widget_add_css_class (self->caption, "numeric");
  gtk_box_append (GTK_BOX (self->card), self->picture);
  gtk_box_append (GTK_BOX (self->card), self->caption);
  gtk_widget_set_visible (self->card, FALSE);
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
gram_spectrum_page_constructed (GObject *object)
{
  G_OBJECT_CLASS (gram_spectrum_page_parent_class)->constructed (object);
  gram_figure_page_add_below (GRAM_FIGURE_PAGE (object), GRAM_SPECTRUM_PAGE (object)->trust);
  gram_figure_page_add_overlay (GRAM_FIGURE_PAGE (object), GRAM_SPECTRUM_PAGE (object)->card);
  g_signal_connect_object (gram_figure_page_get_view (GRAM_FIGURE_PAGE (object)), "hover",
                           G_CALLBACK (hover_cb), object, G_CONNECT_SWAPPED);
}

static void
gram_spectrum_page_class_init (GramSpectrumPageClass *klass)
{
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = gram_spectrum_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = gram_spectrum_page_dispose;
  page_class->figure = "spectrum";
  page_class->title = N_ ("Where the labels lie in the spectrum");
  page_class->explanation =
      N_ ("Above are the eigenvalues λᵢ of the Gram matrix H∞, below the sizes |vᵢᵀy| of the "
          "labels’ projections on its eigenvectors, largest eigenvalue first. What lies to the "
          "left is learned fast, since the part along vᵢ shrinks by 1 − ηλᵢ a step. True labels "
          "lie mostly to the left; random labels lie everywhere alike.");
  page_class->updated = gram_spectrum_page_updated;
}

static void
gram_spectrum_page_init (GramSpectrumPage *self)
{
  self->wanted = -1;
  build_card (self);
  self->trust = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->trust), PANGO_ELLIPSIZE_END);
  gtk_label_set_selectable (GTK_LABEL (self->trust), FALSE);
  gtk_widget_set_margin_bottom (self->trust, 6);
  gtk_widget_set_margin_start (self->trust, 12);
  gtk_widget_set_margin_end (self->trust, 12);
  gtk_widget_add_css_class (self->trust, "caption");
  gtk_widget_add_css_class (self->trust, "dim-label");
  gtk_widget_add_css_class (self->trust, "numeric");
  gtk_widget_set_tooltip_text (
      self->trust, _ ("The largest and smallest eigenvalue of H∞, and how exactly the computed "
                      "vectors solve HV = VΛ and are orthogonal, in units of rounding errors: "
                      "below 60 is as good as it gets (number 10)."));
}
