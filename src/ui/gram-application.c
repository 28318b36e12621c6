/* gram-application.c: the program: one window, actions that D-Bus and people share
 *
 * SPDX-License-Identifier: MIT
 *
 * All actions are reachable with
 * `gapplication action io.github.gramscope.Gramscope NAME [PARAMETER]`. The state of the action
 * “status” is a dictionary of what the window shows; scripts read it with org.gtk.Actions.Describe.
 * Keys and places in the menus: gram-actions.c.
 */
#include "gram-config.h"

#include "gram-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <math.h>

#include "gram-actions.h"
#include "gram-catalogue.h"
#include "gram-dialogs.h"
#include "gram-error.h"
#include "gram-message.h"
#include "gram-pages.h"
#include "gram-shortcuts.h"
#include "gram-store.h"
#include "gram-view-model.h"
#include "gram-window.h"

struct _GramApplication
{
  AdwApplication parent_instance;
  GramDocument *document; /* (nullable) of the window that was opened last */
  guint publish_id;
};

G_DEFINE_FINAL_TYPE (GramApplication, gram_application, ADW_TYPE_APPLICATION)

/* ---------- what scripts see ---------- */

/* Returns: (nullable): the window, if there is one */
static GramWindow *
find_window (gpointer application)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (GRAM_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static void
insert_pages (GVariantDict *dict)
{
  guint count;
  const GramPageInfo *pages = gram_page_list (&count);
  GVariantBuilder ids;

  g_variant_builder_init (&ids, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < count; i++)
    g_variant_builder_add (&ids, "s", pages[i].id);
  g_variant_dict_insert_value (dict, "pages", g_variant_builder_end (&ids));
}

/* Those that stay, and which of them are drawn. */
static void
insert_runs (GVariantDict *dict, GramRunList *runs)
{
  g_autoptr (GPtrArray) shown = gram_run_list_get_shown (runs);
  GVariantBuilder all, drawn;

  g_variant_builder_init (&all, G_VARIANT_TYPE_STRING_ARRAY);
  g_variant_builder_init (&drawn, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < gram_run_list_get_length (runs); i++)
    g_variant_builder_add (&all, "s", gram_run_list_get (runs, i)->title);
  for (guint i = 0; i < shown->len; i++)
    g_variant_builder_add (&drawn, "s", ((GramKeptRun *) g_ptr_array_index (shown, i))->title);
  g_variant_dict_insert_value (dict, "runs", g_variant_builder_end (&all));
  g_variant_dict_insert_value (dict, "runs-shown", g_variant_builder_end (&drawn));
}

static GVariant *
describe (GramDocument *document, GramWindow *window)
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
  g_variant_dict_insert (&dict, "page", "s", gram_window_get_page_id (window));
  insert_pages (&dict);
  insert_runs (&dict, gram_session_get_runs (session));
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
  GramApplication *self = user_data;
  GActionMap *map = G_ACTION_MAP (self);
  GramWindow *window = find_window (self);

  self->publish_id = 0;
  if (window == NULL)
    return G_SOURCE_REMOVE;
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "undo")),
                               gram_document_can_undo (self->document));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "redo")),
                               gram_document_can_redo (self->document));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "status")),
                             describe (self->document, window));
  return G_SOURCE_REMOVE;
}

/* Has the action “status” tell soon what the window shows now. */
static void
publish (GramApplication *self)
{
  if (self->publish_id == 0)
    self->publish_id = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 250, publish_cb,
                                           g_object_ref (self), g_object_unref);
}

/* Keeps the action “status” at what @window shows. */
static void
watch (GramApplication *self, GramWindow *window)
{
  gram_document_watch (self->document, self, G_CALLBACK (publish), "state-changed",
                       "problem-changed", "analysis-changed", "run-changed", "runs-changed",
                       "settings-changed", NULL);
  g_signal_connect_object (window, "page-changed", G_CALLBACK (publish), self, G_CONNECT_SWAPPED);
  publish (self);
}

