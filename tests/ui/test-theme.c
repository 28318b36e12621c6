/* test-theme.c: a theme other than libadwaita's has every colour that the window names
 *
 * SPDX-License-Identifier: MIT
 *
 * A colour that is not known is white, and so is the background of most themes. Skipped without a
 * display.
 */
#include "gram-application.h"

static void
test_colours (void)
{
  g_autoptr (GBytes) style =
      g_resources_lookup_data ("/io/github/gramscope/Gramscope/style.css", 0, NULL);
  g_autoptr (GRegex) names = g_regex_new ("@([a-z_]+)", 0, 0, NULL);
  GtkWidget *widget = g_object_ref_sink (gtk_label_new (NULL));
  g_autoptr (GMatchInfo) match = NULL;
  guint found = 0;

  g_assert_nonnull (style);
  g_regex_match_full (names, g_bytes_get_data (style, NULL), (gssize) g_bytes_get_size (style), 0,
                      0, &match, NULL);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      GdkRGBA color;

      if (g_str_equal (name, "define"))
        continue;
      g_test_message ("%s", name);
      g_assert_true (
          gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color));
      found++;
    }
  g_assert_cmpuint (found, >, 8);
  g_object_unref (widget);
}

int
main (int argc, char **argv)
{
  g_autoptr (GramApplication) application = NULL;

  g_setenv ("GTK_THEME", "HighContrast", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR); /* no portals here: warnings */
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  application = gram_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/ui/theme/colours", test_colours);
  return g_test_run ();
}
