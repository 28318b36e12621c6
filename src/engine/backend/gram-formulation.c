/* gram-formulation.c: how a network is trained, as words for options and files
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-formulation.h"

static const char *const formulations[] = { "auto", "weights", "samples", "sparse", "lazy", NULL };
static const char *const precisions[] = { "auto", "fp32", "tf32", "bf16-split", NULL };
static const char *const inits[] = { "iid", "antisymmetric", NULL };

static gboolean
lookup (const char *const *words, const char *text, guint *value)
{
  for (guint i = 0; text != NULL && words[i] != NULL; i++)
    if (g_str_equal (words[i], text))
      {
        *value = i;
        return TRUE;
      }
  return FALSE;
}

const char *
gram_formulation_to_string (GramFormulation formulation)
{
  return formulations[formulation];
}

gboolean
gram_formulation_from_string (const char *text, GramFormulation *formulation)
{
  return lookup (formulations, text, formulation);
}

const char *
gram_precision_to_string (GramPrecision precision)
{
  return precisions[precision];
}

gboolean
gram_precision_from_string (const char *text, GramPrecision *precision)
{
  return lookup (precisions, text, precision);
}

const char *
gram_init_to_string (GramInit init)
{
  return inits[init];
}

gboolean
gram_init_from_string (const char *text, GramInit *init)
{
  return lookup (inits, text, init);
}
