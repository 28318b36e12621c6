/* gram-page-learnability.c: the page “Learnability” (Section 6)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-learnability-job.h"
#include "gram-number-row.h"
#include "gram-error.h"
#include "gram-figure-page.h"
#include "gram-target.h"
#include "gram-words.h"

#define DIMENSION GRAM_LEARNABILITY_DIMENSION
#define TERMS 3

static const gint64 sizes[] = { GRAM_LEARNABILITY_SIZES };

#define GRAM_TYPE_LEARNABILITY_PAGE (gram_learnability_page_get_type ())
G_DECLARE_FINAL_TYPE (GramLearnabilityPage, gram_learnability_page, GRAM, LEARNABILITY_PAGE,
                      GramFigurePage)

struct _GramLearnabilityPage
{
  GramFigurePage parent_instance;
  GtkSpinner *spinner;
  GtkLabel *inputs, *message;
  GtkPopover *popover;
  GtkListBox *terms;
  GtkButton *compare;
  GramNumberRow *alpha[TERMS], *norm[TERMS], *power[TERMS];
  GArray *rows;       /* of GramLearnRow */
  GPtrArray *targets; /* of GramTarget */
  gboolean composed;  /* whether one of them was made here */
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
  g_autofree char *sentence = gram_words_sentence (text);

  gtk_label_set_text (self->message, sentence);
  /* without a message the plot has the room */
  gtk_widget_set_visible (GTK_WIDGET (self->message), *text != '\0');
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (object);
  g_autoptr (GError) error = NULL;

  if (!gram_learnability_job_finish (result, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  show_message (self, error != NULL ? error->message : "");
}

static void
compute (GramLearnabilityPage *self)
{
  guint64 seed = gram_document_get_settings (gram_pane_get_document (self))->problem.seed;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_array_set_size (self->rows, 0);
  gtk_spinner_start (self->spinner);
  gram_learnability_job_start (DIMENSION, seed, sizes, G_N_ELEMENTS (sizes), self->targets,
                               self->cancellable, row_cb, done_cb, G_OBJECT (self));
}

/* The command line draws the functions that are shown at first, of random inputs. */
static gboolean
add_options (GramPage *page, GString *command, GError **error)
{
  if (!GRAM_LEARNABILITY_PAGE (page)->composed)
    return TRUE;
  g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       _ ("The command line does not draw functions that were composed here."));
  return FALSE;
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
      alpha[terms] = gram_number_row_get_value (self->alpha[i]);
      if (alpha[terms] == 0)
        continue;
      power[terms] = (guint) gram_number_row_get_value (self->power[i]);
      gram_target_direction (DIMENSION, gram_number_row_get_value (self->norm[i]), 1, i,
                             beta + DIMENSION * terms);
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
  self->composed = TRUE;
  gtk_popover_popdown (self->popover);
  compute (self);
}

static GramNumberRow *
add_row (GramLearnabilityPage *self, const char *title, const char *tip, double low, double high,
         gboolean integer, double value)
{
  GtkWidget *row =
      g_object_new (GRAM_TYPE_NUMBER_ROW, "title", title, "tooltip-text", tip, "minimum", low,
                    "maximum", high, "integer", integer, "value", value, NULL);

  gtk_list_box_append (self->terms, row);
  return GRAM_NUMBER_ROW (row);
}

static void
add_term (GramLearnabilityPage *self, guint i)
{
  static const char *const digits[] = { "₁", "₂", "₃" };
  g_autofree char *alpha = g_strdup_printf (_ ("Weight α%s"), digits[i]);
  g_autofree char *norm = g_strdup_printf (_ ("Length ‖β%s‖"), digits[i]);
  g_autofree char *power = g_strdup_printf (_ ("Power p%s"), digits[i]);

  self->alpha[i] =
      add_row (self, alpha, _ ("Weight of this term of g; 0 leaves it out (Corollary 6.2)"), -100,
               100, FALSE, i == 0);
  self->norm[i] = add_row (
      self, norm,
      _ ("Length of the direction β of this term: the bound grows with its power (Theorem 6.1)"),
      1e-3, 10, FALSE, 1);
  self->power[i] = add_row (self, power,
                            _ ("1 or even: learned. Odd above 1: the control, for which there "
                               "is no bound (Section 6)"),
                            1, 12, TRUE, 2 * i + 2);
}

static void
bind (GramPane *pane)
{
  GramLearnabilityPage *self = GRAM_LEARNABILITY_PAGE (pane);
  g_autoptr (GError) error = NULL;

  self->targets = gram_target_examples (DIMENSION, 1, &error);
  GRAM_PANE_CLASS (gram_learnability_page_parent_class)->bind (pane);
  if (self->targets != NULL)
    compute (self);
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
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GRAM_PANE_CLASS (klass)->bind = bind;
  page_class->figure = "learnability";
  page_class->title = N_ ("Which functions can be learned");
  page_class->explanation =
      N_ ("Labels are computed by known functions of random inputs, and √(yᵀ(H∞)⁻¹y) is shown as "
          "the number of samples n grows. For linear functions, even powers and what they add up "
          "to it stays below a bound that does not depend on n (Section 6): such functions are "
          "learned from finitely many samples. An odd power above 1 is the control: there it "
          "grows without end.");
  GRAM_PAGE_CLASS (klass)->add_options = add_options;
  page_class->fill_inputs = fill_inputs;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-page-learnability"));
  gtk_widget_class_bind_template_child (widget_class, GramLearnabilityPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, GramLearnabilityPage, inputs);
  gtk_widget_class_bind_template_child (widget_class, GramLearnabilityPage, message);
  gtk_widget_class_bind_template_child (widget_class, GramLearnabilityPage, popover);
  gtk_widget_class_bind_template_child (widget_class, GramLearnabilityPage, terms);
  gtk_widget_class_bind_template_child (widget_class, GramLearnabilityPage, compare);
}

/* On screen there is no caption that would say it. */
static void
show_inputs (GramLearnabilityPage *self)
{
  g_autofree char *first = gram_words_count (sizes[0]);
  g_autofree char *last = gram_words_count (sizes[G_N_ELEMENTS (sizes) - 1]);
  g_autofree char *d = gram_words_count (DIMENSION);
  /* Translators: dimension, smallest and largest number of samples */
  g_autofree char *text =
      g_strdup_printf (_ ("Random inputs, not the images that are open: uniform "
                          "on the unit sphere, d = %s, n = %s to %s"),
                       d, first, last);

  gtk_label_set_text (self->inputs, text);
}

static void
gram_learnability_page_init (GramLearnabilityPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < TERMS; i++)
    add_term (self, i);
  g_signal_connect_swapped (self->compare, "clicked", G_CALLBACK (compose_cb), self);
  show_inputs (self);
  self->rows = g_array_new (FALSE, FALSE, sizeof (GramLearnRow));
  self->caption = g_strdup_printf (_ ("inputs uniform on the unit sphere, d = %d"), DIMENSION);
}
