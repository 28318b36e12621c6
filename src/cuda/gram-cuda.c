/* gram-cuda.c: the CUDA backend as a module
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-device.h"
#include "gram-cuda-layout.h"
#include "gram-cuda-system.h"
#include "gram-cuda-trainer.h"

#include <gmodule.h>

static const GramBackendVTable cuda_vtable = {
  .api_version = GRAM_BACKEND_API_VERSION,
  .name = "cuda",
  .title = "GPU",
  .width = 10000, /* the paper's */
  .count_devices = cuda_count_devices,
  .describe = cuda_describe,
  .open = cuda_open,
  .close = cuda_close,
  .system_new = cuda_system_new,
  .system_free = cuda_system_free,
  .system_multiply = cuda_system_multiply,
  .system_factor = cuda_system_factor,
  .system_solve = cuda_system_solve,
  .system_inverse_diagonal = cuda_system_inverse_diagonal,
  .system_eigen = cuda_system_eigen,
  .system_eigenvectors = cuda_system_eigenvectors,
  .system_project = cuda_system_project,
  .system_download = cuda_system_download,
  .trainer_plan = cuda_layout_plan,
  .trainer_new = cuda_trainer_new,
  .trainer_free = cuda_trainer_free,
  .trainer_step = cuda_trainer_step,
  .trainer_observe = cuda_trainer_observe,
  .trainer_weights = cuda_trainer_weights,
  .trainer_save = cuda_trainer_save,
  .trainer_restore = cuda_trainer_restore,
  .trainer_gram = cuda_trainer_gram,
  .trainer_pattern = cuda_trainer_pattern,
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
