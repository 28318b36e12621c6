/* gram-curves.c: a run's curves as bytes
 *
 * SPDX-License-Identifier: MIT
 *
 * A GVariant: a dictionary of the run and one of each label set, so that fields can be added. Its
 * reader checks bounds whatever the bytes are. Always little-endian in the file.
 */
#include "gram-curves.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-settings.h"
#include "gram-size.h"

#define TYPE "(a{sv}aa{sv})"
#define MOST_SETS 64

/* Numbers of a run that are written and read as they are: name, type and member. */
#define NUMBERS(FIELD)                              \
  FIELD ("n", "x", n)                               \
  FIELD ("n-test", "x", n_test)                     \
  FIELD ("d", "x", d)                               \
  FIELD ("m", "x", m)                               \
  FIELD ("eta", "d", eta)                           \
  FIELD ("kappa", "d", kappa)                       \
  FIELD ("seed", "t", seed)                         \
  FIELD ("record-every", "x", record_every)         \
  FIELD ("kernel-every", "x", kernel_every)         \
  FIELD ("lazy-steps", "x", lazy_steps)             \
  FIELD ("seconds-per-step", "d", seconds_per_step) \
  FIELD ("stable-eta", "d", stable_eta)

/* ---------- writing --------------------------------------------------------------------------- */

/* How many of the ascending @steps are not beyond @last. */
static guint
count_until (const GArray *steps, gint64 last)
{
  guint count = steps->len;

  while (count > 0 && g_array_index (steps, double, count - 1) > (double) last)
    count--;
  return count;
}

static GVariant *
doubles (const double *values, gsize count)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, values, count, sizeof (double));
}

static GVariant *
snapshots (const GramRunSet *set, gint64 n, guint count)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aau"));
  /* The floats' bits: GVariant has no type of four-byte reals, but turns integers' bytes round. */
  for (guint i = 0; i < count; i++)
    g_variant_builder_add_value (&builder,
                                 g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32,
                                                            g_ptr_array_index (set->snapshot_u, i),
                                                            (gsize) n, sizeof (guint32)));
  return g_variant_builder_end (&builder);
}

static GVariant *
set_to_variant (const GramRunSet *set, gint64 n, gint64 last_step)
{
  GVariantDict dict;
  const GramLabels *labels = set->labels;
  g_autofree char *spec = gram_labels_spec_to_string (&labels->spec);

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "labels", "s", spec);
  g_variant_dict_insert_value (&dict, "y", doubles (labels->y, (gsize) labels->n));
  if (labels->y_test != NULL)
    g_variant_dict_insert_value (&dict, "y-test", doubles (labels->y_test, (gsize) labels->n_test));
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    {
      const GramQuantityInfo *info = gram_quantity_get_info (q);
      guint count = count_until (set->curve[info->steps], last_step);

      g_variant_dict_insert_value (&dict, info->name,
                                   doubles ((const double *) set->curve[q]->data, count));
    }
  g_variant_dict_insert_value (&dict, "snapshots",
                               snapshots (set, n,
                                          count_until (set->curve[GRAM_QUANTITY_SNAPSHOT_STEP],
                                                       last_step)));
  g_variant_dict_insert (&dict, "train-error", "d", set->train_error);
  return g_variant_dict_end (&dict);
}

static GVariant *
run_to_variant (const GramRun *run, gint64 last_step)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
#define INSERT(name, type, member) g_variant_dict_insert (&dict, name, type, run->member);
  NUMBERS (INSERT)
  g_variant_dict_insert (&dict, "init", "s", gram_init_to_string (run->init));
  g_variant_dict_insert (&dict, "device", "s", run->device != NULL ? run->device : "");
  g_variant_dict_insert (&dict, "formulation", "s",
                         gram_formulation_to_string (run->plan.formulation));
  g_variant_dict_insert (&dict, "precision", "s", gram_precision_to_string (run->precision));
  g_variant_dict_insert (&dict, "steps", "x", MIN (run->steps, last_step));
  g_variant_dict_insert (&dict, "stopped", "s", gram_stopped_to_string (run->stopped));
  g_variant_dict_insert_value (&dict, "notices",
                               g_variant_new_strv ((const char *const *) run->notices->pdata,
                                                   (gssize) run->notices->len));
  return g_variant_dict_end (&dict);
}

