/* gram-tour.h: the first minute, narrated
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-window.h"

G_BEGIN_DECLS

#define GRAM_TYPE_TOUR (gram_tour_get_type ())
G_DECLARE_FINAL_TYPE (GramTour, gram_tour, GRAM, TOUR, AdwBin)

void gram_tour_start (GramTour *tour, GramWindow *window);

void gram_tour_stop (GramTour *tour);

void gram_tour_page_changed (GramTour *self, const char *page);

G_END_DECLS
