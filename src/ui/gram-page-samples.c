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
  GtkWidget *spin, *summary, *stack, *status;
  GtkStringList *ranks; /* a line for each image that is shown; its place is its rank */
  GramMislabelRanking *answer;
  GCancellable *cancellable;
  GramProblem *asked_problem; /* what the answer, or the question on its way, is about */
  GramMislabelQuestion asked;
};

G_DEFINE_FINAL_TYPE (GramSamplesPage, gram_samples_page, GRAM_TYPE_PAGE)

/* ---------- one image of the ranking ---------- */

static GdkTexture *
sample_texture (GramProblem *problem, gint64 sample)
{
  if (problem->width * problem->height * problem->channels != problem->d)
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
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *badge = gtk_label_new (NULL);
  GtkWidget *caption = gtk_label_new (NULL);

  gtk_widget_set_size_request (picture, 64, 64);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), picture);
  gtk_widget_add_css_class (badge, "gram-badge");
  gtk_widget_set_halign (badge, GTK_ALIGN_END);
  gtk_widget_set_valign (badge, GTK_ALIGN_START);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), badge);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "numeric");
  gtk_box_append (GTK_BOX (box), overlay);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_widget_add_css_class (box, "gram-sample");
  g_object_set_data (G_OBJECT (item), "picture", picture);
  g_object_set_data (G_OBJECT (item), "badge", badge);
  g_object_set_data (G_OBJECT (item), "caption", caption);
  gtk_list_item_set_child (item, box);
}

static void
describe_item (GtkWidget *box, GramProblem *problem, const GramMislabelRanking *answer,
               gint64 sample, gint64 rank)
{
  g_autofree char *change = gram_words_number (answer->mislabel->change[sample], 4);
  g_autofree char *margin = gram_words_number (answer->mislabel->margin[sample], 3);
  g_autofree char *place = gram_words_count (rank + 1);
  g_autofree char *row = gram_words_count (problem->rows[sample]);
  g_autofree char *tip = NULL;

  /* Translators: rank of an image, its class, row in the file, two numbers */
  tip = g_strdup_printf (_ ("No. %s of the ranking: labelled %s%s\nrow %s of the file\n"
                            "flipping the label changes yᵀH∞⁻¹y by %s (number 23)\n"
                            "margin from all other images: %s"),
                         place, problem->class_names[answer->y[sample] > 0 ? 0 : 1],
                         answer->is_planted[sample] ? _ (" (flipped on purpose)") : "", row, change,
                         margin);
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
  describe_item (box, problem, answer, sample, rank);
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
  gtk_label_set_text (GTK_LABEL (self->summary), text);
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
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "ranking");
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
          adw_status_page_set_description (ADW_STATUS_PAGE (self->status), error->message);
          gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "waiting");
        }
      return;
    }
  /* a newer question is on its way: this answer is of yesterday */
  if (answer->analysis->problem != self->asked_problem || self->ranks == NULL)
    {
      gram_mislabel_ranking_free (answer);
      return;
    }
  set_ranks (self, NULL);
  g_clear_pointer (&self->answer, gram_mislabel_ranking_free);
  self->answer = answer;
  show_answer (self);
}

static void
gram_samples_page_update (GramPage *page)
{
  GramSamplesPage *self = GRAM_SAMPLES_PAGE (page);
  GramDocument *document = gram_page_get_document (page);
  GramSession *session = gram_document_get_session (document);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  GramMislabelQuestion question = {
    .n_planted = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->spin)),
    .seed = gram_document_get_settings (document)->problem.seed,
  };

  if (analysis == NULL || analysis->problem == NULL || analysis->inverse_diagonal == NULL)
    {
      if (analysis == NULL || analysis->problem != self->asked_problem)
        gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "waiting");
      return;
    }
  if (self->asked_problem == analysis->problem && self->asked.n_planted == question.n_planted
      && self->asked.seed == question.seed)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->asked_problem, gram_problem_unref);
  self->asked_problem = gram_problem_ref (analysis->problem);
  self->asked = question;
  gram_session_ask (session, GRAM_STAGE_CHOLESKY, gram_mislabel_ranking_compute,
                    g_memdup2 (&question, sizeof question), g_free, gram_mislabel_ranking_free,
                    self->cancellable, answered_cb, g_object_ref (self));
}

/* ---------- the page ---------- */

