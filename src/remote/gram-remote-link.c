/* gram-remote-link.c: a process that serves a device, and the talk with it
 *
 * SPDX-License-Identifier: MIT
 *
 * Threads: one reads answers, one keeps the last words of the process's stderr, one watches for
 * silence, since a connection may die without a sign. Once the link is lost it stays lost, every
 * call fails at once with the reason, and who wants to go on opens the device anew.
 */
#include "gram-remote-link.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>

#include "gram-config.h"
#include "gram-error.h"
#include "gram-frame.h"

#define LONGEST ((gsize) 1 << 36)
#define SILENCE 15 /* seconds: seven signs of life that did not come; twice that to begin with */
#define WORDS 4096 /* bytes of stderr that are kept */
#define LOOK (10 * G_TIME_SPAN_MILLISECOND) /* at a caller's cancellable */
#define LAST_WORDS (200 * G_TIME_SPAN_MILLISECOND)

/* A call that waits for its answer */
typedef struct
{
  GramWireKind kind; /* REPLY or FAIL once it is there */
  GBytes *payload;   /* (nullable) */
  double fraction;
} Pending;

struct _GramRemoteLink
{
  char *name;
  GSubprocess *process;
  GCancellable *cancellable; /* ends reads and writes */
  GramFrameReader *reader;
  GramFrameWriter *writer;
  GThread *reads, *listens, *watches;
  GramWireHello hello;
  GMutex lock; /* of the rest */
  GCond change;
  GHashTable *pending; /* of call → Pending */
  GString *words;      /* of stderr */
  guint32 calls, objects;
  gint64 limit;          /* µs of silence */
  gboolean silent_ended; /* stderr has ended */
  gboolean greeted, lost, closing;
  char *why; /* (nullable) it is lost */
};

/* ---------- losing it ------------------------------------------------------------------------- */

/* Whether it is a rule of dashes, between which MPI's launcher says what happened */
static gboolean
is_rule (const char *line)
{
  return strlen (line) > 20 && strspn (line, "-") == strlen (line);
}

/* The last line that says something, or the first of what stands between two rules; %NULL where
 * there is no text. */
static char *
last_line (const char *text)
{
  g_auto (GStrv) lines = NULL;
  const char *found = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = g_strv_length (lines), rules = 0; i > 0; i--)
    {
      for (char *at = lines[i - 1]; *at != '\0'; at++)
        if (g_ascii_iscntrl (*at))
          *at = ' ';
      if (is_rule (g_strstrip (lines[i - 1])))
        rules++;
      else if (lines[i - 1][0] != '\0')
        found = lines[i - 1];
      if (found != NULL && rules != 1)
        break;
    }
  return g_strdup (found);
}

/* With the lock. What the process said is a better reason than that its stream ended. */
static void
lose (GramRemoteLink *link, const char *why)
{
  gint64 until = g_get_monotonic_time () + LAST_WORDS;
  g_autofree char *said = NULL;

  if (link->lost || link->closing)
    return;
  while (!link->silent_ended && g_cond_wait_until (&link->change, &link->lock, until))
    ;
  if (link->lost)
    return;
  said = last_line (link->words->str);
  if (said == NULL && !link->greeted)
    said = last_line (gram_frame_reader_get_noise (link->reader));
  link->why = said != NULL ? g_strdup_printf ("%s (%s)", why, said) : g_strdup (why);
  link->lost = TRUE;
  g_cancellable_cancel (link->cancellable);
  g_cond_broadcast (&link->change);
}

static void
lose_by (GramRemoteLink *link, const GError *error)
{
  g_mutex_lock (&link->lock);
  lose (link, error->domain == GRAM_ERROR ? error->message : "the connection ended");
  g_mutex_unlock (&link->lock);
}

static gboolean
fail_lost (GramRemoteLink *link, GError **error)
{
  return gram_fail (error, GRAM_ERROR_DEVICE, "%s: %s", link->name, link->why);
}

gboolean
gram_remote_link_is_lost (GramRemoteLink *link)
{
  gboolean lost;

  g_mutex_lock (&link->lock);
  lost = link->lost;
  g_mutex_unlock (&link->lock);
  return lost;
}

