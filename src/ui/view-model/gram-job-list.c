/* gram-job-list.c: what runs: an analysis, a run, a sweep, a study, downloads
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-job-list.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-view-model.h"
#include "gram-words.h"

/* No time is foretold before that much was seen. */
#define LEAST_FRACTION 0.02
#define LEAST_SECONDS 1.0

typedef struct
{
  guint number;
  char *name, *text;
  double fraction;
  gint64 began;
  GCancellable *cancellable;
} Download;

struct _GramJobList
{
  GObject parent_instance;
  GramSession *session; /* borrowed: who owns this owns it, too */
  GPtrArray *downloads; /* of Download */
  guint last_number;
  gint64 analysis_began;  /* monotonic µs; 0: none goes on */
  gboolean analysis_ends; /* it was told to */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (GramJobList, gram_job_list, G_TYPE_OBJECT)

static void
download_free (Download *download)
{
  g_free (download->name);
  g_free (download->text);
  g_object_unref (download->cancellable);
  g_free (download);
}

static void
job_free (GramListedJob *job)
{
  g_free (job->name);
  g_free (job->text);
  g_free (job);
}

/* ---------- how long still ---------- */

/* Returns: (transfer full): “@text · about 0:12 left”, as what is done took; @text where nobody
 * knows */
static char *
with_time_left (const char *text, gint64 began, double fraction)
{
  double seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  g_autofree char *left = NULL;

  if (!(fraction >= LEAST_FRACTION) || seconds < LEAST_SECONDS)
    return g_strdup (text);
  left = gram_words_duration (seconds * (1 - fraction) / fraction);
  /* Translators: what is done now, and a time */
  return g_strdup_printf (_ ("%s · about %s left"), text, left);
}

static void
progress_cb (GramJobList *self)
{
  gboolean works = gram_session_get_progress (self->session)->stage != GRAM_STAGE_NONE;

  if (!works)
    self->analysis_ends = FALSE;
  if (!works || self->analysis_began == 0)
    self->analysis_began = works ? g_get_monotonic_time () : 0;
}

/* ---------- the session's jobs ---------- */

/* @text: (transfer full) */
static GramListedJob *
add_job (GPtrArray *jobs, GramJobKind kind, const char *name, char *text, double fraction)
{
  GramListedJob *job = g_new0 (GramListedJob, 1);

  job->kind = kind;
  job->name = g_strdup (name);
  job->text = text;
  job->fraction = fraction;
  g_ptr_array_add (jobs, job);
  return job;
}

static void
add_analysis (GramJobList *self, GPtrArray *jobs)
{
  const GramProgress *progress = gram_session_get_progress (self->session);
  GramAnalysis *analysis = gram_session_get_analysis (self->session);
  double done = gram_progress_of_analysis (progress);
  gboolean reached = analysis != NULL && analysis->stage != GRAM_STAGE_NONE;
  char *text;

  if (progress->stage != GRAM_STAGE_NONE)
    {
      text = self->analysis_ends
                 ? g_strdup (_ ("Ends with what it is at"))
                 : with_time_left (gram_stage_label (progress->stage), self->analysis_began, done);
      add_job (jobs, GRAM_JOB_ANALYSIS, _ ("Analysis"), text, done)->stopped = self->analysis_ends;
    }
  else if (gram_session_is_analysis_halted (self->session))
    {
      /* Translators: %s is a stage of the analysis: Kernel, Cholesky, Krylov */
      text = reached ? g_strdup_printf (_ ("Stopped after %s"), gram_stage_label (analysis->stage))
                     : g_strdup (_ ("Stopped"));
      add_job (jobs, GRAM_JOB_ANALYSIS, _ ("Analysis"), text, NAN)->halted = TRUE;
    }
}

static void
add_run (GramJobList *self, GPtrArray *jobs)
{
  const GramProgress *progress = gram_session_get_progress (self->session);

  if (gram_session_get_state (self->session) == GRAM_STATE_TRAINING)
    add_job (jobs, GRAM_JOB_RUN, _ ("Training"),
             gram_words_progress (GRAM_STATE_TRAINING, progress), gram_progress_of_run (progress));
}

static void
add_sweep (GramJobList *self, GPtrArray *jobs, GramJobKind kind, const char *name,
           const GramSweepTable *table)
{
  gboolean waits = gram_session_get_state (self->session) == GRAM_STATE_TRAINING;

  if (table != NULL && table->running)
    add_job (jobs, kind, name, gram_words_sweep (table, waits), CLAMP (table->fraction_done, 0, 1));
}

/**
 * gram_job_list_get:
 *
 * Returns: (transfer full) (element-type GramListedJob): what runs now, in the order of the kinds
 */
GPtrArray *
gram_job_list_get (GramJobList *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);

