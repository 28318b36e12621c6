/* gram-analysis-thread.c: the thread that reads data and analyses H∞
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-analysis-thread.h"

#include "gram-checkpoint.h"
#include "gram-error.h"
#include "gram-thread.h"

/* Threads that were left may still compute; more than this many at once would fight for memory,
 * so a new one then waits for one of them. */
#define MOST_THREADS 3

typedef enum
{
  COMMAND_ANALYSE, /* and read the data first, if they are not there */
  COMMAND_ASK,
  COMMAND_QUIT,
} CommandKind;

/* The kind says which member of the union is there. */
typedef struct
{
  CommandKind kind;
  union
  {
    struct
    {
      GArray *labels;
      GCancellable *cancellable;
    } analyse;
    GramQuestion *question;
  };
} Command;

struct _GramAnalysisThread
{
  guint64 number;
  GramEventQueue *events;
  GAsyncQueue *commands; /* of Command */
  GCancellable *life;    /* cancelled when the thread is left */
  GramSettings *settings;
  /* the main thread's alone */
  struct
  {
    GramThread *thread;
    GCancellable *current; /* (nullable) of the latest ANALYSE */
  } main;
  /* the analysis thread's alone */
  struct
  {
    GramDataset *dataset;
    GramProblem *problem;
    GramDevice *device;
    GramAnalyser *analyser;
  } own;
};

static struct
{
  GMutex lock;
  GCond ended;
  guint count;
} threads;

static void
command_free (Command *command)
{
  if (command->kind == COMMAND_ANALYSE)
    {
      g_array_unref (command->analyse.labels);
      g_object_unref (command->analyse.cancellable);
    }
  else if (command->kind == COMMAND_ASK)
    gram_question_free (command->question);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

static void
analysis_thread_free (gpointer data)
{
  GramAnalysisThread *thread = data;

  g_async_queue_unref (thread->commands);
  g_object_unref (thread->main.current);
  g_object_unref (thread->life);
  gram_settings_free (thread->settings);
  gram_event_queue_unref (thread->events);
  g_free (thread);
}

/* ---------- on the analysis thread ------------------------------------------------------------ */

static void
post_data (GramAnalysisThread *thread, GError *error)
{
  GramEvent *event = gram_event_new (GRAM_EVENT_DATA, thread->number);

  event->error = error;
  if (error == NULL)
    event->data.dataset = gram_dataset_ref (thread->own.dataset);
  if (error == NULL && thread->own.problem != NULL)
    {
      event->data.problem = gram_problem_ref (thread->own.problem);
      event->data.fingerprint = gram_checkpoint_fingerprint (thread->own.problem);
    }
  gram_event_queue_post (thread->events, event);
}

static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  GramAnalysisThread *thread = data;
  GramEvent *event = gram_event_new (GRAM_EVENT_ANALYSIS, thread->number);

  event->analysis = gram_analysis_ref (snapshot);
  gram_event_queue_post (thread->events, event);
}

/* Takes out of the queue, in their order, the questions that stages before @working can answer. */
static GPtrArray *
take_early (GramAnalysisThread *thread, GramStage working)
{
  GPtrArray *early = g_ptr_array_new_with_free_func ((GDestroyNotify) command_free);
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  Command *command;

  g_async_queue_lock (thread->commands);
  while ((command = g_async_queue_try_pop_unlocked (thread->commands)) != NULL)
    {
      gboolean is_early = command->kind == COMMAND_ASK && command->question->stage < working;

      g_ptr_array_add (is_early ? early : rest, command);
    }
  for (guint i = 0; i < rest->len; i++)
    g_async_queue_push_unlocked (thread->commands, g_ptr_array_index (rest, i));
  g_async_queue_unlock (thread->commands);
  return early;
}

/* The spectrum takes longer than all before it and leaves the factor alone, so questions to the
 * factor do not wait for it. Earlier stages solve with the factor themselves. */
static void
answer_early (GramAnalysisThread *thread, GramStage working)
{
  g_autoptr (GPtrArray) early = NULL;

  if (working < GRAM_STAGE_SPECTRUM || g_async_queue_length (thread->commands) <= 0)
    return;
  early = take_early (thread, working);
  for (guint i = 0; i < early->len; i++)
    gram_question_answer (((Command *) g_ptr_array_index (early, i))->question,
                          thread->own.analyser);
}

