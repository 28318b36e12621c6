/* gram-shim-card.cpp: the card's state, its failures and its memory
 *
 * SPDX-License-Identifier: MIT
 *
 * Memory comes filled with a pattern that is not a number, so a missing initialisation is seen.
 * What is freed is freed, so that AddressSanitizer sees use after free, leaks and reads beyond the
 * end; without it, queued work that names freed memory is found, and so is memory that two streams
 * use without a wait in between.
 */
#include <map>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "gram-shim-private.h"

/* Blocks from this size on come from the system, page by page when they are touched: the C library
 * may have been told to fill what it gives. */
#define MAP_MIN ((size_t) 4 << 20)
/* Larger allocations are filled so far: to touch the rest would take most of the tests' time. */
#define FILL_MAX ((size_t) 1 << 20)

struct Block
{
  unsigned number;
  size_t bytes;
  std::map<cudaStream_t, long> queued; /* pieces of work that use it */
};

static struct
{
  std::map<const char *, Block> memory;
  std::map<unsigned, const char *> numbers;
  unsigned last_number = 0, seed = 0;
  uint64_t random = 0;
  size_t used = 0, total = (size_t) 8 << 30, false_free = 0;
  long objects = 0, calls = 0, fail_at = 0, graphs = 0;
  ShimFailure how = SHIM_FAIL_ONCE;
  bool asked_environment = false, failed = false, pending = false, broken = false;
  int devices = 1;
  cudaError_t count_status = cudaSuccess;
} card;

std::recursive_mutex shim_lock;
static thread_local bool has_chosen = false;

typedef std::lock_guard<std::recursive_mutex> Guard;

/* ---------- faults, failures, chance --------------------------------------------------------- */

void
shim_fault (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  fputs ("shim: ", stderr);
  vfprintf (stderr, format, arguments);
  fputc ('\n', stderr);
  va_end (arguments);
  abort ();
}

static void
read_environment ()
{
  const char *at = getenv ("GRAM_SHIM_FAIL_AT"), *how = getenv ("GRAM_SHIM_FAIL_HOW");
  const char *seed = getenv ("GRAM_SHIM_SEED"), *devices = getenv ("GRAM_SHIM_DEVICES");
  static const char *const names[] = { "once", "sticky", "memory", "later" };

  card.asked_environment = true;
  if (at != nullptr)
    card.fail_at = atol (at);
  for (int i = 0; how != nullptr && i < 4; i++)
    if (strcmp (how, names[i]) == 0)
      card.how = (ShimFailure) i;
  if (seed != nullptr)
    shim_set_seed ((unsigned) atol (seed));
  if (devices != nullptr)
    card.devices = atoi (devices);
}

ShimVerdict
shim_gate ()
{
  Guard guard (shim_lock);

  if (!card.asked_environment)
    read_environment ();
  card.calls++;
  if (!card.broken && !card.pending)
    shim_progress ();
  if (card.broken)
    return SHIM_BROKEN;
  if (card.fail_at == 0 || card.calls != card.fail_at)
    return SHIM_GO;
  card.failed = true;
  card.broken = card.how == SHIM_FAIL_STICKY;
  card.pending = card.how == SHIM_FAIL_LATER;
  return card.pending ? SHIM_GO : card.how == SHIM_FAIL_MEMORY ? SHIM_NO_MEMORY : SHIM_BROKEN;
}

cudaError_t
shim_runtime_gate ()
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

bool
shim_in_failure ()
{
  return card.failed;
}

/* A fault in a kernel comes to light when it is waited for. */
bool
shim_is_pending_failure_due ()
{
  card.broken |= card.pending;
  return card.pending;
}

unsigned
shim_random (unsigned limit)
{
  if (card.seed == 0)
    return 0;
  card.random = card.random * 6364136223846793005u + 1442695040888963407u;
  return (unsigned) (card.random >> 33) % limit;
}

void
shim_set_seed (unsigned seed)
{
  Guard guard (shim_lock);

  card.asked_environment = true;
  card.seed = seed;
  card.random = seed;
}

void
shim_fail_at (long call, ShimFailure how)
{
  Guard guard (shim_lock);

  card.asked_environment = true;
  card.calls = 0;
  card.fail_at = call;
  card.how = how;
  card.failed = card.pending = card.broken = false;
}

/* ---------- what a test may ask -------------------------------------------------------------- */

long
shim_calls (void)
{
  return card.calls;
}

int
shim_failed (void)
{
  return card.failed;
}

size_t
shim_memory_used (void)
{
  return card.used;
}

long
shim_objects (void)
{
  return card.objects;
}

long
shim_graphs_launched (void)
{
  return card.graphs;
}

void
shim_count_object (int change)
{
  Guard guard (shim_lock);

  card.objects += change;
}

void
shim_count_graph ()
{
  Guard guard (shim_lock);

  card.graphs++;
}

void
shim_set_memory (size_t total, size_t false_free)
{
  Guard guard (shim_lock);

  card.total = total;
  card.false_free = false_free;
}

void
shim_set_devices (int count, cudaError_t status)
{
  Guard guard (shim_lock);

  card.devices = count;
  card.count_status = status;
}

/* ---------- blocks of memory ----------------------------------------------------------------- */

