/* test-settings.c: the settings' text, ranges and comparison
 *
 * SPDX-License-Identifier: MIT
 */
#include <locale.h>
#include <string.h>

#include "gram-error.h"
#include "gram-settings.h"

static void
test_defaults (void)
{
  g_autoptr (GramSettings) settings = gram_settings_new ();

  g_assert_cmpstr (settings->dataset, ==, "glyphs");
  g_assert_cmpuint (settings->labels->len, ==, 3);
  g_assert_cmpint (g_array_index (settings->labels, GramLabelsSpec, 2).kind, ==, GRAM_LABELS_WORST);
  g_assert_cmpfloat (settings->eta, ==, 1e-3);
  g_assert_cmpfloat (settings->kappa, ==, 1e-2);
  g_assert_cmpint (settings->m, ==, 0);
  g_assert_cmpint (settings->problem.n_test, ==, -1);
  g_assert_cmpstr (settings->device, ==, "auto");
  g_assert_cmpint (settings->init, ==, GRAM_INIT_IID);
}

static const char full_text[] =
    "dataset='/tmp/my data/it'\\''s.npz' data-dir=/d classes='7,T-shirt/top' n=512 "
    "test-samples=100 select=random preprocess=pixel-center seed=18446744073709551615 "
    "labels=true,mixed:0.3,worst rho=0.1 m=4096 eta=0.1 kappa=1 init=antisymmetric "
    "device=cuda:1 threads=3 formulation=samples precision=tf32 steps=1000 "
    "until-residual=0.01 record-every=7 drift=yes kernel-every=50";

static void
test_apply (void)
{
  g_autoptr (GramSettings) settings = gram_settings_new ();
  GError *error = NULL;

  gram_settings_apply (settings, full_text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (settings->dataset, ==, "/tmp/my data/it's.npz");
  g_assert_cmpstr (settings->problem.class_b, ==, "T-shirt/top");
  g_assert_cmpint (settings->problem.n, ==, 512);
  g_assert_cmpint (settings->problem.n_test, ==, 100);
  g_assert_cmpint (settings->problem.select, ==, GRAM_SELECT_RANDOM);
  g_assert_cmpint (settings->problem.preprocess, ==, GRAM_PREPROCESS_PIXEL_CENTER);
  g_assert_cmpuint (settings->problem.seed, ==, G_MAXUINT64);
  g_assert_cmpfloat (g_array_index (settings->labels, GramLabelsSpec, 1).rho, ==, 0.3);
  g_assert_cmpfloat (settings->eta, ==, 0.1);
  g_assert_cmpint (settings->m, ==, 4096);
  g_assert_cmpint (settings->init, ==, GRAM_INIT_ANTISYMMETRIC);
  g_assert_cmpuint (settings->threads, ==, 3);
  g_assert_cmpint (settings->formulation, ==, GRAM_FORMULATION_SAMPLES);
  g_assert_cmpint (settings->precision, ==, GRAM_PRECISION_TF32);
  g_assert_cmpint (settings->record_every, ==, 7);
  g_assert_true (settings->drift);
  g_assert_cmpint (settings->kernel_every, ==, 50);
}

/* Text made from any settings gives the same settings, whatever they are applied to. */
static void
test_round_trip (void)
{
  static const char *const texts[] = { "", full_text, "eta=0.30000000000000004 kappa=1e-11",
                                       "dataset='a b' labels=random", "eta=1.2345678901234567e-9" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GramSettings) a = gram_settings_new ();
      g_autoptr (GramSettings) b = gram_settings_new ();
      g_autofree char *text = NULL;
      GError *error = NULL;

      if (!gram_settings_apply (a, texts[i], NULL))
        continue;
      text = gram_settings_to_string (a);
      gram_settings_apply (b, full_text, &error);
      g_assert_no_error (error);
      gram_settings_apply (b, text, &error);
      g_assert_no_error (error);
      g_assert_true (gram_settings_equal (a, b));
      g_assert_true (a->eta == b->eta && a->kappa == b->kappa && a->rho == b->rho);
      g_assert_cmpstr (a->data_dir, ==, b->data_dir);
      g_assert_cmpstr (a->problem.class_a, ==, b->problem.class_a);
    }
}

