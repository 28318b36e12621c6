/* gram-shim-runtime.cpp: the CUDA runtime on host memory
 *
 * SPDX-License-Identifier: MIT
 *
 * Work is queued and runs only when the stream is waited for, so a missing wait is seen. Memory
 * comes filled with a pattern that is not a number, so a missing initialisation is seen. What is
 * freed is freed, so that AddressSanitizer sees use after free, leaks and reads beyond the end.
 */
#include <deque>
#include <map>
#include <mutex>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vector>

#include "gram-shim-launch.h"
#include "gram-shim-private.h"

typedef std::function<void ()> Work;

/* Larger allocations are filled so far: to touch the rest would take most of the tests' time. */
#define FILL_MAX ((size_t) 1 << 20)

struct CUgraph_st
{
  std::vector<Work> work;
};

struct CUgraphExec_st
{
  std::vector<Work> work;
};

struct CUstream_st
{
  std::deque<Work> queue;
  CUgraph_st *recording = nullptr;
};

thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

/* ---------- the card's state ----------------------------------------------------------------- */

static struct
{
  std::mutex lock;
  std::map<const char *, size_t> memory;
  size_t used = 0, total = (size_t) 8 << 30, false_free = 0;
  long objects = 0, calls = 0, fail_at = 0, graphs = 0;
  ShimFailure how = SHIM_FAIL_ONCE;
  bool asked_environment = false, failed = false, pending = false, broken = false;
  int devices = 1;
  cudaError_t count_status = cudaSuccess;
} card;

static void
read_environment ()
{
  const char *at = getenv ("GRAM_SHIM_FAIL_AT"), *how = getenv ("GRAM_SHIM_FAIL_HOW");
  static const char *const names[] = { "once", "sticky", "memory", "later" };

  card.asked_environment = true;
  if (at != nullptr)
    card.fail_at = atol (at);
  for (int i = 0; how != nullptr && i < 4; i++)
    if (strcmp (how, names[i]) == 0)
      card.how = (ShimFailure) i;
}

ShimVerdict
shim_gate ()
{
  std::lock_guard<std::mutex> guard (card.lock);

  if (!card.asked_environment)
    read_environment ();
  card.calls++;
  if (card.broken)
    return SHIM_BROKEN;
  if (card.fail_at == 0 || card.calls != card.fail_at)
    return SHIM_GO;
  card.failed = true;
  card.broken = card.how == SHIM_FAIL_STICKY;
  card.pending = card.how == SHIM_FAIL_LATER;
  return card.pending ? SHIM_GO : card.how == SHIM_FAIL_MEMORY ? SHIM_NO_MEMORY : SHIM_BROKEN;
}

static cudaError_t
gate ()
{
  switch (shim_gate ())
    {
    case SHIM_BROKEN:
      return cudaErrorIllegalAddress;
    case SHIM_NO_MEMORY:
      return cudaErrorMemoryAllocation;
    default:
      return cudaSuccess;
    }
}

void
shim_fail_at (long call, ShimFailure how)
{
  std::lock_guard<std::mutex> guard (card.lock);

  card.asked_environment = true;
  card.calls = 0;
  card.fail_at = call;
  card.how = how;
  card.failed = card.pending = card.broken = false;
}

long
shim_calls (void)
{
  std::lock_guard<std::mutex> guard (card.lock);

  return card.calls;
}

int
shim_failed (void)
{
  std::lock_guard<std::mutex> guard (card.lock);

  return card.failed;
}

size_t
shim_memory_used (void)
{
  std::lock_guard<std::mutex> guard (card.lock);

  return card.used;
}

long
shim_objects (void)
{
  std::lock_guard<std::mutex> guard (card.lock);

  return card.objects;
}

long
shim_graphs_launched (void)
{
  std::lock_guard<std::mutex> guard (card.lock);

  return card.graphs;
}

void
shim_count_object (int change)
{
  std::lock_guard<std::mutex> guard (card.lock);

  card.objects += change;
}

void
shim_set_memory (size_t total, size_t false_free)
{
  std::lock_guard<std::mutex> guard (card.lock);

  card.total = total;
  card.false_free = false_free;
}

void
shim_set_devices (int count, cudaError_t status)
{
  std::lock_guard<std::mutex> guard (card.lock);

  card.devices = count;
  card.count_status = status;
}

