/* main.c: gram-bench, the benchmark program behind compare-pytorch.py
 *
 * SPDX-License-Identifier: MIT
 *
 * Without a problem it prints the table of gram_bench_run(). With --problem FOLDER it is a
 * server: it reads the problem from there (X.f64, y.f64 and, where X is 8-bit pixels times a scale
 * per image, pixels.u8 and scale.f64), writes W0.f32 and a.f32 beside it, prints the plan as
 * JSON and then answers lines on standard input: "step K" takes K steps and prints the seconds
 * they took, the processor's seconds and the residuals; "quit" ends it.
 */
#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "gram-bench.h"
#include "gram-cpu.h"

static char *device_name, *module_dir, *problem, *formulation, *precision, *shape_text;
static gint64 opt_n, opt_d, opt_m, opt_seed = 1;
static gint threads, repeats;
static double eta = 1e-3, kappa = 0.1;
static gboolean as_json;

static const GOptionEntry entries[] = {
  { "device", 0, 0, G_OPTION_ARG_STRING, &device_name, "cpu, cuda, …", "NAME" },
  { "modules", 0, 0, G_OPTION_ARG_FILENAME, &module_dir, "where backend modules are", "FOLDER" },
  { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "processor threads", "N" },
  { "repeats", 0, 0, G_OPTION_ARG_INT, &repeats, "timings per figure", "N" },
  { "shape", 0, 0, G_OPTION_ARG_STRING, &shape_text, "time one step only", "N,D,M,SETS,DENSITY" },
  { "formulation", 0, 0, G_OPTION_ARG_STRING, &formulation, "how a step is computed", "NAME" },
  { "precision", 0, 0, G_OPTION_ARG_STRING, &precision, "fp32, tf32, bf16-split", "NAME" },
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "print JSON", NULL },
  { "problem", 0, 0, G_OPTION_ARG_FILENAME, &problem, "serve X.f64, y.f64 of a folder", "FOLDER" },
  { "n", 0, 0, G_OPTION_ARG_INT64, &opt_n, "images of the problem", "N" },
  { "d", 0, 0, G_OPTION_ARG_INT64, &opt_d, "pixels of the problem", "D" },
  { "m", 0, 0, G_OPTION_ARG_INT64, &opt_m, "hidden neurons", "M" },
  { "eta", 0, 0, G_OPTION_ARG_DOUBLE, &eta, "learning rate", "η" },
  { "kappa", 0, 0, G_OPTION_ARG_DOUBLE, &kappa, "initialisation scale", "κ" },
  { "seed", 0, 0, G_OPTION_ARG_INT64, &opt_seed, "seed", "S" },
  { NULL },
};

static void
print_row (const GramBenchResult *result, gpointer data)
{
  g_autofree char *row = gram_bench_table_row (result);

  printf ("%s\n", row);
  fflush (stdout);
}

static gboolean
run_table (GramDevice *device, GError **error)
{
  GramBenchShape shape = { .n_sets = 1, .density = 1 };
  GramBenchOptions options = { .repeats = (guint) MAX (repeats, 0) };
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *header = gram_bench_table_header ();
  g_autoptr (GError) failure = NULL;

  if (shape_text != NULL)
    {
      if (sscanf (shape_text,
                  "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%u,%lf", &shape.n,
                  &shape.d, &shape.m, &shape.n_sets, &shape.density)
          < 3)
        {
          g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                               "--shape takes N,D,M,SETS,DENSITY");
          return FALSE;
        }
      if (formulation != NULL)
        gram_formulation_from_string (formulation, &shape.formulation);
      options.steps = &shape;
      options.n_steps = 1;
      options.skip_systems = options.skip_roofline = TRUE;
    }
  if (!as_json)
    printf ("%s\n%s\n", gram_device_get_info (device)->name, header);
  results = gram_bench_run (device, &options, as_json ? NULL : print_row, NULL, NULL, &failure);
  if (as_json)
    {
      g_autofree char *json = gram_bench_to_json (device, results, failure == NULL);

      printf ("%s\n", json);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_doubles (const char *name, gint64 count, double **out, GError **error)
{
  g_autofree char *path = g_build_filename (problem, name, NULL);
  gsize length;
  char *text;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  *out = (double *) text;
  if (length == (gsize) count * sizeof (double))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s has %" G_GSIZE_FORMAT " bytes", path,
               length);
  return FALSE;
}

