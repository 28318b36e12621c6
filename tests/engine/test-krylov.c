/* test-krylov.c: Lanczos, Gauss quadrature and gradient descent's scalar functions
 *
 * SPDX-License-Identifier: MIT
 *
 * Matrices are made as QΛQᵀ with Q a product of reflections, so that every eigenvalue, eigenvector
 * and spectral measure is known beforehand.
 */
#include <math.h>
#include <string.h>

#include "gram-decay.h"
#include "gram-error.h"
#include "gram-eigenpair.h"
#include "gram-krylov.h"
#include "gram-philox.h"
#include "gram-tridiagonal.h"

typedef struct
{
  gint64 n;
  double *lambda;
  double *reflector[2]; /* unit vectors: Q = (I − 2h₁h₁ᵀ)(I − 2h₂h₂ᵀ) */
  guint products;
} Matrix;

static void
reflect (const Matrix *matrix, guint which, double *x)
{
  double s = 0;

  for (gint64 i = 0; i < matrix->n; i++)
    s += matrix->reflector[which][i] * x[i];
  for (gint64 i = 0; i < matrix->n; i++)
    x[i] -= 2 * s * matrix->reflector[which][i];
}

/* x ← Qx, so that column i of Q is reflect_all (e_i) */
static void
to_world (const Matrix *matrix, double *x)
{
  reflect (matrix, 1, x);
  reflect (matrix, 0, x);
}

static void
to_eigenbasis (const Matrix *matrix, double *x)
{
  reflect (matrix, 0, x);
  reflect (matrix, 1, x);
}

static gboolean
apply (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
       const GramJob *job, GError **error)
{
  Matrix *matrix = data;

  matrix->products++;
  for (gint64 c = 0; c < k; c++)
    {
      memcpy (Y + c * ldy, V + c * ldv, matrix->n * sizeof (double));
      to_eigenbasis (matrix, Y + c * ldy);
      for (gint64 i = 0; i < matrix->n; i++)
        Y[c * ldy + i] *= matrix->lambda[i];
      to_world (matrix, Y + c * ldy);
    }
  return TRUE;
}

static void
matrix_init (Matrix *matrix, gint64 n)
{
  matrix->n = n;
  matrix->products = 0;
  matrix->lambda = g_new0 (double, n);
  for (guint r = 0; r < 2; r++)
    {
      double norm = 0;

      matrix->reflector[r] = g_new (double, n);
      gram_philox_normal (5, GRAM_STREAM_PROBE, r, 0, n, matrix->reflector[r]);
      for (gint64 i = 0; i < n; i++)
        norm += matrix->reflector[r][i] * matrix->reflector[r][i];
      for (gint64 i = 0; i < n; i++)
        matrix->reflector[r][i] /= sqrt (norm);
    }
}

static void
matrix_clear (Matrix *matrix)
{
  g_free (matrix->lambda);
  g_free (matrix->reflector[0]);
  g_free (matrix->reflector[1]);
}

/* The spectrum of images: a few large eigenvalues and a long tail. */
static void
image_like (Matrix *matrix, gint64 n)
{
  matrix_init (matrix, n);
  for (gint64 i = 0; i < n; i++)
    matrix->lambda[i] = 0.02 + 0.15 * n * pow (i + 1, -1.6);
}

static void
assert_close (double value, double expected, double relative)
{
  if (!(fabs (value - expected) <= relative * fabs (expected)))
    g_error ("%.17g is not %.17g to %g", value, expected, relative);
}

