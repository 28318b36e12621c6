/* gram-window.h: the workbench
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"
#include "gram-page.h"

G_BEGIN_DECLS

#define GRAM_TYPE_WINDOW (gram_window_get_type ())
G_DECLARE_FINAL_TYPE (GramWindow, gram_window, GRAM, WINDOW, AdwApplicationWindow)

GramWindow *gram_window_new (GtkApplication *application, GramDocument *document);
GramDocument *gram_window_get_document (GramWindow *window);

/* Pages are named by their ids in gram-pages.c. "page-changed" is emitted when another is shown. */
gboolean gram_window_show_page (GramWindow *window, const char *id);
const char *gram_window_get_page_id (GramWindow *window);
GramPage *gram_window_get_page (GramWindow *window);
void gram_window_start_tour (GramWindow *window);

void gram_window_toast (GramWindow *window, const char *text);
void gram_window_toast_with (GramWindow *self, const char *text, const char *button,
                             const char *action, const char *target);
void gram_window_tell (GramWindow *window, const char *heading, const GError *error);

void gram_window_open_path (GramWindow *window, const char *path);
void gram_window_open_files (GramWindow *window, GFile **files, guint count);
void gram_window_save_session (GramWindow *window, const char *path);
void gram_window_export_to (GramWindow *window, const char *path);

/* What was open when the program did not end properly. */
void gram_window_start_recovery (GramWindow *window);
void gram_window_leave (GramWindow *window);

G_END_DECLS
