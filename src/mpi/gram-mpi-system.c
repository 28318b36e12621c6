/* gram-mpi-system.c: H∞ of which each process has a part
 *
 * SPDX-License-Identifier: MIT
 *
 * A backend of systems alone. Each of its functions is called in all processes at the same time,
 * with the same arguments, and gives the same in all; only rank 0's job is cancelled or tells of
 * progress. The first thing that processes do together in each is a vote, so that one which fails
 * earlier, or does not get so far, has only to vote too. After it nothing fails without another
 * vote.
 *
 * Every process has all images, and makes its part of H∞ without a message. The algorithms are
 * LAPACK's by blocks, so that a long one tells of progress and can be cancelled.
 */
#include "gram-mpi-system.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-backend.h"
#include "gram-blas.h"
#include "gram-error.h"
#include "gram-mpi-eigen.h"
#include "gram-philox.h"
#include "gram-size.h"

#define FROM 20000   /* images, where there are several machines */
#define COLUMNS 256  /* of a step: of H∞ in this process, of right-hand sides in all */
#define VECTORS 3100 /* for which rank 0 has room beside H∞: Lanczos keeps them */
#define PROBES 4
#define GATE 60.0 /* in units of n·ε, above which eigenpairs are wrong */

/* ScaLAPACK as Fortran calls it, with the hidden lengths of its character arguments */
void pdpotf2_ (const char *uplo, const int *n, double *a, const int *ia, const int *ja,
               const int *desca, int *info, size_t);
void pdsyrk_ (const char *uplo, const char *trans, const int *n, const int *k, const double *alpha,
              const double *a, const int *ia, const int *ja, const int *desca, const double *beta,
              double *c, const int *ic, const int *jc, const int *descc, size_t, size_t);
void pdtrsm_ (const char *side, const char *uplo, const char *trans, const char *diag, const int *m,
              const int *n, const double *alpha, const double *a, const int *ia, const int *ja,
              const int *desca, double *b, const int *ib, const int *jb, const int *descb, size_t,
              size_t, size_t, size_t);

#define REAL(x) (&(double){ (x) })

typedef struct
{
  gint64 n;
  GramMpiMatrix H, L, V;
} System;

/* ---------- before it is made ----------------------------------------------------------------- */

static guint
count_devices (void)
{
  return 1;
}

static gboolean
describe (guint index, GramDeviceInfo *info, GError **error)
{
  return TRUE;
}

static gpointer
open_device (guint index, const GramDeviceOptions *options, GError **error)
{
  static char device;

  return &device;
}

static void
close_device (gpointer device)
{
}

/* What one process may take: those of a machine share its memory. */
static guint64
least_available (void)
{
  guint64 own = gram_memory_available ();

  own = own > 0 ? own / (guint64) gram_mpi_world_get ()->on_node : G_MAXUINT64;
  MPI_Allreduce (MPI_IN_PLACE, &own, 1, MPI_UINT64_T, MPI_MIN, gram_mpi_matrix_grid ()->comm);
  return own == G_MAXUINT64 ? 0 : own;
}

static gboolean
system_plan (gpointer device, gint64 n, gint64 d, GramSystemPlan *plan, GError **error)
{
  const GramMpiWorld *world = gram_mpi_world_get ();
  GError *failure = NULL;
  guint64 part, images, vectors;

  if (n < 0 || n > G_MAXINT || d < 0 || d > G_MAXINT)
    gram_fail (&failure, GRAM_ERROR_MEMORY,
               "%" G_GINT64_FORMAT " images of %" G_GINT64_FORMAT
               " pixels are more than ScaLAPACK can index",
               n, d);
  if (!gram_mpi_world_vote (MPI_COMM_WORLD, failure, error))
    return FALSE;
  part = gram_mpi_matrix_bytes (n, n);
  images = (gram_mpi_matrix_bytes (d, 0) + (guint64) d * sizeof (double)) * (guint64) n;
  vectors = (guint64) n * VECTORS * sizeof (double);
  *plan = (GramSystemPlan){ .bytes = { part + images + vectors, 2 * part + images + vectors,
                                       (2 + GRAM_MPI_EIGEN_COPIES) * part + vectors },
                            .available = least_available (),
                            .processes = (guint) world->size };
  for (int use = 0; use < GRAM_SYSTEM_USES; use++)
    plan->most[use] = gram_mpi_matrix_most (use == GRAM_SYSTEM_SPECTRUM ? 3 : 1);
  return TRUE;
}

