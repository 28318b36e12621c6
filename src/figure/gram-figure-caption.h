/* gram-figure-caption.h: the caption of a figure: the data, the network, and what is drawn how
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figure-inputs.h"
#include "gram-figure.h"

G_BEGIN_DECLS

void gram_figure_caption (GramFigure *figure, const GramFigureInputs *inputs, const char *text);

G_END_DECLS
