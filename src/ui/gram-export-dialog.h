/* gram-export-dialog.h: what a figure is to look like in a file, with a preview
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

#include "gram-export.h"

G_BEGIN_DECLS

/* @options: as people left them */
typedef void (*GramExportDialogFunc) (gpointer user_data, const GramExportOptions *options);

void gram_export_dialog_present (GtkWindow *parent, GramFigure *figure,
                                 const GramExportOptions *options, GramExportDialogFunc chosen,
                                 gpointer user_data);

G_END_DECLS
