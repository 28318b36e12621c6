/* cli-backend.c: gramscope-cli backend
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>

#include "cli-options.h"
#include "gram-wire-server.h"

/* The talk has descriptors of its own: what a library prints goes to stderr, and what reads stdin
 * finds nothing. */
static gboolean
take_over (int *in, int *out)
{
  int none = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  gboolean done;

  *in = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  *out = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  done = none >= 0 && *in >= 0 && *out >= 0 && dup2 (none, STDIN_FILENO) >= 0
         && dup2 (STDERR_FILENO, STDOUT_FILENO) >= 0;
  if (none >= 0)
    close (none);
  return done;
}

static int
serve (const GramSettings *settings)
{
  g_autoptr (GError) absent = NULL, error = NULL;
  g_autoptr (GramDevice) device = NULL;
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GOutputStream) output = NULL;
  int in, out;

  if (!take_over (&in, &out))
    return 1;
  input = g_unix_input_stream_new (in, TRUE);
  output = g_unix_output_stream_new (out, TRUE);
  device = cli_open_device (settings, &absent);
  return gram_wire_server_run (input, output, device, absent, &error) ? 0 : cli_fail (error);
}

int
cli_backend (int argc, char **argv)
{
  const CliUsage usage = {
    .summary = "Serves a device on stdin and stdout, for a Gramscope on another machine: it starts "
               "this\ncommand itself, by ssh or as servers.ini says. “--device remote:HOST” there "
               "computes here.",
    .groups = GRAM_SETTINGS_DEVICE,
  };
  g_autoptr (GramSettings) settings = gram_settings_new ();
  int code = cli_options_parse (&usage, argc, argv, settings, NULL);

  if (code != CLI_GO_ON)
    return code;
  /* mpirun gives its first process a terminal for stdout. */
  if (isatty (STDIN_FILENO))
    return cli_fail_usage (argv[0], "this is for a Gramscope on another machine, not for a "
                                    "terminal; use “--device remote:HOST” there");
  cli_interrupt_install ();
  return serve (settings);
}
