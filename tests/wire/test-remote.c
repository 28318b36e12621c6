/* test-remote.c: a device at the other end of a pipe
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-cpu.h"
#include "gram-error.h"
#include "gram-remote.h"
#include "gram-servers.h"
#include "../limit.h"

#define STEPS 30
#define SETS 2

static char *folder; /* of servers.ini */

static void
write_server (const char *name, const char *shell, const char *command)
{
  g_autofree char *path = g_build_filename (folder, "gramscope", "servers.ini", NULL);
  g_autofree char *quoted = g_shell_quote (command);
  g_autofree char *line = g_strconcat (shell, " -c ", quoted, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, name, "command", line);
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
}

/* The helper itself: @after follows it in the shell's line */
static void
write_helper (const char *name, const char *before, const char *after)
{
  g_autofree char *command = g_strdup_printf ("%s\"%s\" backend --device cpu --threads 1 %s",
                                              before, g_getenv ("GRAMSCOPE_CLI"), after);

  write_server (name, "sh", command);
}

static GramDevice *
open_server (const char *name, GError **error)
{
  g_autofree char *device = g_strconcat ("remote:", name, NULL);

  return gram_device_open (device, NULL, error);
}

static void
show_failures (const GramConformanceResult *result, gpointer data)
{
  if (!result->passed)
    g_test_message ("%s: %g, not within %g: %s", result->name, result->value, result->limit,
                    result->detail);
}

/* The whole suite through a pipe, after the noise of a login shell. */
static void
test_conformance (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  GramDevice *device, *reference = gram_device_open ("cpu", NULL, NULL);
  guint failed = 0;

  write_helper ("here", "echo Welcome; exec ", "");
  device = open_server ("here", &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (gram_device_get_info (device)->round_trip, >, 0);
  limit_begin (540, "the conformance suite");
  results = gram_conformance_run (device, reference, show_failures, NULL, NULL);
  limit_end ();
  for (guint i = 0; i < results->len; i++)
    failed += !((GramConformanceResult *) results->pdata[i])->passed;
  g_assert_cmpuint (results->len, >, 600);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_false (gram_device_is_lost (device));
  gram_device_unref (device);
  gram_device_unref (reference);
}

/* A short talk with everything in it. */
static gboolean
short_talk (GramDevice *device, const GramTrainerSpec *spec, double *residuals, GBytes **state,
            GError **error)
{
  g_autoptr (GramSystem) system = gram_system_new (device, &spec->train, NULL, error);
  g_autoptr (GramTrainer) trainer = NULL;
  g_autofree double *y = g_new0 (double, (gsize) spec->train.n);

  return system != NULL && gram_system_factor (system, NULL, error)
         && gram_system_multiply (system, 1, spec->Y, spec->train.n, y, spec->train.n, NULL, error)
         && (trainer = gram_trainer_new (device, spec, NULL, error)) != NULL
         && gram_trainer_step (trainer, STEPS, residuals, NULL, error)
         && (*state = gram_trainer_save (trainer, GRAM_STATE_PORTABLE, error)) != NULL;
}

/* No shell may be left that holds the other end of the pipe, nor a program that waits for more. */
static void
write_cut (gint64 bytes)
{
  g_autofree char *command =
      g_strdup_printf ("exec 4<&0; exec dd bs=1 count=%" G_GINT64_FORMAT " status=none < "
                       "<(exec \"%s\" backend --device cpu --threads 1 <&4)",
                       bytes, g_getenv ("GRAMSCOPE_CLI"));

  write_server ("cut", "bash", command);
}

/* The stream ends after k bytes, for 200 k from nothing to all: one error that says that the
 * device is gone, whatever was under way; and a state to go on from where one had come over. */
static void
test_cuts (void)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (20, 8, 16, 5, SETS, 0.5, 3);
  double residuals[STEPS * SETS];
  guint done = 0, cut = 0;

  for (gint64 k = 0; k < 200; k++)
    {
      gint64 bytes = k < 100 ? k * 7 : 700 + (k - 100) * 40;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) state = NULL;
      GramDevice *device;

      write_cut (bytes);
      limit_begin (60, "a helper that was cut off");
      device = open_server ("cut", &error);
      if (device != NULL && short_talk (device, &p->spec, residuals, &state, &error))
        done++;
      else
        {
          g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
          g_assert_true (device == NULL || gram_device_is_lost (device));
          cut++;
        }
      if (device != NULL)
        gram_device_unref (device);
      limit_end ();
    }
  g_test_message ("%u talks were cut off, %u came to their end", cut, done);
  g_assert_cmpuint (cut, >, 100);
  g_assert_cmpuint (done, >, 0);
}

