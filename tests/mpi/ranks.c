/* ranks.c: what test-mpi.py starts by mpirun, or alone
 *
 * SPDX-License-Identifier: MIT
 *
 * ranks bits DEVICE         prints what a run gives, to the bit
 * ranks lazy DEVICE         prints how many steps of a run S waited for, and its residuals
 * ranks fail RANK CALL      the CALL-th making, step or saving of a trainer fails in RANK
 * ranks cancel              ends a long batch of steps from another thread
 * ranks release             rank 1 is of another release
 * ranks state DEVICE FILE   some steps from what FILE has, which is written again
 * ranks kill COUNT          kills the first, second … process of a device that this starts
 * ranks systems             H∞ of many sizes, as far as the environment says in parts
 * ranks memory RANK         RANK has no memory for its part of H∞
 * ranks kill-system         kills a process of a device that this starts, with a part of H∞
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gram-conformance-private.h"
#include "gram-cpu.h"
#include "gram-error.h"
#include "gram-remote.h"
#include "../limit.h"

#define STEPS 12
#define SETS 2
#define WIDTH 1000 /* six units of 192, the last of them not whole */
#define PAIRS 1152 /* three units of as many pairs */

static GramBackendVTable own;
static int calls, failing = -1;

static gboolean
is_time (GError **error)
{
  return ++calls != failing
         || gram_fail (error, GRAM_ERROR_MEMORY, "planted: there is no memory for it");
}

static gpointer
new_or_fail (gpointer device, const GramTrainerSpec *spec, const GramJob *job, GError **error)
{
  return is_time (error) ? gram_cpu_backend ()->trainer_new (device, spec, job, error) : NULL;
}

/* A step at a time, so that it fails between those of the others */
static gboolean
step_or_fail (gpointer trainer, gint64 count, double *residuals, const GramJob *job, GError **error)
{
  for (gint64 k = 0; k < count; k++)
    if (!is_time (error)
        || !gram_cpu_backend ()->trainer_step (trainer, 1, residuals + k * SETS, job, error))
      return FALSE;
  return TRUE;
}

static GBytes *
save_or_fail (gpointer trainer, GramStateKind kind, GError **error)
{
  return is_time (error) ? gram_cpu_backend ()->trainer_save (trainer, kind, error) : NULL;
}

static int
rank (void)
{
  const char *text = g_getenv ("OMPI_COMM_WORLD_RANK");

  return text != NULL ? atoi (text) : 0;
}

static void
print_hash (const char *what, gconstpointer memory, gsize bytes)
{
  g_autofree char *hash = g_compute_checksum_for_data (G_CHECKSUM_MD5, memory, bytes);

  printf ("%s %s\n", what, hash);
}

/* ---------- bits ------------------------------------------------------------------------------ */

static void
print_trainer (const GramTrainerSpec *spec, GramTrainer *trainer)
{
  gint64 n = spec->train.n, d = spec->train.d, row = (n + 7) / 8;
  g_autofree double *u = g_new0 (double, n), *u_test = g_new0 (double, spec->test.n);
  g_autofree double *H = g_new0 (double, n *n);
  g_autofree float *W = g_new0 (float, d * spec->m);
  g_autofree guint8 *bits = g_new0 (guint8, row * spec->m);
  GramObservation seen = { .u = u, .u_test = u_test };

  g_assert_true (
      gram_trainer_observe (trainer, 1,
                            GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED | GRAM_OBSERVE_TEST, &seen,
                            NULL));
  g_assert_true (gram_trainer_weights (trainer, 1, W, d, NULL));
  g_assert_true (gram_trainer_pattern (trainer, 1, bits, NULL));
  g_assert_true (gram_trainer_gram (trainer, 1, H, n, NULL));
  print_hash ("W", W, (gsize) (d * spec->m) * sizeof *W);
  print_hash ("patterns", bits, (gsize) (row * spec->m));
  print_hash ("u", u, (gsize) n * sizeof *u);
  printf ("seen %.9g %.9g %.9g %.9g %.9g\n", seen.distance, seen.distance_max, seen.flipped,
          u_test[0], H[n * n - 2]);
}

