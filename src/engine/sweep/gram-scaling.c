/* gram-scaling.c: how far nets are off their prediction, against what a study varies
 *
 * SPDX-License-Identifier: MIT
 *
 * Theorem 4.1 lets ‖(y − u(k)) − (I − ηH∞)ᵏy‖ vanish as m grows, and its proof as m^(−½). On
 * logarithmic axes that is a line, whose slope is fitted to all nets alike.
 */
#include "gram-scaling.h"

#include <math.h>
#include <string.h>

static void
curve_free (gpointer data)
{
  GramScalingCurve *curve = data;

  g_array_unref (curve->points);
  g_free (curve->name);
  g_free (curve);
}

static gboolean
is_number (const GramVariation *variation)
{
  for (guint i = 0; variation->values[i] != NULL; i++)
    {
      char *end;

      if (!(g_ascii_strtod (variation->values[i], &end) > 0) || *end != '\0')
        return FALSE;
    }
  return TRUE;
}

/**
 * gram_scaling_axis:
 * @variations: (nullable) (element-type GramVariation): of a study
 *
 * Returns: which of the study's variations the nets are drawn against: the width, else the first
 *   that has numbers; −1 for none
 */
int
gram_scaling_axis (const GPtrArray *variations)
{
  int axis = -1;

  for (guint i = variations != NULL ? variations->len : 0; i-- > 0;)
    {
      const GramVariation *variation = g_ptr_array_index (variations, i);

      if (is_number (variation)
          && (axis < 0 || !g_str_equal (((GramVariation *) variations->pdata[axis])->key, "width")))
        axis = (int) i;
    }
  return axis;
}

/* What else the point has that others have not. */
static char *
name_rest (const GramSweepTable *table, const GramSweepPoint *point, int axis)
{
  GString *name = g_string_new (NULL);

  for (int i = 0; i < (int) table->variations->len; i++)
    {
      const GramVariation *variation = g_ptr_array_index (table->variations, i);

      if (i != axis)
        g_string_append_printf (name, "%s%s %s", name->len > 0 ? ", " : "", variation->symbol,
                                point->values[i]);
    }
  return g_string_free (name, FALSE);
}

static GramScalingCurve *
find_curve (GPtrArray *curves, const GramSweepCell *cell, const char *name)
{
  GramScalingCurve *curve;

  for (guint i = 0; i < curves->len; i++)
    {
      curve = g_ptr_array_index (curves, i);
      if (curve->labels.kind == cell->labels.kind && curve->labels.rho == cell->labels.rho
          && g_str_equal (curve->name, name))
        return curve;
    }
  curve = g_new0 (GramScalingCurve, 1);
  curve->labels = cell->labels;
  curve->labels.draw = 0;
  curve->name = g_strdup (name);
  curve->points = g_array_new (FALSE, FALSE, sizeof (GramScalingPoint));
  curve->slope = curve->intercept = NAN;
  g_ptr_array_add (curves, curve);
  return curve;
}

static void
add_net (GramScalingCurve *curve, double x, double difference)
{
  GramScalingPoint *point;
  guint i = 0;

  while (i < curve->points->len && g_array_index (curve->points, GramScalingPoint, i).x < x)
    i++;
  if (i == curve->points->len || g_array_index (curve->points, GramScalingPoint, i).x != x)
    {
      const GramScalingPoint fresh = { .x = x, .least = INFINITY, .most = -INFINITY };

      g_array_insert_val (curve->points, i, fresh);
    }
  point = &g_array_index (curve->points, GramScalingPoint, i);
  point->mean = (point->mean * point->count + difference) / (point->count + 1);
  point->count++;
  point->least = MIN (point->least, difference);
  point->most = MAX (point->most, difference);
}

/* Least squares in two passes, about the means: no digits are lost. */
typedef struct
{
  double count, x, y, xx, xy;
} Fit;

static gboolean
is_compared (const GramSweepCell *cell)
{
  return cell->done && cell->difference > 0 && isfinite (cell->difference);
}

static double
x_of (const GramSweepTable *table, const GramSweepCell *cell, int axis)
{
  const GramSweepPoint *point = g_ptr_array_index (table->points, cell->point);

  return g_ascii_strtod (point->values[axis], NULL);
}

static void
fit (const GramSweepTable *table, int axis, GPtrArray *curves, Fit *fits)
{
  for (int pass = 0; pass < 2; pass++)
    for (guint i = 0; i < table->cells->len; i++)
      {
        const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);
        g_autofree char *name =
            name_rest (table, g_ptr_array_index (table->points, cell->point), axis);
        double x, y;
        guint at;
        Fit *own;

        if (!is_compared (cell) || !g_ptr_array_find (curves, find_curve (curves, cell, name), &at))
          continue;
        own = &fits[at];
        x = log10 (x_of (table, cell, axis));
        y = log10 (cell->difference);
        if (pass == 0)
          {
            own->count++;
            own->x += (x - own->x) / own->count;
            own->y += (y - own->y) / own->count;
            continue;
          }
        own->xx += (x - own->x) * (x - own->x);
        own->xy += (x - own->x) * (y - own->y);
      }
}

/**
 * gram_scaling_new:
 * @table: of a study or a sweep
 *
 * Returns: (transfer full) (element-type GramScalingCurve): the nets that are done, a curve for
 * each label set and each value of what else is varied; none when no number is varied
 */
GPtrArray *
gram_scaling_new (const GramSweepTable *table)
{
  GPtrArray *curves = g_ptr_array_new_with_free_func (curve_free);
  int axis = gram_scaling_axis (table->variations);
  g_autofree Fit *fits = NULL;

  for (guint i = 0; axis >= 0 && i < table->cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);
      g_autofree char *name =
          name_rest (table, g_ptr_array_index (table->points, cell->point), axis);

      if (is_compared (cell))
        add_net (find_curve (curves, cell, name), x_of (table, cell, axis), cell->difference);
    }
  fits = g_new0 (Fit, curves->len + 1);
  if (axis >= 0)
    fit (table, axis, curves, fits);
  for (guint i = 0; i < curves->len; i++)
    {
      GramScalingCurve *curve = g_ptr_array_index (curves, i);

      if (!(fits[i].xx > 0))
        continue;
      curve->slope = fits[i].xy / fits[i].xx;
      curve->intercept = fits[i].y - curve->slope * fits[i].x;
    }
  return curves;
}
