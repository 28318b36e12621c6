/* gram-view-state.c: what of a session people look at, which its file keeps
 *
 * SPDX-License-Identifier: MIT
 *
 * The text is JSON:
 *
 *   {"page":"spectrum","panel":true,"dynamics":"modes","finite-width":false,
 *    "cumulative":false,"test":false,"flips":25,
 *    "figures":{FIGURE:{PANEL:{"x":{"log":true},"y":{"log":false,"range":[0.5,2]},
 *                              "hidden":[TAG,…]}}}}
 *
 * A range is in decades where the axis is logarithmic; without one it follows the data. Files of
 * before lack members, and later ones may have more: what is not there, or is not what it should
 * be, leaves things as they are, for a view is never a reason not to open a session.
 */
#include "gram-view-state.h"

#include <math.h>

#include "gram-scale.h"

/* Of a view there are six; in names of curves brackets count too. */
#define MOST_LEVELS 64
/* Of a logarithmic axis: there are no numbers beyond. */
#define MOST_DECADES 330

GramViewState *
gram_view_state_new (void)
{
  GramViewState *state = g_new0 (GramViewState, 1);

  state->page = g_strdup ("");
  state->panel = TRUE;
  state->dynamics = g_strdup ("");
  state->figures = json_object_new ();
  return state;
}

void
gram_view_state_free (GramViewState *state)
{
  g_free (state->page);
  g_free (state->dynamics);
  json_object_unref (state->figures);
  g_free (state);
}

/* ---------- values that may be anything ---------- */

static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
             ? node
             : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
read_string (JsonObject *object, const char *name, char **place)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING);

  if (node == NULL)
    return;
  g_free (*place);
  *place = json_node_dup_string (node);
}

static gboolean
read_range (JsonObject *axis, GramScale scale, GramRange *range)
{
  JsonArray *both = get_array (axis, "range");
  double ends[2];

  if (both == NULL || json_array_get_length (both) != 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      JsonNode *node = json_array_get_element (both, i);

      if (!JSON_NODE_HOLDS_VALUE (node)
          || (json_node_get_value_type (node) != G_TYPE_DOUBLE
              && json_node_get_value_type (node) != G_TYPE_INT64))
        return FALSE;
      ends[i] = json_node_get_double (node);
    }
  *range = (GramRange){ ends[0], ends[1] };
  return gram_range_is_valid (*range)
         && (scale != GRAM_SCALE_LOG || MAX (fabs (ends[0]), fabs (ends[1])) <= MOST_DECADES);
}

/* ---------- one figure ---------- */

static JsonObject *
axis_to_json (const GramAxis *axis)
{
  JsonObject *object = json_object_new ();
  JsonArray *range;

  json_object_set_boolean_member (object, "log", axis->scale == GRAM_SCALE_LOG);
  if (axis->fit)
    return object;
  range = json_array_sized_new (2);
  json_array_add_double_element (range, axis->view.min);
  json_array_add_double_element (range, axis->view.max);
  json_object_set_array_member (object, "range", range);
  return object;
}

static JsonObject *
panel_to_json (const GramPlot *plot)
{
  JsonObject *object = json_object_new ();
  JsonArray *hidden = json_array_new ();
  GHashTableIter iter;
  gpointer tag;

  g_hash_table_iter_init (&iter, plot->hidden);
  while (g_hash_table_iter_next (&iter, &tag, NULL))
    json_array_add_string_element (hidden, tag);
  json_object_set_object_member (object, "x", axis_to_json (&plot->x));
  json_object_set_object_member (object, "y", axis_to_json (&plot->y));
  json_object_set_array_member (object, "hidden", hidden);
  return object;
}

/**
 * gram_view_state_keep_figure:
 *
 * Keeps what is shown of the panels that @figure has.
 */
void
gram_view_state_keep_figure (GramViewState *state, const GramFigure *figure)
{
  JsonObject *panels = get_object (state->figures, figure->id);

  if (panels == NULL)
    {
      panels = json_object_new ();
      json_object_set_object_member (state->figures, figure->id, panels);
    }
  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      json_object_set_object_member (panels, plot->id, panel_to_json (plot));
    }
}