/* What carries the stream may keep back what is no whole line, as mpirun of Open MPI 5 does. */
static void
test_whole_lines (void)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (20, 8, 16, 5, SETS, 0.5, 3);
  double residuals[STEPS * SETS];
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = NULL;
  GramDevice *device;

  g_setenv ("GRAM_REMOTE_SILENCE", "5", TRUE);
  write_helper ("lines", "", "| sed -u ''");
  limit_begin (60, "a talk in lines");
  device = open_server ("lines", &error);
  g_assert_no_error (error);
  g_assert_true (short_talk (device, &p->spec, residuals, &state, &error));
  g_assert_no_error (error);
  gram_device_unref (device);
  limit_end ();
  g_unsetenv ("GRAM_REMOTE_SILENCE");
}

/* A helper that is to end while it works stops that work, as mpirun makes it do when another of its
 * processes is gone: the device is lost, and nobody has cancelled. */
static void
test_ended (void)
{
  const gint64 steps = 2000000; /* more than it has time for */
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (20, 8, 16, 0, SETS, 0.5, 4);
  g_autofree double *x = g_new (double, steps *SETS);
  g_autoptr (GError) error = NULL;
  GramDevice *device;
  GramTrainer *trainer;

  write_helper ("ended", "timeout 1 cat | ", "");
  limit_begin (60, "a helper that ends");
  device = open_server ("ended", &error);
  g_assert_no_error (error);
  trainer = gram_trainer_new (device, &p->spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (gram_trainer_step (trainer, steps, x, NULL, &error));
  limit_end ();
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_true (gram_device_is_lost (device));
  gram_trainer_free (trainer);
  gram_device_unref (device);
}

/* After the helper is gone the trainer has the last state that came over, and the CPU goes on from
 * it as an undisturbed run does. */
static void
test_last_state (void)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (60, 20, 256, 0, SETS, 0.5, 4);
  g_autofree char *file = g_build_filename (folder, "pid", NULL);
  g_autofree char *before = g_strdup_printf ("echo $$ >%s; exec ", file);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = NULL;
  GramDevice *device, *cpu = gram_device_open ("cpu", NULL, NULL);
  GramTrainer *far, *whole, *rescued;
  double x[2 * STEPS * SETS], y[2 * STEPS * SETS], z[STEPS * SETS];

  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  whole = gram_trainer_new (cpu, &p->spec, NULL, NULL);
  g_assert_true (gram_trainer_step (whole, 2 * STEPS, y, NULL, NULL));
  write_helper ("here", before, "");
  limit_begin (60, "a helper that is killed");
  device = open_server ("here", &error);
  g_assert_no_error (error);
  far = gram_trainer_new (device, &p->spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gram_trainer_step (far, STEPS, x, NULL, NULL));
  g_assert_cmpmem (x, STEPS * SETS * sizeof (double), y, STEPS * SETS * sizeof (double));
  state = gram_trainer_save (far, GRAM_STATE_PORTABLE, NULL);
  g_assert_nonnull (state);
  g_clear_pointer (&state, g_bytes_unref);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpint (kill (atoi (text), SIGKILL), ==, 0);
  while (gram_trainer_step (far, STEPS, x, NULL, &error))
    ;
  limit_end ();
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_true (gram_device_is_lost (device));
  state = gram_trainer_save (far, GRAM_STATE_PORTABLE, NULL);
  g_assert_nonnull (state);
  rescued = gram_trainer_new (cpu, &p->spec, NULL, NULL);
  g_assert_true (gram_trainer_restore (rescued, state, NULL));
  g_assert_cmpint (gram_trainer_get_step (rescued), ==, STEPS);
  g_assert_true (gram_trainer_step (rescued, STEPS, z, NULL, NULL));
  for (int i = 0; i < STEPS * SETS; i++)
    g_assert_cmpfloat (fabs (z[i] / y[STEPS * SETS + i] - 1), <=, 1e-5);
  gram_trainer_free (far);
  gram_trainer_free (whole);
  gram_trainer_free (rescued);
  gram_device_unref (device);
  gram_device_unref (cpu);
}

