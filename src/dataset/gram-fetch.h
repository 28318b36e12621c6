/* gram-fetch.h: one file from the first of several servers that has it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef void (*GramFetchProgress) (guint64 done, guint64 total, gpointer user_data);

typedef struct
{
  const char *const *mirrors; /* folders, tried in order */
  const char *name;
  const char *target;   /* path of the file to be */
  guint64 bytes;        /* pinned size, 0 if not known */
  guint64 most;         /* if the size is not known: more bytes than this are refused */
  const char *sha256;   /* (nullable) */
  guint timeout;        /* seconds without a byte until the attempt ends; 0: the default */
  const char *insecure; /* (nullable) a server whose addresses begin so may do without HTTPS;
                           for tests on the loopback interface alone */
  GramFetchProgress progress;
  gpointer progress_data;
} GramFetch;

gboolean gram_fetch_run (const GramFetch *fetch, GCancellable *cancellable, GError **error);
gboolean gram_fetch_verify (const char *path, const char *sha256, GCancellable *cancellable,
                            char **found, GError **error);

G_END_DECLS
