/* gram-cpu-kernels.h: the inner loops, one set of them per instruction set
 *
 * SPDX-License-Identifier: MIT
 *
 * Everything is in tiles of 32: a tile holds, for each neuron in turn, 32 values that belong to 32
 * samples (or to 32 pixels), 128 bytes, so that the activation pattern of a neuron on a tile of
 * samples is one 32-bit word, bit i for sample i. Arrays of numbers by 16 or 32 begin at multiples
 * of 64 bytes: kernels read whole registers.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GRAM_TILE 32

#define GRAM_CPU_FEW 4
#define GRAM_CPU_BAND 64   /* diagonals below the main one of a band matrix */
#define GRAM_CPU_AT_ONCE 4 /* patterns summed under */

/* Sums under a mask are made for 16 outputs at a time: half a tile. */
#define GRAM_HALF 16

/* Partial sums of 32 samples in five groups of 7, 7, 6, 6 and 6: 2·128 + 3·64 patterns × 16
 * outputs, 28 KiB. Larger groups save additions until the table falls out of the caches. Few
 * neurons do not repay such a table: GRAM_SMALL_… is eight groups of 4. */
#define GRAM_TABLE_FLOATS (448 * GRAM_HALF)
#define GRAM_SMALL_TABLE_FLOATS (128 * GRAM_HALF)

/* What a flip of a pattern does to the other samples of its neuron: @weight times their products
 * with @sample. */
typedef struct
{
  gint32 sample;
  float weight;
} GramCpuEffect;

