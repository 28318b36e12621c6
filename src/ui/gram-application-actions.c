/* gram-application-actions.c: the actions that menus, shortcuts and D-Bus share
 *
 * SPDX-License-Identifier: MIT
 *
 * All are reachable with `gapplication action io.github.gramscope.Gramscope NAME [PARAMETER]`.
 * The state of the action “status” is a dictionary of what the window shows; scripts read it with
 * org.gtk.Actions.Describe.
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-application.h"
#include "gram-dialogs.h"
#include "gram-error.h"
#include "gram-window-export.h"
#include "gram-view-model.h"

static GramDocument *
get_document (gpointer application)
{
  return gram_window_get_document (gram_application_get_window (application));
}

static void
load_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramWindow *window = gram_application_get_window (application);
  g_autoptr (GError) error = NULL;

  if (!gram_document_load (gram_window_get_document (window),
                           g_variant_get_string (parameter, NULL), &error))
    gram_window_tell (window, _ ("These Settings Cannot Be Used"), error);
}

static void
start_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_document_start (get_document (application));
}

static void
pause_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_document_pause (get_document (application));
}

static void
toggle_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramDocument *document = get_document (application);

  if (gram_session_get_state (gram_document_get_session (document)) == GRAM_STATE_TRAINING)
    gram_document_pause (document);
  else
    gram_document_start (document);
}

static void
step_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_document_step (get_document (application));
}

static void
reset_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_document_reset (get_document (application));
}

static void
rho_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  double rho = g_variant_get_double (parameter);

  if (isfinite (rho))
    gram_document_set_rho (get_document (application), rho);
}

static void
page_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramWindow *window = gram_application_get_window (application);
  const char *id = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;

  if (gram_window_show_page (window, id))
    return;
  g_set_error (&error, GRAM_ERROR, GRAM_ERROR_USAGE, _ ("There is no page “%s”."), id);
  gram_window_tell (window, _ ("No Such Page"), error);
}

static void
export_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_window_export_to (gram_application_get_window (application),
                         g_variant_get_string (parameter, NULL));
}

static void
save_session_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_window_save_session (gram_application_get_window (application),
                            g_variant_get_string (parameter, NULL));
}

static void
open_session_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_window_open_path (gram_application_get_window (application),
                         g_variant_get_string (parameter, NULL));
}

static void
undo_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_document_undo (get_document (application));
}

static void
redo_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_document_redo (get_document (application));
}

static void
tour_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_window_start_tour (gram_application_get_window (application));
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_show_preferences (GTK_WINDOW (gram_application_get_window (application)));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_show_about (GTK_WINDOW (gram_application_get_window (application)));
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_show_help (GTK_WINDOW (gram_application_get_window (application)));
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  /* the window asks first when a run goes on */
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (GRAM_IS_WINDOW (l->data))
      {
        gtk_window_close (l->data);
        return;
      }
  g_application_quit (application);
}

