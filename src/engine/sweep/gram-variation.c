/* gram-variation.c: a setting and the values that a study gives it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-variation.h"

#include <string.h>

#include "gram-error.h"

#define MOST_VALUES 1000

/* A pair of classes has a comma of its own. */
static const char *
separator_of (const char *key)
{
  return g_str_equal (key, "classes") ? "/" : ",";
}

/* The values as the setting writes them, so that "1e-3" and "0.001" are the same. */
static gboolean
take_values (GramVariation *variation, GError **error)
{
  g_autoptr (GramSettings) settings = gram_settings_new ();

  for (guint i = 0; variation->values[i] != NULL; i++)
    {
      char *written;

      if (!gram_settings_set (settings, variation->key, g_strstrip (variation->values[i]), error))
        return FALSE;
      written = gram_settings_get (settings, variation->key);
      g_free (variation->values[i]);
      variation->values[i] = written != NULL ? written : g_strdup ("");
      for (guint j = 0; j < i; j++)
        if (g_str_equal (variation->values[j], variation->values[i]))
          return gram_fail (error, GRAM_ERROR_USAGE, "%s: %s is there twice; give every value once",
                            variation->key, variation->values[i]);
    }
  return TRUE;
}

/**
 * gram_variation_parse:
 * @text: "width=512,2048"; pairs of classes have a slash between them, "classes=3,8/0,1"
 *
 * Returns: (transfer full) (nullable): the setting and its values, or %NULL with GRAM_ERROR_USAGE
 */
GramVariation *
gram_variation_parse (const char *text, GError **error)
{
  g_autoptr (GramVariation) variation = g_new0 (GramVariation, 1);
  const char *equals = strchr (text, '=');
  g_autofree char *key = equals != NULL ? g_strndup (text, (gsize) (equals - text)) : NULL;

  if (key == NULL || *key == '\0' || equals[1] == '\0')
    {
      gram_fail (error, GRAM_ERROR_USAGE,
                 "“%s”: must be a setting and its values, for instance width=512,2048,8192", text);
      return NULL;
    }
  variation->key = gram_settings_varied (key, &variation->symbol, error);
  if (variation->key == NULL)
    return NULL;
  variation->values = g_strsplit (equals + 1, separator_of (variation->key), MOST_VALUES + 1);
  if (g_strv_length (variation->values) > MOST_VALUES)
    {
      gram_fail (error, GRAM_ERROR_USAGE, "%s: more than %d values; give fewer", variation->key,
                 MOST_VALUES);
      return NULL;
    }
  return take_values (variation, error) ? g_steal_pointer (&variation) : NULL;
}

GramVariation *
gram_variation_copy (const GramVariation *variation)
{
  GramVariation *copy = g_memdup2 (variation, sizeof *variation);

  copy->values = g_strdupv (variation->values);
  return copy;
}

/**
 * gram_variation_free:
 * @data: (transfer full) (nullable): a #GramVariation
 */
void
gram_variation_free (gpointer data)
{
  GramVariation *variation = data;

  if (variation == NULL)
    return;
  g_strfreev (variation->values);
  g_free (variation);
}

/* ---------- points ---------------------------------------------------------------------------- */

static void
point_unref (gpointer data)
{
  GramSweepPoint *point = data;

  if (!g_atomic_int_dec_and_test (&point->references))
    return;
  gram_settings_free (point->settings);
  g_strfreev (point->values);
  g_free (point->name);
  g_free (point->refused);
  g_free (point);
}

/* Point @index of all combinations, the values of the last variation changing fastest. */
static GramSweepPoint *
point_new (const GramSettings *settings, const GPtrArray *variations, guint index, GError **error)
{
  GramSweepPoint *point = g_new0 (GramSweepPoint, 1);
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean good = TRUE;

  point->references = 1;
  point->settings = gram_settings_copy (settings);
  point->values = g_new0 (char *, variations->len + 1);
  for (guint i = variations->len; i-- > 0;)
    {
      const GramVariation *variation = g_ptr_array_index (variations, i);
      guint count = g_strv_length (variation->values);

      point->values[i] = g_strdup (variation->values[index % count]);
      index /= count;
    }
  for (guint i = 0; i < variations->len; i++)
    {
      const GramVariation *variation = g_ptr_array_index (variations, i);

      g_string_append_printf (name, "%s%s %s", i > 0 ? ", " : "", variation->symbol,
                              point->values[i]);
      good = good && gram_settings_set (point->settings, variation->key, point->values[i], error);
    }
  point->name = g_string_free (g_steal_pointer (&name), FALSE);
  good = good && gram_settings_check (point->settings, error);
  if (!good)
    g_clear_pointer (&point, point_unref);
  return point;
}

/**
 * gram_sweep_points_new:
 * @settings: of all of them
 * @variations: (element-type GramVariation): what is varied; nothing gives one point
 *
 * Returns: (transfer full) (nullable) (element-type GramSweepPoint): every combination of the
 *   values, or %NULL with GRAM_ERROR_USAGE when a combination contradicts itself
 */
GPtrArray *
gram_sweep_points_new (const GramSettings *settings, const GPtrArray *variations, GError **error)
{
  g_autoptr (GPtrArray) points = g_ptr_array_new_with_free_func (point_unref);
  guint64 count = 1;

  for (guint i = 0; i < variations->len; i++)
    count *= g_strv_length (((GramVariation *) variations->pdata[i])->values);
  if (count > MOST_VALUES)
    {
      gram_fail (error, GRAM_ERROR_USAGE,
                 "%" G_GUINT64_FORMAT " combinations of values, and %d are the most; vary less",
                 count, MOST_VALUES);
      return NULL;
    }
  for (guint i = 0; i < count; i++)
    {
      GramSweepPoint *point = point_new (settings, variations, i, error);

      if (point == NULL)
        return NULL;
      g_ptr_array_add (points, point);
    }
  return g_steal_pointer (&points);
}

/**
 * gram_sweep_points_refuse:
 * @points: (transfer full): others may still look at them
 *
 * Returns: (transfer full): the same, but for point @index, which is not trained
 */
GPtrArray *
gram_sweep_points_refuse (GPtrArray *points, guint index, const char *why)
{
  GPtrArray *marked = g_ptr_array_new_with_free_func (point_unref);

  for (guint i = 0; i < points->len; i++)
    {
      GramSweepPoint *point = g_ptr_array_index (points, i);

      if (i == index)
        {
          GramSweepPoint *copy = g_memdup2 (point, sizeof *point);

          copy->references = 1;
          copy->settings = gram_settings_copy (point->settings);
          copy->values = g_strdupv (point->values);
          copy->name = g_strdup (point->name);
          copy->refused = g_strdup (why);
          g_ptr_array_add (marked, copy);
          continue;
        }
      g_atomic_int_inc (&point->references);
      g_ptr_array_add (marked, point);
    }
  g_ptr_array_unref (points);
  return marked;
}