static void
test_comma_locale (void)
{
  g_autofree char *before = g_strdup (setlocale (LC_NUMERIC, NULL));
  g_autoptr (GramSettings) settings = gram_settings_new ();
  g_autofree char *text = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("the locale de_DE.UTF-8 is not here");
      return;
    }
  g_assert_true (gram_settings_apply (settings, "eta=0.25 rho=0.5", NULL));
  text = gram_settings_to_string (settings);
  setlocale (LC_NUMERIC, before);
  g_assert_cmpfloat (settings->eta, ==, 0.25);
  g_assert_nonnull (strstr (text, "eta=0.25"));
}

static const struct
{
  const char *text, *expected;
} refused[] = {
  { "eta=0", "1e-12" },
  { "eta=nan", "eta" },
  { "eta=inf", "eta" },
  { "eta=0,5", "eta" },
  { "eta=1e-3x", "eta" },
  { "eta= 1", "eta" },
  { "eta=", "eta" },
  { "kappa=-1", "kappa" },
  { "n=0", "from 2 to" },
  { "n=1", "from 2 to" },
  { "m=0", "from 1 to" },
  { "test-samples=-1", "all" },
  { "n=1.5", "samples" },
  { "n=99999999999999999999", "samples" },
  { "test-samples=-2", "all" },
  { "classes=3", "A,B" },
  { "classes=3,3", "differ" },
  { "classes=1,2,3", "A,B" },
  { "classes=,1", "A,B" },
  { "labels=", "labels" },
  { "labels=true,wrong", "labels" },
  { "labels=mixed:2", "labels" },
  { "rho=1.01", "from 0 to 1" },
  { "m=-5", "width" },
  { "m=3 init=antisymmetric", "even" },
  { "init=xavier", "iid, antisymmetric" },
  { "device=gpu", "auto, cpu, cuda" },
  { "device=cuda:x", "cuda:NUMBER" },
  { "threads=-1", "threads" },
  { "threads=100000", "threads" },
  { "formulation=magic", "weights" },
  { "precision=fp64", "bf16-split" },
  { "preprocess=whiten", "standardize" },
  { "select=last", "first, random" },
  { "seed=-1", "seed" },
  { "steps=-1", "steps" },
  { "until-residual=2", "until-residual" },
  { "record-every=x", "auto" },
  { "drift=maybe", "yes, no" },
  { "learning-rate=1", "unknown setting" },
  { "eta", "key=value" },
  { "=5", "key=value" },
  { "dataset='unfinished", "dataset" },
  { "dataset=", "empty" },
  { "dataset=\xff", "UTF-8" },
};

/* Each is refused, names the setting, and leaves everything as it was. */
static void
test_refused (void)
{
  g_autoptr (GramSettings) untouched = gram_settings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GramSettings) settings = gram_settings_new ();
      g_autofree char *text = g_strconcat ("seed=7 ", refused[i].text, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (gram_settings_apply (settings, text, &error));
      g_assert_cmpint ((int) error->domain, ==, (int) GRAM_ERROR);
      g_assert_cmpint (error->code, ==, GRAM_ERROR_USAGE);
      if (strstr (error->message, refused[i].expected) == NULL)
        g_error ("%s: “%s” does not say “%s”", refused[i].text, error->message,
                 refused[i].expected);
      g_assert_true (gram_settings_equal (settings, untouched));
    }
}

static void
test_compare (void)
{
  static const struct
  {
    const char *text;
    GramChange change;
  } cases[] = {
    { "", GRAM_CHANGE_NONE },
    { "rho=0.5", GRAM_CHANGE_RHO },
    { "steps=10", GRAM_CHANGE_LIMITS },
    { "eta=0.5", GRAM_CHANGE_NETWORK },
    { "labels=true", GRAM_CHANGE_LABELS },
    { "classes=3,4", GRAM_CHANGE_DATA },
    { "seed=3", GRAM_CHANGE_DATA },
    { "rho=0.5 m=64 n=100", GRAM_CHANGE_RHO | GRAM_CHANGE_NETWORK | GRAM_CHANGE_DATA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GramSettings) a = gram_settings_new ();
      g_autoptr (GramSettings) b = gram_settings_copy (a);

      g_assert_true (gram_settings_apply (b, cases[i].text, NULL));
      g_assert_cmpint (gram_settings_compare (a, b), ==, cases[i].change);
      g_assert_cmpint (gram_settings_equal (a, b), ==, cases[i].change == GRAM_CHANGE_NONE);
    }
}

