/* gram-shim-launch.h: running kernels on the host
 *
 * SPDX-License-Identifier: MIT
 *
 * Blocks and warps run one after the other in an order drawn at random. A warp runs either as
 * loops over 32 lanes or, after shim_set_lanes_apart(), as 32 fibers that meet only where the
 * kernel votes or adds up, as the card promises no more than that.
 */
#pragma once

#include <functional>
#include <stdint.h>
#include <string.h>
#include <type_traits>
#include <typeinfo>
#include <vector>

#include "cuda_runtime_api.h"

#define GRAM_KERNEL static void
#define GRAM_DEVICE static inline
#define GRAM_UNROLL(n)

struct dim3
{
  unsigned x, y, z;
  dim3 (unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x (x_), y (y_), z (z_)
  {
  }
};

extern thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

/* The lane that runs; −1: all of them, in loops. */
extern thread_local int shim_lane;

/* All lanes bring a value and each gets the bits, the sum, or the value of lane @from. @where tells
 * one meeting from another. */
uint32_t shim_meet_vote (const std::type_info *where, bool value);
double shim_meet_sum (const std::type_info *where, double value);
uint32_t shim_meet_get (uint32_t value, int from);

/* Queues @kernel for every block and every @stride-th thread of it. @arguments: addresses on the
 * card that its arguments hold. */
cudaError_t shim_launch (dim3 grid, dim3 block, unsigned stride, cudaStream_t stream, void *code,
                         const std::vector<const void *> &certain,
                         const std::vector<const void *> &possible, std::function<void ()> kernel);

/* A pointer argument is an address on the card; a structure may hold some. */
template <typename T>
static inline void
shim_look_for_addresses (const T &argument, std::vector<const void *> &certain,
                         std::vector<const void *> &possible)
{
  if constexpr (std::is_pointer<T>::value)
    certain.push_back ((const void *) argument);
  else if constexpr (std::is_class<T>::value)
    for (size_t at = 0; at + sizeof (void *) <= sizeof argument; at += sizeof (void *))
      {
        const void *word;

        memcpy (&word, (const char *) &argument + at, sizeof word);
        possible.push_back (word);
      }
}

/* Arguments are captured now, as a launch copies them. */
template <typename... Formal, typename... Actual>
static inline cudaError_t
shim_queue (void (*kernel) (Formal...), dim3 grid, dim3 block, unsigned stride, cudaStream_t stream,
            Actual... actual)
{
  std::vector<const void *> certain, possible;

  (shim_look_for_addresses (actual, certain, possible), ...);
  return shim_launch (grid, block, stride, stream, (void *) kernel, certain, possible,
                      [=] { kernel (actual...); });
}

#define GRAM_LAUNCH_THREADS(kernel, grid, block, stream, ...) \
  shim_queue (kernel, grid, block, 1, stream, __VA_ARGS__)
/* A warp program does the work of all its lanes. */
#define GRAM_LAUNCH_WARPS(kernel, grid, block, stream, ...) \
  shim_queue (kernel, grid, block, 32, stream, __VA_ARGS__)