/* ---------- making it ------------------------------------------------------------------------- */

/* Images of the rows, or the columns, that are here */
static double *
images_of (const GramSamples *samples, gint64 count, const GramMpiMatrix *H,
           gint64 (*place) (const GramMpiMatrix *H, gint64 i), GError **error)
{
  gint64 d = samples->d;
  double *X =
      gram_try_alloc (sizeof (double), MAX (d, 1), MAX (count, 1), "the images of H∞", error);

  for (gint64 i = 0; X != NULL && i < count; i++)
    memcpy (X + i * d, samples->X + place (H, i) * samples->ldx, (gsize) d * sizeof (double));
  return X;
}

/* Eq 3 of K = xᵀy */
static double
entry_of (const double *x, const double *y, gint64 d, double k)
{
  if (fabs (k) > GRAM_SYSTEM_NEAR && gram_system_near_entry (x, y, d, &k))
    return k;
  k = CLAMP (k, -1, 1);
  return k * (G_PI - acos (k)) / (2 * G_PI);
}

static void
build_columns (System *system, const double *rows, const double *columns, gint64 d, gint64 first,
               gint64 count)
{
  GramMpiMatrix *H = &system->H;

  if (d > 0)
    cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, H->rows_here, count, d, 1, rows, d,
                 columns + first * d, d, 0, H->data + first * H->ld, H->ld);
  for (gint64 j = first; j < first + count; j++)
    for (gint64 i = 0; i < H->rows_here; i++)
      H->data[j * H->ld + i] =
          gram_mpi_matrix_row (H, i) == gram_mpi_matrix_column (H, j)
              ? 0.5
              : entry_of (rows + i * d, columns + j * d, d, d > 0 ? H->data[j * H->ld + i] : 0);
}

