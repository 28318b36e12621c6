/* gram-fork.h: work beside which the process must not be forked
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void gram_fork_hold (void);
void gram_fork_release (void);

/* Puts gram_fork_hold() before and gram_fork_release() behind a call, whose value it has. */
#define GRAM_UNFORKED(call)                                                            \
  __extension__({                                                                      \
    __attribute__ ((cleanup (gram_fork_release_at_end), unused)) const char held_ = 0; \
    gram_fork_hold ();                                                                 \
    call;                                                                              \
  })

static inline void
gram_fork_release_at_end (G_GNUC_UNUSED const char *held)
{
  gram_fork_release ();
}

G_END_DECLS
