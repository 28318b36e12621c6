/* gram-remote-device.h: a device at the other end of a command
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-wire-client.h"

G_BEGIN_DECLS

/* the slots of GramBackendVTable that are about devices */
#define SLOT(...)
#define DEVICE_SLOT(type, name, ...) type gram_remote_##name (__VA_ARGS__);
#define LINK_SLOT DEVICE_SLOT
#include "gram-backend-slots.h"

/* … of those of many processes of this machine */
gboolean gram_remote_describe_ranks (guint index, GramDeviceInfo *info, GError **error);
gpointer gram_remote_open_ranks (const char *address, const GramDeviceOptions *options,
                                 GramDeviceInfo *info, GError **error);

G_END_DECLS
