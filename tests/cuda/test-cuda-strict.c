/* test-cuda-strict.c: the make-believe card finds mistakes, and the backend makes none of them
 *
 * SPDX-License-Identifier: MIT
 *
 * First mistakes are planted one by one, each in a process of its own that must end with the right
 * complaint. Then the backend runs with everything that is free to happen in any order happening
 * in many orders; its results are the same to the last bit.
 */
#include <math.h>
#include <string.h>

#include "../limit.h"
#include "bad-kernels.h"
#include "cuda-fixture.h"
#include "gram-cuda-device.h"
#include "gram-cuda-kernels.h"
#include "gram-shim.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_FIBERS FALSE /* AddressSanitizer does not follow them */
#else
#define HAVE_FIBERS TRUE
#endif

/* ---------- mistakes ------------------------------------------------------------------------- */

static cudaStream_t
new_stream (void)
{
  cudaStream_t stream;

  cudaSetDevice (0);
  g_assert_cmpint (cudaStreamCreateWithPriority (&stream, cudaStreamNonBlocking, 0), ==,
                   cudaSuccess);
  return stream;
}

static double *
new_memory (void)
{
  gpointer memory;

  g_assert_cmpint (cudaMalloc (&memory, 64 * sizeof (double)), ==, cudaSuccess);
  return memory;
}

static void
changes_what_is_copied (void)
{
  cudaStream_t stream = new_stream ();
  double host[2] = { 1, 2 };

  cudaMemcpyAsync (new_memory (), host, sizeof host, cudaMemcpyHostToDevice, stream);
  host[1] = 3;
  cudaStreamSynchronize (stream);
}

static void
frees_what_is_used (void)
{
  cudaStream_t stream = new_stream ();
  double *memory = new_memory ();

  cudaMemsetAsync (memory, 0, 8, stream);
  cudaFree (memory);
}

static void
frees_what_a_kernel_uses (void)
{
  cudaStream_t stream = new_stream ();
  double *memory = new_memory ();

  cuda_kernel_identity (memory, 4, 4, stream);
  cudaFree (memory);
}

static void
two_streams (void)
{
  double *memory = (cudaSetDevice (0), new_memory ());

  cudaMemsetAsync (memory, 0, 8, new_stream ());
  cuda_kernel_identity (memory, 4, 4, new_stream ());
}

static void
default_stream (void)
{
  cudaSetDevice (0);
  cudaMemsetAsync (new_memory (), 0, 8, NULL);
}

static void
host_pointer (void)
{
  double host[16];

  cuda_kernel_identity (host, 4, 4, new_stream ());
}

static void
leaves_a_stream (void)
{
  cudaStream_t stream = new_stream ();

  cudaMemsetAsync (new_memory (), 0, 8, stream);
  cudaStreamDestroy (stream);
}

static void
waits_while_recording (void)
{
  cudaStream_t stream = new_stream ();

  cudaStreamBeginCapture (stream, cudaStreamCaptureModeRelaxed);
  cudaStreamSynchronize (stream);
}

static void
allocates_while_recording (void)
{
  cudaStreamBeginCapture (new_stream (), cudaStreamCaptureModeRelaxed);
  new_memory ();
}

static void
copies_while_recording (void)
{
  cudaStream_t stream = new_stream ();
  double host = 0, *memory = new_memory ();

  cudaStreamBeginCapture (stream, cudaStreamCaptureModeRelaxed);
  cudaMemcpyAsync (&host, memory, sizeof host, cudaMemcpyDeviceToHost, stream);
}

static void
first_run_in_a_graph (void)
{
  cudaStream_t stream = new_stream ();
  double *memory = new_memory ();

  cudaStreamBeginCapture (stream, cudaStreamCaptureModeRelaxed);
  cuda_kernel_identity (memory, 4, 4, stream);
}

static void
graph_with_freed_memory (void)
{
  cudaStream_t stream = new_stream ();
  double *memory = new_memory ();
  cudaGraph_t graph;
  cudaGraphExec_t exec;

  cuda_kernel_identity (memory, 4, 4, stream);
  cudaStreamSynchronize (stream);
  cudaStreamBeginCapture (stream, cudaStreamCaptureModeRelaxed);
  cuda_kernel_identity (memory, 4, 4, stream);
  cudaStreamEndCapture (stream, &graph);
  cudaGraphInstantiate (&exec, graph, 0);
  cudaFree (memory);
  cudaGraphLaunch (exec, stream);
}

