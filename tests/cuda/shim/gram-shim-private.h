/* gram-shim-private.h: what the shim's own files share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <functional>

#include "gram-shim.h"

enum ShimVerdict
{
  SHIM_GO,
  SHIM_BROKEN,
  SHIM_NO_MEMORY,
};

/* Every call passes here first. */
ShimVerdict shim_gate ();
/* Queues work, or records it while the stream is captured. */
void shim_submit (cudaStream_t stream, std::function<void ()> work);
/* Aborts when the range is not on the card: a host pointer was given for a device one. */
void shim_require_device (const void *memory, size_t bytes);
void shim_count_object (int change);
