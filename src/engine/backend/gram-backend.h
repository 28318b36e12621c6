/* gram-backend.h: what a backend fills in, and the backends that are here
 *
 * SPDX-License-Identifier: MIT
 *
 * A backend is coarse: it is not a BLAS but the handful of large operations that the paper needs.
 * Every slot may take long; slots with a GCancellable look at it at least once every 100 ms of work
 * where the algorithm lets them (a running LAPACK call does not).
 *
 * A backend includes this header. Callers use gram-device.h, gram-system.h and gram-trainer.h,
 * whose functions check shapes once and then call the slots.
 */
#pragma once

#include "gram-network.h"
#include "gram-system.h"
#include "gram-trainer.h"

G_BEGIN_DECLS

#define GRAM_BACKEND_API_VERSION 8

typedef struct _GramBackendVTable GramBackendVTable;

struct _GramBackendVTable
{
  guint api_version; /* GRAM_BACKEND_API_VERSION */
  const char *name;  /* in settings, options and files: "cpu", "cuda" */
  const char *title; /* for people: "CPU", "GPU" */
  gint64 width;      /* m of a run that asks for none: what such a device carries well */
#define SLOT(type, name, ...) type (*name) (__VA_ARGS__);
#include "gram-backend-slots.h"
  /* (optional) Of a backend whose one device is many processes: joins them. In one of them, which
   * opens the device then, @served is FALSE; in the others it returns when that one has ended.
   * @own: computes in this process, and lives for ever. */
  gboolean (*serve) (const GramBackendVTable *own, const GramDeviceOptions *options,
                     gboolean *served, GError **error);
};

/* ---------- the backends that are here ------------------------------------------------------ */

/* The symbol a backend module exports: const GramBackendVTable *gram_backend_module (void). */
typedef const GramBackendVTable *(*GramBackendModuleFunc) (void);
#define GRAM_BACKEND_MODULE_SYMBOL "gram_backend_module"

const char *const *gram_backend_names (void);
const char *const *gram_backend_named (void);
const GramBackendVTable *gram_backend_reference (void);
gboolean gram_backend_register (const GramBackendVTable *vtable, GError **error);
void gram_backend_load_modules (const char *directory);
gboolean gram_backend_find_module (const char *name, GError **error);
gboolean gram_backend_load_module (const char *directory, const char *name, GError **error);
gboolean gram_backend_serve (const char *name, const GramDeviceOptions *options, gboolean *served,
                             GError **error);
const GramBackendVTable *gram_backend_lookup (const char *name);
guint gram_backend_count (void);
const GramBackendVTable *gram_backend_get (guint index);

G_END_DECLS
