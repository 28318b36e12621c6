/* gram-number-row.c: a row with a number that is typed, bounded, and says why it is refused
 *
 * SPDX-License-Identifier: MIT
 *
 * Step sizes and scales span decades, so this is an entry that takes 1e-3 and not a spin button;
 * the arrow keys step by one (whole numbers: in proportion) and Escape takes typing back. The
 * signal "chosen" (double) is emitted when a new valid number was entered by hand.
 */
#include "gram-config.h"

#include "gram-number-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-pane.h"
#include "gram-typed.h"
#include "gram-words.h"

#define NUMBER_WIDTH 9 /* letters, as in the template */

struct _GramNumberRow
{
  AdwActionRow parent_instance;
  GtkWidget *entry;
  GtkEventController *focus, *keys;
  double minimum, maximum, value;
  double special; /* a value that shows as the placeholder: “automatic” */
  gboolean integer;
};

enum
{
  PROP_0,
  PROP_MINIMUM,
  PROP_MAXIMUM,
  PROP_INTEGER,
  PROP_VALUE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint chosen_signal;

G_DEFINE_FINAL_TYPE (GramNumberRow, gram_number_row, ADW_TYPE_ACTION_ROW)

static void
show_reason (GramNumberRow *self, const char *reason)
{
  if (reason != NULL)
    gtk_widget_add_css_class (self->entry, "error");
  else
    gtk_widget_remove_css_class (self->entry, "error");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), reason != NULL ? reason : "");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               reason != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                              : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
show_value (GramNumberRow *self)
{
  const char *placeholder = gtk_entry_get_placeholder_text (GTK_ENTRY (self->entry));
  g_autofree char *text = NULL;
  int width = NUMBER_WIDTH;

  if (self->value != self->special)
    text = gram_words_typed (self->value, self->integer);
  else if (placeholder != NULL)
    width = MAX (width, (int) g_utf8_strlen (placeholder, -1));
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), width);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text != NULL ? text : "");
  show_reason (self, NULL);
}

static gboolean
read_value (GramNumberRow *self, double *value)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *reason = NULL;

  if (*text == '\0' && isfinite (self->special))
    *value = self->special;
  else if (!gram_typed_read (text, self->integer, self->minimum, self->maximum, value, &reason))
    {
      show_reason (self, reason);
      return FALSE;
    }
  show_reason (self, NULL);
  return TRUE;
}

/* A number that was entered by hand. */
static void
choose (GramNumberRow *self, double value)
{
  if (value == self->value)
    return;
  gram_number_row_set_value (self, value);
  g_signal_emit (self, chosen_signal, 0, value);
}

static void
activate_cb (GramNumberRow *self)
{
  double value;

  if (read_value (self, &value))
    choose (self, value);
}

static void
entry_changed_cb (GramNumberRow *self)
{
  double value;

  read_value (self, &value);
}

static void
focus_leave_cb (GramNumberRow *self)
{
  double value;

  /* a refused text does not stay in the entry, where it would look like a choice */
  if (read_value (self, &value))
    choose (self, value);
  else
    show_value (self);
}

static void
step_by (GramNumberRow *self, int direction)
{
  double value, step;

  if (!read_value (self, &value))
    return;
  if (self->integer)
    {
      step = value >= 100 ? pow (10, floor (log10 (value)) - 1) : 1;
      value = rint (value / step + direction) * step;
    }
  else
    {
      /* 1, 2, 5, 10: a step of a decade's thirds */
      double decade = pow (10, floor (log10 (value) + 1e-9)), lead = value / decade;

      if (direction > 0)
        value = decade * (lead < 1.99 ? 2 : lead < 4.99 ? 5 : 10);
      else
        value = decade * (lead > 5.01 ? 5 : lead > 2.01 ? 2 : lead > 1.01 ? 1 : 0.5);
    }
  choose (self, CLAMP (value, self->minimum, self->maximum));
}

static gboolean
key_pressed_cb (GramNumberRow *self, guint key)
{
  if (key == GDK_KEY_Up)
    step_by (self, 1);
  else if (key == GDK_KEY_Down)
    step_by (self, -1);
  else if (key == GDK_KEY_Escape)
    show_value (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
tooltip_changed_cb (GramNumberRow *self)
{
  const char *text = gtk_widget_get_tooltip_text (GTK_WIDGET (self));

  if (text != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GramNumberRow *self = GRAM_NUMBER_ROW (object);

  switch (id)
    {
    case PROP_MINIMUM:
      self->minimum = g_value_get_double (value);
      break;
    case PROP_MAXIMUM:
      self->maximum = g_value_get_double (value);
      break;
    case PROP_INTEGER:
      self->integer = g_value_get_boolean (value);
      break;
    case PROP_VALUE:
      gram_number_row_set_value (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

/* The value is the only one that is read. */
static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_double (value, GRAM_NUMBER_ROW (object)->value);
}

static void
gram_number_row_class_init (GramNumberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  props[PROP_MINIMUM] = g_param_spec_double ("minimum", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_MAXIMUM] = g_param_spec_double ("maximum", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 1,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_INTEGER] = g_param_spec_boolean ("integer", NULL, NULL, FALSE,
                                              G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_VALUE] =
      g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  chosen_signal = g_signal_new ("chosen", GRAM_TYPE_NUMBER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-number-row"));
  gtk_widget_class_bind_template_child (widget_class, GramNumberRow, entry);
  gtk_widget_class_bind_template_child (widget_class, GramNumberRow, focus);
  gtk_widget_class_bind_template_child (widget_class, GramNumberRow, keys);
}

static void
gram_number_row_init (GramNumberRow *self)
{
  self->maximum = 1;
  self->special = NAN;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (entry_changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->focus, "leave", G_CALLBACK (focus_leave_cb), self);
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (self, "notify::tooltip-text", G_CALLBACK (tooltip_changed_cb), NULL);
}

/**
 * gram_number_row_set_value:
 *
 * Shows @value, unless the number is just being typed.
 */
void
gram_number_row_set_value (GramNumberRow *self, double value)
{
  gboolean same = self->value == value;

  self->value = value;
  if (same && *gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0')
    return;
  show_value (self);
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALUE]);
}

double
gram_number_row_get_value (GramNumberRow *self)
{
  return self->value;
}

/**
 * gram_number_row_set_placeholder:
 * @value: the value that means “automatic”
 * @text: what an empty entry shows for it
 */
void
gram_number_row_set_placeholder (GramNumberRow *self, double value, const char *text)
{
  /* called with every batch of a run: do nothing when nothing changed */
  if (self->special == value
      && g_strcmp0 (gtk_entry_get_placeholder_text (GTK_ENTRY (self->entry)), text) == 0)
    return;
  self->special = value;
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), text);
  if (self->value == value)
    show_value (self);
}

/**
 * gram_number_row_set_automatic:
 * @value: the value that means “automatic”
 * @number: what that comes to; below 0: not known yet
 */
void
gram_number_row_set_automatic (GramNumberRow *self, double value, gint64 number)
{
  g_autofree char *count = gram_words_count (number);
  /* Translators: shown in place of a number that was not chosen; %s is the number in use */
  g_autofree char *text =
      number >= 0 ? g_strdup_printf (_ ("automatic: %s"), count) : g_strdup (_ ("automatic"));

  gram_number_row_set_placeholder (self, value, text);
}
