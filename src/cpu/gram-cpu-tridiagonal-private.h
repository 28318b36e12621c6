/* gram-cpu-tridiagonal-private.h: the tree of divide and conquer
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-tridiagonal.h"

G_BEGIN_DECLS

/* Rows p and q of a matrix become c·p + s·q and c·q − s·p. */
typedef struct
{
  gint32 p, q;
  double c, s;
} GramCpuRotation;

/* A part of T and its eigenvectors S: of a leaf as they are; of two halves merged as
 *   S = diag (S_left, S_right)·(order)·(rotations)·U,
 * where U is the identity for deflated pairs and u_ji = z_j·scale_i/(d_j − λ_i) for the others. */
typedef struct _GramCpuMerge GramCpuMerge;
struct _GramCpuMerge
{
  gint64 first, n; /* rows of T */
  GramCpuMerge *left, *right;
  double *leaf;    /* (nullable) (n × n) */
  double *rows;    /* (3n) λ ascending, first and last row of S; gone when the parent is done */
  double coupling; /* the off-diagonal element between the halves */

  gint32 *order; /* (n) pair p of the halves, by eigenvalue, was pair order[p] of left, right */
  GArray *rotations;
  gint64 k;       /* secular pairs; the other n − k are deflated */
  gint32 *pole;   /* (n) pairs of `order`: the k poles, then the deflated ones */
  gint32 *result; /* (n) eigenvalue i is root result[i] < k, or deflated pair pole[result[i]] */
  double *d, *z;  /* (k) poles, and ẑ of Gu and Eisenstat */
  double *origin, *tau; /* (k) λ_i = origin + τ, with the nearest pole as origin */
  double *scale;        /* (k) */
};

/* Runs @tasks on @pool, or one after the other without one. */
static inline void
gram_cpu_merge_spread (GramCpuPool *pool, gint64 tasks, GramCpuTask task, gpointer data)
{
  if (pool != NULL)
    gram_cpu_pool_run (pool, tasks, task, data);
  else
    for (gint64 i = 0; i < tasks; i++)
      task (i, 0, data);
}

/* gram-cpu-tridiagonal-merge.c */
void gram_cpu_tridiagonal_merge (GramCpuMerge *merge, const GramCpuKernels *kernels,
                                 GramCpuPool *pool, GCancellable *cancellable);
/* gram-cpu-tridiagonal-secular.c */
void gram_cpu_tridiagonal_root (const GramCpuKernels *kernels, gint64 k, gint64 i, const double *d,
                                const double *squares, double rho, double *origin, double *tau);

struct _GramCpuTridiagonal
{
  GramCpuDevice *device;
  gint64 n;
  GPtrArray *levels; /* of GPtrArray of GramCpuMerge, the root's first; owns them */
};

G_END_DECLS
