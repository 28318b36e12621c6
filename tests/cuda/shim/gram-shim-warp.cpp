/* gram-shim-warp.cpp: the lanes of a warp as fibers
 *
 * SPDX-License-Identifier: MIT
 *
 * Each lane runs the kernel by itself, from one meeting to the next, in an order drawn anew each
 * time. What one lane leaves for another without a meeting in between is then there or not as
 * chance has it, and lanes that do not all come to the same meeting are found.
 */
#include <stdlib.h>
#include <ucontext.h>

#include "gram-shim-launch.h"
#include "gram-shim-private.h"

#define LANES 32
#define STACK_BYTES ((size_t) 64 << 10)

thread_local int shim_lane = -1;

enum LaneState
{
  LANE_RUNS,
  LANE_MEETS,
  LANE_ENDED,
};

static struct
{
  ucontext_t scheduler, lane[LANES];
  LaneState state[LANES];
  const std::type_info *where[LANES];
  double value[LANES], sum;
  uint32_t word[LANES], votes;
  char *stacks;
  const std::function<void ()> *kernel;
} warp; /* under shim_lock */

static void
lane_main ()
{
  (*warp.kernel) ();
  warp.state[shim_lane] = LANE_ENDED;
}

static void
start_lane (int lane)
{
  getcontext (&warp.lane[lane]);
  warp.lane[lane].uc_stack.ss_sp = warp.stacks + (size_t) lane * STACK_BYTES;
  warp.lane[lane].uc_stack.ss_size = STACK_BYTES;
  warp.lane[lane].uc_link = &warp.scheduler;
  makecontext (&warp.lane[lane], lane_main, 0);
  warp.state[lane] = LANE_RUNS;
}

/* Every lane goes on to its next meeting or its end. */
static void
run_lanes (unsigned first_thread)
{
  const unsigned start = shim_random (LANES), stride = 2 * shim_random (LANES / 2) + 1;

  for (unsigned i = 0; i < LANES; i++)
    {
      shim_lane = (int) ((start + i * stride) % LANES);
      threadIdx.x = first_thread + (unsigned) shim_lane;
      if (warp.state[shim_lane] != LANE_ENDED)
        swapcontext (&warp.scheduler, &warp.lane[shim_lane]);
    }
  shim_lane = -1;
}

/* Whether there is another round: everyone is at the same meeting. */
static bool
meet ()
{
  double sum[LANES];

  for (int lane = 1; lane < LANES; lane++)
    if (warp.state[lane] != warp.state[0])
      shim_fault ("the lanes of a warp part: lane %d %s while lane 0 %s", lane,
                  warp.state[lane] == LANE_ENDED ? "has ended" : "waits for the others",
                  warp.state[0] == LANE_ENDED ? "has ended" : "waits");
    else if (warp.state[0] == LANE_MEETS && warp.where[lane] != warp.where[0])
      shim_fault ("the lanes of a warp meet in different places");
  if (warp.state[0] == LANE_ENDED)
    return false;
  warp.votes = 0;
  for (int lane = 0; lane < LANES; lane++)
    {
      warp.votes |= (warp.value[lane] != 0 ? 1u : 0u) << lane;
      sum[lane] = warp.value[lane];
    }
  for (int offset = LANES / 2; offset > 0; offset /= 2)
    for (int lane = 0; lane < offset; lane++)
      sum[lane] += sum[lane + offset];
  warp.sum = sum[0];
  return true;
}

void
shim_run_warp (const std::function<void ()> &kernel, unsigned first_thread)
{
  if (warp.stacks == nullptr)
    warp.stacks = (char *) malloc (LANES * STACK_BYTES);
  warp.kernel = &kernel;
  for (int lane = 0; lane < LANES; lane++)
    start_lane (lane);
  do
    run_lanes (first_thread);
  while (meet ());
  threadIdx.x = first_thread;
}

static void
come_to (const std::type_info *where, double value, uint32_t word)
{
  const int lane = shim_lane;

  warp.where[lane] = where;
  warp.value[lane] = value;
  warp.word[lane] = word;
  warp.state[lane] = LANE_MEETS;
  swapcontext (&warp.lane[lane], &warp.scheduler);
}

uint32_t
shim_meet_vote (const std::type_info *where, bool value)
{
  come_to (where, value ? 1 : 0, 0);
  return warp.votes;
}

double
shim_meet_sum (const std::type_info *where, double value)
{
  come_to (where, value, 0);
  return warp.sum;
}

/* The others' words must outlive the reader's round: nobody comes to a meeting before all have
 * left this one, so a second meeting keeps them. */
uint32_t
shim_meet_get (uint32_t value, int from)
{
  uint32_t word;

  come_to (&typeid (shim_meet_get), 0, value);
  word = warp.word[from];
  come_to (&typeid (uint32_t), 0, warp.word[shim_lane]);
  return word;
}
