/* gram-remote-device.h: a device at the other end of a command, and what is asked of it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

#include "gram-remote-link.h"

G_BEGIN_DECLS

typedef struct
{
  GramRemoteLink *link;
} GramRemoteDevice;

/* the slots of GramBackendVTable, each where it belongs */
#define SLOT(type, name, ...) type gram_remote_##name (__VA_ARGS__);
#include "gram-backend-slots.h"

gboolean gram_remote_device_send_images (GramRemoteDevice *device, const GramSamples *samples,
                                         guint8 id[GRAM_WIRE_ID], const GramJob *job,
                                         GError **error);

G_END_DECLS
