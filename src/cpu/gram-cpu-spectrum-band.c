/* gram-cpu-spectrum-band.c: A = Q₁BQ₁ᵀ, from a dense matrix to one of 64 diagonals
 *
 * SPDX-License-Identifier: MIT
 *
 * Panels of columns are made upper triangular below the band by a block reflector I − VTVᵀ, which
 * then goes over the rest of the matrix from both sides (Dongarra, Hammarling and Sorensen 1989;
 * Bischof, Lang and Sun 2000): A ← A − VWᵀ − WVᵀ with X = AV, W = XT − ½V(TᵀVᵀXT). All of it runs
 * at the speed of products of matrices; LAPACK's one-stage form reads the matrix from memory for
 * each column.
 */
#include "gram-cpu-spectrum-private.h"

#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-size.h"

#define BAND GRAM_CPU_BAND
#define COLUMNS 512 /* of the matrix worked on between two looks at the cancellable */
#define PIECE 64    /* of a diagonal block, of which half is above the diagonal */

/* A panel: columns j … j + width − 1, of which the m rows below the band become VR. */
typedef struct
{
  GramCpuSpectrum *s;
  gint64 j, width, m, kept; /* kept = MIN (width, m) reflectors */
  double *V;                /* in A */
  double *T;
  double *P; /* [V W V], (m × 3·kept), so that [V W] and [W V] both lie side by side */
  gint64 ldp;
} Panel;

