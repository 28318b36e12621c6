/* gram-frame.c: messages on a stream of bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-frame.h"

#include <stdlib.h>
#include <string.h>

#include "gram-error.h"

#define MAGIC 0x46534d47u /* "GMSF" */
#define MORE 1u
#define GIVEN_UP 2u /* the sender stopped: what came of the message is nothing */
#define NOISE_MOST ((gsize) 64 * 1024)
#define OPEN_MOST 64 /* messages that have begun and not ended */

typedef struct
{
  guint32 magic, call;
  guint16 kind, flags;
  guint32 object;
  guint64 length;
} Frame;

G_STATIC_ASSERT (sizeof (Frame) == 24);

/* A message of which some parts are here; grows as they come, so that a claim takes no memory. */
typedef struct
{
  guint32 object;
  guint16 kind;
  guint8 *memory;
  gsize size, room;
} Growing;

struct _GramFrameReader
{
  GInputStream *stream;
  gsize most;
  GString *noise;
  GHashTable *open; /* of call → Growing */
  gint64 heard;     /* atomic; monotonic time of the last frame */
};

struct _GramFrameWriter
{
  GOutputStream *stream;
  GCancellable *cancellable;
  GMutex lock; /* of a frame: those of several messages alternate */
};

static void
growing_free (gpointer data)
{
  Growing *growing = data;

  free (growing->memory);
  g_free (growing);
}

/**
 * gram_frame_reader_new:
 * @most: bytes of the longest message that is accepted
 */
GramFrameReader *
gram_frame_reader_new (GInputStream *stream, gsize most)
{
  GramFrameReader *reader = g_new0 (GramFrameReader, 1);

  reader->stream = g_buffered_input_stream_new_sized (stream, 16384);
  reader->most = most;
  reader->noise = g_string_new (NULL);
  reader->heard = g_get_monotonic_time ();
  reader->open = g_hash_table_new_full (NULL, NULL, NULL, growing_free);
  return reader;
}

void
gram_frame_reader_free (GramFrameReader *reader)
{
  if (reader == NULL)
    return;
  g_object_unref (reader->stream);
  g_string_free (reader->noise, TRUE);
  g_hash_table_unref (reader->open);
  g_free (reader);
}

/**
 * gram_frame_reader_get_noise:
 *
 * Returns: (transfer none): what came before the greeting; may be any bytes
 */
const char *
gram_frame_reader_get_noise (GramFrameReader *reader)
{
  return reader->noise->str;
}

/* When the last frame was there, of a message that may not be whole; any thread may ask */
gint64
gram_frame_reader_get_heard (GramFrameReader *reader)
{
  return __atomic_load_n (&reader->heard, __ATOMIC_RELAXED);
}

static gboolean
ended (GError **error)
{
  return gram_fail (error, GRAM_ERROR_DEVICE, "the connection ended");
}

/**
 * gram_frame_reader_greet:
 *
 * Reads up to the greeting, which stands at the beginning of a line.
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE where none comes
 */
gboolean
gram_frame_reader_greet (GramFrameReader *reader, GCancellable *cancellable, GError **error)
{
  GString *noise = reader->noise;
  gsize length = strlen (GRAM_FRAME_GREETING);

  while (noise->len <= NOISE_MOST)
    {
      int byte = g_buffered_input_stream_read_byte (G_BUFFERED_INPUT_STREAM (reader->stream),
                                                    cancellable, error);

      if (byte < 0)
        return error != NULL && *error != NULL ? FALSE : ended (error);
      g_string_append_c (noise, (char) byte);
      if (byte == '\n' && noise->len >= length
          && memcmp (noise->str + noise->len - length, GRAM_FRAME_GREETING, length) == 0
          && (noise->len == length || noise->str[noise->len - length - 1] == '\n'))
        {
          g_string_truncate (noise, noise->len - length);
          return TRUE;
        }
    }
  return gram_fail (error, GRAM_ERROR_DEVICE, "there is no Gramscope at the other end");
}

