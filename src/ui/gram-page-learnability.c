/* gram-page-learnability.c: the page “Learnability” (Section 6)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-learnability-job.h"
#include "gram-number-row.h"
#include "gram-figure-page.h"
#include "gram-target.h"

#define DIMENSION 50
#define TERMS 3

static const gint64 sizes[] = { 50, 100, 200, 400, 800 };

#define GRAM_TYPE_LEARNABILITY_PAGE (gram_learnability_page_get_type ())
G_DECLARE_FINAL_TYPE (GramLearnabilityPage, gram_learnability_page, GRAM, LEARNABILITY_PAGE,
                      GramFigurePage)

struct _GramLearnabilityPage
{
  GramFigurePage parent_instance;
  GtkWidget *spinner, *message, *popover;
  GtkWidget *alpha[TERMS], *norm[TERMS], *power[TERMS];
  GArray *rows;       /* of GramLearnRow */
  GPtrArray *targets; /* of GramTarget */
  GCancellable *cancellable;
  char *caption;
};

G_DEFINE_FINAL_TYPE (GramLearnabilityPage, gram_learnability_page, GRAM_TYPE_FIGURE_PAGE)

static void
fill_inputs (GramFigurePage *page, GramFigureInputs *inputs)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (page);

  inputs->learn_rows = self->rows;
  inputs->learn_targets = self->targets;
  inputs->learn_inputs = self->caption;
}

static void
row_cb (const GramLearnRow *row, gpointer data)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (data);

  g_array_append_val (self->rows, *row);
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
show_message (GramLearnabilityPage *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->message), text);
  /* without a message the plot has the room */
  gtk_widget_set_visible (self->message, *text != '\0');
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (object);
  g_autoptr (GError) error = NULL;

  if (!gram_learnability_job_finish (result, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  show_message (self, error != NULL ? error->message : "");
}

static void
compute (GramLearnabilityPage *self)
{
  guint64 seed =
      gram_document_get_settings (gram_page_get_document (GRAM_PAGE (self)))->problem.seed;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_array_set_size (self->rows, 0);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gram_learnability_job_start (DIMENSION, seed, sizes, G_N_ELEMENTS (sizes), self->targets,
                               self->cancellable, row_cb, done_cb, G_OBJECT (self));
}

/* ---------- a function of one's own ---------- */

static void
compose_cb (GramLearnabilityPage *self)
{
  g_autofree double *beta = g_new0 (double, DIMENSION *TERMS);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) targets = NULL;
  double alpha[TERMS];
  guint power[TERMS], terms = 0;
  GramTarget *target;

  for (guint i = 0; i < TERMS; i++)
    {
      alpha[terms] = gram_number_row_get_value (GRAM_NUMBER_ROW (self->alpha[i]));
      if (alpha[terms] == 0)
        continue;
      power[terms] = (guint) gram_number_row_get_value (GRAM_NUMBER_ROW (self->power[i]));
      gram_target_direction (DIMENSION, gram_number_row_get_value (GRAM_NUMBER_ROW (self->norm[i])),
                             1, i, beta + DIMENSION * terms);
      terms++;
    }
  target = terms > 0 ? gram_target_sum (DIMENSION, terms, alpha, beta, power, &error) : NULL;
  if (target == NULL)
    {
      show_message (self, error != NULL ? error->message : _ ("Every weight α is zero."));
      return;
    }
  /* a new list: a job that still runs reads the old one */
  targets = gram_target_examples (DIMENSION, 1, &error);
  if (targets == NULL)
    {
      gram_target_free (target);
      return;
    }
  g_ptr_array_add (targets, target);
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  self->targets = g_steal_pointer (&targets);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  compute (self);
}

