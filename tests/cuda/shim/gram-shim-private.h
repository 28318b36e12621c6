/* gram-shim-private.h: what the shim's own files share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <functional>
#include <mutex>
#include <stdint.h>
#include <vector>

#include "gram-shim.h"

enum ShimVerdict
{
  SHIM_GO,
  SHIM_BROKEN,
  SHIM_NO_MEMORY,
};

/* Memory of the card that a piece of work touches. */
struct ShimRange
{
  const void *memory;
  size_t bytes;
};

/* One lock for the whole card: work runs under it. */
extern std::recursive_mutex shim_lock;

/* Every call passes here first. Some of what is queued may run meanwhile. */
ShimVerdict shim_gate ();
cudaError_t shim_runtime_gate ();
/* Ends the program: it did what a card forgives sometimes and not always. */
[[noreturn]] void shim_fault (const char *format, ...) __attribute__ ((format (printf, 1, 2)));
/* A failure that was asked for has happened; then odd calls are no fault of the program. */
bool shim_in_failure ();
bool shim_is_pending_failure_due ();
/* A number below @limit; always 0 without a seed. */
unsigned shim_random (unsigned limit);
void shim_count_object (int change);
void shim_count_graph ();

/* Blocks of the card's memory, by number; a fault when the range lies in none. */
unsigned shim_block_of (const void *memory, size_t bytes);
/* The same of what may be an address; 0: it is none. */
unsigned shim_block_if_any (const void *memory);
void shim_block_used (unsigned block, cudaStream_t stream, const char *what);
void shim_block_done (unsigned block, cudaStream_t stream, const char *what);
/* A thread must have chosen its card. */
void shim_require_choice (const char *what);
bool shim_is_recording ();
/* What takes or gives back what the card holds may wait for the whole card. */
void shim_require_no_recording (const char *what);

/* Queues work, or records it while the stream is captured. @first: names the code or the algorithm
 * that the card loads when it runs first, which must not be inside a graph. */
void shim_submit (cudaStream_t stream, const char *what, size_t first,
                  const std::vector<ShimRange> &ranges, std::function<void ()> work);
/* Some of what is queued runs. */
void shim_progress ();
/* The lanes of one warp as fibers of their own. */
void shim_run_warp (const std::function<void ()> &kernel, unsigned first_thread);