/* A run that is saved, and gone on with from both kinds of states */
static void
print_run (GramDevice *device, const GramTrainerSpec *spec)
{
  g_autoptr (GError) error = NULL;
  double residuals[STEPS * SETS];
  g_autoptr (GramTrainer) trainer = gram_trainer_new (device, spec, NULL, &error);

  g_assert_no_error (error);
  for (int part = 0; part < 3; part++)
    {
      g_autoptr (GBytes) state = NULL;

      g_assert_true (gram_trainer_step (trainer, STEPS, residuals, NULL, NULL));
      print_hash ("residuals", residuals, sizeof residuals);
      print_trainer (spec, trainer);
      state =
          gram_trainer_save (trainer, part == 0 ? GRAM_STATE_NATIVE : GRAM_STATE_PORTABLE, &error);
      g_assert_no_error (error);
      gram_trainer_free (trainer);
      trainer = gram_trainer_new (device, spec, NULL, NULL);
      g_assert_true (gram_trainer_restore (trainer, state, &error));
      g_assert_no_error (error);
      g_assert_cmpint (gram_trainer_get_step (trainer), ==, (part + 1) * STEPS);
    }
}

static void
print_bits (GramDevice *device)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (40, 30, WIDTH, 5, SETS, 0.5, 4);

  /* parts of pairs make no bit depend on them where they divide m */
  for (guint init = GRAM_INIT_IID; init <= GRAM_INIT_ANTISYMMETRIC; init++)
    for (guint f = GRAM_FORMULATION_WEIGHTS; f < GRAM_FORMULATION_LAZY; f++)
      {
        p->spec.init = init;
        p->spec.m = init == GRAM_INIT_IID ? WIDTH : PAIRS;
        p->spec.formulation = f;
        print_run (device, &p->spec);
      }
}

/* A batch in which S waits, and how often. */
static void
print_lazy (GramDevice *device)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (40, 30, WIDTH, 0, SETS, 0.5, 4);
  g_autoptr (GramTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;
  GramObservation seen = { 0 };
  double residuals[10 * STEPS * SETS];

  p->spec.formulation = GRAM_FORMULATION_LAZY;
  p->spec.eta = 5e-4;   /* few patterns flip */
  p->spec.m = 12 * 192; /* waiting is worth it for a quarter of them too */
  trainer = gram_trainer_new (device, &p->spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gram_trainer_step (trainer, 10 * STEPS, residuals, NULL, NULL));
  g_assert_true (gram_trainer_observe (trainer, 0, GRAM_OBSERVE_RESIDUAL, &seen, NULL));
  printf ("%" G_GINT64_FORMAT "\n", seen.lazy_steps);
  for (int i = 0; i < 10 * STEPS * SETS; i++)
    printf ("%.17g\n", residuals[i]);
}

/* ---------- failures -------------------------------------------------------------------------- */

