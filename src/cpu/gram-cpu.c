/* gram-cpu.c: the reference backend, OpenBLAS, LAPACK and vector kernels
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu.h"

#include "gram-cpu-device.h"

/**
 * gram_cpu_backend:
 *
 * Returns: (transfer none): the backend that every build has
 */
const GramBackendVTable *
gram_cpu_backend (void)
{
  static const GramBackendVTable vtable = {
    .api_version = GRAM_BACKEND_API_VERSION,
    .name = "cpu",
    .title = "CPU",
    .width = 2048,
#define SLOT(type, name, ...) .name = gram_cpu_##name,
#define LINK_SLOT(...)
#include "gram-backend-slots.h"
  };

  return &vtable;
}
