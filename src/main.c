/* main.c: the window's entry
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

int
main (int argc, char **argv)
{
  return 0;
}
