/* cuda_runtime_api.h: the part of the CUDA runtime that src/cuda calls, for machines without it
 *
 * SPDX-License-Identifier: MIT
 *
 * Test code. "The card" is host memory, a stream is a list of work that runs at the latest when it
 * is waited for, and gram-shim.h makes any call fail. Names and values are those of the CUDA
 * runtime.
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C"
{
#endif

#define CUDART_VERSION 13000

  typedef enum
  {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidPitchValue = 12,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorIllegalAddress = 700,
    cudaErrorLaunchFailure = 719,
    cudaErrorStreamCaptureUnsupported = 900,
  } cudaError_t;

  /* tags without typedefs, as the real ones are */
  enum cudaMemcpyKind
  {
    cudaMemcpyHostToDevice = 1,
    cudaMemcpyDeviceToHost = 2,
    cudaMemcpyDeviceToDevice = 3,
  };

  enum cudaStreamCaptureMode
  {
    cudaStreamCaptureModeRelaxed = 2,
  };

  typedef enum
  {
    CUDA_R_32F = 0,
    CUDA_R_64F = 1,
    CUDA_R_16BF = 14,
  } cudaDataType_t;
  typedef cudaDataType_t cudaDataType;

  typedef struct CUstream_st *cudaStream_t;
  typedef struct CUgraph_st *cudaGraph_t;
  typedef struct CUgraphExec_st *cudaGraphExec_t;

#define cudaStreamNonBlocking 1u

  struct cudaDeviceProp
  {
    char name[256];
    size_t totalGlobalMem;
    int major, minor;
    int multiProcessorCount;
  };

  cudaError_t cudaGetDeviceCount (int *count);
  cudaError_t cudaGetDeviceProperties (struct cudaDeviceProp *properties, int device);
  cudaError_t cudaSetDevice (int device);
  cudaError_t cudaDriverGetVersion (int *version);
  cudaError_t cudaRuntimeGetVersion (int *version);
  cudaError_t cudaGetLastError (void);
  const char *cudaGetErrorString (cudaError_t error);

  cudaError_t cudaMemGetInfo (size_t *available, size_t *total);
  cudaError_t cudaMalloc (void **memory, size_t bytes);
  cudaError_t cudaFree (void *memory);
  cudaError_t cudaMemcpyAsync (void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind,
                               cudaStream_t stream);
  cudaError_t cudaMemcpy2DAsync (void *to, size_t to_pitch, const void *from, size_t from_pitch,
                                 size_t width, size_t height, enum cudaMemcpyKind kind,
                                 cudaStream_t stream);
  cudaError_t cudaMemsetAsync (void *memory, int value, size_t bytes, cudaStream_t stream);

  cudaError_t cudaDeviceGetStreamPriorityRange (int *lowest, int *highest);
  cudaError_t cudaStreamCreateWithPriority (cudaStream_t *stream, unsigned flags, int priority);
  cudaError_t cudaStreamDestroy (cudaStream_t stream);
  cudaError_t cudaStreamSynchronize (cudaStream_t stream);
  cudaError_t cudaStreamBeginCapture (cudaStream_t stream, enum cudaStreamCaptureMode mode);
  cudaError_t cudaStreamEndCapture (cudaStream_t stream, cudaGraph_t *graph);
  cudaError_t cudaGraphInstantiate (cudaGraphExec_t *exec, cudaGraph_t graph,
                                    unsigned long long flags);
  cudaError_t cudaGraphLaunch (cudaGraphExec_t exec, cudaStream_t stream);
  cudaError_t cudaGraphDestroy (cudaGraph_t graph);
  cudaError_t cudaGraphExecDestroy (cudaGraphExec_t exec);

#ifdef __cplusplus
}
#endif