void
shim_require_device (const void *memory, size_t bytes)
{
  std::lock_guard<std::mutex> guard (card.lock);
  auto after = card.memory.upper_bound ((const char *) memory);

  if (bytes == 0)
    return;
  if (after != card.memory.begin ())
    {
      auto block = std::prev (after);

      if ((const char *) memory + bytes <= block->first + block->second)
        return;
    }
  fprintf (stderr, "shim: %zu bytes at %p are not on the card\n", bytes, memory);
  abort ();
}

/* ---------- devices -------------------------------------------------------------------------- */

extern "C" cudaError_t
cudaGetDeviceCount (int *count)
{
  cudaError_t error = gate ();

  *count = card.devices;
  return error != cudaSuccess ? error : card.count_status;
}

extern "C" cudaError_t
cudaGetDeviceProperties (struct cudaDeviceProp *properties, int device)
{
  memset (properties, 0, sizeof *properties);
  if (device < 0 || device >= card.devices)
    return cudaErrorNoDevice;
  snprintf (properties->name, sizeof properties->name, "Host shim");
  properties->totalGlobalMem = card.total;
  properties->major = 9;
  properties->multiProcessorCount = 1;
  return gate ();
}

extern "C" cudaError_t
cudaSetDevice (int device)
{
  return device >= 0 && device < card.devices ? gate () : cudaErrorNoDevice;
}

extern "C" cudaError_t
cudaDriverGetVersion (int *version)
{
  *version = CUDART_VERSION;
  return gate ();
}

extern "C" cudaError_t
cudaRuntimeGetVersion (int *version)
{
  *version = CUDART_VERSION;
  return gate ();
}

/* Not counted: it is asked after failures only, and to fail it changes nothing. */
extern "C" cudaError_t
cudaGetLastError (void)
{
  return cudaSuccess;
}

extern "C" const char *
cudaGetErrorString (cudaError_t error)
{
  return error == cudaSuccess                 ? "no error"
         : error == cudaErrorMemoryAllocation ? "out of memory"
         : error == cudaErrorIllegalAddress   ? "an illegal memory access was encountered"
                                              : "another error";
}

/* ---------- memory --------------------------------------------------------------------------- */

extern "C" cudaError_t
cudaMemGetInfo (size_t *available, size_t *total)
{
  cudaError_t error = gate ();
  std::lock_guard<std::mutex> guard (card.lock);

  *total = card.total;
  *available = card.total - card.used + card.false_free;
  return error;
}

extern "C" cudaError_t
cudaMalloc (void **memory, size_t bytes)
{
  cudaError_t error = gate ();
  std::lock_guard<std::mutex> guard (card.lock);

  if (error != cudaSuccess)
    return error;
  if (bytes > card.total - card.used)
    return cudaErrorMemoryAllocation;
  *memory = aligned_alloc (256, (bytes + 255) / 256 * 256);
  if (*memory == nullptr)
    return cudaErrorMemoryAllocation;
  memset (*memory, 0xff, bytes < FILL_MAX ? bytes : FILL_MAX);
  card.memory[(const char *) *memory] = bytes;
  card.used += bytes;
  return cudaSuccess;
}

/* Frees even when it fails: what a broken card holds is given back by the driver. */
extern "C" cudaError_t
cudaFree (void *memory)
{
  cudaError_t error = gate ();
  std::lock_guard<std::mutex> guard (card.lock);

  if (memory == nullptr)
    return error;
  auto block = card.memory.find ((const char *) memory);
  if (block == card.memory.end ())
    {
      fprintf (stderr, "shim: freeing %p, which is not an allocation\n", memory);
      abort ();
    }
  card.used -= block->second;
  card.memory.erase (block);
  free (memory);
  return error;
}

extern "C" cudaError_t
cudaMemcpyAsync (void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream)
{
  return cudaMemcpy2DAsync (to, bytes, from, bytes, bytes, 1, kind, stream);
}

extern "C" cudaError_t
cudaMemcpy2DAsync (void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                   size_t height, cudaMemcpyKind kind, cudaStream_t stream)
{
  cudaError_t error = gate ();

  if (error != cudaSuccess)
    return error;
  if (width > to_pitch || width > from_pitch)
    return cudaErrorInvalidValue;
  if (kind != cudaMemcpyDeviceToHost)
    shim_require_device (to, height > 0 ? (height - 1) * to_pitch + width : 0);
  if (kind != cudaMemcpyHostToDevice)
    shim_require_device (from, height > 0 ? (height - 1) * from_pitch + width : 0);
  shim_submit (stream, [=] {
    for (size_t column = 0; column < height; column++)
      memcpy ((char *) to + column * to_pitch, (const char *) from + column * from_pitch, width);
  });
  return cudaSuccess;
}