static GtkWidget *
add_row (GtkListBox *list, const char *title, const char *tip, double low, double high,
         gboolean integer, double value)
{
  GtkWidget *row = g_object_new (GRAM_TYPE_NUMBER_ROW, "title", title, "minimum", low, "maximum",
                                 high, "integer", integer, "tooltip-text", tip, NULL);

  gram_number_row_set_value (GRAM_NUMBER_ROW (row), value);
  gtk_list_box_append (list, row);
  return row;
}

static GtkWidget *
build_composer (GramLearnabilityPage *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new (), *add = gtk_button_new_with_label (_ ("Compare"));
  GtkWidget *title = gtk_label_new ("g(x) = Σⱼ αⱼ (βⱼᵀx)^pⱼ");
  static const char *const digits[] = { "₁", "₂", "₃" };

  gtk_widget_add_css_class (title, "heading");
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  for (guint i = 0; i < TERMS; i++)
    {
      g_autofree char *alpha = g_strdup_printf (_ ("Weight α%s"), digits[i]);
      g_autofree char *norm = g_strdup_printf (_ ("Length ‖β%s‖"), digits[i]);
      g_autofree char *power = g_strdup_printf (_ ("Power p%s"), digits[i]);

      self->alpha[i] = add_row (GTK_LIST_BOX (list), alpha,
                                _ ("Weight of this term of g; 0 leaves it out (number 26)"), -100,
                                100, FALSE, i == 0);
      self->norm[i] = add_row (
          GTK_LIST_BOX (list), norm,
          _ ("Length of the direction β of this term: the bound grows with its power (number 25)"),
          1e-3, 10, FALSE, 1);
      self->power[i] = add_row (GTK_LIST_BOX (list), power,
                                _ ("1 or even: learned. Odd above 1: the control, for which there "
                                   "is no bound (number 28)"),
                                1, 12, TRUE, 2 * i + 2);
    }
  gtk_widget_add_css_class (add, "suggested-action");
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (compose_cb), self);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), add);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), self->popover);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Compose"));
  gtk_widget_set_tooltip_text (button, _ ("Compare a function of your own"));
  return button;
}

static void
bind (GramPage *page)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (page);
  g_autoptr (GError) error = NULL;

  self->targets = gram_target_examples (DIMENSION, 1, &error);
  GRAM_PAGE_CLASS (gram_learnability_page_parent_class)->bind (page);
  if (self->targets != NULL)
    compute (self);
}

static void
constructed (GObject *object)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (object);
  GramFigurePage *page = GRAM_FIGURE_PAGE (object);

  G_OBJECT_CLASS (gram_learnability_page_parent_class)->constructed (object);
  self->spinner = gtk_spinner_new ();
  gram_figure_page_add_tool (page, build_composer (self));
  gram_figure_page_add_tool (page, self->spinner);
  self->message = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->message), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->message, "error");
  gtk_widget_set_visible (self->message, FALSE);
  gram_figure_page_add_below (page, self->message);
}

static void
dispose (GObject *object)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (gram_learnability_page_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (object);

  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  g_free (self->caption);
  G_OBJECT_CLASS (gram_learnability_page_parent_class)->finalize (object);
}

static void
gram_learnability_page_class_init (GramLearnabilityPageClass *klass)
{
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GRAM_PAGE_CLASS (klass)->bind = bind;
  page_class->figure = "learnability";
  page_class->title = N_ ("Which functions can be learned");
  page_class->explanation =
      N_ ("Labels are computed by known functions of random inputs, and √(yᵀH∞⁻¹y) is shown as "
          "the number of samples n grows. For linear functions, even powers and what they add up "
          "to it stays below a bound that does not depend on n (Section 6): such functions are "
          "learned from finitely many samples. An odd power above 1 is the control: there it "
          "grows without end.");
  page_class->fill_inputs = fill_inputs;
}

static void
gram_learnability_page_init (GramLearnabilityPage *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (GramLearnRow));
  self->caption = g_strdup_printf (_ ("inputs uniform on the unit sphere, d = %d"), DIMENSION);
}
