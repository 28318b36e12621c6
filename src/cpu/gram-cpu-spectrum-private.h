/* gram-cpu-spectrum-private.h: what the stages of a spectrum share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-spectrum.h"
#include "gram-cpu-tridiagonal.h"

G_BEGIN_DECLS

/* A = Q₁BQ₁ᵀ with a band matrix B, B = Q₂TQ₂ᵀ with a tridiagonal T, T = SΛSᵀ. Where H∞ was lie the
 * reflectors of both: those of Q₁ below the diagonal, panel after panel, as unit lower trapezoids
 * with their zeros; those of Q₂ above it, sweep s in column n − 1 − s, with τ in the place of the
 * leading 1. */
struct _GramCpuSpectrum
{
  GramCpuDevice *device;
  gint64 n;
  double *A;      /* (n × n) */
  double *T;      /* (GRAM_CPU_BAND × GRAM_CPU_BAND) for each panel: I − VTVᵀ */
  double *band;   /* (nullable) lower triangle of B, diagonals in rows; between the two stages */
  double *lambda; /* (n) ascending, then the diagonal of T and beside it (n each) */
  double *diagonal, *off_diagonal;
  GramCpuTridiagonal *S;
};

/* Room below the band for what the chase makes there, and the same again so that blocks beyond
 * the last row find zeros. */
#define GRAM_CPU_BAND_LD (2 * GRAM_CPU_BAND + 8)

/* B_ij, i ≥ j */
static inline double *
gram_cpu_spectrum_b (const GramCpuSpectrum *s, gint64 i, gint64 j)
{
  return s->band + (i - j) + j * GRAM_CPU_BAND_LD;
}

/* The reflector of step @step of sweep @sweep. */
static inline double *
gram_cpu_spectrum_reflector (const GramCpuSpectrum *s, gint64 sweep, gint64 step)
{
  return s->A + (s->n - 1 - sweep) * s->n + step * GRAM_CPU_BAND;
}

gboolean gram_cpu_spectrum_band (GramCpuSpectrum *s, const GramJob *job, GError **error);
gboolean gram_cpu_spectrum_chase (GramCpuSpectrum *s, const GramJob *job, GError **error);
gboolean gram_cpu_spectrum_panels (const GramCpuSpectrum *s, gboolean transpose, gint64 k,
                                   double *Y, gint64 ldy, const GramJob *job, GError **error);
gboolean gram_cpu_spectrum_sweeps (const GramCpuSpectrum *s, gboolean transpose, gint64 groups,
                                   double *rows, const GramJob *job, GError **error);

G_END_DECLS