/* Begun on the CPU, on at the other end, then on the CPU again: the undisturbed run's bits. */
static void
test_states_move (void)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (60, 20, 256, 0, SETS, 0.5, 5);
  GramDevice *cpu = gram_device_open ("cpu", NULL, NULL), *device;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = NULL;

  write_helper ("here", "exec ", "");
  device = open_server ("here", &error);
  g_assert_no_error (error);
  for (guint f = GRAM_FORMULATION_WEIGHTS; f <= GRAM_FORMULATION_LAZY; f++)
    {
      double x[4 * STEPS * SETS], y[4 * STEPS * SETS];
      GramTrainer *whole;

      p->spec.formulation = f;
      whole = gram_trainer_new (cpu, &p->spec, NULL, NULL);
      g_assert_true (gram_trainer_step (whole, 4 * STEPS, y, NULL, NULL));
      for (int part = 0; part < 4; part++)
        {
          GramTrainer *trainer =
              gram_trainer_new (part % 2 == 0 ? cpu : device, &p->spec, NULL, &error);

          g_assert_no_error (error);
          if (state != NULL)
            g_assert_true (gram_trainer_restore (trainer, state, NULL));
          g_assert_true (gram_trainer_step (trainer, STEPS, x + part * STEPS * SETS, NULL, NULL));
          g_clear_pointer (&state, g_bytes_unref);
          state = gram_trainer_save (trainer, GRAM_STATE_NATIVE, &error);
          g_assert_no_error (error);
          gram_trainer_free (trainer);
        }
      g_clear_pointer (&state, g_bytes_unref);
      g_assert_cmpmem (x, sizeof x, y, sizeof y);
      gram_trainer_free (whole);
    }
  gram_device_unref (device);
  gram_device_unref (cpu);
}

static void
fails (const char *before, const char *after, const char *says)
{
  g_autoptr (GError) error = NULL;

  write_helper ("bad", before, after);
  limit_begin (60, says);
  g_assert_null (open_server ("bad", &error));
  limit_end ();
  g_test_message ("%s", error->message);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_nonnull (strstr (error->message, says));
  g_assert_null (strchr (error->message, '\n'));
}

