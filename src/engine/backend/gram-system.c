/* gram-system.c: H∞ on a device, shapes checked once for every backend
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-system.h"

#include <math.h>

#include "gram-device-private.h"
#include "gram-error.h"

#define MOST_TRIES 20 /* steps towards the number of images that fit */

struct _GramSystem
{
  GramDevice *device;
  gpointer impl;
  gint64 n;
  gboolean factored;
  gboolean decomposed;
};

static gboolean
block_fits (const GramSystem *system, gint64 k, gint64 ld)
{
  return k >= 0 && ld >= system->n;
}

/* ---------- before it is made ----------------------------------------------------------------- */

/**
 * gram_system_plan:
 * @n: images
 * @d: pixels of each
 * @plan: (out caller-allocates)
 *
 * The memory that H∞ and what is asked of it would take; nothing is allocated.
 */
gboolean
gram_system_plan (GramDevice *device, gint64 n, gint64 d, GramSystemPlan *plan, GError **error)
{
  *plan = (GramSystemPlan){ 0 };
  return device->vtable->system_plan (device->impl, n, d, plan, error);
}

/**
 * gram_system_plan_has:
 * @n: images of @plan
 *
 * Returns: whether @use fits the memory that is free
 */
gboolean
gram_system_plan_has (const GramSystemPlan *plan, gint64 n, GramSystemUse use)
{
  return n <= plan->most[use] && (plan->available == 0 || plan->bytes[use] <= plan->available);
}

/* The most images that fit, about: bytes go as n², so that a few steps do. */
static gint64
most_that_fit (GramDevice *device, gint64 n, gint64 d, GramSystemUse use)
{
  GramSystemPlan plan;

  for (int i = 0; i < MOST_TRIES && gram_system_plan (device, n, d, &plan, NULL); i++)
    {
      if (gram_system_plan_has (&plan, n, use))
        return n;
      if (plan.available > 0 && plan.bytes[use] > plan.available)
        n = MIN (n - 1, (gint64) ((double) n * sqrt ((double) plan.available / plan.bytes[use])));
      n = MIN (n, plan.most[use]);
    }
  return 0;
}