/* ---------- the window ---------- */

/* Photographs when the machine has them, else the built-in digits. */
static const char *
first_choice (void)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup ("fashion-mnist");
  g_autofree char *place = entry != NULL ? gram_catalogue_find (entry, NULL) : NULL;

  return place != NULL ? "dataset=fashion-mnist" : "dataset=glyphs";
}

/* The first thing on screen: the last choices, or what the machine has. */
static void
load_first (GramApplication *self)
{
  GSettings *store = gram_store_get ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (store != NULL && g_settings_get_boolean (store, "restore-settings"))
    text = g_settings_get_string (store, "settings");
  /* settings that another version wrote may be unreadable: then start with the first choice */
  if (text == NULL || *text == '\0' || !gram_document_load (self->document, text, &error))
    gram_document_load (self->document, first_choice (), NULL);
}

/* Returns: the window, made when there is none yet */
static GramWindow *
get_window (GramApplication *self)
{
  GramWindow *window = find_window (self);

  if (window != NULL)
    return window;
  g_clear_object (&self->document);
  self->document = gram_document_new ();
  window = gram_window_new (GTK_APPLICATION (self), self->document);
  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (window),
                                           gram_shortcuts_window_new ());
  watch (self, window);
  gtk_window_present (GTK_WINDOW (window));
  load_first (self);
  gram_window_start_recovery (window);
  return window;
}

/* ---------- actions ---------- */

static GramDocument *
get_document (gpointer application)
{
  return gram_window_get_document (get_window (application));
}

static void
load_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramWindow *window = get_window (application);
  g_autoptr (GError) error = NULL;

  if (!gram_document_load (gram_window_get_document (window),
                           g_variant_get_string (parameter, NULL), &error))
    gram_window_tell (window, _ ("These Settings Cannot Be Used"), error);
}

/* What one call does, to the document, to the window or with a text. */
static const struct
{
  const char *action;
  void (*on_document) (GramDocument *document);
  void (*on_window) (GtkWindow *window);
  void (*with_text) (GramWindow *window, const char *text);
} calls[] = {
  { "pause", .on_document = gram_document_pause },
  { "step", .on_document = gram_document_step },
  { "reset", .on_document = gram_document_reset },
  { "undo", .on_document = gram_document_undo },
  { "redo", .on_document = gram_document_redo },
  { "preferences", .on_window = gram_show_preferences },
  { "about", .on_window = gram_show_about },
  { "help", .on_window = gram_show_help },
  { "export", .with_text = gram_window_export_to },
  { "save-session", .with_text = gram_window_save_session },
  { "open-session", .with_text = gram_window_open_path },
};

static void
call_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramWindow *window = get_window (application);
  gsize i = 0;

  while (!g_str_equal (calls[i].action, g_action_get_name (G_ACTION (action))))
    i++;
  if (calls[i].on_document != NULL)
    calls[i].on_document (gram_window_get_document (window));
  else if (calls[i].on_window != NULL)
    calls[i].on_window (GTK_WINDOW (window));
  else
    calls[i].with_text (window, g_variant_get_string (parameter, NULL));
}

/* What people and scripts start, not the tour */
static void
start (GramWindow *window)
{
  gram_document_start (gram_window_get_document (window));
  g_action_group_activate_action (G_ACTION_GROUP (window), "data-chosen", NULL);
}

static void
start_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  start (get_window (application));
}

static void
tour_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gram_window_start_tour (get_window (application));
}

