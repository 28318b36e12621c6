/* gram-cpu-forward.h: the outputs of a network, and what follows from them
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-trainer.h"

G_BEGIN_DECLS

/* Network outputs of @tiles tiles of samples: S = base + panelᵀW, √m·u = Σ_r a_r·max (S, 0). */
typedef struct
{
  GramCpuTrainer *trainer;
  gint64 tiles, k;
  const float *panel; /* (k × 32·tiles), or the sparse images */
  gboolean sparse;
  const float *weights; /* (nullable) tiles (k × m); NULL: the coefficients of @set */
  GramCpuSet *set;
  const float *base; /* (nullable) tiles (32·tiles × m) */
  float *out;        /* (nullable) S, tiles */
  guint32 *bits;     /* (nullable) patterns */
} GramCpuForward;

void gram_cpu_forward (GramCpuForward *forward, double *u);
void gram_cpu_forward_coefficients (GramCpuTrainer *trainer, GramCpuSet *set, gint64 tile,
                                    gint64 first, gint64 count, float *out);
void gram_cpu_forward_round (gint64 n, double *parts);
void gram_cpu_forward_finish (GramCpuTrainer *trainer, GramCpuSet *set, const double *sums,
                              const gint64 *at);

G_END_DECLS
