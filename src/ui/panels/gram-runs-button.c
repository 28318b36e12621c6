/* gram-runs-button.c: the list of runs, behind a button that says how many stay
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-pane.h"
#include "gram-run-row.h"
#include "gram-words.h"

#define GRAM_TYPE_RUNS_BUTTON (gram_runs_button_get_type ())
G_DECLARE_FINAL_TYPE (GramRunsButton, gram_runs_button, GRAM, RUNS_BUTTON, GramPane)

struct _GramRunsButton
{
  GramPane parent_instance;
  GtkMenuButton *button;
  GtkPopover *popover;
  GtkListBox *list;
  GtkLabel *count, *empty;
};

G_DEFINE_FINAL_TYPE (GramRunsButton, gram_runs_button, GRAM_TYPE_PANE)

static GramRunRow *
row_at (GramRunsButton *self, guint index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) index);

  return row != NULL ? GRAM_RUN_ROW (row) : NULL;
}

static void
show_count (GramRunsButton *self, guint kept)
{
  g_autofree char *count = gram_words_count (kept);
  g_autofree char *name = g_strdup_printf (_ ("Runs: %s stay"), count);

  gtk_label_set_text (self->count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->count), kept > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  kept > 0 ? name : _ ("Runs"), -1);
}

/* A row a run, the one that is there first and the others from the latest on. Rows that are there
 * already stay, and with them the focus and an open menu. */
static void
update_rows (GramRunsButton *self)
{
  GramDocument *document = gram_pane_get_document (self);
  GramRunList *runs = gram_session_get_runs (gram_pane_get_session (self));
  guint kept = gram_run_list_get_length (runs), rows = 0;
  gboolean present = gram_document_get_step (document) > 0;

  for (guint i = 0; i < kept + 1; i++)
    {
      guint number = i > 0 ? gram_run_list_get (runs, kept - i)->number : 0;
      GramRunRow *row;

      if (i == 0 && !present)
        continue;
      while ((row = row_at (self, rows)) != NULL && gram_run_row_get_number (row) != number
             && (gram_run_row_get_number (row) == 0
                 || gram_run_list_find (runs, gram_run_row_get_number (row)) == NULL))
        gtk_list_box_remove (self->list, GTK_WIDGET (row));
      if (row == NULL || gram_run_row_get_number (row) != number)
        gtk_list_box_insert (self->list, gram_run_row_new (document, number), (int) rows);
      else
        gram_run_row_update (row);
      rows++;
    }
  for (GramRunRow *row; (row = row_at (self, rows)) != NULL;)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  gtk_widget_set_visible (GTK_WIDGET (self->list), rows > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), kept == 0);
  show_count (self, kept);
}

/* The run that goes on is followed only while people look. */
static void
run_changed_cb (GramRunsButton *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->popover)))
    update_rows (self);
}

static void
gram_runs_button_bind (GramPane *pane)
{
  GramRunsButton *self = GRAM_RUNS_BUTTON (pane);

  gram_document_watch (gram_pane_get_document (pane), self, G_CALLBACK (update_rows),
                       "runs-changed", NULL);
  gram_document_watch (gram_pane_get_document (pane), self, G_CALLBACK (run_changed_cb),
                       "run-changed", "state-changed", NULL);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (update_rows), self);
  update_rows (self);
}

static void
popup_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (GRAM_RUNS_BUTTON (widget)->button);
}

static void
gram_runs_button_class_init (GramRunsButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_runs_button_bind;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-runs-button"));
  gtk_widget_class_bind_template_child (widget_class, GramRunsButton, button);
  gtk_widget_class_bind_template_child (widget_class, GramRunsButton, popover);
  gtk_widget_class_bind_template_child (widget_class, GramRunsButton, list);
  gtk_widget_class_bind_template_child (widget_class, GramRunsButton, count);
  gtk_widget_class_bind_template_child (widget_class, GramRunsButton, empty);
  gtk_widget_class_install_action (widget_class, "runs.show", NULL, popup_action);
}

static void
gram_runs_button_init (GramRunsButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
