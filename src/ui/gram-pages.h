/* gram-pages.h: the window's six pages
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figure-page.h"

G_BEGIN_DECLS

GType gram_convergence_page_get_type (void);
GType gram_spectrum_page_get_type (void);
GType gram_generalization_page_get_type (void);
GType gram_dynamics_page_get_type (void);
GType gram_learnability_page_get_type (void);
GType gram_samples_page_get_type (void);

G_END_DECLS
