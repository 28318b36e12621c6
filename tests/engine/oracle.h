/* oracle.h: asks tests/oracle/oracle.py
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <json-glib/json-glib.h>

typedef struct
{
  char *folder;
  JsonObject *numbers, *arrays;
  JsonParser *answer;
} Oracle;

Oracle *oracle_new (void);
void oracle_free (Oracle *oracle);
void oracle_number (Oracle *oracle, const char *name, double value);
void oracle_array (Oracle *oracle, const char *name, gint64 rows, gint64 columns,
                   const double *values);
gboolean oracle_available (void);
JsonObject *oracle_ask (Oracle *oracle, const char *command);

double oracle_at (JsonObject *object, const char *name, guint index);
JsonObject *oracle_object_at (JsonObject *object, const char *name, guint index);

#define assert_close(value, expected, relative) \
  assert_close_at (__FILE__, __LINE__, #value, (value), (expected), (relative), 0)
#define assert_near(value, expected, absolute) \
  assert_close_at (__FILE__, __LINE__, #value, (value), (expected), 0, (absolute))
void assert_close_at (const char *file, int line, const char *what, double value, double expected,
                      double relative, double absolute);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Oracle, oracle_free)
