/* gram-names.c: the engine's enumerations as words, for files and logs
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session.h"

const char *
gram_stage_to_string (GramStage stage)
{
  static const char *const names[] = { "none", "kernel", "cholesky", "krylov", "spectrum" };

  return names[stage];
}

const char *
gram_stopped_to_string (GramStopped stopped)
{
  static const char *const names[] = { "running",  "steps",     "target",
                                       "diverged", "cancelled", "failed" };

  return names[stopped];
}

const char *
gram_state_to_string (GramState state)
{
  static const char *const names[] = { "empty",  "preparing", "ready",    "training",
                                       "paused", "finished",  "diverged", "failed" };

  return names[state];
}
