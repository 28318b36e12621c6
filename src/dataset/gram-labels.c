/* gram-labels.c: the label vectors that a problem is trained on
 *
 * SPDX-License-Identifier: MIT
 *
 * Random labels are unif{±1}, one Philox number a sample. A mixture resamples exactly
 * q = round(ρ·n) labels: the first q of a seeded permutation, to the signs that the random labels
 * of the same draw have. So for one seed the resampled sets are nested as ρ grows, the curves over
 * ρ are smooth, and mixed:1 is random.
 */
#include "gram-labels.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gram-error.h"
#include "gram-number.h"
#include "gram-philox.h"
#include "gram-size.h"

/* Two substreams a draw, so that signs and permutation are independent. */
#define SUBSTREAM_SIGNS(draw) (2 * (draw))
#define SUBSTREAM_ORDER(draw) (2 * (draw) + 1)

/* Resamples @q of the @n labels in @y. */
static void
resample (const GramLabelsSpec *spec, guint64 seed, GramStream stream, gint64 q, gint64 n,
          double *y)
{
  g_autofree gint64 *order = g_new (gint64, n);

  gram_philox_permutation (seed, stream, SUBSTREAM_ORDER (spec->draw), (gsize) n, order);
  for (gint64 k = 0; k < q; k++)
    y[order[k]] = gram_philox_sign (seed, stream, SUBSTREAM_SIGNS (spec->draw), (guint64) order[k]);
}

static void
draw_random (const GramLabelsSpec *spec, guint64 seed, GramStream stream, gint64 n, double *y)
{
  resample (spec, seed, stream, n, n, y);
}

static void
draw_mixed (const GramLabelsSpec *spec, guint64 seed, GramStream stream, gint64 n, double *y)
{
  resample (spec, seed, stream, llround (spec->rho * (double) n), n, y);
}

/* One row a kind, in the order of GramLabelsKind: everything that lists kinds is made from them.
 * The last member draws labels over the true ones in @y; NULL leaves those. */
static const struct
{
  GramLabelsKindInfo info;
  void (*draw) (const GramLabelsSpec *spec, guint64 seed, GramStream stream, gint64 n, double *y);
} kinds[GRAM_N_LABELS_KINDS] = {
  { { .name = "true",
      .role = "true",
      .title = N_ ("true labels"),
      .check = N_ ("True labels"),
      .tip = N_ ("+1 for class A, −1 for class B, as the dataset has them.") },
    NULL },
  { { .name = "random",
      .role = "random",
      .title = N_ ("random labels"),
      .check = N_ ("Random labels"),
      .tip = N_ ("A coin flip for each image.") },
    draw_random },
  { { .name = "worst",
      .from_spectrum = TRUE,
      .role = "worst",
      .title = N_ ("worst-case labels"),
      .check = N_ ("Worst case"),
      .tip = N_ ("The eigenvector of the smallest eigenvalue λ₀ of H∞, scaled to √n: no labels are "
                 "learned more slowly.") },
    NULL },
  { { .name = "mixed",
      .has_rho = TRUE,
      .role = "mixed",
      .title = N_ ("%s %% random labels"),
      .check = N_ ("Slider’s mixture"),
      .tip =
          N_ ("The slider’s fraction of random labels, the others true. Follows the slider until "
              "a run has begun.") },
    draw_mixed },
};

/**
 * gram_labels_kind_info:
 *
 * Returns: (transfer none): what is known of @kind
 */
const GramLabelsKindInfo *
gram_labels_kind_info (GramLabelsKind kind)
{
  g_return_val_if_fail (kind < GRAM_N_LABELS_KINDS, NULL);
  return &kinds[kind].info;
}

/* "true, random, worst or mixed:RHO" */
static char *
list_kinds (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < GRAM_N_LABELS_KINDS; i++)
    g_string_append_printf (list, "%s%s%s",
                            i == 0                         ? ""
                            : i == GRAM_N_LABELS_KINDS - 1 ? " or "
                                                           : ", ",
                            kinds[i].info.name, kinds[i].info.has_rho ? ":RHO" : "");
  return g_string_free (list, FALSE);
}

