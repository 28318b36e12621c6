/* test-cuda-module.c: the module that nvcc built opens, whatever this machine has
 *
 * SPDX-License-Identifier: MIT
 *
 * Without a driver it counts no card and says so quietly; with a card it describes it.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "gram-backend.h"
#include "gram-cpu.h"
#include "gram-error.h"

static void
test_opens (void)
{
  g_autoptr (GError) error = NULL;
  const GramBackendVTable *vtable;

  gram_backend_load_module (g_getenv ("GRAM_TEST_CUDA_DIR"), "cuda", &error);
  g_assert_no_error (error);
  vtable = gram_backend_lookup ("cuda");
  g_assert_nonnull (vtable);
  g_assert_cmpuint (vtable->api_version, ==, GRAM_BACKEND_API_VERSION);
#define SLOT(type, name, ...) g_assert_true (vtable->name != NULL);
#define LINK_SLOT(type, name, ...) g_assert_true (vtable->name == NULL);
#include "gram-backend-slots.h"
}

static void
test_devices (void)
{
  guint count = gram_backend_lookup ("cuda")->count_devices ();
  g_autoptr (GramDevice) automatic = gram_device_open ("auto", NULL, NULL);
  g_autoptr (GError) error = NULL;
  GramDeviceInfo info;

  g_assert_nonnull (automatic);
  if (count > 0)
    {
      g_assert_true (gram_backend_lookup ("cuda")->describe (0, &info, &error));
      g_test_message ("%s, %s", info.name, info.details);
      g_assert_cmpstr (gram_device_get_backend (automatic), ==, "cuda");
      return;
    }
  g_assert_cmpstr (gram_device_get_backend (automatic), ==, "cpu");
  g_assert_null (gram_device_open ("cuda", NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_null (strstr (error->message, "has 0 devices")); /* but why */
  g_clear_error (&error);
  g_assert_false (gram_backend_lookup ("cuda")->describe (0, &info, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_test_message ("%s", error->message);
}

/* A module whose libraries are missing, or that is none, is an error and no crash. */
static void
test_unusable (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gramscope-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "libgram-other.so", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "not a library", -1, NULL));
  g_assert_false (gram_backend_load_module (folder, "other", &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_clear_error (&error);
  g_assert_false (gram_backend_load_module (folder, "absent", &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_null (gram_backend_lookup ("other"));
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  g_test_add_func ("/cuda/module/opens", test_opens);
  g_test_add_func ("/cuda/module/devices", test_devices);
  g_test_add_func ("/cuda/module/unusable", test_unusable);
  return g_test_run ();
}