/* Some processes have fewer columns; they take part in as many votes. */
static gboolean
build (System *system, const double *rows, const double *columns, gint64 d, const GramJob *job,
       GError **error)
{
  GramMpiMatrix *H = &system->H;
  gint64 most = (gint64) (gram_mpi_matrix_bytes (1, system->n) / sizeof (double));
  GRAM_MPI_ONE_THREAD;

  for (gint64 first = 0; first < most; first += COLUMNS)
    {
      gint64 count = MIN (COLUMNS, H->columns_here - first);

      if (count > 0 && H->rows_here > 0)
        build_columns (system, rows, columns, d, first, count);
      gram_job_progress (job, (double) MIN (first + COLUMNS, most) / (double) most);
      if (!gram_mpi_world_go_on (job, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
system_free (gpointer data)
{
  System *system = data;

  gram_mpi_matrix_clear (&system->H);
  gram_mpi_matrix_clear (&system->L);
  gram_mpi_matrix_clear (&system->V);
  g_free (system);
}

static gpointer
system_new (gpointer device, const GramSamples *samples, const GramJob *job, GError **error)
{
  System *system = g_new0 (System, 1);
  GramMpiMatrix *H = &system->H;
  GError *failure = NULL;
  gram_autofree double *rows = NULL, *columns = NULL;

  system->n = samples->n;
  if (gram_mpi_matrix_init (H, system->n, system->n, "H∞", &failure))
    rows = images_of (samples, H->rows_here, H, gram_mpi_matrix_row, &failure);
  if (rows != NULL)
    columns = images_of (samples, H->columns_here, H, gram_mpi_matrix_column, &failure);
  if (gram_mpi_world_go_on (job, failure, error)
      && build (system, rows, columns, samples->d, job, error))
    return system;
  system_free (system);
  return NULL;
}

/* ---------- products and the factor ----------------------------------------------------------- */

static gboolean
system_multiply (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
                 const GramJob *job, GError **error)
{
  System *system = data;

  return gram_mpi_matrix_apply (&system->H, FALSE, k, V, ldv, Y, ldy, job, error);
}

/* The block of L on the diagonal at @first, and what is below it and to the right. @pivot: (out):
 * the first that is not positive, from 1; 0: none */
static void
factor_block (GramMpiMatrix *L, gint64 first, int *pivot)
{
  gint64 count = MIN (GRAM_MPI_BLOCK, L->rows - first), rest = L->rows - first - count;
  const int *desc = L->descriptor, *at = GRAM_INT (first + 1),
            *below = GRAM_INT (first + count + 1);

  *pivot = 0;
  pdpotf2_ ("L", GRAM_INT (count), L->data, at, at, desc, pivot, 1);
  MPI_Allreduce (MPI_IN_PLACE, pivot, 1, MPI_INT, MPI_MAX, gram_mpi_matrix_grid ()->comm);
  if (*pivot > 0 || rest == 0)
    return;
  pdtrsm_ ("R", "L", "T", "N", GRAM_INT (rest), GRAM_INT (count), REAL (1), L->data, at, at, desc,
           L->data, below, at, desc, 1, 1, 1, 1);
  pdsyrk_ ("L", "N", GRAM_INT (rest), GRAM_INT (count), REAL (-1), L->data, below, at, desc,
           REAL (1), L->data, below, below, desc, 1, 1);
}

static gboolean
system_factor (gpointer data, const GramJob *job, GError **error)
{
  System *system = data;
  GramMpiMatrix *L = &system->L;
  gint64 n = system->n;
  GError *failure = NULL;
  int pivot = 0;
  GRAM_MPI_ONE_THREAD;

  gram_mpi_matrix_clear (L);
  gram_mpi_matrix_init (L, n, n, "the factor of H∞", &failure);
  if (!gram_mpi_world_go_on (job, failure, error))
    return FALSE;
  memcpy (L->data, system->H.data, (gsize) (L->ld * L->columns_here) * sizeof (double));
  for (gint64 first = 0; first < n; first += GRAM_MPI_BLOCK)
    {
      factor_block (L, first, &pivot);
      if (pivot > 0)
        return gram_system_not_positive (first + pivot - 1, error);
      gram_job_progress (job,
                         1 - pow ((double) MAX (n - first - GRAM_MPI_BLOCK, 0) / (double) n, 3));
      if (!gram_mpi_world_go_on (job, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* The first @count columns of @B, from row @first on, ← L⁻¹B or L⁻ᵀB */
static void
solve_triangle (const System *system, const char *transposed, gint64 first, gint64 count,
                GramMpiMatrix *B)
{
  const int *at = GRAM_INT (first + 1);

  pdtrsm_ ("L", "L", transposed, "N", GRAM_INT (system->n - first), GRAM_INT (count), REAL (1),
           system->L.data, at, at, system->L.descriptor, B->data, at, GRAM_INT (1), B->descriptor,
           1, 1, 1, 1);
}

static gboolean
system_solve (gpointer data, gint64 k, double *B, gint64 ldb, const GramJob *job, GError **error)
{
  System *system = data;
  GramMpiMatrix part = { 0 };
  GError *failure = NULL;
  gboolean done;
  GRAM_MPI_ONE_THREAD;

  gram_mpi_matrix_init (&part, system->n, MIN (MAX (k, 1), COLUMNS), "a block of solutions",
                        &failure);
  done = gram_mpi_world_go_on (job, failure, error);
  for (gint64 first = 0; done && first < k; first += COLUMNS)
    {
      gint64 count = MIN (COLUMNS, k - first);

      gram_mpi_matrix_take (&part, count, B + first * ldb, ldb);
      solve_triangle (system, "N", 0, count, &part);
      solve_triangle (system, "T", 0, count, &part);
      gram_mpi_matrix_give (&part, count, B + first * ldb, ldb);
      gram_job_progress (job, (double) (first + count) / (double) k);
      done = gram_mpi_world_go_on (job, NULL, error);
    }
  gram_mpi_matrix_clear (&part);
  return done;
}

/* (H∞⁻¹)_ii = ‖L⁻¹e_i‖², of @count of them from @first on, as far as they are in this process */
static void
invert_columns (const System *system, gint64 first, gint64 count, GramMpiMatrix *B,
                double *diagonal)
{
  memset (B->data, 0, (gsize) (B->ld * B->columns_here) * sizeof (double));
  for (gint64 j = 0; j < B->columns_here; j++)
    for (gint64 i = 0; i < B->rows_here; i++)
      if (gram_mpi_matrix_row (B, i) == first + gram_mpi_matrix_column (B, j))
        B->data[j * B->ld + i] = 1;
  solve_triangle (system, "N", first, count, B);
  for (gint64 j = 0; j < B->columns_here; j++)
    if (gram_mpi_matrix_column (B, j) < count)
      diagonal[first + gram_mpi_matrix_column (B, j)] =
          cblas_ddot (B->rows_here, B->data + j * B->ld, 1, B->data + j * B->ld, 1);
}

static gboolean
system_inverse_diagonal (gpointer data, double *diagonal, const GramJob *job, GError **error)
{
  System *system = data;
  gint64 n = system->n;
  GramMpiMatrix B = { 0 };
  GError *failure = NULL;
  gboolean done;
  GRAM_MPI_ONE_THREAD;

  gram_mpi_matrix_init (&B, n, MIN (n, COLUMNS), "a block of solutions", &failure);
  done = gram_mpi_world_go_on (job, failure, error);
  memset (diagonal, 0, (gsize) n * sizeof (double));
  for (gint64 first = 0; done && first < n; first += COLUMNS)
    {
      gint64 count = MIN (COLUMNS, n - first);

      invert_columns (system, first, count, &B, diagonal);
      gram_job_progress (job, 1 - pow ((double) (n - first - count) / (double) n, 3));
      done = gram_mpi_world_go_on (job, NULL, error);
    }
  if (done)
    MPI_Allreduce (MPI_IN_PLACE, diagonal, (int) n, MPI_DOUBLE, MPI_SUM,
                   gram_mpi_matrix_grid ()->comm);
  gram_mpi_matrix_clear (&B);
  return done;
}

/* ---------- the spectrum ---------------------------------------------------------------------- */

/* ‖VᵀHz − ΛVᵀz‖ and ‖VVᵀz − z‖ of random signs z, which see every eigenpair: 1 when they are as
 * large as may be. @work: (n × 5·PROBES) */
static gboolean
find_error (System *system, const double *lambda, double *work, double *off, const GramJob *job,
            GError **error)
{
  gint64 n = system->n, block = n * PROBES;
  double *z = work, *Hz = z + block, *Vz = Hz + block, *VHz = Vz + block, *VVz = VHz + block;
  double norm = fmax (fabs (lambda[0]), fabs (lambda[n - 1])), residual = 0, distance = 0;

  for (gint64 i = 0; i < block; i++)
    z[i] = gram_philox_sign (0, GRAM_STREAM_PROBE, 0, (guint64) i);
  if (!gram_mpi_matrix_apply (&system->H, FALSE, PROBES, z, n, Hz, n, job, error)
      || !gram_mpi_matrix_apply (&system->V, TRUE, 2 * PROBES, z, n, Vz, n, job, error)
      || !gram_mpi_matrix_apply (&system->V, FALSE, PROBES, Vz, n, VVz, n, job, error))
    return FALSE;
  for (gint64 i = 0; i < block; i++)
    {
      residual += pow (VHz[i] - lambda[i % n] * Vz[i], 2);
      distance += pow (VVz[i] - z[i], 2);
    }
  *off = fmax (sqrt (residual / PROBES) / fmax (norm, DBL_MIN), sqrt (distance / PROBES))
         / (GATE * (double) n * DBL_EPSILON);
  return TRUE;
}

static void
turn (gint64 n, double *lambda)
{
  for (gint64 i = 0; i < n / 2; i++)
    {
      double swap = lambda[i];

      lambda[i] = lambda[n - 1 - i];
      lambda[n - 1 - i] = swap;
    }
}

/* One way to find it, and whether it was right */
static gboolean
try_spectrum (System *system, guint way, double *lambda, double *work, const GramJob *job,
              GError **error)
{
  GError *failure = NULL;
  double off = 0;

  gram_mpi_matrix_clear (&system->V);
  if (!gram_mpi_eigen (&system->H, way, &system->V, lambda, job, error))
    return FALSE;
  turn (system->n, lambda);
  system->V.reversed = TRUE;
  if (!find_error (system, lambda, work, &off, job, error))
    return FALSE;
  if (!(off <= 1))
    gram_fail (&failure, GRAM_ERROR_NUMERIC,
               "no eigendecomposition of H∞ was found that passes its check; the bound and the "
               "Krylov curves do without it");
  return gram_mpi_world_vote (MPI_COMM_WORLD, failure, error);
}

static gboolean
system_spectrum (gpointer data, double *lambda, const GramJob *job, GError **error)
{
  System *system = data;
  g_autoptr (GError) failure = NULL;
  gram_autofree double *work =
      gram_try_alloc (sizeof (double), system->n, 5 * PROBES, "the check of the spectrum", error);
  gboolean done = FALSE;

  if (work == NULL)
    return FALSE;
  for (guint way = 0; !done && way < gram_mpi_eigen_ways (system->n); way++)
    {
      if (way > 0 && !g_error_matches (failure, GRAM_ERROR, GRAM_ERROR_NUMERIC))
        break;
      g_clear_error (&failure);
      done = try_spectrum (system, way, lambda, work, job, &failure);
    }
  if (done)
    gram_job_progress (job, 1);
  else
    {
      gram_mpi_matrix_clear (&system->V);
      g_propagate_error (error, g_steal_pointer (&failure));
    }
  return done;
}

static gboolean
system_project (gpointer data, gint64 k, const double *Y, gint64 ldy, double *P, gint64 ldp,
                const GramJob *job, GError **error)
{
  System *system = data;

  return gram_mpi_matrix_apply (&system->V, TRUE, k, Y, ldy, P, ldp, job, error);
}

static gboolean
system_expand (gpointer data, gint64 k, const double *C, gint64 ldc, double *X, gint64 ldx,
               const GramJob *job, GError **error)
{
  System *system = data;

  return gram_mpi_matrix_apply (&system->V, FALSE, k, C, ldc, X, ldx, job, error);
}

static gboolean
system_eigenvector (gpointer data, gint64 index, double *v, const GramJob *job, GError **error)
{
  System *system = data;
  gint64 n = system->n;
  gram_autofree double *unit = gram_try_alloc (sizeof (double), n, 1, "a block of vectors", error);

  if (unit == NULL)
    return FALSE;
  memset (unit, 0, (gsize) n * sizeof (double));
  unit[index] = 1;
  return gram_mpi_matrix_apply (&system->V, FALSE, 1, unit, n, v, n, job, error);
}

/* Two processes may have rounded the two entries of a pair differently: one of them is given. */
static gboolean
system_download (gpointer data, double *H, gint64 ldh, GError **error)
{
  System *system = data;

  if (!gram_mpi_world_vote (MPI_COMM_WORLD, NULL, error))
    return FALSE;
  gram_mpi_matrix_give (&system->H, system->n, H, ldh);
  for (gint64 j = 0; j < system->n; j++)
    for (gint64 i = 0; i < j; i++)
      H[j * ldh + i] = H[i * ldh + j];
  return TRUE;
}

/* ---------- the device ------------------------------------------------------------------------ */

static const GramBackendVTable vtable = {
  .api_version = GRAM_BACKEND_API_VERSION,
  .name = "mpi",
  .title = "MPI",
  .count_devices = count_devices,
  .describe = describe,
  .open = open_device,
  .close = close_device,
  .system_plan = system_plan,
  .system_new = system_new,
  .system_free = system_free,
  .system_multiply = system_multiply,
  .system_factor = system_factor,
  .system_solve = system_solve,
  .system_inverse_diagonal = system_inverse_diagonal,
  .system_spectrum = system_spectrum,
  .system_project = system_project,
  .system_expand = system_expand,
  .system_eigenvector = system_eigenvector,
  .system_download = system_download,
};

/**
 * gram_mpi_system_open:
 * @from: (out): images from which H∞ is to be divided
 *
 * In all processes at the same time. The variable GRAMSCOPE_DIVIDED_FROM of rank 0 says @from;
 * without it that is %G_MAXINT64 on one machine, whose memory is the same for one process.
 *
 * Returns: (transfer full) (nullable): a device that makes systems, and no trainers
 */
GramDevice *
gram_mpi_system_open (gint64 *from, GError **error)
{
  const char *text = g_getenv ("GRAMSCOPE_DIVIDED_FROM");

  *from = text != NULL                       ? g_ascii_strtoll (text, NULL, 10)
          : gram_mpi_world_get ()->nodes > 1 ? FROM
                                             : G_MAXINT64;
  MPI_Bcast (from, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
  gram_mpi_matrix_start ();
  return gram_backend_register (&vtable, error) ? gram_device_open ("mpi", NULL, error) : NULL;
}
