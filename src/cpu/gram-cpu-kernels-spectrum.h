/* gram-cpu-kernels-spectrum.h: the inner loops of a spectrum without eigenvectors
 *
 * SPDX-License-Identifier: MIT
 *
 * Part of gram-cpu-kernels-body.c. Plain loops over a band's width, or over poles and roots, that
 * the compiler makes vectors of. Columns are taken four at once, so that what is common to them is
 * loaded once.
 */

#define BAND GRAM_CPU_BAND

/* v = (1, …) and τ with (I − τvvᵀ)x = (β, 0, …); returns β. */
static double
householder (const double *x, double *v, double *tau)
{
  double squares = 0, beta, factor;

  for (int i = 1; i < BAND; i++)
    squares += x[i] * x[i];
  v[0] = 1;
  if (squares == 0)
    {
      for (int i = 1; i < BAND; i++)
        v[i] = 0;
      *tau = 0;
      return x[0];
    }
  beta = -copysign (sqrt (x[0] * x[0] + squares), x[0]);
  factor = 1 / (x[0] - beta);
  for (int i = 1; i < BAND; i++)
    v[i] = x[i] * factor;
  *tau = (beta - x[0]) / beta;
  return beta;
}

/* y = τ·Bv */
static inline void
times_vector (const double *restrict B, gint64 ld, const double *restrict v, double tau,
              double *restrict y)
{
  for (int i = 0; i < BAND; i++)
    y[i] = 0;
  for (int j = 0; j < BAND; j += 4)
    {
      const double *restrict a = B + j * ld, *restrict b = a + ld;
      const double *restrict c = b + ld, *restrict d = c + ld;
      double fa = v[j] * tau, fb = v[j + 1] * tau, fc = v[j + 2] * tau, fd = v[j + 3] * tau;

#pragma omp simd
      for (int i = 0; i < BAND; i++)
        y[i] += a[i] * fa + b[i] * fb + c[i] * fc + d[i] * fd;
    }
}

static void
chase_sides (double *restrict B, gint64 ld, const double *restrict v, double tau,
             double *restrict v2, double *tau2)
{
  double y[BAND], x[BAND], beta, t;

  times_vector (B, ld, v, tau, y);
  for (int i = 0; i < BAND; i++)
    x[i] = B[i] - y[i] * v[0];
  beta = householder (x, v2, tau2);
  t = *tau2;
  for (int j = 0; j < BAND; j += 4)
    {
      double *restrict a = B + j * ld, *restrict b = a + ld;
      double *restrict c = b + ld, *restrict d = c + ld;
      double fa = v[j], fb = v[j + 1], fc = v[j + 2], fd = v[j + 3];
      double ga = 0, gb = 0, gc = 0, gd = 0;

#pragma omp simd reduction(+ : ga, gb, gc, gd)
      for (int i = 0; i < BAND; i++)
        {
          double p = a[i] - y[i] * fa, q = b[i] - y[i] * fb;
          double r = c[i] - y[i] * fc, s = d[i] - y[i] * fd;

          a[i] = p, b[i] = q, c[i] = r, d[i] = s;
          ga += p * v2[i], gb += q * v2[i], gc += r * v2[i], gd += s * v2[i];
        }
      ga *= t, gb *= t, gc *= t, gd *= t;
#pragma omp simd
      for (int i = 0; i < BAND; i++)
        a[i] -= v2[i] * ga, b[i] -= v2[i] * gb, c[i] -= v2[i] * gc, d[i] -= v2[i] * gd;
    }
  B[0] = beta;
  for (int i = 1; i < BAND; i++)
    B[i] = 0;
}

