/* gram-event-queue.h: the way of events to the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * Events are delivered in the order they were posted. However many there are, one callback at most
 * is pending in the main loop; those that wait are merged where that loses nothing.
 */
#pragma once

#include "gram-event.h"

G_BEGIN_DECLS

typedef struct _GramEventQueue GramEventQueue;
typedef void (*GramEventFunc) (GramEvent *event, gpointer user_data);

GramEventQueue *gram_event_queue_new (GMainContext *context, GramEventFunc func,
                                      gpointer user_data);
GramEventQueue *gram_event_queue_ref (GramEventQueue *queue);
void gram_event_queue_unref (GramEventQueue *queue);
void gram_event_queue_close (GramEventQueue *queue);
void gram_event_queue_post (GramEventQueue *queue, GramEvent *event);

G_END_DECLS
