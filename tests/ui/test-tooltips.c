/* test-tooltips.c: every number in the window says what it is and by which formula
 *
 * SPDX-License-Identifier: MIT
 *
 * Walks the widgets of each page and of the side panel, popovers that are closed included, and
 * looks for a tooltip on whatever shows a digit, or around it; then at the tables of values, the
 * preferences and the export dialog. Skipped without a display. That every listed action is there
 * is looked at as well.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "gram-actions.h"
#include "gram-application.h"
#include "gram-backend.h"
#include "gram-cpu.h"
#include "gram-message.h"
#include "gram-pages.h"

#define SECONDS 120

static GramApplication *application;

static gboolean
has_digit (const char *text)
{
  for (const char *c = text; c != NULL && *c != '\0'; c = g_utf8_next_char (c))
    if (g_ascii_isdigit (*c))
      return TRUE;
  return FALSE;
}

/* What a widget shows by itself: its children are looked at by themselves. */
static const char *
shown_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_TEXT (widget))
    return gtk_editable_get_text (GTK_EDITABLE (widget));
  return NULL;
}

/* Names of datasets and classes may have digits, explanations are sentences, and what the pointer
 * passes through cannot have a tooltip: that card says in words what its numbers are. */
static gboolean
is_exempt (GtkWidget *widget)
{
  const char *tip = gtk_widget_get_tooltip_text (widget);

  return !gtk_widget_get_can_target (widget) || ADW_IS_VIEW_SWITCHER_TITLE (widget)
         || ADW_IS_COMBO_ROW (widget) || GTK_IS_WINDOW_HANDLE (widget)
         || g_strcmp0 (tip, "What am I looking at?") == 0
         || g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkTooltipWindow");
}

static const char *
find_tooltip (GtkWidget *widget)
{
  for (; widget != NULL && !GTK_IS_WINDOW (widget); widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_tooltip_text (widget) != NULL)
      return gtk_widget_get_tooltip_text (widget);
  return NULL;
}

/* Memory, devices, stages, images of a class and pixels are counted and not computed by a formula.
 */
static gboolean
wants_formula (GtkWidget *widget)
{
  static const char *const plain[] = { "GramComputePanel", "GramClassTiles",
                                       "GramStatusStrip",  "AdwPreferencesWindow",
                                       "AdwMessageDialog", "AdwAlertDialog" };

  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
      if (g_str_equal (G_OBJECT_TYPE_NAME (widget), plain[i]))
        return FALSE;
  return TRUE;
}

/* Whether it says where the paper has the formula. A number of the program's own tells nobody. */
static gboolean
names_place (const char *tip)
{
  return g_regex_match_simple ("(Eq|Theorem|Lemma|Corollary|Section|Figure|Appendix) [0-9A-C]", tip,
                               0, 0)
         && !g_regex_match_simple ("number [0-9]", tip, 0, 0);
}

static guint
check_numbers (GtkWidget *widget, const char *page, GString *missing)
{
  const char *text = shown_text (widget), *tip;
  guint numbers = 0;

  if (is_exempt (widget))
    return 0;
  if (has_digit (text))
    {
      numbers++;
      tip = find_tooltip (widget);
      if (tip == NULL || *tip == '\0')
        g_string_append_printf (missing, "%s: “%s” has no tooltip\n", page, text);
      else if (wants_formula (widget) && !names_place (tip))
        g_string_append_printf (missing, "%s: the tooltip of “%s” names no formula: %s\n", page,
                                text, tip);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    numbers += check_numbers (child, page, missing);
  return numbers;
}

/* ---------- the window, driven by its actions ---------- */

static gboolean
status_is (const char *key, const char *text)
{
  g_autoptr (GVariant) status =
      g_action_group_get_action_state (G_ACTION_GROUP (application), "status");
  const char *value = NULL;

  return status != NULL && g_variant_lookup (status, key, "&s", &value)
         && g_str_equal (value, text);
}

static void
wait_for (const char *key, const char *text)
{
  gint64 end = g_get_monotonic_time () + SECONDS * G_USEC_PER_SEC;

  while (!status_is (key, text))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for %s = %s", key, text);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
}

static void
act (const char *action, const char *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (application), action,
                                  parameter != NULL ? g_variant_new_string (parameter) : NULL);
}

static void
settle (double seconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);

  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
}

/* What is made only when it is opened. */
static void
open_popovers (GtkWidget *widget)
{
  if (GTK_IS_MENU_BUTTON (widget) && gtk_widget_get_mapped (widget)
      && gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget)) != NULL
      && !GTK_IS_POPOVER_MENU (gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget))))
    {
      gtk_menu_button_popup (GTK_MENU_BUTTON (widget));
      settle (0.1);
      gtk_menu_button_popdown (GTK_MENU_BUTTON (widget));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    open_popovers (child);
}

