/* gram-kernel.c: Equation 3, the kernel of H∞
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-kernel.h"

#include <math.h>

#include "gram-dense.h"

/* t(π − arccos t)/(2π) of t = xᵀz, which rounding may have put outside [−1, 1]. */
static double
kernel (double t)
{
  t = CLAMP (t, -1.0, 1.0);
  return t * (G_PI - acos (t)) / (2 * G_PI);
}

/**
 * gram_kernel_cross:
 * @X: (d × n), unit columns
 * @Z: (d × columns), unit columns
 * @C: (out caller-allocates): (n × columns): k(x_i, z_j) = t(π − arccos t)/(2π), t = x_iᵀz_j
 *
 * The kernel between training and other images, k(X, z) of number 24.
 */
gboolean
gram_kernel_cross (gint64 n, gint64 columns, gint64 d, const double *X, gint64 ldx, const double *Z,
                   gint64 ldz, double *C, gint64 ldc, GError **error)
{
  if (!gram_dense_inner (n, columns, d, X, ldx, Z, ldz, C, ldc, error))
    return FALSE;
  for (gint64 j = 0; j < columns; j++)
    for (gint64 i = 0; i < n; i++)
      C[j * ldc + i] = kernel (C[j * ldc + i]);
  return TRUE;
}
