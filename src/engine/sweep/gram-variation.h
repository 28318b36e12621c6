/* gram-variation.h: a setting and the values that a study gives it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct
{
  const char *key;    /* of the setting; static */
  const char *symbol; /* what people call it: "m"; static */
  GStrv values;       /* each of them one that the setting takes, in the order given */
} GramVariation;

/* The settings with one value of each that is varied. Immutable. */
typedef struct
{
  gint references;
  GramSettings *settings;
  GStrv values;  /* a text for each variation, in their order; empty for a sweep */
  char *name;    /* "m 512, κ 1"; "" for a sweep */
  char *refused; /* (nullable) why it is not trained */
  gint64 m;      /* the width that the settings come to on the device */
} GramSweepPoint;

GramVariation *gram_variation_parse (const char *text, GError **error);
GramVariation *gram_variation_copy (const GramVariation *variation);
void gram_variation_free (gpointer variation);

GPtrArray *gram_sweep_points_new (const GramSettings *settings, const GPtrArray *variations,
                                  GError **error);
GPtrArray *gram_sweep_points_refuse (GPtrArray *points, guint index, const char *why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramVariation, gram_variation_free)

G_END_DECLS