/* −1, 2, −1: λ_i = 2 − 2cos(iπ/(j+1)), eigenvectors √(2/(j+1))·sin(ikπ/(j+1)). */
static void
test_tridiagonal (void)
{
  enum
  {
    J = 150
  };
  double d[J], e[J], Z[2 * J] = { 0 };
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < J; i++)
    d[i] = 2, e[i] = -1;
  Z[0] = 1;               /* first row of I */
  Z[2 * (J - 1) + 1] = 1; /* last row of I */
  g_assert_true (gram_tridiagonal_eigen (J, d, e, 2, Z, &error));
  g_assert_no_error (error);
  for (int i = 0; i < J; i++)
    {
      int mode = J - i;
      double expected = 2 - 2 * cos (mode * G_PI / (J + 1));
      double first = sqrt (2.0 / (J + 1)) * sin (mode * G_PI / (J + 1));

      g_assert_cmpfloat_with_epsilon (d[i], expected, 1e-13);
      g_assert_cmpfloat_with_epsilon (fabs (Z[2 * i]), fabs (first), 1e-12);
      g_assert_cmpfloat_with_epsilon (fabs (Z[2 * i + 1]), fabs (first), 1e-12);
    }
}

static void
test_tridiagonal_split (void)
{
  double d[4] = { 3, -1, 7, 7 }, e[4] = { 0, 0, 0, 0 }, bad_d[2] = { NAN, 1 }, bad_e[2] = { 1, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (gram_tridiagonal_eigen (4, d, e, 0, NULL, &error));
  g_assert_cmpfloat (d[0], ==, 7);
  g_assert_cmpfloat (d[1], ==, 7);
  g_assert_cmpfloat (d[2], ==, 3);
  g_assert_cmpfloat (d[3], ==, -1);
  g_assert_true (gram_tridiagonal_eigen (0, NULL, NULL, 0, NULL, &error));
  gram_tridiagonal_eigen (2, bad_d, bad_e, 0, NULL, &error); /* must return, whatever it says */
}

typedef struct
{
  guint count, radau_count;
  double nodes[600], weights[600], radau_nodes[600], radau_weights[600];
} Rules;

static void
get_rules (GramKrylov *krylov, guint vector, double fixed, Rules *rules)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      gram_krylov_gauss (krylov, vector, rules->nodes, rules->weights, &rules->count, &error));
  g_assert_true (gram_krylov_radau (krylov, vector, fixed, rules->radau_nodes, rules->radau_weights,
                                    &rules->radau_count, &error));
  g_assert_no_error (error);
}

/* One point of the curve. */
static double
residual_at (gint64 count, const double *lambda, const double *weight, double eta, double k)
{
  double residual;

  gram_decay_curve (count, lambda, weight, eta, &k, 1, &residual);
  return residual;
}

static double
inverse_form (guint count, const double *nodes, const double *weights)
{
  double sum = 0;

  for (guint i = 0; i < count; i++)
    sum += weights[i] / nodes[i];
  return sum;
}

/* Gauss below, Radau above, both converging to yᵀA⁻¹y and to the residual curve; three vectors
 * advance at the price of one product a step. */
static void
test_quadrature (void)
{
  Matrix matrix;
  gint64 n = 500;
  g_autofree double *Y = g_new (double, 3 * n);
  g_autofree double *square = g_new (double, 3 * n);
  g_autoptr (GramKrylov) krylov = NULL;
  g_autoptr (GError) error = NULL;

  image_like (&matrix, n);
  gram_philox_normal (9, GRAM_STREAM_PROBE, 3, 0, 3 * n, Y);
  memcpy (square, Y, 3 * n * sizeof (double));
  for (int c = 0; c < 3; c++)
    to_eigenbasis (&matrix, square + c * n);
  for (gint64 i = 0; i < 3 * n; i++)
    square[i] *= square[i];
  krylov = gram_krylov_new (n, 3, Y, n, &error);
  g_assert_no_error (error);
  for (guint steps = 10; steps <= 140; steps += 10)
    {
      g_assert_true (gram_krylov_extend (krylov, apply, &matrix, 10, NULL, &error));
      g_assert_cmpuint (matrix.products, ==, steps);
      for (guint c = 0; c < 3; c++)
        {
          static Rules rules;
          double exact = 0, eta = 0.9 / matrix.lambda[0];

          get_rules (krylov, c, 0.999 * matrix.lambda[n - 1], &rules);
          for (gint64 i = 0; i < n; i++)
            exact += square[c * n + i] / matrix.lambda[i];
          g_assert_cmpfloat (inverse_form (rules.count, rules.nodes, rules.weights), <=,
                             exact * (1 + 1e-12));
          g_assert_cmpfloat (inverse_form (rules.radau_count, rules.radau_nodes,
                                           rules.radau_weights),
                             >=, exact * (1 - 1e-12));
          if (steps < 140)
            continue;
          assert_close (inverse_form (rules.count, rules.nodes, rules.weights), exact, 1e-8);
          for (double k = 1; k < 1e7; k *= 10)
            {
              double curve = residual_at (n, matrix.lambda, square + c * n, eta, k);

              g_assert_cmpfloat_with_epsilon (residual_at (rules.count, rules.nodes, rules.weights,
                                                           eta, k),
                                              curve, 1e-8 * sqrt (n));
            }
        }
    }
  matrix_clear (&matrix);
}

