/* gram-device-private.h: what systems and trainers see of a device
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

struct _GramDevice
{
  gint references; /* atomic */
  const GramBackendVTable *vtable;
  gpointer impl;
  GramDeviceInfo info;
};

gboolean gram_samples_check (const GramSamples *samples, const char *what, GError **error);

G_END_DECLS
