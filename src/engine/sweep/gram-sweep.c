/* gram-sweep.c: what a sweep is asked for and what it found, as values
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-sweep.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"

#define MOST_FRACTIONS 1001
#define STALLED_FALL 1e-3

/**
 * gram_sweep_spec_new:
 *
 * Returns: (transfer full): fractions 0, 0.1, … 1 of three seeds
 */
GramSweepSpec *
gram_sweep_spec_new (void)
{
  GramSweepSpec *spec = g_new0 (GramSweepSpec, 1);

  spec->fractions = gram_sweep_parse_fractions ("0:1:0.1", NULL);
  spec->n_seeds = 3;
  return spec;
}

/**
 * gram_sweep_spec_new_study:
 *
 * Returns: (transfer full): a study that varies nothing yet, of one seed
 */
GramSweepSpec *
gram_sweep_spec_new_study (void)
{
  GramSweepSpec *spec = gram_sweep_spec_new ();

  spec->variations = g_ptr_array_new_with_free_func (gram_variation_free);
  spec->n_seeds = 1;
  return spec;
}

static GPtrArray *
copy_variations (const GPtrArray *variations)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (gram_variation_free);

  for (guint i = 0; i < variations->len; i++)
    g_ptr_array_add (copy, gram_variation_copy (variations->pdata[i]));
  return copy;
}

GramSweepSpec *
gram_sweep_spec_copy (const GramSweepSpec *spec)
{
  GramSweepSpec *copy = g_memdup2 (spec, sizeof *spec);

  copy->fractions = g_array_copy (spec->fractions);
  if (spec->variations != NULL)
    copy->variations = copy_variations (spec->variations);
  if (spec->seeds != NULL)
    copy->seeds = g_array_copy (spec->seeds);
  copy->csv = g_strdup (spec->csv);
  copy->checkpoint = g_strdup (spec->checkpoint);
  return copy;
}

void
gram_sweep_spec_free (GramSweepSpec *spec)
{
  if (spec == NULL)
    return;
  g_array_unref (spec->fractions);
  g_clear_pointer (&spec->variations, g_ptr_array_unref);
  g_clear_pointer (&spec->seeds, g_array_unref);
  g_free (spec->csv);
  g_free (spec->checkpoint);
  g_free (spec);
}

static gboolean
parse_number (const char *text, double *number)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*number);
}

static gboolean
add_fraction (GArray *fractions, double fraction)
{
  /* 0.1 + 0.2 is not 0.3: what was meant has few digits. */
  fraction = round (fraction * 1e9) / 1e9;
  if (!(fraction >= 0 && fraction <= 1) || fractions->len >= MOST_FRACTIONS)
    return FALSE;
  g_array_append_val (fractions, fraction);
  return TRUE;
}

static gboolean
add_range (GArray *fractions, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 4);
  double first, last, by;

  if (g_strv_length (parts) != 3 || !parse_number (parts[0], &first)
      || !parse_number (parts[1], &last) || !parse_number (parts[2], &by) || !(by > 0)
      || last < first || (last - first) / by > MOST_FRACTIONS)
    return FALSE;
  for (gint64 i = 0; first + (double) i * by <= last + 1e-9 * by; i++)
    if (!add_fraction (fractions, first + (double) i * by))
      return FALSE;
  return TRUE;
}

/**
 * gram_sweep_parse_fractions:
 * @text: "first:last:step" or a list "0,0.2,0.5"
 *
 * Returns: (transfer full) (nullable) (element-type double): in [0, 1], ascending
 */
GArray *
gram_sweep_parse_fractions (const char *text, GError **error)
{
  g_autoptr (GArray) fractions = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  gboolean good = g_strv_length (parts) > 0;

  if (strchr (text, ':') != NULL)
    good = add_range (fractions, text);
  else
    for (guint i = 0; good && parts[i] != NULL; i++)
      {
        double fraction;

        good =
            parse_number (g_strstrip (parts[i]), &fraction) && add_fraction (fractions, fraction);
      }
  for (guint i = 1; good && i < fractions->len; i++)
    good = g_array_index (fractions, double, i) > g_array_index (fractions, double, i - 1);
  if (!good)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "fractions=%s: must be first:last:step or an ascending list, from 0 to 1, for "
                   "instance 0:1:0.1 or 0,0.25,0.5",
                   text);
      return NULL;
    }
  return g_steal_pointer (&fractions);
}

static void
set_seeds (GramSweepSpec *spec, const GramVariation *variation)
{
  spec->seeds = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; variation->values[i] != NULL; i++)
    {
      guint64 seed = g_ascii_strtoull (variation->values[i], NULL, 10);

      g_array_append_val (spec->seeds, seed);
    }
}

/**
 * gram_sweep_spec_vary:
 * @spec: of a study
 * @text: for gram_variation_parse(); "seed=…" says which seeds
 *
 * Varies this setting too.
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE when @text is none, or the setting is varied already
 */