/* Without reorthogonalisation copies of the converged λ₁ appear: there must be none. */
static void
test_orthogonality (void)
{
  Matrix matrix;
  gint64 n = 300;
  g_autofree double *y = g_new (double, n);
  g_autoptr (GramKrylov) krylov = NULL;
  g_autoptr (GError) error = NULL;
  static Rules rules;

  image_like (&matrix, n);
  gram_philox_normal (11, GRAM_STREAM_PROBE, 0, 0, n, y);
  krylov = gram_krylov_new (n, 1, y, n, &error);
  g_assert_true (gram_krylov_extend (krylov, apply, &matrix, 2 * n, NULL, &error));
  g_assert_true (gram_krylov_is_exhausted (krylov, 0));
  g_assert_cmpuint (gram_krylov_get_steps (krylov, 0), <=, n);
  get_rules (krylov, 0, 0.01, &rules);
  for (guint i = 0; i < 40; i++)
    assert_close (rules.nodes[i], matrix.lambda[i], 1e-11);
  assert_close (rules.nodes[rules.count - 1], matrix.lambda[n - 1], 1e-9);
  matrix_clear (&matrix);
}

/* A starting vector in a small invariant space is exact after a few steps, and the rounding noise
 * that may carry it on has weights that change nothing. */
static void
test_breakdown (void)
{
  Matrix matrix;
  gint64 n = 200;
  g_autofree double *Y = g_new0 (double, 2 * n);
  g_autoptr (GramKrylov) krylov = NULL;
  g_autoptr (GError) error = NULL;
  static Rules rules;

  image_like (&matrix, n);
  Y[n - 1] = 2; /* twice vₙ */
  to_world (&matrix, Y);
  Y[n + 3] = 1, Y[n + 50] = 2, Y[n + 199] = -1;
  to_world (&matrix, Y + n);
  krylov = gram_krylov_new (n, 2, Y, n, &error);
  g_assert_true (gram_krylov_extend (krylov, apply, &matrix, 50, NULL, &error));
  g_assert_cmpuint (gram_krylov_get_steps (krylov, 0), <=, 2);
  get_rules (krylov, 0, 0.01, &rules);
  assert_close (inverse_form (rules.count, rules.nodes, rules.weights), 4 / matrix.lambda[n - 1],
                1e-10);
  get_rules (krylov, 1, 0.01, &rules);
  assert_close (inverse_form (rules.count, rules.nodes, rules.weights),
                1 / matrix.lambda[3] + 4 / matrix.lambda[50] + 1 / matrix.lambda[199], 1e-10);
  matrix_clear (&matrix);
}

static void
test_largest (void)
{
  Matrix matrix;
  gint64 n = 400;
  g_autofree double *y = g_new (double, n);
  g_autoptr (GramKrylov) krylov = NULL;
  g_autoptr (GError) error = NULL;
  double value, residual;

  image_like (&matrix, n);
  gram_philox_normal (13, GRAM_STREAM_PROBE, 0, 0, n, y);
  krylov = gram_krylov_new (n, 1, y, n, &error);
  g_assert_true (gram_krylov_extend (krylov, apply, &matrix, 30, NULL, &error));
  g_assert_true (gram_krylov_largest (krylov, 0, &value, &residual, &error));
  assert_close (value, matrix.lambda[0], 1e-13);
  g_assert_cmpfloat (residual, <, 1e-8 * value);
  matrix_clear (&matrix);
}

