/* gram-remote.c: the backends whose devices are at the other end of a command
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
#define SLOT(type, name, ...) .name = gram_wire_client_##name,
#define DEVICE_SLOT(type, name, ...) .name = gram_remote_##name,
#define LINK_SLOT DEVICE_SLOT
#include "gram-backend-slots.h"
  };

  return &vtable;
}

/**
 * gram_remote_ranks_backend:
 *
 * It goes by the name of the module that runs in each of the processes it starts. So the program
 * itself is none of them, and outlives them.
 *
 * Returns: (transfer none): the backend of devices called “mpi:RANKS”
 */
const GramBackendVTable *
gram_remote_ranks_backend (void)
{
  static GramBackendVTable vtable;
  static gsize made;

  if (g_once_init_enter (&made))
    {
      vtable = *gram_remote_backend ();
      vtable.name = "mpi";
      vtable.title = "MPI";
      vtable.describe = gram_remote_describe_ranks;
      vtable.open_named = gram_remote_open_ranks;
      g_once_init_leave (&made, 1);
    }
  return &vtable;
}
