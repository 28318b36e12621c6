/* gram-cuda-device.h: one card: its state of health, its memory, its errors as GError
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <cusolverDn.h>

#include "gram-backend.h"

G_BEGIN_DECLS

/* A card that failed stays failed: after a sticky error the process cannot use it again, and an
 * error of the runtime whose kind is not known is treated the same. A library that fails on a card
 * that still answers ends what it was doing and no more. */
typedef struct
{
  int index;
  int dead; /* atomic */
  GramDeviceInfo info;
} CudaDevice;

/* A stream with the libraries bound to it, for one object. No two objects wait for each other. */
typedef struct
{
  CudaDevice *device;
  cudaStream_t stream;
  cublasHandle_t blas;
  gpointer workspace; /* of cuBLAS, its own so that a captured graph never allocates */
} CudaQueue;

#define CUDA_WORKSPACE_BYTES ((gsize) 32 << 20)

gboolean cublas_ok (CudaQueue *queue, cublasStatus_t status, const char *doing, GError **error);
gboolean cusolver_ok (CudaQueue *queue, cusolverStatus_t status, const char *doing, GError **error);

gboolean cuda_enter (CudaDevice *device, GError **error);
gboolean cuda_is_dead (CudaDevice *device);
gboolean cuda_ok (CudaDevice *device, cudaError_t status, const char *doing, GError **error);

gboolean cuda_memory_free (CudaDevice *device, gsize *bytes, GError **error);
gboolean cuda_memory_check (CudaDevice *device, gsize bytes, const char *what, GError **error);
void cuda_lock_card (void);
void cuda_unlock_card (void);
gpointer cuda_alloc (CudaDevice *device, gsize bytes, const char *what, GError **error);
void cuda_release (gpointer memory);

typedef enum
{
  CUDA_QUEUE_TRAINING, /* runs before what waits in the other */
  CUDA_QUEUE_ANALYSIS,
} CudaQueueKind;

gboolean cuda_queue_init (CudaQueue *queue, CudaDevice *device, CudaQueueKind kind, GError **error);
void cuda_queue_clear (CudaQueue *queue);
void cuda_queue_drain (CudaQueue *queue);
gboolean cuda_queue_wait (CudaQueue *queue, const char *doing, GError **error);
gboolean cuda_upload (CudaQueue *queue, gpointer to, gsize to_pitch, gconstpointer from,
                      gsize from_pitch, gsize width, gsize height, GError **error);
gboolean cuda_download (CudaQueue *queue, gpointer to, gsize to_pitch, gconstpointer from,
                        gsize from_pitch, gsize width, gsize height, GError **error);
gboolean cuda_zero (CudaQueue *queue, gpointer memory, gsize bytes, GError **error);

/* the slots of GramBackendVTable, each where it belongs */
#define SLOT(type, name, ...) type cuda_##name (__VA_ARGS__);
#define LINK_SLOT(...)
#include "gram-backend-slots.h"

G_END_DECLS
