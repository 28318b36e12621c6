/* gram-window-private.h: what the files of the window share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-pane.h"
#include "gram-tour.h"
#include "gram-window.h"

typedef struct _GramRecovery GramRecovery;

struct _GramWindow
{
  AdwApplicationWindow parent_instance;
  AdwViewSwitcherTitle *switcher;
  GtkButton *start_button;
  AdwButtonContent *start_content;
  GtkMenuButton *export_button, *main_menu_button;
  AdwToastOverlay *toasts;
  GtkPaned *paned;
  GtkWidget *panel, *header, *switcher_bar;
  AdwViewStack *stack;
  GtkWidget *panes; /* the groups of the side panel */
  GramPane *status_strip, *step_warning, *lost_banner, *first_line, *runs_button;
  GMenu *recent_section, *recent_data_section;
  GramTour *tour;
  GramDocument *document;
  GtkWidget *error_dialog; /* (nullable) the one that is open */
  GtkWidget *close_dialog; /* (nullable) the question whether a run may end */
  GramRecovery *recovery;  /* (nullable) gram-window-recovery.c */
  gboolean close_agreed, has_run;
  gboolean panel_before; /* whether the side panel was shown before the lecture */
  char *filed; /* (nullable) gram_document_describe_run() of what a file of people's has */
  gboolean close_at_end; /* of the save that is under way */
  guint inhibit_cookie;
  GHashTable *deleted_runs; /* number → GramKeptRun, as long as its toast offers it back */
  gint64 run_began;         /* monotonic µs; 0: no run goes on */
};

/* The core: gram-window.c. */
void gram_window_tell_with (GramWindow *window, const char *heading, const GError *error,
                            const char *remedy);
void gram_window_add_pages (GramWindow *window);
void gram_window_fill_page (GramWindow *window);
void gram_window_restore (GramWindow *window);
void gram_window_remember (GramWindow *window);

/* The parts that gram-window-class.c puts together. */
void gram_window_add_files (GramWindow *window);
void gram_window_add_export (GramWindow *window);
void gram_window_add_copy (GramWindow *window);
void gram_window_add_lecture (GramWindow *window);
void gram_window_add_download (GramWindow *window);
void gram_window_add_recent_menu (GramWindow *window);
void gram_window_watch_run (GramWindow *window);
void gram_window_add_runs (GramWindow *window);
void gram_window_end_recovery (GramWindow *window);
void gram_window_free_recovery (GramWindow *window);

/* What one part does for another. */
char *gram_window_get_view (GramWindow *window);
void gram_window_open_session (GramWindow *window, const char *path);
void gram_window_recover_session (GramWindow *window, const char *path);
void gram_window_locate_data (GramWindow *window, gboolean folder);