  add_analysis (self, jobs);
  add_run (self, jobs);
  add_sweep (self, jobs, GRAM_JOB_SWEEP, _ ("Sweep"), gram_session_get_sweep (self->session));
  add_sweep (self, jobs, GRAM_JOB_STUDY, _ ("Study"), gram_session_get_study (self->session));
  for (guint i = 0; i < self->downloads->len; i++)
    {
      const Download *download = g_ptr_array_index (self->downloads, i);
      /* Translators: %s is the name of a dataset */
      g_autofree char *name = g_strdup_printf (_ ("Download of %s"), download->name);
      char *text = with_time_left (download->text, download->began, download->fraction);

      add_job (jobs, GRAM_JOB_DOWNLOAD, name, text, download->fraction)->number = download->number;
    }
  return jobs;
}

static Download *
find_download (GramJobList *self, guint number)
{
  for (guint i = 0; i < self->downloads->len; i++)
    if (((Download *) g_ptr_array_index (self->downloads, i))->number == number)
      return g_ptr_array_index (self->downloads, i);
  return NULL;
}

static void
toggle_analysis (GramJobList *self)
{
  if (gram_session_is_analysis_halted (self->session))
    {
      gram_session_resume_analysis (self->session);
      return;
    }
  self->analysis_ends = self->analysis_began != 0;
  gram_session_halt_analysis (self->session);
}

/**
 * gram_job_list_toggle:
 * @number: of a download
 *
 * Ends that job, in a way that loses nothing: a run is paused, finished nets and what was
 * downloaded stay. An analysis that was halted goes on.
 */
void
gram_job_list_toggle (GramJobList *self, GramJobKind kind, guint number)
{
  Download *download = find_download (self, number);

  if (kind == GRAM_JOB_ANALYSIS)
    toggle_analysis (self);
  else if (kind == GRAM_JOB_RUN)
    gram_session_pause (self->session);
  else if (kind == GRAM_JOB_SWEEP || kind == GRAM_JOB_STUDY)
    gram_session_cancel_sweep (self->session);
  else if (download != NULL)
    g_cancellable_cancel (download->cancellable);
}

/* ---------- downloads ---------- */

/**
 * gram_job_list_add:
 * @name: of what is downloaded
 * @cancellable: ends it
 *
 * Returns: its number
 */
guint
gram_job_list_add (GramJobList *self, const char *name, GCancellable *cancellable)
{
  Download *download = g_new0 (Download, 1);

  download->number = ++self->last_number;
  download->name = g_strdup (name);
  download->text = g_format_size (0);
  download->fraction = NAN;
  download->began = g_get_monotonic_time ();
  download->cancellable = g_object_ref (cancellable);
  g_ptr_array_add (self->downloads, download);
  g_signal_emit (self, changed_signal, 0);
  return download->number;
}

/**
 * gram_job_list_tell:
 * @text: what is here of it, “3.5 MB”
 * @fraction: NAN: unknown
 */
void
gram_job_list_tell (GramJobList *self, guint number, const char *text, double fraction)
{
  Download *download = find_download (self, number);

  g_return_if_fail (download != NULL);
  g_free (download->text);
  download->text = g_strdup (text);
  download->fraction = fraction;
}

void
gram_job_list_remove (GramJobList *self, guint number)
{
  g_ptr_array_remove (self->downloads, find_download (self, number));
  g_signal_emit (self, changed_signal, 0);
}

/* ---------- life ---------- */

static void
gram_job_list_finalize (GObject *object)
{
  g_ptr_array_unref (GRAM_JOB_LIST (object)->downloads);
  G_OBJECT_CLASS (gram_job_list_parent_class)->finalize (object);
}

static void
gram_job_list_class_init (GramJobListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gram_job_list_finalize;
  changed_signal = g_signal_new ("changed", GRAM_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
gram_job_list_init (GramJobList *self)
{
  self->downloads = g_ptr_array_new_with_free_func ((GDestroyNotify) download_free);
}

/**
 * gram_job_list_new:
 * @session: (transfer none): lives longer
 */
GramJobList *
gram_job_list_new (GramSession *session)
{
  GramJobList *self = g_object_new (GRAM_TYPE_JOB_LIST, NULL);

  self->session = session;
  g_signal_connect_object (session, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  return self;
}