/* X = pixels·scale, where the folder has them: what backends can multiply by exactly. */
static gboolean
read_pixels (GramSamples *samples, double **gain, double **shift, double **scale, guint8 **pixels,
             GError **error)
{
  g_autofree char *path = g_build_filename (problem, "pixels.u8", NULL);
  gsize length;
  char *text;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!read_doubles ("scale.f64", samples->n, scale, error)
      || !g_file_get_contents (path, &text, &length, error))
    return FALSE;
  *pixels = (guint8 *) text;
  if (length != (gsize) (samples->n * samples->d))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s has %" G_GSIZE_FORMAT " bytes",
                   path, length);
      return FALSE;
    }
  *gain = g_new (double, (gsize) samples->d);
  *shift = g_new0 (double, (gsize) samples->d);
  for (gint64 j = 0; j < samples->d; j++)
    (*gain)[j] = 1;
  samples->pixels = *pixels;
  samples->gain = *gain;
  samples->shift = *shift;
  samples->scale = *scale;
  return TRUE;
}

static gboolean
dump (const GramTrainerSpec *spec, GError **error)
{
  gint64 count = spec->train.d * spec->m;
  g_autofree float *W = g_try_new (float, (gsize) count), *a = g_try_new (float, (gsize) spec->m);
  g_autofree char *weights = g_build_filename (problem, "W0.f32", NULL);
  g_autofree char *signs = g_build_filename (problem, "a.f32", NULL);

  if (W == NULL || a == NULL)
    return FALSE;
  gram_network_weights (spec, 0, spec->m, W, spec->train.d);
  gram_network_signs (spec, a);
  return g_file_set_contents (weights, (char *) W, count * (gssize) sizeof (float), error)
         && g_file_set_contents (signs, (char *) a, spec->m * (gssize) sizeof (float), error);
}

/* Of all threads: what a machine with other work to do can still measure. */
static double
processor_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

static gboolean
answer (GramTrainer *trainer, GError **error)
{
  char line[64];

  while (fgets (line, sizeof line, stdin) != NULL && g_str_has_prefix (line, "step "))
    {
      gint64 count = g_ascii_strtoll (line + 5, NULL, 10), start;
      g_autofree double *residuals = g_new0 (double, (gsize) MAX (count, 1));
      char text[2][G_ASCII_DTOSTR_BUF_SIZE];
      double seconds, processor = processor_seconds ();

      start = g_get_monotonic_time ();
      if (count < 1 || !gram_trainer_step (trainer, count, residuals, NULL, error))
        return FALSE;
      seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
      printf ("%s %s", g_ascii_dtostr (text[0], sizeof text[0], seconds),
              g_ascii_dtostr (text[1], sizeof text[1], processor_seconds () - processor));
      for (gint64 k = 0; k < count; k++)
        printf (" %s", g_ascii_dtostr (text[1], sizeof text[1], residuals[k]));
      printf ("\n");
      fflush (stdout);
    }
  return TRUE;
}

static gboolean
serve (GramDevice *device, GError **error)
{
  g_autofree double *X = NULL, *y = NULL, *gain = NULL, *shift = NULL, *scale = NULL;
  g_autofree guint8 *pixels = NULL;
  g_autoptr (GramTrainer) trainer = NULL;
  GramTrainerSpec spec = {
    .m = opt_m, .n_sets = 1, .eta = eta, .kappa = kappa, .seed = (guint64) opt_seed
  };
  gboolean done = FALSE;

  if (formulation != NULL)
    gram_formulation_from_string (formulation, &spec.formulation);
  if (precision != NULL)
    gram_precision_from_string (precision, &spec.precision);
  if (read_doubles ("X.f64", opt_n * opt_d, &X, error) && read_doubles ("y.f64", opt_n, &y, error))
    {
      spec.train = (GramSamples){ .n = opt_n, .d = opt_d, .X = X, .ldx = opt_d };
      spec.Y = y;
      if (!read_pixels (&spec.train, &gain, &shift, &scale, &pixels, error))
        return FALSE;
      trainer = gram_trainer_new (device, &spec, NULL, error);
      if (trainer != NULL && dump (&spec, error))
        {
          const GramTrainerPlan *plan = gram_trainer_get_plan (trainer);

          printf ("%s %" G_GUINT64_FORMAT " %s\n", gram_formulation_to_string (plan->formulation),
                  plan->bytes, gram_precision_to_string (plan->precision));
          fflush (stdout);
          done = answer (trainer, error);
        }
    }
  return done;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- time training and analysis");
  g_autoptr (GramDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  GramDeviceOptions options = { 0 };

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "gram-bench: %s\n", error->message);
      return 2;
    }
  gram_backend_load_modules (module_dir);
  options.threads = (guint) MAX (threads, 0);
  device = device_name != NULL ? gram_device_open (device_name, &options, &error)
                               : gram_device_open_reference (&options, &error);
  if (device != NULL && (problem != NULL ? serve (device, &error) : run_table (device, &error)))
    return 0;
  fprintf (stderr, "gram-bench: %s\n", error != NULL ? error->message : "failed");
  return 1;
}