/* Neighbours 0.1 % apart, and a double eigenvalue, where single vectors take their time. */
static void
test_eigenpair (void)
{
  const double second[] = { 0.999, 1, 0.5 };
  const gint64 sizes[] = { 300, 3, 1, 41 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint c = 0; c < G_N_ELEMENTS (second); c++)
      {
        gint64 n = sizes[s];
        g_autofree double *v = g_new (double, n);
        g_autofree double *Av = g_new (double, n);
        g_autoptr (GError) error = NULL;
        GramEigenpair pair;
        double norm = 0, off = 0;
        Matrix matrix;

        image_like (&matrix, n);
        if (n > 1)
          matrix.lambda[1] = second[c] * matrix.lambda[0];
        gram_eigenpair_largest (n, apply, &matrix, 3, 1e-12, 400, v, &pair, NULL, &error);
        g_assert_no_error (error);
        assert_close (pair.value, matrix.lambda[0], 1e-13);
        apply (&matrix, 1, v, n, Av, n, NULL, NULL);
        for (gint64 i = 0; i < n; i++)
          {
            norm += v[i] * v[i];
            off += (Av[i] - pair.value * v[i]) * (Av[i] - pair.value * v[i]);
          }
        assert_close (norm, 1, 1e-13);
        g_assert_cmpfloat (sqrt (off), <, 3e-12 * pair.value);
        g_assert_cmpfloat (pair.residual, <=, 1e-12 * pair.value);
        g_assert_cmpuint (pair.products, <, 60);
        to_eigenbasis (&matrix, v);
        if (second[c] != 1)
          assert_close (fabs (v[0]), 1, 1e-12);
        else if (n > 1)
          assert_close (hypot (v[0], v[1]), 1, 1e-12);
        matrix_clear (&matrix);
      }
}

/* What is said of the accuracy is true, also before it is good. */
static void
test_eigenpair_residual (void)
{
  gint64 n = 300;
  g_autofree double *v = g_new (double, n);
  g_autofree double *Av = g_new (double, n);
  g_autoptr (GError) error = NULL;
  guint compared = 0;
  Matrix matrix;

  matrix_init (&matrix, n);
  for (gint64 i = 0; i < n; i++)
    matrix.lambda[i] = 2 + cos (i * G_PI / n); /* crowded at the top */
  for (double tolerance = 1e-1; tolerance > 1e-7; tolerance /= 10)
    {
      GramEigenpair pair;
      double off = 0;

      gram_eigenpair_largest (n, apply, &matrix, 3, tolerance, 400, v, &pair, NULL, &error);
      g_assert_no_error (error);
      apply (&matrix, 1, v, n, Av, n, NULL, NULL);
      for (gint64 i = 0; i < n; i++)
        off += (Av[i] - pair.value * v[i]) * (Av[i] - pair.value * v[i]);
      if (pair.residual > 1e-9 && ++compared)
        assert_close (pair.residual, sqrt (off), 1e-6);
      g_assert_cmpfloat (pair.residual, <=, tolerance * pair.value);
    }
  g_assert_cmpuint (compared, >=, 2);
  matrix_clear (&matrix);
}