static GramLabels *
labels_allocate (const GramLabelsSpec *spec, gint64 n, gint64 n_test, GError **error)
{
  g_autoptr (GramLabels) labels = g_new0 (GramLabels, 1);

  labels->references = 1;
  labels->spec = *spec;
  labels->name = gram_labels_spec_to_string (spec);
  labels->n = n;
  labels->n_test = n_test;
  labels->y = gram_try_alloc (sizeof (double), n, 1, "labels", error);
  if (labels->y == NULL)
    return NULL;
  if (!kinds[spec->kind].info.from_spectrum)
    {
      labels->y_test = gram_try_alloc (sizeof (double), n_test, 1, "labels", error);
      if (labels->y_test == NULL)
        return NULL;
    }
  return g_steal_pointer (&labels);
}

/**
 * gram_labels_new:
 * @spec: of a kind that is not from the spectrum
 *
 * Returns: (transfer full) (nullable): labels of the training and the test samples; %NULL with
 *   GRAM_ERROR_USAGE for what only the spectrum knows: gram_labels_new_from_vector()
 */
GramLabels *
gram_labels_new (const GramProblem *problem, const GramLabelsSpec *spec, guint64 seed,
                 GError **error)
{
  gboolean from_spectrum = kinds[spec->kind].info.from_spectrum;
  GramLabels *labels;

  if (from_spectrum || !(spec->rho >= 0 && spec->rho <= 1))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   from_spectrum
                       ? "worst-case labels are the last eigenvector of H∞: they need the spectrum"
                       : "the random-label fraction %g is outside 0 … 1",
                   spec->rho);
      return NULL;
    }
  labels = labels_allocate (spec, problem->n, problem->n_test, error);
  if (labels == NULL)
    return NULL;
  memcpy (labels->y, problem->y, (gsize) problem->n * sizeof (double));
  memcpy (labels->y_test, problem->y_test, (gsize) problem->n_test * sizeof (double));
  if (kinds[spec->kind].draw != NULL)
    {
      kinds[spec->kind].draw (spec, seed, GRAM_STREAM_LABELS_TRAIN, labels->n, labels->y);
      kinds[spec->kind].draw (spec, seed, GRAM_STREAM_LABELS_TEST, labels->n_test, labels->y_test);
    }
  return labels;
}

/**
 * gram_labels_new_from_vector:
 * @y: (array length=n): copied
 *
 * Labels that were computed, such as vₙ·√n. They have none for the test samples.
 *
 * Returns: (transfer full) (nullable): %NULL only when there is no memory
 */
GramLabels *
gram_labels_new_from_vector (const GramLabelsSpec *spec, gint64 n, const double *y)
{
  GramLabels *labels = labels_allocate (spec, n, 0, NULL);

  if (labels == NULL)
    return NULL;
  memcpy (labels->y, y, (gsize) n * sizeof (double));
  g_clear_pointer (&labels->y_test, gram_free);
  return labels;
}

GramLabels *
gram_labels_ref (GramLabels *labels)
{
  g_atomic_int_inc (&labels->references);
  return labels;
}

void
gram_labels_unref (GramLabels *labels)
{
  if (!g_atomic_int_dec_and_test (&labels->references))
    return;
  gram_free (labels->y);
  gram_free (labels->y_test);
  g_free (labels->name);
  g_free (labels);
}

/**
 * gram_labels_spec_equal:
 *
 * Returns: whether both stand for the same labels of a problem and seed
 */
gboolean
gram_labels_spec_equal (const GramLabelsSpec *a, const GramLabelsSpec *b)
{
  return a->kind == b->kind && a->draw == b->draw
         && (!kinds[a->kind].info.has_rho || a->rho == b->rho);
}