/* C ← βC + αop(A)B */
static void
multiply (CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, gint64 m, gint64 n, gint64 k, double alpha,
          const double *A, gint64 lda, const double *B, gint64 ldb, double beta, double *C,
          gint64 ldc)
{
  if (m > 0 && n > 0)
    cblas_dgemm (CblasColMajor, ta, tb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

/* R to the band; V with its ones and zeros in its place, and into P twice. */
static void
keep_panel (const Panel *p)
{
  gint64 n = p->s->n;

  for (gint64 c = 0; c < p->width; c++)
    for (gint64 r = 0; r <= MIN (c, p->m - 1); r++)
      {
        *gram_cpu_spectrum_b (p->s, p->j + p->width + r, p->j + c) = p->V[c * n + r];
        p->V[c * n + r] = r == c && c < p->kept ? 1 : 0;
      }
  for (gint64 c = 0; c < BAND; c++)
    for (gint64 r = c + 1; r < BAND; r++)
      p->T[c * BAND + r] = 0;
  for (gint64 c = 0; c < p->kept; c++)
    {
      gsize bytes = (gsize) p->m * sizeof (double);

      memcpy (p->P + c * p->ldp, p->V + c * n, bytes);
      memcpy (p->P + (2 * p->kept + c) * p->ldp, p->V + c * n, bytes);
    }
}

static void
factor_panel (const Panel *p)
{
  double tau[BAND], work[BAND];
  int info = 0;

  if (p->m >= p->width)
    dgeqrt3_ (GRAM_INT (p->m), GRAM_INT (p->width), p->V, GRAM_INT (p->s->n), p->T, GRAM_INT (BAND),
              &info);
  else
    {
      dgeqr2_ (GRAM_INT (p->m), GRAM_INT (p->width), p->V, GRAM_INT (p->s->n), tau, work, &info);
      dlarft_ ("F", "C", GRAM_INT (p->m), GRAM_INT (p->kept), p->V, GRAM_INT (p->s->n), tau, p->T,
               GRAM_INT (BAND), 1, 1);
    }
  keep_panel (p);
}

/* X = A₂V, of which the lower triangle of A₂ is read, each block column once. */
static gboolean
multiply_symmetric (const Panel *p, const double *A2, double *X, GCancellable *cancellable,
                    GError **error)
{
  gint64 n = p->s->n, m = p->m, k = p->kept, ld = p->ldp;

  for (gint64 c = 0; c < k; c++)
    memset (X + c * ld, 0, (gsize) m * sizeof (double));
  for (gint64 j = 0; j < m; j += COLUMNS)
    {
      gint64 w = MIN (COLUMNS, m - j), below = m - j - w;
      const double *block = A2 + j * n + j;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      cblas_dsymm (CblasColMajor, CblasLeft, CblasLower, w, k, 1, block, n, p->P + j, ld, 1, X + j,
                   ld);
      multiply (CblasTrans, CblasNoTrans, w, k, below, 1, block + w, n, p->P + j + w, ld, 1, X + j,
                ld);
      multiply (CblasNoTrans, CblasNoTrans, below, k, w, 1, block + w, n, p->P + j, ld, 1,
                X + j + w, ld);
    }
  return TRUE;
}

/* X becomes W. */
static void
make_w (const Panel *p, double *X)
{
  gint64 m = p->m, k = p->kept;
  double S[BAND * BAND];

  cblas_dtrmm (CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, m, k, 1, p->T,
               BAND, X, p->ldp);
  multiply (CblasTrans, CblasNoTrans, k, k, m, 1, p->P, p->ldp, X, p->ldp, 0, S, k);
  cblas_dtrmm (CblasColMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, k, k, 1, p->T, BAND,
               S, k);
  multiply (CblasNoTrans, CblasNoTrans, m, k, k, -0.5, p->P, p->ldp, S, k, 1, X, p->ldp);
}

/* The lower triangle of A₂ − [V W][W V]ᵀ. */
static gboolean
update_rest (const Panel *p, double *A2, GCancellable *cancellable, GError **error)
{
  gint64 n = p->s->n, m = p->m, k = 2 * p->kept, ld = p->ldp;
  const double *VW = p->P, *WV = p->P + p->kept * ld;

  for (gint64 j = 0; j < m; j += COLUMNS)
    {
      gint64 end = MIN (j + COLUMNS, m);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (gint64 i = j; i < end; i += PIECE)
        multiply (CblasNoTrans, CblasTrans, end - i, MIN (PIECE, end - i), k, -1, VW + i, ld,
                  WV + i, ld, 1, A2 + i * n + i, n);
      multiply (CblasNoTrans, CblasTrans, m - end, end - j, k, -1, VW + end, ld, WV + j, ld, 1,
                A2 + j * n + end, n);
    }
  return TRUE;
}

/**
 * gram_cpu_spectrum_band:
 * @s: with A: (n × n), of which the lower triangle is read
 *
 * A = Q₁BQ₁ᵀ. Progress is by the work that is left, a cube.
 */
gboolean
gram_cpu_spectrum_band (GramCpuSpectrum *s, const GramJob *job, GError **error)
{
  gint64 n = s->n;
  gram_autofree double *P = gram_try_alloc (sizeof (double), n + 16, 3 * BAND, "a panel", error);

  for (gint64 j = 0, panel = 0; P != NULL && j < n; j += BAND, panel++)
    {
      Panel p = { .s = s, .j = j, .width = MIN (BAND, n - j), .P = P };
      double *A2, *W;

      for (gint64 c = j; c < j + p.width; c++)
        for (gint64 r = c; r < j + p.width; r++)
          *gram_cpu_spectrum_b (s, r, c) = s->A[c * n + r];
      p.m = n - j - p.width;
      if (p.m == 0)
        break;
      p.kept = MIN (p.m, p.width);
      p.V = s->A + j * n + j + p.width;
      p.T = s->T + panel * BAND * BAND;
      p.ldp = (p.m + 7) / 8 * 8 + 8;
      A2 = s->A + (j + p.width) * n + j + p.width;
      W = P + p.kept * p.ldp;
      factor_panel (&p);
      if (!multiply_symmetric (&p, A2, W, job->cancellable, error))
        return FALSE;
      make_w (&p, W);
      if (!update_rest (&p, A2, job->cancellable, error))
        return FALSE;
      gram_job_progress (job, 1 - pow ((double) p.m / (double) n, 3));
    }
  return P != NULL;
}

/**
 * gram_cpu_spectrum_panels:
 * @transpose: whether to multiply by Q₁ᵀ, else by Q₁
 * @Y: (inout): (n × @k)
 */
gboolean
gram_cpu_spectrum_panels (const GramCpuSpectrum *s, gboolean transpose, gint64 k, double *Y,
                          gint64 ldy, const GramJob *job, GError **error)
{
  gint64 n = s->n, panels = n > 0 ? (n - 1) / BAND : 0;
  gram_autofree double *C = gram_try_alloc (sizeof (double), BAND, k, "a panel", error);

  for (gint64 i = 0; C != NULL && i < panels; i++)
    {
      gint64 panel = transpose ? i : panels - 1 - i;
      gint64 j = panel * BAND, m = n - j - BAND, kept = MIN (m, BAND);
      const double *V = s->A + j * n + j + BAND;

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      multiply (CblasTrans, CblasNoTrans, kept, k, m, 1, V, n, Y + j + BAND, ldy, 0, C, kept);
      cblas_dtrmm (CblasColMajor, CblasLeft, CblasUpper, transpose ? CblasTrans : CblasNoTrans,
                   CblasNonUnit, kept, k, 1, s->T + panel * BAND * BAND, BAND, C, kept);
      multiply (CblasNoTrans, CblasNoTrans, m, k, kept, -1, V, n, C, kept, 1, Y + j + BAND, ldy);
    }
  return C != NULL;
}
