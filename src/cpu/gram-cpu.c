/* gram-cpu.c: the reference backend, OpenBLAS, LAPACK and vector kernels
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu.h"

#include "gram-cpu-device.h"
#include "gram-cpu-plan.h"
#include "gram-cpu-system.h"
#include "gram-cpu-trainer.h"

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
    .count_devices = gram_cpu_device_count,
    .describe = gram_cpu_device_describe,
    .open = gram_cpu_device_open,
    .close = gram_cpu_device_close,
    .system_new = gram_cpu_system_new,
    .system_free = gram_cpu_system_free,
    .system_multiply = gram_cpu_system_multiply,
    .system_factor = gram_cpu_system_factor,
    .system_solve = gram_cpu_system_solve,
    .system_inverse_diagonal = gram_cpu_system_inverse_diagonal,
    .system_eigen = gram_cpu_system_eigen,
    .system_eigenvectors = gram_cpu_system_eigenvectors,
    .system_project = gram_cpu_system_project,
    .system_download = gram_cpu_system_download,
    .trainer_plan = gram_cpu_plan,
    .trainer_new = gram_cpu_trainer_new,
    .trainer_free = gram_cpu_trainer_free,
    .trainer_step = gram_cpu_trainer_step,
    .trainer_observe = gram_cpu_trainer_observe,
    .trainer_weights = gram_cpu_trainer_weights,
    .trainer_save = gram_cpu_trainer_save,
    .trainer_restore = gram_cpu_trainer_restore,
    .trainer_gram = gram_cpu_trainer_gram,
    .trainer_pattern = gram_cpu_trainer_pattern,
  };

  return &vtable;
}