/* What can be wrong with a server is said in one line, with its own words. */
static void
test_bad_servers (void)
{
  g_autoptr (GError) error = NULL;

  fails ("echo 'sh: gramscope-cli: not found' >&2; exit 127; ", "", "gramscope-cli: not found");
  fails ("echo 'me@gpu: Permission denied (publickey).' >&2; exit 255; ", "",
         "Permission denied (publickey)");
  fails ("echo This account is currently not available.; exit 1; ", "",
         "This account is currently not available.");
  fails ("head -c 100000 /dev/zero; ", "", "there is no Gramscope at the other end");
  fails ("printf 'GRAMSCOPE-STREAM 1\\n%0100d' 0; exec cat; ", "", "the stream is damaged");
  /* a frame whose first number is another version of the messages */
  fails ("printf 'GRAMSCOPE-STREAM 1\\nGMSF'; head -c 12 /dev/zero; printf '\\054'; "
         "head -c 7 /dev/zero; printf '\\143'; head -c 11 /dev/zero; printf 9.9; "
         "head -c 29 /dev/zero; exec cat; ",
         "", "it has Gramscope 9.9");
  g_setenv ("GRAM_REMOTE_SILENCE", "1", TRUE);
  fails ("sleep 30; ", "", "no sign of life");
  g_unsetenv ("GRAM_REMOTE_SILENCE");
  g_assert_null (open_server ("-oProxyCommand=evil", &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

/* What people write down is found again, beside what was there; what cannot be a server is refused
 * and changes nothing. */
static void
test_servers (void)
{
  static const struct
  {
    const char *name, *text, *says;
  } bad[] = {
    { "x", "", "HOST" },       { "", "ssh a b", "needs a name" }, { "-x", "a", "a name has" },
    { "gpu", "b", "already" }, { "x", "a 'b", "the command" },    { "a b", "a", "a name has" },
  };
  g_autofree char *path = g_build_filename (folder, "gramscope", "servers.ini", NULL);
  g_autofree char *before = NULL, *after = NULL, *described = NULL;
  g_auto (GStrv) names = NULL, ssh = NULL, command = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "# mine\n[old]\ncommand=run it\n", -1, NULL));
  g_assert_true (gram_servers_add ("gpu", "me@gpu1", &error));
  g_assert_true (gram_servers_add ("", "gpu2", &error));
  g_assert_true (gram_servers_add ("lab", "run 'that one'", &error));
  g_assert_no_error (error);
  names = gram_servers_list ();
  g_assert_cmpstrv (names, ((const char *const[]){ "old", "gpu", "gpu2", "lab", NULL }));
  ssh = gram_servers_command ("gpu", NULL);
  g_assert_cmpstr (ssh[0], ==, "ssh");
  g_assert_true (g_strv_contains ((const char *const *) ssh, "me@gpu1"));
  command = gram_servers_command ("lab", NULL);
  g_assert_cmpstrv (command, ((const char *const[]){ "run", "that one", NULL }));
  described = gram_servers_describe ("gpu");
  g_assert_cmpstr (described, ==, "me@gpu1");
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_nonnull (strstr (before, "# mine"));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) fault = NULL;

      g_assert_false (gram_servers_add (bad[i].name, bad[i].text, &fault));
      g_assert_error (fault, GRAM_ERROR, GRAM_ERROR_USAGE);
      g_assert_nonnull (strstr (fault->message, bad[i].says));
    }
  g_assert_true (gram_servers_remove ("nobody", NULL));
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  g_assert_true (gram_servers_remove ("gpu", NULL));
  g_assert_null (gram_servers_describe ("gpu"));
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* Who wants images at a server, in a thread of its own */
typedef struct
{
  GramDevice *device;
  const GramTrainerSpec *spec;
  gboolean trains; /* the other one gives up, so that it may begin anew */
  GCancellable *cancellable;
  gint stages; /* atomic; bit i: told of a part of the work in [i, i + 1)/8 */
  double last;
  GError *error;
} Wanting;

static void
on_wanting (double fraction, gpointer data)
{
  Wanting *wanting = data;

  g_assert_true (fraction >= wanting->last || wanting->trains);
  g_assert_cmpfloat (fraction, <=, 1);
  wanting->last = fraction;
  g_atomic_int_or ((guint *) &wanting->stages, 1u << MIN ((int) (fraction * 8), 7));
}

static gpointer
want (gpointer data)
{
  Wanting *wanting = data;
  const GramJob job = { wanting->cancellable, on_wanting, wanting };
  GramSystem *system = NULL;
  GramTrainer *trainer = NULL;

  if (wanting->trains)
    trainer = gram_trainer_new (wanting->device, wanting->spec, &job, &wanting->error);
  else
    system = gram_system_new (wanting->device, &wanting->spec->train, &job, &wanting->error);
  g_clear_pointer (&trainer, gram_trainer_free);
  g_clear_pointer (&system, gram_system_free);
  return NULL;
}

/* Over a line that stops at one MiB until the file “go” is there; “bytes” gets what comes then. */
static void
write_slow (void)
{
  g_autofree char *command =
      g_strdup_printf ("{ dd bs=64k count=1M iflag=count_bytes status=none; "
                       "n=0; until [ -e '%s/go' ] || [ $n = 2400 ]; do n=$((n + 1)); "
                       "sleep 0.05; done; exec tee '%s/bytes'; } <&0 "
                       "| exec \"%s\" backend --device cpu --threads 1",
                       folder, folder, g_getenv ("GRAMSCOPE_CLI"));

  write_server ("slow", "sh", command);
}