typedef struct
{
  const char *name;

  /* @panel: [32][16], sample after sample; @weights: [32]. Entry p of a group is
   * Σ over the bits i of p of weights[i]·panel[i]. */
  void (*mask_table) (const float *panel, const float *weights, float *table);
  void (*mask_table_small) (const float *panel, const float *weights, float *table);

  /* sums[r] += Σ_i bit_i (bits[r])·weights[i]·panel[i], by looking up rows of @table; sums is
   * [neurons][16]. With @more two tables lie one after the other, one per word. */
  void (*mask_product) (gint64 neurons, const guint32 *bits, const guint32 *more,
                        const float *table, float *sums);
  void (*mask_product_small) (gint64 neurons, const guint32 *bits, const guint32 *more,
                              const float *table, float *sums);

  /* out[r][i] = Σ_{j<k} panel[j][i]·w_r[j], i < 32. w_r[j] lies at w[(j/32)·stride + r·32 + j%32].
   * The order of the sum over j is that of j. */
  void (*product) (gint64 k, const float *panel, const float *w, gint64 stride, gint64 neurons,
                   float *out);

  /* The same where w_r[j] lies at w[offsets[j] + r·32]: only the pixels that are set. */
  void (*product_sparse) (gint64 k, const float *panel, const gsize *offsets, const float *w,
                          gint64 neurons, float *out);

  /* delta −= a·sums, s = base + delta, bits = 1{s ≥ 0}, u[i] += Σ_r a_r·max(s, 0). The first 16
   * of sums[r] lie at sums + 16r, the others @plane further. */
  void (*advance) (gint64 neurons, const float *a, const float *sums, gint64 plane,
                   const float *base, float *delta, guint32 *bits, double *u);

  /* moved −= a·sums, weights = start + moved */
  void (*move) (gint64 neurons, const float *a, const float *sums, gint64 plane, const float *start,
                float *moved, float *weights);

  /* bits = 1{s ≥ 0}, u[i] += Σ_r a_r·max(s, 0) */
  void (*activate) (gint64 neurons, const float *a, const float *s, guint32 *bits, double *u);

  /* out[r] = scale·a_r·(spells[r] + bit (bits[r])·total): the coefficients of the images in
   * w_r(k) − w_r(0) */
  void (*coefficients) (gint64 neurons, float scale, const float *a, const guint32 *bits,
                        const float *spells, const float *total, float *out);

  /* squares[r] += ⟨x[r], y[r]⟩ */
  void (*dots) (gint64 neurons, const float *x, const float *y, double *squares);

  /* Σ popcount (x & y) */
  gint64 (*matches) (gint64 words, const guint64 *x, const guint64 *y);

  /* Steps that do not touch S; n and words padded to whole tiles.
   * terms_j = k_j·r_j; sums[0] = Σ_j terms_j·counts_j; z_j += k_j·counts_j·own;
   * sums[1] = Σ|k_j·d_j|, sums[2] = Σ k_j·d_j */
  void (*overlap_row) (gint64 n, const float *k, const gint32 *counts, const float *r, float own,
                       const float *d, float *terms, float *z, double sums[3]);

  /* sums[i] = Σ_j bit_j (bits[i])·x_j */
  void (*masked_sums) (gint64 words, const guint32 *const bits[GRAM_CPU_AT_ONCE], const float *x,
                       double sums[GRAM_CPU_AT_ONCE]);

  /* counts_j += step·bit_j */
  void (*count_row) (gint64 words, const guint32 *bits, gint32 step, gint32 *counts);

  /* sums[r] −= Σ_e weight_e·row of sample_e, e from start[r] to start[r + 1]; the first 16 of a
   * row lie at panel + 16·sample, the others @plane further, those of sums @sums_plane further */
  void (*effects) (gint64 neurons, const gint32 *start, const GramCpuEffect *effects,
                   const float *panel, gint64 plane, float *sums, gint64 sums_plane);

  /* What keeps s = base + delta from changing sign while it moves by −t·a·sums, t ∈ [0, tau], and
   * by @allowance: [32] besides. margin: that much in units of 1/@scale, at most 255; near: where
   * nothing is left. Not where s is NaN. */
  void (*margins) (gint64 neurons, const float *a, const float *sums, gint64 plane,
                   const float *base, const float *delta, float tau, const float *allowance,
                   float scale, guint32 *near, guint8 *margin);

  /* reached: where effects, in the same units after multiplication by @scale, use up the margin of
   * s and @least; bits = 1{s ≥ 0} */
  void (*reached) (gint64 neurons, const gint32 *start, const GramCpuEffect *effects,
                   const float *panel, gint64 plane, const float *a, float scale, float least,
                   const guint32 *bits, const guint8 *margin, guint32 *reached);

  /* k ← k·(π − arccos k)/(2π) after clamping k to [−1, 1], Eq 3 */
  void (*arc_cosine) (gint64 count, double *k);

  /* Four columns of a matrix against four vectors that lie interleaved, a row of them four
   * numbers: y += Ax; sums += Aᵀv; or both while A is read once. */
  void (*few_update) (gint64 rows, const double *A, gint64 lda, const double *x, double *y);
  void (*few_gather) (gint64 rows, const double *A, gint64 lda, const double *v, double *sums);
  void (*few_both) (gint64 rows, const double *A, gint64 lda, const double *x, double *sums,
                    const double *v, double *y);

  /* From band to tridiagonal form; vectors of GRAM_CPU_BAND numbers, blocks of as many rows and
   * columns, reflectors I − τvvᵀ with v₁ = 1.
   * v and τ that make (β, 0, …) of x; returns β */
  double (*householder) (const double *x, double *v, double *tau);
  /* B ← (I − τ₂v₂v₂ᵀ)·B·(I − τvvᵀ), with v₂ and τ₂ that make (β, 0, …) of the first column */
  void (*chase_sides) (double *B, gint64 ld, const double *v, double tau, double *v2, double *tau2);
  /* D ← (I − τvvᵀ)·D·(I − τvvᵀ), the lower triangle of a symmetric D */
  void (*chase_core) (double *D, gint64 ld, const double *v, double tau);

  /* Poles d and roots origin + τ: their gaps (d − origin) − τ keep their digits.
   * sums: Σ squares/gap and Σ squares/gap² */
  void (*secular_sums) (gint64 count, const double *d, const double *squares, double origin,
                        double tau, double sums[2]);
  /* Π_i ((d − origin_i) − τ_i)/(d − pole_i) */
  double (*gap_product) (gint64 count, double d, const double *origin, const double *tau,
                         const double *pole);
  /* u_j = weight_j/gap, of one root and all poles, or of one pole and all roots */
  void (*root_gaps) (gint64 count, const double *weight, const double *d, double origin, double tau,
                     double *u);
  void (*pole_gaps) (gint64 count, const double *weight, double d, const double *origin,
                     const double *tau, double *u);
} GramCpuKernels;

const GramCpuKernels *const *gram_cpu_kernels_available (void);

/* Defined where the build has them. */
extern const GramCpuKernels gram_cpu_kernels_portable;
extern const GramCpuKernels gram_cpu_kernels_avx2;
extern const GramCpuKernels gram_cpu_kernels_avx512;

G_END_DECLS