/* An axis without a choice of scale stays as the figure made it, whatever the file says. */
static void
restore_axis (JsonObject *panel, const char *name, GramPlot *plot, GramAxisSide side)
{
  JsonObject *object = get_object (panel, name);
  JsonNode *log = object != NULL ? get_value (object, "log", G_TYPE_BOOLEAN) : NULL;
  GramAxis *axis = gram_plot_get_axis (plot, side);
  GramScale scale = log != NULL && json_node_get_boolean (log) ? GRAM_SCALE_LOG : GRAM_SCALE_LINEAR;
  GramRange range;

  if (log == NULL || (scale != axis->scale && !axis->scale_choice))
    return;
  gram_plot_set_scale (plot, side, scale);
  axis->fit = !read_range (object, scale, &range);
  if (!axis->fit)
    axis->view = range;
  gram_plot_touch (plot);
}

static void
restore_hidden (JsonObject *panel, GramPlot *plot)
{
  JsonArray *hidden = get_array (panel, "hidden");

  for (guint i = 0; hidden != NULL && i < json_array_get_length (hidden); i++)
    {
      JsonNode *node = json_array_get_element (hidden, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        gram_plot_set_hidden (plot, json_node_get_string (node), TRUE);
    }
}

/**
 * gram_view_state_restore_figure:
 * @figure: as it was made
 *
 * Shows of it what was kept of a figure of the same id; panels that nothing is known of stay.
 */
void
gram_view_state_restore_figure (const GramViewState *state, GramFigure *figure)
{
  JsonObject *panels = get_object (state->figures, figure->id);

  for (guint i = 0; panels != NULL && i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);
      JsonObject *panel = get_object (panels, plot->id);

      if (panel == NULL)
        continue;
      restore_axis (panel, "x", plot, GRAM_AXIS_X);
      restore_axis (panel, "y", plot, GRAM_AXIS_Y);
      restore_hidden (panel, plot);
    }
}

/* ---------- text ---------- */

/* The parser calls itself for each level, so a hostile file could exhaust the stack. */
static gboolean
is_shallow (const char *text)
{
  int depth = 0;

  for (const char *at = text; *at != '\0'; at++)
    {
      depth += *at == '[' || *at == '{';
      depth -= *at == ']' || *at == '}';
      if (depth > MOST_LEVELS)
        return FALSE;
    }
  return TRUE;
}

/**
 * gram_view_state_to_text:
 *
 * Returns: (transfer full): JSON for gram_view_state_read()
 */
char *
gram_view_state_to_text (const GramViewState *state)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "page", state->page);
  json_object_set_boolean_member (object, "panel", state->panel);
  json_object_set_string_member (object, "dynamics", state->dynamics);
  json_object_set_boolean_member (object, "finite-width", state->finite_width);
  json_object_set_boolean_member (object, "cumulative", state->cumulative);
  json_object_set_boolean_member (object, "test", state->test);
  json_object_set_int_member (object, "flips", state->flips);
  json_object_set_object_member (object, "figures", json_object_ref (state->figures));
  json_node_set_object (root, object);
  return json_to_string (root, FALSE);
}

/**
 * gram_view_state_read:
 * @text: (nullable): of a session file
 *
 * Takes what @text has; all figures as it has them, if it has any.
 */
void
gram_view_state_read (GramViewState *state, const char *text)
{
  g_autoptr (JsonNode) root =
      text != NULL && is_shallow (text) ? json_from_string (text, NULL) : NULL;
  JsonObject *object, *figures;
  JsonNode *node;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  object = json_node_get_object (root);
  read_string (object, "page", &state->page);
  read_string (object, "dynamics", &state->dynamics);
  if ((node = get_value (object, "panel", G_TYPE_BOOLEAN)) != NULL)
    state->panel = json_node_get_boolean (node);
  if ((node = get_value (object, "finite-width", G_TYPE_BOOLEAN)) != NULL)
    state->finite_width = json_node_get_boolean (node);
  if ((node = get_value (object, "cumulative", G_TYPE_BOOLEAN)) != NULL)
    state->cumulative = json_node_get_boolean (node);
  if ((node = get_value (object, "test", G_TYPE_BOOLEAN)) != NULL)
    state->test = json_node_get_boolean (node);
  if ((node = get_value (object, "flips", G_TYPE_INT64)) != NULL && json_node_get_int (node) >= 0
      && json_node_get_int (node) <= GRAM_MOST_FLIPS)
    state->flips = (gint) json_node_get_int (node);
  figures = get_object (object, "figures");
  if (figures != NULL)
    {
      json_object_unref (state->figures);
      state->figures = json_object_ref (figures);
    }
}
