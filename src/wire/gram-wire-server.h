/* gram-wire-server.h: a device for who is at the other end of a stream
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

gboolean gram_wire_server_run (GInputStream *in, GOutputStream *out, GramDevice *device,
                               const GError *absent, GError **error);

G_END_DECLS
