/* fuzz-checkpoint.c: whatever bytes a session file or a sweep's CSV has
 *
 * SPDX-License-Identifier: MIT
 *
 * The first byte says who reads the rest: the whole file's reader, which its checksums guard, or
 * the curves' and settings' behind them, which must hold on their own.
 */
#include <glib/gstdio.h>

#include "gram-checkpoint.h"
#include "gram-curves.h"
#include "gram-sweep.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
fuzz_settings (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GramSettings) settings = gram_settings_new ();
  g_autoptr (GramSettings) again = gram_settings_new ();
  g_autofree char *written = NULL;
  g_autoptr (GArray) fractions = gram_sweep_parse_fractions (text, NULL);

  if (!gram_settings_apply (settings, text, NULL))
    return;
  written = gram_settings_to_string (settings);
  g_assert_true (gram_settings_apply (again, written, NULL));
  g_assert_true (gram_settings_equal (settings, again));
}

static void
fuzz_curves (GBytes *bytes)
{
  g_autoptr (GramRun) run = gram_curves_parse (bytes, NULL);
  g_autoptr (GramRun) again = NULL;
  g_autoptr (GBytes) written = NULL;

  if (run == NULL)
    return;
  written = gram_curves_serialize (run, G_MAXINT64);
  again = gram_curves_parse (written, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (run->sets->len, ==, again->sets->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = NULL;

  if (size == 0)
    return 0;
  bytes = g_bytes_new (data + 1, size - 1);
  if (data[0] % 3 == 0)
    gram_checkpoint_free (gram_checkpoint_parse (bytes, NULL));
  else if (data[0] % 3 == 1)
    fuzz_curves (bytes);
  else
    fuzz_settings (data + 1, size - 1);
  return 0;
}
