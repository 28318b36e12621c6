/* gram-page-samples.c: the page “Samples”: the mislabel microscope
 *
 * SPDX-License-Identifier: MIT
 *
 * Images ranked by what their label weighs (number 23). Labels can be flipped on purpose, to see
 * them found.
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-bounded-spin.h"
#include "gram-error.h"
#include "gram-figures.h"
#include "gram-image.h"
#include "gram-mislabel-ranking.h"
#include "gram-page-bar.h"
#include "gram-page.h"
#include "gram-words.h"

#define SHOWN 240

#define GRAM_TYPE_SAMPLES_PAGE (gram_samples_page_get_type ())
G_DECLARE_FINAL_TYPE (GramSamplesPage, gram_samples_page, GRAM, SAMPLES_PAGE, GramPage)

struct _GramSamplesPage
{
  GramPage parent_instance;
  GramPageBar *bar;
  GtkLabel *summary, *spin_label;
  GtkSpinButton *spin;
  GtkStack *stack;
  AdwStatusPage *status;
  GtkListItemFactory *factory;
  GtkStringList *ranks; /* a line for each image that is shown; its place is its rank */
  GramMislabelRanking *answer;
  GCancellable *cancellable;
  GramProblem *asked_problem; /* what the answer, or the question on its way, is about */
  gint n_planted;             /* what was asked, with @single */
  guint64 seed;
  GArray *single;         /* of gint64: labels that were flipped one by one */
  gboolean flips_more;    /* @single is not what was asked */
  GtkWidget *grid, *card; /* the card shows one image, large */
  GtkPicture *picture;
  GtkLabel *caption;
  GtkButton *flip, *close;
  gint64 chosen;      /* sample on the card; −1: none */
  GramFigure *figure; /* (nullable) the ranking, for files */
};

G_DEFINE_FINAL_TYPE (GramSamplesPage, gram_samples_page, GRAM_TYPE_PAGE)

/* ---------- one image of the ranking ---------- */

static GdkTexture *
sample_texture (GramProblem *problem, gint64 sample)
{
  if (!gram_problem_has_images (problem))
    return NULL;
  if (problem->pixels != NULL)
    return gram_image_texture (problem->pixels + sample * problem->d, problem->width,
                               problem->height, problem->channels);
  return gram_image_signed_texture (problem->X + sample * problem->d, problem->width,
                                    problem->height, problem->channels);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  static const char *const parts[] = { "picture", "badge", "caption" };
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-sample"));

  gtk_list_item_set_child (item, GTK_WIDGET (gtk_builder_get_object (builder, "sample")));
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_object_set_data (G_OBJECT (item), parts[i], gtk_builder_get_object (builder, parts[i]));
}

/* Returns: (transfer full): four lines about an image of the ranking */
static char *
describe_sample (const GramMislabelRanking *answer, gint64 rank)
{
  const GramProblem *problem = answer->analysis->problem;
  gint64 sample = answer->mislabel->order[rank];
  g_autofree char *change = gram_words_number (answer->mislabel->change[sample], 4);
  g_autofree char *margin = gram_words_number (answer->mislabel->margin[sample], 3);
  g_autofree char *place = gram_words_count (rank + 1);
  g_autofree char *row = gram_words_count (problem->rows[sample]);

  /* Translators: rank of an image, its class, row in the file, two numbers */
  return g_strdup_printf (_ ("No. %s of the ranking: labelled %s%s\nrow %s of the file\n"
                             "flipping the label changes yᵀ(H∞)⁻¹y by %s (Eq 10)\n"
                             "margin from all other images: %s"),
                          place, problem->class_names[answer->y[sample] > 0 ? 0 : 1],
                          answer->is_planted[sample] ? _ (" (flipped on purpose)") : "", row,
                          change, margin);
}

