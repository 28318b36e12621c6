/* gram-wire-samples.h: a set of images as a message, which goes over once
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-wire.h"

G_BEGIN_DECLS

typedef struct _GramWireSamples GramWireSamples;

GBytes *gram_wire_samples_encode (const GramSamples *samples, GError **error);
void gram_wire_samples_name (GBytes *message, guint8 id[GRAM_WIRE_ID]);
GramWireSamples *gram_wire_samples_new (GBytes *message, GError **error);
GramWireSamples *gram_wire_samples_ref (GramWireSamples *samples);
void gram_wire_samples_unref (GramWireSamples *samples);
const GramSamples *gram_wire_samples_get (GramWireSamples *samples);
gboolean gram_wire_samples_is (GramWireSamples *samples, const guint8 id[GRAM_WIRE_ID]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramWireSamples, gram_wire_samples_unref)

G_END_DECLS
