/* gram-figure-caption.c: the caption of a figure: the data, the network, and what is drawn how
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figure-caption.h"

#include <glib/gi18n.h>

#include "gram-ticks.h"

/* "MNIST, classes 0 and 1, n = 1000, …", "" when there are no data yet */
static char *
describe_data (const GramFigureInputs *inputs)
{
  const GramProblem *problem = inputs->study != NULL      ? inputs->study->problem
                               : inputs->analysis != NULL ? inputs->analysis->problem
                                                          : NULL;
  g_autofree char *preprocess = NULL;
  g_autofree char *n = NULL;
  g_autofree char *d = NULL;

  if (problem == NULL)
    return g_strdup ("");
  if (problem->preprocess != GRAM_PREPROCESS_NONE)
    preprocess =
        g_strdup_printf (_ (", preprocessing %s"), gram_preprocess_to_string (problem->preprocess));
  n = gram_format_fixed ((double) problem->n, 0);
  d = gram_format_fixed ((double) problem->d, 0);
  /* Translators: dataset, two class names, number of images, how they were chosen, dimension,
   * preprocessing */
  return g_strdup_printf (_ ("%s, classes %s (+1) and %s (−1), n = %s (%s), d = %s%s, ‖x‖₂ = 1."),
                          problem->dataset_title, problem->class_names[0], problem->class_names[1],
                          n,
                          problem->select == GRAM_SELECT_FIRST ? _ ("first in file order")
                                                               : _ ("a seeded random subset"),
                          d, preprocess != NULL ? preprocess : "");
}

/* "m = 10 000, η = 0.001, …", "" when there is no run */
static char *
describe_network (const GramFigureInputs *inputs)
{
  const GramRun *run = inputs->run;
  g_autofree char *seed = NULL;
  g_autofree char *device = NULL;
  g_autofree char *m = NULL;
  g_autofree char *eta = NULL;
  g_autofree char *kappa = NULL;

  if (run == NULL)
    return g_strdup ("");
  m = gram_format_fixed ((double) run->m, 0);
  eta = gram_format_number (run->eta, 6);
  kappa = gram_format_number (run->kappa, 6);
  seed = g_strdup_printf ("%" G_GUINT64_FORMAT, run->seed);
  /* Translators: appended to the sentence about the network: the device it was trained on */
  device = run->device != NULL ? g_strdup_printf (_ (", on %s"), run->device) : NULL;
  /* Translators: width, step size, scale and kind of initialisation, seed, device */
  return g_strdup_printf (
      _ ("m = %s hidden neurons, η = %s, κ = %s, %s initialisation, seed %s%s."), m, eta, kappa,
      gram_init_to_string (run->init), seed, device != NULL ? device : "");
}

/**
 * gram_figure_caption:
 * @text: what is drawn how
 *
 * Sets the caption: the data, the network, and @text.
 */
void
gram_figure_caption (GramFigure *figure, const GramFigureInputs *inputs, const char *text)
{
  g_autofree char *data = describe_data (inputs);
  g_autofree char *network = describe_network (inputs);
  g_autofree char *caption = g_strdup_printf ("%s%s%s%s%s", data, *data != '\0' ? " " : "", network,
                                              *network != '\0' ? " " : "", text);

  gram_figure_set_caption (figure, caption);
}
