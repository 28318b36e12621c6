/* gram-servers-group.c: the group “Servers” of Preferences
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-servers-group.h"

#include "gram-pane.h"
#include "gram-server-list.h"
#include "gram-server-row.h"
#include "gram-words.h"

struct _GramServersGroup
{
  AdwPreferencesGroup parent_instance;
  AdwExpanderRow *expander;
  GtkEditable *text_row, *name_row;
  GtkLabel *problem;
  GPtrArray *rows; /* of GtkWidget, borrowed */
};

G_DEFINE_FINAL_TYPE (GramServersGroup, gram_servers_group, ADW_TYPE_PREFERENCES_GROUP)

/* The row that adds one stays the last. */
static void
update_rows (GramServersGroup *self)
{
  g_autoptr (GtkWidget) expander = g_object_ref (GTK_WIDGET (self->expander));
  GtkStringList *names = gram_server_list_get ();
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);
  guint count = g_list_model_get_n_items (G_LIST_MODEL (names));

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  adw_preferences_group_remove (group, expander);
  for (guint i = 0; i < count; i++)
    {
      GtkWidget *row = gram_server_row_new (gtk_string_list_get_string (names, i));

      adw_preferences_group_add (group, row);
      g_ptr_array_add (self->rows, row);
    }
  adw_preferences_group_add (group, expander);
}

static char *
get_typed (GtkEditable *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (row)));
}

static void
add_cb (GramServersGroup *self)
{
  g_autofree char *name = get_typed (self->name_row), *text = get_typed (self->text_row);
  g_autofree char *problem = NULL;
  g_autoptr (GError) error = NULL;

  if (gram_server_list_add (name, text, &error))
    {
      gtk_editable_set_text (self->name_row, "");
      gtk_editable_set_text (self->text_row, "");
      adw_expander_row_set_expanded (self->expander, FALSE);
    }
  else
    problem = gram_words_sentence (error->message);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
gram_servers_group_finalize (GObject *object)
{
  g_ptr_array_unref (GRAM_SERVERS_GROUP (object)->rows);
  G_OBJECT_CLASS (gram_servers_group_parent_class)->finalize (object);
}

static void
gram_servers_group_class_init (GramServersGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gram_servers_group_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-servers-group"));
  gtk_widget_class_bind_template_child (widget_class, GramServersGroup, expander);
  gtk_widget_class_bind_template_child (widget_class, GramServersGroup, text_row);
  gtk_widget_class_bind_template_child (widget_class, GramServersGroup, name_row);
  gtk_widget_class_bind_template_child (widget_class, GramServersGroup, problem);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
gram_servers_group_init (GramServersGroup *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gram_server_list_get (), "items-changed", G_CALLBACK (update_rows), self,
                           G_CONNECT_SWAPPED);
  update_rows (self);
}