static void
test_cancel (void)
{
  Matrix matrix;
  gint64 n = 50;
  g_autofree double *y = g_new (double, n);
  g_autoptr (GramKrylov) krylov = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GramJob job = { cancellable, NULL, NULL };

  image_like (&matrix, n);
  gram_philox_normal (13, GRAM_STREAM_PROBE, 0, 0, n, y);
  krylov = gram_krylov_new (n, 1, y, n, &error);
  g_cancellable_cancel (cancellable);
  g_assert_false (gram_krylov_extend (krylov, apply, &matrix, 30, &job, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (matrix.products, ==, 0);
  matrix_clear (&matrix);
}

/* (1 − x)ᵏ where pow() of the rounded 1 − x has no digits left; values by mpmath. */
static void
test_decay (void)
{
  assert_close (gram_decay_magnitude (1e-17, 1e17), 0.36787944117144232, 1e-14);
  assert_close (gram_decay_magnitude (1e-12, 1e12), 0.36787944117125839, 1e-14);
  assert_close (gram_decay_complement (1e-18, 1000), 1e-15, 1e-13);
  assert_close (gram_decay (0.5, 3), 0.125, 1e-15);
  assert_close (gram_decay (1.5, 3), -0.125, 1e-15);
  assert_close (gram_decay (1.5, 4), 0.0625, 1e-15);
  assert_close (gram_decay (3, 3), -8, 1e-14);
  assert_close (gram_decay_complement (1.5, 3), 1.125, 1e-15);
  assert_close (gram_decay_complement (1.5, 4), 0.9375, 1e-15);
  g_assert_cmpfloat (gram_decay (1, 0), ==, 1);
  g_assert_cmpfloat (gram_decay (1, 1), ==, 0);
  g_assert_cmpfloat (gram_decay (2, 1000001), ==, -1);
  g_assert_cmpfloat (gram_decay_complement (0, 1000), ==, 0);
  g_assert_cmpfloat (gram_decay_complement (0.3, 0), ==, 0);
  for (double x = 0.01; x < 2.5; x += 0.07)
    for (gint64 k = 0; k < 40; k += 3)
      {
        assert_close (gram_decay (x, k), pow (1 - x, (double) k), 1e-12);
        g_assert_cmpfloat_with_epsilon (gram_decay_complement (x, k), 1 - pow (1 - x, (double) k),
                                        1e-12 * (1 + fabs (pow (1 - x, (double) k))));
      }
}

static void
test_decay_sums (void)
{
  const double lambda[] = { 5, 1, 0, -1e-18 }, weight[] = { 0, 4, 9, 1 };

  /* the diverging direction has no weight, so nothing is NAN or infinite */
  assert_close (residual_at (4, lambda, weight, 0.9, 100000), sqrt (10), 1e-12);
  assert_close (residual_at (4, lambda, weight, 0.5, 2), sqrt (4.0 / 16 + 10), 1e-14);
  g_assert_true (isinf (residual_at (1, lambda, weight + 1, 0.9, 100000)));
  for (double eta = 0.1; eta < 2.1; eta += 0.1)
    {
      const double k[] = { 0, 1, 2.5, 40, 1e5, 1e9 };
      double curve[G_N_ELEMENTS (k)];

      gram_decay_curve (4, lambda, weight, eta, k, G_N_ELEMENTS (k), curve);
      for (guint i = 0; i < G_N_ELEMENTS (k); i++)
        assert_close (curve[i], residual_at (4, lambda, weight, eta, k[i]), 1e-15);
    }
  assert_close (gram_decay_distance (4, lambda, weight, 0.5, 2), sqrt (0.75 * 0.75 * 4), 1e-14);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/krylov/tridiagonal", test_tridiagonal);
  g_test_add_func ("/krylov/tridiagonal-split", test_tridiagonal_split);
  g_test_add_func ("/krylov/quadrature", test_quadrature);
  g_test_add_func ("/krylov/orthogonality", test_orthogonality);
  g_test_add_func ("/krylov/breakdown", test_breakdown);
  g_test_add_func ("/krylov/largest", test_largest);
  g_test_add_func ("/krylov/eigenpair", test_eigenpair);
  g_test_add_func ("/krylov/eigenpair-residual", test_eigenpair_residual);
  g_test_add_func ("/krylov/cancel", test_cancel);
  g_test_add_func ("/decay/scalar", test_decay);
  g_test_add_func ("/decay/sums", test_decay_sums);
  return g_test_run ();
}
