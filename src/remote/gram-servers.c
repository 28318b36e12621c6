/* gram-servers.c: what starts a helper: the servers that have a name here, and any that ssh knows
 *
 * SPDX-License-Identifier: MIT
 *
 * servers.ini in the user's configuration folder names commands:
 *
 *   [lab]
 *   command=ssh -T -p 2222 me@gpu1 exec gramscope-cli backend --device cuda
 *
 * Commands are only there, never in a file that came from somewhere else.
 */
#include "gram-servers.h"

#include <string.h>

#include "gram-error.h"

/* Whether it can be handed to ssh: no option, no shell's words */
static gboolean
is_host (const char *address)
{
  return g_regex_match_simple ("^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*$",
                               address, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* No local shell takes part; ssh notices within 15 s that the other end is gone. */
static GStrv
ssh_command (const char *address)
{
  const char *const words[] = { "ssh",
                                "-T",
                                "-a",
                                "-x",
                                "-oBatchMode=yes",
                                "-oConnectTimeout=10",
                                "-oServerAliveInterval=5",
                                "-oServerAliveCountMax=3",
                                "--",
                                address,
                                "exec gramscope-cli backend",
                                NULL };

  return g_strdupv ((GStrv) words);
}

/* What servers.ini says of @address; %NULL without an error where it says nothing */
static char *
find_command (const char *address, GError **error)
{
  g_autofree char *path =
      g_build_filename (g_get_user_config_dir (), "gramscope", "servers.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) fault = NULL;
  char *command;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &fault))
    {
      if (!g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        gram_fail (error, GRAM_ERROR_DATA, "%s: %s", path, fault->message);
      return NULL;
    }
  if (!g_key_file_has_group (file, address))
    return NULL;
  command = g_key_file_get_string (file, address, "command", NULL);
  if (command == NULL)
    gram_fail (error, GRAM_ERROR_DATA, "%s: [%s] has no line “command=…”", path, address);
  return command;
}

/**
 * gram_servers_command:
 * @address: a name of servers.ini, or HOST or USER@HOST
 *
 * Returns: (transfer full) (nullable): what to start; %NULL with GRAM_ERROR_USAGE or
 *   GRAM_ERROR_DATA
 */
GStrv
gram_servers_command (const char *address, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *command = find_command (address, &fault);
  GStrv words = NULL;

  if (fault != NULL)
    g_propagate_error (error, g_steal_pointer (&fault));
  else if (command != NULL && !g_shell_parse_argv (command, NULL, &words, &fault))
    gram_fail (error, GRAM_ERROR_DATA, "servers.ini, [%s]: the command: %s", address,
               fault->message);
  else if (command == NULL && is_host (address))
    words = ssh_command (address);
  else if (command == NULL)
    gram_fail (error, GRAM_ERROR_USAGE,
               "“%s” is no server: write HOST, USER@HOST or a name of servers.ini", address);
  return words;
}

/* The command line that belongs to this program: beside it, in the build tree, or in the PATH */
static char *
find_own_command_line (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  const char *const places[] = { ".", "../cli" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (here, places[i], "gramscope-cli", NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  return g_strdup ("gramscope-cli");
}

/**
 * gram_servers_ranks_command:
 * @address: how many processes, "4"
 * @threads: of each; 0: they share the processors
 *
 * mpirun would bind each to one core where there are two or less. More processes than cores are
 * slow, but what was asked for.
 *
 * Returns: (transfer full) (nullable): what starts so many processes of this machine as one helper;
 *   %NULL with GRAM_ERROR_USAGE or GRAM_ERROR_DEVICE
 */
GStrv
gram_servers_ranks_command (const char *address, guint threads, GError **error)
{
  g_autofree char *mpirun = g_find_program_in_path ("mpirun");
  g_autofree char *cli = find_own_command_line ();
  g_autofree char *each = threads > 0 ? g_strdup_printf ("%u", threads) : NULL;
  const char *words[] = { mpirun,
                          "-n",
                          address,
                          "--bind-to",
                          "none",
                          "--oversubscribe",
                          cli,
                          "backend",
                          "--device",
                          "mpi",
                          each != NULL ? "--threads" : NULL,
                          each,
                          NULL };

  if (!g_ascii_string_to_unsigned (address, 10, 1, 4096, NULL, NULL))
    gram_fail (error, GRAM_ERROR_USAGE, "“mpi:%s”: must be a number of processes, mpi:4", address);
  else if (mpirun == NULL)
    gram_fail (error, GRAM_ERROR_DEVICE,
               "mpi:%s: there is no mpirun here; install Open MPI (Debian: openmpi-bin) and the "
               "MPI module of Gramscope",
               address);
  else
    return g_strdupv ((GStrv) words);
  return NULL;
}
