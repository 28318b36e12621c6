/* gram-cuda.c: the CUDA backend as a module
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-device.h"

#include <gmodule.h>

static const GramBackendVTable cuda_vtable = {
  .api_version = GRAM_BACKEND_API_VERSION,
  .name = "cuda",
  .title = "GPU",
  .width = 10000, /* the paper's */
#define SLOT(type, name, ...) .name = cuda_##name,
#define LINK_SLOT(...)
#include "gram-backend-slots.h"
};

G_MODULE_EXPORT const GramBackendVTable *gram_backend_module (void);

/**
 * gram_backend_module:
 *
 * Returns: (transfer none): what gram_backend_load_module() registers
 */
G_MODULE_EXPORT const GramBackendVTable *
gram_backend_module (void)
{
  return &cuda_vtable;
}
