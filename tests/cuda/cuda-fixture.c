/* cuda-fixture.c: what the tests on the make-believe card share
 *
 * SPDX-License-Identifier: MIT
 */
#include "cuda-fixture.h"

#include <math.h>

#include "gram-cpu.h"
#include "gram-shim.h"

void
fixture_register (void)
{
  g_assert_true (gram_backend_register (gram_cpu_backend (), NULL));
  g_assert_true (gram_backend_register (gram_backend_module (), NULL));
}

GramDevice *
fixture_open_card (void)
{
  g_autoptr (GError) error = NULL;
  GramDevice *device = gram_device_open ("cuda", NULL, &error);

  g_assert_no_error (error);
  return device;
}

void
fixture_assert_all_given_back (void)
{
  g_assert_cmpuint (shim_memory_used (), ==, 0);
  g_assert_cmpint (shim_objects (), ==, 0);
}

/* Steps @trainer and a plain float64 replay of it; the largest |difference of residuals| beside
 * the replay's, over all steps and label sets. */
double
fixture_residual_error (GramTrainer *trainer, const GramTrainerSpec *spec, gint64 steps)
{
  g_autofree double *residuals = g_new (double, (gsize) steps * spec->n_sets);
  g_autoptr (GError) error = NULL;
  double worst = 0;

  gram_trainer_step (trainer, steps, residuals, NULL, &error);
  g_assert_no_error (error);
  for (guint set = 0; set < spec->n_sets; set++)
    {
      g_autoptr (GramReplay) replay = gram_replay_new (spec, set);

      for (gint64 k = 0; k < steps; k++)
        {
          double sum = 0, found = residuals[k * spec->n_sets + set];

          gram_replay_step (replay);
          for (gint64 i = 0; i < spec->train.n; i++)
            sum += (replay->u[i] - replay->y[i]) * (replay->u[i] - replay->y[i]);
          g_assert_true (isfinite (found));
          worst = MAX (worst, fabs (found - sqrt (sum)) / sqrt (sum));
        }
    }
  return worst;
}
