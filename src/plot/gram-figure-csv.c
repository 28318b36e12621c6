/* gram-figure-csv.c: the numbers of a figure
 *
 * SPDX-License-Identifier: MIT
 *
 * One row a point, "panel,series,x,y,y_high", RFC 4180: tidy data that pandas, R and spreadsheets
 * read alike. Numbers have 17 digits, enough to read back the same double, and a decimal point in
 * every locale; what is not finite is nan, inf or -inf. A text that a spreadsheet would take for
 * a formula gets an apostrophe in front.
 */
#include "gram-figure.h"

#include <math.h>
#include <string.h>

static void
append_cell (GString *csv, const char *text)
{
  g_autofree char *plain = gram_text_to_plain (text != NULL ? text : "");
  gboolean formula = *plain != '\0' && strchr ("=+-@\t\r", *plain) != NULL;

  g_string_append_c (csv, '"');
  if (formula)
    g_string_append_c (csv, '\'');
  for (const char *at = plain; *at != '\0'; at++)
    {
      if (*at == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *at);
    }
  g_string_append_c (csv, '"');
}

static void
append_number (GString *csv, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isnan (value))
    g_string_append (csv, "nan");
  else if (isinf (value))
    g_string_append (csv, value > 0 ? "inf" : "-inf");
  else
    g_string_append (csv, g_ascii_formatd (buffer, sizeof buffer, "%.17g", value));
}

static void
append_series (GString *csv, const GramPlot *plot, const GramSeries *series)
{
  gsize ignored, count = gram_series_length (series);
  const double *y = gram_buffer_peek (series->y, &ignored);

  for (gsize i = 0; i < count; i++)
    {
      append_cell (csv, plot->y.label != NULL ? plot->y.label : plot->title);
      g_string_append_c (csv, ',');
      append_cell (csv, series->name);
      append_number (csv, gram_series_x (series, i));
      append_number (csv, y[i]);
      g_string_append (csv, ",\r\n");
    }
}

/**
 * gram_figure_to_csv:
 *
 * Returns: (transfer full): all points of the series that are shown
 */
char *
gram_figure_to_csv (GramFigure *figure)
{
  GString *csv = g_string_new ("panel,series,x,y,y_high\r\n");

  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      for (guint j = 0; j < plot->series->len; j++)
        {
          const GramSeries *series = g_ptr_array_index (plot->series, j);

          if (gram_plot_series_visible (plot, series))
            append_series (csv, plot, series);
        }
    }
  return g_string_free (csv, FALSE);
}
