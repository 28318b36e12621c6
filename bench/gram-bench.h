/* gram-bench.h: how fast a device trains and analyses, beside what the machine can do at most
 *
 * SPDX-License-Identifier: MIT
 *
 * Used by `gramscope-cli bench` and by bench/compare-pytorch.py. Problems are made up (seeded
 * 8-bit images), so no data is needed. Every answer that is timed is checked.
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 n, d, m, n_test;
  guint n_sets;
  double density; /* share of pixels that are set, (0, 1] */
  GramFormulation formulation;
} GramBenchShape;

typedef struct
{
  const GramBenchShape *steps; /* (nullable): training shapes; NULL: a default table */
  guint n_steps;
  const gint64 *systems; /* (nullable): sizes n of analyses, d = 784; NULL: a default table */
  guint n_systems;
  guint repeats;  /* timings, of which the median is reported; 0: 5 */
  double seconds; /* aimed at per timing; 0: 0.3 */
  gboolean skip_steps, skip_systems, skip_roofline;
} GramBenchOptions;

typedef struct
{
  char *name;     /* "step", "kernel", "multiply", "cholesky", "eigen", "sgemm", "copy" */
  gint64 n, d, m; /* 0 where they do not apply */
  guint n_sets;
  char *formulation;   /* (nullable) */
  double seconds;      /* median, of one step or one operation */
  double fastest;      /* the fastest timing */
  double gflops;       /* useful arithmetic per second; 0 where it does not apply */
  double gbytes;       /* memory that must move per second at least; 0 where it does not apply */
  double peak_share;   /* gflops beside the measured matrix product's; 0: unknown. Above 1 where a
                          formulation or a table look-up saves arithmetic */
  double memory_share; /* gbytes beside the measured bandwidth; 0: unknown */
  double error, limit; /* of the checked answer; NAN where there is none */
  char *note;          /* (nullable): the planner's words */
} GramBenchResult;

typedef void (*GramBenchFunc) (const GramBenchResult *result, gpointer data);

GPtrArray *gram_bench_run (GramDevice *device, const GramBenchOptions *options,
                           GramBenchFunc on_result, gpointer data, GCancellable *cancellable,
                           GError **error);
void gram_bench_result_free (GramBenchResult *result);
char *gram_bench_table_header (void);
char *gram_bench_table_row (const GramBenchResult *result);
char *gram_bench_to_json (GramDevice *device, GPtrArray *results, gboolean complete);

/* The machine's own limits, measured: float32 and float64 matrix products of OpenBLAS, and
 * memory read and written by a copy that fits no cache. */
typedef struct
{
  double sgemm, dgemm; /* flop/s */
  double copy;         /* byte/s, read and written */
} GramBenchRoofline;

void gram_bench_roofline (guint threads, GramBenchRoofline *roofline);

G_END_DECLS
