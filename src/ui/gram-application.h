/* gram-application.h: the program: one window, actions that D-Bus and people share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAM_TYPE_APPLICATION (gram_application_get_type ())
G_DECLARE_FINAL_TYPE (GramApplication, gram_application, GRAM, APPLICATION, AdwApplication)

GramApplication *gram_application_new (void);

G_END_DECLS
