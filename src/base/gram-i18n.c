/* gram-i18n.c: where the translations are
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-i18n.h"

#include <libintl.h>

/**
 * gram_i18n_bind:
 *
 * Has gettext() look into the program's own catalogues: those of the installation, or of the folder
 * that GRAM_LOCALEDIR names. Until then, and without a setlocale() of LC_MESSAGES, all is English.
 */
void
gram_i18n_bind (void)
{
  const char *folder = g_getenv ("GRAM_LOCALEDIR");

  bindtextdomain (GRAM_GETTEXT_PACKAGE, folder != NULL ? folder : GRAM_LOCALEDIR);
  bind_textdomain_codeset (GRAM_GETTEXT_PACKAGE, "UTF-8");
  textdomain (GRAM_GETTEXT_PACKAGE);
}
