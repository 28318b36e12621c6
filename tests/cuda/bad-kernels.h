/* bad-kernels.h: kernels with mistakes that the make-believe card must find
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cuda_runtime_api.h"

#ifdef __cplusplus
extern "C"
{
#endif

  cudaError_t bad_kernel_parting (double *out, cudaStream_t stream);
  cudaError_t bad_kernel_racing (double *out, cudaStream_t stream);
  cudaError_t bad_kernel_last_wins (double *out, cudaStream_t stream);

#ifdef __cplusplus
}
#endif
