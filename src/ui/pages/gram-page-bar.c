/* gram-page-bar.c: title and tools of a page, in as many rows as the width asks for
 *
 * SPDX-License-Identifier: MIT
 *
 * One row while all has room. In a narrow window, in a wordy language or with large text the
 * tools take a second row before the title is cut short; without tools there is one row always,
 * since a plot needs the height more than the title its last words.
 */
#include "gram-config.h"

#include "gram-page-bar.h"

#include "gram-pane.h"

#define GAP 12
#define ROW_GAP 2

struct _GramPageBar
{
  GtkWidget parent_instance;
  GtkWidget *groups[GRAM_PAGE_BAR_GROUPS];
};

G_DEFINE_FINAL_TYPE (GramPageBar, gram_page_bar, GTK_TYPE_WIDGET)

/* Which row each group stands in. */
typedef struct
{
  guint row[GRAM_PAGE_BAR_GROUPS], rows;
} Rows;

typedef struct
{
  int least[GRAM_PAGE_BAR_GROUPS], natural[GRAM_PAGE_BAR_GROUPS];
} Widths;

static void
measure_widths (GramPageBar *self, Widths *widths)
{
  for (guint i = 0; i < GRAM_PAGE_BAR_GROUPS; i++)
    gtk_widget_measure (self->groups[i], GTK_ORIENTATION_HORIZONTAL, -1, &widths->least[i],
                        &widths->natural[i], NULL, NULL);
}

/* How wide two groups are in one row; an empty one takes no gap. */
static int
beside (int a, int b)
{
  return a > 0 && b > 0 ? a + GAP + b : a + b;
}

/* The first arrangement that fits. The last one fits any width, because the title can be cut
 * short. */
static Rows
arrange (const Widths *widths, int width)
{
  int title = widths->natural[GRAM_PAGE_BAR_TITLE], tools = widths->natural[GRAM_PAGE_BAR_TOOLS];
  int view = widths->natural[GRAM_PAGE_BAR_VIEW];

  if (width < 0 || tools == 0 || beside (beside (title, tools), view) <= width)
    return (Rows){ { 0, 0, 0 }, 1 };
  if (beside (title, view) <= width)
    return (Rows){ { 0, 1, 0 }, 2 };
  if (beside (tools, view) <= width)
    return (Rows){ { 0, 1, 1 }, 2 };
  return (Rows){ { 0, 1, 0 }, 2 };
}

static void
measure_rows (GramPageBar *self, const Rows *rows, int heights[2])
{
  heights[0] = heights[1] = 0;
  for (guint i = 0; i < GRAM_PAGE_BAR_GROUPS; i++)
    {
      int natural;

      gtk_widget_measure (self->groups[i], GTK_ORIENTATION_VERTICAL, -1, NULL, &natural, NULL,
                          NULL);
      heights[rows->row[i]] = MAX (heights[rows->row[i]], natural);
    }
}

static void
gram_page_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  GramPageBar *self = GRAM_PAGE_BAR (widget);
  Widths widths;
  Rows rows;
  int heights[2];

  measure_widths (self, &widths);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum =
          MAX (beside (widths.least[GRAM_PAGE_BAR_TITLE], widths.natural[GRAM_PAGE_BAR_VIEW]),
               widths.least[GRAM_PAGE_BAR_TOOLS]);
      *natural =
          beside (beside (widths.natural[GRAM_PAGE_BAR_TITLE], widths.natural[GRAM_PAGE_BAR_TOOLS]),
                  widths.natural[GRAM_PAGE_BAR_VIEW]);
      return;
    }
  rows = arrange (&widths, for_size);
  measure_rows (self, &rows, heights);
  *minimum = *natural = heights[0] + (rows.rows > 1 ? ROW_GAP + heights[1] : 0);
}

static void
place (GramPageBar *self, guint group, int x, int y, int width, int height)
{
  int whole = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  gtk_widget_size_allocate (self->groups[group],
                            &(GtkAllocation){ mirrored ? whole - x - width : x, y, width, height },
                            -1);
}

static void
gram_page_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GramPageBar *self = GRAM_PAGE_BAR (widget);
  Widths widths;
  Rows rows;
  int heights[2], second, end[2] = { width, width };

  measure_widths (self, &widths);
  rows = arrange (&widths, width);
  measure_rows (self, &rows, heights);
  second = heights[0] + ROW_GAP;
  /* each row is filled from its end; the first group of a row begins at the row's start */
  for (int i = GRAM_PAGE_BAR_GROUPS - 1; i >= 0; i--)
    {
      guint row = rows.row[i];
      gboolean first = i == 0 || (row > 0 && i == GRAM_PAGE_BAR_TOOLS);
      int given = CLAMP (end[row], widths.least[i], MAX (widths.natural[i], widths.least[i]));

      place (self, i, first ? 0 : end[row] - given, row > 0 ? second : 0, given, heights[row]);
      end[row] -= given > 0 ? given + GAP : 0;
    }
}

