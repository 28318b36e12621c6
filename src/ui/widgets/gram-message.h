/* gram-message.h: a heading, a text and the answers to it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GRAM_MESSAGE_H
#define GRAM_MESSAGE_H

#include <adwaita.h>

GtkWidget *gram_message_new (const char *heading, const char *body, const char *default_response,
                             const char *close_response);
void gram_message_add (GtkWidget *message, const char *response, const char *label,
                       AdwResponseAppearance appearance);
void gram_message_present (GtkWidget *message, GtkWidget *window);
void gram_message_close (GtkWidget *message);
void gram_message_close_all (GtkWidget *window);

#endif
