/* gram-cuda-device.c: one card: its state of health, its memory, its errors as GError
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-device.h"

#include <string.h>

#include "gram-error.h"

/* ---------- health --------------------------------------------------------------------------- */

gboolean
cuda_is_dead (CudaDevice *device)
{
  return g_atomic_int_get (&device->dead) != 0;
}

static gboolean
fail_device (CudaDevice *device, const char *doing, const char *cause, GError **error)
{
  g_atomic_int_set (&device->dead, 1);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
               "%s stopped working while %s: %s; the work can go on on the CPU",
               device->info.name[0] != '\0' ? device->info.name : "the card", doing, cause);
  return FALSE;
}

static gboolean
fail_memory (const char *doing, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY,
               "the card has no memory left for %s; close other programs that use it or take "
               "fewer images or neurons",
               doing);
  return FALSE;
}

/**
 * cuda_ok:
 * @status: what a runtime call or a kernel launch returned
 * @doing: what was being done, a gerund
 *
 * Returns: whether @status is success. No memory is GRAM_ERROR_MEMORY and leaves the card usable;
 *   everything else is GRAM_ERROR_DEVICE and ends it.
 */
gboolean
cuda_ok (CudaDevice *device, cudaError_t status, const char *doing, GError **error)
{
  if (status == cudaSuccess)
    return TRUE;
  (void) cudaGetLastError (); /* an error that is not sticky must not be met again later */
  if (status == cudaErrorMemoryAllocation)
    return fail_memory (doing, error);
  return fail_device (device, doing, cudaGetErrorString (status), error);
}

/* What a library says that failed. It tells a fault of the card and a refusal of its own apart
 * poorly: a card that still answers after what was queued before is sound, and the failure is of
 * this one call. A size that is @refused is no fault either: the caller has other ways. */
static gboolean
fail_library (CudaQueue *queue, const char *library, int code, gboolean refused, const char *cause,
              const char *doing, GError **error)
{
  cudaError_t status = refused ? cudaSuccess : cudaStreamSynchronize (queue->stream);

  if (status != cudaSuccess)
    return cuda_ok (queue->device, status, doing, error);
  if (refused)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED,
                 "%s refuses %s at this size (status %d); the CPU has no such limit", library,
                 doing, code);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_FAILED,
                 "%s failed on %s: %s; the card itself still answers", doing,
                 queue->device->info.name, cause);
  return FALSE;
}

gboolean
cublas_ok (CudaQueue *queue, cublasStatus_t status, const char *doing, GError **error)
{
  if (status == CUBLAS_STATUS_SUCCESS)
    return TRUE;
  if (status == CUBLAS_STATUS_ALLOC_FAILED)
    return fail_memory (doing, error);
  return fail_library (queue, "cuBLAS", (int) status,
                       status == CUBLAS_STATUS_NOT_SUPPORTED
                           || status == CUBLAS_STATUS_INVALID_VALUE,
                       cublasGetStatusString (status), doing, error);
}

gboolean
cusolver_ok (CudaQueue *queue, cusolverStatus_t status, const char *doing, GError **error)
{
  char cause[32];

  if (status == CUSOLVER_STATUS_SUCCESS)
    return TRUE;
  if (status == CUSOLVER_STATUS_ALLOC_FAILED)
    return fail_memory (doing, error);
  g_snprintf (cause, sizeof cause, "cuSOLVER status %d", (int) status);
  return fail_library (queue, "cuSOLVER", (int) status,
                       status == CUSOLVER_STATUS_NOT_SUPPORTED
                           || status == CUSOLVER_STATUS_INVALID_VALUE,
                       cause, doing, error);
}

/**
 * cuda_enter:
 *
 * To be called first in every slot: the current device is a property of the thread.
 */
gboolean
cuda_enter (CudaDevice *device, GError **error)
{
  if (cuda_is_dead (device))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "%s failed earlier and cannot be used before the program starts again",
                   device->info.name);
      return FALSE;
    }
  return cuda_ok (device, cudaSetDevice (device->index), "choosing the card", error);
}

/* ---------- memory --------------------------------------------------------------------------- */

/**
 * cuda_memory_free:
 * @bytes: (out): what can be asked for, less a reserve for the driver and the libraries
 */
gboolean
cuda_memory_free (CudaDevice *device, gsize *bytes, GError **error)
{
  gsize available = 0, total = 0, reserve;

  if (!cuda_ok (device, cudaMemGetInfo (&available, &total), "asking for its free memory", error))
    return FALSE;
  reserve = MIN (total / 50, (gsize) 512 << 20);
  *bytes = available > reserve ? available - reserve : 0;
  return TRUE;
}