static GtkWidget *
find_by_tooltip (GtkWidget *widget, const char *tip)
{
  GtkWidget *found = NULL;

  if (gtk_widget_get_mapped (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_by_tooltip (child, tip);
  return found;
}

/* The values of the page's figure, where it has one. */
static guint
check_table (GtkWidget *window, const char *page, GString *missing)
{
  GtkWidget *button = find_by_tooltip (window, "The values as a table");
  guint numbers;

  if (button == NULL)
    return 0;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  settle (0.5);
  numbers = check_numbers (window, page, missing);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  return numbers;
}

/* (nullable): the question that newer libraries show inside @widget, see gram-message.c */
static GtkWidget *
find_question (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwAlertDialog"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_question (child);
  return found;
}

/* The one other window that is open, or the question within this one; closes it. */
static guint
check_dialog (GtkWidget *window, const char *name, GString *missing)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  GtkWidget *question = find_question (window);
  guint numbers = 0;

  if (question != NULL)
    {
      g_autoptr (GtkWidget) content = NULL;

      g_object_get (question, "extra-child", &content, NULL);
      numbers += check_numbers (content, name, missing);
      gram_message_close (question);
      settle (0.5);
    }
  for (GList *l = windows; l != NULL; l = l->next)
    if (l->data != window && gtk_widget_get_visible (l->data))
      {
        GtkWidget *content = ADW_IS_MESSAGE_DIALOG (l->data)
                                 ? adw_message_dialog_get_extra_child (l->data)
                                 : l->data; /* the rest of it is a handle of the window */

        numbers += check_numbers (content, name, missing);
        gtk_window_destroy (l->data);
      }
  g_assert_cmpuint (numbers, >=, 3); /* width, height, dots per inch */
  return numbers;
}

/* What stands in a menu or has a key can be done. */
static void
test_actions (void)
{
  guint count;
  const GramActionInfo *actions = gram_actions_list (&count);
  GActionGroup *window;

  g_application_activate (G_APPLICATION (application));
  window = G_ACTION_GROUP (gtk_application_get_windows (GTK_APPLICATION (application))->data);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      const char *inner = strchr (actions[i].name, '.') + 1;

      g_assert_true (g_action_parse_detailed_name (inner, &name, &target, NULL));
      if (g_str_has_prefix (actions[i].name, "app."))
        g_assert_true (g_action_group_has_action (G_ACTION_GROUP (application), name));
      else if (g_str_has_prefix (actions[i].name, "win."))
        g_assert_true (g_action_group_has_action (window, name));
    }
}

static GtkWidget *
find_popover (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_POPOVER (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_popover (child);
  return found;
}

/* While the pointer is in a list or menu, GTK would show the tooltip of what it hangs on. */
static void
test_menus (void)
{
  static const char *const tips[] = {
    "The first n images of the two classes in the file, or a random subset drawn by the seed.",
    "Main menu",
  };
  GtkWidget *window;

  g_application_activate (G_APPLICATION (application));
  window = gtk_application_get_windows (GTK_APPLICATION (application))->data;
  settle (0.5);
  for (guint i = 0; i < G_N_ELEMENTS (tips); i++)
    {
      GtkWidget *owner = find_by_tooltip (window, tips[i]);
      GtkWidget *popover = owner != NULL ? find_popover (owner) : NULL;

      g_assert_nonnull (popover);
      gtk_popover_popup (GTK_POPOVER (popover));
      g_assert_false (gtk_widget_get_has_tooltip (owner));
      gtk_popover_popdown (GTK_POPOVER (popover));
      settle (0.5);
      g_assert_true (gtk_widget_get_has_tooltip (owner));
      g_assert_cmpstr (gtk_widget_get_tooltip_text (owner), ==, tips[i]);
    }
}

static void
test_numbers (void)
{
  guint count;
  const GramPageInfo *pages = gram_page_list (&count);
  g_autoptr (GString) missing = g_string_new (NULL);
  GtkWidget *window;
  guint numbers = 0;

  g_application_activate (G_APPLICATION (application));
  window = gtk_application_get_windows (GTK_APPLICATION (application))->data;
  act ("load", "dataset=glyphs n=100 test-samples=40 m=64 eta=5 steps=20");
  wait_for ("stage", "spectrum");
  act ("start", NULL);
  settle (1); /* η is far too large here: the warning is shown as well */
  for (guint i = 0; i < count; i++)
    {
      act ("page", pages[i].id);
      wait_for ("page", pages[i].id);
      settle (1);
      open_popovers (window);
      numbers += check_numbers (window, pages[i].id, missing);
      numbers += check_table (window, pages[i].id, missing);
    }
  act ("preferences", NULL);
  settle (0.5);
  numbers += check_dialog (window, "preferences", missing);
  act ("page", "convergence");
  wait_for ("page", "convergence");
  gtk_widget_activate_action (window, "win.export-as", "s", "png");
  settle (0.5);
  numbers += check_dialog (window, "export", missing);
  if (missing->len > 0)
    g_test_message ("%s", missing->str);
  g_assert_cmpuint (missing->len, ==, 0);
  g_assert_cmpuint (numbers, >, 150);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_folder (inner);
    }
  g_remove (path);
}

/* Nothing of the person's own is read or written. */
static void
use_scratch (const char *folder)
{
  static const char *const variables[] = { "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
                                           "XDG_DATA_HOME", "XDG_STATE_HOME" };
  g_autofree char *schemas = g_build_filename (g_getenv ("GRAM_TEST_BUILDDIR"), "data", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], folder, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GSETTINGS_SCHEMA_DIR", schemas, TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_unsetenv ("LANGUAGE");
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *scratch = g_dir_make_tmp ("gramscope-tooltips-XXXXXX", NULL);
  int status;

  use_scratch (scratch);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR); /* no portals here: warnings */
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  g_assert_true (gram_backend_register (gram_cpu_backend (), &error));
  application = gram_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  g_test_add_func ("/ui/tooltips/actions", test_actions);
  g_test_add_func ("/ui/tooltips/menus", test_menus);
  g_test_add_func ("/ui/tooltips/numbers", test_numbers);
  status = g_test_run ();
  remove_folder (scratch);
  return status;
}
