/* gram-mislabel.h: Equation 10 of one label, which labels look wrong
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 n;
  double *change; /* (n) of yᵀH∞⁻¹y when y_i is flipped */
  double *margin; /* (n) y_i·f₋ᵢ(x_i): the prediction of x_i from all the others */
  gint64 *order;  /* (n) samples, most suspicious first */
} GramMislabel;

GramMislabel *gram_mislabel_new (GramSystem *system, const double *inverse_diagonal,
                                 const double *y, const GramJob *job, GError **error);
void gram_mislabel_free (GramMislabel *mislabel);

gint64 *gram_mislabel_plant (gint64 n, gint64 count, guint64 seed, double *y);
void gram_mislabel_recall (const GramMislabel *mislabel, const gint64 *planted, gint64 count,
                           double *recall);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramMislabel, gram_mislabel_free)

G_END_DECLS
