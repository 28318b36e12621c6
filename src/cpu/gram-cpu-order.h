/* gram-cpu-order.h: putting similar images, and pixels that are set together, side by side
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-trainer.h"

G_BEGIN_DECLS

gboolean gram_cpu_order_images (GramCpuTrainer *trainer, const GramSamples *samples,
                                GError **error);
gboolean gram_cpu_order_estimate (const GramSamples *samples, const gint64 *used, gint64 d,
                                  double *filled, double *blocks, GError **error);

G_END_DECLS