static void
describe_item (GtkWidget *box, const GramMislabelRanking *answer, gint64 rank)
{
  g_autofree char *tip = describe_sample (answer, rank);

  gtk_widget_set_tooltip_text (box, tip);
  /* the focus is on the item that holds the box */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, GramSamplesPage *self)
{
  gint64 rank = gtk_list_item_get_position (item), sample;
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *badge = g_object_get_data (G_OBJECT (item), "badge");
  const GramMislabelRanking *answer = self->answer;
  GramProblem *problem;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *change = NULL;
  gboolean positive;

  if (answer == NULL || rank >= answer->mislabel->n)
    return;
  sample = answer->mislabel->order[rank];
  problem = answer->analysis->problem;
  positive = answer->y[sample] > 0;
  texture = sample_texture (problem, sample);
  gtk_picture_set_paintable (g_object_get_data (G_OBJECT (item), "picture"),
                             texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  gtk_label_set_text (GTK_LABEL (badge), positive ? "+1" : "−1");
  gtk_widget_remove_css_class (badge, positive ? "class-b" : "class-a");
  gtk_widget_add_css_class (badge, positive ? "class-a" : "class-b");
  change = gram_words_number (answer->mislabel->change[sample], 3);
  gtk_label_set_text (g_object_get_data (G_OBJECT (item), "caption"), change);
  if (answer->is_planted[sample])
    gtk_widget_add_css_class (box, "planted");
  else
    gtk_widget_remove_css_class (box, "planted");
  describe_item (box, answer, rank);
}

/* ---------- one image, large ---------- */

static gint64
find_rank (const GramMislabelRanking *answer, gint64 sample)
{
  gint64 rank = 0;

  while (answer->mislabel->order[rank] != sample)
    rank++;
  return rank;
}

/* Again when the labels were ranked anew: the image stays, whatever its rank is now. */
static void
show_card (GramSamplesPage *self)
{
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->card, self->chosen >= 0 && self->answer != NULL);
  if (self->chosen < 0 || self->answer == NULL)
    return;
  texture = sample_texture (self->answer->analysis->problem, self->chosen);
  text = describe_sample (self->answer, find_rank (self->answer, self->chosen));
  gtk_picture_set_paintable (self->picture, texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  gtk_label_set_text (self->caption, text);
  gtk_button_set_label (self->flip, self->answer->is_planted[self->chosen] ? _ ("Flip Back")
                                                                           : _ ("Flip This Label"));
}

static void
close_card (GramSamplesPage *self)
{
  if (self->chosen < 0)
    return;
  self->chosen = -1;
  show_card (self);
  gtk_widget_grab_focus (self->grid);
}

static void
activated_cb (GramSamplesPage *self, guint rank)
{
  gint64 sample;

  if (self->answer == NULL || rank >= self->answer->mislabel->n)
    return;
  sample = self->answer->mislabel->order[rank];
  if (sample == self->chosen)
    {
      close_card (self);
      return;
    }
  self->chosen = sample;
  show_card (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->flip));
}

static void
flip_cb (GramSamplesPage *self)
{
  guint at = 0;

  while (at < self->single->len && g_array_index (self->single, gint64, at) != self->chosen)
    at++;
  if (at < self->single->len)
    g_array_remove_index (self->single, at);
  else
    g_array_append_val (self->single, self->chosen);
  self->flips_more = TRUE;
  gram_page_queue_update (GRAM_PAGE (self));
}

static gboolean
key_pressed_cb (GramSamplesPage *self, guint key, guint code, GdkModifierType state)
{
  if (key != GDK_KEY_Escape || self->chosen < 0)
    return GDK_EVENT_PROPAGATE;
  close_card (self);
  return GDK_EVENT_STOP;
}

/* ---------- question and answer ---------- */

static void
show_summary (GramSamplesPage *self)
{
  const GramMislabelRanking *answer = self->answer;
  g_autofree char *planted = gram_words_count (answer->n_planted);
  g_autofree char *found = gram_words_count (answer->found);
  g_autofree char *n = gram_words_count (answer->mislabel->n);
  g_autofree char *few = gram_words_count (answer->n_suspicious), *text = NULL;

  if (answer->n_planted > 0)
    text = g_strdup_printf (_ ("%s of %s planted flips are among the first %s of the ranking"),
                            found, planted, planted);
  else
    text =
        g_strdup_printf (_ ("The labels of %s of %s images would be simpler if they were flipped"),
                         few, n);
  gtk_label_set_text (self->summary, text);
}

