/* gram-formulation.c: how a network is trained, as words for options and files
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-formulation.h"

static const char *const formulations[] = { "auto", "weights", "samples", "sparse", "lazy", NULL };
static const char *const precisions[] = { "auto", "fp32", "tf32", "bf16-split", NULL };
static const char *const inits[] = { "iid", "antisymmetric", NULL };

/* −1 for what is no such word */
static int
lookup (const char *const *words, const char *text)
{
  for (int i = 0; text != NULL && words[i] != NULL; i++)
    if (g_str_equal (words[i], text))
      return i;
  return -1;
}

const char *
gram_formulation_to_string (GramFormulation formulation)
{
  return formulations[formulation];
}

gboolean
gram_formulation_from_string (const char *text, GramFormulation *formulation)
{
  int value = lookup (formulations, text);

  if (value >= 0)
    *formulation = (GramFormulation) value;
  return value >= 0;
}

const char *
gram_precision_to_string (GramPrecision precision)
{
  return precisions[precision];
}

gboolean
gram_precision_from_string (const char *text, GramPrecision *precision)
{
  int value = lookup (precisions, text);

  if (value >= 0)
    *precision = (GramPrecision) value;
  return value >= 0;
}

const char *
gram_init_to_string (GramInit init)
{
  return inits[init];
}

gboolean
gram_init_from_string (const char *text, GramInit *init)
{
  int value = lookup (inits, text);

  if (value >= 0)
    *init = (GramInit) value;
  return value >= 0;
}
