/* gram-window-recovery.h: what was open when the program did not end properly
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-window.h"

G_BEGIN_DECLS

void gram_window_start_recovery (GramWindow *window);
void gram_window_end_recovery (GramWindow *window);
void gram_window_leave (GramWindow *window);

/* gram-window-session.c */
char *gram_window_get_view (GramWindow *window);
void gram_window_recover_session (GramWindow *window, const char *path);

G_END_DECLS