static GtkSizeRequestMode
gram_page_bar_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
gram_page_bar_dispose (GObject *object)
{
  GramPageBar *self = GRAM_PAGE_BAR (object);

  for (guint i = 0; i < GRAM_PAGE_BAR_GROUPS; i++)
    g_clear_pointer (&self->groups[i], gtk_widget_unparent);
  G_OBJECT_CLASS (gram_page_bar_parent_class)->dispose (object);
}

static void
gram_page_bar_class_init (GramPageBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_page_bar_dispose;
  widget_class->measure = gram_page_bar_measure;
  widget_class->size_allocate = gram_page_bar_size_allocate;
  widget_class->get_request_mode = gram_page_bar_get_request_mode;
}

static void
gram_page_bar_init (GramPageBar *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "gram-page-bar");
  for (guint i = 0; i < GRAM_PAGE_BAR_GROUPS; i++)
    {
      self->groups[i] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, i == GRAM_PAGE_BAR_TOOLS ? 6 : 2);
      gtk_widget_set_parent (self->groups[i], GTK_WIDGET (self));
    }
}

/**
 * gram_page_bar_add:
 * @child: (transfer floating): comes after those that @group has
 */
void
gram_page_bar_add (GramPageBar *self, GramPageBarGroup group, GtkWidget *child)
{
  gtk_widget_set_valign (child, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->groups[group]), child);
}

/* ---------- the explanation ---------- */

/* Characters that only formulas have: together with the letters and brackets beside them they are a
 * formula. */
static gboolean
is_formula_mark (gunichar c)
{
  return (c != 0 && g_utf8_strchr ("|‖√∞¹²³", -1, c) != NULL) || (c >= 0x1d00 && c <= 0x1dbf)
         || (c >= 0x2070 && c <= 0x209f);
}

static gboolean
is_formula_part (gunichar c)
{
  return is_formula_mark (c) || (c < 0x80 && g_ascii_isalnum ((char) c))
         || (c >= 0x370 && c <= 0x3ff) || (c != 0 && g_utf8_strchr ("()/−+=", -1, c) != NULL);
}

/* Lines are not broken inside a formula; else a line could end in the first bar of |vᵢᵀy|. */
static PangoAttrList *
keep_formulas_whole (const char *text)
{
  PangoAttrList *list = pango_attr_list_new ();
  const char *c = text;

  while (*c != '\0')
    {
      const char *begin = c;
      gboolean marked = FALSE;
      PangoAttribute *whole;

      for (; *c != '\0' && is_formula_part (g_utf8_get_char (c)); c = g_utf8_next_char (c))
        marked |= is_formula_mark (g_utf8_get_char (c));
      if (marked)
        {
          whole = pango_attr_allow_breaks_new (FALSE);
          whole->start_index = (guint) (begin - text);
          whole->end_index = (guint) (c - text);
          pango_attr_list_insert (list, whole);
        }
      if (*c != '\0')
        c = g_utf8_next_char (c);
    }
  return list;
}

/* The button “What am I looking at?” */
static void
add_explanation (GramPageBar *self, const char *text)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-explanation"));
  GtkWidget *button = GTK_WIDGET (gtk_builder_get_object (builder, "button"));
  GtkLabel *label = GTK_LABEL (gtk_builder_get_object (builder, "label"));
  g_autoptr (PangoAttrList) whole = keep_formulas_whole (text);

  gtk_label_set_text (label, text);
  gtk_label_set_attributes (label, whole);
  /* the tooltip would come up over the answer */
  g_object_bind_property (gtk_builder_get_object (builder, "popover"), "visible", button,
                          "has-tooltip", G_BINDING_INVERT_BOOLEAN);
  gram_page_bar_add (self, GRAM_PAGE_BAR_TITLE, button);
}

/**
 * gram_page_bar_set_title:
 * @title: of the page
 * @explanation: three sentences, for “What am I looking at?”
 *
 * Called once.
 */
void
gram_page_bar_set_title (GramPageBar *self, const char *title, const char *explanation)
{
  /* the smallest windows cut it short */
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", title, "tooltip-text", title,
                                   "ellipsize", PANGO_ELLIPSIZE_END, "xalign", 0.0, NULL);

  gtk_widget_add_css_class (label, "heading");
  gram_page_bar_add (self, GRAM_PAGE_BAR_TITLE, label);
  add_explanation (self, explanation);
}
