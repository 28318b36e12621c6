/* gram-glyphs.c: digit-like images that need no file
 *
 * SPDX-License-Identifier: MIT
 *
 * Each class has a few skeletons of Bézier strokes in a unit box. An image takes one of them, moves
 * its control points, turns, slants, scales and shifts it, draws it with a pen of random width and
 * adds a little noise. All random numbers are Philox of (split, class, index), so an image does not
 * depend on how many others are drawn.
 */
#include "gram-glyphs.h"

#include <math.h>
#include <string.h>

#include <cairo.h>

#include "gram-catalogue.h"
#include "gram-dataset-private.h"
#include "gram-philox.h"

#define SIDE 28
#define N_GLYPHS 10
#define PER_CLASS_TRAIN 100000
#define PER_CLASS_TEST 20000
/* how many random numbers come before those of the noise, and how many an image has in all */
#define NUMBERS_GRAIN 128
#define NUMBERS_IMAGE 1024

/* A skeleton: "M x y" moves, "L x y" draws a line, "C x y x y x y" a curve, in hundredths of the
 * box; y downwards. */
static const char *const skeletons[N_GLYPHS][4] = {
  { "M50 5 C20 5 14 30 14 50 C14 75 26 95 50 95 C74 95 86 75 86 50 C86 26 76 5 50 5",
    "M56 6 C30 2 22 28 22 52 C22 78 34 96 52 95 C70 94 78 72 78 48 C78 24 70 8 52 8",
    "M62 10 C40 0 16 24 14 54 C12 82 36 98 56 92 C78 86 88 56 84 36 C82 20 72 10 58 8" },
  { "M52 5 L50 95", "M30 24 C40 20 48 12 54 4 L52 95", "M32 22 L54 5 L53 94 M30 95 L76 94" },
  { "M18 28 C20 6 44 2 58 6 C80 12 82 34 66 52 C50 70 28 82 16 94 L86 93",
    "M20 26 C28 4 70 0 76 24 C80 46 44 66 28 84 C18 96 30 98 40 90 C54 80 70 96 86 88",
    "M16 18 C40 0 78 6 76 30 C74 54 38 70 20 92 C46 84 64 92 88 94" },
  { "M18 14 C40 0 76 4 76 26 C76 44 56 48 40 48 C62 48 84 54 82 74 C80 98 36 100 16 84",
    "M20 8 L78 8 L46 42 C72 40 86 56 82 74 C76 98 36 98 18 84",
    "M22 20 C34 2 70 2 70 24 C70 40 54 46 42 47 C68 46 82 60 78 78 C72 98 34 100 20 80" },
  { "M62 5 L14 64 L88 64 M64 34 L62 96", "M24 6 C22 28 18 44 18 54 C40 56 62 54 82 50 M76 6 L68 96",
    "M66 6 C50 24 30 46 16 62 C40 68 66 66 88 62 M66 8 C66 40 64 70 64 96" },
  { "M80 6 L30 8 L24 46 C44 34 82 38 82 66 C82 94 40 102 16 84",
    "M76 8 C58 8 40 8 32 10 C28 26 26 36 26 48 C50 38 80 46 78 70 C76 94 38 98 20 88",
    "M28 8 L26 44 C48 36 80 42 80 68 C80 92 44 100 18 88 M28 8 L82 6" },
  { "M70 6 C40 14 18 44 18 68 C18 90 36 96 50 95 C72 94 82 80 80 66 C78 48 40 44 22 70",
    "M62 4 C36 28 22 52 22 72 C22 92 44 98 58 94 C78 88 82 62 62 56 C46 52 28 62 24 76",
    "M56 4 C30 20 14 60 24 82 C34 100 68 98 76 78 C82 60 64 50 48 54 C34 58 26 70 26 80" },
  { "M14 8 L84 7 C66 36 50 66 42 96", "M16 10 L82 8 C68 38 52 66 40 95 M30 52 L76 48",
    "M16 20 C16 10 20 8 28 8 L84 6 C72 30 54 58 50 95" },
  { "M50 48 C24 40 22 8 50 6 C78 8 76 40 50 48 C16 56 16 94 50 95 C84 94 84 56 50 48",
    "M76 18 C62 0 26 4 26 26 C28 48 78 50 78 74 C78 98 26 100 24 76 C24 54 74 44 76 18",
    "M52 46 C32 38 32 6 54 6 C74 8 70 38 52 46 C24 58 20 92 46 95 C78 96 80 60 52 46" },
  { "M78 30 C76 2 24 0 22 30 C20 60 72 58 78 28 C80 52 76 76 66 96",
    "M76 22 C64 0 22 8 22 32 C22 56 66 54 76 24 L70 95",
    "M74 26 C66 2 26 2 24 30 C24 52 60 56 76 30 C82 60 70 92 30 94" },
};

typedef struct
{
  const double *uniform; /* numbers in (0, 1), taken one after the other */
  guint next;
  double matrix[6]; /* a b c d e f: x' = a·x + c·y + e, y' = b·x + d·y + f */
  double wobble;    /* how far a control point moves */
} Pen;

static double
take (Pen *pen, double low, double high)
{
  g_assert (pen->next < NUMBERS_GRAIN);
  return low + (high - low) * pen->uniform[pen->next++];
}

/* A sum of three uniform numbers: nearly normal, but bounded, so that no glyph leaves the box. */
static double
take_bell (Pen *pen, double spread)
{
  double sum = take (pen, -1, 1);

  sum += take (pen, -1, 1);
  sum += take (pen, -1, 1);
  return spread * sum;
}