static void
on_progress (GramStage stage, double fraction, gpointer data)
{
  GramAnalysisThread *thread = data;
  GramEvent *event = gram_event_new (GRAM_EVENT_STAGE, thread->number);

  event->progress.stage = stage;
  event->progress.fraction = fraction;
  gram_event_queue_post (thread->events, event);
  answer_early (thread, stage);
}

static gboolean
open_device (GramAnalysisThread *thread, const char *name, GError **error)
{
  GramDeviceOptions options = { .threads = thread->settings->threads };

  g_clear_pointer (&thread->own.analyser, gram_analyser_free);
  g_clear_pointer (&thread->own.device, gram_device_unref);
  thread->own.device = gram_device_open (name, &options, error);
  if (thread->own.device == NULL)
    return FALSE;
  thread->own.analyser =
      gram_analyser_new (thread->own.device, thread->own.problem, thread->settings->problem.seed);
  return TRUE;
}

/* A card that fails, or has too little memory, is no reason to have no analysis. */
static gboolean
is_device_failure (GramAnalysisThread *thread, const GError *error)
{
  return thread->own.device != NULL && !gram_device_is_reference (thread->own.device)
         && error->domain == GRAM_ERROR
         && (error->code == GRAM_ERROR_DEVICE || error->code == GRAM_ERROR_MEMORY
             || error->code == GRAM_ERROR_UNSUPPORTED);
}

static void
analyse (GramAnalysisThread *thread, const Command *command)
{
  GramEvent *done = gram_event_new (GRAM_EVENT_ANALYSED, thread->number);
  gboolean opened =
      thread->own.analyser != NULL || open_device (thread, thread->settings->device, &done->error);

  while (opened
         && !gram_analyser_run (thread->own.analyser, command->analyse.labels, TRUE, on_stage,
                                on_progress, thread, command->analyse.cancellable, &done->error))
    {
      GramEvent *notice;

      if (!is_device_failure (thread, done->error))
        break;
      g_prefix_error (&done->error, "%s: ", gram_device_get_info (thread->own.device)->name);
      g_prefix_error_literal (&done->error, "the analysis goes on on the CPU: ");
      notice = gram_event_new (GRAM_EVENT_NOTICE, thread->number);
      notice->error = g_steal_pointer (&done->error);
      gram_event_queue_post (thread->events, notice);
      opened = open_device (thread, gram_backend_names ()[0], &done->error);
    }
  gram_event_queue_post (thread->events, done);
}

/* The dataset is told of first: its classes can be shown while the images are read. */
static gboolean
load (GramAnalysisThread *thread, GCancellable *cancellable, GError **error)
{
  const GramSettings *settings = thread->settings;

  if (thread->own.dataset == NULL)
    thread->own.dataset =
        gram_dataset_open (settings->dataset, settings->data_dir, cancellable, error);
  if (thread->own.dataset == NULL)
    return FALSE;
  post_data (thread, NULL);
  thread->own.problem =
      gram_problem_new (thread->own.dataset, &settings->problem, cancellable, error);
  if (thread->own.problem == NULL)
    return FALSE;
  post_data (thread, NULL);
  return TRUE;
}

static void
load_and_analyse (GramAnalysisThread *thread, const Command *command)
{
  GError *error = NULL;

  if (thread->own.problem != NULL || load (thread, command->analyse.cancellable, &error))
    analyse (thread, command);
  else
    post_data (thread, error);
}

/* Waits until few enough threads compute. Returns whether this one is still wanted. */
static gboolean
wait_for_turn (GramAnalysisThread *thread)
{
  gboolean wanted;

  g_mutex_lock (&threads.lock);
  while (threads.count >= MOST_THREADS && !g_cancellable_is_cancelled (thread->life))
    g_cond_wait_until (&threads.ended, &threads.lock,
                       g_get_monotonic_time () + 100 * G_TIME_SPAN_MILLISECOND);
  threads.count++;
  wanted = !g_cancellable_is_cancelled (thread->life);
  g_mutex_unlock (&threads.lock);
  return wanted;
}

static void
end_turn (void)
{
  g_mutex_lock (&threads.lock);
  threads.count--;
  g_cond_broadcast (&threads.ended);
  g_mutex_unlock (&threads.lock);
}