/**
 * cuda_memory_check:
 * @bytes: what is about to be allocated
 * @what: for what
 *
 * Says before anything is allocated that it will not fit, with both numbers.
 */
gboolean
cuda_memory_check (CudaDevice *device, gsize bytes, const char *what, GError **error)
{
  gsize available;
  g_autofree char *needed = NULL, *present = NULL;

  if (!cuda_memory_free (device, &available, error))
    return FALSE;
  if (bytes <= available)
    return TRUE;
  needed = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  present = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY,
               "%s needs %s on the card, %s are free; take fewer images or neurons, or the CPU",
               what, needed, present);
  return FALSE;
}

static GMutex card_lock;

/**
 * cuda_lock_card:
 *
 * To be held by whoever records a graph, and by whoever takes or gives back what the card holds,
 * memory or a library's handle. The latter may wait for all that runs on the card, and a stream
 * that is being recorded cannot be waited for: training records while analyses begin and end.
 * Both are short. cuda_alloc() and cuda_release() hold it themselves.
 */
void
cuda_lock_card (void)
{
  g_mutex_lock (&card_lock);
}

void
cuda_unlock_card (void)
{
  g_mutex_unlock (&card_lock);
}

gpointer
cuda_alloc (CudaDevice *device, gsize bytes, const char *what, GError **error)
{
  gpointer memory = NULL;
  cudaError_t status;

  cuda_lock_card ();
  status = cudaMalloc (&memory, MAX (bytes, 1));
  cuda_unlock_card ();
  return cuda_ok (device, status, what, error) ? memory : NULL;
}

/* A failure to free has no remedy, and after a sticky error every call fails. */
void
cuda_release (gpointer memory)
{
  if (memory == NULL)
    return;
  cuda_lock_card ();
  (void) cudaFree (memory);
  cuda_unlock_card ();
}

/* ---------- queues --------------------------------------------------------------------------- */

/**
 * cuda_queue_init:
 * @queue: zeroed; cuda_queue_clear() frees what was made, also after a failure
 */
gboolean
cuda_queue_init (CudaQueue *queue, CudaDevice *device, CudaQueueKind kind, GError **error)
{
  int lowest = 0, highest = 0;
  cublasStatus_t status;

  queue->device = device;
  if (!cuda_ok (device, cudaDeviceGetStreamPriorityRange (&lowest, &highest),
                "asking for priorities", error)
      || !cuda_ok (device,
                   cudaStreamCreateWithPriority (&queue->stream, cudaStreamNonBlocking,
                                                 kind == CUDA_QUEUE_TRAINING ? highest : lowest),
                   "making a stream", error))
    return FALSE;
  cuda_lock_card ();
  status = cublasCreate (&queue->blas);
  cuda_unlock_card ();
  if (!cublas_ok (queue, status, "starting cuBLAS", error)
      || !cublas_ok (queue, cublasSetStream (queue->blas, queue->stream), "starting cuBLAS", error))
    return FALSE;
  queue->workspace = cuda_alloc (device, CUDA_WORKSPACE_BYTES, "the workspace of cuBLAS", error);
  return queue->workspace != NULL
         && cublas_ok (queue,
                       cublasSetWorkspace (queue->blas, queue->workspace, CUDA_WORKSPACE_BYTES),
                       "starting cuBLAS", error);
}

/* Before memory is released that queued work may use; whether the work went well is not asked. */
void
cuda_queue_drain (CudaQueue *queue)
{
  if (queue->stream != NULL)
    (void) cudaStreamSynchronize (queue->stream);
}

void
cuda_queue_clear (CudaQueue *queue)
{
  cuda_queue_drain (queue);
  cuda_lock_card ();
  if (queue->blas != NULL)
    (void) cublasDestroy (queue->blas);
  cuda_unlock_card ();
  cuda_release (queue->workspace);
  if (queue->stream != NULL)
    (void) cudaStreamDestroy (queue->stream);
  memset (queue, 0, sizeof *queue);
}

gboolean
cuda_queue_wait (CudaQueue *queue, const char *doing, GError **error)
{
  return cuda_ok (queue->device, cudaStreamSynchronize (queue->stream), doing, error);
}

/* Columns that lie one behind the other are one line: a column has an upper limit, 2³¹ − 1 bytes,
 * a line has none. */
