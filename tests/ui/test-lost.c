/* test-lost.c: the banner of a run that waits for its device
 *
 * SPDX-License-Identifier: MIT
 *
 * The card is a fake one, and no run fits on the CPU. Skipped without a display.
 */
#include <string.h>

#include "gram-application.h"
#include "gram-fixture.h"
#include "gram-pane.h"
#include "gram-watch.h"

GType gram_lost_banner_get_type (void);

/* Of @root, the widget of that type whose text has @text */
static GtkWidget *
find (GtkWidget *root, GType type, const char *text)
{
  const char *has = GTK_IS_BUTTON (root)  ? gtk_button_get_label (GTK_BUTTON (root))
                    : GTK_IS_LABEL (root) ? gtk_label_get_text (GTK_LABEL (root))
                                          : NULL;
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (text == NULL || (has && strstr (has, text))))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type, text);
  return found;
}

static gboolean
is_shown (GtkWidget *banner)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (find (banner, GTK_TYPE_REVEALER, NULL)));
}

/* It comes with the reason, stays while neither button helps, and goes when the run goes on. */
static void
test_banner (gconstpointer here)
{
  g_autoptr (GramDocument) document = gram_document_new ();
  GtkWidget *banner = g_object_ref_sink (g_object_new (gram_lost_banner_get_type (), NULL));
  Watch own = { .session = gram_document_get_session (document) }, *watch = &own;
  GtkWidget *button;

  own.states = g_string_new (NULL);
  own.notices = g_ptr_array_new ();
  g_atomic_int_set (&gram_faults.fail_step_at, 30);
  g_atomic_int_set (&gram_faults.lost, 1);
  g_atomic_int_set (&gram_faults.no_room, 1);
  gram_pane_set_document (GRAM_PANE (banner), document);
  g_assert_false (is_shown (banner));
  g_assert_true (gram_document_load (document, SMALL "device=cuda steps=100 labels=true", NULL));
  gram_document_start (document);
  WAIT (is_shown (banner));
  g_assert_nonnull (find (banner, GTK_TYPE_LABEL, "the card fell off the bus"));
  button = find (banner, GTK_TYPE_BUTTON, "Go On Here");
  g_signal_emit_by_name (button, "clicked");
  WAIT (find (banner, GTK_TYPE_LABEL, "does not fit in this computer") != NULL);
  g_assert_true (is_shown (banner));
  gram_faults_clear ();
  if (here == NULL)
    button = find (banner, GTK_TYPE_BUTTON, "Connect Again");
  g_signal_emit_by_name (button, "clicked");
  WAIT (in_state (watch, GRAM_STATE_FINISHED));
  g_assert_false (is_shown (banner));
  g_assert_cmpint (gram_document_get_step (document), ==, 100);
  g_object_unref (banner);
  g_string_free (own.states, TRUE);
  g_ptr_array_unref (own.notices);
}

int
main (int argc, char **argv)
{
  g_autoptr (GramApplication) application = NULL;

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR); /* no portals here: warnings */
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  gram_fixture_init ();
  gram_fixture_add_fake_card ();
  application = gram_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_data_func ("/ui/lost/connect-again", NULL, test_banner);
  g_test_add_data_func ("/ui/lost/go-on-here", "here", test_banner);
  return g_test_run ();
}