gboolean
gram_sweep_spec_vary (GramSweepSpec *spec, const char *text, GError **error)
{
  g_autoptr (GramVariation) variation = gram_variation_parse (text, error);
  gboolean twice = FALSE;

  if (variation == NULL)
    return FALSE;
  if (g_str_equal (variation->key, "seed") && spec->seeds == NULL)
    {
      set_seeds (spec, variation);
      return TRUE;
    }
  for (guint i = 0; i < spec->variations->len; i++)
    twice |= g_str_equal (((GramVariation *) spec->variations->pdata[i])->key, variation->key);
  if (twice || g_str_equal (variation->key, "seed"))
    return gram_fail (error, GRAM_ERROR_USAGE, "%s is varied twice; give all its values at once",
                      variation->key);
  g_ptr_array_add (spec->variations, g_steal_pointer (&variation));
  return TRUE;
}

/* ---------- cells ----------------------------------------------------------------------------- */

#define COLUMN(member, sweep, study)                              \
  {                                                               \
#member, G_STRUCT_OFFSET(GramSweepCell, member), sweep, study \
  }

static const GramSweepColumn columns[] = {
  COLUMN (complexity, TRUE, TRUE), COLUMN (expected_complexity, TRUE, FALSE),
  COLUMN (predicted, FALSE, TRUE), COLUMN (difference, FALSE, TRUE),
  COLUMN (test_l1, TRUE, TRUE),    COLUMN (test_ramp, TRUE, TRUE),
  COLUMN (test_error, TRUE, TRUE), COLUMN (train_error, TRUE, TRUE),
  COLUMN (residual, TRUE, TRUE),
};

/**
 * gram_sweep_get_column:
 * @study: whether of a study, else of a sweep
 *
 * Returns: (transfer none) (nullable): number @index of its cells, in the order of files; %NULL
 *   after the last
 */
const GramSweepColumn *
gram_sweep_get_column (gboolean study, guint index)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if ((study ? columns[i].study : columns[i].sweep) && index-- == 0)
      return &columns[i];
  return NULL;
}

/**
 * gram_sweep_cell_key:
 *
 * Returns: (transfer full): what tells the cell from the others, as the first columns of its row in
 *   a table: the varied values and the label set, or the fraction, and the seed
 */
char *
gram_sweep_cell_key (const GPtrArray *points, const GramSweepCell *cell)
{
  const GramSweepPoint *point = g_ptr_array_index (points, cell->point);
  GString *text = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; point->values[i] != NULL; i++)
    g_string_append_printf (text, strchr (point->values[i], ',') != NULL ? "\"%s\"," : "%s,",
                            point->values[i]);
  if (isnan (cell->fraction))
    {
      GramLabelsSpec labels = { .kind = cell->labels.kind, .rho = cell->labels.rho };
      g_autofree char *name = gram_labels_spec_to_string (&labels);

      g_string_append (text, name);
    }
  else
    g_string_append (text, g_ascii_formatd (number, sizeof number, "%.9g", cell->fraction));
  g_string_append_printf (text, ",%" G_GUINT64_FORMAT, cell->seed);
  return g_string_free (text, FALSE);
}

GramSweepTable *
gram_sweep_table_ref (GramSweepTable *table)
{
  g_atomic_int_inc (&table->references);
  return table;
}

void
gram_sweep_table_unref (GramSweepTable *table)
{
  if (table == NULL || !g_atomic_int_dec_and_test (&table->references))
    return;
  g_array_unref (table->cells);
  g_clear_pointer (&table->problem, gram_problem_unref);
  g_clear_pointer (&table->points, g_ptr_array_unref);
  g_clear_pointer (&table->variations, g_ptr_array_unref);
  g_free (table->trouble);
  g_clear_error (&table->error);
  g_free (table);
}

/* ‖y − u‖ where the last fifth of the steps begins, and no fewer than 200. @steps: (out): since
 * then. Returns: NAN: so many are not made yet */
static double
residual_before (const GramRunSet *set, double *steps)
{
  const GArray *step = set->curve[GRAM_QUANTITY_STEP];
  double k = gram_run_set_last (set, GRAM_QUANTITY_STEP), window = MAX (200, k / 5);
  guint then;

  *steps = 0;
  if (step->len < 2 || k < window)
    return NAN;
  for (then = step->len - 1; then > 0 && g_array_index (step, double, then) > k - window; then--)
    ;
  *steps = k - g_array_index (step, double, then);
  return g_array_index (set->curve[GRAM_QUANTITY_RESIDUAL], double, then);
}

/**
 * gram_sweep_stalled:
 *
 * Whether the residual has stopped falling: over the last fifth of the steps, and no fewer than
 * 200, it fell by less than a thousandth of itself. In the theory's terms every mode that is left
 * has ηλk below about 0.005: to halve what remains takes a hundred times the steps done so far.
 */
