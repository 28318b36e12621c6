/* gram-shim.h: what a test can ask of the make-believe card
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stddef.h>

#include "cuda_runtime_api.h"

#ifdef __cplusplus
extern "C"
{
#endif

  typedef enum
  {
    SHIM_FAIL_ONCE,   /* the call fails, later ones work: a bad launch */
    SHIM_FAIL_STICKY, /* it and all later ones fail: an illegal address, a card that fell off */
    SHIM_FAIL_MEMORY, /* it fails for want of memory */
    SHIM_FAIL_LATER,  /* it works, the next wait fails and everything after: a fault in a kernel */
  } ShimFailure;

  /* Also from the environment: GRAM_SHIM_FAIL_AT, GRAM_SHIM_FAIL_HOW (once, sticky, …). Calls are
   * counted from 1; 0 never fails. Resets the counter and heals the card. */
  void shim_fail_at (long call, ShimFailure how);
  /* Calls since then; whether the failure has happened. */
  long shim_calls (void);
  int shim_failed (void);
  /* Bytes on the card that were not freed; objects (streams, handles, graphs) that still live. */
  size_t shim_memory_used (void);
  long shim_objects (void);
  /* The card's whole memory, and what cudaMemGetInfo() claims to be free beyond the truth. */
  void shim_set_memory (size_t total, size_t false_free);
  /* How many cards there are, or why none can be counted. */
  void shim_set_devices (int count, cudaError_t status);
  /* Graphs that were launched. */
  long shim_graphs_launched (void);
  /* In which order things happen where the order is free. 0: queued work runs as late as it may,
   * blocks one after the other. Else work of any stream may run during any call, and blocks, warps
   * and lanes take turns at random. Also from the environment: GRAM_SHIM_SEED. */
  void shim_set_seed (unsigned seed);
  /* Whether the lanes of a warp run as fibers that meet only at votes and sums. */
  void shim_set_lanes_apart (int apart);

#ifdef __cplusplus
}
#endif
