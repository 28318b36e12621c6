/* gram-text.c: one line of text with superscripts and subscripts, typeset and measured
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-text.h"

#include <string.h>

#include <pango/pangocairo.h>

/* Layouts are kept between frames: shaping thirty tick labels anew would cost more than drawing
 * the curves. */
#define CACHE_MAX 1024

struct _GramTypesetter
{
  gint references;
  char *families;
  PangoContext *context;
  GHashTable *cache; /* key → GramTypeset */
  double room[2];    /* of normal and bold text, as a factor of its width */
};

/* Ems of a to z in DejaVu Sans, normal and bold: of the usual fonts, it is among the widest. */
static const double widest[] = { 14.6, 16.55 };
#define ALPHABET "abcdefghijklmnopqrstuvwxyz"
#define UNLIKE 1.08 /* other texts have other letters */

/* ---------- runs ---------------------------------------------------------------------------- */

/* Each raised or lowered character, and what it is. */
static const char raised[] = "⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻−ᵀT⊤Tᵏkᵖpⁱiⁿn";
static const char lowered[] = "₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9ᵢiⱼjₖkₙnᵣr";

static void
add_run (GPtrArray *runs, const char *text, gsize length, int level)
{
  GramTextRun *last = runs->len > 0 ? g_ptr_array_index (runs, runs->len - 1) : NULL;

  if (length == 0)
    return;
  if (last != NULL && last->level == level)
    {
      char *joined = g_strdup_printf ("%s%.*s", last->text, (int) length, text);

      g_free (last->text);
      last->text = joined;
      return;
    }
  last = g_new (GramTextRun, 1);
  last->text = g_strndup (text, length);
  last->level = level;
  g_ptr_array_add (runs, last);
}

static void
run_free (gpointer data)
{
  GramTextRun *run = data;

  g_free (run->text);
  g_free (run);
}

static const char *
find_shifted (const char *pairs, gunichar character)
{
  for (const char *at = pairs; *at != '\0'; at = g_utf8_next_char (g_utf8_next_char (at)))
    if (g_utf8_get_char (at) == character)
      return g_utf8_next_char (at);
  return NULL;
}

static void
add_character (GPtrArray *runs, const char *at, int level)
{
  const char *up = level == 0 ? find_shifted (raised, g_utf8_get_char (at)) : NULL;
  const char *down = level == 0 ? find_shifted (lowered, g_utf8_get_char (at)) : NULL;

  if (up != NULL || down != NULL)
    {
      at = up != NULL ? up : down;
      level = up != NULL ? 1 : -1;
    }
  add_run (runs, at, (gsize) (g_utf8_next_char (at) - at), level);
}

/**
 * gram_text_parse:
 * @text: UTF-8; invalid bytes become �
 *
 * Returns: (transfer full) (element-type GramTextRun): the text in pieces of one level
 */
GPtrArray *
gram_text_parse (const char *text)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (run_free);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  int level = 0;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (level == 0 && (*at == '^' || *at == '_') && at[1] == '{' && strchr (at, '}') != NULL)
        {
          level = *at == '^' ? 1 : -1;
          at++;
        }
      else if (level != 0 && *at == '}')
        level = 0;
      else
        add_character (runs, at, level);
    }
  return runs;
}

/**
 * gram_text_to_plain:
 *
 * Returns: (transfer full): the text for places without typesetting, "10^−3", "H^∞"
 */
char *
gram_text_to_plain (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    {
      const char *end = (*at == '^' || *at == '_') && at[1] == '{' ? strchr (at, '}') : NULL;

      g_string_append_c (plain, *at);
      if (end == NULL)
        continue;
      g_string_append_len (plain, at + 2, end - at - 2);
      at = end;
    }
  return g_string_free (plain, FALSE);
}

/**
 * gram_text_to_markup:
 *
 * Returns: (transfer full): the text for labels that understand Pango's markup
 */
char *
gram_text_to_markup (const char *text)
{
  GString *markup = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      const char *end = (*at == '^' || *at == '_') && at[1] == '{' ? strchr (at, '}') : NULL;
      const char *tag = *at == '^' ? "sup" : "sub";
      gsize length = end != NULL ? (gsize) (end - at - 2) : (gsize) (g_utf8_next_char (at) - at);
      g_autofree char *piece = g_markup_escape_text (end != NULL ? at + 2 : at, (gssize) length);

      if (end != NULL)
        g_string_append_printf (markup, "<%s>%s</%s>", tag, piece, tag);
      else
        g_string_append (markup, piece);
      if (end != NULL)
        at = end;
    }
  return g_string_free (markup, FALSE);
}

