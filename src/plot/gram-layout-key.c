/* gram-layout-key.c: whether two layouts have the same grid, axes and headings
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout.h"

#include <math.h>
#include <string.h>

static guint64
hash_bytes (guint64 hash, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

static guint64
hash_number (guint64 hash, double value)
{
  return hash_bytes (hash, &value, sizeof value);
}

static guint64
hash_text (guint64 hash, const char *text)
{
  return text != NULL ? hash_bytes (hash, text, strlen (text) + 1) : hash_number (hash, -1);
}

static guint64
hash_transform (guint64 hash, const GramTransform *t)
{
  hash = hash_number (hash, t->scale);
  hash = hash_number (hash, isnan (t->zero) ? -1e300 : t->zero);
  hash = hash_number (hash, t->range.min);
  hash = hash_number (hash, t->range.max);
  hash = hash_number (hash, t->pixel_min);
  return hash_number (hash, t->pixel_max);
}

/**
 * gram_layout_static_key:
 *
 * Returns: a number that is the same for two layouts whose static part looks the same
 */
guint64
gram_layout_static_key (const GramLayout *layout)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  hash = hash_number (hash, layout->width);
  hash = hash_number (hash, layout->height);
  hash = hash_number (hash, layout->theme->kind);
  hash = hash_number (hash, layout->theme->text);
  hash = hash_number (hash, layout->flags);
  hash = hash_number (hash, layout->figure->first_row);
  hash = hash_text (hash, layout->figure->title);
  hash = hash_text (hash, layout->figure->caption);
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);

      hash = hash_transform (hash, &panel->x);
      hash = hash_transform (hash, &panel->y);
      hash = hash_text (hash, panel->x_label);
      hash = hash_text (hash, panel->y_label);
      hash = hash_text (hash, panel->plot->title);
      hash = hash_number (hash, panel->x_labels);
      hash = hash_number (hash, panel->y_label_y);
      hash = hash_number (hash, panel->outer.x);
    }
  return hash;
}
