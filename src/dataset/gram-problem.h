/* gram-problem.h: two classes of a dataset, or two groups of classes, as the paper's (X, y)
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-dataset.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_SELECT_FIRST,  /* file order */
  GRAM_SELECT_RANDOM, /* a seeded subset */
} GramSelect;

typedef enum
{
  GRAM_PREPROCESS_NONE,
  GRAM_PREPROCESS_CENTER,       /* minus the mean over all pixels of the n training images */
  GRAM_PREPROCESS_PIXEL_CENTER, /* minus the mean image of the n training images */
  GRAM_PREPROCESS_STANDARDIZE,  /* per channel: minus its mean, over its standard deviation */
} GramPreprocess;

typedef struct
{
  /* (nullable) index or name, or several with + between them (number 33); NULL: the first two */
  char *class_a, *class_b;
  gint64 n;      /* 0: min (1000, available) */
  gint64 n_test; /* −1: all of the pair, at most 2000 */
  GramSelect select;
  GramPreprocess preprocess;
  guint64 seed;
  gboolean fewer; /* n and n_test were meant for other data: fewer will do */
} GramProblemSpec;

/* Two samples that are multiples of one another. */
typedef struct
{
  gint64 i, j; /* columns of X; parallel: |x_iᵀx_j| = 1 */
  gboolean same_label;
  gboolean opposite; /* x_i = −x_j: does not change the rank of H∞, but the user is told */
} GramParallelPair;

typedef struct
{
  gint references;
  /* what it is */
  char *dataset_id, *dataset_title, *dataset_source;
  char *class_names[2]; /* of a group: "0+2+4" */
  guint n_classes;      /* of the dataset */
  gint8 *sides;         /* (n_classes): +1 in class A, −1 in class B, 0 in neither */
  gint64 width, height, channels;
  GramSelect select;
  GramPreprocess preprocess;
  guint64 seed;
  /* n training and n_test test samples of d pixels */
  gint64 n, d, n_test;
  double *X;      /* (d × n) unit columns */
  double *X_test; /* (d × n_test) unit columns */
  double *y;      /* (n): +1 for class A, −1 for class B */
  double *y_test; /* (n_test) */
  /* X[j,i] = (gain[j]·pixels[j,i] − shift[j])·scale[i] */
  guint8 *pixels, *pixels_test; /* (d × n), (d × n_test); NULL when the source is no 8-bit image */
  double *gain, *shift;         /* (d) */
  double *scale, *scale_test;   /* (n), (n_test) */
  gint64 *rows, *rows_test;     /* (n), (n_test): row in the dataset's own file order */
  gint64 available[2];          /* training images of each side in the dataset */
  gint64 most, most_test;       /* of the pair: what n and n_test can be at most */
  GArray *parallel;             /* of GramParallelPair among the training samples */
  GPtrArray *notices;           /* of char *: zero images dropped, duplicates, warnings of files */
} GramProblem;

GramProblem *gram_problem_new (GramDataset *dataset, const GramProblemSpec *spec,
                               GCancellable *cancellable, GError **error);
GramProblem *gram_problem_ref (GramProblem *problem);
char *gram_problem_describe (const GramProblem *problem);
gboolean gram_problem_has_images (const GramProblem *problem);
void gram_problem_unref (GramProblem *problem);

const char *gram_select_to_string (GramSelect select);
gboolean gram_select_from_string (const char *text, GramSelect *select);
const char *gram_preprocess_to_string (GramPreprocess preprocess);
gboolean gram_preprocess_from_string (const char *text, GramPreprocess *preprocess);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramProblem, gram_problem_unref)

G_END_DECLS
