/* gram-frame.h: messages on a stream of bytes
 *
 * SPDX-License-Identifier: MIT
 *
 * Both sides begin with the line GRAM_FRAME_GREETING; what comes before it is noise of a login
 * shell. A message is one frame or several of the same call, so that a long one holds up no other:
 *
 *   u32 magic · u32 call · u16 kind · u16 flags · u32 object · u64 length · length bytes · newline
 *
 * in the byte order of the sender, which the magic tells; nothing that is read is trusted. A
 * message can be given up between two of its frames. The newline is for what carries the stream:
 * mpirun of Open MPI 5 keeps what its processes write until a line is whole.
 */
#pragma once

#include "gram-job.h"

G_BEGIN_DECLS

#define GRAM_FRAME_GREETING "GRAMSCOPE-STREAM 1\n"
#define GRAM_FRAME_PART ((gsize) 256 * 1024) /* the most of one frame */

typedef struct
{
  guint32 call;   /* chosen by who asks; its answer has the same */
  guint32 object; /* what is asked */
  guint16 kind;   /* GramWireKind */
  GBytes *payload;
} GramMessage;

typedef struct _GramFrameReader GramFrameReader;
typedef struct _GramFrameWriter GramFrameWriter;

GramFrameReader *gram_frame_reader_new (GInputStream *stream, gsize most);
void gram_frame_reader_free (GramFrameReader *reader);
gboolean gram_frame_reader_greet (GramFrameReader *reader, GCancellable *cancellable,
                                  GError **error);
const char *gram_frame_reader_get_noise (GramFrameReader *reader);
gboolean gram_frame_reader_next (GramFrameReader *reader, GramMessage *message,
                                 GCancellable *cancellable, GError **error);
void gram_frame_message_clear (GramMessage *message);

gint64 gram_frame_reader_get_heard (GramFrameReader *reader);

GramFrameWriter *gram_frame_writer_new (GOutputStream *stream, GCancellable *cancellable);
void gram_frame_writer_free (GramFrameWriter *writer);
gboolean gram_frame_writer_greet (GramFrameWriter *writer, GError **error);
gboolean gram_frame_writer_send (GramFrameWriter *writer, const GramMessage *message,
                                 const GramJob *job, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GramMessage, gram_frame_message_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFrameReader, gram_frame_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFrameWriter, gram_frame_writer_free)

G_END_DECLS
