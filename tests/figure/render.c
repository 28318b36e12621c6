/* render.c: every figure as a PNG, to be looked at
 *
 * SPDX-License-Identifier: MIT
 *
 * render FOLDER [WIDTH HEIGHT [THEME]]
 */
#include <stdlib.h>

#include "fixture.h"
#include "gram-export.h"

int
main (int argc, char **argv)
{
  GramExportOptions options;
  GramFigureInputs inputs;
  const GramFigureInfo *info;

  if (argc < 2)
    return 2;
  inputs = fixture_inputs (fixture_get ());
  gram_export_options_init (&options);
  if (argc >= 4)
    {
      options.width = atof (argv[2]);
      options.height = atof (argv[3]);
    }
  if (argc >= 5)
    gram_theme_from_string (argv[4], &options.theme);
  for (guint i = 0; (info = gram_figures_get (i)) != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GramFigure) figure = gram_figure_new_by_name (info->name, &inputs, &error);
      g_autofree char *path = g_strdup_printf ("%s/%s.png", argv[1], info->name);

      g_assert_no_error (error);
      if (!gram_figure_export (figure, &options, path, &error))
        g_error ("%s", error->message);
    }
  return 0;
}
