/* gram-network.h: the initial network of Eq 1, the same on every backend
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-trainer.h"

G_BEGIN_DECLS

/* Raised when the same seed gives another network or other sums, so that two releases do not go on
 * with each other's runs. */
#define GRAM_NETWORK_NUMBERS 1

gint64 gram_network_count (const GramTrainerSpec *spec);
gint64 gram_network_neuron (const GramTrainerSpec *spec, gint64 r);
void gram_network_weights (const GramTrainerSpec *spec, gint64 first, gint64 count, float *W,
                           gint64 ldw);
void gram_network_signs (const GramTrainerSpec *spec, float *a);

G_END_DECLS
