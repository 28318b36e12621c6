/* main.c: the window's entry
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <locale.h>
#include <unistd.h>

#include "gram-application.h"
#include "gram-backend.h"
#include "gram-cpu.h"
#include "gram-i18n.h"
#include "gram-thread.h"

/* Modules are optional: without them, or without their devices, the program runs on the CPU. */
static void
register_backends (void)
{
  g_autoptr (GError) error = NULL;
  const char *folder = g_getenv ("GRAM_MODULEDIR");

  if (!gram_backend_register (gram_cpu_backend (), &error))
    g_error ("the CPU backend does not fit this build: %s", error->message);
  gram_backend_load_modules (folder != NULL ? folder : GRAM_MODULEDIR);
}

int
main (int argc, char **argv)
{
  g_autoptr (GramApplication) application = NULL;
  int status;

  setlocale (LC_ALL, "");
  gram_i18n_bind ();
  g_set_prgname (GRAM_APP_ID);
  g_set_application_name ("Gramscope");
  register_backends ();
  application = gram_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_clear_object (&application);
  /* A thread that was left inside LAPACK still computes, and the libraries' exit handlers would
   * take their memory away under it: the process ends without them. */
  if (gram_thread_count () > 0)
    {
      g_settings_sync ();
      _exit (status);
    }
  return status;
}