/**
 * gram_curves_serialize:
 * @last_step: points beyond it are left out
 *
 * Returns: (transfer full): what gram_curves_parse() reads
 */
GBytes *
gram_curves_serialize (const GramRun *run, gint64 last_step)
{
  GVariantBuilder sets;
  g_autoptr (GVariant) all = NULL;

  g_variant_builder_init (&sets, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < run->sets->len; i++)
    g_variant_builder_add_value (&sets,
                                 set_to_variant (gram_run_get_set (run, i), run->n, last_step));
  all = g_variant_ref_sink (g_variant_new ("(@a{sv}@aa{sv})", run_to_variant (run, last_step),
                                           g_variant_builder_end (&sets)));
  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    {
      g_autoptr (GVariant) turned = g_variant_byteswap (all);

      return g_variant_get_data_as_bytes (turned);
    }
  return g_variant_get_data_as_bytes (all);
}

/* ---------- reading --------------------------------------------------------------------------- */

static gboolean
unfit (GError **error, const char *what)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "damaged: %s of the curves", what);
  return FALSE;
}

/* A copy of an array of doubles, %NULL when @dict has none of the name. */
static double *
read_doubles (GVariantDict *dict, const char *name, gsize *count)
{
  g_autoptr (GVariant) value = g_variant_dict_lookup_value (dict, name, G_VARIANT_TYPE ("ad"));
  gconstpointer values;

  if (value == NULL)
    return NULL;
  values = g_variant_get_fixed_array (value, count, sizeof (double));
  /* An empty array is there too. */
  return *count > 0 ? g_memdup2 (values, *count * sizeof (double)) : g_new0 (double, 1);
}

