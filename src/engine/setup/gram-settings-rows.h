/* gram-settings-rows.h: every setting, a row each
 *
 * SPDX-License-Identifier: MIT
 *
 * To add a setting, add its row here and use it. gram-settings.h makes the fields of GramSettings
 * of these rows and gram-settings-keys.c the table of keys; from that come the text of the
 * settings (session files, GSettings, the window's `load` action), copies and comparison, the
 * options of the command line with their help, the manual page and the shell completions.
 *
 * SETTING (TYPE, FIELD, …) is a field of GramSettings, PROBLEM_SETTING (FIELD, …) one of its
 * GramProblemSpec; the rest are members of GramSettingsKey. The order is that of the text. There
 * is no include guard, as this is included once for the fields and once for the table.
 */
/* clang-format off */

/* ---------- which images ---------------------------------------------------------------------- */

SETTING (char *, dataset, .name = "dataset", .type = &dataset_type, .initial = "glyphs",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_DATA, .is_place = TRUE,
  .argument = "NAME|PATH", .usual = "", .help = "; or a folder, archive or .npz")
SETTING (char *, data_dir, .name = "data-dir", .type = &folder_type, .initial = "",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_DATA, .is_place = TRUE,
  .argument = "DIR", .usual = "", .help = "looked at before the standard places")
PROBLEM_SETTING (class_a, .name = "classes", .type = &classes_type, .symbol = "classes",
  .initial = "",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_DATA,
  .argument = "A,B", .usual = "the first two",
  .help = "A is +1, B is −1, by index or name; groups as 0+2,1+3")
PROBLEM_SETTING (n, .name = "samples", .alias = "n", .letter = 'n', .type = &integer_type,
  .low = 2, .high = 1e6, .word = "auto", .symbol = "n", .initial = "auto",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_SIZES,
  .argument = "N", .usual = "min(1000, available)", .help = "training images")
PROBLEM_SETTING (n_test, .name = "test-samples", .type = &integer_type,
  .low = 0, .high = 1e6, .word = "all", .initial = "all",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_SIZES,
  .argument = "N", .usual = "all of the pair, at most 2000", .help = "test images")
PROBLEM_SETTING (select, .name = "select", .type = &select_type, .initial = "first",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_DATA,
  .usual = "", .help = "file order (default) or a seeded subset")
PROBLEM_SETTING (preprocess, .name = "preprocess", .type = &preprocess_type,
  .symbol = "preprocess", .initial = "none",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_DATA,
  .argument = "NAME", .usual = "", .help = "; then ‖x‖₂ = 1")
/* of W(0), a and the label noise too */
PROBLEM_SETTING (seed, .name = "seed", .type = &seed_type, .symbol = "seed", .initial = "0",
  .change = GRAM_CHANGE_DATA, .group = GRAM_SETTINGS_DATA,
  .argument = "S", .help = "of every random choice")

/* ---------- labels ---------------------------------------------------------------------------- */

/* of GramLabelsSpec: the sets to analyse and to train */
SETTING (GArray *, labels, .name = "labels", .type = &labels_type,
  .initial = "true,random,worst",
  .change = GRAM_CHANGE_LABELS, .group = GRAM_SETTINGS_LABELS,
  .argument = "LIST", .help = "of true, random, worst, mixed:RHO")
SETTING (double, rho, .name = "random-fraction", .alias = "rho", .type = &real_type,
  .low = 0, .high = 1, .initial = "0",
  .change = GRAM_CHANGE_RHO, .group = GRAM_SETTINGS_NOISE,
  .argument = "RHO", .usual = "none",
  .help = "say what to expect at this fraction of random labels")

/* ---------- the network and its training ------------------------------------------------------ */

SETTING (gint64, m, .name = "width", .alias = "m", .type = &integer_type,
  .low = 1, .high = 1e8, .word = "auto", .symbol = "m", .initial = "auto",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_NETWORK,
  .argument = "M", .usual = "10000, to train on the CPU 2048", .help = "hidden neurons m")
SETTING (double, eta, .name = "eta", .type = &real_type,
  .low = 1e-12, .high = 1e6, .symbol = "η",
  .initial = "0.001", /* η and κ as in the paper's Appendix A */
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_NETWORK,
  .argument = "H", .help = "step size η")
SETTING (double, kappa, .name = "kappa", .type = &real_type,
  .low = 1e-12, .high = 1e6, .symbol = "κ", .initial = "0.01",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_NETWORK,
  .argument = "K", .help = "scale κ of the initial weights")
SETTING (GramInit, init, .name = "init", .type = &init_type, .symbol = "init", .initial = "iid",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_NETWORK,
  .help = "initial weights")
SETTING (char *, device, .name = "device", .type = &device_type, .initial = "auto",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_DEVICE, .is_place = TRUE,
  .help = "where to compute")
SETTING (guint, threads, .name = "threads", .type = &count_type,
  .low = 1, .high = 1024, .word = "auto", .initial = "auto",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_DEVICE, .is_place = TRUE,
  .argument = "N", .usual = "all", .help = "CPU threads")
SETTING (GramFormulation, formulation, .name = "formulation", .type = &formulation_type,
  .initial = "auto",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_ARITHMETIC,
  .argument = "NAME", .usual = "", .help = "")
SETTING (GramPrecision, precision, .name = "precision", .type = &precision_type,
  .initial = "auto",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_ARITHMETIC,
  .argument = "NAME", .usual = "", .help = "")
/* 0: until paused */
SETTING (gint64, max_steps, .name = "steps", .type = &integer_type,
  .low = 0, .high = GRAM_STEP_MAX, .initial = "0",
  .change = GRAM_CHANGE_LIMITS, .group = GRAM_SETTINGS_STEPS,
  .argument = "K", .usual = "1000, a sweep 20000", .help = "steps of gradient descent")
/* 0: never */
SETTING (double, until_residual, .name = "until-residual", .type = &real_type,
  .low = 0, .high = 1, .initial = "0",
  .change = GRAM_CHANGE_LIMITS, .group = GRAM_SETTINGS_STEPS,
  .argument = "R", .usual = "never, a sweep 0.01", .help = "stop when every ‖y−u‖ ≤ R·‖y‖")
/* automatic: denser early, bounded memory */
SETTING (gint64, record_every, .name = "record-every", .type = &integer_type,
  .low = 1, .high = GRAM_RECORD_EVERY_MAX, .word = "auto", .initial = "auto",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_STEPS,
  .argument = "N", .usual = "denser at the start", .help = "record every N steps")
/* an n × n matrix an observation */
SETTING (gboolean, drift, .name = "drift", .type = &boolean_type, .initial = "no",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_MEASURES,
  .help = "measure ‖H(k) − H(0)‖_F too, an n × n matrix each time")
/* 0: never; two n × n matrices, and one more product of patterns each time */
SETTING (gint64, kernel_every, .name = "kernel-every", .type = &integer_type,
  .low = 1, .high = GRAM_STEP_MAX, .word = "never", .initial = "never",
  .change = GRAM_CHANGE_NETWORK, .group = GRAM_SETTINGS_MEASURES,
  .argument = "N", .usual = "never",
  .help = "look at H(k) every N steps: drift, alignment with the labels, effective rank")
/* clang-format on */
