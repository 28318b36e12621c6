/* gram-run-row.c: a run in the list of runs
 *
 * SPDX-License-Identifier: MIT
 *
 * What it is called, how it looks in the plots and where it stands; an eye that hides it there, and
 * a menu. The run that is there has neither.
 */
#include "gram-config.h"

#include "gram-run-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-kept-series.h"
#include "gram-label-series.h"
#include "gram-pane.h"
#include "gram-plot-view.h"
#include "gram-readers.h"
#include "gram-words.h"

struct _GramRunRow
{
  GtkListBoxRow parent_instance;
  GtkDrawingArea *swatch;
  GtkStack *stack;
  GtkLabel *title, *state, *values;
  GtkEntry *entry;
  GtkToggleButton *eye;
  GtkMenuButton *menu;
  GramDocument *document; /* borrowed: the window’s */
  guint number;           /* of the run that stays; 0: the one that is there */
  gboolean updating, can_continue;
};

G_DEFINE_FINAL_TYPE (GramRunRow, gram_run_row, GTK_TYPE_LIST_BOX_ROW)

static GramRunList *
list_of (GramRunRow *self)
{
  return gram_session_get_runs (gram_document_get_session (self->document));
}

static GramKeptRun *
kept_of (GramRunRow *self)
{
  return gram_run_list_find (list_of (self), self->number);
}

/* ---------- what it shows ---------- */

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  GramKeptRun *kept = kept_of (user_data);
  const GramTheme *theme = gram_theme_get (gram_plot_view_theme ());
  GramColor color;

  if (kept == NULL)
    return;
  color = gram_theme_color (theme, gram_kept_role (kept), GRAM_SHADE_NORMAL);
  cairo_set_source_rgba (cr, color.r, color.g, color.b, kept->hidden ? 0.35 : 1);
  cairo_set_line_width (cr, 2);
  cairo_move_to (cr, 1, height / 2.0);
  cairo_line_to (cr, width - 1, height / 2.0);
  cairo_stroke (cr);
}

static GramState
state_of (const GramRun *run)
{
  if (run->stopped == GRAM_STOPPED_DIVERGED)
    return GRAM_STATE_DIVERGED;
  return run->stopped == GRAM_STOPPED_STEPS || run->stopped == GRAM_STOPPED_TARGET
             ? GRAM_STATE_FINISHED
             : GRAM_STATE_PAUSED;
}

static char *
describe_state (GramRunRow *self, const GramRun *run, const GramKeptRun *kept)
{
  GramSession *session = gram_document_get_session (self->document);
  GramState state = kept != NULL ? state_of (run) : gram_session_get_state (session);
  g_autofree char *steps = gram_words_count (run->steps), *step = NULL, *n = NULL;
  GString *text = g_string_new (gram_state_label (state));

  step = g_strdup_printf (_ ("Step %s"), steps);
  g_string_append_printf (text, " · %s", step);
  if (kept == NULL)
    return g_string_free (text, FALSE);
  if (!gram_run_list_is_here (list_of (self), kept))
    {
      n = gram_words_count (run->n);
      g_string_append_printf (text, " · %s, n = %s", kept->problem, n);
    }
  if (kept->file == NULL && !kept->keeping && state != GRAM_STATE_DIVERGED)
    g_string_append_printf (text, " · %s", _ ("without weights"));
  return g_string_free (text, FALSE);
}

/* “‖y − u(k)‖: true labels 0.31, random labels 4.2 · test error 3.5 %” */
static char *
describe_values (const GramRun *run)
{
  GString *text = g_string_new ("‖y − u(k)‖: ");
  double error = NAN;

  for (guint i = 0; i < run->sets->len; i++)
    {
      const GramRunSet *set = gram_run_get_set (run, i);
      g_autofree char *title = gram_labels_title (set->labels);
      g_autofree char *value =
          gram_words_number (gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL), 3);

      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", title, value);
      if (isnan (error))
        error = gram_run_set_last (set, GRAM_QUANTITY_TEST_ERROR);
    }
  if (isfinite (error))
    {
      g_autofree char *percent = gram_words_number (100 * error, 3);

      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("test error %s %%"), percent);
    }
  return g_string_free (text, FALSE);
}

static void
name_for_readers (GtkWidget *widget, const char *format, const char *title)
{
  g_autofree char *name = g_strdup_printf (format, title);

  gram_readers_name (widget, name);
  if (!GTK_IS_LIST_BOX_ROW (widget))
    gtk_widget_set_tooltip_text (widget, name);
}

