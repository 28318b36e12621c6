/* gram-ticks.h: where an axis is marked and what is written there
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-scale.h"

G_BEGIN_DECLS

typedef struct
{
  double value;
  gboolean major;
  char *label; /* (nullable) minor ticks have none */
} GramTick;

typedef struct
{
  GArray *ticks; /* of GramTick, ascending */
  int exponent;  /* labels are to be read times 10^exponent */
  double step;   /* linear: between major ticks; 0 on a logarithmic axis */
} GramTicks;

typedef struct
{
  GramScale scale;
  GramZero zero; /* as GramTransform */
  GramRange range;
  guint most;       /* as many major ticks at most, ≥ 2 */
  gboolean integer; /* counts: no ticks between integers */
} GramTickSpec;

GramTicks *gram_ticks_new (const GramTickSpec *spec);
void gram_ticks_free (GramTicks *ticks);

char *gram_format_fixed (double value, int decimals);
char *gram_format_number (double value, int digits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTicks, gram_ticks_free)

G_END_DECLS