static const GActionEntry entries[] = {
  { "load", load_action, "s" },
  { "start", start_action },
  { "pause", pause_action },
  { "toggle", toggle_action },
  { "step", step_action },
  { "reset", reset_action },
  { "random-fraction", rho_action, "d" },
  { "page", page_action, "s" },
  { "export", export_action, "s" },
  { "save-session", save_session_action, "s" },
  { "open-session", open_session_action, "s" },
  { "undo", undo_action },
  { "redo", redo_action },
  { "tour", tour_action },
  { "preferences", preferences_action },
  { "about", about_action },
  { "help", help_action },
  { "quit", quit_action },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "app.toggle", { "<Control>Return", "F5" } },
  { "app.step", { "<Control>period" } },
  { "app.reset", { "<Control><Shift>r" } },
  { "app.undo", { "<Control>z" } },
  { "app.redo", { "<Control><Shift>z", "<Control>y" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.help", { "F1" } },
  { "app.quit", { "<Control>q" } },
  { "app.page::convergence", { "<Alt>1" } },
  { "app.page::spectrum", { "<Alt>2" } },
  { "app.page::generalization", { "<Alt>3" } },
  { "app.page::dynamics", { "<Alt>4" } },
  { "app.page::learnability", { "<Alt>5" } },
  { "app.page::samples", { "<Alt>6" } },
  { "app.tour", { "<Control>t" } },
  { "win.show-panel", { "F9" } },
  { "win.open", { "<Control>o" } },
  { "win.open-folder", { "<Control><Shift>o" } },
  { "win.save-as", { "<Control>s" } },
  { "win.export-as::png", { "<Control>e" } },
  { "win.show-help-overlay", { "<Control>question" } },
  { "window.close", { "<Control>w" } },
};

/* ---------- what scripts see ---------- */

static GVariant *
describe (GramApplication *application, GramDocument *document)
{
  GramSession *session = gram_document_get_session (document);
  const GramSettings *settings = gram_document_get_settings (document);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  GramProblem *problem = gram_session_get_problem (session);
  GramRun *run = gram_session_get_run (session);
  GramReadout readout = gram_readout_at (analysis, settings->eta, settings->rho);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s",
                         gram_state_to_string (gram_session_get_state (session)));
  g_variant_dict_insert (&dict, "stage", "s",
                         gram_stage_to_string (analysis != NULL ? analysis->stage
                                                                : GRAM_STAGE_NONE));
  g_variant_dict_insert (&dict, "dataset", "s", settings->dataset);
  g_variant_dict_insert (&dict, "class-a", "s", problem != NULL ? problem->class_names[0] : "");
  g_variant_dict_insert (&dict, "class-b", "s", problem != NULL ? problem->class_names[1] : "");
  g_variant_dict_insert (&dict, "n", "x", problem != NULL ? problem->n : (gint64) 0);
  g_variant_dict_insert (&dict, "step", "x", run != NULL ? run->steps : (gint64) 0);
  g_variant_dict_insert (&dict, "random-fraction", "d", settings->rho);
  g_variant_dict_insert (&dict, "complexity", "d", readout.complexity);
  g_variant_dict_insert (&dict, "eta", "d", settings->eta);
  g_variant_dict_insert (&dict, "stable-step", "d",
                         analysis != NULL ? gram_analysis_stable_step (analysis) : NAN);
  g_variant_dict_insert (&dict, "page", "s",
                         gram_window_get_page_id (gram_application_get_window (application)));
  for (guint i = 0; run != NULL && i < run->sets->len; i++)
    {
      GramRunSet *set = g_ptr_array_index (run->sets, i);
      g_autofree char *key = g_strconcat ("residual-", set->labels->name, NULL);

      g_variant_dict_insert (&dict, key, "d", gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL));
    }
  return g_variant_dict_end (&dict);
}

/* At most four times a second: D-Bus carries each change to everyone who listens. */
static gboolean
publish_cb (gpointer user_data)
{
  GramApplication *application = user_data;
  GramDocument *document = g_object_get_data (G_OBJECT (application), "watched");
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (application), "status");

  g_object_set_data (G_OBJECT (application), "publishing", NULL);
  if (document != NULL && gtk_application_get_windows (GTK_APPLICATION (application)) != NULL)
    {
      GAction *undo = g_action_map_lookup_action (G_ACTION_MAP (application), "undo");
      GAction *redo = g_action_map_lookup_action (G_ACTION_MAP (application), "redo");

      g_simple_action_set_enabled (G_SIMPLE_ACTION (undo), gram_document_can_undo (document));
      g_simple_action_set_enabled (G_SIMPLE_ACTION (redo), gram_document_can_redo (document));
      g_simple_action_set_state (G_SIMPLE_ACTION (action), describe (application, document));
    }
  return G_SOURCE_REMOVE;
}

/**
 * gram_application_publish:
 *
 * Has the action “status” tell soon what the window shows now.
 */
void
gram_application_publish (GramApplication *application)
{
  if (g_object_get_data (G_OBJECT (application), "publishing") != NULL)
    return;
  g_object_set_data (G_OBJECT (application), "publishing", GINT_TO_POINTER (TRUE));
  g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 250, publish_cb, g_object_ref (application),
                      g_object_unref);
}

/**
 * gram_application_watch:
 *
 * Keeps the action “status” at what @document shows.
 */
void
gram_application_watch (GramApplication *application, GramDocument *document)
{
  static const char *const signals[] = { "state-changed", "problem-changed", "analysis-changed",
                                         "run-changed" };
  GramSession *session = gram_document_get_session (document);

  g_object_set_data_full (G_OBJECT (application), "watched", g_object_ref (document),
                          g_object_unref);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (session, signals[i], G_CALLBACK (gram_application_publish),
                             application, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "settings-changed", G_CALLBACK (gram_application_publish),
                           application, G_CONNECT_SWAPPED);
  gram_application_publish (application);
}

/**
 * gram_application_install_actions:
 */
void
gram_application_install_actions (GramApplication *application)
{
  g_autoptr (GSimpleAction) status =
      g_simple_action_new_stateful ("status", NULL,
                                    g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (status));
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action,
                                           accels[i].keys);
}