static void
flips_changed_cb (GramSamplesPage *self)
{
  GramDocument *document = gram_page_get_document (GRAM_PAGE (self));

  if (document != NULL)
    gram_document_get_view (document)->flips =
        gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->spin));
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
show_kept_flips (GramSamplesPage *self)
{
  GramDocument *document = gram_page_get_document (GRAM_PAGE (self));

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->spin),
                             gram_document_get_view (document)->flips);
}

static void
gram_samples_page_bind (GramPage *page)
{
  g_signal_connect_object (gram_page_get_document (page), "view-restored",
                           G_CALLBACK (show_kept_flips), page, G_CONNECT_SWAPPED);
  show_kept_flips (GRAM_SAMPLES_PAGE (page));
}

static GtkWidget *
build_grid (GramSamplesPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkNoSelection *selection;
  GtkWidget *grid, *scroller = gtk_scrolled_window_new ();

  self->ranks = gtk_string_list_new (NULL);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->ranks)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  grid = gtk_grid_view_new (GTK_SELECTION_MODEL (selection), factory);
  gtk_grid_view_set_max_columns (GTK_GRID_VIEW (grid), 24);
  gtk_widget_add_css_class (grid, "gram-samples");
  gtk_accessible_update_property (GTK_ACCESSIBLE (grid), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Images, the most suspicious label first"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), grid);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Ranking of the images"), -1);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

static GtkWidget *
build_bar (GramSamplesPage *self)
{
  GtkWidget *bar = gram_page_bar_new (
      _ ("Which labels do not fit"),
      _ ("Every image carries a label, and yᵀH∞⁻¹y says how complex all labels are together. "
         "Beneath each image stands by how much that number changes when its one label is "
         "flipped: where it falls, the label does not fit the others. Flip some on purpose and "
         "see whether they come first."));
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Flip labels on purpose"));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  self->spin =
      gram_bounded_spin_new (0, GRAM_MOST_FLIPS, 5, _ ("Labels to flip on purpose"),
                             _ ("How many labels the seed flips before the ranking (number 23)"));
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), self->spin);
  g_signal_connect_swapped (self->spin, "value-changed", G_CALLBACK (flips_changed_cb), self);
  gram_page_bar_add (GRAM_PAGE_BAR (bar), GRAM_PAGE_BAR_TOOLS, label);
  gram_page_bar_add (GRAM_PAGE_BAR (bar), GRAM_PAGE_BAR_TOOLS, self->spin);
  return bar;
}

static void
gram_samples_page_dispose (GObject *object)
{
  GramSamplesPage *self = GRAM_SAMPLES_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->ranks != NULL)
    set_ranks (self, NULL);
  g_clear_object (&self->ranks);
  g_clear_pointer (&self->answer, gram_mislabel_ranking_free);
  g_clear_pointer (&self->asked_problem, gram_problem_unref);
  G_OBJECT_CLASS (gram_samples_page_parent_class)->dispose (object);
}

static void
gram_samples_page_class_init (GramSamplesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gram_samples_page_dispose;
  GRAM_PAGE_CLASS (klass)->bind = gram_samples_page_bind;
  GRAM_PAGE_CLASS (klass)->update = gram_samples_page_update;
}

static void
gram_samples_page_init (GramSamplesPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *ranking = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_box_append (GTK_BOX (box), build_bar (self));
  self->summary = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->summary), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (self->summary, 12);
  gtk_widget_set_margin_end (self->summary, 12);
  gtk_widget_add_css_class (self->summary, "dim-label");
  gtk_widget_set_tooltip_text (self->summary,
                               _ ("Labels whose flip makes yᵀH∞⁻¹y smaller (number 23): they fit "
                                  "the others worse than their opposites would."));
  gtk_box_append (GTK_BOX (ranking), self->summary);
  gtk_box_append (GTK_BOX (ranking), build_grid (self));
  self->status = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->status), "gram-samples-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->status), _ ("Ranking the Labels"));
  adw_status_page_set_description (ADW_STATUS_PAGE (self->status),
                                   _ ("The images appear here when the analysis is done."));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), self->status, "waiting");
  gtk_stack_add_named (GTK_STACK (self->stack), ranking, "ranking");
  gtk_box_append (GTK_BOX (box), self->stack);
  gtk_widget_add_css_class (box, "view");
  adw_bin_set_child (ADW_BIN (self), box);
}
