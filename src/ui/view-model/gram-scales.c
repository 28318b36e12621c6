/* gram-scales.c: which axes people made logarithmic or linear, between starts
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-scales.h"

/* "spectrum.x" */
static char *
name_of (const GramFigure *figure, GramAxisSide side)
{
  return g_strdup_printf ("%s.%s", figure->id, side == GRAM_AXIS_X ? "x" : "y");
}

/**
 * gram_scales_with:
 * @scales: a{sb}, of an axis: whether it is logarithmic
 *
 * Returns: (transfer floating): the same with a choice for an axis of a figure
 */
GVariant *
gram_scales_with (GVariant *scales, const GramFigure *figure, GramAxisSide side, gboolean is_log)
{
  g_autofree char *name = name_of (figure, side);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sb}"));
  GVariantIter iter;
  const char *key;
  gboolean value;

  g_variant_iter_init (&iter, scales);
  while (g_variant_iter_next (&iter, "{&sb}", &key, &value))
    if (!g_str_equal (key, name))
      g_variant_builder_add (&builder, "{sb}", key, value);
  g_variant_builder_add (&builder, "{sb}", name, is_log);
  return g_variant_builder_end (&builder);
}

/**
 * gram_scales_apply:
 * @scales: as of gram_scales_with()
 *
 * Axes without a choice stay as the figure made them.
 */
void
gram_scales_apply (GVariant *scales, GramFigure *figure)
{
  for (GramAxisSide side = GRAM_AXIS_X; side <= GRAM_AXIS_Y; side++)
    {
      g_autofree char *name = name_of (figure, side);
      gboolean is_log;

      if (g_variant_lookup (scales, name, "b", &is_log))
        gram_figure_set_scale (figure, side, is_log ? GRAM_SCALE_LOG : GRAM_SCALE_LINEAR);
    }
}