/* @lines: (nullable): as many as images are shown */
static void
set_ranks (GramSamplesPage *self, const char *const *lines)
{
  gtk_string_list_splice (self->ranks, 0, g_list_model_get_n_items (G_LIST_MODEL (self->ranks)),
                          lines);
}

static void
show_answer (GramSamplesPage *self)
{
  const char *lines[SHOWN + 1] = { NULL };

  for (gint64 i = 0; i < MIN (self->answer->mislabel->n, SHOWN); i++)
    lines[i] = "";
  set_ranks (self, lines);
  show_summary (self);
  show_card (self);
  gtk_stack_set_visible_child_name (self->stack, "ranking");
}

static void
answered_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GramSamplesPage) self = user_data;
  g_autoptr (GError) error = NULL;
  GramMislabelRanking *answer = gram_session_ask_finish (GRAM_SESSION (session), result, &error);

  if (answer == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_autofree char *sentence = gram_words_sentence (error->message);

          adw_status_page_set_description (self->status, sentence);
          gtk_stack_set_visible_child_name (self->stack, "waiting");
        }
      return;
    }
  /* a newer question is on its way: this answer is of yesterday */
  if (answer->analysis->problem != self->asked_problem || self->cancellable == NULL)
    {
      gram_mislabel_ranking_free (answer);
      return;
    }
  set_ranks (self, NULL);
  g_clear_pointer (&self->answer, gram_mislabel_ranking_free);
  self->answer = answer;
  show_answer (self);
}

/* Other images: which were chosen means nothing there. */
static void
forget_single (GramSamplesPage *self)
{
  g_array_set_size (self->single, 0);
  self->chosen = -1;
  gtk_widget_set_visible (self->card, FALSE);
}

static void
gram_samples_page_update (GramPage *page)
{
  GramSamplesPage *self = GRAM_SAMPLES_PAGE (page);
  GramDocument *document = gram_pane_get_document (page);
  GramSession *session = gram_document_get_session (document);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  gint n_planted = gtk_spin_button_get_value_as_int (self->spin);
  guint64 seed = gram_document_get_settings (document)->problem.seed;

  if (analysis == NULL || analysis->problem == NULL || analysis->inverse_diagonal == NULL)
    {
      if (analysis == NULL || analysis->problem != self->asked_problem)
        gtk_stack_set_visible_child_name (self->stack, "waiting");
      return;
    }
  if (self->asked_problem == analysis->problem && self->n_planted == n_planted && self->seed == seed
      && !self->flips_more)
    return;
  if (self->asked_problem != analysis->problem)
    forget_single (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->asked_problem, gram_problem_unref);
  self->asked_problem = gram_problem_ref (analysis->problem);
  self->n_planted = n_planted;
  self->seed = seed;
  self->flips_more = FALSE;
  gram_session_ask (session, GRAM_STAGE_CHOLESKY, gram_mislabel_ranking_compute,
                    gram_mislabel_question_new (n_planted, seed, self->single), g_free,
                    gram_mislabel_ranking_free, self->cancellable, answered_cb,
                    g_object_ref (self));
}

/* The images stand for the figure of their ranking, which is what files get. */
static GramFigure *
gram_samples_page_get_figure (GramPage *page)
{
  GramSamplesPage *self = GRAM_SAMPLES_PAGE (page);
  GramFigureInputs inputs = { .settings =
                                  gram_document_get_settings (gram_pane_get_document (page)) };

  g_clear_pointer (&self->figure, gram_figure_unref);
  if (self->answer == NULL)
    return NULL;
  inputs.analysis = self->answer->analysis;
  inputs.mislabel = self->answer->mislabel;
  inputs.planted = self->answer->planted;
  inputs.n_planted = self->answer->n_planted;
  self->figure = gram_figure_new_by_name ("mislabel", &inputs, NULL);
  return self->figure;
}

