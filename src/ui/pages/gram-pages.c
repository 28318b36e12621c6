/* gram-pages.c: which pages the window has, in their order
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-pages.h"

#include <glib/gi18n.h>

/* Each in a file of its own: gram-page-convergence.c and so on. */
GType gram_convergence_page_get_type (void);
GType gram_spectrum_page_get_type (void);
GType gram_generalization_page_get_type (void);
GType gram_dynamics_page_get_type (void);
GType gram_compare_page_get_type (void);
GType gram_learnability_page_get_type (void);
GType gram_samples_page_get_type (void);

static const GramPageInfo pages[] = {
  { "convergence", N_ ("Convergence"), "gram-convergence-symbolic",
    gram_convergence_page_get_type },
  { "spectrum", N_ ("Spectrum"), "gram-spectrum-symbolic", gram_spectrum_page_get_type },
  { "generalization", N_ ("Generalization"), "gram-generalization-symbolic",
    gram_generalization_page_get_type },
  { "dynamics", N_ ("Dynamics"), "gram-dynamics-symbolic", gram_dynamics_page_get_type },
  { "compare", N_ ("Compare"), "gram-compare-symbolic", gram_compare_page_get_type },
  { "learnability", N_ ("Learnability"), "gram-learnability-symbolic",
    gram_learnability_page_get_type },
  { "samples", N_ ("Samples"), "gram-samples-symbolic", gram_samples_page_get_type },
};

/**
 * gram_page_list:
 *
 * Returns: (transfer none) (array length=count): the pages, in their order
 */
const GramPageInfo *
gram_page_list (guint *count)
{
  *count = G_N_ELEMENTS (pages);
  return pages;
}
