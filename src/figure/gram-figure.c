/* gram-figure.c: engine results as plots, for the window and the command line alike
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