/* ---------- typesetting --------------------------------------------------------------------- */

static void
typeset_free (gpointer data)
{
  GramTypeset *set = data;

  g_object_unref (set->layout);
  g_free (set);
}

/**
 * gram_typesetter_new:
 * @families: font families, comma-separated, best first
 *
 * Metrics are unhinted and independent of the scale, so that a figure has the same layout on
 * screen, at any resolution and in a file.
 *
 * Returns: (transfer full): what measures text and lays it out
 */
GramTypesetter *
gram_typesetter_new (const char *families)
{
  GramTypesetter *typesetter = g_new0 (GramTypesetter, 1);
  PangoFontMap *map = pango_cairo_font_map_get_default ();
  cairo_font_options_t *options = cairo_font_options_create ();

  typesetter->references = 1;
  typesetter->room[0] = typesetter->room[1] = 1;
  typesetter->families = g_strdup (families);
  typesetter->context = pango_font_map_create_context (map);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (typesetter->context, options);
  pango_context_set_round_glyph_positions (typesetter->context, FALSE);
  cairo_font_options_destroy (options);
  typesetter->cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, typeset_free);
  return typesetter;
}

/**
 * gram_typesetter_ref:
 *
 * Returns: (transfer full): @typesetter
 */
GramTypesetter *
gram_typesetter_ref (GramTypesetter *typesetter)
{
  g_atomic_int_inc (&typesetter->references);
  return typesetter;
}

/**
 * gram_typesetter_unref:
 * @typesetter: (transfer full):
 */
void
gram_typesetter_unref (GramTypesetter *typesetter)
{
  if (!g_atomic_int_dec_and_test (&typesetter->references))
    return;
  g_hash_table_unref (typesetter->cache);
  g_object_unref (typesetter->context);
  g_free (typesetter->families);
  g_free (typesetter);
}

/**
 * gram_typesetter_get_families:
 *
 * Returns: (transfer none): the font families
 */
const char *
gram_typesetter_get_families (const GramTypesetter *typesetter)
{
  return typesetter->families;
}

