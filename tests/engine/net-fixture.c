/* net-fixture.c: a small net, trained by the backend and once more in float64
 *
 * SPDX-License-Identifier: MIT
 */
#include "net-fixture.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-samples.h"

static void
replay_predict (const Net *net, const double *X, gint64 count, double *u)
{
  memset (u, 0, count * sizeof (double));
  for (gint64 r = 0; r < net->m; r++)
    for (gint64 i = 0; i < count; i++)
      {
        double s = 0;

        for (gint64 j = 0; j < net->d; j++)
          s += net->W[r * net->d + j] * X[i * net->d + j];
        u[i] += net->a[r] * fmax (s, 0) / sqrt (net->m);
      }
}

/* One step of Eq 5, literally. */
void
net_step (Net *net)
{
  const double *X = net->problem->X;
  g_autofree double *residual = g_new (double, net->n);

  for (gint64 i = 0; i < net->n; i++)
    residual[i] = net->u[i] - net->problem->y[i];
  for (gint64 r = 0; r < net->m; r++)
    {
      double *w = net->W + r * net->d;
      g_autofree double *gradient = g_new0 (double, net->d);

      for (gint64 i = 0; i < net->n; i++)
        {
          double s = 0;

          for (gint64 j = 0; j < net->d; j++)
            s += w[j] * X[i * net->d + j];
          for (gint64 j = 0; j < net->d && s >= 0; j++)
            gradient[j] += residual[i] * X[i * net->d + j];
        }
      for (gint64 j = 0; j < net->d; j++)
        w[j] -= net->eta * net->a[r] / sqrt (net->m) * gradient[j];
    }
  replay_predict (net, X, net->n, net->u);
}

void
net_init (Net *net, gint64 n, gint64 m, double kappa, GramInit init)
{
  g_autoptr (GArray) labels = fixture_labels ("true");
  g_autoptr (GError) error = NULL;
  GramTrainerSpec spec = { 0 };
  g_autofree float *W = NULL;

  *net = (Net){ .n = n, .d = 12, .m = m, .n_test = 30, .eta = 0.05, .kappa = kappa, .init = init };
  net->device = fixture_device ();
  net->problem = fixture_problem (n, net->n_test, net->d, 0.6, 11);
  net->analyser = gram_analyser_new (net->device, net->problem, 11);
  gram_analyser_run (net->analyser, labels, TRUE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  net->analysis = gram_analyser_get_analysis (net->analyser);
  gram_samples_of_problem (net->problem, &spec.train, &spec.test);
  spec.m = m;
  spec.n_sets = 1;
  spec.Y = net->problem->y;
  spec.eta = net->eta;
  spec.kappa = kappa;
  spec.init = init;
  spec.seed = 11;
  net->trainer = gram_trainer_new (net->device, &spec, NULL, &error);
  g_assert_no_error (error);
  W = g_new (float, net->d *m);
  net->a = g_new (float, m);
  gram_network_weights (&spec, 0, m, W, net->d);
  gram_network_signs (&spec, net->a);
  net->W = g_new (double, net->d *m);
  for (gint64 i = 0; i < net->d * m; i++)
    net->W[i] = W[i];
  net->W0 = g_memdup2 (net->W, net->d * m * sizeof (double));
  net->u = g_new (double, n);
  replay_predict (net, net->problem->X, n, net->u);
}

void
net_clear (Net *net)
{
  gram_trainer_free (net->trainer);
  gram_analysis_unref (net->analysis);
  gram_analyser_free (net->analyser);
  gram_problem_unref (net->problem);
  gram_device_unref (net->device);
  g_free (net->W);
  g_free (net->W0);
  g_free (net->a);
  g_free (net->u);
}

GramObservation
net_observe (const Net *net, GramObserveFlags flags, double *u)
{
  GramObservation now = { .u = u };
  g_autoptr (GError) error = NULL;

  gram_trainer_observe (net->trainer, 0, flags, &now, &error);
  g_assert_no_error (error);
  return now;
}