/* Why no such frame can be */
static const char *
frame_fault (GramFrameReader *reader, const Frame *frame, const Growing *before)
{
  if (frame->magic == GUINT32_SWAP_LE_BE (MAGIC))
    return "the other end has another byte order";
  if (frame->magic != MAGIC)
    return "the stream is damaged";
  if (frame->flags > GIVEN_UP || frame->length > GRAM_FRAME_PART
      || (frame->flags == MORE && frame->length == 0)
      || (frame->flags == GIVEN_UP && (frame->length > 0 || before == NULL)))
    return "the stream has a frame that cannot be";
  if (before != NULL && (before->kind != frame->kind || before->object != frame->object))
    return "the stream has parts of two messages in one";
  if ((before != NULL ? before->size : 0) + frame->length > reader->most)
    return "the stream has a message that is too long";
  if (before == NULL && g_hash_table_size (reader->open) >= OPEN_MOST)
    return "the stream has too many messages at once";
  return NULL;
}

static gboolean
make_room (Growing *growing, gsize more, GError **error)
{
  gsize need = growing->size + more;
  gpointer memory;

  if (need <= growing->room && growing->memory != NULL)
    return TRUE;
  need = MAX (need, growing->size + growing->size / 2);
  memory = realloc (growing->memory, MAX (need, 1));
  if (memory == NULL)
    return gram_fail (error, GRAM_ERROR_MEMORY, "a message of %" G_GSIZE_FORMAT " bytes", need);
  growing->memory = memory;
  growing->room = need;
  return TRUE;
}

static gboolean
read_bytes (GramFrameReader *reader, gpointer memory, gsize bytes, GCancellable *cancellable,
            GError **error)
{
  gsize got = 0;

  if (!g_input_stream_read_all (reader->stream, memory, bytes, &got, cancellable, error))
    return FALSE;
  return got == bytes || ended (error);
}

/* What a frame begins with, after the end of the line of the one before. That end is not waited
 * for, and one of an older release had none: its version is told by what is in its first frame. */
static gboolean
read_beginning (GramFrameReader *reader, Frame *frame, GCancellable *cancellable, GError **error)
{
  guint8 *bytes = (guint8 *) frame;

  do
    if (!read_bytes (reader, bytes, 1, cancellable, error))
      return FALSE;
  while (bytes[0] == '\n');
  return read_bytes (reader, bytes + 1, sizeof *frame - 1, cancellable, error);
}

/* One frame; @whole: (out): the message that it ends, taken out of those that are open */
static gboolean
read_frame (GramFrameReader *reader, Frame *frame, Growing **whole, GCancellable *cancellable,
            GError **error)
{
  const char *fault;
  Growing *growing;

  if (!read_beginning (reader, frame, cancellable, error))
    return FALSE;
  growing = g_hash_table_lookup (reader->open, GUINT_TO_POINTER (frame->call));
  fault = frame_fault (reader, frame, growing);
  if (fault != NULL)
    return gram_fail (error, GRAM_ERROR_DEVICE, "%s", fault);
  if (growing == NULL)
    {
      growing = g_new0 (Growing, 1);
      growing->object = frame->object;
      growing->kind = frame->kind;
      g_hash_table_insert (reader->open, GUINT_TO_POINTER (frame->call), growing);
    }
  if (!make_room (growing, (gsize) frame->length, error)
      || !read_bytes (reader, growing->memory + growing->size, (gsize) frame->length, cancellable,
                      error))
    return FALSE;
  growing->size += (gsize) frame->length;
  __atomic_store_n (&reader->heard, g_get_monotonic_time (), __ATOMIC_RELAXED);
  *whole = NULL;
  if (frame->flags == GIVEN_UP)
    g_hash_table_remove (reader->open, GUINT_TO_POINTER (frame->call));
  else if (frame->flags != MORE)
    {
      *whole = growing;
      g_hash_table_steal (reader->open, GUINT_TO_POINTER (frame->call));
    }
  return TRUE;
}

/**
 * gram_frame_reader_next:
 * @message: (out caller-allocates): clear with gram_frame_message_clear()
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE when the stream ended or is no stream of frames; after
 *   that it is of no more use
 */
