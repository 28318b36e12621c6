/* gram-shim-streams.cpp: streams, copies, kernels and graphs
 *
 * SPDX-License-Identifier: MIT
 *
 * Work is queued and runs at the latest when its stream is waited for, so a missing wait is seen:
 * what a copy brings is poison until then, and what it takes must not have changed meanwhile.
 */
#include <deque>
#include <numeric>
#include <set>
#include <string.h>
#include <unistd.h>

#include "gram-shim-launch.h"
#include "gram-shim-private.h"

/* The card's is 2³¹ − 1; a lower one finds columns that grow without limit. */
#define PITCH_MAX ((size_t) 1 << 20)

typedef std::lock_guard<std::recursive_mutex> Guard;
typedef std::function<void ()> Function;

struct Work
{
  const char *what;
  std::vector<unsigned> blocks; /* of the card's memory that it uses */
  Function run;
};

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
static std::set<cudaStream_t> streams;
static std::set<size_t> seen_first; /* what has run outside of a graph */
static bool lanes_apart = false;

void
shim_set_lanes_apart (int apart)
{
  Guard guard (shim_lock);

  lanes_apart = apart != 0;
}

/* ---------- queues --------------------------------------------------------------------------- */

bool
shim_is_recording ()
{
  for (cudaStream_t stream : streams)
    if (stream->recording != nullptr)
      return true;
  return false;
}

static void
enqueue (cudaStream_t stream, const Work &work)
{
  for (unsigned block : work.blocks)
    shim_block_used (block, stream, work.what);
  stream->queue.push_back (work);
}

static void
take_first (cudaStream_t stream, bool run)
{
  Work work = stream->queue.front ();

  stream->queue.pop_front ();
  if (run)
    work.run ();
  for (unsigned block : work.blocks)
    shim_block_done (block, stream, work.what);
}

void
shim_progress ()
{
  static bool inside = false;

  if (inside || shim_random (4) == 0)
    return;
  inside = true;
  for (cudaStream_t stream : streams)
    for (unsigned left = shim_random (4); left > 0 && !stream->queue.empty (); left--)
      take_first (stream, true);
  inside = false;
}

static void
submit (cudaStream_t stream, size_t first, const Work &work)
{
  Guard guard (shim_lock);

  shim_require_choice (work.what);
  if (stream == nullptr)
    shim_fault ("%s on the default stream, which waits for all others", work.what);
  if (streams.count (stream) == 0)
    shim_fault ("%s on a stream that is gone", work.what);
  if (stream->recording == nullptr)
    {
      seen_first.insert (first);
      enqueue (stream, work);
      return;
    }
  if (first != 0 && seen_first.count (first) == 0 && !shim_in_failure ())
    shim_fault ("%s runs for the first time inside a graph", work.what);
  stream->recording->work.push_back (work);
}

void
shim_submit (cudaStream_t stream, const char *what, size_t first,
             const std::vector<ShimRange> &ranges, Function run)
{
  Guard guard (shim_lock);
  Work work = { what, {}, run };

  for (const ShimRange &range : ranges)
    if (range.bytes > 0)
      work.blocks.push_back (shim_block_of (range.memory, range.bytes));
  submit (stream, first, work);
}

/* ---------- copies --------------------------------------------------------------------------- */

struct Columns
{
  void *to;
  size_t to_pitch;
  const void *from;
  size_t from_pitch, width, height;
};

static uint64_t
checksum (const Columns &c)
{
  uint64_t sum = 14695981039346656037u;

  for (size_t column = 0; column < c.height; column++)
    for (size_t i = 0; i < c.width; i++)
      sum = (sum ^ ((const unsigned char *) c.from)[column * c.from_pitch + i]) * 1099511628211u;
  return sum;
}

static void
copy_columns (const Columns &c)
{
  for (size_t column = 0; column < c.height; column++)
    memcpy ((char *) c.to + column * c.to_pitch, (const char *) c.from + column * c.from_pitch,
            c.width);
}

static void
upload (const Columns &c, uint64_t before)
{
  if (checksum (c) != before)
    shim_fault ("host memory was changed before its copy to the card had run");
  copy_columns (c);
}

