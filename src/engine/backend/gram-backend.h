/* gram-backend.h: the one interface that src/cpu and src/cuda fill in
 *
 * SPDX-License-Identifier: MIT
 *
 * A backend is coarse: it is not a BLAS but the handful of large operations that the paper needs.
 * All matrices are column-major with an explicit leading dimension. Memory that crosses this
 * interface is host memory and belongs to the caller; what lives on the device stays behind the
 * opaque GramSystem and GramTrainer.
 *
 * Threads: a device may serve one GramSystem and one GramTrainer call at the same time from
 * different threads; two calls on the same object never overlap. Every slot may take long; slots
 * with a GCancellable look at it at least once every 100 ms of work where the algorithm lets them
 * (a running LAPACK call does not).
 *
 * Callers use the gram_… functions below, which check shapes once; backends fill the vtable.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GRAM_BACKEND_API_VERSION 2

typedef enum
{
  GRAM_FORMULATION_AUTO,
  GRAM_FORMULATION_WEIGHTS, /* W ← W − ηZ(u−y): two n×d×m products a step */
  GRAM_FORMULATION_SAMPLES, /* S = XᵀW, S ← S − (η/√m)·K·(M∘r)·diag(a): one n×n×m product */
  GRAM_FORMULATION_SPARSE, /* WEIGHTS with images stored as compressed rows */
  GRAM_FORMULATION_LAZY,   /* SAMPLES where S waits while it is known which patterns can flip */
} GramFormulation;

typedef enum
{
  GRAM_PRECISION_AUTO, /* the fastest that keeps residuals within 1e-5 of float64 over 100 steps */
  GRAM_PRECISION_FP32,
  GRAM_PRECISION_TF32,
  GRAM_PRECISION_BF16_SPLIT, /* bf16 products of exactly represented pixels, fp32 accuracy */
} GramPrecision;

typedef enum
{
  GRAM_INIT_IID,           /* Eq 1 */
  GRAM_INIT_ANTISYMMETRIC, /* neurons r and r + m/2 share w(0) and have a = +1, −1: u(0) = 0 */
} GramInit;

typedef struct
{
  char name[128];       /* "AMD EPYC …, AVX-512, 2 threads", "NVIDIA H100 80GB HBM3" */
  char details[256];    /* driver, CUDA version, library versions */
  guint64 memory_total; /* bytes; 0 if unknown */
  guint64 memory_free;
  int compute_major, compute_minor; /* CUDA compute capability; 0 on the CPU */
  guint cores;                      /* CPU threads, or streaming multiprocessors */
} GramDeviceInfo;

typedef struct
{
  guint threads; /* CPU threads; 0: all */
} GramDeviceOptions;

/* X with unit columns and, when it has one, its exact small-integer form
 *   X[j,i] = (gain[j]·pixels[j,i] − shift[j])·scale[i]
 * which lets a backend multiply by exactly represented pixels. */
typedef struct
{
  gint64 n, d;
  const double *X; /* (d × n) */
  gint64 ldx;
  const guint8 *pixels; /* (nullable) (d × n), leading dimension d */
  const double *gain;   /* (d) */
  const double *shift;  /* (d) */
  const double *scale;  /* (n) */
} GramSamples;

/* fraction in [0, 1]; called from the thread that runs the operation */
typedef void (*GramProgressFunc) (double fraction, gpointer user_data);

typedef struct
{
  GCancellable *cancellable; /* (nullable) */
  GramProgressFunc progress; /* (nullable) */
  gpointer progress_data;
} GramJob;

/* ---------- the network of one run --------------------------------------------------------- */

typedef struct
{
  GramSamples train;
  GramSamples test;  /* n = 0: none */
  gint64 m;          /* hidden neurons */
  guint n_sets;      /* label sets trained side by side from the same W(0) */
  const double *Y;   /* (n × n_sets), leading dimension n */
  double eta, kappa; /* Eq 5 and Eq 1 */
  GramInit init;
  guint64 seed;
  GramFormulation formulation;
  GramPrecision precision;
} GramTrainerSpec;

typedef struct
{
  GramFormulation formulation; /* never AUTO */
  GramPrecision precision;     /* never AUTO */
  guint64 bytes;               /* memory the trainer will take on the device */
  double flops_per_step;       /* useful arithmetic of one step of all label sets */
  gint64 d_used;               /* d after dropping pixels that are zero in every image */
  char why[160];               /* one line for people: why this formulation */
} GramTrainerPlan;