static gpointer
analysis_main (gpointer data)
{
  GramAnalysisThread *thread = data;
  gboolean quit = !wait_for_turn (thread);

  while (!quit)
    {
      g_autoptr (Command) command = g_async_queue_pop (thread->commands);

      if (command->kind == COMMAND_ANALYSE)
        load_and_analyse (thread, command);
      else if (command->kind == COMMAND_ASK)
        gram_question_answer (command->question, thread->own.analyser);
      quit = command->kind == COMMAND_QUIT || g_cancellable_is_cancelled (thread->life);
    }
  g_clear_pointer (&thread->own.analyser, gram_analyser_free);
  g_clear_pointer (&thread->own.device, gram_device_unref);
  g_clear_pointer (&thread->own.problem, gram_problem_unref);
  g_clear_pointer (&thread->own.dataset, gram_dataset_unref);
  end_turn ();
  return NULL;
}

/* ---------- on the main thread ---------------------------------------------------------------- */

static Command *
command_new (CommandKind kind)
{
  Command *command = g_new0 (Command, 1);

  command->kind = kind;
  return command;
}

static void
send_analyse (GramAnalysisThread *thread, const GramSettings *settings)
{
  Command *command = command_new (COMMAND_ANALYSE);

  g_clear_object (&thread->main.current);
  thread->main.current = g_cancellable_new ();
  command->analyse.labels = g_array_copy (settings->labels);
  command->analyse.cancellable = g_object_ref (thread->main.current);
  g_async_queue_push (thread->commands, command);
}

/**
 * gram_analysis_thread_new:
 * @number: sender of its events
 * @dataset: (nullable): opened already
 *
 * Reads the data and analyses them. Answered by GRAM_EVENT_DATA twice, with the dataset and then
 * with its images too, and then GRAM_EVENT_ANALYSIS for each stage and GRAM_EVENT_ANALYSED.
 *
 * Returns: (transfer full): end it with gram_analysis_thread_leave()
 */
GramAnalysisThread *
gram_analysis_thread_new (GramEventQueue *events, guint64 number, const GramSettings *settings,
                          GramDataset *dataset)
{
  GramAnalysisThread *thread = g_new0 (GramAnalysisThread, 1);

  thread->number = number;
  thread->events = gram_event_queue_ref (events);
  thread->commands = g_async_queue_new_full ((GDestroyNotify) command_free);
  thread->life = g_cancellable_new ();
  thread->settings = gram_settings_copy (settings);
  thread->own.dataset = dataset != NULL ? gram_dataset_ref (dataset) : NULL;
  send_analyse (thread, settings);
  thread->main.thread =
      gram_thread_start ("gram-analysis", analysis_main, thread, analysis_thread_free);
  return thread;
}

/**
 * gram_analysis_thread_leave:
 * @thread: (transfer full)
 * @wait_ms: how long to wait for its end; it ends by itself later where that is not enough
 *
 * Questions that are not being answered yet get G_IO_ERROR_CANCELLED at once.
 */
void
gram_analysis_thread_leave (GramAnalysisThread *thread, guint wait_ms)
{
  Command *command;

  g_cancellable_cancel (thread->life);
  g_cancellable_cancel (thread->main.current);
  while ((command = g_async_queue_try_pop (thread->commands)) != NULL)
    command_free (command);
  g_async_queue_push (thread->commands, command_new (COMMAND_QUIT));
  gram_thread_finish (thread->main.thread, wait_ms);
}

/**
 * gram_analysis_thread_analyse:
 * @settings: whose label sets to analyse, in the place of those before; the stages reached stay
 */
void
gram_analysis_thread_analyse (GramAnalysisThread *thread, const GramSettings *settings)
{
  g_cancellable_cancel (thread->main.current);
  send_analyse (thread, settings);
}

/**
 * gram_analysis_thread_halt:
 *
 * Ends the analysis that is under way as soon as it can be interrupted; the stages reached stay.
 */
void
gram_analysis_thread_halt (GramAnalysisThread *thread)
{
  g_cancellable_cancel (thread->main.current);
}

/**
 * gram_analysis_thread_ask:
 * @question: (transfer full): its stage is known already; answered on the thread-default context
 *   that its task was made in
 */
void
gram_analysis_thread_ask (GramAnalysisThread *thread, GramQuestion *question)
{
  Command *command = command_new (COMMAND_ASK);

  command->question = question;
  g_async_queue_push (thread->commands, command);
}
