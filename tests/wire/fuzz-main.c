/* fuzz-main.c: libFuzzer's entry
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz-targets.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);
const char *__asan_default_options (void);

/* What threads of GLib's pool keep while they end looks like a leak between two inputs. */
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  fuzz_wire (data, size);
  return 0;
}
