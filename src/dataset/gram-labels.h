/* gram-labels.h: the label vectors that a problem is trained on
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

/* The kinds of labels, each a row of the table in gram-labels.c. */
typedef enum
{
  GRAM_LABELS_TRUE,
  GRAM_LABELS_RANDOM, /* unif{±1} */
  GRAM_LABELS_WORST,  /* vₙ scaled to √n; needs the spectrum, so the engine fills it in */
  GRAM_LABELS_MIXED,  /* a fraction ρ of the labels replaced by unif{±1}, train and test */
  GRAM_N_LABELS_KINDS,
} GramLabelsKind;

typedef struct
{
  const char *name;       /* as people type it, "mixed": before ":RHO" */
  gboolean has_rho;       /* the name is followed by a fraction */
  gboolean from_spectrum; /* the last eigenvector, so that the engine makes it; no test labels */
  const char *role;       /* its colour and marker: of gram_role_from_string(), or "extra" */
  const char *title;      /* untranslated, "true labels"; with %s for ρ in percent if it has one */
  const char *check;      /* untranslated: its check button in the window */
  const char *tip;        /* untranslated: what the check button explains */
} GramLabelsKindInfo;

typedef struct
{
  GramLabelsKind kind;
  double rho;   /* of kinds that have one: fraction in [0, 1]; else 0 */
  guint32 draw; /* which independent draw of the seed */
} GramLabelsSpec;

typedef struct
{
  gint references;
  GramLabelsSpec spec;
  char *name; /* "true", "random", "worst", "mixed:0.3" */
  gint64 n, n_test;
  double *y;      /* (n) */
  double *y_test; /* (n_test); those from the spectrum have none: NULL */
} GramLabels;

GramLabels *gram_labels_new (const GramProblem *problem, const GramLabelsSpec *spec, guint64 seed,
                             GError **error);
GramLabels *gram_labels_new_from_vector (const GramLabelsSpec *spec, gint64 n, const double *y);
GramLabels *gram_labels_ref (GramLabels *labels);
void gram_labels_unref (GramLabels *labels);

const GramLabelsKindInfo *gram_labels_kind_info (GramLabelsKind kind);
gboolean gram_labels_spec_equal (const GramLabelsSpec *a, const GramLabelsSpec *b);
char *gram_labels_spec_to_string (const GramLabelsSpec *spec);
gboolean gram_labels_spec_parse (const char *text, GramLabelsSpec *spec, GError **error);
GArray *gram_labels_list_parse (const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramLabels, gram_labels_unref)

G_END_DECLS
