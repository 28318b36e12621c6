/* gram-remote-link.h: a process that serves a device, and the talk with it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-wire.h"

G_BEGIN_DECLS

typedef struct _GramRemoteLink GramRemoteLink;

GramRemoteLink *gram_remote_link_new (const char *name, const char *const *argv, GError **error);
void gram_remote_link_free (GramRemoteLink *link);
const GramDeviceInfo *gram_remote_link_get_info (GramRemoteLink *link);
const char *gram_remote_link_get_program (GramRemoteLink *link);
gboolean gram_remote_link_is_lost (GramRemoteLink *link);
guint32 gram_remote_link_new_object (GramRemoteLink *link);
gboolean gram_remote_link_call (GramRemoteLink *link, GramWireKind kind, guint32 object,
                                GramWire *request, const GramJob *job, GramWire *reply,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramRemoteLink, gram_remote_link_free)

G_END_DECLS
