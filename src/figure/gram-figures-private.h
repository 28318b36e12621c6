/* gram-figures-private.h: what the figures share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figures.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *title;
  const char *aliases; /* comma-separated, "" for none */
  void (*build) (GramFigure *figure);
  void (*update) (GramFigure *figure, const GramFigureInputs *inputs);
} GramFigureClass;

extern const GramFigureClass gram_figure_convergence;
extern const GramFigureClass gram_figure_spectrum;

GramRole gram_labels_role (const GramLabels *labels);
GramMarker gram_role_marker (GramRole role);
char *gram_labels_title (const GramLabels *labels);
char *gram_caption_data (const GramFigureInputs *inputs);
char *gram_caption_network (const GramFigureInputs *inputs);

GramBuffer *gram_figure_column (GramFigure *figure, const char *key);
void gram_buffer_follow (GramBuffer *buffer, const GArray *values);
void gram_legend_labels (GramPlot *plot, const GramLabels *labels, GramSeriesKind kind,
                         GramShade shade);

G_END_DECLS
