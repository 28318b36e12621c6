/* gram-alignment.c: number 31, how the kernel of a net changes and turns towards the labels
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-alignment.h"

#include <math.h>

#include "gram-dense.h"

/**
 * gram_alignment_norm:
 * @H: (n × n)
 *
 * Returns: ‖H‖_F
 */
double
gram_alignment_norm (gint64 n, const double *H, gint64 ldh)
{
  double squares = 0;

  for (gint64 j = 0; j < n; j++)
    squares += gram_dense_dot (n, H + j * ldh, H + j * ldh);
  return sqrt (squares);
}

/**
 * gram_alignment:
 * @H: (n × n): symmetric
 * @y: (n)
 *
 * Returns: yᵀHy/(‖y‖²‖H‖_F), 1 where H = yyᵀ; NAN where H or y is 0
 */
double
gram_alignment (gint64 n, const double *H, gint64 ldh, const double *y)
{
  double form = 0;

  for (gint64 j = 0; j < n; j++)
    form += y[j] * gram_dense_dot (n, H + j * ldh, y);
  return form / (gram_dense_dot (n, y, y) * gram_alignment_norm (n, H, ldh));
}

/**
 * gram_alignment_effective_rank:
 * @lambda: (n): eigenvalues of a positive semidefinite matrix; negative ones are rounding
 *
 * Returns: exp(−Σ qᵢ log qᵢ) with qᵢ = λᵢ/Σλ: 1 for a matrix of rank 1, n for the identity
 */
double
gram_alignment_effective_rank (gint64 n, const double *lambda)
{
  double sum = 0, entropy = 0;

  for (gint64 i = 0; i < n; i++)
    sum += MAX (lambda[i], 0);
  for (gint64 i = 0; i < n; i++)
    if (lambda[i] > 0)
      entropy -= lambda[i] / sum * log (lambda[i] / sum);
  return sum > 0 ? exp (entropy) : NAN;
}
