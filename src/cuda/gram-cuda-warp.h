/* gram-cuda-warp.h: how the kernels are written, for the card and for a host compiler
 *
 * SPDX-License-Identifier: MIT
 *
 * A kernel here is either a thread program (every thread for itself) or a warp program: 32 lanes
 * that also vote and add up. No kernel shares memory between warps or needs atomics, so results do
 * not depend on scheduling. A warp program says each_lane ([&] (int lane) {…}) for what lanes do
 * and keeps what a lane owns in a PerLane<T>. On the card these cost nothing: each_lane calls its
 * argument once and PerLane is a register. A host compiler turns them into loops over 32 lanes,
 * so that the very same source runs, and is tested, where there is no card; or it runs the lanes
 * one by one (shim_lane) and lets them meet where the card does.
 */
#pragma once

#include <math.h>
#include <stdint.h>

#define GRAM_LANES 32
#define GRAM_ALL_LANES 0xffffffffu

#ifdef __CUDACC__

#include <cuda_runtime.h>

#define GRAM_KERNEL static __global__ void
#define GRAM_DEVICE static __device__ __forceinline__
#define GRAM_UNROLL(n) _Pragma (GRAM_STRING (unroll n))
#define GRAM_STRING(text) #text

#define GRAM_LAUNCH_THREADS(kernel, grid, block, stream, ...) \
  (kernel<<<grid, block, 0, stream>>> (__VA_ARGS__), cudaGetLastError ())
#define GRAM_LAUNCH_WARPS GRAM_LAUNCH_THREADS

template <typename T> struct PerLane
{
  T value;
  __device__
  PerLane (T first)
      : value (first)
  {
  }
  __device__ T &
  operator[] (int)
  {
    return value;
  }
};

GRAM_DEVICE int
this_lane ()
{
  return (int) (threadIdx.x % GRAM_LANES);
}

template <typename F>
GRAM_DEVICE void
each_lane (F work)
{
  work (this_lane ());
}

/* bit l of the result is what lane l says */
template <typename F>
GRAM_DEVICE uint32_t
warp_vote (F question)
{
  return __ballot_sync (GRAM_ALL_LANES, question (this_lane ()));
}

/* the sum over lanes, the same in every lane */
template <typename F>
GRAM_DEVICE double
warp_sum (F term)
{
  double sum = term (this_lane ());

  for (int offset = GRAM_LANES / 2; offset > 0; offset /= 2)
    sum += __shfl_xor_sync (GRAM_ALL_LANES, sum, offset);
  return sum;
}

/* what lane @lane has in @values, told to every lane */
GRAM_DEVICE uint32_t
warp_get (PerLane<uint32_t> &values, int lane)
{
  return __shfl_sync (GRAM_ALL_LANES, values[this_lane ()], lane);
}

GRAM_DEVICE int
count_bits (uint32_t word)
{
  return __popc (word);
}

#else /* a host compiler: tests/cuda/shim has the launcher */

#include "gram-shim-launch.h"

template <typename T> struct PerLane
{
  T value[GRAM_LANES];
  PerLane (T first)
  {
    for (T &each : value)
      each = first;
  }
  T &
  operator[] (int lane)
  {
    return value[lane];
  }
};

template <typename F>
static inline void
each_lane (F work)
{
  if (shim_lane >= 0)
    work (shim_lane);
  else
    for (int lane = 0; lane < GRAM_LANES; lane++)
      work (lane);
}

template <typename F>
static inline uint32_t
warp_vote (F question)
{
  uint32_t word = 0;

  if (shim_lane >= 0)
    return shim_meet_vote (&typeid (F), question (shim_lane));
  for (int lane = 0; lane < GRAM_LANES; lane++)
    word |= (question (lane) ? 1u : 0u) << lane;
  return word;
}

/* The tree of the card, so that sums are the same to the last bit. */
template <typename F>
static inline double
warp_sum (F term)
{
  double sum[GRAM_LANES];

  if (shim_lane >= 0)
    return shim_meet_sum (&typeid (F), term (shim_lane));
  for (int lane = 0; lane < GRAM_LANES; lane++)
    sum[lane] = term (lane);
  for (int offset = GRAM_LANES / 2; offset > 0; offset /= 2)
    for (int lane = 0; lane < offset; lane++)
      sum[lane] += sum[lane + offset];
  return sum[0];
}

static inline uint32_t
warp_get (PerLane<uint32_t> &values, int lane)
{
  return shim_lane >= 0 ? shim_meet_get (values[shim_lane], lane) : values[lane];
}

static inline int
count_bits (uint32_t word)
{
  return __builtin_popcount (word);
}

#endif

/* Threads of every block that has no shape of its own */
#define BLOCK 128

static inline dim3
grid_of (int64_t x, int64_t y)
{
  return dim3 ((unsigned) x, (unsigned) y, 1);
}

static inline int64_t
blocks_of (int64_t items, int64_t per_block)
{
  return (items + per_block - 1) / per_block;
}

static inline int64_t
warp_blocks (int64_t warps)
{
  return blocks_of (warps, BLOCK / GRAM_LANES);
}

/* The number of this warp in the grid's x direction. */
GRAM_DEVICE int64_t
this_warp ()
{
  return ((int64_t) blockIdx.x * blockDim.x + threadIdx.x) / GRAM_LANES;
}

/* ---------- bf16 ----------------------------------------------------------------------------- */

/* A bf16 is the upper half of a float32; rounding is to nearest even. */
union GramFloatBits
{
  float value;
  uint32_t bits;
};

GRAM_DEVICE uint16_t
bf16_of (float value)
{
  GramFloatBits x;

  x.value = value;
  if ((x.bits & 0x7fffffffu) > 0x7f800000u)
    return 0x7fc0; /* not a number stays one: divergence must be seen */
  return (uint16_t) ((x.bits + 0x7fffu + ((x.bits >> 16) & 1u)) >> 16);
}

GRAM_DEVICE float
bf16_value (uint16_t half)
{
  GramFloatBits x;

  x.bits = (uint32_t) half << 16;
  return x.value;
}
