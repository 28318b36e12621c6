/* test-state.c: the container of a saved run
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-state.h"

#include <string.h>

#include "gram-error.h"

static const double labels[3] = { 1, -1, 1 };

static GramStateHeader
header_of (const char *backend, GramFormulation formulation, double eta)
{
  GramTrainerSpec spec = { .train = { .n = 3, .d = 2 },
                           .m = 4,
                           .n_sets = 1,
                           .Y = labels,
                           .eta = eta,
                           .kappa = 0.5,
                           .seed = 7 };
  GramTrainerPlan plan = { .formulation = formulation, .precision = GRAM_PRECISION_FP32 };
  GramStateHeader header;

  gram_state_header_init (&header, &spec, backend, &plan, 12);
  return header;
}

static GBytes *
example (void)
{
  static const float weights[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  GramStateHeader header = header_of ("cpu", GRAM_FORMULATION_WEIGHTS, 0.1);
  const GramStateSection sections[] = { { GRAM_STATE_WEIGHTS, weights, sizeof weights },
                                        { "odd", "abcde", 5 } };
  GBytes *state = gram_state_build (&header, sections, G_N_ELEMENTS (sections), NULL);

  g_assert_nonnull (state);
  return state;
}

static void
test_round_trip (void)
{
  g_autoptr (GBytes) state = example ();
  GramStateHeader expected = header_of ("cuda", GRAM_FORMULATION_SAMPLES, 0.1), header;
  g_autoptr (GError) error = NULL;
  const float *weights;

  g_assert_true (gram_state_parse (state, &expected, &header, &error));
  g_assert_no_error (error);
  g_assert_cmpint (header.step, ==, 12);
  g_assert_cmpstr (header.backend, ==, "cpu");
  weights = gram_state_section (state, GRAM_STATE_WEIGHTS, 8 * sizeof (float));
  g_assert_nonnull (weights);
  g_assert_cmpfloat (weights[7], ==, 8);
  g_assert_null (gram_state_section (state, GRAM_STATE_WEIGHTS, 7 * sizeof (float)));
  g_assert_cmpmem (gram_state_section (state, "odd", 5), 5, "abcde", 5);
  g_assert_null (gram_state_section (state, "none", 0));
  g_assert_false (gram_state_is_native (&header, &expected));
  expected = header_of ("cpu", GRAM_FORMULATION_WEIGHTS, 0.1);
  g_assert_true (gram_state_is_native (&header, &expected));
}

static void
refuse (GBytes *state, double eta)
{
  GramStateHeader expected = header_of ("cpu", GRAM_FORMULATION_WEIGHTS, eta), header;
  g_autoptr (GError) error = NULL;

  g_assert_false (gram_state_parse (state, &expected, &header, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
}

/* Every truncation, and every flip of a byte that the layout depends on, is refused. */
static void
test_damage (void)
{
  g_autoptr (GBytes) state = example ();
  gsize size;
  const guint8 *data = g_bytes_get_data (state, &size);

  refuse (state, 0.2);
  for (gsize length = 0; length < size; length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, length);

      refuse (cut, 0.1);
    }
  for (gsize at = 0; at < 16; at++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) flipped = NULL;

      copy[at] ^= 0x81;
      flipped = g_bytes_new (copy, size);
      refuse (flipped, 0.1);
    }
}

/* A step that the program never reaches is none that a file may name: k + 1 and the steps at which
 * a run is recorded would overflow. */
static void
test_huge_step (void)
{
  static const gint64 steps[] = { -1, GRAM_STEP_MAX + 1, G_GINT64_CONSTANT (5000000000000000000),
                                  G_MAXINT64 };
  g_autoptr (GBytes) state = example ();
  gsize size;
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (state, &size), g_bytes_get_size (state));

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GBytes) huge = NULL;

      ((GramStateHeader *) (gpointer) copy)->step = steps[i];
      huge = g_bytes_new (copy, size);
      refuse (huge, 0.1);
    }
}

/* A state within a file lies wherever the sections before it end. */
static void
test_align (void)
{
  g_autoptr (GBytes) state = example ();
  gsize size;
  const guint8 *data = g_bytes_get_data (state, &size);
  g_autofree guint8 *file = g_malloc (size + 8);

  for (gsize offset = 0; offset < 8; offset++)
    {
      g_autoptr (GBytes) part = NULL, aligned = NULL;

      memcpy (file + offset, data, size);
      part = g_bytes_new_static (file + offset, size);
      aligned = gram_state_align (part, NULL);
      g_assert_true (g_bytes_equal (aligned, state));
      g_assert_cmpuint ((gsize) g_bytes_get_data (aligned, NULL) % 8, ==, 0);
      g_assert_true ((aligned == part) == (offset == 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend/state/round-trip", test_round_trip);
  g_test_add_func ("/backend/state/damage", test_damage);
  g_test_add_func ("/backend/state/huge-step", test_huge_step);
  g_test_add_func ("/backend/state/align", test_align);
  return g_test_run ();
}
