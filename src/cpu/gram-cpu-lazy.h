/* gram-cpu-lazy.h: steps that do not touch S, while it is known which patterns can change
 *
 * SPDX-License-Identifier: MIT
 *
 * While no pattern changes, u(k+1) = u(k) − ηH(k)(u(k) − y): n² operations in place of n²m/…, and
 * S can wait: with R the sum of the residuals since S was brought up to date,
 * S(k) = S − (η/√m)·K·(M∘R)·diag(a).
 *
 * An epoch is the steps for which S waits. When it begins, V = (η/√m)·K·(M∘b)·diag(a) is at hand
 * for b, the sum of the residuals of the epoch before, and late in training R(k) ≈ τ(k)·b. With D =
 * R − τb, every pair (i, r) obeys, as M is 0 or 1,
 *
 *   |s_ir(k) − (s_ir − τV_ir)| ≤ (η/√m)·max(Σ_j [K_ij·D_j]₊, Σ_j [K_ij·D_j]₋) + what flips change,
 *
 * so that only pairs whose s is nearer to zero than that can flip. Those are watched: their s is
 * advanced exactly in each step. Limits for τ and D are set when the epoch begins, and with them
 * how far every other pair stays from zero: its margin, rounded down to a byte. The step that would
 * exceed a limit ends the epoch: S is brought up to date, and u and the patterns follow from it as
 * in any other step.
 *
 * What flips change is known exactly at every step: a flip of (j, r) moves s_ir of its own neuron
 * by ∓(η/√m)·a_r·K_ij·(R_j(k) − R_j(flip)). The pairs whose margin that uses up are watched from
 * that step on; neurons whose flips cannot have used up the least of margins are not looked at.
 *
 * So the patterns are those of steps that compute all of S, but for pairs within rounding of zero.
 */
#pragma once

#include "gram-cpu-trainer.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 neuron;
  double s;
} GramCpuWatch;

typedef struct
{
  gint32 sample, neuron;
  double sign;  /* 1: on, −1: off */
  double total; /* R of the sample then */
  double s;
} GramCpuFlip;

struct _GramCpuLazy
{
  gboolean active;   /* S waits */
  gboolean stale;    /* this step ends the epoch: S is brought up to date */
  gboolean trying;   /* and another is tried after it */
  gboolean counted;  /* counts and rows are those of the patterns */
  gint64 length;     /* steps since S was up to date */
  gint64 planned;    /* steps that the limits are made for */
  gint64 rest;       /* ordinary steps before the next try */
  gint64 pause;      /* and how many the next time */
  gint64 steps;      /* of this run that did not touch S */
  gint64 watched;    /* pairs */
  gint64 near_first; /* of them since the epoch began */
  double spent;      /* cycles of its steps, estimated */
  double latest;     /* and of the last one */
  gint64 seen;       /* neurons that this step had to look at, */
  gint64 seen_flips; /* and their flips */

  double *pending;  /* (n) R */
  double *base;     /* (n) b */
  double *last;     /* (n) the residual before */
  double *change;   /* (n) and what it changed by since */
  double *drift;    /* (n) */
  float *allowance; /* (n) of what D can do to s */
  float *narrow;    /* (3n) float32: pending, r, D */
  double base_square, tau, tau_limit;

  guint8 *margin;   /* tiles: how far pairs stay from zero, without flips, in units */
  float unit_scale; /* one over the unit */
  float idle;       /* units that no margin of a pair that is not watched is below */
  float *most;      /* (neurons) units that flips can have used up */
  guint32 *near;    /* [n/32][neurons] watched pairs */
  guint32 *rows;    /* [neurons][n/32] patterns */
  gint32 *counts;   /* (n × n): half the sum with its transpose is Σ_r 1_{r,i}1_{r,j} */
  double *product;  /* (tasks × n) */
  float *partial;   /* (threads × 2n) */
  double *sums;     /* (n × 3) */
  GArray **watch;   /* (n) of GramCpuWatch */
  GArray **found;   /* (tasks) of GramCpuFlip */
  GArray *flips;    /* of GramCpuFlip */
  gint32 *start;    /* (neurons + 1) the first of a neuron in the next two */
  GArray *effects;  /* of GramCpuEffect */
  GArray *ended;    /* of double: sign·R of the flip */
};

#define GRAM_CPU_LAZY_ROWS 64      /* rows of K of a task */
#define GRAM_CPU_LAZY_FIRST_PLAN 8 /* steps of the first epoch's limits */

/* Units of every margin that are kept for float32: V and the effects of flips are sums of up to n
 * terms, some 16n units in all, each part rounded by 2^-24 of that; n = 10⁴ needs a tenth. */
#define GRAM_CPU_LAZY_RESERVE 0.125f

static inline gint64
gram_cpu_lazy_tasks (const GramCpuTrainer *trainer)
{
  return (trainer->n + GRAM_CPU_LAZY_ROWS - 1) / GRAM_CPU_LAZY_ROWS;
}

/* A pair whose sign is not its pattern is a flip. */
static inline void
gram_cpu_lazy_check (GArray *found, gint64 i, const GramCpuWatch *pair, gboolean on)
{
  if ((pair->s >= 0) != on)
    {
      GramCpuFlip flip = { (gint32) i, (gint32) pair->neuron, on ? -1 : 1, 0, pair->s };

      g_array_append_val (found, flip);
    }
}

/* making and keeping them */
gboolean gram_cpu_lazy_new (GramCpuTrainer *trainer, GError **error);
void gram_cpu_lazy_free (GramCpuTrainer *trainer, GramCpuLazy *lazy);
guint8 *gram_cpu_lazy_save (GramCpuTrainer *trainer, gsize *bytes, GError **error);
gboolean gram_cpu_lazy_restore (GramCpuTrainer *trainer, const guint8 *memory, gsize bytes);

/* epochs and their steps */
void gram_cpu_lazy_prepare (GramCpuTrainer *trainer, GramCpuSet *set);
void gram_cpu_lazy_begin (GramCpuTrainer *trainer, GramCpuSet *set);
gboolean gram_cpu_lazy_step (GramCpuTrainer *trainer, GramCpuSet *set);
void gram_cpu_lazy_rows (GramCpuTrainer *trainer, GramCpuSet *set, const double *d,
                         gboolean advance);
void gram_cpu_lazy_rates (GramCpuTrainer *trainer, GramCpuSet *set);

/* flips */
void gram_cpu_lazy_reach (GramCpuTrainer *trainer, GramCpuSet *set);
void gram_cpu_lazy_take (GramCpuTrainer *trainer, GramCpuSet *set);
void gram_cpu_lazy_count (GramCpuTrainer *trainer, GramCpuSet *set, guint first);
void gram_cpu_lazy_gather (GramCpuTrainer *trainer, GramCpuLazy *lazy, gboolean since);
void gram_cpu_lazy_correct (const GramCpuTrainer *trainer, const GramCpuLazy *lazy, gint64 tile,
                            gint64 first, gint64 count, float *sums, gint64 plane);

/* costs */
double gram_cpu_lazy_fixed_cycles (const GramCpuTrainer *trainer, double watched);
gboolean gram_cpu_lazy_is_worth (const GramCpuTrainer *trainer, double length, double watched,
                                 double flips);
gboolean gram_cpu_lazy_goes_on (const GramCpuTrainer *trainer, const GramCpuLazy *lazy);
void gram_cpu_lazy_spend (const GramCpuTrainer *trainer, GramCpuLazy *lazy, guint fresh);

G_END_DECLS