/* ---------- the page ---------- */

static gboolean
add_options (GramPage *page, GString *command, GError **error)
{
  if (GRAM_SAMPLES_PAGE (page)->single->len > 0)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                           _ ("The command line does not flip labels that were chosen here."));
      return FALSE;
    }
  g_string_append_printf (command, " --flips %d",
                          gram_document_get_view (gram_pane_get_document (page))->flips);
  return TRUE;
}

static void
flips_changed_cb (GramSamplesPage *self)
{
  GramDocument *document = gram_pane_get_document (self);

  if (document != NULL)
    gram_document_get_view (document)->flips = gtk_spin_button_get_value_as_int (self->spin);
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
show_kept_flips (GramSamplesPage *self)
{
  GramDocument *document = gram_pane_get_document (self);

  gtk_spin_button_set_value (self->spin, gram_document_get_view (document)->flips);
}

static void
gram_samples_page_bind (GramPane *pane)
{
  GRAM_PANE_CLASS (gram_samples_page_parent_class)->bind (pane);
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (show_kept_flips),
                       "view-restored", NULL);
  show_kept_flips (GRAM_SAMPLES_PAGE (pane));
}

static void
gram_samples_page_dispose (GObject *object)
{
  GramSamplesPage *self = GRAM_SAMPLES_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_ranks (self, NULL);
  g_clear_pointer (&self->answer, gram_mislabel_ranking_free);
  g_clear_pointer (&self->asked_problem, gram_problem_unref);
  g_clear_pointer (&self->figure, gram_figure_unref);
  g_clear_pointer (&self->single, g_array_unref);
  G_OBJECT_CLASS (gram_samples_page_parent_class)->dispose (object);
}

static void
gram_samples_page_class_init (GramSamplesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_samples_page_dispose;
  GRAM_PANE_CLASS (klass)->bind = gram_samples_page_bind;
  GRAM_PAGE_CLASS (klass)->update = gram_samples_page_update;
  GRAM_PAGE_CLASS (klass)->get_figure = gram_samples_page_get_figure;
  GRAM_PAGE_CLASS (klass)->add_options = add_options;
  g_type_ensure (GRAM_TYPE_PAGE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-page-samples"));
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, bar);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, spin_label);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, spin);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, status);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, summary);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, factory);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, grid);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, card);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, picture);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, caption);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, flip);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, close);
  gtk_widget_class_bind_template_child (widget_class, GramSamplesPage, ranks);
}

static void
watch_card (GramSamplesPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->chosen = -1;
  self->single = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect_swapped (self->grid, "activate", G_CALLBACK (activated_cb), self);
  g_signal_connect_swapped (self->flip, "clicked", G_CALLBACK (flip_cb), self);
  g_signal_connect_swapped (self->close, "clicked", G_CALLBACK (close_card), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
gram_samples_page_init (GramSamplesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  watch_card (self);
  gram_page_bar_set_title (
      self->bar, _ ("Which labels do not fit"),
      _ ("Every image carries a label, and yᵀ(H∞)⁻¹y says how complex all labels are together. "
         "Beneath each image stands by how much that number changes when its one label is "
         "flipped: where it falls, the label does not fit the others. Flip some on purpose and "
         "see whether they come first."));
  gram_page_bar_add (self->bar, GRAM_PAGE_BAR_TOOLS, GTK_WIDGET (self->spin_label));
  gram_page_bar_add (self->bar, GRAM_PAGE_BAR_TOOLS, GTK_WIDGET (self->spin));
  gtk_spin_button_set_range (self->spin, 0, GRAM_MOST_FLIPS);
  gram_bounded_spin_watch (self->spin);
  g_signal_connect_swapped (self->spin, "value-changed", G_CALLBACK (flips_changed_cb), self);
  g_signal_connect (self->factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (self->factory, "bind", G_CALLBACK (bind_cb), self, 0);
}
