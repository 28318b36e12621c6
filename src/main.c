/* main.c: the window's entry
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <sysexits.h>
#include <unistd.h>

#include "gram-application.h"
#include "gram-backend.h"
#include "gram-cpu-blas.h"
#include "gram-cpu.h"
#include "gram-i18n.h"
#include "gram-remote.h"
#include "gram-thread.h"

/* Modules are optional: without them, or without their devices, the program runs on the CPU. */
static void
register_backends (void)
{
  g_autoptr (GError) error = NULL;

  if (!gram_backend_register (gram_cpu_backend (), &error))
    g_error ("the CPU backend does not fit this build: %s", error->message);
  gram_backend_register (gram_remote_backend (), NULL);
  gram_backend_register (gram_remote_ranks_backend (), NULL);
  gram_backend_load_modules (NULL);
}

/* Without a session bus what keeps settings would complain of each of them, and what speaks to
 * screen readers of the bus. */
static void
do_without_bus (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (bus != NULL)
    return;
  g_setenv ("GTK_A11Y", "none", FALSE);
  if (g_getenv ("GSETTINGS_BACKEND") == NULL && g_setenv ("GSETTINGS_BACKEND", "memory", TRUE))
    g_printerr (_ ("%s: there is no session bus; settings are not kept\n"), "gramscope");
}

/* Answers what needs no window, and says so where none can be shown. */
static int
local_options_cb (GApplication *application, GVariantDict *options, gpointer data)
{
  const char *display = g_getenv ("WAYLAND_DISPLAY");

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("gramscope %s\n", GRAM_VERSION);
      return 0;
    }
  g_set_prgname (GRAM_APP_ID); /* how the desktop knows the window */
  if (gtk_init_check ())
    {
      do_without_bus ();
      return -1;
    }
  display = display != NULL ? display : g_getenv ("DISPLAY");
  if (display == NULL)
    g_printerr (_ ("%s: there is no display; gramscope-cli needs none\n"), "gramscope");
  else
    g_printerr (_ ("%s: the display “%s” cannot be opened; gramscope-cli needs none\n"),
                "gramscope", display);
  return EX_UNAVAILABLE;
}

static const GOptionEntry options[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
  { NULL },
};

int
main (int argc, char **argv)
{
  g_autoptr (GramApplication) application = NULL;
  int status;

  gram_cpu_blas_settle ();
  setlocale (LC_ALL, "");
  gram_i18n_bind ();
  g_set_prgname ("gramscope");
  g_set_application_name ("Gramscope");
  register_backends ();
  application = gram_application_new ();
  g_application_add_main_option_entries (G_APPLICATION (application), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (application), _ ("[FILE]"));
  g_signal_connect (application, "handle-local-options", G_CALLBACK (local_options_cb), NULL);
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
