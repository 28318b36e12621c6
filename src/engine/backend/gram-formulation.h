/* gram-formulation.h: how a network is trained: formulation, precision and initialisation
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAM_FORMULATION_AUTO,
  GRAM_FORMULATION_WEIGHTS, /* W ← W − ηZ(u−y): two n×d×m products a step */
  GRAM_FORMULATION_SAMPLES, /* S = XᵀW, S ← S − (η/√m)·K·(M∘r)·diag(a): one n×n×m product */
  GRAM_FORMULATION_SPARSE, /* WEIGHTS with images stored as compressed rows */
  GRAM_FORMULATION_LAZY,   /* SAMPLES where S waits while it is known which patterns can flip */
} GramFormulation;

typedef enum
{
  GRAM_PRECISION_AUTO, /* the fastest that keeps residuals within 1e-5 of float64 over 100 steps */
  GRAM_PRECISION_FP32,
  GRAM_PRECISION_TF32,
  GRAM_PRECISION_BF16_SPLIT, /* bf16 products of exactly represented pixels, fp32 accuracy */
} GramPrecision;

typedef enum
{
  GRAM_INIT_IID,           /* Eq 1 */
  GRAM_INIT_ANTISYMMETRIC, /* neurons r and r + m/2 share w(0) and have a = +1, −1: u(0) = 0 */
} GramInit;

const char *gram_formulation_to_string (GramFormulation formulation);
gboolean gram_formulation_from_string (const char *text, GramFormulation *formulation);
const char *gram_precision_to_string (GramPrecision precision);
gboolean gram_precision_from_string (const char *text, GramPrecision *precision);
const char *gram_init_to_string (GramInit init);
gboolean gram_init_from_string (const char *text, GramInit *init);

G_END_DECLS
