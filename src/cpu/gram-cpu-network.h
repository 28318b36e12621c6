/* gram-cpu-network.h: images, W(0) and K laid out in tiles
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-trainer.h"

G_BEGIN_DECLS

gboolean gram_cpu_network_new (GramCpuTrainer *trainer, const GramTrainerSpec *spec,
                               const GramJob *job, GError **error);
gboolean gram_cpu_network_draw (GramCpuTrainer *trainer, GError **error);

G_END_DECLS
