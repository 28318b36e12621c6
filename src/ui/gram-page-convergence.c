/* gram-page-convergence.c: the page “Convergence” (Figure 1a, 1c)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-figure-page.h"

#define GRAM_TYPE_CONVERGENCE_PAGE (gram_convergence_page_get_type ())
G_DECLARE_FINAL_TYPE (GramConvergencePage, gram_convergence_page, GRAM, CONVERGENCE_PAGE,
                      GramFigurePage)

struct _GramConvergencePage
{
  GramFigurePage parent_instance;
};

G_DEFINE_FINAL_TYPE (GramConvergencePage, gram_convergence_page, GRAM_TYPE_FIGURE_PAGE)

static void
gram_convergence_page_class_init (GramConvergencePageClass *klass)
{
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  page_class->figure = "convergence";
  page_class->title = N_ ("How fast the labels are learned");
  page_class->explanation =
      N_ ("Each curve is the distance ‖y − u(k)‖ between the labels and the network’s outputs "
          "after k steps of gradient descent, for one set of labels. The dashed line beside it is "
          "what the theory predicts from the spectrum of H∞ alone: ‖(I − ηH∞)ᵏy‖ (Eq 8). True "
          "labels fall fast, random ones slowly, and the worst case hardly at all.");
}

static void
gram_convergence_page_init (GramConvergencePage *self)
{
}
