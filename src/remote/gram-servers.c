/* gram-servers.c: what starts a helper: the servers that have a name here, and any that ssh knows
 *
 * SPDX-License-Identifier: MIT
 *
 * servers.ini in the user's configuration folder names commands:
 *
 *   [lab]
 *   command=ssh -T -p 2222 me@gpu1 exec gramscope-cli backend --device cuda
 *
 * or hosts, host=me@gpu1, for ssh.
 *
 * Commands are only there, never in a file that came from somewhere else.
 */
#include "gram-servers.h"

#include <errno.h>
#include <string.h>

#include "gram-error.h"
#include "gram-save.h"

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

/* Where the user's servers are written down */
static char *
find_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "gramscope", "servers.ini", NULL);
}

/* Returns: (transfer full) (nullable): servers.ini, empty where there is none; %NULL with
 *   GRAM_ERROR_DATA */
static GKeyFile *
read_file (GError **error)
{
  g_autofree char *path = find_path ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) fault = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, &fault)
      && !g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      gram_fail (error, GRAM_ERROR_DATA, "%s: %s", path, fault->message);
      return NULL;
    }
  return g_steal_pointer (&file);
}

static gboolean
write_file (GKeyFile *file, GError **error)
{
  g_autofree char *path = find_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  gsize length;
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return gram_fail (error, GRAM_ERROR_STORAGE, "%s: %s", folder, g_strerror (errno));
  return gram_save_bytes (path, text, length, error);
}

/* What is written of @name: @command, or @host for ssh; %NULL where there is no such line */
static void
look_up (GKeyFile *file, const char *name, char **command, char **host)
{
  *command = g_key_file_get_string (file, name, "command", NULL);
  *host = g_key_file_get_string (file, name, "host", NULL);
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
  g_autoptr (GKeyFile) file = read_file (error);
  g_autoptr (GError) fault = NULL;
  g_autofree char *command = NULL, *host = NULL;
  GStrv words = NULL;

  if (file == NULL)
    return NULL;
  look_up (file, address, &command, &host);
  if (command != NULL && !g_shell_parse_argv (command, NULL, &words, &fault))
    gram_fail (error, GRAM_ERROR_DATA, "servers.ini, [%s]: the command: %s", address,
               fault->message);
  else if (command == NULL && host == NULL && g_key_file_has_group (file, address))
    gram_fail (error, GRAM_ERROR_DATA, "servers.ini: [%s] has neither “command=…” nor “host=…”",
               address);
  else if (command == NULL && is_host (host != NULL ? host : address))
    words = ssh_command (host != NULL ? host : address);
  else if (command == NULL)
    gram_fail (error, GRAM_ERROR_USAGE,
               "“%s” is no server: write HOST, USER@HOST or a name of servers.ini",
               host != NULL ? host : address);
  return words;
}

/**
 * gram_servers_list:
 *
 * Returns: (transfer full): the names in servers.ini, in their order; none where it cannot be read
 */
GStrv
gram_servers_list (void)
{
  g_autoptr (GKeyFile) file = read_file (NULL);

  return file != NULL ? g_key_file_get_groups (file, NULL) : g_new0 (char *, 1);
}

/**
 * gram_servers_describe:
 *
 * Returns: (transfer full) (nullable): the host or the command that @name stands for
 */
char *
gram_servers_describe (const char *name)
{
  g_autoptr (GKeyFile) file = read_file (NULL);
  g_autofree char *command = NULL, *host = NULL;

  if (file != NULL)
    look_up (file, name, &command, &host);
  return command != NULL ? g_steal_pointer (&command) : g_steal_pointer (&host);
}

static gboolean
check_new (GKeyFile *file, const char *name, const char *text, GError **error)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) fault = NULL;

  if (*text == '\0')
    return gram_fail (error, GRAM_ERROR_USAGE, "write HOST, USER@HOST or a command");
  if (!is_host (text) && !g_shell_parse_argv (text, NULL, &words, &fault))
    return gram_fail (error, GRAM_ERROR_USAGE, "the command: %s", fault->message);
  if (*name == '\0')
    return gram_fail (error, GRAM_ERROR_USAGE, "a command needs a name");
  if (!g_regex_match_simple ("^[A-Za-z0-9_][A-Za-z0-9_.@-]*$", name, G_REGEX_DOLLAR_ENDONLY, 0))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "a name has letters of English, digits, and _ . @ or - after the first");
  return !g_key_file_has_group (file, name)
         || gram_fail (error, GRAM_ERROR_USAGE, "there is a server “%s” already", name);
}

/**
 * gram_servers_add:
 * @name: what it is to be called; "": as the host
 * @text: HOST or USER@HOST, for ssh, or a command whose stdin and stdout end at
 *   “gramscope-cli backend”
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE, and nothing has changed
 */
gboolean
gram_servers_add (const char *name, const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = read_file (error);
  gboolean host = is_host (text);

  if (*name == '\0' && host)
    name = text;
  if (file == NULL || !check_new (file, name, text, error))
    return FALSE;
  g_key_file_set_string (file, name, host ? "host" : "command", text);
  return write_file (file, error);
}

/**
 * gram_servers_remove:
 */
gboolean
gram_servers_remove (const char *name, GError **error)
{
  g_autoptr (GKeyFile) file = read_file (error);

  return file != NULL && (!g_key_file_remove_group (file, name, NULL) || write_file (file, error));
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

/* A batch system may give more machines than one. */
static gboolean
is_one_machine (void)
{
  static const char *const jobs[] = { "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "PE_HOSTFILE" };

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    if (g_getenv (jobs[i]) != NULL)
      return FALSE;
  return TRUE;
}

/* Open MPI 5 (5.0.7) hands on what comes in to the first process, and loses its place where that
 * process is slower than the input. On one machine its parent is mpirun, whose ends of the pipes it
 * can have itself. */
#define DIRECT                                                                  \
  "[ \"$OMPI_COMM_WORLD_RANK\" != 0 ] || exec \"$0\" \"$@\" </proc/$PPID/fd/0 " \
  ">/proc/$PPID/fd/1; exec \"$0\" \"$@\""

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
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  gboolean one_machine = is_one_machine ();

  if (!g_ascii_string_to_unsigned (address, 10, 1, 4096, NULL, NULL))
    gram_fail (error, GRAM_ERROR_USAGE, "“mpi:%s”: must be a number of processes, mpi:4", address);
  else if (mpirun == NULL)
    gram_fail (error, GRAM_ERROR_DEVICE,
               "mpi:%s: there is no mpirun here; install Open MPI (Debian: openmpi-bin) and the "
               "MPI module of Gramscope",
               address);
  else
    {
      g_strv_builder_add_many (words, mpirun, "-n", address, "--bind-to", "none", "--oversubscribe",
                               NULL);
      /* Processes of one machine talk through its memory. Open MPI prepares TCP beside it, and now
       * and then finds no way from the machine to itself; who has chosen a way knows why. */
      if (one_machine && g_getenv ("OMPI_MCA_btl") == NULL)
        g_strv_builder_add_many (words, "--mca", "btl", "^tcp", NULL);
      if (one_machine)
        g_strv_builder_add_many (words, "--stdin", "none", "sh", "-c", DIRECT, NULL);
      g_strv_builder_add_many (words, cli, "backend", "--device", "mpi",
                               each != NULL ? "--threads" : NULL, each, NULL);
      return g_strv_builder_end (words);
    }
  return NULL;
}
