/* own-locale.h: a locale that a test makes for itself
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib/gstdio.h>
#include <locale.h>

#include "limit.h"

/* Systems have few locales, and a test in C alone would show nothing. */
static inline void
use_locale (const char *locale)
{
  g_autofree char *folder = g_build_filename (g_getenv ("GRAM_TEST_BUILDDIR"), "locales", NULL);
  g_autofree char *input = g_strndup (locale, 5);
  g_autofree char *target = g_build_filename (folder, locale, NULL);
  g_autofree char *fresh = g_strdup_printf ("%s.%d", target, (int) getpid ());
  const char *const command[] = { "localedef", "-i", input, "-f", "UTF-8", fresh, NULL };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  if (!g_file_test (target, G_FILE_TEST_EXISTS) && !g_str_equal (locale, "C"))
    {
      limit_begin (120, "the making of a locale");
      g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                                   NULL, NULL, NULL, NULL));
      limit_end ();
      /* another test may have been faster */
      g_assert_true (g_rename (fresh, target) == 0 || g_file_test (target, G_FILE_TEST_EXISTS));
    }
  g_setenv ("LOCPATH", folder, TRUE);
  g_assert_nonnull (setlocale (LC_ALL, locale));
}