/* Two want the same images; the first gives up where @gives_up. */
static void
send_to_both (gboolean gives_up)
{
  g_autofree char *go = g_build_filename (folder, "go", NULL);
  g_autofree char *bytes = g_build_filename (folder, "bytes", NULL);
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (700, 1600, 16, 0, 1, 0.9, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Wanting first = { .spec = &p->spec, .cancellable = cancellable };
  Wanting second = { .spec = &p->spec, .trains = TRUE }, third = { .spec = &p->spec };
  GThread *threads[2];
  GStatBuf went;

  write_slow ();
  limit_begin (120, "images that go over");
  first.device = second.device = third.device = open_server ("slow", &error);
  g_assert_no_error (error);
  threads[0] = g_thread_new ("first", want, &first);
  while (g_atomic_int_get (&first.stages) == 0)
    g_usleep (1000);
  threads[1] = g_thread_new ("second", want, &second);
  while (g_atomic_int_get (&second.stages) == 0)
    g_usleep (1000);
  if (gives_up)
    g_cancellable_cancel (cancellable);
  g_assert_true (g_file_set_contents (go, "", 0, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_true (g_error_matches (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED) == gives_up);
  g_clear_error (&first.error);
  g_assert_no_error (second.error);
  if (gives_up) /* it sent them itself: up to a half, and the other half */
    g_assert_cmphex ((guint) second.stages & 0x18, ==, 0x18);
  want (&third);
  g_assert_no_error (third.error);
  gram_device_unref (first.device);
  g_assert_cmpint (g_stat (bytes, &went), ==, 0);
  g_assert_cmpint (went.st_size, >, 700 * 1600 * 4);
  g_assert_cmpint (went.st_size, <, 700 * 1600 * 12); /* a number takes 8 */
  g_assert_cmpint (g_remove (go), ==, 0);
  limit_end ();
}

/* Images on their way: both who want them are told how much has gone; who stops wanting them holds
 * up nobody; and they go once. */
static void
test_images_go_once (void)
{
  send_to_both (TRUE);
  send_to_both (FALSE);
}

/* A helper that stands still is noticed, and a call that waits for it ends. */
static void
test_stall (void)
{
  g_autofree char *file = g_build_filename (folder, "pid", NULL);
  g_autofree char *before = g_strdup_printf ("echo $$ >%s; exec ", file);
  g_autofree char *text = NULL;
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (20, 8, 16, 0, 1, 0.5, 3);
  g_autoptr (GError) error = NULL;
  GramDevice *device;
  pid_t pid;

  g_setenv ("GRAM_REMOTE_SILENCE", "4", TRUE);
  write_helper ("here", before, "");
  limit_begin (120, "a helper that stands still");
  device = open_server ("here", &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  pid = atoi (text);
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  g_assert_null (gram_system_new (device, &p->spec.train, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_nonnull (strstr (error->message, "no sign of life"));
  gram_device_unref (device);
  kill (pid, SIGKILL);
  limit_end ();
  g_unsetenv ("GRAM_REMOTE_SILENCE");
}

int
main (int argc, char **argv)
{
  g_autofree char *inner = NULL;
  int status;

  folder = g_dir_make_tmp ("gramscope-XXXXXX", NULL);
  inner = g_build_filename (folder, "gramscope", NULL);
  g_mkdir (inner, 0700);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  gram_backend_register (gram_remote_backend (), NULL);
  g_test_add_func ("/remote/conformance", test_conformance);
  g_test_add_func ("/remote/cuts", test_cuts);
  g_test_add_func ("/remote/whole-lines", test_whole_lines);
  g_test_add_func ("/remote/ended", test_ended);
  g_test_add_func ("/remote/last-state", test_last_state);
  g_test_add_func ("/remote/states-move", test_states_move);
  g_test_add_func ("/remote/bad-servers", test_bad_servers);
  g_test_add_func ("/remote/servers", test_servers);
  g_test_add_func ("/remote/images-go-once", test_images_go_once);
  g_test_add_func ("/remote/stall", test_stall);
  status = g_test_run ();
  limit_spawn (20, (const char *const[]){ "rm", "-r", folder, NULL }, G_SPAWN_SEARCH_PATH, NULL);
  return status;
}
