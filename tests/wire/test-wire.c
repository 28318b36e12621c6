/* test-wire.c: messages on a stream, whole, in parts, cut and damaged
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "fuzz-targets.h"
#include "gram-error.h"
#include "gram-frame.h"
#include "gram-wire-samples.h"

#define LONG_MESSAGE (2 * GRAM_FRAME_PART + 17)

static GBytes *
pattern (gsize size)
{
  guint8 *memory = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    memory[i] = (guint8) (i * 7 + i / 251);
  return g_bytes_new_take (memory, size);
}

static char
last_byte (GMemoryOutputStream *stream)
{
  const char *bytes = g_memory_output_stream_get_data (stream);

  return bytes[g_memory_output_stream_get_data_size (stream) - 1];
}

/* A talk of three messages, one of which takes several frames, after @noise */
static GBytes *
talk (const char *noise)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GramFrameWriter) writer = gram_frame_writer_new (stream, NULL);
  const gsize sizes[] = { 5, LONG_MESSAGE, 0 };
  gsize written;

  g_output_stream_write_all (stream, noise, strlen (noise), &written, NULL, NULL);
  g_assert_true (gram_frame_writer_greet (writer, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) payload = pattern (sizes[i]);
      const GramMessage message = { 10 + i, 3 * i, (guint16) (2 + i), payload };

      g_assert_true (gram_frame_writer_send (writer, &message, NULL, NULL));
      /* so that what passes on whole lines only passes it on */
      g_assert_cmpint (last_byte (G_MEMORY_OUTPUT_STREAM (stream)), ==, '\n');
    }
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

/* How many messages can be read of @bytes, which then end with one error */
static guint
read_all (GBytes *bytes, gsize most)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GramFrameReader) reader = gram_frame_reader_new (stream, most);
  g_autoptr (GError) error = NULL;
  GramMessage message = { 0 };
  guint count = 0;

  if (gram_frame_reader_greet (reader, NULL, &error))
    for (; gram_frame_reader_next (reader, &message, NULL, &error); count++)
      {
        g_autoptr (GBytes) expected = pattern (g_bytes_get_size (message.payload));

        g_assert_true (g_bytes_equal (message.payload, expected));
        g_assert_cmpuint (message.call, ==, 10 + count);
        g_assert_cmpuint (message.object, ==, 3 * count);
        g_assert_cmpuint (message.kind, ==, 2 + count);
        gram_frame_message_clear (&message);
      }
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  return count;
}

static void
test_whole (void)
{
  const char *noises[] = { "", "Welcome to lab.\n",
                           "\nGRAMSCOPE-STREAM 2\nxGRAMSCOPE-STREAM 1\n\n" };

  for (guint i = 0; i < G_N_ELEMENTS (noises); i++)
    {
      g_autoptr (GBytes) bytes = talk (noises[i]);

      g_assert_cmpuint (read_all (bytes, LONG_MESSAGE), ==, 3);
      g_assert_cmpuint (read_all (bytes, LONG_MESSAGE - 1), ==, 1);
    }
}

/* Wherever a stream ends, what was whole is read and the rest is an error. */
static void
test_cut (void)
{
  g_autoptr (GBytes) bytes = talk ("hello\n");
  gsize size = g_bytes_get_size (bytes) - 1; /* the last newline is of no message */
  guint before = 0;

  for (gsize cut = 0; cut < size;
       cut += cut < 200 || size - cut < 200 ? 1 : MIN (2503, size - cut - 199))
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, cut);
      guint count = read_all (part, LONG_MESSAGE);

      g_assert_cmpuint (count, >=, before);
      g_assert_cmpuint (count, <, 3);
      before = count;
    }
  g_assert_cmpuint (before, ==, 2);
}

/* A flipped bit of a header is an error or another message, never a crash. */
static void
test_damaged (void)
{
  g_autoptr (GBytes) bytes = talk ("");
  gsize size = g_bytes_get_size (bytes);

  for (gsize bit = 0; bit < 8 * (strlen (GRAM_FRAME_GREETING) + 24 + 5 + 24); bit++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
      g_autofree guint8 *input = g_malloc (size + 1);

      copy[bit / 8] ^= (guint8) (1 << bit % 8);
      memcpy (input + 1, copy, size);
      input[0] = 0;
      fuzz_wire (input, size + 1);
      input[0] = 1;
      fuzz_wire (input, size + 1);
    }
}