gboolean
gram_sweep_stalled (const GramRunSet *set)
{
  double steps, before = residual_before (set, &steps);

  return gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL) >= (1 - STALLED_FALL) * before;
}

/* The ‖y − u‖ that is to be reached. */
static double
target_of (const GramRunSet *set, double until_residual)
{
  double square = 0;

  for (gint64 i = 0; i < set->labels->n; i++)
    square += set->labels->y[i] * set->labels->y[i];
  return until_residual * sqrt (square);
}

/**
 * gram_sweep_is_reached:
 *
 * Returns: whether ‖y − u‖ ≤ @until_residual·‖y‖ at the last step
 */
gboolean
gram_sweep_is_reached (const GramRunSet *set, double until_residual)
{
  return gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL) <= target_of (set, until_residual);
}

/**
 * gram_sweep_steps_at_pace:
 *
 * How many steps more it takes to ‖y − u‖ ≤ @until_residual·‖y‖ if the residual goes on falling as
 * it does. By Eq 8, with H∞ or with H(0), ‖y − u(k)‖² is a sum of falling exponentials, whose
 * logarithm is convex in k: it hardly takes fewer.
 *
 * Returns: 0: it is reached, or too few steps are made to tell; INFINITY: the residual does not
 *   fall
 */
double
gram_sweep_steps_at_pace (const GramRunSet *set, double until_residual)
{
  double steps, before = residual_before (set, &steps), target = target_of (set, until_residual);
  double now = gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL);

  if (!(now > target) || isnan (before))
    return 0;
  return now < before ? steps * log (now / target) / log (before / now) : INFINITY;
}

/**
 * gram_sweep_foresee:
 * @analysis: (nullable): of the data
 *
 * The steps of all nets that a sweep will train, added up, if each reaches the target when number
 * 15 says so. Nets whose residual stops falling before that end sooner.
 *
 * Returns: NAN until the spectrum is known, or when η ≥ 2/λ₁
 */
double
gram_sweep_foresee (const GramSweepSpec *spec, const GramAnalysis *analysis, double eta)
{
  double most = spec->max_steps > 0 ? (double) spec->max_steps : GRAM_SWEEP_STEPS, sum = 0;
  double residual = spec->until_residual > 0 ? spec->until_residual : GRAM_SWEEP_RESIDUAL;

  for (guint i = 0; i < spec->fractions->len; i++)
    {
      double rho = g_array_index (spec->fractions, double, i);
      gint64 steps =
          analysis != NULL ? gram_analysis_expected_steps_to (analysis, eta, rho, residual) : -1;

      if (steps < 0)
        return NAN;
      sum += MIN ((double) steps, most);
    }
  return sum * spec->n_seeds;
}

static int
compare_fractions (gconstpointer a, gconstpointer b)
{
  const GramSweepMean *one = a, *other = b;

  return one->fraction < other->fraction ? -1 : one->fraction > other->fraction;
}

static GramSweepMean *
find_mean (GArray *means, double fraction)
{
  const GramSweepMean fresh = { .fraction = fraction };

  for (guint i = 0; i < means->len; i++)
    if (g_array_index (means, GramSweepMean, i).fraction == fraction)
      return &g_array_index (means, GramSweepMean, i);
  g_array_append_val (means, fresh);
  return &g_array_index (means, GramSweepMean, means->len - 1);
}

/**
 * gram_sweep_table_settled:
 *
 * Returns: of the cells that are done, how many were trained until their residual stopped falling
 * or was at its target, and were not ended by the number of steps
 */
guint
gram_sweep_table_settled (const GramSweepTable *table)
{
  guint count = 0;

  for (guint i = 0; i < table->cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);

      count += cell->done && cell->stopped == GRAM_STOPPED_TARGET;
    }
  return count;
}

/**
 * gram_sweep_table_means:
 *
 * Returns: (transfer full) (element-type GramSweepMean): a mean for each fraction of which a cell
 *   is done, by ascending fraction
 */
GArray *
gram_sweep_table_means (const GramSweepTable *table)
{
  GArray *means = g_array_new (FALSE, FALSE, sizeof (GramSweepMean));

  for (guint i = 0; i < table->cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);
      GramSweepMean *mean;

      if (!cell->done)
        continue;
      mean = find_mean (means, cell->fraction);
      mean->count++;
      mean->test_l1 += cell->test_l1;
      mean->test_error += cell->test_error;
    }
  for (guint i = 0; i < means->len; i++)
    {
      GramSweepMean *mean = &g_array_index (means, GramSweepMean, i);

      mean->test_l1 /= mean->count;
      mean->test_error /= mean->count;
    }
  g_array_sort (means, compare_fractions);
  return means;
}
