/* gram-compute-panel.c: the group “Compute” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gram-size.h"
#include "gram-device.h"
#include "gram-pane.h"
#include "gram-server-list.h"
#include "gram-words.h"

#define GRAM_TYPE_COMPUTE_PANEL (gram_compute_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramComputePanel, gram_compute_panel, GRAM, COMPUTE_PANEL, GramPane)

struct _GramComputePanel
{
  GramPane parent_instance;
  AdwComboRow *device_row, *formulation_row;
  GtkLabel *memory_label, *why_label;
  GtkLevelBar *memory_bar;
  GramDocument *document; /* borrowed: the pane’s */
  GPtrArray *devices;     /* of char *: the setting that each line stands for */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (GramComputePanel, gram_compute_panel, GRAM_TYPE_PANE)

static void
add_device (GramComputePanel *self, GtkStringList *model, const GramBackendVTable *backend,
            guint index)
{
  g_autoptr (GError) error = NULL; /* a device that cannot be described is named by its backend */
  GramDeviceInfo info = { 0 };
  g_autofree char *id =
      index == 0 ? g_strdup (backend->name) : g_strdup_printf ("%s:%u", backend->name, index);
  g_autofree char *title = NULL;

  if (backend->describe (index, &info, &error) && info.name[0] != '\0')
    title = g_strdup_printf ("%s: %s", backend->title, info.name);
  gtk_string_list_append (model, title != NULL ? title : id);
  g_ptr_array_add (self->devices, g_steal_pointer (&id));
}

/* Nothing connects to it before it is chosen. */
static void
add_server (GramComputePanel *self, GtkStringList *model, const char *id)
{
  const char *colon = strchr (id, ':');
  /* Translators: %s is a server */
  g_autofree char *title =
      g_strdup_printf (_ ("%s, connects when used"), colon != NULL ? colon + 1 : id);

  gtk_string_list_append (model, title);
  g_ptr_array_add (self->devices, g_strdup (id));
}

/* Those that have a name here, and one that has none any more but is still chosen */
static void
add_servers (GramComputePanel *self, GtkStringList *model)
{
  const char *chosen = gram_document_get_settings (self->document)->device;
  GtkStringList *names = gram_server_list_get ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (names)); i++)
    {
      g_autofree char *id = g_strconcat ("remote:", gtk_string_list_get_string (names, i), NULL);

      add_server (self, model, id);
    }
  if (gram_device_lies_elsewhere (chosen)
      && !g_ptr_array_find_with_equal_func (self->devices, chosen, g_str_equal, NULL))
    add_server (self, model, chosen);
}

static void
list_devices (GramComputePanel *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->devices, 0);
  gtk_string_list_append (model, _ ("Automatic"));
  g_ptr_array_add (self->devices, g_strdup ("auto"));
  for (guint i = 0; i < gram_backend_count (); i++)
    {
      const GramBackendVTable *backend = gram_backend_get (i);

      for (guint j = 0; j < backend->count_devices (); j++)
        add_device (self, model, backend, j);
    }
  add_servers (self, model);
  self->updating = TRUE;
  adw_combo_row_set_model (self->device_row, G_LIST_MODEL (model));
  self->updating = FALSE;
}

static void
chosen_cb (GramComputePanel *self)
{
  GramSettings *settings;
  guint device = adw_combo_row_get_selected (self->device_row);

  if (self->updating || device >= self->devices->len)
    return;
  settings = gram_document_edit (self->document);
  g_free (settings->device);
  settings->device = g_strdup (self->devices->pdata[device]);
  settings->formulation = adw_combo_row_get_selected (self->formulation_row);
  gram_document_commit (self->document, settings, "compute");
}

static void
settings_changed_cb (GramComputePanel *self)
{
  const GramSettings *settings = gram_document_get_settings (self->document);
  guint device = 0;

  for (guint i = 0; i < self->devices->len; i++)
    if (g_str_equal (self->devices->pdata[i], settings->device))
      device = i;
  self->updating = TRUE;
  adw_combo_row_set_selected (self->device_row, device);
  adw_combo_row_set_selected (self->formulation_row, settings->formulation);
  self->updating = FALSE;
}

/* What the run will take, or why there can be none, before anything is allocated. */
static void
update_memory (GramComputePanel *self)
{
  GramSession *session = gram_document_get_session (self->document);
  const GError *error = gram_session_get_plan_error (session);
  GramTrainerPlan plan;
  guint64 available = gram_memory_available ();
  g_autofree char *text = NULL;

  if (!gram_session_get_plan (session, &plan))
    {
      gtk_label_set_text (self->memory_label, "–");
      g_autofree char *why = gram_words_sentence (error != NULL ? error->message : "");

      gtk_label_set_text (self->why_label, why);
      gtk_widget_set_visible (GTK_WIDGET (self->why_label), error != NULL);
      gtk_level_bar_set_value (self->memory_bar, 0);
      return;
    }
  text = gram_words_bytes_of (plan.bytes, available);
  gtk_label_set_text (self->memory_label, text);
  gtk_label_set_text (self->why_label, plan.why);
  gtk_widget_set_visible (GTK_WIDGET (self->why_label), plan.why[0] != '\0');
  gtk_level_bar_set_value (self->memory_bar,
                           available > 0 ? MIN (1, (double) plan.bytes / (double) available) : 0);
}

static void
servers_changed_cb (GramComputePanel *self)
{
  list_devices (self);
  settings_changed_cb (self);
}

static void
gram_compute_panel_bind (GramPane *pane)
{
  GramComputePanel *self = GRAM_COMPUTE_PANEL (pane);

  self->document = gram_pane_get_document (pane);
  list_devices (self);
  gram_document_watch (self->document, self, G_CALLBACK (settings_changed_cb), "settings-changed",
                       NULL);
  g_signal_connect_object (gram_server_list_get (), "items-changed",
                           G_CALLBACK (servers_changed_cb), self, G_CONNECT_SWAPPED);
  gram_document_watch (self->document, self, G_CALLBACK (update_memory), "problem-changed",
                       "plan-changed", "state-changed", NULL);
  settings_changed_cb (self);
  update_memory (self);
}

static void
gram_compute_panel_dispose (GObject *object)
{
  GramComputePanel *self = GRAM_COMPUTE_PANEL (object);

  g_clear_pointer (&self->devices, g_ptr_array_unref);
  G_OBJECT_CLASS (gram_compute_panel_parent_class)->dispose (object);
}

static void
gram_compute_panel_class_init (GramComputePanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_compute_panel_bind;
  G_OBJECT_CLASS (klass)->dispose = gram_compute_panel_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-compute-panel"));
  gtk_widget_class_bind_template_child (widget_class, GramComputePanel, device_row);
  gtk_widget_class_bind_template_child (widget_class, GramComputePanel, formulation_row);
  gtk_widget_class_bind_template_child (widget_class, GramComputePanel, memory_label);
  gtk_widget_class_bind_template_child (widget_class, GramComputePanel, why_label);
  gtk_widget_class_bind_template_child (widget_class, GramComputePanel, memory_bar);
}

static void
gram_compute_panel_init (GramComputePanel *self)
{
  self->devices = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  /* “full” must look like a warning and “low” must not */
  gtk_level_bar_add_offset_value (self->memory_bar, GTK_LEVEL_BAR_OFFSET_LOW, 0);
  g_signal_connect_swapped (self->device_row, "notify::selected", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->formulation_row, "notify::selected", G_CALLBACK (chosen_cb),
                            self);
}
