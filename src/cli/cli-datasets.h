/* cli-datasets.h: downloading on the command line
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int cli_datasets_get (const char *name, const char *data_dir, gboolean yes);

G_END_DECLS
