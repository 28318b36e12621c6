/* gram-element.c: the number types that data files hold
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-element.h"

#include <math.h>
#include <string.h>

gsize
gram_element_size (GramElement element)
{
  switch (element)
    {
    case GRAM_ELEMENT_U8:
    case GRAM_ELEMENT_I8:
    case GRAM_ELEMENT_BOOL:
      return 1;
    case GRAM_ELEMENT_U16:
    case GRAM_ELEMENT_I16:
    case GRAM_ELEMENT_F16:
      return 2;
    case GRAM_ELEMENT_U32:
    case GRAM_ELEMENT_I32:
    case GRAM_ELEMENT_F32:
      return 4;
    case GRAM_ELEMENT_U64:
    case GRAM_ELEMENT_I64:
    case GRAM_ELEMENT_F64:
    default:
      return 8;
    }
}

/* IEEE 754 binary16 has 5 bits of exponent and 10 of fraction. */
static double
half_to_double (guint16 bits)
{
  int exponent = (bits >> 10) & 31;
  double fraction = bits & 1023;
  double value;

  if (exponent == 31)
    value = fraction == 0 ? INFINITY : NAN;
  else if (exponent == 0)
    value = ldexp (fraction, -24);
  else
    value = ldexp (fraction + 1024, exponent - 25);
  return (bits & 0x8000) ? -value : value;
}

static guint64
load_word (const guint8 *raw, gsize size, gboolean big_endian)
{
  guint64 word = 0;

  for (gsize i = 0; i < size; i++)
    word |= (guint64) raw[i] << (8 * (big_endian ? size - 1 - i : i));
  return word;
}

static double
word_to_double (GramElement element, guint64 word)
{
  float single;
  double value;
  guint32 low = (guint32) word;

  switch (element)
    {
    case GRAM_ELEMENT_I8:
      return (gint8) word;
    case GRAM_ELEMENT_BOOL:
      return word != 0;
    case GRAM_ELEMENT_I16:
      return (gint16) word;
    case GRAM_ELEMENT_I32:
      return (gint32) word;
    case GRAM_ELEMENT_I64:
      return (double) (gint64) word;
    case GRAM_ELEMENT_F16:
      return half_to_double ((guint16) word);
    case GRAM_ELEMENT_F32:
      memcpy (&single, &low, sizeof single);
      return single;
    case GRAM_ELEMENT_F64:
      memcpy (&value, &word, sizeof value);
      return value;
    case GRAM_ELEMENT_U8:
    case GRAM_ELEMENT_U16:
    case GRAM_ELEMENT_U32:
    case GRAM_ELEMENT_U64:
    default:
      return (double) word;
    }
}

/**
 * gram_element_convert:
 * @raw: @count numbers as the file has them, unaligned
 * @out: (out caller-allocates) (array length=count): the same as float64
 */
void
gram_element_convert (GramElement element, gboolean big_endian, const guint8 *raw, gsize count,
                      double *out)
{
  gsize size = gram_element_size (element);

  for (gsize i = 0; i < count; i++)
    out[i] = word_to_double (element, load_word (raw + i * size, size, big_endian));
}
