/* gram-window-export.h: figures and sessions to files and the clipboard
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-window.h"

G_BEGIN_DECLS

void gram_window_choose_export (GramWindow *window, const char *format);
void gram_window_export_to (GramWindow *window, const char *path);
void gram_window_copy_image (GramWindow *window);
void gram_window_copy_data (GramWindow *window);
void gram_window_save_session (GramWindow *window, const char *path);
void gram_window_open_session (GramWindow *window, const char *path);

G_END_DECLS