/* Any bytes may come. */
static void
test_anything (void)
{
  for (int i = 0; i < 3000; i++)
    {
      gsize greeting = strlen (GRAM_FRAME_GREETING), size = (gsize) g_test_rand_int_range (1, 400);
      g_autofree guint8 *input = g_malloc (size + greeting + 1);

      input[0] = (guint8) i;
      memcpy (input + 1, GRAM_FRAME_GREETING, greeting);
      for (gsize k = 0; k < size; k++)
        input[1 + greeting + k] =
            (guint8) (i % 2 == 0 ? g_test_rand_int_range (0, 256) : g_test_rand_int_range (0, 4));
      fuzz_wire (input, size + greeting + 1);
      if (i % 3 == 2)
        fuzz_wire (input + greeting, size + 1);
    }
}

typedef struct
{
  GCancellable *cancellable;
  double fraction;  /* told last */
  guint told, stop; /* cancelled when told so often */
} Sent;

static void
on_sent (double fraction, gpointer data)
{
  Sent *sent = data;

  g_assert_cmpfloat (fraction, >, sent->fraction);
  sent->fraction = fraction;
  if (++sent->told == sent->stop)
    g_cancellable_cancel (sent->cancellable);
}

/* Who sends is told how much has gone. A message that is given up on the way is nothing at the
 * other end, and the next comes over. */
static void
test_given_up (void)
{
  for (guint stop = 1; stop <= 3; stop++)
    {
      g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
      g_autoptr (GramFrameWriter) writer = gram_frame_writer_new (out, NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GBytes) lost = pattern (LONG_MESSAGE), payload = pattern (LONG_MESSAGE);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      const GramMessage first = { 9, 4, 4, lost }, second = { 10, 0, 2, payload };
      Sent sent = { cancellable, 0, 0, stop };
      const GramJob job = { cancellable, on_sent, &sent };

      g_assert_true (gram_frame_writer_greet (writer, NULL));
      /* the third of three parts ends it: too late to give it up */
      g_assert_true (gram_frame_writer_send (writer, &first, &job, &error) == (stop == 3));
      g_assert_cmpuint (sent.told, ==, stop);
      if (stop < 3)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_cmpfloat (sent.fraction, ==, 1);
      g_assert_true (gram_frame_writer_send (writer, &second, NULL, NULL));
      g_output_stream_close (out, NULL, NULL);
      bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
      if (stop < 3)
        g_assert_cmpuint (read_all (bytes, LONG_MESSAGE), ==, 1);
    }
}

/* Images come over to the bit, eight times smaller where small integers give them. */
static void
test_images (void)
{
  enum
  {
    N = 7,
    D = 5
  };
  double X[N * (D + 1)], gain[D], shift[D], scale[N];
  guint8 pixels[N * D], id[2][GRAM_WIRE_ID];
  GramSamples samples = { N, D, X, D + 1, pixels, gain, shift, scale };

  for (int exact = 2; exact >= 0; exact--)
    {
      g_autoptr (GBytes) message = NULL, again = NULL;
      g_autoptr (GramWireSamples) set = NULL;
      const GramSamples *got;

      for (int i = 0; i < N; i++)
        for (int j = 0; j < D; j++)
          {
            gain[j] = 1 / (3.0 + j);
            shift[j] = 0.1 * j;
            scale[i] = 1 / (1.7 + i);
            pixels[i * D + j] = (guint8) (i * 31 + j * 17);
            X[i * (D + 1) + j] = (gain[j] * pixels[i * D + j] - shift[j]) * scale[i];
          }
      if (exact < 2)
        X[3 * (D + 1) + 2] += 1e-16;
      samples.pixels = exact > 0 ? pixels : NULL;
      message = gram_wire_samples_encode (&samples, NULL);
      set = gram_wire_samples_new (message, NULL);
      g_assert_nonnull (set);
      got = gram_wire_samples_get (set);
      for (int i = 0; i < N; i++)
        g_assert_cmpmem (got->X + i * got->ldx, D * sizeof (double), X + i * (D + 1),
                         D * sizeof (double));
      g_assert_true ((got->pixels != NULL) == (exact > 0));
      again = gram_wire_samples_encode (got, NULL);
      gram_wire_samples_name (message, id[0]);
      gram_wire_samples_name (again, id[1]);
      g_assert_cmpmem (id[0], sizeof id[0], id[1], sizeof id[1]);
      g_assert_true (gram_wire_samples_is (set, id[1]));
      g_assert_cmpuint (g_bytes_get_size (message), <, exact == 2 ? N * D * sizeof (double) : 1000);
      for (gsize cut = 0; cut < g_bytes_get_size (message); cut++)
        {
          g_autoptr (GBytes) part = g_bytes_new_from_bytes (message, 0, cut);

          g_assert_null (gram_wire_samples_new (part, NULL));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/whole", test_whole);
  g_test_add_func ("/wire/cut", test_cut);
  g_test_add_func ("/wire/damaged", test_damaged);
  g_test_add_func ("/wire/anything", test_anything);
  g_test_add_func ("/wire/given-up", test_given_up);
  g_test_add_func ("/wire/images", test_images);
  return g_test_run ();
}