/* Setting the stream again takes the workspace away. */
static void
product_without_workspace (void)
{
  cudaStream_t stream = new_stream ();
  double *memory = new_memory (), one = 1, zero = 0;
  cublasHandle_t blas;

  cublasCreate (&blas);
  cublasSetWorkspace (blas, new_memory (), 64);
  cublasSetStream (blas, stream);
  cublasDgemm (blas, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &one, memory, 2, memory + 8, 2, &zero,
               memory + 16, 2);
}

static gpointer
allocate (gpointer data)
{
  new_memory ();
  return NULL;
}

static void
thread_without_a_card (void)
{
  cudaSetDevice (0);
  limit_begin (30, "a thread that allocates");
  g_thread_join (g_thread_new ("other", allocate, NULL));
}

static void
lanes_part (void)
{
  cudaStream_t stream = new_stream ();

  shim_set_lanes_apart (TRUE);
  bad_kernel_parting (new_memory (), stream);
  cudaStreamSynchronize (stream);
}

static const struct
{
  const char *name;
  void (*make) (void);
  const char *complaint;
} mistakes[] = {
  { "changes-what-is-copied", changes_what_is_copied, "*changed before its copy*" },
  { "frees-what-is-used", frees_what_is_used, "*freed that queued work uses*" },
  { "frees-what-a-kernel-uses", frees_what_a_kernel_uses, "*freed that queued work uses*" },
  { "two-streams", two_streams, "*another stream*" },
  { "default-stream", default_stream, "*default stream*" },
  { "host-pointer", host_pointer, "*not on the card*" },
  { "leaves-a-stream", leaves_a_stream, "*was not waited for*" },
  { "waits-while-recording", waits_while_recording, "*waited for while it is recorded*" },
  { "allocates-while-recording", allocates_while_recording, "*cudaMalloc while*" },
  { "copies-while-recording", copies_while_recording, "*is recorded in a graph*" },
  { "first-run-in-a-graph", first_run_in_a_graph, "*first time inside a graph*" },
  { "graph-with-freed-memory", graph_with_freed_memory, "*memory that was freed*" },
  { "product-without-workspace", product_without_workspace, "*without a workspace*" },
  { "thread-without-a-card", thread_without_a_card, "*has not chosen its card*" },
  { "lanes-part", lanes_part, "*lanes of a warp part*" },
};

static void
test_mistake (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);

  if (mistakes[i].make == lanes_part && !HAVE_FIBERS)
    {
      g_test_skip ("no fibers under AddressSanitizer");
      return;
    }
  if (g_test_subprocess ())
    {
      mistakes[i].make ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (mistakes[i].complaint);
}

/* What a copy brings is not there before it is waited for. */
static void
test_early_read (void)
{
  cudaStream_t stream = new_stream ();
  double host = 5, *memory = new_memory ();

  cudaMemsetAsync (memory, 0, sizeof host, stream);
  cudaMemcpyAsync (&host, memory, sizeof host, cudaMemcpyDeviceToHost, stream);
  g_assert_true (isnan (host));
  cudaStreamSynchronize (stream);
  g_assert_cmpfloat (host, ==, 0);
  cudaFree (memory);
  cudaStreamDestroy (stream);
}

/* In some order a race gives something else. */
static guint
count_results (cudaError_t (*kernel) (double *, cudaStream_t), gboolean apart)
{
  cudaStream_t stream = new_stream ();
  double *memory = new_memory (), first[64], next[64];
  guint different = 0;

  shim_set_lanes_apart (apart);
  for (guint seed = 1; seed <= 20; seed++)
    {
      shim_set_seed (seed);
      cudaMemsetAsync (memory, 0, sizeof next, stream);
      kernel (memory, stream);
      cudaMemcpyAsync (next, memory, sizeof next, cudaMemcpyDeviceToHost, stream);
      cudaStreamSynchronize (stream);
      different += seed > 1 && memcmp (first, next, sizeof first) != 0;
      memcpy (first, next, sizeof first);
    }
  shim_set_seed (0);
  shim_set_lanes_apart (FALSE);
  cudaFree (memory);
  cudaStreamDestroy (stream);
  return different;
}

static void
test_races_show (void)
{
  g_assert_cmpuint (count_results (bad_kernel_last_wins, FALSE), >, 5);
  if (HAVE_FIBERS)
    g_assert_cmpuint (count_results (bad_kernel_racing, TRUE), >, 5);
}

/* ---------- the backend in every order ------------------------------------------------------- */

#define STEPS 40

typedef struct
{
  double residuals[2 * STEPS], u[40], u_test[7], distance, flipped;
  float W[33 * 64];
  double H[40 * 40];
} Result;

