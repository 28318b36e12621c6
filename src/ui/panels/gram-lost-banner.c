/* gram-lost-banner.c: the banner of a run that waits for its device
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-pane.h"
#include "gram-words.h"

#define GRAM_TYPE_LOST_BANNER (gram_lost_banner_get_type ())
G_DECLARE_FINAL_TYPE (GramLostBanner, gram_lost_banner, GRAM, LOST_BANNER, GramPane)

struct _GramLostBanner
{
  GramPane parent_instance;
  GtkRevealer *revealer;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (GramLostBanner, gram_lost_banner, GRAM_TYPE_PANE)

static void
update (GramLostBanner *self)
{
  const GError *lost = gram_session_get_lost (gram_pane_get_session (self));

  if (lost != NULL)
    {
      g_autofree char *why = gram_words_sentence (lost->message);
      /* Translators: %s is a sentence: why the device is lost */
      g_autofree char *words = g_strdup_printf (_ ("The run waits for its device. %s"), why);

      gtk_label_set_text (self->text, words);
    }
  gtk_revealer_set_reveal_child (self->revealer, lost != NULL);
}

static void
go_on_here_cb (GramLostBanner *self)
{
  gram_session_go_on_here (gram_pane_get_session (self));
}

static void
connect_again_cb (GramLostBanner *self)
{
  gram_document_start (gram_pane_get_document (self));
}

static void
gram_lost_banner_bind (GramPane *pane)
{
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (update), "state-changed",
                       "run-changed", NULL);
  update (GRAM_LOST_BANNER (pane));
}

static void
gram_lost_banner_class_init (GramLostBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_lost_banner_bind;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-lost-banner"));
  gtk_widget_class_bind_template_child (widget_class, GramLostBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, GramLostBanner, text);
  gtk_widget_class_bind_template_callback (widget_class, go_on_here_cb);
  gtk_widget_class_bind_template_callback (widget_class, connect_again_cb);
}

static void
gram_lost_banner_init (GramLostBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
