/* gram-cpu.h: the reference backend, OpenBLAS, LAPACK and vector kernels
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

const GramBackendVTable *gram_cpu_backend (void);

G_END_DECLS
