/* gram-bench-report.c: results as a table and as JSON
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-bench.h"

#include <json-glib/json-glib.h>
#include <math.h>

#include "gram-config.h"

void
gram_bench_result_free (GramBenchResult *result)
{
  g_free (result->name);
  g_free (result->formulation);
  g_free (result->note);
  g_free (result);
}

/**
 * gram_bench_table_header:
 *
 * Returns: (transfer full): the line above the rows of gram_bench_table_row()
 */
char *
gram_bench_table_header (void)
{
  return g_strdup_printf ("%-10s %6s %6s %6s %4s %-8s %11s %9s %6s %8s %6s %9s", "what", "n", "d",
                          "m", "sets", "how", "median ms", "GFLOP/s", "peak", "GB/s", "copy",
                          "error");
}

static char *
share (double value)
{
  return value > 0 ? g_strdup_printf ("%.0f %%", 100 * value) : g_strdup ("");
}

/**
 * gram_bench_table_row:
 *
 * Returns: (transfer full): one line, without a line end
 */
char *
gram_bench_table_row (const GramBenchResult *r)
{
  g_autofree char *peak = share (r->peak_share), *copy = share (r->memory_share);
  g_autofree char *error = isnan (r->error) ? g_strdup ("") : g_strdup_printf ("%.1e", r->error);

  return g_strdup_printf ("%-10s %6" G_GINT64_FORMAT " %6" G_GINT64_FORMAT " %6" G_GINT64_FORMAT
                          " %4u %-8s %11.4g %9.1f %6s %8.1f %6s %9s%s",
                          r->name, r->n, r->d, r->m, r->n_sets,
                          r->formulation != NULL ? r->formulation : "", 1e3 * r->seconds, r->gflops,
                          peak, r->gbytes, copy, error, r->error > r->limit ? "  WRONG" : "");
}

static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_integer (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_result (JsonBuilder *builder, const GramBenchResult *r)
{
  json_builder_begin_object (builder);
  add_text (builder, "name", r->name);
  add_integer (builder, "n", r->n);
  add_integer (builder, "d", r->d);
  add_integer (builder, "m", r->m);
  add_integer (builder, "sets", r->n_sets);
  add_text (builder, "formulation", r->formulation);
  add_number (builder, "seconds", r->seconds);
  add_number (builder, "fastest", r->fastest);
  add_number (builder, "gflops", r->gflops);
  add_number (builder, "gbytes", r->gbytes);
  add_number (builder, "peak_share", r->peak_share);
  add_number (builder, "memory_share", r->memory_share);
  add_number (builder, "error", r->error);
  add_number (builder, "limit", r->limit);
  add_text (builder, "note", r->note);
  json_builder_end_object (builder);
}

/**
 * gram_bench_to_json:
 * @results: (element-type GramBenchResult)
 *
 * @complete: whether nothing is missing
 *
 * Returns: (transfer full): {"schema": …, "version": …, "backend": …, "device": …, "complete": …,
 *   "results": […]}
 */
char *
gram_bench_to_json (GramDevice *device, GPtrArray *results, gboolean complete)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "schema", "gramscope.bench/1");
  add_text (builder, "version", GRAM_VERSION);
  add_text (builder, "backend", gram_device_get_backend (device));
  add_text (builder, "device", gram_device_get_info (device)->name);
  add_text (builder, "details", gram_device_get_info (device)->details);
  json_builder_set_member_name (builder, "complete");
  json_builder_add_boolean_value (builder, complete);
  json_builder_set_member_name (builder, "results");
  json_builder_begin_array (builder);
  for (guint i = 0; i < results->len; i++)
    add_result (builder, g_ptr_array_index (results, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}
