/* oracle.c: asks tests/oracle/oracle.py
 *
 * SPDX-License-Identifier: MIT
 */
#include "../limit.h"
#include "oracle.h"

#include <math.h>

#include <glib/gstdio.h>

Oracle *
oracle_new (void)
{
  Oracle *oracle = g_new0 (Oracle, 1);
  g_autoptr (GError) error = NULL;

  oracle->folder = g_dir_make_tmp ("gramscope-oracle-XXXXXX", &error);
  g_assert_no_error (error);
  oracle->numbers = json_object_new ();
  oracle->arrays = json_object_new ();
  return oracle;
}

void
oracle_free (Oracle *oracle)
{
  GDir *dir = g_dir_open (oracle->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (oracle->folder, name, NULL);

      g_unlink (path);
    }
  g_dir_close (dir);
  g_rmdir (oracle->folder);
  json_object_unref (oracle->numbers);
  json_object_unref (oracle->arrays);
  g_clear_object (&oracle->answer);
  g_free (oracle->folder);
  g_free (oracle);
}

void
oracle_number (Oracle *oracle, const char *name, double value)
{
  json_object_set_double_member (oracle->numbers, name, value);
}

void
oracle_array (Oracle *oracle, const char *name, gint64 rows, gint64 columns, const double *values)
{
  JsonArray *shape = json_array_new ();
  g_autofree char *base = g_strconcat (name, ".f64", NULL);
  g_autofree char *path = g_build_filename (oracle->folder, base, NULL);
  g_autoptr (GError) error = NULL;

  json_array_add_int_element (shape, rows);
  json_array_add_int_element (shape, columns);
  json_object_set_array_member (oracle->arrays, name, shape);
  g_file_set_contents (path, (const char *) values, rows * columns * sizeof (double), &error);
  g_assert_no_error (error);
}

static const char *
python (void)
{
  const char *path = g_getenv ("GRAM_TEST_PYTHON");

  return path != NULL ? path : "/usr/bin/python3";
}

/* Whether this Python has what the oracle imports; the tests skip with a word where not. */
gboolean
oracle_available (void)
{
  const char *argv[] = { python (), "-c", "import numpy, mpmath", NULL };

  return limit_spawn (60, argv, G_SPAWN_STDERR_TO_DEV_NULL, NULL);
}

static void
write_input (Oracle *oracle)
{
  g_autofree char *path = g_build_filename (oracle->folder, "input.json", NULL);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  JsonObject *object = json_object_new ();
  g_autoptr (GError) error = NULL;

  json_object_set_object_member (object, "numbers", json_object_ref (oracle->numbers));
  json_object_set_object_member (object, "arrays", json_object_ref (oracle->arrays));
  json_node_take_object (root, object);
  json_generator_set_root (generator, root);
  json_generator_to_file (generator, path, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer none): the answer, alive until the oracle is freed or asked again */
JsonObject *
oracle_ask (Oracle *oracle, const char *command)
{
  g_autofree char *script =
      g_build_filename (g_getenv ("GRAM_TEST_SRCDIR"), "tests", "oracle", "oracle.py", NULL);
  const char *argv[] = { python (), script, command, oracle->folder, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  write_input (oracle);
  g_assert_true (limit_spawn (100, argv, G_SPAWN_DEFAULT, &output));
  g_clear_object (&oracle->answer);
  oracle->answer = json_parser_new ();
  json_parser_load_from_data (oracle->answer, output, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (oracle->answer));
}

double
oracle_at (JsonObject *object, const char *name, guint index)
{
  return json_array_get_double_element (json_object_get_array_member (object, name), index);
}

JsonObject *
oracle_object_at (JsonObject *object, const char *name, guint index)
{
  return json_array_get_object_element (json_object_get_array_member (object, name), index);
}

void
assert_close_at (const char *file, int line, const char *what, double value, double expected,
                 double relative, double absolute)
{
  double allowed = relative * fabs (expected) + absolute;

  if (!(fabs (value - expected) <= allowed) && value != expected)
    g_error ("%s:%d: %s = %.17g, expected %.17g, off by %.3g where %.3g is allowed", file, line,
             what, value, expected, fabs (value - expected), allowed);
}