static gboolean
refuse (GramDevice *device, gint64 n, gint64 d, GramSystemUse use, const GramSystemPlan *plan,
        GError **error)
{
  static const char *const names[] = { "H∞", "the Cholesky factor of H∞", "the spectrum of H∞" };
  g_autofree char *need = g_format_size_full (plan->bytes[use], G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *have = g_format_size_full (plan->available, G_FORMAT_SIZE_IEC_UNITS);
  gint64 most = most_that_fit (device, n, d, use);
  g_autofree char *each = plan->processes > 0
                              ? g_strdup_printf (" in each of %u processes", plan->processes)
                              : g_strdup ("");

  if (n > plan->most[use])
    return gram_fail (error, GRAM_ERROR_MEMORY,
                      "%s of %" G_GINT64_FORMAT " images (%s) is beyond what LAPACK can index; at "
                      "most %" G_GINT64_FORMAT " images can be done here",
                      names[use], n, need, most);
  return gram_fail (error, GRAM_ERROR_MEMORY,
                    "%s of %" G_GINT64_FORMAT " images takes %s of memory%s, %s is free; %" //
                    G_GINT64_FORMAT " images would fit",
                    names[use], n, need, each, have, most);
}

/**
 * gram_system_check:
 * @n: images
 * @d: pixels of each
 *
 * Refuses what @device has no room for, before anything is allocated, with both figures and the
 * number of images that would fit.
 *
 * Returns: %FALSE with GRAM_ERROR_MEMORY
 */
gboolean
gram_system_check (GramDevice *device, gint64 n, gint64 d, GramSystemUse use, GError **error)
{
  GramSystemPlan plan;

  return gram_system_plan (device, n, d, &plan, error)
         && (gram_system_plan_has (&plan, n, use) || refuse (device, n, d, use, &plan, error));
}

/* ---------- the system ------------------------------------------------------------------------ */

/**
 * gram_system_new:
 * @samples: X, read only during the call
 * @job: (nullable)
 *
 * Builds H∞_ij = K_ij(π − arccos K_ij)/(2π), K = XᵀX, in float64 (Eq 3): K is clamped to [−1, 1],
 * the diagonal is ½ exactly and the matrix exactly symmetric.
 *
 * Returns: (transfer full) (nullable): free with gram_system_free()
 */
GramSystem *
gram_system_new (GramDevice *device, const GramSamples *samples, const GramJob *job, GError **error)
{
  GramSystem *system;
  gpointer impl;

  if (!gram_samples_check (samples, "H∞", error))
    return NULL;
  impl = device->vtable->system_new (device->impl, samples, gram_job_or_none (job), error);
  if (impl == NULL)
    return NULL;
  system = g_new0 (GramSystem, 1);
  system->device = gram_device_ref (device);
  system->impl = impl;
  system->n = samples->n;
  return system;
}

void
gram_system_free (GramSystem *system)
{
  if (system == NULL)
    return;
  system->device->vtable->system_free (system->impl);
  gram_device_unref (system->device);
  g_free (system);
}

gint64
gram_system_get_n (GramSystem *system)
{
  return system->n;
}

/**
 * gram_system_multiply:
 * @k: columns
 * @V: (n × @k), column-major, float64
 * @Y: (out caller-allocates): (n × @k): H∞V
 *
 * The product that Krylov methods need. Works at any time after gram_system_new().
 */
gboolean
gram_system_multiply (GramSystem *system, gint64 k, const double *V, gint64 ldv, double *Y,
                      gint64 ldy, const GramJob *job, GError **error)
{
  g_return_val_if_fail (block_fits (system, k, ldv) && block_fits (system, k, ldy), FALSE);
  return system->device->vtable->system_multiply (system->impl, k, V, ldv, Y, ldy,
                                                  gram_job_or_none (job), error);
}

/**
 * gram_system_factor:
 *
 * Cholesky factorisation H∞ = LLᵀ, kept on the device. GRAM_ERROR_SINGULAR when a pivot is not
 * positive; the message names the pivot (counted from 0). GRAM_ERROR_MEMORY where only products
 * fit: gram_system_plan().
 */
gboolean
gram_system_factor (GramSystem *system, const GramJob *job, GError **error)
{
  if (system->factored)
    return TRUE;
  system->factored =
      system->device->vtable->system_factor (system->impl, gram_job_or_none (job), error);
  return system->factored;
}

/**
 * gram_system_solve:
 * @B: (inout): (n × @k): right-hand sides in, H∞⁻¹B out
 *
 * Needs gram_system_factor().
 */
gboolean
gram_system_solve (GramSystem *system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                   GError **error)
{
  g_return_val_if_fail (system->factored && block_fits (system, k, ldb), FALSE);
  return system->device->vtable->system_solve (system->impl, k, B, ldb, gram_job_or_none (job),
                                               error);
}

/**
 * gram_system_inverse_diagonal:
 * @diagonal: (out caller-allocates): (n) values (H∞⁻¹)_ii; their sum is tr H∞⁻¹
 *
 * Needs gram_system_factor().
 */
gboolean
gram_system_inverse_diagonal (GramSystem *system, double *diagonal, const GramJob *job,
                              GError **error)
{
  g_return_val_if_fail (system->factored, FALSE);
  return system->device->vtable->system_inverse_diagonal (system->impl, diagonal,
                                                          gram_job_or_none (job), error);
}

/**
 * gram_system_spectrum:
 * @lambda: (out caller-allocates): (n) eigenvalues, descending: λ₁ ≥ … ≥ λₙ
 *
 * H∞ = VΛVᵀ. What tells of V stays on the device, whole or in factors, for the three functions
 * below. The factor of gram_system_factor() stays valid. An earlier spectrum is gone, also when
 * this one fails.
 */
gboolean
gram_system_spectrum (GramSystem *system, double *lambda, const GramJob *job, GError **error)
{
  system->decomposed =
      system->device->vtable->system_spectrum (system->impl, lambda, gram_job_or_none (job), error);
  return system->decomposed;
}

/**
 * gram_system_project:
 * @Y: (n × @k)
 * @P: (out caller-allocates): (n × @k): VᵀY; row i belongs to λ_{i+1}
 *
 * Needs gram_system_spectrum(). Many vectors in one call cost much less than one by one.
 */
gboolean
gram_system_project (GramSystem *system, gint64 k, const double *Y, gint64 ldy, double *P,
                     gint64 ldp, const GramJob *job, GError **error)
{
  g_return_val_if_fail (system->decomposed && block_fits (system, k, ldy)
                            && block_fits (system, k, ldp),
                        FALSE);
  return system->device->vtable->system_project (system->impl, k, Y, ldy, P, ldp,
                                                 gram_job_or_none (job), error);
}

/**
 * gram_system_expand:
 * @C: (n × @k): coefficients, row i of v_{i+1}
 * @X: (out caller-allocates): (n × @k): VC
 *
 * Needs gram_system_spectrum().
 */
gboolean
gram_system_expand (GramSystem *system, gint64 k, const double *C, gint64 ldc, double *X,
                    gint64 ldx, const GramJob *job, GError **error)
{
  g_return_val_if_fail (system->decomposed && block_fits (system, k, ldc)
                            && block_fits (system, k, ldx),
                        FALSE);
  return system->device->vtable->system_expand (system->impl, k, C, ldc, X, ldx,
                                                gram_job_or_none (job), error);
}

/**
 * gram_system_eigenvector:
 * @index: 0 for the eigenvector of λ₁
 * @v: (out caller-allocates): (n), of norm 1; its sign is arbitrary
 *
 * Needs gram_system_spectrum().
 */
gboolean
gram_system_eigenvector (GramSystem *system, gint64 index, double *v, const GramJob *job,
                         GError **error)
{
  g_return_val_if_fail (system->decomposed && index >= 0 && index < system->n, FALSE);
  return system->device->vtable->system_eigenvector (system->impl, index, v, gram_job_or_none (job),
                                                     error);
}

/**
 * gram_system_download:
 * @H: (out caller-allocates): (n × n), both triangles
 */
gboolean
gram_system_download (GramSystem *system, double *H, gint64 ldh, GError **error)
{
  g_return_val_if_fail (block_fits (system, system->n, ldh), FALSE);
  return system->device->vtable->system_download (system->impl, H, ldh, error);
}

/* ---------- for backends ---------------------------------------------------------------------- */

/**
 * gram_system_near_entry:
 * @x: (@d) of norm 1
 * @y: (@d) of norm 1
 * @k: (inout): K of the two, near ±1; their entry of H∞
 *
 * Eq 3 from the chord c = ‖x ∓ y‖ between one and the other (or its opposite): their angle is
 * 2·arcsin (c/2), K = ±(1 − c²/2).
 *
 * Returns: %FALSE, with @k as it was, when there is no chord
 */
gboolean
gram_system_near_entry (const double *x, const double *y, gint64 d, double *k)
{
  double sign = *k > 0 ? 1 : -1, parts[4] = { 0 }, square, angle;

  for (gint64 p = 0; p < d; p += 4)
    for (gint64 q = 0; q < MIN (4, d - p); q++)
      parts[q] += (x[p + q] - sign * y[p + q]) * (x[p + q] - sign * y[p + q]);
  square = (parts[0] + parts[1]) + (parts[2] + parts[3]);
  angle = 2 * asin (MIN (sqrt (square) / 2, 1));
  if (square > 0)
    *k = sign * (1 - square / 2) * (*k > 0 ? G_PI - angle : angle) / (2 * G_PI);
  return square > 0;
}

/**
 * gram_system_not_positive:
 * @pivot: of the Cholesky factorisation, from 0
 *
 * Returns: %FALSE, with GRAM_ERROR_SINGULAR
 */
gboolean
gram_system_not_positive (gint64 pivot, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_SINGULAR,
               "H∞ is not positive definite to working precision: pivot %" G_GINT64_FORMAT
               " of its Cholesky factorisation is not positive; image %" G_GINT64_FORMAT
               " is a copy, or nearly one, of an earlier image or of several together",
               pivot, pivot);
  return FALSE;
}