/* Whatever fails, all processes learn of it, the first error is who failed's, and they serve on. */
static void
try_failure (GramDevice *device, int who)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (20, 10, WIDTH, 0, SETS, 0.5, 4);
  g_autoptr (GramTrainer) trainer = NULL, after = NULL;
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *says = g_strdup_printf ("process %d of ", who);
  double residuals[STEPS * SETS];

  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  trainer = gram_trainer_new (device, &p->spec, NULL, &error);
  if (trainer != NULL && gram_trainer_step (trainer, STEPS / 2, residuals, NULL, &error)
      && gram_trainer_step (trainer, STEPS / 2, residuals, NULL, &error))
    state = gram_trainer_save (trainer, GRAM_STATE_NATIVE, &error);
  g_assert_null (state);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
  g_assert_nonnull (strstr (error->message, "planted"));
  g_assert_true (who == 0 || g_str_has_prefix (error->message, says));
  after = gram_trainer_new (device, &p->spec, NULL, NULL);
  g_assert_true (gram_trainer_step (after, STEPS, residuals, NULL, NULL));
  print_hash ("residuals", residuals, sizeof residuals);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (50000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* All stop after the same step, from which they go on as a run that was never stopped. */
static void
try_cancel (GramDevice *device)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (20, 10, WIDTH, 0, SETS, 0.5, 4);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GramDevice *cpu = gram_device_open ("cpu", NULL, NULL);
  GramJob job = { .cancellable = cancellable };
  gint64 most = 20000, at;
  g_autofree double *x = g_new (double, most *SETS), *y = g_new (double, most *SETS);
  GramTrainer *trainer, *whole;
  GThread *thread;
  g_autoptr (GError) error = NULL;

  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  p->spec.eta = 5e-4;
  trainer = gram_trainer_new (device, &p->spec, NULL, NULL);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (gram_trainer_step (trainer, most, x, &job, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  limit_begin (60, "who cancels");
  g_thread_join (thread);
  limit_end ();
  at = gram_trainer_get_step (trainer);
  g_assert_cmpint (at, >, 0);
  g_assert_cmpint (at, <, most - STEPS);
  whole = gram_trainer_new (cpu, &p->spec, NULL, NULL);
  g_assert_true (gram_trainer_step (whole, at, y, NULL, NULL));
  g_assert_true (gram_trainer_step (whole, STEPS, y, NULL, NULL));
  g_assert_true (gram_trainer_step (trainer, STEPS, x, NULL, NULL));
  g_assert_cmpmem (x, STEPS * SETS * sizeof *x, y, STEPS * SETS * sizeof *y);
  gram_trainer_free (trainer);
  gram_trainer_free (whole);
  gram_device_unref (cpu);
}

/* ---------- states ---------------------------------------------------------------------------- */

static void
go_on (GramDevice *device, const char *path)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (40, 30, WIDTH, 0, SETS, 0.5, 4);
  g_autoptr (GramTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *memory = NULL;
  double residuals[STEPS * SETS];
  gsize size;

  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  trainer = gram_trainer_new (device, &p->spec, NULL, &error);
  g_assert_no_error (error);
  if (g_file_get_contents (path, &memory, &size, NULL))
    {
      g_autoptr (GBytes) state = g_bytes_new (memory, size);

      g_assert_true (gram_trainer_restore (trainer, state, &error));
      g_assert_no_error (error);
    }
  g_assert_true (gram_trainer_step (trainer, STEPS, residuals, NULL, NULL));
  for (int i = 0; i < STEPS * SETS; i++)
    printf ("%.17g\n", residuals[i]);
  {
    g_autoptr (GBytes) state = gram_trainer_save (trainer, GRAM_STATE_NATIVE, &error);

    g_assert_no_error (error);
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (state, NULL),
                                        (gssize) g_bytes_get_size (state), NULL));
  }
}

/* ---------- kills ----------------------------------------------------------------------------- */

/* What the device's processes are, in no order: of this session, for others may test as well */
static GArray *
find_ranks (void)
{
  const char *const argv[] = { "sh", "-c", "pgrep -f 'gramscope-cli backend --device mpi$' || true",
                               NULL };
  g_autofree char *output = NULL;
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));

  g_assert_true (limit_spawn (20, argv, G_SPAWN_SEARCH_PATH, &output));
  for (char *at = output, *end; strtol (at, &end, 10) > 0; at = end)
    {
      int pid = (int) strtol (at, NULL, 10);
      g_autofree char *path = g_strdup_printf ("/proc/%d/comm", pid);
      g_autofree char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL) && g_str_has_prefix (name, "gramscope-cli")
          && getsid (pid) == getsid (0))
        g_array_append_val (found, pid);
    }
  return found;
}

/* Those of a device that was closed before end a little later. */
static void
wait_for_none (void)
{
  gboolean some = TRUE;

  limit_begin (60, "the end of earlier processes");
  while (some)
    {
      g_autoptr (GArray) ranks = find_ranks ();

      some = ranks->len > 0;
      g_usleep (10000);
    }
  limit_end ();
}

static gpointer
kill_soon (gpointer pid)
{
  g_usleep ((gulong) g_random_int_range (0, 20000));
  kill (GPOINTER_TO_INT (pid), SIGKILL);
  return NULL;
}

/* One of them is killed while all step: the call ends with the device lost, and the CPU goes on
 * from the last state that came over to the curve of a run that nothing happened to. */
