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

static inline const GramJob *
gram_job_or_none (const GramJob *job)
{
  static const GramJob none = { 0 };

  return job != NULL ? job : &none;
}

gboolean gram_samples_check (const GramSamples *samples, const char *what, GError **error);

G_END_DECLS