static void
test_changed_keys (void)
{
  g_autoptr (GramSettings) a = gram_settings_new ();
  g_autoptr (GramSettings) b = gram_settings_copy (a);
  g_auto (GStrv) keys = NULL;

  g_assert_true (gram_settings_apply (b, "eta=0.002 classes=1,2", NULL));
  keys = gram_settings_changed_keys (a, b);
  g_assert_cmpuint (g_strv_length (keys), ==, 2);
  g_assert_cmpstr (keys[0], ==, "classes");
  g_assert_cmpstr (keys[1], ==, "eta");
}

/* What only says when to stop, where the data are or where to compute leaves a run what it is. */
static void
test_run_survives (void)
{
  static const char *const keys[] = { "dataset", "data-dir", "device",
                                      "threads", "steps",    "until-residual" };
  guint count = 0;

  for (const GramSettingsOption *option = gram_settings_options (); option->key != NULL; option++)
    count += gram_settings_run_survives (option->key);
  g_assert_cmpuint (count, ==, G_N_ELEMENTS (keys));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (gram_settings_run_survives (keys[i]));
  g_assert_false (gram_settings_run_survives ("learning-rate"));
}

/* Every setting is an option with its help; its text, where it has one, is one that it takes; and a
 * copy is equal, also of what a setting owns. */
static void
test_options (void)
{
  const GramSettingsOption *option = gram_settings_options ();
  g_autoptr (GramSettings) settings = gram_settings_new ();
  g_autofree char *text = gram_settings_to_string (settings);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (; option->key != NULL; option++)
    {
      g_autofree char *value = gram_settings_get (settings, option->key);
      g_autofree char *word = g_strconcat (option->key, "=", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_hash_table_add (seen, (gpointer) option->key));
      g_assert_nonnull (strstr (text, word));
      g_assert_cmpuint (strlen (option->help), >, 10);
      g_assert_cmpuint (strlen (option->argument), >, 0);
      g_assert_cmpint (option->group, !=, 0);
      g_assert_true (gram_settings_set (settings, option->key, value != NULL ? value : "", &error));
    }
}

static void
test_help (void)
{
  static const struct
  {
    const char *key, *argument, *help;
  } known[] = {
    { "eta", "H", "step size η; default 0.001" },
    { "select", "first|random", "file order (default) or a seeded subset" },
    { "preprocess", "NAME", "none (default), center, pixel-center, standardize; then ‖x‖₂ = 1" },
    { "precision", "NAME", "auto (default), fp32, tf32, bf16-split" },
    { "width", "M", "hidden neurons m; default 10000, to train on the CPU 2048" },
    { "init", "iid|antisymmetric", "initial weights; default iid" },
    { "data-dir", "DIR", "looked at before the standard places" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      const GramSettingsOption *option = gram_settings_options ();

      while (option->key != NULL && !g_str_equal (option->key, known[i].key))
        option++;
      g_assert_cmpstr (option->argument, ==, known[i].argument);
      g_assert_cmpstr (option->help, ==, known[i].help);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/apply", test_apply);
  g_test_add_func ("/settings/round-trip", test_round_trip);
  g_test_add_func ("/settings/comma-locale", test_comma_locale);
  g_test_add_func ("/settings/refused", test_refused);
  g_test_add_func ("/settings/compare", test_compare);
  g_test_add_func ("/settings/changed-keys", test_changed_keys);
  g_test_add_func ("/settings/run-survives", test_run_survives);
  g_test_add_func ("/settings/options", test_options);
  g_test_add_func ("/settings/help", test_help);
  return g_test_run ();
}
