/* gram-target.h: Theorem 6.1, functions whose measure is bounded
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAM_TARGET_SUM,       /* Σ αⱼ(βⱼᵀx)^{pⱼ}: Theorem 6.1, Corollary 6.2, Example 6.1 */
  GRAM_TARGET_QUADRATIC, /* xᵀAx: Example 6.2 */
  GRAM_TARGET_COSINE,    /* cos(βᵀx) − 1: Example 6.3 */
  GRAM_TARGET_ARCTAN,    /* z·arctan(z/2), z = βᵀx: Example 6.4 */
} GramTargetKind;

typedef struct
{
  GramTargetKind kind;
  char *name;            /* "βᵀx", "(βᵀx)²", "cos(βᵀx) − 1" */
  const char *statement; /* "Theorem 6.1"; untranslated, marked with N_() */
  gint64 d;
  guint terms;        /* columns of beta */
  double *beta;       /* (d × terms) */
  double *alpha;      /* (terms); SUM only */
  guint *power;       /* (terms); SUM only */
  double *A;          /* (d × d); QUADRATIC only */
  double nuclear;     /* ‖A‖_* */
  gboolean learnable; /* FALSE: an odd power of 3 or more, number 28 */
} GramTarget;

GramTarget *gram_target_power (gint64 d, double alpha, const double *beta, guint p, GError **error);
GramTarget *gram_target_sum (gint64 d, guint terms, const double *alpha, const double *beta,
                             const guint *power, GError **error);
GramTarget *gram_target_quadratic (gint64 d, const double *A, GError **error);
GramTarget *gram_target_cosine (gint64 d, const double *beta, GError **error);
GramTarget *gram_target_arctan (gint64 d, const double *beta, GError **error);
void gram_target_free (GramTarget *target);

gboolean gram_target_evaluate (const GramTarget *target, gint64 n, const double *X, gint64 ldx,
                               double *y, GError **error);
double gram_target_bound (const GramTarget *target);
double gram_target_bound_tight (const GramTarget *target);

void gram_target_direction (gint64 d, double norm, guint64 seed, guint32 which, double *beta);
GPtrArray *gram_target_examples (gint64 d, guint64 seed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTarget, gram_target_free)

G_END_DECLS
