/* gram-eigenpair.h: the largest eigenpair of a symmetric operator
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-krylov.h"

G_BEGIN_DECLS

/* What was done and how well. */
typedef struct
{
  double value;    /* θ */
  double residual; /* ‖Av − θv‖ */
  guint products;  /* applications of A to a block */
} GramEigenpair;

gboolean gram_eigenpair_largest (gint64 n, GramApplyFunc apply, gpointer data, guint64 seed,
                                 double tolerance, guint columns, double *v, GramEigenpair *result,
                                 const GramJob *job, GError **error);

G_END_DECLS