static std::map<const char *, Block>::iterator
find_block (const void *memory, size_t bytes)
{
  auto after = card.memory.upper_bound ((const char *) memory);

  if (after == card.memory.begin ())
    return card.memory.end ();
  auto block = std::prev (after);
  return (const char *) memory + bytes <= block->first + block->second.bytes ? block
                                                                             : card.memory.end ();
}

unsigned
shim_block_if_any (const void *memory)
{
  auto block = find_block (memory, 1);

  return block == card.memory.end () ? 0 : block->second.number;
}

unsigned
shim_block_of (const void *memory, size_t bytes)
{
  auto block = find_block (memory, bytes);

  if (block == card.memory.end ())
    shim_fault ("%zu bytes at %p are not on the card", bytes, memory);
  return block->second.number;
}

static Block &
block_by_number (unsigned number, const char *what)
{
  auto place = card.numbers.find (number);

  if (place == card.numbers.end ())
    shim_fault ("%s uses memory that was freed", what);
  return card.memory[place->second];
}

void
shim_block_used (unsigned number, cudaStream_t stream, const char *what)
{
  Block &block = block_by_number (number, what);

  for (const auto &other : block.queued)
    if (other.first != stream && other.second > 0)
      shim_fault ("%s uses memory that work of another stream, not waited for, uses too", what);
  block.queued[stream]++;
}

void
shim_block_done (unsigned number, cudaStream_t stream, const char *what)
{
  block_by_number (number, what).queued[stream]--;
}

/* ---------- devices -------------------------------------------------------------------------- */

void
shim_require_choice (const char *what)
{
  if (!has_chosen)
    shim_fault ("%s on a thread that has not chosen its card", what);
}

extern "C" cudaError_t
cudaGetDeviceCount (int *count)
{
  cudaError_t error = shim_runtime_gate ();

  *count = card.devices;
  return error != cudaSuccess ? error : card.count_status;
}

extern "C" cudaError_t
cudaGetDeviceProperties (struct cudaDeviceProp *properties, int device)
{
  memset (properties, 0, sizeof *properties);
  if (device < 0 || device >= card.devices)
    return card.count_status != cudaSuccess ? card.count_status : cudaErrorNoDevice;
  snprintf (properties->name, sizeof properties->name, "Host shim");
  properties->totalGlobalMem = card.total;
  properties->major = 9;
  properties->multiProcessorCount = 1;
  return shim_runtime_gate ();
}

extern "C" cudaError_t
cudaSetDevice (int device)
{
  has_chosen = true;
  return device >= 0 && device < card.devices ? shim_runtime_gate () : cudaErrorNoDevice;
}

extern "C" cudaError_t
cudaDriverGetVersion (int *version)
{
  *version = CUDART_VERSION;
  return shim_runtime_gate ();
}

extern "C" cudaError_t
cudaRuntimeGetVersion (int *version)
{
  *version = CUDART_VERSION;
  return shim_runtime_gate ();
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

/* ---------- allocation ----------------------------------------------------------------------- */

void
shim_require_no_recording (const char *what)
{
  Guard guard (shim_lock);

  if (shim_is_recording () && !shim_in_failure ())
    shim_fault ("%s while a graph is recorded", what);
}

extern "C" cudaError_t
cudaMemGetInfo (size_t *available, size_t *total)
{
  cudaError_t error = shim_runtime_gate ();
  Guard guard (shim_lock);

  *total = card.total;
  *available = card.total - card.used + card.false_free;
  return error;
}

static void *
take_memory (size_t bytes)
{
  void *memory;

  if (bytes < MAP_MIN)
    return aligned_alloc (256, (bytes + 255) / 256 * 256);
  memory = mmap (nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

static void
give_memory_back (void *memory, size_t bytes)
{
  if (bytes < MAP_MIN)
    free (memory);
  else
    munmap (memory, bytes);
}

extern "C" cudaError_t
cudaMalloc (void **memory, size_t bytes)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();

  shim_require_choice ("cudaMalloc");
  shim_require_no_recording ("cudaMalloc");
  if (error != cudaSuccess)
    return error;
  if (bytes > card.total - card.used)
    return cudaErrorMemoryAllocation;
  *memory = take_memory (bytes);
  if (*memory == nullptr)
    return cudaErrorMemoryAllocation;
  memset (*memory, 0xff, bytes < FILL_MAX ? bytes : FILL_MAX);
  card.memory[(const char *) *memory] = Block{ ++card.last_number, bytes, {} };
  card.numbers[card.last_number] = (const char *) *memory;
  card.used += bytes;
  return cudaSuccess;
}

/* Frees even when it fails: what a broken card holds is given back by the driver. */
extern "C" cudaError_t
cudaFree (void *memory)
{
  Guard guard (shim_lock);
  cudaError_t error = shim_runtime_gate ();

  shim_require_choice ("cudaFree");
  shim_require_no_recording ("cudaFree");
  if (memory == nullptr)
    return error;
  auto block = card.memory.find ((const char *) memory);
  if (block == card.memory.end ())
    shim_fault ("freeing %p, which is not an allocation", memory);
  for (const auto &stream : block->second.queued)
    if (stream.second > 0)
      shim_fault ("memory is freed that queued work uses");
  give_memory_back (memory, block->second.bytes);
  card.used -= block->second.bytes;
  card.numbers.erase (block->second.number);
  card.memory.erase (block);
  return error;
}
