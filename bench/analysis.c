/* analysis.c: gram-bench-analysis, the program behind compare-eigh.py
 *
 * SPDX-License-Identifier: MIT
 *
 * Builds H∞ of two classes, writes it and the label sets into a folder, prints n and then answers
 * lines on standard input: "curves" runs the pipeline of src/engine and prints the seconds that
 * H∞, the measures and the prediction curves took, each from when the one before was there, and
 * the answers; "full" does the same up to the spectrum; "map" prints the seconds of K → H∞ and of
 * a copy of the matrix; "quit" ends it.
 */
#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gram-analyser.h"
#include "gram-cpu-kernels.h"
#include "gram-cpu-pool.h"
#include "gram-cpu.h"
#include "gram-kernel.h"
#include "gram-size.h"

/* Steps k at which the curves are compared. */
static const double at_steps[] = { 0, 1, 10, 100, 1000, 1e4, 1e5, 1e6 };

static char *dataset_name, *data_dir, *folder, *label_list;
static gint64 opt_n = 4000;
static gint threads;
static double eta = 1e-3;

static const GOptionEntry entries[] = {
  { "dataset", 0, 0, G_OPTION_ARG_STRING, &dataset_name, "glyphs, mnist, …", "NAME" },
  { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &data_dir, "where datasets are", "FOLDER" },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "for H.f64 and Y.f64", "FOLDER" },
  { "labels", 0, 0, G_OPTION_ARG_STRING, &label_list, "default true,random,mixed:0.5", "LIST" },
  { "n", 0, 0, G_OPTION_ARG_INT64, &opt_n, "images", "N" },
  { "eta", 0, 0, G_OPTION_ARG_DOUBLE, &eta, "learning rate of the curves", "η" },
  { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "processor threads", "N" },
  { NULL },
};

typedef struct
{
  GramDevice *device;
  GramProblem *problem;
  GArray *labels;
  guint threads;
  /* of one run */
  GCancellable *enough;
  gboolean full, first_curves;
  gint64 last;                             /* when the snapshot before came */
  double seconds[GRAM_STAGE_SPECTRUM + 2]; /* by stage; KRYLOV's first, then the last */
  GramAnalysis *analysis;
} Bench;

/* ---------- the pipeline --------------------------------------------------------------------- */

static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  Bench *bench = data;
  gint64 now = g_get_monotonic_time ();
  guint slot = snapshot->stage;

  if (snapshot->stage == GRAM_STAGE_KRYLOV && !bench->first_curves)
    slot = GRAM_STAGE_SPECTRUM + 1;
  bench->seconds[slot] = (double) (now - bench->last) / G_USEC_PER_SEC;
  bench->last = now;
  if (snapshot->stage == GRAM_STAGE_KRYLOV)
    bench->first_curves = FALSE;
  g_clear_pointer (&bench->analysis, gram_analysis_unref);
  bench->analysis = gram_analysis_ref (snapshot);
  if (snapshot->stage == GRAM_STAGE_KRYLOV && !bench->full)
    g_cancellable_cancel (bench->enough);
}