static void
train (GramFormulation formulation, GramPrecision precision, Result *result)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 33, 64, 7, 2, 0.5, 5);
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramTrainer) trainer = NULL;
  GramObservation seen = { .u = result->u, .u_test = result->u_test };
  g_autoptr (GError) error = NULL;

  memset (result, 0, sizeof *result);
  p->spec.formulation = formulation;
  p->spec.precision = precision;
  trainer = gram_trainer_new (device, &p->spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gram_trainer_step (trainer, STEPS, result->residuals, NULL, NULL));
  g_assert_true (
      gram_trainer_observe (trainer, 1,
                            GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED | GRAM_OBSERVE_TEST, &seen,
                            NULL));
  result->distance = seen.distance;
  result->flipped = seen.flipped;
  g_assert_true (gram_trainer_weights (trainer, 1, result->W, 33, NULL));
  g_assert_true (gram_trainer_gram (trainer, 1, result->H, 40, NULL));
}

static void
test_any_order (gconstpointer data)
{
  g_autofree Result *plain = g_new (Result, 1), *other = g_new (Result, 1);

  for (int f = GRAM_FORMULATION_WEIGHTS; f <= GRAM_FORMULATION_SAMPLES; f++)
    for (int p = GRAM_PRECISION_FP32; p <= GRAM_PRECISION_BF16_SPLIT; p++)
      {
        train ((GramFormulation) f, (GramPrecision) p, plain);
        shim_set_lanes_apart (GPOINTER_TO_INT (data));
        for (guint seed = 1; seed <= 5; seed++)
          {
            shim_set_seed (seed);
            train ((GramFormulation) f, (GramPrecision) p, other);
            g_assert_cmpmem (plain, sizeof *plain, other, sizeof *other);
          }
        shim_set_seed (0);
        shim_set_lanes_apart (FALSE);
        fixture_assert_all_given_back ();
      }
}

/* ---------- analysis beside training --------------------------------------------------------- */

#define ROUNDS 6

static gint training;

/* Goes on while there is training, so that systems are made and freed in every part of it, the
 * recording of its graph too. */
static gpointer
analyse (gpointer data)
{
  GramDevice *device = data;
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (60, 33, 64, 0, 1, 0.5, 9);
  double *lambda = g_new (double, 60 * ROUNDS);

  for (int round = 0; round < ROUNDS || g_atomic_int_get (&training); round++)
    {
      g_autoptr (GramSystem) system = gram_system_new (device, &p->spec.train, NULL, NULL);
      double diagonal[60];

      g_assert_nonnull (system);
      g_assert_true (gram_system_factor (system, NULL, NULL));
      g_assert_true (gram_system_inverse_diagonal (system, diagonal, NULL, NULL));
      g_assert_true (gram_system_spectrum (system, lambda + 60 * (round % ROUNDS), NULL, NULL));
    }
  return lambda;
}

static void
test_side_by_side (void)
{
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autofree Result *alone = g_new (Result, 1), *beside = g_new (Result, 1);
  g_autofree double *before = analyse (device), *after = NULL;
  GThread *thread;

  train (GRAM_FORMULATION_SAMPLES, GRAM_PRECISION_AUTO, alone);
  shim_set_seed (3);
  g_atomic_int_set (&training, TRUE);
  thread = g_thread_new ("analysis", analyse, device);
  for (int round = 0; round < ROUNDS; round++)
    {
      train (GRAM_FORMULATION_SAMPLES, GRAM_PRECISION_AUTO, beside);
      g_assert_cmpmem (alone, sizeof *alone, beside, sizeof *beside);
    }
  g_atomic_int_set (&training, FALSE);
  limit_begin (300, "the analysis beside the training");
  after = g_thread_join (thread);
  limit_end ();
  shim_set_seed (0);
  g_assert_cmpmem (before, 60 * ROUNDS * sizeof (double), after, 60 * ROUNDS * sizeof (double));
  g_clear_pointer (&device, gram_device_unref);
  fixture_assert_all_given_back ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_register ();
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cuda/strict/mistake/%s", mistakes[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }
  g_test_add_func ("/cuda/strict/early-read", test_early_read);
  g_test_add_func ("/cuda/strict/races-show", test_races_show);
  g_test_add_data_func ("/cuda/strict/any-order", GINT_TO_POINTER (FALSE), test_any_order);
  if (HAVE_FIBERS)
    g_test_add_data_func ("/cuda/strict/lanes-apart", GINT_TO_POINTER (TRUE), test_any_order);
  g_test_add_func ("/cuda/strict/side-by-side", test_side_by_side);
  return g_test_run ();
}