static void
toggle_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramDocument *document = get_document (application);

  if (gram_session_get_state (gram_document_get_session (document)) == GRAM_STATE_TRAINING)
    gram_document_pause (document);
  else
    start (get_window (application));
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
  GramWindow *window = get_window (application);
  const char *id = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;

  if (gram_window_show_page (window, id))
    return;
  g_set_error (&error, GRAM_ERROR, GRAM_ERROR_USAGE, _ ("There is no page “%s”."), id);
  gram_window_tell (window, _ ("No Such Page"), error);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GramWindow *window = find_window (application);

  if (window != NULL)
    {
      /* what is shown inside it would be closed instead of it */
      gram_message_close_all (GTK_WIDGET (window));
      gtk_window_close (GTK_WINDOW (window)); /* which asks first when a run goes on */
    }
  else
    g_application_quit (application);
}

static const GActionEntry entries[] = {
  { "load", load_action, "s" },
  { "start", start_action },
  { "pause", call_action },
  { "toggle", toggle_action },
  { "step", call_action },
  { "reset", call_action },
  { "random-fraction", rho_action, "d" },
  { "page", page_action, "s" },
  { "export", call_action, "s" },
  { "save-session", call_action, "s" },
  { "open-session", call_action, "s" },
  { "undo", call_action },
  { "redo", call_action },
  { "tour", tour_action },
  { "preferences", call_action },
  { "about", call_action },
  { "help", call_action },
  { "quit", quit_action },
};

static void
install_actions (GramApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);
  g_autoptr (GSimpleAction) status =
      g_simple_action_new_stateful ("status", NULL,
                                    g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  guint count;
  const GramActionInfo *actions = gram_actions_list (&count);
  const GramPageInfo *pages;

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (status));
  for (guint i = 0; i < count; i++)
    gtk_application_set_accels_for_action (application, actions[i].name, actions[i].keys);
  pages = gram_page_list (&count);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name = g_strconcat ("app.page::", pages[i].id, NULL);
      g_autofree char *key = g_strdup_printf ("<Alt>%u", i + 1);

      gtk_application_set_accels_for_action (application, name, (const char *const[]){ key, NULL });
    }
}

/* ---------- life ---------- */

static void
gram_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (GRAM_APPLICATION (application))));
}

static void
gram_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GramWindow *window = get_window (GRAM_APPLICATION (application));

  gtk_window_present (GTK_WINDOW (window));
  gram_window_open_files (window, files, (guint) n_files);
}

static void
style_changed_cb (GSettings *store)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[g_settings_get_enum (store, "style")]);
}

static void
add_fallback_colors (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/gramscope/Gramscope/fallback.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_FALLBACK);
}

/* Logging out, a service manager, Ctrl+C: nobody is there to answer a question. */
static gboolean
signalled_cb (gpointer application)
{
  GramWindow *window = find_window (application);

  if (window != NULL)
    gram_window_leave (window);
  else
    g_application_quit (application);
  return G_SOURCE_CONTINUE;
}

static void
gram_application_startup (GApplication *application)
{
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  GSettings *store;

  G_APPLICATION_CLASS (gram_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (GRAM_APP_ID);
  add_fallback_colors ();
  /* the help would open with its first paragraph selected */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  install_actions (GRAM_APPLICATION (application));
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], signalled_cb, application);
  store = gram_store_get ();
  if (store != NULL)
    {
      g_signal_connect_object (store, "changed::style", G_CALLBACK (style_changed_cb), application,
                               0);
      style_changed_cb (store);
    }
}

static void
gram_application_dispose (GObject *object)
{
  g_clear_object (&GRAM_APPLICATION (object)->document);
  G_OBJECT_CLASS (gram_application_parent_class)->dispose (object);
}

static void
gram_application_class_init (GramApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_application_dispose;
  application_class->activate = gram_application_activate;
  application_class->open = gram_application_open;
  application_class->startup = gram_application_startup;
}

static void
gram_application_init (GramApplication *self)
{
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("See why wide networks learn true labels fast and random ones "
                               "slowly."));
}

GramApplication *
gram_application_new (void)
{
  return g_object_new (GRAM_TYPE_APPLICATION, "application-id", GRAM_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/gramscope/Gramscope", NULL);
}
