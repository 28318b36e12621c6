/* gram-shim-kernels.cpp: the kernels themselves, compiled for the host
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-kernels-step.cu"

#include "gram-cuda-kernels-observe.cu"