static cudaError_t
copy (const Columns &c, enum cudaMemcpyKind kind, cudaStream_t stream)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();
  std::vector<ShimRange> ranges;

  if (error != cudaSuccess)
    return error;
  if (c.width > c.to_pitch || c.width > c.from_pitch)
    return cudaErrorInvalidValue;
  if (c.height > 1 && (c.to_pitch > PITCH_MAX || c.from_pitch > PITCH_MAX))
    return cudaErrorInvalidPitchValue;
  if (kind != cudaMemcpyDeviceToDevice && stream != nullptr && stream->recording != nullptr)
    shim_fault ("a copy between host and card is recorded in a graph");
  if (kind != cudaMemcpyDeviceToHost)
    ranges.push_back ({ c.to, c.height > 0 ? (c.height - 1) * c.to_pitch + c.width : 0 });
  if (kind != cudaMemcpyHostToDevice)
    ranges.push_back ({ c.from, c.height > 0 ? (c.height - 1) * c.from_pitch + c.width : 0 });
  if (kind == cudaMemcpyDeviceToHost)
    for (size_t column = 0; column < c.height; column++)
      memset ((char *) c.to + column * c.to_pitch, 0xff, c.width);
  if (kind == cudaMemcpyHostToDevice)
    {
      uint64_t before = checksum (c);

      shim_submit (stream, "a copy", 0, ranges, [=] { upload (c, before); });
    }
  else
    shim_submit (stream, "a copy", 0, ranges, [=] { copy_columns (c); });
  return cudaSuccess;
}

extern "C" cudaError_t
cudaMemcpyAsync (void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind,
                 cudaStream_t stream)
{
  return copy (Columns{ to, bytes, from, bytes, bytes, 1 }, kind, stream);
}

extern "C" cudaError_t
cudaMemcpy2DAsync (void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                   size_t height, enum cudaMemcpyKind kind, cudaStream_t stream)
{
  if (to_pitch > PITCH_MAX || from_pitch > PITCH_MAX)
    return cudaErrorInvalidPitchValue;
  return copy (Columns{ to, to_pitch, from, from_pitch, width, height }, kind, stream);
}

extern "C" cudaError_t
cudaMemsetAsync (void *memory, int value, size_t bytes, cudaStream_t stream)
{
  cudaError_t error = shim_runtime_gate ();

  if (error != cudaSuccess)
    return error;
  shim_submit (stream, "cudaMemsetAsync", 0, { { memory, bytes } },
               [=] { memset (memory, value, bytes); });
  return cudaSuccess;
}

/* ---------- kernels -------------------------------------------------------------------------- */

/* The @i-th of @count in an order that start and stride make. */
static unsigned
shuffled (uint64_t i, uint64_t count, uint64_t start, uint64_t stride)
{
  return (unsigned) ((start + i * stride) % count);
}

static uint64_t
stride_for (uint64_t count)
{
  uint64_t stride = 1 + shim_random ((unsigned) count);

  while (std::gcd (stride, count) != 1)
    stride++;
  return stride;
}

static void
run_block (const Function &kernel, unsigned stride)
{
  const unsigned parts = (blockDim.x + stride - 1) / stride;
  const uint64_t start = shim_random (parts), step = stride_for (parts);

  for (threadIdx.y = 0; threadIdx.y < blockDim.y; threadIdx.y++)
    for (unsigned i = 0; i < parts; i++)
      {
        threadIdx.x = shuffled (i, parts, start, step) * stride;
        if (stride > 1 && lanes_apart)
          shim_run_warp (kernel, threadIdx.x);
        else
          kernel ();
      }
}

static void
run_grid (dim3 grid, dim3 block, unsigned stride, const Function &kernel)
{
  const uint64_t blocks = (uint64_t) grid.x * grid.y;
  const uint64_t start = shim_random ((unsigned) blocks), step = stride_for (blocks);

  gridDim = grid;
  blockDim = block;
  for (uint64_t i = 0; i < blocks; i++)
    {
      const unsigned at = shuffled (i, blocks, start, step);

      blockIdx.x = at % grid.x;
      blockIdx.y = at / grid.x;
      run_block (kernel, stride);
    }
}

