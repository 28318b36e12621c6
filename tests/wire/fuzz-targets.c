/* fuzz-targets.c: whatever bytes the other end of a stream sends
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz-targets.h"

#include <gio/gio.h>

#include "gram-frame.h"
#include "gram-wire-samples.h"
#include "gram-wire-server.h"

static void
read_messages (GBytes *bytes)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GramFrameReader) reader = gram_frame_reader_new (stream, 1 << 20);
  GramMessage message = { 0 };

  if (!gram_frame_reader_greet (reader, NULL, NULL))
    return;
  while (gram_frame_reader_next (reader, &message, NULL, NULL))
    gram_frame_message_clear (&message);
}

static void
serve (GBytes *bytes)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) absent =
      g_error_new_literal (g_quark_from_static_string ("fuzz"), 0, "no device");

  gram_wire_server_run (in, out, NULL, absent, NULL);
}

static void
read_contents (GBytes *bytes)
{
  guint8 id[2][GRAM_WIRE_ID];
  GramWireHello hello = { 0 };
  GramTrainerSpec spec = { 0 };
  GramTrainerPlan plan = { 0 };
  GramSystemPlan system_plan = { 0 };
  GramWireStatus status = { 0 };
  g_autoptr (GError) error = NULL;

  gram_wire_samples_unref (gram_wire_samples_new (bytes, NULL));
  for (int kind = 0; kind < 6; kind++)
    {
      g_auto (GramWire) wire = { 0 };

      gram_wire_read (&wire, bytes);
      if (kind == 0)
        gram_wire_hello (&wire, &hello);
      else if (kind == 1)
        gram_wire_spec (&wire, &spec, id[0], id[1]);
      else if (kind == 2)
        gram_wire_plan (&wire, &plan);
      else if (kind == 3)
        gram_wire_status (&wire, &status);
      else if (kind == 4)
        gram_wire_system_plan (&wire, &system_plan);
      else
        gram_wire_error (&wire, &error);
      gram_wire_end (&wire, NULL);
    }
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_utf8_validate (hello.program, -1, NULL));
}

/* The first byte says who reads the rest. */
void
fuzz_wire (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = size > 0 ? g_bytes_new (data + 1, size - 1) : NULL;

  if (size == 0)
    return;
  if (data[0] % 3 == 0)
    read_messages (bytes);
  else if (data[0] % 3 == 1)
    serve (bytes);
  else
    read_contents (bytes);
}