/* ---------- threads --------------------------------------------------------------------------- */

/* With the lock */
static gboolean
take_answer (GramRemoteLink *link, GramMessage *message)
{
  Pending *pending = g_hash_table_lookup (link->pending, GUINT_TO_POINTER (message->call));
  gsize size = g_bytes_get_size (message->payload);

  switch (message->kind)
    {
    case GRAM_WIRE_ALIVE:
      return TRUE;
    case GRAM_WIRE_PROGRESS:
      if (size != sizeof (double))
        return FALSE;
      if (pending != NULL)
        memcpy (&pending->fraction, g_bytes_get_data (message->payload, NULL), size);
      break;
    case GRAM_WIRE_REPLY:
    case GRAM_WIRE_FAIL:
      if (pending == NULL || pending->payload != NULL)
        return FALSE;
      pending->kind = message->kind;
      pending->payload = g_steal_pointer (&message->payload);
      break;
    default:
      return FALSE;
    }
  g_cond_broadcast (&link->change);
  return TRUE;
}

static gpointer
read_answers (gpointer data)
{
  GramRemoteLink *link = data;
  g_autoptr (GError) error = NULL;
  gboolean sane = TRUE;

  while (sane)
    {
      g_auto (GramMessage) message = { 0 };

      if (!gram_frame_reader_next (link->reader, &message, link->cancellable, &error))
        break;
      g_mutex_lock (&link->lock);
      sane = take_answer (link, &message);
      g_mutex_unlock (&link->lock);
    }
  if (error == NULL)
    gram_fail (&error, GRAM_ERROR_DEVICE, "an answer came that nobody asked for");
  lose_by (link, error);
  return NULL;
}

static gpointer
keep_words (gpointer data)
{
  GramRemoteLink *link = data;
  GInputStream *stream = g_subprocess_get_stderr_pipe (link->process);
  char text[512];
  gssize got;

  while ((got = g_input_stream_read (stream, text, sizeof text, link->cancellable, NULL)) > 0)
    {
      g_mutex_lock (&link->lock);
      g_string_append_len (link->words, text, got);
      if (link->words->len > WORDS)
        g_string_erase (link->words, 0, (gssize) (link->words->len - WORDS));
      g_mutex_unlock (&link->lock);
    }
  g_mutex_lock (&link->lock);
  link->silent_ended = TRUE;
  g_cond_broadcast (&link->change);
  g_mutex_unlock (&link->lock);
  return NULL;
}

static gpointer
watch_silence (gpointer data)
{
  GramRemoteLink *link = data;

  g_mutex_lock (&link->lock);
  while (!link->lost && !link->closing)
    {
      gint64 limit = link->greeted ? link->limit : 2 * link->limit;
      gint64 quiet = g_get_monotonic_time () - gram_frame_reader_get_heard (link->reader);
      g_autofree char *why = NULL;

      if (quiet <= limit)
        {
          g_cond_wait_until (&link->change, &link->lock,
                             g_get_monotonic_time () + limit - quiet + 1000);
          continue;
        }
      why = g_strdup_printf ("no sign of life for %.0f s", (double) limit / G_TIME_SPAN_SECOND);
      lose (link, why);
    }
  g_mutex_unlock (&link->lock);
  return NULL;
}

/* ---------- calls ----------------------------------------------------------------------------- */

static void
send_cancel (GramRemoteLink *link, guint32 call)
{
  const GramMessage message = { .call = call, .kind = GRAM_WIRE_CANCEL };
  g_autoptr (GError) error = NULL;

  if (!gram_frame_writer_send (link->writer, &message, NULL, &error))
    lose_by (link, error);
}

