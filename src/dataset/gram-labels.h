/* gram-labels.h: the label vectors that a problem is trained on
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_LABELS_TRUE,
  GRAM_LABELS_RANDOM, /* unif{±1} */
  GRAM_LABELS_WORST,  /* vₙ scaled to √n; needs the spectrum, so the engine fills it in */
  GRAM_LABELS_MIXED,  /* a fraction ρ of the labels replaced by unif{±1}, train and test */
} GramLabelsKind;

typedef struct
{
  GramLabelsKind kind;
  double rho;   /* MIXED: fraction in [0, 1] */
  guint32 draw; /* which independent draw of the seed */
} GramLabelsSpec;

typedef struct
{
  gint references;
  GramLabelsSpec spec;
  char *name; /* "true", "random", "worst", "mixed:0.3" */
  gint64 n, n_test;
  double *y;      /* (n) */
  double *y_test; /* (n_test); WORST has none: NULL */
} GramLabels;

GramLabels *gram_labels_new (const GramProblem *problem, const GramLabelsSpec *spec, guint64 seed,
                             GError **error);
GramLabels *gram_labels_new_from_vector (const GramLabelsSpec *spec, gint64 n, const double *y);
GramLabels *gram_labels_ref (GramLabels *labels);
void gram_labels_unref (GramLabels *labels);

char *gram_labels_spec_to_string (const GramLabelsSpec *spec);
gboolean gram_labels_spec_parse (const char *text, GramLabelsSpec *spec, GError **error);
GArray *gram_labels_list_parse (const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramLabels, gram_labels_unref)

G_END_DECLS