static gboolean
analyse (Bench *bench, gboolean full, GError **error)
{
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (bench->device, bench->problem, 1);
  g_autoptr (GError) local = NULL;

  g_clear_object (&bench->enough);
  bench->enough = g_cancellable_new ();
  bench->full = full;
  bench->first_curves = TRUE;
  memset (bench->seconds, 0, sizeof bench->seconds);
  bench->last = g_get_monotonic_time ();
  if (gram_analyser_run (analyser, bench->labels, full, on_stage, NULL, bench, bench->enough,
                         &local)
      || (!full && g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && bench->analysis != NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
print_number (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  printf (" %s", g_ascii_dtostr (text, sizeof text, number));
}

/* Seconds; λ₁ and λ₀; then of each label set the measure and its curve. */
static void
print_answers (const Bench *bench)
{
  const GramAnalysis *analysis = bench->analysis;

  print_number (bench->seconds[GRAM_STAGE_KERNEL]);
  print_number (bench->seconds[GRAM_STAGE_CHOLESKY]);
  print_number (bench->seconds[GRAM_STAGE_KRYLOV]);
  print_number (bench->seconds[GRAM_STAGE_SPECTRUM + 1]);
  print_number (bench->seconds[GRAM_STAGE_SPECTRUM]);
  print_number (analysis->lambda_max);
  print_number (analysis->lambda_min);
  print_number (analysis->quadrature_error);
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      print_number (set->complexity);
      for (guint k = 0; k < G_N_ELEMENTS (at_steps); k++)
        print_number (gram_analysis_predict (analysis, i, eta, (gint64) at_steps[k]));
    }
  printf ("\n");
  fflush (stdout);
}

/* ---------- K → H∞ against a copy ------------------------------------------------------------ */

typedef struct
{
  const GramCpuKernels *kernels;
  gint64 n, ld;
  double *from, *to;
} Matrix;

static void
map_column (gint64 j, guint worker, gpointer data)
{
  const Matrix *matrix = data;

  matrix->kernels->arc_cosine (j, matrix->to + j * matrix->ld);
}

static void
copy_column (gint64 j, guint worker, gpointer data)
{
  const Matrix *matrix = data;

  memcpy (matrix->to + j * matrix->ld, matrix->from + j * matrix->ld,
          (gsize) matrix->n * sizeof (double));
}

static double
time_columns (GramCpuPool *pool, GramCpuTask task, Matrix *matrix)
{
  gint64 start = g_get_monotonic_time ();

  gram_cpu_pool_run (pool, matrix->n, task, matrix);
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* The map as the backend runs it, in place over one triangle, and a copy of all n × n numbers by
 * the same threads. What is mapped is a copy of numbers in [−1, 1]; time does not see which. */
static gboolean
compare_map (const Bench *bench, GError **error)
{
  gint64 n = bench->problem->n;
  double *memory = gram_try_alloc (sizeof (double), n * (n + 1), 2, "two matrices", error);
  GramCpuPool *pool;
  Matrix matrix = { gram_cpu_kernels_available ()[0], n, n + 1, memory, memory + n * (n + 1) };
  double copy;

  if (memory == NULL)
    return FALSE;
  pool = gram_cpu_pool_new (bench->threads);
  for (gint64 i = 0; i < n * (n + 1); i++)
    memory[i] = (double) (i * 2654435761 % 2001 - 1000) / 1000;
  time_columns (pool, copy_column, &matrix); /* touches every page */
  copy = time_columns (pool, copy_column, &matrix);
  print_number (time_columns (pool, map_column, &matrix));
  print_number (copy);
  printf ("\n");
  fflush (stdout);
  gram_cpu_pool_free (pool);
  gram_free (memory);
  return TRUE;
}

/* ---------- the server ----------------------------------------------------------------------- */

static gboolean
write_doubles (const char *name, const double *numbers, gint64 count, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents (path, (const char *) numbers,
                              (gssize) (count * (gint64) sizeof (double)), error);
}

/* H∞ and the label vectors, for whoever wants to compute the same. */
static gboolean
dump (Bench *bench, GError **error)
{
  gint64 n = bench->problem->n;
  guint count = bench->analysis->labels->len;
  GramSamples samples = {
    .n = n, .d = bench->problem->d, .X = bench->problem->X, .ldx = bench->problem->d
  };
  g_autoptr (GramSystem) system = NULL;
  double *memory = gram_try_alloc (sizeof (double), n, n, "a copy of H∞", error);
  gboolean done;

  if (memory == NULL)
    return FALSE;
  system = gram_system_new (bench->device, &samples, NULL, error);
  done = system != NULL && gram_system_download (system, memory, n, error)
         && write_doubles ("H.f64", memory, n * n, error);
  for (guint i = 0; i < count; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (bench->analysis->labels, i);

      memcpy (memory + i * n, set->labels->y, (gsize) n * sizeof (double));
    }
  done = done && write_doubles ("Y.f64", memory, n * count, error)
         && write_doubles ("k.f64", at_steps, G_N_ELEMENTS (at_steps), error);
  gram_free (memory);
  return done;
}

static gboolean
serve (Bench *bench, GError **error)
{
  char line[32];

  if (!analyse (bench, FALSE, error) || (folder != NULL && !dump (bench, error)))
    return FALSE;
  printf ("%" G_GINT64_FORMAT " %u\n", bench->problem->n, bench->labels->len);
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL && !g_str_has_prefix (line, "quit"))
    {
      if (g_str_has_prefix (line, "map"))
        {
          if (!compare_map (bench, error))
            return FALSE;
          continue;
        }
      if (!analyse (bench, g_str_has_prefix (line, "full"), error))
        return FALSE;
      print_answers (bench);
    }
  return TRUE;
}

static gboolean
open_problem (Bench *bench, GError **error)
{
  g_autoptr (GramDataset) dataset =
      gram_dataset_open (dataset_name != NULL ? dataset_name : "glyphs", data_dir, NULL, error);
  GramProblemSpec spec = { .n = opt_n, .n_test = 0, .seed = 1 };
  GramDeviceOptions options = { .threads = bench->threads };

  if (dataset == NULL)
    return FALSE;
  bench->problem = gram_problem_new (dataset, &spec, NULL, error);
  if (bench->problem == NULL)
    return FALSE;
  bench->labels =
      gram_labels_list_parse (label_list != NULL ? label_list : "true,random,mixed:0.5", error);
  gram_backend_register (gram_cpu_backend (), NULL);
  bench->device = gram_device_open_reference (&options, error);
  return bench->labels != NULL && bench->device != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- time the stages of an analysis");
  g_autoptr (GError) error = NULL;
  Bench bench = { 0 };
  gboolean done;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "gram-bench-analysis: %s\n", error->message);
      return 2;
    }
  bench.threads = threads > 0 ? (guint) threads : g_get_num_processors ();
  done = open_problem (&bench, &error) && serve (&bench, &error);
  if (!done)
    fprintf (stderr, "gram-bench-analysis: %s\n", error != NULL ? error->message : "failed");
  g_clear_pointer (&bench.analysis, gram_analysis_unref);
  g_clear_pointer (&bench.labels, g_array_unref);
  g_clear_pointer (&bench.problem, gram_problem_unref);
  g_clear_pointer (&bench.device, gram_device_unref);
  g_clear_object (&bench.enough);
  return done ? 0 : 1;
}