cudaError_t
shim_launch (dim3 grid, dim3 block, unsigned stride, cudaStream_t stream, void *code,
             const std::vector<const void *> &certain, const std::vector<const void *> &possible,
             Function kernel)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();
  Work work = { "a kernel", {}, [=] { run_grid (grid, block, stride, kernel); } };

  if (error != cudaSuccess)
    return error;
  if (grid.x == 0 || grid.y == 0 || block.x == 0 || block.x * block.y > 1024 || grid.y > 65535
      || grid.x > 0x7fffffffu)
    return cudaErrorInvalidValue;
  if (stride > 1 && block.x % stride != 0)
    shim_fault ("a block of %u threads has a warp that is not whole", block.x);
  for (const void *address : certain)
    if (address != nullptr)
      work.blocks.push_back (shim_block_of (address, 1));
  for (const void *address : possible)
    if (shim_block_if_any (address) != 0)
      work.blocks.push_back (shim_block_if_any (address));
  submit (stream, (size_t) code, work);
  return cudaSuccess;
}

/* ---------- streams -------------------------------------------------------------------------- */

extern "C" cudaError_t
cudaDeviceGetStreamPriorityRange (int *lowest, int *highest)
{
  *lowest = 0;
  *highest = -5;
  return shim_runtime_gate ();
}

extern "C" cudaError_t
cudaStreamCreateWithPriority (cudaStream_t *stream, unsigned flags, int)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();

  shim_require_choice ("cudaStreamCreateWithPriority");
  if (error != cudaSuccess)
    return error;
  if (flags != cudaStreamNonBlocking)
    shim_fault ("a stream that waits for the default stream");
  *stream = new CUstream_st;
  streams.insert (*stream);
  shim_count_object (1);
  return cudaSuccess;
}

extern "C" cudaError_t
cudaStreamDestroy (cudaStream_t stream)
{
  Guard guard (shim_lock);

  if (!stream->queue.empty ())
    shim_fault ("a stream is destroyed that was not waited for");
  streams.erase (stream);
  delete stream->recording;
  delete stream;
  shim_count_object (-1);
  return shim_runtime_gate ();
}

/* What was queued on a broken card is lost. */
extern "C" cudaError_t
cudaStreamSynchronize (cudaStream_t stream)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();

  shim_require_choice ("cudaStreamSynchronize");
  if (stream->recording != nullptr)
    {
      if (!shim_in_failure ())
        shim_fault ("a stream is waited for while it is recorded");
      return cudaErrorStreamCaptureUnsupported;
    }
  if (error == cudaSuccess && shim_is_pending_failure_due ())
    error = cudaErrorLaunchFailure;
  while (!stream->queue.empty ())
    take_first (stream, error == cudaSuccess);
  return error;
}

/* ---------- graphs --------------------------------------------------------------------------- */

extern "C" cudaError_t
cudaStreamBeginCapture (cudaStream_t stream, enum cudaStreamCaptureMode)
{
  cudaError_t error;

  {
    Guard guard (shim_lock);

    error = shim_runtime_gate ();
    if (error == cudaSuccess)
      stream->recording = new CUgraph_st;
  }
  usleep (2000); /* so that another thread's mistake meets it */
  return error;
}

extern "C" cudaError_t
cudaStreamEndCapture (cudaStream_t stream, cudaGraph_t *graph)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();

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
  cudaError_t error = shim_runtime_gate ();

  if (error != cudaSuccess)
    return error;
  *exec = new CUgraphExec_st{ graph->work };
  shim_count_object (1);
  return cudaSuccess;
}

extern "C" cudaError_t
cudaGraphLaunch (cudaGraphExec_t exec, cudaStream_t stream)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();

  if (error != cudaSuccess)
    return error;
  for (const Work &work : exec->work)
    submit (stream, 0, work);
  shim_count_graph ();
  return cudaSuccess;
}

extern "C" cudaError_t
cudaGraphDestroy (cudaGraph_t graph)
{
  delete graph;
  shim_count_object (-1);
  return shim_runtime_gate ();
}

/* A graph is not destroyed while a launch of it runs. */
extern "C" cudaError_t
cudaGraphExecDestroy (cudaGraphExec_t exec)
{
  delete exec;
  shim_count_object (-1);
  return shim_runtime_gate ();
}