static void
try_kill (const GramTrainerSpec *spec, GramDevice *cpu, const double *whole, guint victim)
{
  g_autoptr (GError) error = NULL;
  GramDevice *device;
  g_autoptr (GramTrainer) trainer = NULL, rescued = NULL;
  g_autoptr (GBytes) kept = NULL, last = NULL;
  g_autoptr (GArray) ranks = NULL;
  double x[2 * STEPS * SETS];
  GThread *thread;

  wait_for_none ();
  device = gram_device_open ("mpi:2", NULL, &error);
  g_assert_no_error (error);
  trainer = gram_trainer_new (device, spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gram_trainer_step (trainer, STEPS, x, NULL, NULL));
  g_assert_cmpmem (x, STEPS * SETS * sizeof *x, whole, STEPS * SETS * sizeof *x);
  kept = gram_trainer_save (trainer, GRAM_STATE_PORTABLE, NULL);
  g_assert_nonnull (kept);
  ranks = find_ranks ();
  g_assert_cmpuint (ranks->len, ==, 2);
  thread =
      g_thread_new ("kill", kill_soon, GINT_TO_POINTER (g_array_index (ranks, int, victim % 2)));
  limit_begin (60, "a device whose process was killed");
  while (gram_trainer_step (trainer, 1, x, NULL, &error))
    ;
  g_thread_join (thread);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_true (gram_device_is_lost (device));
  last = gram_trainer_save (trainer, GRAM_STATE_PORTABLE, NULL);
  g_assert_nonnull (last);
  rescued = gram_trainer_new (cpu, spec, NULL, NULL);
  g_assert_true (gram_trainer_restore (rescued, last, NULL));
  g_assert_cmpint (gram_trainer_get_step (rescued), ==, STEPS);
  g_assert_true (gram_trainer_step (rescued, STEPS, x, NULL, NULL));
  for (int i = 0; i < STEPS * SETS; i++)
    g_assert_cmpfloat (ABS (x[i] / whole[STEPS * SETS + i] - 1), <=, 1e-5);
  g_clear_pointer (&trainer, gram_trainer_free);
  gram_device_unref (device);
  limit_end ();
}

static void
try_kills (guint count)
{
  const GramDeviceOptions one = { .threads = 1 };
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (40, 30, WIDTH, 0, SETS, 0.5, 4);
  GramDevice *cpu;
  GramTrainer *trainer;
  double whole[2 * STEPS * SETS];

  gram_backend_register (gram_cpu_backend (), NULL);
  gram_backend_register (gram_remote_ranks_backend (), NULL);
  cpu = gram_device_open ("cpu", &one, NULL);
  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  trainer = gram_trainer_new (cpu, &p->spec, NULL, NULL);
  g_assert_true (gram_trainer_step (trainer, 2 * STEPS, whole, NULL, NULL));
  gram_trainer_free (trainer);
  for (guint i = 0; i < count; i++)
    try_kill (&p->spec, cpu, whole, i);
  gram_device_unref (cpu);
  printf ("%u killed\n", count);
}

/* ---------- systems --------------------------------------------------------------------------- */

static void
print_failed (const GramConformanceResult *result, gpointer failed)
{
  if (!result->passed)
    {
      printf ("%s: %g, %s\n", result->name, result->value, result->detail);
      ++*(int *) failed;
    }
}

static void
try_systems (GramDevice *device)
{
  int failed = 0;
  GramConformance suite = { .device = device, .on_result = print_failed, .data = &failed };

  suite.results = g_ptr_array_new ();
  gram_conformance_systems (&suite);
  printf ("%u checks, %d failed\n", suite.results->len, failed);
}

/* What opens the CPU in a process that has 300 MB more from then on */
static gpointer
open_limited (guint index, const GramDeviceOptions *options, GError **error)
{
  g_autofree char *text = NULL;
  struct rlimit limit;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  getrlimit (RLIMIT_AS, &limit);
  limit.rlim_cur = (rlim_t) g_ascii_strtoull (text, NULL, 10) * 4096 + (300 << 20);
  g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
  return gram_cpu_backend ()->open (index, options, error);
}

/* All learn of it, before any of it is touched, and serve on. */
static void
try_memory (GramDevice *device, int who)
{
  g_autoptr (GramConformanceProblem) large =
      gram_conformance_problem_new (12000, 10, 4, 0, 1, 0.5, 4);
  g_autoptr (GramConformanceProblem) small =
      gram_conformance_problem_new (100, 10, 4, 0, 1, 0.5, 4);
  g_autofree char *says = g_strdup_printf ("process %d of ", who);
  g_autoptr (GramSystem) none = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  double lambda[100];

  none = gram_system_new (device, &large->spec.train, NULL, &error);
  g_assert_null (none);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
  printf ("%s\n", error->message);
  g_assert_true (who == 0 || g_str_has_prefix (error->message, says));
  after = gram_system_new (device, &small->spec.train, NULL, NULL);
  g_assert_true (gram_system_spectrum (after, lambda, NULL, NULL));
}