static PangoFontDescription *
describe_font (const GramTypesetter *typesetter, const GramFont *font)
{
  PangoFontDescription *description = pango_font_description_new ();

  pango_font_description_set_family (description, typesetter->families);
  pango_font_description_set_absolute_size (description, font->size * PANGO_SCALE);
  pango_font_description_set_weight (description,
                                     font->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  return description;
}

static void
insert_attribute (PangoAttrList *list, PangoAttribute *attribute, gsize start, gsize end)
{
  attribute->start_index = (guint) start;
  attribute->end_index = (guint) end;
  pango_attr_list_insert (list, attribute);
}

static void
set_layout_text (PangoLayout *layout, const GramFont *font, const char *text)
{
  g_autoptr (GPtrArray) runs = gram_text_parse (text);
  g_autoptr (GString) plain = g_string_new (NULL);
  PangoAttrList *attributes = pango_attr_list_new ();

  for (guint i = 0; i < runs->len; i++)
    {
      const GramTextRun *run = g_ptr_array_index (runs, i);
      gsize start = plain->len;
      double rise = run->level > 0 ? GRAM_TEXT_RAISE : -GRAM_TEXT_LOWER;

      g_string_append (plain, run->text);
      if (run->level == 0)
        continue;
      insert_attribute (attributes,
                        pango_attr_size_new_absolute (
                            (int) (font->size * GRAM_TEXT_SMALL * PANGO_SCALE)),
                        start, plain->len);
      insert_attribute (attributes, pango_attr_rise_new ((int) (rise * font->size * PANGO_SCALE)),
                        start, plain->len);
    }
  pango_layout_set_text (layout, plain->str, (int) plain->len);
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
}

/**
 * gram_typesetter_set:
 *
 * Returns: (transfer none): the text laid out on one line, valid until the next call
 */
const GramTypeset *
gram_typesetter_set (GramTypesetter *typesetter, const GramFont *font, const char *text)
{
  g_autofree char *key = g_strdup_printf ("%d %d %s", (int) (font->size * 64), font->bold, text);
  GramTypeset *set = g_hash_table_lookup (typesetter->cache, key);
  PangoFontDescription *description;
  PangoRectangle logical;

  if (set != NULL)
    return set;
  if (g_hash_table_size (typesetter->cache) >= CACHE_MAX)
    g_hash_table_remove_all (typesetter->cache);
  set = g_new (GramTypeset, 1);
  set->layout = pango_layout_new (typesetter->context);
  description = describe_font (typesetter, font);
  pango_layout_set_font_description (set->layout, description);
  pango_font_description_free (description);
  pango_layout_set_single_paragraph_mode (set->layout, TRUE);
  set_layout_text (set->layout, font, text);
  pango_layout_get_extents (set->layout, NULL, &logical);
  set->width = typesetter->room[font->bold != FALSE] * logical.width / PANGO_SCALE;
  set->height = (double) logical.height / PANGO_SCALE;
  set->baseline = (double) pango_layout_get_baseline (set->layout) / PANGO_SCALE;
  g_hash_table_insert (typesetter->cache, g_steal_pointer (&key), set);
  return set;
}

/**
 * gram_typesetter_reserve:
 *
 * Others will draw the text, perhaps without the fonts that are here. From now on each text is said
 * to be as wide as it is in a wide font, so that what is laid out with it keeps to its place.
 */
void
gram_typesetter_reserve (GramTypesetter *typesetter)
{
  for (int bold = 0; bold < 2; bold++)
    {
      const GramFont font = { 100, bold };
      double width = gram_typesetter_set (typesetter, &font, ALPHABET)->width;

      typesetter->room[bold] = UNLIKE * MAX (1, widest[bold] * font.size / width);
    }
  g_hash_table_remove_all (typesetter->cache);
}

/* Where a line may end, before each character of @text and after the last. Spaces are such places;
 * between Chinese and Japanese characters the Unicode rules say which are. Never within braces. */
static gboolean *
find_breaks (const char *text, glong length)
{
  g_autofree PangoLogAttr *attributes = g_new0 (PangoLogAttr, length + 1);
  gboolean *breaks = g_new0 (gboolean, length + 1);
  const char *at = text;
  gunichar before = ' ';
  int depth = 0;

  pango_get_log_attrs (text, -1, -1, pango_language_get_default (), attributes, (int) length + 1);
  for (glong i = 0; i < length; i++, at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      gboolean wide = g_unichar_iswide (before) || g_unichar_iswide (c);

      breaks[i] = depth == 0 && i > 0 && c != ' '
                  && (before == ' ' || (wide && attributes[i].is_line_break));
      depth += (c == '{') - (c == '}');
      before = c;
    }
  breaks[length] = TRUE;
  return breaks;
}

/* The text of a line as it is drawn: without the space at which it ends. */
static char *
cut_line (const char *start, const char *end)
{
  return g_strchomp (g_strndup (start, (gsize) (end - start)));
}

/**
 * gram_typesetter_wrap:
 *
 * Breaks a caption into lines; each line is then drawn by itself, so that a figure in a file
 * breaks where the one on screen does.
 *
 * Returns: (transfer full): the lines
 */
GStrv
gram_typesetter_wrap (GramTypesetter *typesetter, const GramFont *font, const char *text,
                      double width)
{
  glong length = g_utf8_strlen (text, -1);
  g_autofree gboolean *breaks = find_breaks (text, length);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  const char *start = text, *end = text, *at = text;

  for (glong i = 0; i <= length; i++)
    {
      if (breaks[i])
        {
          g_autofree char *line = cut_line (start, at);

          if (end > start && gram_typesetter_set (typesetter, font, line)->width > width)
            {
              g_autofree char *fits = cut_line (start, end);

              g_strv_builder_add (lines, fits);
              start = end;
            }
          end = at;
        }
      if (i < length)
        at = g_utf8_next_char (at);
    }
  if (end > start)
    {
      g_autofree char *last = cut_line (start, end);

      g_strv_builder_add (lines, last);
    }
  return g_strv_builder_end (lines);
}

/**
 * gram_typesetter_fit:
 *
 * Returns: (transfer full): as much of a heading as fits, cut where a line may be broken, and then
 * an ellipsis
 */
char *
gram_typesetter_fit (GramTypesetter *typesetter, const GramFont *font, const char *text,
                     double width)
{
  glong length = g_utf8_strlen (text, -1);
  g_autofree gboolean *breaks = find_breaks (text, length);
  char *fitted = g_strdup (text);

  for (glong i = length - 1; i > 0; i--)
    {
      g_autofree char *cut = NULL;

      if (gram_typesetter_set (typesetter, font, fitted)->width <= width)
        break;
      if (!breaks[i])
        continue;
      cut = cut_line (text, g_utf8_offset_to_pointer (text, i));
      g_free (fitted);
      fitted = g_strdup_printf ("%s …", cut);
    }
  return fitted;
}
