/* gram-status-strip.c: what is going on, in one line
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <dlfcn.h>
#include <glib/gi18n.h>
#include <math.h>

#include "gram-pace.h"
#include "gram-pane.h"
#include "gram-view-model.h"
#include "gram-words.h"

#define TELL_EVERY (2 * G_USEC_PER_SEC)
#define PULSE_MS 80
#define ANNOUNCE_MEDIUM 1 /* of GtkAccessibleAnnouncementPriority */
#define N_STAGES GRAM_STAGE_SPECTRUM

GType gram_jobs_view_get_type (void); /* what runs */

#define GRAM_TYPE_STATUS_STRIP (gram_status_strip_get_type ())
G_DECLARE_FINAL_TYPE (GramStatusStrip, gram_status_strip, GRAM, STATUS_STRIP, GramPane)

struct _GramStatusStrip
{
  GramPane parent_instance;
  GtkBox *stages;
  GtkWidget *stage[N_STAGES];
  GtkProgressBar *bar;
  GtkMenuButton *jobs_button;
  GramPane *jobs;
  GtkLabel *message_label, *run_label, *device_label;
  GramDocument *document; /* borrowed: the pane’s */
  GramPace pace;
  guint wait_id, pulse_id;
  GramState told_state;
  gint64 told; /* when the accessible description was set last */
};

G_DEFINE_FINAL_TYPE (GramStatusStrip, gram_status_strip, GRAM_TYPE_PANE)

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  (on ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (widget, name);
}

static void
show_stage (GramStatusStrip *self, GramStage stage, const GramAnalysis *analysis,
            const GramProgress *progress)
{
  GtkWidget *label = self->stage[stage - 1];
  gboolean active = progress->stage == stage;
  gboolean done = !active && analysis != NULL && analysis->stage >= stage;
  g_autofree char *tip = NULL;

  set_class (label, "done", done);
  set_class (label, "active", active);
  set_class (label, "waiting", !done && !active);
  if (done)
    {
      g_autofree char *time = gram_words_number (analysis->seconds[stage], 3);

      tip = g_strdup_printf (_ ("%s: done in %s s"), gram_stage_label (stage), time);
    }
  else
    tip =
        g_strdup_printf (active ? _ ("%s: at work") : _ ("%s: to come"), gram_stage_label (stage));
  gtk_widget_set_tooltip_text (label, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip,
                                  -1);
}

/* Screen readers are told of a new state at once, and of progress every two seconds. GTK 4.14 and
 * later give a status bar no words of its own: there the label in it has them, and a new state is
 * announced, which is possible since then. */
static void
tell (GramStatusStrip *self, GramState state, const char *progress)
{
  void (*announce) (GtkAccessible *, const char *, int) =
      dlsym (RTLD_DEFAULT, "gtk_accessible_announce");
  gboolean changed = self->told == 0 || state != self->told_state;
  gint64 now = g_get_monotonic_time ();

  if (!changed && now - self->told < TELL_EVERY)
    return;
  if (changed && self->told != 0 && announce != NULL)
    announce (GTK_ACCESSIBLE (self), gram_state_label (state), ANNOUNCE_MEDIUM);
  self->told = now;
  self->told_state = state;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gram_state_label (state), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  progress, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->message_label),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, progress, -1);
}

static gboolean
pulse_cb (gpointer user_data)
{
  gtk_progress_bar_pulse (GRAM_STATUS_STRIP (user_data)->bar);
  return G_SOURCE_CONTINUE;
}

/* Of the analysis, else of the run; where nobody knows how far, that something is going on. */
static void
show_bar (GramStatusStrip *self, GramState state, const GramProgress *progress)
{
  gboolean analyses = progress->stage != GRAM_STAGE_NONE;
  double done = analyses                       ? gram_progress_of_analysis (progress)
                : state == GRAM_STATE_TRAINING ? gram_progress_of_run (progress)
                                               : progress->made;
  gboolean waits = isnan (done) && state == GRAM_STATE_PREPARING;

  gtk_widget_set_visible (GTK_WIDGET (self->bar), isfinite (done) || waits);
  if (isfinite (done))
    gtk_progress_bar_set_fraction (self->bar, done);
  if (waits && self->pulse_id == 0)
    self->pulse_id = g_timeout_add (PULSE_MS, pulse_cb, self);
  else if (!waits)
    g_clear_handle_id (&self->pulse_id, g_source_remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  analyses ? _ ("Progress of the analysis")
                                           : _ ("Progress of the run"),
                                  -1);
}

