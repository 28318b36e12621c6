/* gram-samples.c: a problem as the backends take it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-samples.h"

/**
 * gram_samples_of_problem:
 * @train: (out caller-allocates) (nullable): views of @problem's training images
 * @test: (out caller-allocates) (nullable): views of its test images, n = 0 when there are none
 *
 * Nothing is copied: the views live as long as @problem.
 */
void
gram_samples_of_problem (const GramProblem *problem, GramSamples *train, GramSamples *test)
{
  if (train != NULL)
    *train = (GramSamples){
      .n = problem->n,
      .d = problem->d,
      .X = problem->X,
      .ldx = problem->d,
      .pixels = problem->pixels,
      .gain = problem->gain,
      .shift = problem->shift,
      .scale = problem->scale,
    };
  if (test != NULL)
    *test = (GramSamples){
      .n = problem->X_test != NULL ? problem->n_test : 0,
      .d = problem->d,
      .X = problem->X_test,
      .ldx = problem->d,
      .pixels = problem->pixels_test,
      .gain = problem->gain,
      .shift = problem->shift,
      .scale = problem->scale_test,
    };
}
