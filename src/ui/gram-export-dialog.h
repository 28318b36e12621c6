/* gram-export-dialog.h: what a figure is to look like in a file, with a preview
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

#include "gram-export.h"

G_BEGIN_DECLS

/* @options: as people left them */
typedef void (*GramExportDialogFunc) (GtkWindow *parent, const GramExportOptions *options);

void gram_export_dialog_present (GtkWindow *parent, GramFigure *figure,
                                 const GramExportOptions *options, GramExportDialogFunc chosen);

G_END_DECLS