/* What one label set looks like after k steps. Arrays are the caller's; NULL ones are skipped. */
typedef struct
{
  gint64 step;         /* k */
  double *u;           /* (n) predictions on the training images */
  double *u_test;      /* (n_test) */
  double residual;     /* ‖y − u(k)‖ */
  double distance;     /* ‖W(k) − W(0)‖_F */
  double distance_max; /* max_r ‖w_r(k) − w_r(0)‖ */
  double flipped;      /* fraction of 1{w_rᵀx_i ≥ 0} that differ from k = 0 */
  /* always given */
  gint64 lazy_steps;           /* of the k steps, those for which S waited */
  GramFormulation formulation; /* what runs, where a restored state changed it; AUTO: as planned */
} GramObservation;

typedef enum
{
  GRAM_OBSERVE_RESIDUAL = 0,      /* residual and u: at hand after every step */
  GRAM_OBSERVE_DISTANCE = 1 << 0, /* distance, distance_max */
  GRAM_OBSERVE_FLIPPED = 1 << 1,
  GRAM_OBSERVE_TEST = 1 << 2, /* u_test */
} GramObserveFlags;

typedef struct _GramDevice GramDevice;
typedef struct _GramSystem GramSystem;
typedef struct _GramTrainer GramTrainer;

/* Slots marked (optional) may be NULL; the wrapper then sets GRAM_ERROR_UNSUPPORTED. */
typedef struct
{
  guint api_version; /* GRAM_BACKEND_API_VERSION */
  const char *name;  /* "cpu", "cuda" */

  guint (*count_devices) (void);
  gboolean (*describe) (guint index, GramDeviceInfo *info, GError **error);
  gpointer (*open) (guint index, const GramDeviceOptions *options, GError **error);
  void (*close) (gpointer device);

  /* H∞ of Eq 3 on the device, and what can be asked of it. */
  gpointer (*system_new) (gpointer device, const GramSamples *samples, const GramJob *job,
                          GError **error);
  void (*system_free) (gpointer system);
  gboolean (*system_multiply) (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y,
                               gint64 ldy, const GramJob *job, GError **error);
  gboolean (*system_factor) (gpointer system, const GramJob *job, GError **error);
  gboolean (*system_solve) (gpointer system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                            GError **error);
  gboolean (*system_inverse_diagonal) (gpointer system, double *diagonal, const GramJob *job,
                                       GError **error);
  gboolean (*system_eigen) (gpointer system, double *lambda, const GramJob *job, GError **error);
  gboolean (*system_eigenvectors) (gpointer system, gint64 first, gint64 count, double *V,
                                   gint64 ldv, GError **error);
  gboolean (*system_project) (gpointer system, gint64 k, const double *Y, gint64 ldy, double *P,
                              gint64 ldp, GError **error);
  gboolean (*system_download) (gpointer system, double *H, gint64 ldh, GError **error);

  /* Full-batch gradient descent, Eq 1, 5 and 6. */
  gboolean (*trainer_plan) (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                            GError **error);
  gpointer (*trainer_new) (gpointer device, const GramTrainerSpec *spec, const GramJob *job,
                           GError **error);
  void (*trainer_free) (gpointer trainer);
  gboolean (*trainer_step) (gpointer trainer, gint64 count, double *residuals, float *history,
                            const GramJob *job, GError **error);
  gboolean (*trainer_observe) (gpointer trainer, guint set, GramObserveFlags flags,
                               GramObservation *observation, GError **error);
  gboolean (*trainer_weights) (gpointer trainer, guint set, float *W, gint64 ldw, GError **error);
  /* gram-state.h: always with W(k), so that another backend can go on. After a device failed it
   * is the last state that reached the host. */
  GBytes *(*trainer_save) (gpointer trainer, GError **error);
  gboolean (*trainer_restore) (gpointer trainer, GBytes *state, GError **error);
  /* (optional) H(k) of number 18: (K_ij/m)·Σ_r 1_{r,i}1_{r,j} */
  gboolean (*trainer_gram) (gpointer trainer, guint set, double *H, gint64 ldh, GError **error);
  /* (optional) 1{w_rᵀx_i ≥ 0}: m rows of ⌈n/8⌉ bytes, bit i%8 of byte i/8 of row r */
  gboolean (*trainer_pattern) (gpointer trainer, guint set, guint8 *bits, GError **error);
} GramBackendVTable;

