/* gram-remote.c: the backend whose devices are at the other end of a command
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-remote.h"

#include "gram-remote-device.h"

/**
 * gram_remote_backend:
 *
 * Returns: (transfer none): the backend of devices called “remote:SERVER”
 */
const GramBackendVTable *
gram_remote_backend (void)
{
  static const GramBackendVTable vtable = {
    .api_version = GRAM_BACKEND_API_VERSION,
    .name = "remote",
    .title = "Server",
#define SLOT(type, name, ...) .name = gram_remote_##name,
#include "gram-backend-slots.h"
  };

  return &vtable;
}