static void
fill_menu (GramRunRow *self, const GramKeptRun *kept)
{
  g_autoptr (GMenu) menu = NULL;
  const struct
  {
    const char *label, *action;
    gboolean there;
  } items[] = {
    { _ ("_Continue"), "win.continue-run", kept->file != NULL },
    { _ ("_Use Its Settings"), "win.use-settings-of-run", TRUE },
    { _ ("Copy as Co_mmand"), "win.copy-command-of-run", TRUE },
    { _ ("_Rename"), "run.rename", TRUE },
    { _ ("_Delete"), "win.delete-run", TRUE },
  };

  if (gtk_menu_button_get_menu_model (self->menu) != NULL
      && self->can_continue == (kept->file != NULL))
    return;
  self->can_continue = kept->file != NULL;
  menu = g_menu_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (items[i].label, NULL);

      if (g_str_has_prefix (items[i].action, "win."))
        g_menu_item_set_action_and_target (item, items[i].action, "u", self->number);
      else
        g_menu_item_set_detailed_action (item, items[i].action);
      if (items[i].there)
        g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (self->menu, G_MENU_MODEL (menu));
}

/**
 * gram_run_row_update:
 *
 * Shows the run as it is now.
 */
void
gram_run_row_update (GramRunRow *self)
{
  GramSession *session = gram_document_get_session (self->document);
  GramKeptRun *kept = kept_of (self);
  const GramRun *run = kept != NULL ? kept->run : gram_session_get_run (session);
  const char *title = kept != NULL ? kept->title : gram_run_list_get_present_title (list_of (self));
  g_autofree char *state = NULL, *values = NULL;

  if (run == NULL)
    return;
  state = describe_state (self, run, kept);
  values = describe_values (run);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->state, state);
  gtk_label_set_text (self->values, values);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  name_for_readers (GTK_WIDGET (self), "%s", title);
  if (kept == NULL)
    return;
  self->updating = TRUE;
  gtk_toggle_button_set_active (self->eye, !kept->hidden);
  gtk_button_set_icon_name (GTK_BUTTON (self->eye),
                            kept->hidden ? "view-conceal-symbolic" : "view-reveal-symbolic");
  self->updating = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->eye), gram_run_list_is_here (list_of (self), kept));
  /* Translators: %s is the name of a run */
  name_for_readers (GTK_WIDGET (self->eye), _ ("Show in the plots: %s"), title);
  /* Translators: %s is the name of a run */
  name_for_readers (GTK_WIDGET (self->menu), _ ("Menu of %s"), title);
  fill_menu (self, kept);
  gtk_widget_queue_draw (GTK_WIDGET (self->swatch));
}

/* ---------- what people do ---------- */

static void
toggled_cb (GramRunRow *self)
{
  if (!self->updating)
    gram_run_list_set_hidden (list_of (self), self->number,
                              !gtk_toggle_button_get_active (self->eye));
}

static gboolean
is_renaming (GramRunRow *self)
{
  return gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->entry);
}

static void
end_renaming (GramRunRow *self)
{
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->title));
  gtk_widget_grab_focus (GTK_WIDGET (self->menu));
}

static void
renamed_cb (GramRunRow *self)
{
  g_autofree char *name = NULL;

  if (!is_renaming (self))
    return;
  name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  end_renaming (self);
  gram_run_list_rename (list_of (self), self->number, name);
}

static gboolean
key_pressed_cb (GramRunRow *self, guint key)
{
  if (key != GDK_KEY_Escape || !is_renaming (self))
    return GDK_EVENT_PROPAGATE;
  end_renaming (self);
  return GDK_EVENT_STOP;
}

static gboolean
focus_entry_cb (gpointer user_data)
{
  gtk_widget_grab_focus (GTK_WIDGET (GRAM_RUN_ROW (user_data)->entry));
  return G_SOURCE_REMOVE;
}

/* The focus comes to the entry after the menu has given it back. */
static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GramRunRow *self = GRAM_RUN_ROW (widget);
  GramKeptRun *kept = kept_of (self);

  if (kept == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), kept->title);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->entry));
  g_idle_add_full (G_PRIORITY_LOW, focus_entry_cb, g_object_ref (self), g_object_unref);
}

/* ---------- life ---------- */

static void
gram_run_row_class_init (GramRunRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-run-row"));
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, swatch);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, stack);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, title);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, state);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, values);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, entry);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, eye);
  gtk_widget_class_bind_template_child (widget_class, GramRunRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, renamed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_install_action (widget_class, "run.rename", NULL, rename_action);
}

static void
gram_run_row_init (GramRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (self->swatch, draw_swatch, self, NULL);
}

/**
 * gram_run_row_new:
 * @number: of a run that stays; 0: the one that is there
 */
GtkWidget *
gram_run_row_new (GramDocument *document, guint number)
{
  GramRunRow *self = g_object_new (GRAM_TYPE_RUN_ROW, NULL);

  self->document = document;
  self->number = number;
  gtk_widget_set_visible (GTK_WIDGET (self->eye), number > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), number > 0);
  if (number == 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  gram_run_row_update (self);
  return GTK_WIDGET (self);
}

guint
gram_run_row_get_number (GramRunRow *self)
{
  return self->number;
}