static cudaError_t
queue_copy (CudaQueue *queue, gpointer to, gsize to_pitch, gconstpointer from, gsize from_pitch,
            gsize width, gsize height, enum cudaMemcpyKind kind)
{
  if (height == 1 || (to_pitch == width && from_pitch == width))
    return cudaMemcpyAsync (to, from, width * height, kind, queue->stream);
  return cudaMemcpy2DAsync (to, to_pitch, from, from_pitch, width, height, kind, queue->stream);
}

static gboolean
transfer (CudaQueue *queue, gpointer to, gsize to_pitch, gconstpointer from, gsize from_pitch,
          gsize width, gsize height, enum cudaMemcpyKind kind, const char *doing, GError **error)
{
  return width == 0 || height == 0
         || (cuda_ok (queue->device,
                      queue_copy (queue, to, to_pitch, from, from_pitch, width, height, kind),
                      doing, error)
             && cuda_queue_wait (queue, doing, error));
}

/**
 * cuda_upload:
 * @width: bytes of a column
 * @height: columns
 *
 * Returns only when @from may be changed again.
 */
gboolean
cuda_upload (CudaQueue *queue, gpointer to, gsize to_pitch, gconstpointer from, gsize from_pitch,
             gsize width, gsize height, GError **error)
{
  return transfer (queue, to, to_pitch, from, from_pitch, width, height, cudaMemcpyHostToDevice,
                   "copying to it", error);
}

/* Waits for everything queued before, then copies. */
gboolean
cuda_download (CudaQueue *queue, gpointer to, gsize to_pitch, gconstpointer from, gsize from_pitch,
               gsize width, gsize height, GError **error)
{
  return transfer (queue, to, to_pitch, from, from_pitch, width, height, cudaMemcpyDeviceToHost,
                   "copying from it", error);
}

gboolean
cuda_zero (CudaQueue *queue, gpointer memory, gsize bytes, GError **error)
{
  return bytes == 0
         || cuda_ok (queue->device, cudaMemsetAsync (memory, 0, bytes, queue->stream),
                     "clearing memory", error);
}

/* ---------- the cards there are -------------------------------------------------------------- */

/* Without a driver, with one that is too old, or with no card this is 0 and nothing is said: the
 * program then works on the CPU. cuda_describe() has the reason. */
guint
cuda_count_devices (void)
{
  int count = 0;

  if (cudaGetDeviceCount (&count) != cudaSuccess)
    {
      (void) cudaGetLastError ();
      return 0;
    }
  return (guint) MAX (count, 0);
}

static gboolean
absent (cudaError_t status, GError **error)
{
  (void) cudaGetLastError ();
  if (status == cudaErrorInsufficientDriver)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                 "no NVIDIA driver, or one older than CUDA %d needs; update the driver to use the "
                 "card",
                 CUDART_VERSION / 1000);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE, "no CUDA card can be used: %s",
                 cudaGetErrorString (status));
  return FALSE;
}

gboolean
cuda_describe (guint index, GramDeviceInfo *info, GError **error)
{
  struct cudaDeviceProp properties;
  int driver = 0, runtime = 0;
  gsize available = 0, total = 0;
  cudaError_t status;

  memset (info, 0, sizeof *info);
  if ((status = cudaGetDeviceProperties (&properties, (int) index)) != cudaSuccess
      || (status = cudaSetDevice ((int) index)) != cudaSuccess
      || (status = cudaMemGetInfo (&available, &total)) != cudaSuccess
      || (status = cudaDriverGetVersion (&driver)) != cudaSuccess
      || (status = cudaRuntimeGetVersion (&runtime)) != cudaSuccess)
    return absent (status, error);
  g_strlcpy (info->name, properties.name, sizeof info->name);
  g_snprintf (info->details, sizeof info->details, "driver for CUDA %d.%d, runtime %d.%d",
              driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
  info->memory_total = total;
  info->memory_free = available;
  info->compute_major = properties.major;
  info->compute_minor = properties.minor;
  info->cores = (guint) properties.multiProcessorCount;
  return TRUE;
}

gpointer
cuda_open (guint index, const GramDeviceOptions *options, GError **error)
{
  CudaDevice *device = g_new0 (CudaDevice, 1);

  device->index = (int) index;
  if (!cuda_describe (index, &device->info, error))
    g_clear_pointer (&device, g_free);
  else if (device->info.compute_major < 8)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
                   "%s has compute capability %d.%d; 8.0 or newer is needed", device->info.name,
                   device->info.compute_major, device->info.compute_minor);
      g_clear_pointer (&device, g_free);
    }
  return device;
}

void
cuda_close (gpointer device)
{
  g_free (device);
}