gboolean
gram_frame_reader_next (GramFrameReader *reader, GramMessage *message, GCancellable *cancellable,
                        GError **error)
{
  Growing *whole = NULL;
  Frame frame;

  while (whole == NULL)
    if (!read_frame (reader, &frame, &whole, cancellable, error))
      return FALSE;
  *message =
      (GramMessage){ frame.call, frame.object, frame.kind,
                     g_bytes_new_with_free_func (whole->memory, whole->size, free, whole->memory) };
  g_free (whole);
  return TRUE;
}

void
gram_frame_message_clear (GramMessage *message)
{
  g_clear_pointer (&message->payload, g_bytes_unref);
}

/**
 * gram_frame_writer_new:
 * @cancellable: (nullable): ends writes that nobody takes, where @stream does not block
 */
GramFrameWriter *
gram_frame_writer_new (GOutputStream *stream, GCancellable *cancellable)
{
  GramFrameWriter *writer = g_new0 (GramFrameWriter, 1);

  writer->stream = g_object_ref (stream);
  if (cancellable != NULL)
    writer->cancellable = g_object_ref (cancellable);
  g_mutex_init (&writer->lock);
  return writer;
}

void
gram_frame_writer_free (GramFrameWriter *writer)
{
  if (writer == NULL)
    return;
  g_object_unref (writer->stream);
  g_clear_object (&writer->cancellable);
  g_mutex_clear (&writer->lock);
  g_free (writer);
}

static gboolean
write_part (GramFrameWriter *writer, const Frame *frame, const guint8 *part, GError **error)
{
  GOutputVector vectors[3] = { { frame, sizeof *frame } };
  guint count = 1;
  gboolean done;

  if (frame->length > 0)
    vectors[count++] = (GOutputVector){ part, (gsize) frame->length };
  vectors[count++] = (GOutputVector){ "\n", 1 };
  g_mutex_lock (&writer->lock);
  done =
      g_output_stream_writev_all (writer->stream, vectors, count, NULL, writer->cancellable, error)
      && g_output_stream_flush (writer->stream, writer->cancellable, error);
  g_mutex_unlock (&writer->lock);
  return done;
}

gboolean
gram_frame_writer_greet (GramFrameWriter *writer, GError **error)
{
  gsize written;

  return g_output_stream_write_all (writer->stream, GRAM_FRAME_GREETING,
                                    strlen (GRAM_FRAME_GREETING), &written, writer->cancellable,
                                    error)
         && g_output_stream_flush (writer->stream, writer->cancellable, error);
}

/* @after: bytes of the message that are on their way */
static gboolean
give_up (GramFrameWriter *writer, const GramMessage *message, gsize after,
         GCancellable *cancellable, GError **error)
{
  const Frame frame = { MAGIC, message->call, message->kind, GIVEN_UP, message->object, 0 };

  if (after > 0 && !write_part (writer, &frame, NULL, error))
    return FALSE;
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/**
 * gram_frame_writer_send:
 * @message: its payload may be %NULL: none
 * @job: (nullable): is told how much has gone; when it is cancelled between two frames the message
 *   is given up with G_IO_ERROR_CANCELLED, and the next can be sent
 *
 * May be called from several threads at once.
 */
gboolean
gram_frame_writer_send (GramFrameWriter *writer, const GramMessage *message, const GramJob *job,
                        GError **error)
{
  gsize size = 0, at = 0;
  const guint8 *memory =
      message->payload != NULL ? g_bytes_get_data (message->payload, &size) : NULL;

  job = gram_job_or_none (job);
  do
    {
      gsize part = MIN (size - at, GRAM_FRAME_PART);
      const Frame frame = { MAGIC,           message->call,
                            message->kind,   at + part < size ? MORE : 0,
                            message->object, part };

      if (g_cancellable_is_cancelled (job->cancellable))
        return give_up (writer, message, at, job->cancellable, error);
      if (!write_part (writer, &frame, part > 0 ? memory + at : NULL, error))
        return FALSE;
      at += part;
      gram_job_progress (job, size > 0 ? (double) at / (double) size : 1);
    }
  while (at < size);
  return TRUE;
}