/* The state of the run, and what else is at work beside it. */
static void
show_message (GramStatusStrip *self, GramState state)
{
  g_autoptr (GPtrArray) jobs = gram_job_list_get (gram_document_get_jobs (self->document));
  g_autoptr (GString) text = g_string_new (gram_state_label (state));

  for (guint i = 0; i < jobs->len; i++)
    {
      const GramListedJob *job = g_ptr_array_index (jobs, i);

      if (job->kind > GRAM_JOB_RUN)
        g_string_append_printf (text, " · %s", job->name);
    }
  gtk_label_set_text (self->message_label, text->str);
}

static void
update (GramStatusStrip *self)
{
  GramSession *session = gram_document_get_session (self->document);
  const GramProgress *progress = gram_session_get_progress (session);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  GramState state = gram_session_get_state (session);
  GramRun *run = gram_session_get_run (session);
  g_autofree char *text = gram_words_progress (state, progress);
  const char *device = analysis != NULL ? analysis->device : NULL;

  self->pace = gram_pace_now ();
  for (GramStage stage = GRAM_STAGE_KERNEL; stage <= GRAM_STAGE_SPECTRUM; stage++)
    show_stage (self, stage, analysis, progress);
  show_bar (self, state, progress);
  show_message (self, state);
  gtk_label_set_text (self->run_label, text);
  tell (self, state, text);
  if (run != NULL && run->device != NULL)
    device = run->device;
  gtk_label_set_text (self->device_label, device != NULL ? device : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->device_label), device);
}

static void queue_update (GramStatusStrip *self);

/* Asks again how long to wait: when the wait was set, the time that drawing takes was not known. */
static gboolean
waited_cb (gpointer user_data)
{
  GramStatusStrip *self = user_data;

  self->wait_id = 0;
  queue_update (self);
  return G_SOURCE_REMOVE;
}

/* Numbers that change all the time are shown as often as training can bear. */
static void
queue_update (GramStatusStrip *self)
{
  guint wait;

  if (self->wait_id != 0)
    return;
  wait = gram_pace_wait (self->pace, gram_pace_now (), g_get_num_processors ());
  if (wait == 0)
    update (self);
  else
    self->wait_id = g_timeout_add (wait, waited_cb, self);
}

static void
gram_status_strip_bind (GramPane *pane)
{
  GramStatusStrip *self = GRAM_STATUS_STRIP (pane);

  self->document = gram_pane_get_document (pane);
  gram_document_watch (self->document, self, G_CALLBACK (update), "state-changed",
                       "analysis-changed", "problem-changed", NULL);
  gram_document_watch (self->document, self, G_CALLBACK (queue_update), "run-changed", "progress",
                       "sweep-changed", NULL);
  g_signal_connect_object (gram_document_get_jobs (self->document), "changed",
                           G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  gram_pane_set_document (self->jobs, self->document);
  update (self);
}

/* A strip that is not to be seen has no list to open. */
static void
show_jobs_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_widget_get_mapped (widget))
    gtk_menu_button_popup (GRAM_STATUS_STRIP (widget)->jobs_button);
}

static void
gram_status_strip_dispose (GObject *object)
{
  GramStatusStrip *self = GRAM_STATUS_STRIP (object);

  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_clear_handle_id (&self->pulse_id, g_source_remove);
  G_OBJECT_CLASS (gram_status_strip_parent_class)->dispose (object);
}

static void
gram_status_strip_class_init (GramStatusStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_status_strip_bind;
  G_OBJECT_CLASS (klass)->dispose = gram_status_strip_dispose;
  g_type_ensure (gram_jobs_view_get_type ());
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-status-strip"));
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, stages);
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, jobs_button);
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, jobs);
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, bar);
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, message_label);
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, run_label);
  gtk_widget_class_bind_template_child (widget_class, GramStatusStrip, device_label);
  gtk_widget_class_install_action (widget_class, "jobs.show", NULL, show_jobs_action);
}

static void
gram_status_strip_init (GramStatusStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (GramStage stage = GRAM_STAGE_KERNEL; stage <= GRAM_STAGE_SPECTRUM; stage++)
    {
      GtkWidget *label = gtk_label_new (gram_stage_label (stage));

      if (stage > GRAM_STAGE_KERNEL)
        {
          GtkWidget *arrow = gtk_label_new ("→");

          gtk_widget_add_css_class (arrow, "dim-label");
          gtk_box_append (self->stages, arrow);
        }
      gtk_widget_add_css_class (label, "gram-stage");
      gtk_box_append (self->stages, label);
      self->stage[stage - 1] = label;
    }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->run_label),
                               _ ("Steps k of gradient descent (Eq 5), steps a second, and the "
                                  "time to the target that Eq 8 predicts"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->run_label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Training progress"), -1);
}
