/* gram-dataset.c: images with labels, wherever they come from
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dataset.h"
