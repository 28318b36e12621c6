/* cli-sweep-output.c: the nets of a sweep or a study as CSV and JSON
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-sweep.h"

#include <math.h>
#include <string.h>

#include "gram-scaling.h"
#include "gram-sweep-file.h"

static gboolean
is_study (const GramSweepTable *table)
{
  return table->variations != NULL;
}

static char *
table_csv (const GramSweepTable *table)
{
  g_autofree char *header = gram_sweep_file_header (table->variations);
  GString *text = g_string_new (header);
  const GramSweepColumn *column;

  g_string_append_c (text, '\n');
  for (guint i = 0; i < table->cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);
      g_autofree char *key = gram_sweep_cell_key (table->points, cell);

      if (!cell->done)
        continue;
      g_string_append (text, key);
      for (guint j = 0; (column = gram_sweep_get_column (is_study (table), j)) != NULL; j++)
        cli_csv_cell (text, G_STRUCT_MEMBER (double, cell, column->offset));
      g_string_append_printf (text, ",%" G_GINT64_FORMAT ",%s\n", cell->steps,
                              gram_stopped_to_string (cell->stopped));
    }
  return g_string_free (text, FALSE);
}

/* A value that is a number is one in JSON too. */
static void
add_value (CliJson *json, const char *key, const char *value)
{
  char *end;
  double number = g_ascii_strtod (value, &end);

  if (end != value && *end == '\0' && isfinite (number))
    cli_json_number (json, key, number);
  else
    cli_json_string (json, key, value);
}

static void
add_labels (CliJson *json, const GramLabelsSpec *spec)
{
  const GramLabelsSpec labels = { .kind = spec->kind, .rho = spec->rho };
  g_autofree char *name = gram_labels_spec_to_string (&labels);

  cli_json_string (json, "labels", name);
}

static void
add_point (CliJson *json, const GramSweepTable *table, guint index)
{
  const GramSweepPoint *point = g_ptr_array_index (table->points, index);

  for (guint i = 0; i < table->variations->len; i++)
    add_value (json, ((GramVariation *) table->variations->pdata[i])->key, point->values[i]);
}

static void
add_cell (CliJson *json, const GramSweepTable *table, const GramSweepCell *cell)
{
  cli_json_open (json, NULL, '{');
  if (is_study (table))
    {
      add_point (json, table, cell->point);
      add_labels (json, &cell->labels);
    }
  else
    cli_json_number (json, "fraction", cell->fraction);
  cli_json_integer (json, "seed", (gint64) cell->seed);
  cli_json_number (json, "complexity", cell->complexity);
  if (is_study (table))
    {
      cli_json_number (json, "predicted", cell->predicted);
      cli_json_number (json, "difference", cell->difference);
    }
  else
    cli_json_number (json, "expected_complexity", cell->expected_complexity);
  cli_json_open (json, "test", '{');
  cli_json_number (json, "l1", cell->test_l1);
  cli_json_number (json, "ramp", cell->test_ramp);
  cli_json_number (json, "error", cell->test_error);
  cli_json_close (json, '}');
  cli_json_number (json, "train_error", cell->train_error);
  cli_json_number (json, "residual", cell->residual);
  cli_json_integer (json, "steps", cell->steps);
  cli_json_string (json, "stopped", gram_stopped_to_string (cell->stopped));
  cli_json_close (json, '}');
}

static void
add_refused (CliJson *json, const GramSweepTable *table)
{
  cli_json_open (json, "refused", '[');
  for (guint i = 0; i < table->points->len; i++)
    {
      const GramSweepPoint *point = g_ptr_array_index (table->points, i);

      if (point->refused == NULL)
        continue;
      cli_json_open (json, NULL, '{');
      add_point (json, table, i);
      cli_json_string (json, "why", point->refused);
      cli_json_close (json, '}');
    }
  cli_json_close (json, ']');
}

static void
add_curve (CliJson *json, const GramScalingCurve *curve)
{
  cli_json_open (json, NULL, '{');
  add_labels (json, &curve->labels);
  cli_json_string (json, "others", curve->name);
  cli_json_number (json, "slope", curve->slope);
  cli_json_number (json, "intercept", curve->intercept);
  cli_json_open (json, "points", '[');
  for (guint i = 0; i < curve->points->len; i++)
    {
      const GramScalingPoint *point = &g_array_index (curve->points, GramScalingPoint, i);

      cli_json_open (json, NULL, '{');
      cli_json_number (json, "x", point->x);
      cli_json_integer (json, "nets", point->count);
      cli_json_number (json, "mean", point->mean);
      cli_json_number (json, "least", point->least);
      cli_json_number (json, "most", point->most);
      cli_json_close (json, '}');
    }
  cli_json_close (json, ']');
  cli_json_close (json, '}');
}

static void
add_scaling (CliJson *json, const GramSweepTable *table)
{
  g_autoptr (GPtrArray) curves = gram_scaling_new (table);
  int axis = gram_scaling_axis (table->variations);

  if (axis >= 0)
    cli_json_string (json, "against", ((GramVariation *) table->variations->pdata[axis])->key);
  cli_json_open (json, "scaling", '[');
  for (guint i = 0; i < curves->len; i++)
    add_curve (json, g_ptr_array_index (curves, i));
  cli_json_close (json, ']');
}

static void
write_json (const CliJob *job, const GramSweepTable *table, const char *path, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();

  cli_json_begin (json, is_study (table) ? "gramscope.study/1" : "gramscope.sweep/1");
  cli_job_add_dataset (job, json);
  cli_json_open (json, "cells", '[');
  for (guint i = 0; i < table->cells->len; i++)
    if (g_array_index (table->cells, GramSweepCell, i).done)
      add_cell (json, table, &g_array_index (table->cells, GramSweepCell, i));
  cli_json_close (json, ']');
  if (is_study (table))
    {
      add_refused (json, table);
      add_scaling (json, table);
    }
  cli_json_write (json, path, error);
}

/* The line that the figure fits, for people. */
static void
note_slopes (const GramSweepTable *table)
{
  g_autoptr (GPtrArray) curves = gram_scaling_new (table);
  int axis = gram_scaling_axis (table->variations);

  for (guint i = 0; i < curves->len; i++)
    {
      const GramScalingCurve *curve = g_ptr_array_index (curves, i);
      g_autofree char *labels = gram_labels_spec_to_string (&curve->labels);
      const GramVariation *against = g_ptr_array_index (table->variations, axis);

      if (isfinite (curve->slope))
        cli_note ("%s%s%s: ‖measured − predicted‖ goes as %s^%.3f", labels,
                  *curve->name != '\0' ? ", " : "", curve->name, against->symbol, curve->slope);
    }
}

/**
 * cli_sweep_write:
 * @json_path: (nullable):
 * @csv_path: (nullable): a file is kept up to date by the sweep itself, net by net
 *
 * Writes what is asked for, and CSV to standard output when that is nothing.
 */
void
cli_sweep_write (const CliJob *job, const GramSweepTable *table, const char *json_path,
                 const char *csv_path, GError **error)
{
  note_slopes (table);
  if (json_path != NULL)
    write_json (job, table, json_path, error);
  if (g_strcmp0 (csv_path, "-") == 0 || (csv_path == NULL && json_path == NULL))
    {
      g_autofree char *text = table_csv (table);

      cli_write ("-", text, strlen (text), cli_first (error));
    }
}
