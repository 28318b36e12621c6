/* cli.h: what the commands of gramscope-cli share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

#include "gram-backend.h"
#include "gram-settings.h"

G_BEGIN_DECLS

/* One command. @run gets argv[0] = the command's name and returns the exit code of the program. */
typedef struct
{
  const char *name;
  const char *summary;
  int (*run) (int argc, char **argv);
} CliCommand;

int cli_analyze (int argc, char **argv);
int cli_backend (int argc, char **argv);
int cli_bench (int argc, char **argv);
int cli_datasets (int argc, char **argv);
int cli_devices (int argc, char **argv);
int cli_figure (int argc, char **argv);
int cli_learn (int argc, char **argv);
int cli_selftest (int argc, char **argv);
int cli_study (int argc, char **argv);
int cli_sweep (int argc, char **argv);
int cli_train (int argc, char **argv);

void cli_register_backends (void);
GramDevice *cli_open_device (const GramSettings *settings, GError **error);
int cli_serve_ranks (const GramSettings *settings);
GCancellable *cli_interrupt_install (void);

int cli_fail (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
void cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
void cli_notes (const GPtrArray *notices);
const GPtrArray *cli_get_notes (void);
void cli_progress (const char *what, double fraction);
void cli_progress_clear (void);
char *cli_time_left (double seconds);

int cli_finish (int code);
GError **cli_first (GError **error);
gboolean cli_write (const char *path, const char *text, gsize length, GError **error);

G_END_DECLS