static gboolean
is_ascending (const GArray *steps)
{
  for (guint i = 0; i < steps->len; i++)
    {
      double k = g_array_index (steps, double, i);

      if (!(k >= 0 && k <= (double) GRAM_STEP_MAX)
          || (i > 0 && k <= g_array_index (steps, double, i - 1)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_curves (GVariantDict *dict, GramRunSet *set, GError **error)
{
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    {
      const GramQuantityInfo *info = gram_quantity_get_info (q);
      GArray *curve = set->curve[q], *steps = set->curve[info->steps];
      gsize count = 0;
      g_autofree double *values = read_doubles (dict, info->name, &count);

      /* A curve that an earlier version did not have is unknown everywhere, also one of steps that
       * come on request. */
      if (values == NULL && (curve != steps || info->on_request))
        {
          for (guint k = 0; k < steps->len; k++)
            g_array_append_val (curve, (double){ NAN });
          continue;
        }
      if (values == NULL || count > G_MAXUINT / sizeof (double))
        return unfit (error, info->name);
      g_array_append_vals (curve, values, (guint) count);
      if (curve->len != steps->len || (curve == steps && !is_ascending (steps)))
        return unfit (error, info->name);
    }
  return TRUE;
}

static gboolean
read_snapshots (GVariantDict *dict, GramRunSet *set, gint64 n, GError **error)
{
  g_autoptr (GVariant) all =
      g_variant_dict_lookup_value (dict, "snapshots", G_VARIANT_TYPE ("aau"));
  gsize count = all != NULL ? g_variant_n_children (all) : 0;

  if (count != set->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->len)
    return unfit (error, "the snapshots");
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (all, i);
      gsize length;
      gconstpointer values = g_variant_get_fixed_array (one, &length, sizeof (guint32));

      if (length != (gsize) n)
        return unfit (error, "a snapshot");
      g_ptr_array_add (set->snapshot_u,
                       (float *) g_atomic_rc_box_dup (length * sizeof (float), values));
    }
  return TRUE;
}

static GramLabels *
read_labels (GVariantDict *dict, const GramRun *run, GError **error)
{
  const char *text;
  GramLabelsSpec spec;
  gsize n = 0, n_test = 0;
  g_autofree double *y = read_doubles (dict, "y", &n);
  g_autofree double *y_test = read_doubles (dict, "y-test", &n_test);
  GramLabels *labels;

  if (!g_variant_dict_lookup (dict, "labels", "&s", &text)
      || !gram_labels_spec_parse (text, &spec, error) || y == NULL || n != (gsize) run->n
      || (y_test != NULL && n_test != (gsize) run->n_test))
    {
      g_clear_error (error);
      unfit (error, "the labels");
      return NULL;
    }
  labels = gram_labels_new_from_vector (&spec, run->n, y);
  if (labels == NULL)
    g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no memory for labels");
  else if (y_test != NULL && n_test > 0)
    {
      labels->y_test = gram_try_alloc (sizeof (double), run->n_test, 1, "labels", error);
      if (labels->y_test == NULL)
        g_clear_pointer (&labels, gram_labels_unref);
      else
        {
          memcpy (labels->y_test, y_test, n_test * sizeof (double));
          labels->n_test = run->n_test;
        }
    }
  return labels;
}

static gboolean
read_set (GVariant *value, GramRun *run, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (value);
  g_autoptr (GramLabels) labels = read_labels (&dict, run, error);
  GramRunSet *set;

  if (labels == NULL)
    return FALSE;
  set = gram_run_add_set (run, labels);
  g_variant_dict_lookup (&dict, "train-error", "d", &set->train_error);
  return read_curves (&dict, set, error) && read_snapshots (&dict, set, run->n, error);
}

static gboolean
read_run (GVariant *value, GramRun *run, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (value);
  const char *init = "", *formulation = "", *precision = "", *stopped = "";
  g_auto (GStrv) notices = NULL;

  run->n_test = -1; /* it may be 0, but has to be there */
#define LOOK_UP(name, type, member) g_variant_dict_lookup (&dict, name, type, &run->member);
  NUMBERS (LOOK_UP)
  if (run->n < 1 || run->n_test < 0 || run->d < 1 || run->m < 1)
    return unfit (error, "the shape");
  g_variant_dict_lookup (&dict, "init", "&s", &init);
  g_variant_dict_lookup (&dict, "device", "s", &run->device);
  g_variant_dict_lookup (&dict, "formulation", "&s", &formulation);
  g_variant_dict_lookup (&dict, "precision", "&s", &precision);
  g_variant_dict_lookup (&dict, "steps", "x", &run->steps);
  g_variant_dict_lookup (&dict, "stopped", "&s", &stopped);
  g_variant_dict_lookup (&dict, "notices", "^as", &notices);
  for (guint i = 0; notices != NULL && notices[i] != NULL; i++)
    g_ptr_array_add (run->notices, g_strdup (notices[i]));
  gram_init_from_string (init, &run->init);
  gram_formulation_from_string (formulation, &run->plan.formulation);
  gram_precision_from_string (precision, &run->precision);
  run->plan.precision = run->precision;
  gram_stopped_from_string (stopped, &run->stopped);
  if (run->steps < 0 || run->steps > GRAM_STEP_MAX || run->record_every < 0
      || run->record_every > GRAM_RECORD_EVERY_MAX || run->kernel_every < 0
      || run->kernel_every > GRAM_STEP_MAX)
    return unfit (error, "the steps");
  return TRUE;
}

/**
 * gram_curves_parse:
 * @bytes: whatever they are
 *
 * Returns: (transfer full) (nullable): a run whose curves fit together, or %NULL with
 *   GRAM_ERROR_DATA
 */
GramRun *
gram_curves_parse (GBytes *bytes, GError **error)
{
  g_autoptr (GVariant) raw =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE));
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GVariant) about = NULL;
  g_autoptr (GVariant) sets = NULL;
  g_autoptr (GramRun) run = gram_run_new ();

  /* The type nests so little that what is not in normal form can be refused rather than read. */
  if (!g_variant_is_normal_form (raw))
    {
      unfit (error, "the form");
      return NULL;
    }
  all = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (raw) : g_variant_ref (raw);
  about = g_variant_get_child_value (all, 0);
  sets = g_variant_get_child_value (all, 1);
  if (g_variant_n_children (sets) > MOST_SETS)
    {
      unfit (error, "the number of label sets");
      return NULL;
    }
  if (!read_run (about, run, error))
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (sets); i++)
    {
      g_autoptr (GVariant) set = g_variant_get_child_value (sets, i);

      if (!read_set (set, run, error))
        return NULL;
    }
  return g_steal_pointer (&run);
}
