/* gram-plot.c: a plot is axes, series and a legend; it knows no engine and no widget
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
