/* gram-job-row.c: a job in the list of what runs: what, how far, how long still, and its end
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-job-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-pane.h"
#include "gram-readers.h"

struct _GramJobRow
{
  GtkListBoxRow parent_instance;
  GtkLabel *name, *text;
  GtkProgressBar *bar;
  GtkButton *button;
  GramJobList *list; /* borrowed: the document’s */
  GramJobKind kind;
  guint number;
};

G_DEFINE_FINAL_TYPE (GramJobRow, gram_job_row, GTK_TYPE_LIST_BOX_ROW)

static void
clicked_cb (GramJobRow *self)
{
  gram_job_list_toggle (self->list, self->kind, self->number);
}

gboolean
gram_job_row_is_of (GramJobRow *self, const GramListedJob *job)
{
  return self->kind == job->kind && self->number == job->number;
}

/* What the button does, and to what: there is one in every row. */
static void
show_button (GramJobRow *self, const GramListedJob *job)
{
  const char *label = job->halted                 ? _ ("_Continue")
                      : job->kind == GRAM_JOB_RUN ? _ ("_Pause")
                                                  : _ ("_Cancel");
  /* Translators: of a job, “Analysis”, as screen readers say it: what its button does */
  const char *format = job->halted                 ? _ ("Continue: %s")
                       : job->kind == GRAM_JOB_RUN ? _ ("Pause: %s")
                                                   : _ ("Cancel: %s");
  g_autofree char *name = g_strdup_printf (format, job->name);

  if (g_strcmp0 (gtk_button_get_label (self->button), label) != 0)
    gtk_button_set_label (self->button, label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !job->stopped);
  gram_readers_name (GTK_WIDGET (self->button), name);
}

/**
 * gram_job_row_update:
 *
 * Shows the job as it is now.
 */
void
gram_job_row_update (GramJobRow *self, const GramListedJob *job)
{
  gtk_label_set_text (self->name, job->name);
  gtk_label_set_text (self->text, job->text);
  if (isfinite (job->fraction))
    gtk_progress_bar_set_fraction (self->bar, job->fraction);
  else if (!job->halted)
    gtk_progress_bar_pulse (self->bar);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), !job->halted);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, job->name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, job->text, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  job->name, -1);
  show_button (self, job);
}

static void
gram_job_row_class_init (GramJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-job-row"));
  gtk_widget_class_bind_template_child (widget_class, GramJobRow, name);
  gtk_widget_class_bind_template_child (widget_class, GramJobRow, text);
  gtk_widget_class_bind_template_child (widget_class, GramJobRow, bar);
  gtk_widget_class_bind_template_child (widget_class, GramJobRow, button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
gram_job_row_init (GramJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gram_job_row_new (GramJobList *list, const GramListedJob *job)
{
  GramJobRow *self = g_object_new (GRAM_TYPE_JOB_ROW, NULL);

  self->list = list;
  self->kind = job->kind;
  self->number = job->number;
  gram_job_row_update (self, job);
  return GTK_WIDGET (self);
}