/* p += Dv for columns j … j + 3 of the lower triangle of a symmetric D */
static inline void
symmetric_columns (const double *restrict D, gint64 ld, int j, const double *restrict v,
                   double *restrict p)
{
  const double *restrict a = D + j * ld, *restrict b = a + ld;
  const double *restrict c = b + ld, *restrict d = c + ld;
  double fa = v[j], fb = v[j + 1], fc = v[j + 2], fd = v[j + 3];
  double ga = a[j] * fa + a[j + 1] * fb + a[j + 2] * fc + a[j + 3] * fd;
  double gb = a[j + 1] * fa + b[j + 1] * fb + b[j + 2] * fc + b[j + 3] * fd;
  double gc = a[j + 2] * fa + b[j + 2] * fb + c[j + 2] * fc + c[j + 3] * fd;
  double gd = a[j + 3] * fa + b[j + 3] * fb + c[j + 3] * fc + d[j + 3] * fd;

#pragma omp simd reduction(+ : ga, gb, gc, gd)
  for (int i = j + 4; i < BAND; i++)
    {
      p[i] += a[i] * fa + b[i] * fb + c[i] * fc + d[i] * fd;
      ga += a[i] * v[i], gb += b[i] * v[i], gc += c[i] * v[i], gd += d[i] * v[i];
    }
  p[j] += ga, p[j + 1] += gb, p[j + 2] += gc, p[j + 3] += gd;
}

static void
chase_core (double *restrict D, gint64 ld, const double *restrict v, double tau)
{
  double p[BAND] = { 0 }, dot = 0, half;

  if (tau == 0)
    return;
  for (int j = 0; j < BAND; j += 4)
    symmetric_columns (D, ld, j, v, p);
  for (int i = 0; i < BAND; i++)
    dot += p[i] * v[i];
  half = -0.5 * tau * tau * dot;
  for (int i = 0; i < BAND; i++)
    p[i] = p[i] * tau + v[i] * half;
  for (int j = 0; j < BAND; j += 4)
    {
      double *restrict a = D + j * ld, *restrict b = a + ld;
      double *restrict c = b + ld, *restrict d = c + ld;
      double fa = v[j], fb = v[j + 1], fc = v[j + 2], fd = v[j + 3];
      double ga = p[j], gb = p[j + 1], gc = p[j + 2], gd = p[j + 3];

      for (int q = 0; q < 4; q++)
        for (int i = j + q; i < j + 4; i++)
          D[(j + q) * ld + i] -= v[i] * p[j + q] + p[i] * v[j + q];
#pragma omp simd
      for (int i = j + 4; i < BAND; i++)
        {
          a[i] -= v[i] * ga + p[i] * fa;
          b[i] -= v[i] * gb + p[i] * fb;
          c[i] -= v[i] * gc + p[i] * fc;
          d[i] -= v[i] * gd + p[i] * fd;
        }
    }
}

static void
secular_sums (gint64 count, const double *restrict d, const double *restrict squares, double origin,
              double tau, double sums[2])
{
  double sum = 0, slope = 0;

#pragma omp simd reduction(+ : sum, slope)
  for (gint64 j = 0; j < count; j++)
    {
      double inverse = 1 / ((d[j] - origin) - tau), term = squares[j] * inverse;

      sum += term;
      slope += term * inverse;
    }
  sums[0] = sum;
  sums[1] = slope;
}

static double
gap_product (gint64 count, double d, const double *restrict origin, const double *restrict tau,
             const double *restrict pole)
{
  double product = 1;

#pragma omp simd reduction(* : product)
  for (gint64 i = 0; i < count; i++)
    product *= ((d - origin[i]) - tau[i]) / (d - pole[i]);
  return product;
}

static void
root_gaps (gint64 count, const double *restrict weight, const double *restrict d, double origin,
           double tau, double *restrict u)
{
#pragma omp simd
  for (gint64 j = 0; j < count; j++)
    u[j] = weight[j] / ((d[j] - origin) - tau);
}

static void
pole_gaps (gint64 count, const double *restrict weight, double d, const double *restrict origin,
           const double *restrict tau, double *restrict u)
{
#pragma omp simd
  for (gint64 i = 0; i < count; i++)
    u[i] = weight[i] / ((d - origin[i]) - tau[i]);
}