/* Waits for the answer; asks the other end to stop when the caller's work is cancelled. */
static void
await (GramRemoteLink *link, guint32 call, Pending *pending, const GramJob *job)
{
  gboolean told = FALSE;
  double shown = 0;

  g_mutex_lock (&link->lock);
  while (pending->payload == NULL && !link->lost)
    {
      gboolean stop = !told && g_cancellable_is_cancelled (job->cancellable);
      double fraction = pending->fraction;

      if (stop || fraction > shown)
        {
          g_mutex_unlock (&link->lock);
          if (stop)
            send_cancel (link, call);
          if (fraction > shown)
            gram_job_progress (job, fraction);
          told |= stop;
          shown = fraction;
          g_mutex_lock (&link->lock);
        }
      else if (told || job->cancellable == NULL)
        g_cond_wait (&link->change, &link->lock);
      else
        g_cond_wait_until (&link->change, &link->lock, g_get_monotonic_time () + LOOK);
    }
  g_hash_table_remove (link->pending, GUINT_TO_POINTER (call));
  g_mutex_unlock (&link->lock);
}

static void
forget (GramRemoteLink *link, guint32 call)
{
  g_mutex_lock (&link->lock);
  g_hash_table_remove (link->pending, GUINT_TO_POINTER (call));
  g_mutex_unlock (&link->lock);
}

/* Images take long on their way; of other requests it is the answer. FALSE: cancelled, and nobody
 * was asked. */
static gboolean
send_request (GramRemoteLink *link, const GramMessage *message, const GramJob *job, GError **error)
{
  const GramJob quiet = { .cancellable = job->cancellable };
  g_autoptr (GError) failure = NULL;

  if (gram_frame_writer_send (link->writer, message,
                              message->kind == GRAM_WIRE_SAMPLES ? job : &quiet, &failure))
    return TRUE;
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_cancellable_is_cancelled (link->cancellable))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  lose_by (link, failure);
  return TRUE;
}

