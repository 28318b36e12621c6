/* fuzz-targets.h: one function a reader that takes any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each must return without a crash, a leak, a hang or more than 256 MB. */
typedef void (*FuzzTarget) (GBytes *bytes);

void fuzz_idx (GBytes *bytes);
void fuzz_gzip (GBytes *bytes);
void fuzz_cifar (GBytes *bytes);
void fuzz_pickle (GBytes *bytes);
void fuzz_tar (GBytes *bytes);
void fuzz_npy (GBytes *bytes);
void fuzz_npz (GBytes *bytes);
FuzzTarget fuzz_find_target (const char *name);

G_END_DECLS