static void
try_kill_system (void)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (200, 30, 4, 0, 1, 0.5, 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (GramSystem) system = NULL;
  g_autoptr (GArray) ranks = NULL;
  double lambda[200];
  GramDevice *device;
  GThread *thread;

  gram_backend_register (gram_remote_ranks_backend (), NULL);
  wait_for_none ();
  device = gram_device_open ("mpi:2", NULL, &error);
  g_assert_no_error (error);
  system = gram_system_new (device, &p->spec.train, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gram_system_spectrum (system, lambda, NULL, NULL));
  ranks = find_ranks ();
  g_assert_cmpuint (ranks->len, ==, 2);
  thread = g_thread_new ("kill", kill_soon, GINT_TO_POINTER (g_array_index (ranks, int, 1)));
  limit_begin (60, "a device whose process was killed");
  while (gram_system_spectrum (system, lambda, NULL, &error))
    ;
  g_thread_join (thread);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_true (gram_device_is_lost (device));
  printf ("%s\n", error->message);
  g_clear_pointer (&system, gram_system_free);
  gram_device_unref (device);
  limit_end ();
}

static GramDevice *
open_device (const char *name, gboolean *served)
{
  const GramDeviceOptions options = { .threads = 1 };
  g_autoptr (GError) error = NULL;
  GramDevice *device;

  gram_backend_register (&own, NULL);
  gram_backend_register (gram_remote_backend (), NULL);
  *served = FALSE;
  if (g_str_equal (name, "mpi") && !gram_backend_serve (name, &options, served, &error))
    {
      fprintf (stderr, "refused: %s\n", error->message);
      exit (3);
    }
  device = *served ? NULL : gram_device_open (name, &options, &error);
  g_assert_no_error (error);
  return device;
}

/* The other release is one whose interface has another number. */
static int
join_another_release (void)
{
  const GramBackendVTable *mpi;
  const GramDeviceOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean served;

  g_assert_true (gram_backend_load_module (g_getenv ("GRAMSCOPE_MODULE_DIR"), "mpi", NULL));
  mpi = gram_backend_lookup ("mpi");
  own.api_version += rank () == 1;
  if (!mpi->serve (&own, &options, &served, &error))
    printf ("refused: %s\n", error->message);
  return 0;
}

int
main (int argc, char **argv)
{
  const char *what = argv[1];
  const char *const on_device[] = { "bits", "lazy", "state", NULL };
  const char *name = g_strv_contains (on_device, what) ? argv[2] : "mpi";
  GramDevice *device;
  gboolean served;

  own = *gram_cpu_backend ();
  if (g_str_equal (what, "release"))
    return join_another_release ();
  if (g_str_equal (what, "kill-system"))
    {
      try_kill_system ();
      return 0;
    }
  if (g_str_equal (what, "kill"))
    {
      try_kills ((guint) atoi (argv[2]));
      return 0;
    }
  if (g_str_equal (what, "fail"))
    {
      failing = rank () == atoi (argv[2]) ? atoi (argv[3]) : -1;
      own.trainer_new = new_or_fail;
      own.trainer_step = step_or_fail;
      own.trainer_save = save_or_fail;
    }
  if (g_str_equal (what, "memory") && rank () == atoi (argv[2]))
    own.open = open_limited;
  device = open_device (name, &served);
  if (served)
    return 0;
  if (g_str_equal (what, "bits"))
    print_bits (device);
  else if (g_str_equal (what, "lazy"))
    print_lazy (device);
  else if (g_str_equal (what, "fail"))
    try_failure (device, atoi (argv[2]));
  else if (g_str_equal (what, "systems"))
    try_systems (device);
  else if (g_str_equal (what, "memory"))
    try_memory (device, atoi (argv[2]));
  else if (g_str_equal (what, "cancel"))
    try_cancel (device);
  else
    go_on (device, argv[3]);
  gram_device_unref (device);
  return 0;
}