/* The other end stops its work when it is ended itself: nobody here has cancelled it. */
static gboolean
read_reply (GramRemoteLink *link, Pending *pending, const GramJob *job, GramWire *reply,
            GError **error)
{
  g_autoptr (GBytes) payload = pending->payload;
  g_autoptr (GError) failure = NULL;

  if (payload == NULL)
    return fail_lost (link, error);
  gram_wire_read (reply, payload);
  if (pending->kind == GRAM_WIRE_REPLY)
    return TRUE;
  gram_wire_error (reply, &failure);
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_cancellable_is_cancelled (job->cancellable))
    {
      lose_by (link, failure);
      return fail_lost (link, error);
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/**
 * gram_remote_link_call:
 * @request: (nullable): what was written; its memory is taken
 * @job: (nullable)
 * @reply: (out caller-allocates): to be read, also what a failed call gave behind its error; clear
 *   with gram_wire_clear()
 *
 * Returns: %FALSE with the device's error, or GRAM_ERROR_DEVICE when the link is lost
 */
gboolean
gram_remote_link_call (GramRemoteLink *link, GramWireKind kind, guint32 object, GramWire *request,
                       const GramJob *job, GramWire *reply, GError **error)
{
  g_autoptr (GBytes) payload = request != NULL ? gram_wire_take (request, error) : NULL;
  g_autoptr (GError) failure = NULL;
  GramMessage message = { .object = object, .kind = (guint16) kind, .payload = payload };
  Pending pending = { 0 };

  *reply = (GramWire){ 0 };
  job = gram_job_or_none (job);
  if ((request != NULL && payload == NULL)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  g_mutex_lock (&link->lock);
  message.call = link->calls = MAX (link->calls + 1, 1);
  if (!link->lost)
    g_hash_table_insert (link->pending, GUINT_TO_POINTER (message.call), &pending);
  g_mutex_unlock (&link->lock);
  if (!gram_remote_link_is_lost (link) && !send_request (link, &message, job, &failure))
    {
      forget (link, message.call);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  await (link, message.call, &pending, job);
  return read_reply (link, &pending, job, reply, error);
}

/* A number for a new system or trainer */
guint32
gram_remote_link_new_object (GramRemoteLink *link)
{
  guint32 object;

  g_mutex_lock (&link->lock);
  object = ++link->objects;
  g_mutex_unlock (&link->lock);
  return object;
}

const GramDeviceInfo *
gram_remote_link_get_info (GramRemoteLink *link)
{
  return &link->hello.info;
}

/* The version of the program at the other end */
const char *
gram_remote_link_get_program (GramRemoteLink *link)
{
  return link->hello.program;
}

/* ---------- connecting ------------------------------------------------------------------------ */

/* Ctrl-C at a terminal is for this program, which ends the helper when it has what it wants. */
static void
leave_group (gpointer data)
{
  setpgid (0, 0);
}

/* A pipe holds 64 KiB by itself; with more the two ends wait for each other less often. Where it
 * cannot be had it stays as it is. */
static void
widen (int pipe)
{
#ifdef F_SETPIPE_SZ
  fcntl (pipe, F_SETPIPE_SZ, 1 << 20);
#endif
}

static gboolean
start (GramRemoteLink *link, const char *const *argv, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                 | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) fault = NULL;

  g_subprocess_launcher_set_child_setup (launcher, leave_group, NULL, NULL);
  /* What mpirun asks for processors looks for cards at every X display of the machine, and ends the
   * program where one of them ends meanwhile. */
  g_subprocess_launcher_setenv (launcher, "HWLOC_COMPONENTS", "-gl", FALSE);
  link->process = g_subprocess_launcher_spawnv (launcher, argv, &fault);
  if (link->process == NULL)
    return gram_fail (error, GRAM_ERROR_DEVICE, "%s: “%s” cannot be started: %s", link->name,
                      argv[0], fault->message);
  widen (g_unix_output_stream_get_fd (
      G_UNIX_OUTPUT_STREAM (g_subprocess_get_stdin_pipe (link->process))));
  widen (g_unix_input_stream_get_fd (
      G_UNIX_INPUT_STREAM (g_subprocess_get_stdout_pipe (link->process))));
  link->reader = gram_frame_reader_new (g_subprocess_get_stdout_pipe (link->process), LONGEST);
  link->writer =
      gram_frame_writer_new (g_subprocess_get_stdin_pipe (link->process), link->cancellable);
  link->listens = g_thread_new ("remote-words", keep_words, link);
  link->watches = g_thread_new ("remote-watch", watch_silence, link);
  return TRUE;
}

static gboolean
check_versions (const GramWireHello *hello, GError **error)
{
  if (hello->wire == GRAM_WIRE_VERSION && hello->interface == GRAM_BACKEND_API_VERSION
      && hello->numbers == GRAM_NETWORK_NUMBERS)
    return TRUE;
  return gram_fail (error, GRAM_ERROR_DEVICE,
                    "it has Gramscope %s, this is %s; install the same release on both",
                    hello->program, GRAM_VERSION);
}

/* Both sides greet; then comes what the device is, or why there is none. */
static gboolean
greet (GramRemoteLink *link, GError **error)
{
  g_auto (GramMessage) message = { 0 };
  g_auto (GramWire) wire = { 0 };
  g_autoptr (GError) failure = NULL;

  /* First to listen: who has no Gramscope says so, and is gone before anything is written. */
  if (!gram_frame_reader_greet (link->reader, link->cancellable, error)
      || !gram_frame_writer_greet (link->writer, error)
      || !gram_frame_reader_next (link->reader, &message, link->cancellable, error))
    return FALSE;
  gram_wire_read (&wire, message.payload);
  if (message.kind == GRAM_WIRE_FAIL)
    {
      gram_wire_error (&wire, &failure);
      return gram_fail (error, GRAM_ERROR_DEVICE, "%s", failure->message);
    }
  if (message.kind != GRAM_WIRE_HELLO)
    return gram_fail (error, GRAM_ERROR_DEVICE, "the stream is damaged");
  gram_wire_hello (&wire, &link->hello);
  /* another version may say more or less than this one knows */
  return check_versions (&link->hello, error) && gram_wire_end (&wire, error);
}

/* What one call costs, of the best of a few */
static gboolean
measure (GramRemoteLink *link, GError **error)
{
  double best = 1;

  for (int i = 0; i < 5; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_auto (GramWire) reply = { 0 };

      if (!gram_remote_link_call (link, GRAM_WIRE_PING, 0, NULL, NULL, &reply, error))
        return FALSE;
      best = MIN (best, (double) (g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND);
    }
  link->hello.info.round_trip = MAX (best, 1e-6);
  return TRUE;
}

/* The device is one of that server. */
static void
name_device (GramRemoteLink *link)
{
  GramDeviceInfo *info = &link->hello.info;
  g_autofree char *name = g_strdup_printf ("%s: %s", link->name, info->name);
  g_autofree char *short_name = g_strndup (name, sizeof info->name - 1);
  g_autofree char *valid = g_utf8_make_valid (short_name, -1);

  g_strlcpy (info->name, g_utf8_validate (short_name, -1, NULL) ? short_name : valid,
             sizeof info->name);
}

static gint64
silence_limit (void)
{
  const char *text = g_getenv ("GRAM_REMOTE_SILENCE"); /* for tests */
  guint64 seconds = SILENCE;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 1, 3600, &seconds, NULL);
  return (gint64) seconds * G_TIME_SPAN_SECOND;
}

static gboolean
connect_link (GramRemoteLink *link, const char *const *argv, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!start (link, argv, error))
    return FALSE;
  if (!greet (link, &failure))
    {
      g_autofree char *command = g_strjoinv (" ", (char **) argv);

      lose_by (link, failure);
      return gram_fail (error, GRAM_ERROR_DEVICE,
                        "%s: %s; it was started by: %s; the same release of Gramscope must be "
                        "there",
                        link->name, link->why, command);
    }
  g_mutex_lock (&link->lock);
  link->greeted = TRUE;
  g_mutex_unlock (&link->lock);
  name_device (link);
  link->reads = g_thread_new ("remote-read", read_answers, link);
  return measure (link, error);
}

/**
 * gram_remote_link_new:
 * @name: what people call the other end
 * @argv: (array zero-terminated=1): what to start; its stdin and stdout carry the talk
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_DEVICE, whose message has the
 *   command's own words
 */
GramRemoteLink *
gram_remote_link_new (const char *name, const char *const *argv, GError **error)
{
  GramRemoteLink *link = g_new0 (GramRemoteLink, 1);
  struct sigaction now;

  /* A helper that died must not end this program. */
  if (sigaction (SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
    signal (SIGPIPE, SIG_IGN);
  g_mutex_init (&link->lock);
  g_cond_init (&link->change);
  link->name = g_strdup (name);
  link->cancellable = g_cancellable_new ();
  link->pending = g_hash_table_new (NULL, NULL);
  link->words = g_string_new (NULL);
  link->limit = silence_limit ();
  if (!connect_link (link, argv, error))
    g_clear_pointer (&link, gram_remote_link_free);
  return link;
}

static void
join (GThread **thread)
{
  if (*thread != NULL)
    g_thread_join (g_steal_pointer (thread));
}

/**
 * gram_remote_link_free:
 *
 * No call is under way. The process ends when its stdin does; one that does not listen is ended.
 */
void
gram_remote_link_free (GramRemoteLink *link)
{
  if (link == NULL)
    return;
  g_mutex_lock (&link->lock);
  link->closing = TRUE;
  g_cond_broadcast (&link->change);
  g_mutex_unlock (&link->lock);
  if (link->process != NULL)
    g_output_stream_close (g_subprocess_get_stdin_pipe (link->process), NULL, NULL);
  g_cancellable_cancel (link->cancellable);
  join (&link->reads);
  join (&link->listens);
  join (&link->watches);
  if (link->lost && link->process != NULL)
    g_subprocess_force_exit (link->process);
  g_clear_object (&link->process);
  gram_frame_reader_free (link->reader);
  gram_frame_writer_free (link->writer);
  g_object_unref (link->cancellable);
  g_hash_table_unref (link->pending);
  g_string_free (link->words, TRUE);
  g_mutex_clear (&link->lock);
  g_cond_clear (&link->change);
  g_free (link->name);
  g_free (link->why);
  g_free (link);
}