/* ---------- text --------------------------------------------------------------------------- */

/**
 * gram_labels_spec_to_string:
 *
 * Returns: (transfer full): "true", "random", "worst", "mixed:0.3"; draws but the first end in
 *   "#draw". gram_labels_spec_parse() reads it back exactly.
 */
char *
gram_labels_spec_to_string (const GramLabelsSpec *spec)
{
  GString *text = g_string_new (kinds[spec->kind].info.name);

  if (kinds[spec->kind].info.has_rho)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (text, ":%s", gram_number_to_text (spec->rho, number));
    }
  if (spec->draw > 0)
    g_string_append_printf (text, "#%u", spec->draw);
  return g_string_free (text, FALSE);
}

static gboolean
parse_rho (const char *text, double *rho)
{
  char *end;

  if ((!g_ascii_isdigit (*text) && *text != '.') || strpbrk (text, "xX") != NULL)
    return FALSE;
  *rho = g_ascii_strtod (text, &end);
  return *end == '\0' && *rho >= 0 && *rho <= 1;
}

/* The kind of "true" or "mixed:RHO" and its RHO; %FALSE when there is none. */
static gboolean
parse_kind (const char *name, GramLabelsSpec *spec)
{
  for (guint i = 0; i < GRAM_N_LABELS_KINDS; i++)
    {
      gsize length = strlen (kinds[i].info.name);

      if (g_ascii_strncasecmp (name, kinds[i].info.name, length) != 0)
        continue;
      spec->kind = (GramLabelsKind) i;
      if (kinds[i].info.has_rho)
        return name[length] == ':' && parse_rho (name + length + 1, &spec->rho);
      if (name[length] == '\0')
        return TRUE;
    }
  return FALSE;
}

/**
 * gram_labels_spec_parse:
 * @text: "true", "random", "worst" or "mixed:RHO" with 0 ≤ RHO ≤ 1, and "#draw" perhaps
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE
 */
gboolean
gram_labels_spec_parse (const char *text, GramLabelsSpec *spec, GError **error)
{
  g_autofree char *name = g_strstrip (g_strdup (text));
  char *hash = strchr (name, '#');
  guint64 draw = 0;
  GramLabelsSpec found = { 0 };
  gboolean known = TRUE;

  if (hash != NULL)
    {
      *hash = '\0';
      known = g_ascii_string_to_unsigned (hash + 1, 10, 0, G_MAXINT32, &draw, NULL);
    }
  found.draw = (guint32) draw;
  if (!parse_kind (name, &found) || !known)
    {
      g_autofree char *list = list_kinds ();

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "“%s” are no labels; choose %s with RHO from 0 to 1", text, list);
      return FALSE;
    }
  *spec = found;
  return TRUE;
}

/**
 * gram_labels_list_parse:
 * @text: "true,random,mixed:0.3"
 *
 * Returns: (transfer full) (nullable): of #GramLabelsSpec, at least one and none twice; %NULL with
 *   GRAM_ERROR_USAGE
 */
GArray *
gram_labels_list_parse (const char *text, GError **error)
{
  g_auto (GStrv) pieces = g_strsplit (text, ",", -1);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (GramLabelsSpec));

  if (pieces[0] == NULL)
    {
      g_autofree char *names = list_kinds ();

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "no labels are named; choose %s", names);
      return NULL;
    }
  for (char **piece = pieces; *piece != NULL; piece++)
    {
      GramLabelsSpec spec;

      if (!gram_labels_spec_parse (*piece, &spec, error))
        return NULL;
      for (guint i = 0; i < list->len; i++)
        {
          if (!gram_labels_spec_equal (&g_array_index (list, GramLabelsSpec, i), &spec))
            continue;
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE, "the labels “%s” are named twice",
                       *piece);
          return NULL;
        }
      g_array_append_val (list, spec);
    }
  return g_steal_pointer (&list);
}