extern "C" cudaError_t
cudaMemsetAsync (void *memory, int value, size_t bytes, cudaStream_t stream)
{
  cudaError_t error = gate ();

  if (error != cudaSuccess)
    return error;
  shim_require_device (memory, bytes);
  shim_submit (stream, [=] { memset (memory, value, bytes); });
  return cudaSuccess;
}

/* ---------- streams and graphs --------------------------------------------------------------- */

void
shim_submit (cudaStream_t stream, Work work)
{
  if (stream->recording != nullptr)
    stream->recording->work.push_back (work);
  else
    stream->queue.push_back (work);
}

cudaError_t
shim_launch (dim3 grid, dim3 block, unsigned stride, cudaStream_t stream, Work kernel)
{
  cudaError_t error = gate ();

  if (error != cudaSuccess)
    return error;
  if (grid.x == 0 || grid.y == 0 || block.x == 0 || block.x * block.y > 1024 || grid.y > 65535)
    return cudaErrorInvalidValue;
  shim_submit (stream, [=] {
    gridDim = grid;
    blockDim = block;
    for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++)
      for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++)
        for (threadIdx.y = 0; threadIdx.y < block.y; threadIdx.y++)
          for (threadIdx.x = 0; threadIdx.x < block.x; threadIdx.x += stride)
            kernel ();
  });
  return cudaSuccess;
}

extern "C" cudaError_t
cudaDeviceGetStreamPriorityRange (int *lowest, int *highest)
{
  *lowest = 0;
  *highest = -5;
  return gate ();
}

extern "C" cudaError_t
cudaStreamCreateWithPriority (cudaStream_t *stream, unsigned, int)
{
  cudaError_t error = gate ();

  if (error != cudaSuccess)
    return error;
  *stream = new CUstream_st;
  shim_count_object (1);
  return cudaSuccess;
}

extern "C" cudaError_t
cudaStreamDestroy (cudaStream_t stream)
{
  delete stream->recording;
  delete stream;
  shim_count_object (-1);
  return gate ();
}

/* What was queued on a broken card is lost. */
extern "C" cudaError_t
cudaStreamSynchronize (cudaStream_t stream)
{
  cudaError_t error = gate ();

  if (error == cudaSuccess)
    {
      std::lock_guard<std::mutex> guard (card.lock);

      if (card.pending)
        {
          card.broken = true;
          error = cudaErrorLaunchFailure;
        }
    }
  while (!stream->queue.empty ())
    {
      if (error == cudaSuccess)
        stream->queue.front () ();
      stream->queue.pop_front ();
    }
  return error;
}

extern "C" cudaError_t
cudaStreamBeginCapture (cudaStream_t stream, cudaStreamCaptureMode)
{
  cudaError_t error = gate ();

  if (error == cudaSuccess)
    stream->recording = new CUgraph_st;
  return error;
}

extern "C" cudaError_t
cudaStreamEndCapture (cudaStream_t stream, cudaGraph_t *graph)
{
  cudaError_t error = gate ();

  *graph = nullptr;
  if (error == cudaSuccess)
    {
      *graph = stream->recording;
      shim_count_object (1);
    }
  else
    delete stream->recording;
  stream->recording = nullptr;
  return error;
}

extern "C" cudaError_t
cudaGraphInstantiate (cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
  cudaError_t error = gate ();

  if (error != cudaSuccess)
    return error;
  *exec = new CUgraphExec_st{ graph->work };
  shim_count_object (1);
  return cudaSuccess;
}

extern "C" cudaError_t
cudaGraphLaunch (cudaGraphExec_t exec, cudaStream_t stream)
{
  cudaError_t error = gate ();

  if (error != cudaSuccess)
    return error;
  for (const Work &work : exec->work)
    shim_submit (stream, work);
  {
    std::lock_guard<std::mutex> guard (card.lock);

    card.graphs++;
  }
  return cudaSuccess;
}

extern "C" cudaError_t
cudaGraphDestroy (cudaGraph_t graph)
{
  delete graph;
  shim_count_object (-1);
  return gate ();
}

extern "C" cudaError_t
cudaGraphExecDestroy (cudaGraphExec_t exec)
{
  delete exec;
  shim_count_object (-1);
  return gate ();
}