static void
choose_transformation (Pen *pen)
{
  double angle = take_bell (pen, 0.085), slant = take_bell (pen, 0.13) - 0.06;
  double width = take (pen, 10.5, 16.5), height = take (pen, 17.5, 20.5);
  double cosine = cos (angle), sine = sin (angle);
  double dx = take_bell (pen, 0.7), dy = take_bell (pen, 0.6);

  pen->matrix[0] = cosine * width;
  pen->matrix[1] = sine * width;
  pen->matrix[2] = (cosine * slant - sine) * height;
  pen->matrix[3] = (sine * slant + cosine) * height;
  pen->matrix[4] = SIDE / 2.0 + dx;
  pen->matrix[5] = SIDE / 2.0 + dy;
  pen->wobble = take (pen, 0.5, 1) * 0.026;
}

static const char *
read_point (Pen *pen, const char *text, double *x, double *y)
{
  char *end;
  double u = g_ascii_strtod (text, &end) / 100 - 0.5;
  double v = g_ascii_strtod (end, &end) / 100 - 0.5;

  u += take_bell (pen, pen->wobble);
  v += take_bell (pen, pen->wobble);
  *x = pen->matrix[0] * u + pen->matrix[2] * v + pen->matrix[4];
  *y = pen->matrix[1] * u + pen->matrix[3] * v + pen->matrix[5];
  return end;
}

static void
trace_skeleton (cairo_t *cr, Pen *pen, const char *text)
{
  double x[3], y[3];

  while (*text != '\0')
    {
      char command = *text++;

      if (command != 'M' && command != 'L' && command != 'C')
        continue;
      text = read_point (pen, text, &x[0], &y[0]);
      if (command == 'M')
        cairo_move_to (cr, x[0], y[0]);
      else if (command == 'L')
        cairo_line_to (cr, x[0], y[0]);
      else
        {
          text = read_point (pen, text, &x[1], &y[1]);
          text = read_point (pen, text, &x[2], &y[2]);
          cairo_curve_to (cr, x[0], y[0], x[1], y[1], x[2], y[2]);
        }
    }
}

static void
draw_strokes (Pen *pen, guint class_, guint8 *coverage, int stride)
{
  cairo_surface_t *surface =
      cairo_image_surface_create_for_data (coverage, CAIRO_FORMAT_A8, SIDE, SIDE, stride);
  cairo_t *cr = cairo_create (surface);
  guint variants = 0;

  while (variants < G_N_ELEMENTS (skeletons[0]) && skeletons[class_][variants] != NULL)
    variants++;
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, take (pen, 1.7, 3.3));
  trace_skeleton (cr, pen, skeletons[class_][(guint) take (pen, 0, variants)]);
  cairo_stroke (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  cairo_surface_destroy (surface);
}

/**
 * gram_glyphs_draw:
 * @class_: 0 … 9
 * @index: which image of the class
 * @pixels: (out caller-allocates): 28 × 28, row by row, 0 is paper and 255 ink
 */
void
gram_glyphs_draw (GramSplit split, guint class_, gint64 index, guint8 pixels[784])
{
  /* 28 is a multiple of cairo's alignment of A8 rows */
  guint8 coverage[SIDE * SIDE] = { 0 };
  double uniform[NUMBERS_GRAIN], grain[SIDE * SIDE];
  guint64 first = (guint64) index * NUMBERS_IMAGE;
  guint32 substream = class_ * GRAM_N_SPLITS + split;
  Pen pen = { .uniform = uniform };
  double ink;

  for (guint i = 0; i < NUMBERS_GRAIN; i++)
    uniform[i] = gram_philox_uniform (0, GRAM_STREAM_GLYPHS, substream, first + i);
  gram_philox_normal (0, GRAM_STREAM_GLYPHS, substream, first + NUMBERS_GRAIN, SIDE * SIDE, grain);
  choose_transformation (&pen);
  ink = take (&pen, 0.82, 1);
  draw_strokes (&pen, class_, coverage, SIDE);
  for (int j = 0; j < SIDE * SIDE; j++)
    {
      double level = coverage[j] * ink;

      level += grain[j] * (3 + 0.05 * level);
      pixels[j] = (guint8) CLAMP (lrint (level), 0, 255);
    }
}

/**
 * gram_glyphs_new:
 *
 * Returns: (transfer full): the built-in dataset
 */
GramDataset *
gram_glyphs_new (void)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup ("glyphs");
  GramDataset *dataset = g_new0 (GramDataset, 1);
  GramDatasetInfo *info = &dataset->info;

  g_atomic_ref_count_init (&dataset->references);
  dataset->eight_bit = TRUE;
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      gint64 *counts = g_new (gint64, N_GLYPHS);

      for (int c = 0; c < N_GLYPHS; c++)
        counts[c] = s == GRAM_SPLIT_TEST ? PER_CLASS_TEST : PER_CLASS_TRAIN;
      dataset->n[s] = counts[0] * N_GLYPHS;
      info->counts[s] = counts;
    }
  info->id = g_strdup (entry->id);
  info->title = g_strdup (entry->title);
  info->source = g_strdup ("built in");
  info->width = info->height = SIDE;
  info->channels = 1;
  info->n_classes = N_GLYPHS;
  info->class_names = (const char *const *) g_strdupv ((GStrv) entry->class_names);
  info->has_test = info->generated = TRUE;
  info->warnings = (const char *const *) g_new0 (char *, 1);
  return dataset;
}
