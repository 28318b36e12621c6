/* gram-view-state.h: what of a session people look at, which its file keeps
 *
 * SPDX-License-Identifier: MIT
 *
 * No widget is needed to call these, so they are tested without a display.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "gram-figure.h"

G_BEGIN_DECLS

#define GRAM_MOST_FLIPS 500

typedef struct
{
  char *page;            /* id of the page that is shown */
  gboolean panel;        /* whether the side panel is */
  char *dynamics;        /* name of the figure on the page of that name */
  gboolean cumulative;   /* whether Spectrum has the shares of the first i eigenvectors */
  gboolean test;         /* whether Generalization has the test images over the steps */
  gboolean finite_width; /* whether Convergence has the prediction with H(0) */
  gint flips;            /* labels that the seed flips on the page “Samples” */
  JsonObject *figures;   /* what was chosen for each: scales, ranges, hidden curves */
} GramViewState;

GramViewState *gram_view_state_new (void);
void gram_view_state_free (GramViewState *state);

void gram_view_state_keep_figure (GramViewState *state, const GramFigure *figure);
void gram_view_state_restore_figure (const GramViewState *state, GramFigure *figure);

char *gram_view_state_to_text (const GramViewState *state);
void gram_view_state_read (GramViewState *state, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramViewState, gram_view_state_free)

G_END_DECLS
