/* gram-jobs-view.c: the list of what runs
 *
 * SPDX-License-Identifier: MIT
 *
 * It is followed while it can be seen.
 */
#include "gram-config.h"

#include "gram-job-row.h"
#include "gram-pane.h"

#define UPDATE_MS 250

#define GRAM_TYPE_JOBS_VIEW (gram_jobs_view_get_type ())
G_DECLARE_FINAL_TYPE (GramJobsView, gram_jobs_view, GRAM, JOBS_VIEW, GramPane)

struct _GramJobsView
{
  GramPane parent_instance;
  GtkListBox *rows;
  GtkLabel *empty;
  guint update_id;
};

G_DEFINE_FINAL_TYPE (GramJobsView, gram_jobs_view, GRAM_TYPE_PANE)

static gboolean
contains (GPtrArray *jobs, GramJobRow *row)
{
  for (guint i = 0; i < jobs->len; i++)
    if (gram_job_row_is_of (row, g_ptr_array_index (jobs, i)))
      return TRUE;
  return FALSE;
}

/* Rows that are there already stay, and with them the focus. */
static void
update (GramJobsView *self)
{
  GramJobList *list = gram_document_get_jobs (gram_pane_get_document (self));
  g_autoptr (GPtrArray) jobs = gram_job_list_get (list);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->rows, i)) != NULL;)
    if (contains (jobs, GRAM_JOB_ROW (row)))
      i++;
    else
      gtk_list_box_remove (self->rows, GTK_WIDGET (row));
  for (guint i = 0; i < jobs->len; i++)
    {
      const GramListedJob *job = g_ptr_array_index (jobs, i);

      row = gtk_list_box_get_row_at_index (self->rows, (int) i);
      if (row != NULL && gram_job_row_is_of (GRAM_JOB_ROW (row), job))
        gram_job_row_update (GRAM_JOB_ROW (row), job);
      else
        gtk_list_box_insert (self->rows, gram_job_row_new (list, job), (int) i);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->rows), jobs->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), jobs->len == 0);
}

static gboolean
update_cb (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
gram_jobs_view_map (GtkWidget *widget)
{
  GramJobsView *self = GRAM_JOBS_VIEW (widget);

  update (self);
  self->update_id = g_timeout_add (UPDATE_MS, update_cb, self);
  GTK_WIDGET_CLASS (gram_jobs_view_parent_class)->map (widget);
}

static void
gram_jobs_view_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&GRAM_JOBS_VIEW (widget)->update_id, g_source_remove);
  GTK_WIDGET_CLASS (gram_jobs_view_parent_class)->unmap (widget);
}

static void
gram_jobs_view_bind (GramPane *pane)
{
  update (GRAM_JOBS_VIEW (pane));
}

static void
gram_jobs_view_class_init (GramJobsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_jobs_view_bind;
  widget_class->map = gram_jobs_view_map;
  widget_class->unmap = gram_jobs_view_unmap;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-jobs-view"));
  gtk_widget_class_bind_template_child (widget_class, GramJobsView, rows);
  gtk_widget_class_bind_template_child (widget_class, GramJobsView, empty);
}

static void
gram_jobs_view_init (GramJobsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
