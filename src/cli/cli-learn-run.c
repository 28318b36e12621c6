/* cli-learn-run.c: target functions, their inputs, and the measure as n grows
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli-learn.h"

#include <math.h>

#include "cli.h"
#include "cli-options.h"
#include "gram-error.h"
#include "gram-samples.h"
#include "gram-size.h"

#define SIZES_OF_IMAGES "100,200,400,800"
#define MAX_DIMENSION 4096
#define QUADRATIC_RANK 3

void
cli_learn_options_init (CliLearnOptions *options)
{
  options->alpha = 1;
  options->beta_norm = 1;
  options->power = 2;
  options->dimension = GRAM_LEARNABILITY_DIMENSION;
}

void
cli_learn_result_clear (CliLearnResult *result)
{
  g_clear_pointer (&result->targets, g_ptr_array_unref);
  g_clear_pointer (&result->rows, g_array_unref);
  g_clear_pointer (&result->inputs, g_free);
}

/* α·(β₁β₁ᵀ − ½β₂β₂ᵀ + ¼β₃β₃ᵀ): of rank 3, with eigenvalues of both signs */
static GramTarget *
quadratic (gint64 d, const CliLearnOptions *options, guint64 seed, GError **error)
{
  static const double weight[QUADRATIC_RANK] = { 1, -0.5, 0.25 };
  g_autofree double *beta = g_new (double, (gsize) d);
  gram_autofree double *A =
      gram_try_alloc (sizeof (double), d, d, "the matrix of a quadratic function", error);

  if (A == NULL)
    return NULL;
  for (guint r = 0; r < QUADRATIC_RANK; r++)
    {
      gram_target_direction (d, options->beta_norm, seed, r, beta);
      for (gint64 j = 0; j < d; j++)
        for (gint64 i = 0; i <= j; i++)
          {
            A[j * d + i] += options->alpha * weight[r] * (beta[i] * beta[j]);
            A[i * d + j] = A[j * d + i];
          }
    }
  return gram_target_quadratic (d, A, error);
}

static GramTarget *
make_target (gint64 d, const CliLearnOptions *options, guint64 seed, GError **error)
{
  g_autofree double *beta = g_new (double, (gsize) d);

  gram_target_direction (d, options->beta_norm, seed, 0, beta);
  if (g_str_equal (options->function, "linear"))
    return gram_target_power (d, options->alpha, beta, 1, error);
  if (g_str_equal (options->function, "power"))
    return gram_target_power (d, options->alpha, beta, (guint) options->power, error);
  if (g_str_equal (options->function, "quadratic"))
    return quadratic (d, options, seed, error);
  if (g_str_equal (options->function, "cosine"))
    return gram_target_cosine (d, beta, error);
  if (g_str_equal (options->function, "arctan"))
    return gram_target_arctan (d, beta, error);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
               "--function=%s: must be one of linear, power, quadratic, cosine, arctan",
               options->function);
  return NULL;
}

static GPtrArray *
make_targets (gint64 d, const CliLearnOptions *options, guint64 seed, GError **error)
{
  GPtrArray *targets;
  GramTarget *target;

  if (options->function == NULL)
    return gram_target_examples (d, seed, error);
  target = make_target (d, options, seed, error);
  if (target == NULL)
    return NULL;
  targets = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_target_free);
  g_ptr_array_add (targets, target);
  return targets;
}

