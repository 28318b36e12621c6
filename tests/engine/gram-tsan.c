/* gram-tsan.c: tells ThreadSanitizer what GLib orders
 *
 * SPDX-License-Identifier: MIT
 *
 * GLib's locks and reference counts are futexes and atomics inside a library that is not
 * instrumented, so ThreadSanitizer sees no order where there is one and reports every message
 * between threads as a race. These take the place of the functions in the test program and say
 * what each of them orders; the functions themselves do the work. Without ThreadSanitizer this
 * file is empty.
 */
#include <glib.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GRAM_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define GRAM_TSAN 1
#endif

#ifdef GRAM_TSAN

#include <dlfcn.h>
#include <gio/gio.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

/* The real function behind a name. Looked up once, which is the same whoever does it. */
#define REAL(name)                                                      \
  static gpointer found;                                                \
  __typeof__ (name) *real = __atomic_load_n (&found, __ATOMIC_ACQUIRE); \
  if (real == NULL)                                                     \
    {                                                                   \
      real = (__typeof__ (name) *) dlsym (RTLD_NEXT, #name);            \
      __atomic_store_n (&found, (gpointer) real, __ATOMIC_RELEASE);     \
    }

/* GLib declares some of these inline or as macros too. */
#undef g_object_ref
#undef g_object_unref
#undef g_mutex_lock
#undef g_mutex_unlock
#undef g_mutex_trylock

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock)
  real (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  REAL (g_mutex_trylock)
  gboolean locked = real (mutex);

  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  REAL (g_mutex_unlock)
  __tsan_release (mutex);
  real (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait)
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  REAL (g_cond_wait_until)
  gboolean signalled;

  __tsan_release (mutex);
  signalled = real (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return signalled;
}

gboolean (g_once_init_enter) (volatile void *location)
{
  REAL (g_once_init_enter)
  gboolean first = real (location);

  /* another thread has done it meanwhile */
  if (!first)
    __tsan_acquire ((void *) location);
  return first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
  REAL (g_once_init_leave)
  __tsan_release ((void *) location);
  real (location, result);
}

#define PUSH(name)                              \
  void name (GAsyncQueue *queue, gpointer data) \
  {                                             \
    REAL (name)                                 \
    __tsan_release (queue);                     \
    real (queue, data);                         \
  }

#define POP(name)                    \
  gpointer name (GAsyncQueue *queue) \
  {                                  \
    REAL (name)                      \
    gpointer data = real (queue);    \
                                     \
    __tsan_acquire (queue);          \
    return data;                     \
  }

PUSH (g_async_queue_push)
PUSH (g_async_queue_push_front)
PUSH (g_async_queue_push_unlocked)
POP (g_async_queue_pop)
POP (g_async_queue_try_pop)
POP (g_async_queue_try_pop_unlocked)

/* The last reference is given up after all that was done under the others. */
#define UNREF(name, type)    \
  void name (type *object)   \
  {                          \
    REAL (name)              \
    __tsan_release (object); \
    __tsan_acquire (object); \
    real (object);           \
  }

UNREF (g_async_queue_unref, GAsyncQueue)
UNREF (g_bytes_unref, GBytes)
UNREF (g_main_context_unref, GMainContext)
UNREF (g_object_unref, void)
UNREF (g_ptr_array_unref, GPtrArray)
UNREF (g_source_unref, GSource)

void
g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify result_destroy)
{
  REAL (g_task_return_pointer)
  __tsan_release (task);
  real (task, result, result_destroy);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  REAL (g_task_propagate_pointer)
  __tsan_acquire (task);
  return real (task, error);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
  REAL (g_task_return_boolean)
  __tsan_release (task);
  real (task, result);
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  REAL (g_task_propagate_boolean)
  __tsan_acquire (task);
  return real (task, error);
}

static void
run_task (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc func;

  __tsan_acquire (task);
  func = (GTaskThreadFunc) g_object_get_data (G_OBJECT (task), "gram-tsan-func");
  func (task, source, data, cancellable);
  __tsan_release (task);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  REAL (g_task_run_in_thread)
  g_object_set_data (G_OBJECT (task), "gram-tsan-func", (gpointer) func);
  __tsan_release (task);
  real (task, run_task);
}

void
g_task_return_error (GTask *task, GError *error)
{
  REAL (g_task_return_error)
  __tsan_release (task);
  real (task, error);
}

#endif /* GRAM_TSAN */