/* ---------- registry ------------------------------------------------------------------------ */

/* The symbol a backend module exports: const GramBackendVTable *gram_backend_module (void). */
typedef const GramBackendVTable *(*GramBackendModuleFunc) (void);
#define GRAM_BACKEND_MODULE_SYMBOL "gram_backend_module"

gboolean gram_backend_register (const GramBackendVTable *vtable, GError **error);
gboolean gram_backend_load_module (const char *directory, const char *name, GError **error);
const GramBackendVTable *gram_backend_lookup (const char *name);
guint gram_backend_count (void);
const GramBackendVTable *gram_backend_get (guint index);

/* ---------- devices ------------------------------------------------------------------------- */

GramDevice *gram_device_open (const char *name, const GramDeviceOptions *options, GError **error);
GramDevice *gram_device_ref (GramDevice *device);
void gram_device_unref (GramDevice *device);
const char *gram_device_get_backend (GramDevice *device);
const GramDeviceInfo *gram_device_get_info (GramDevice *device);

/* ---------- systems ------------------------------------------------------------------------- */

GramSystem *gram_system_new (GramDevice *device, const GramSamples *samples, const GramJob *job,
                             GError **error);
void gram_system_free (GramSystem *system);
gint64 gram_system_get_n (GramSystem *system);
gboolean gram_system_multiply (GramSystem *system, gint64 k, const double *V, gint64 ldv, double *Y,
                               gint64 ldy, const GramJob *job, GError **error);
gboolean gram_system_factor (GramSystem *system, const GramJob *job, GError **error);
gboolean gram_system_solve (GramSystem *system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                            GError **error);
gboolean gram_system_inverse_diagonal (GramSystem *system, double *diagonal, const GramJob *job,
                                       GError **error);
gboolean gram_system_eigen (GramSystem *system, double *lambda, const GramJob *job, GError **error);
gboolean gram_system_eigenvectors (GramSystem *system, gint64 first, gint64 count, double *V,
                                   gint64 ldv, GError **error);
gboolean gram_system_project (GramSystem *system, gint64 k, const double *Y, gint64 ldy, double *P,
                              gint64 ldp, GError **error);
gboolean gram_system_download (GramSystem *system, double *H, gint64 ldh, GError **error);

/* ---------- trainers ------------------------------------------------------------------------ */

gboolean gram_trainer_plan (GramDevice *device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                            GError **error);
GramTrainer *gram_trainer_new (GramDevice *device, const GramTrainerSpec *spec, const GramJob *job,
                               GError **error);
void gram_trainer_free (GramTrainer *trainer);
const GramTrainerPlan *gram_trainer_get_plan (GramTrainer *trainer);
gint64 gram_trainer_get_step (GramTrainer *trainer);
gboolean gram_trainer_step (GramTrainer *trainer, gint64 count, double *residuals, float *history,
                            const GramJob *job, GError **error);
gboolean gram_trainer_observe (GramTrainer *trainer, guint set, GramObserveFlags flags,
                               GramObservation *observation, GError **error);
gboolean gram_trainer_weights (GramTrainer *trainer, guint set, float *W, gint64 ldw,
                               GError **error);
GBytes *gram_trainer_save (GramTrainer *trainer, GError **error);
gboolean gram_trainer_restore (GramTrainer *trainer, GBytes *state, GError **error);
gboolean gram_trainer_gram (GramTrainer *trainer, guint set, double *H, gint64 ldh, GError **error);
gboolean gram_trainer_pattern (GramTrainer *trainer, guint set, guint8 *bits, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramDevice, gram_device_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSystem, gram_system_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTrainer, gram_trainer_free)

/* ---------- the initial network, Eq 1 ------------------------------------------------------- */

void gram_network_weights (const GramTrainerSpec *spec, gint64 first, gint64 count, float *W,
                           gint64 ldw);
void gram_network_signs (const GramTrainerSpec *spec, float *a);

const char *gram_formulation_to_string (GramFormulation formulation);
gboolean gram_formulation_from_string (const char *text, GramFormulation *formulation);
const char *gram_precision_to_string (GramPrecision precision);
gboolean gram_precision_from_string (const char *text, GramPrecision *precision);
const char *gram_init_to_string (GramInit init);
gboolean gram_init_from_string (const char *text, GramInit *init);

G_END_DECLS