/* Not by the seed, which is of all that is random. */
static gboolean
said_which_images (const CliJob *job)
{
  for (guint i = 0; i < job->typed->len; i++)
    {
      const GramSettingsOption *option = g_ptr_array_index (job->typed, i);

      if (option->group == GRAM_SETTINGS_DATA && !g_str_equal (option->key, "seed"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
on_images (const CliJob *job, const CliLearnOptions *options)
{
  return said_which_images (job) || g_strcmp0 (options->inputs, "dataset") == 0;
}

static gboolean
check_options (const CliJob *job, const CliLearnOptions *options, GError **error)
{
  const char *mistake = NULL;

  if (options->function == NULL
      && (options->alpha != 1 || options->power != 2 || options->beta_norm != 1))
    mistake = "--alpha, --power and --beta-norm are a function's: add --function NAME";
  else if (!isfinite (options->alpha))
    mistake = "--alpha must be a number";
  else if (!(options->beta_norm > 0) || !isfinite (options->beta_norm))
    mistake = "--beta-norm must be a number above 0";
  else if (options->power < 1 || options->power > 64)
    mistake = "--power must be a whole number from 1 to 64";
  else if (options->dimension < 2 || options->dimension > MAX_DIMENSION)
    mistake = "--dimension must be a whole number from 2 to 4096";
  else if (options->inputs != NULL && !g_str_equal (options->inputs, "sphere")
           && !g_str_equal (options->inputs, "dataset"))
    mistake = "--inputs must be sphere or dataset";
  else if (g_strcmp0 (options->inputs, "sphere") == 0 && said_which_images (job))
    mistake = "--inputs sphere has no images: leave out the options that say which images";
  else if (on_images (job, options) && options->dimension != GRAM_LEARNABILITY_DIMENSION)
    mistake = "--dimension is of the sphere: leave it out where the inputs are images";
  if (mistake == NULL)
    return TRUE;
  return gram_fail (error, GRAM_ERROR_USAGE, "%s", mistake);
}

/* The sizes that are asked for, or those that are usual. */
static GArray *
parse_sizes (const CliJob *job, const CliLearnOptions *options, gint64 *most, GError **error)
{
  static const gint64 usual[] = { GRAM_LEARNABILITY_SIZES };
  const char *text = options->n_list != NULL ? options->n_list : SIZES_OF_IMAGES;
  GArray *sizes;

  if (options->n_list == NULL && !on_images (job, options))
    {
      sizes = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_array_append_vals (sizes, usual, G_N_ELEMENTS (usual));
    }
  else if (!cli_parse_numbers ("n-list", text, 2, 1000000, &sizes, error))
    return NULL;
  *most = 0;
  for (guint i = 0; i < sizes->len; i++)
    {
      gint64 n = g_array_index (sizes, gint64, i);

      *most = MAX (*most, n);
    }
  return sizes;
}

static void
on_row (const GramLearnRow *row, gpointer rows)
{
  g_array_append_vals (rows, row, 1);
}

static gboolean
run_on (CliJob *job, const CliLearnOptions *options, const GramSamples *samples,
        const GArray *sizes, CliLearnResult *result, GError **error)
{
  const GramJob work = { .cancellable = job->cancellable };

  result->rows = g_array_new (FALSE, TRUE, sizeof (GramLearnRow));
  result->targets = make_targets (samples->d, options, job->settings->problem.seed, error);
  cli_progress ("Measuring functions", NAN);
  return result->targets != NULL
         && gram_learnability_run (job->device, samples, (const gint64 *) (gpointer) sizes->data,
                                   sizes->len, result->targets, on_row, result->rows, &work, error);
}

static gboolean
run_on_dataset (CliJob *job, const CliLearnOptions *options, const GArray *sizes, gint64 most,
                CliLearnResult *result, GError **error)
{
  GramSamples train, test;

  job->settings->problem.n = most;
  job->settings->problem.n_test = 0;
  if (!cli_job_open (job, error))
    return FALSE;
  gram_samples_of_problem (job->problem, &train, &test);
  result->inputs =
      g_strdup_printf ("%s, %s and %s, d = %" G_GINT64_FORMAT, job->problem->dataset_title,
                       job->problem->class_names[0], job->problem->class_names[1], train.d);
  return run_on (job, options, &train, sizes, result, error);
}

static gboolean
run_on_sphere (CliJob *job, const CliLearnOptions *options, const GArray *sizes, gint64 most,
               CliLearnResult *result, GError **error)
{
  GramSamples samples = { .n = most, .d = options->dimension, .ldx = options->dimension };
  gram_autofree double *X = gram_try_alloc (sizeof (double), samples.d, most, "the inputs", error);

  if (X == NULL)
    return FALSE;
  samples.X = X;
  if (job->device == NULL)
    job->device = cli_open_device (job->settings, error);
  if (job->device == NULL)
    return FALSE;
  gram_learnability_inputs (samples.d, most, job->settings->problem.seed, X);
  result->inputs =
      g_strdup_printf ("unit-sphere Gaussian inputs, d = %" G_GINT64_FORMAT, samples.d);
  return run_on (job, options, &samples, sizes, result, error);
}

/**
 * cli_learn_run:
 * @job: has settings; opened here when the inputs are a dataset's
 * @result: (out): also filled as far as it came when this fails
 */
gboolean
cli_learn_run (CliJob *job, const CliLearnOptions *options, CliLearnResult *result, GError **error)
{
  gint64 most;
  g_autoptr (GArray) sizes = NULL;
  gboolean done;

  if (!check_options (job, options, error)
      || (sizes = parse_sizes (job, options, &most, error)) == NULL)
    return FALSE;
  if (on_images (job, options))
    done = run_on_dataset (job, options, sizes, most, result, error);
  else
    done = run_on_sphere (job, options, sizes, most, result, error);
  cli_progress_clear ();
  return done;
}
