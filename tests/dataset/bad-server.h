/* bad-server.h: a server on the loopback interface that misbehaves
 *
 * SPDX-License-Identifier: MIT
 *
 * It follows a script of answers, one a connection.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SIZE 200000
#define MAX_ANSWERS 16

typedef enum
{
  END,
  WHOLE,          /* 200 with everything, ETag "a" */
  RANGED,         /* 206 from the place that was asked for; else as WHOLE */
  CUT_HALF,       /* 200, half of the bytes, then the connection closes */
  RESET_HALF,     /* 200, half of the bytes, then a reset */
  STALL,          /* 200, half of the bytes, then nothing */
  SILENT,         /* no answer at all */
  NOT_FOUND,      /* 404 */
  FORBIDDEN,      /* 403 */
  SERVER_ERROR,   /* 500 */
  HTML,           /* 200 with a web page, said so */
  HTML_IN_SECRET, /* 200 with a web page as a binary */
  TO_HTTPS,       /* redirection to where nobody listens, encrypted */
  TO_SELF,        /* redirection to the same server */
  TO_FILE,        /* redirection to a local file */
  TO_HTTP,        /* redirection to another server that is not encrypted */
  NO_LENGTH,      /* 200 without a length, everything, then it closes */
  TOO_LONG,       /* 200 that promises more than it should have */
  ENDLESS,        /* 200 without a length that does not end where it should */
  OTHER_BYTES,    /* 200, right length, wrong content */
  OTHER_ETAG,     /* 206 with another ETag */
  WRONG_PIECE,    /* 206 from another place */
  NO_RANGE,       /* 416 */
  GARBAGE,        /* no HTTP */
  EMPTY,          /* 200 with nothing */
  IGNORE_RANGE,   /* 200 with everything although a range was asked for, ETag "b" */
} Answer;

typedef struct
{
  Answer answers[MAX_ANSWERS];
  int asked;                 /* connections so far */
  goffset from[MAX_ANSWERS]; /* what each asked for; −1: no range */
  char if_range[MAX_ANSWERS][64];
  GSocketService *service;
  guint16 port;
  GThread *thread;
  GMainLoop *loop;
  GMainContext *context;
  char *folder, *target, *mirror;
  guint8 *bytes;
  char *sha256;
} Server;

Server *server_new (const Answer *answers);
void server_free (Server *server);
gboolean server_fetch (Server *server, gboolean pinned, GCancellable *cancellable, GError **error);
void server_check_whole (Server *server);

G_END_DECLS
