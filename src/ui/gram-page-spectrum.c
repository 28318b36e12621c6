/* gram-page-spectrum.c: the page “Spectrum” (Figure 1b, 1d)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-pages.h"
#include "gram-view-model.h"

#define GRAM_TYPE_SPECTRUM_PAGE (gram_spectrum_page_get_type ())
G_DECLARE_FINAL_TYPE (GramSpectrumPage, gram_spectrum_page, GRAM, SPECTRUM_PAGE, GramFigurePage)

struct _GramSpectrumPage
{
  GramFigurePage parent_instance;
  GtkWidget *trust;
};

G_DEFINE_FINAL_TYPE (GramSpectrumPage, gram_spectrum_page, GRAM_TYPE_FIGURE_PAGE)

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
  low = gram_words_number (analysis->lambda_min, 6);
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

static void
gram_spectrum_page_constructed (GObject *object)
{
  G_OBJECT_CLASS (gram_spectrum_page_parent_class)->constructed (object);
  gram_figure_page_add_below (GRAM_FIGURE_PAGE (object), GRAM_SPECTRUM_PAGE (object)->trust);
}

static void
gram_spectrum_page_class_init (GramSpectrumPageClass *klass)
{
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = gram_spectrum_page_constructed;
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
  self->trust = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->trust), PANGO_ELLIPSIZE_END);
  gtk_label_set_selectable (GTK_LABEL (self->trust), FALSE);
  gtk_widget_set_margin_bottom (self->trust, 6);
  gtk_widget_add_css_class (self->trust, "caption");
  gtk_widget_add_css_class (self->trust, "dim-label");
  gtk_widget_add_css_class (self->trust, "numeric");
  gtk_widget_set_tooltip_text (
      self->trust, _ ("The largest and smallest eigenvalue of H∞, and how exactly the computed "
                      "vectors solve HV = VΛ and are orthogonal, in units of rounding errors: "
                      "below 60 is as good as it gets."));
}
