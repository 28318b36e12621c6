/* gram-run-list.c: the runs that stay
 *
 * SPDX-License-Identifier: MIT
 *
 * The files lie in a folder of the list's own in the user's cache, which goes with it. Those that a
 * crash left are removed by the next program that has weights to keep: their lock is free.
 */
#include "gram-run-list.h"

#include <errno.h>

#include <glib/gstdio.h>

#include "gram-error.h"
#include "gram-file-lock.h"

#define PREFIX "runs-"

struct _GramRunList
{
  GObject parent_instance;
  GPtrArray *runs; /* of GramKeptRun */
  guint last_number;
  GramSettings *present; /* (nullable) of the run, or the next one, of the window */
  guint64 fingerprint;   /* of its images; 0: there are none */
  char *present_title;
  guint64 budget;     /* bytes */
  char *folder;       /* (nullable) as soon as there are weights to keep */
  GramFileLock *lock; /* of it */
  guint last_file;
};

G_DEFINE_FINAL_TYPE (GramRunList, gram_run_list, G_TYPE_OBJECT)

static guint changed_signal;

static void
gram_run_list_finalize (GObject *object)
{
  GramRunList *self = GRAM_RUN_LIST (object);

  g_ptr_array_unref (self->runs);
  if (self->folder != NULL)
    g_rmdir (self->folder);
  gram_file_lock_release (self->lock);
  g_free (self->folder);
  gram_settings_free (self->present);
  g_free (self->present_title);
  G_OBJECT_CLASS (gram_run_list_parent_class)->finalize (object);
}

static void
gram_run_list_class_init (GramRunListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gram_run_list_finalize;
  changed_signal = g_signal_new ("changed", GRAM_TYPE_RUN_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
gram_run_list_init (GramRunList *self)
{
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_kept_run_unref);
  self->present_title = g_strdup ("");
  self->budget = GRAM_RUN_LIST_BUDGET;
}

GramRunList *
gram_run_list_new (void)
{
  return g_object_new (GRAM_TYPE_RUN_LIST, NULL);
}

guint
gram_run_list_get_length (GramRunList *self)
{
  return self->runs->len;
}

/**
 * gram_run_list_get:
 *
 * Returns: (transfer none) (nullable): that kept first is number 0
 */
GramKeptRun *
gram_run_list_get (GramRunList *self, guint index)
{
  return index < self->runs->len ? g_ptr_array_index (self->runs, index) : NULL;
}

/**
 * gram_run_list_find:
 * @number: of the run
 *
 * Returns: (transfer none) (nullable):
 */
GramKeptRun *
gram_run_list_find (GramRunList *self, guint number)
{
  for (guint i = 0; i < self->runs->len; i++)
    if (gram_run_list_get (self, i)->number == number)
      return gram_run_list_get (self, i);
  return NULL;
}

/**
 * gram_run_list_is_here:
 *
 * Returns: whether the run is of the images that are there
 */
gboolean
gram_run_list_is_here (GramRunList *self, const GramKeptRun *kept)
{
  return kept->fingerprint != 0 && kept->fingerprint == self->fingerprint;
}

/**
 * gram_run_list_get_shown:
 *
 * Returns: (transfer full) (element-type GramKeptRun): those that are to be drawn: of the images
 *   that are there, and not hidden
 */
GPtrArray *
gram_run_list_get_shown (GramRunList *self)
{
  GPtrArray *shown = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_kept_run_unref);

  for (guint i = 0; i < self->runs->len; i++)
    {
      GramKeptRun *kept = gram_run_list_get (self, i);

      if (!kept->hidden && gram_run_list_is_here (self, kept))
        g_ptr_array_add (shown, gram_kept_run_ref (kept));
    }
  return shown;
}

/* ---------- names ----------------------------------------------------------------------------- */

static char *
make_title (const GramSettings *settings, const GPtrArray *group)
{
  g_autofree char *apart = gram_settings_tell_apart (settings, group);
  g_autofree char *m = gram_settings_get (settings, "width");
  g_autofree char *eta = gram_settings_get (settings, "eta");

  if (*apart != '\0')
    return g_steal_pointer (&apart);
  return g_strdup_printf ("m %s, η %s", m, eta);
}

/* The settings of all runs on those images. */
static GPtrArray *
group_of (GramRunList *self, guint64 fingerprint)
{
  GPtrArray *group = g_ptr_array_new ();

  for (guint i = 0; i < self->runs->len; i++)
    if (gram_run_list_get (self, i)->fingerprint == fingerprint)
      g_ptr_array_add (group, gram_run_list_get (self, i)->settings);
  if (self->present != NULL && self->fingerprint == fingerprint)
    g_ptr_array_add (group, self->present);
  return group;
}

static void
update_titles (GramRunList *self)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      GramKeptRun *kept = gram_run_list_get (self, i);
      g_autoptr (GPtrArray) group = group_of (self, kept->fingerprint);

      g_free (kept->title);
      kept->title = kept->name != NULL ? g_strdup (kept->name) : make_title (kept->settings, group);
    }
  g_clear_pointer (&self->present_title, g_free);
  if (self->present != NULL)
    {
      g_autoptr (GPtrArray) group = group_of (self, self->fingerprint);

      self->present_title = make_title (self->present, group);
    }
  else
    self->present_title = g_strdup ("");
}

static void
changed (GramRunList *self)
{
  update_titles (self);
  g_signal_emit (self, changed_signal, 0);
}

/**
 * gram_run_list_set_present:
 * @settings: (nullable): copied: of the run that goes on, or of the next
 * @fingerprint: of the images that are there; 0: none
 *
 * Says which runs may be drawn beside what is there, and what their names are to tell them from.
 */
void
gram_run_list_set_present (GramRunList *self, const GramSettings *settings, guint64 fingerprint)
{
  if (fingerprint == self->fingerprint && settings != NULL && self->present != NULL
      && gram_settings_equal (settings, self->present))
    return;
  gram_settings_free (self->present);
  self->present = settings != NULL ? gram_settings_copy (settings) : NULL;
  self->fingerprint = fingerprint;
  changed (self);
}

/**
 * gram_run_list_get_present_title:
 *
 * Returns: (transfer none): what tells the run that is there from those that stay; "" without
 *   settings
 */
const char *
gram_run_list_get_present_title (GramRunList *self)
{
  return self->present_title;
}

/* ---------- what people do -------------------------------------------------------------------- */

/* The least that no other run of these images has. */
static guint
free_colour (GramRunList *self, guint64 fingerprint)
{
  for (guint colour = 0;; colour++)
    {
      gboolean taken = FALSE;

      for (guint i = 0; i < self->runs->len; i++)
        taken |= gram_run_list_get (self, i)->fingerprint == fingerprint
                 && gram_run_list_get (self, i)->colour == colour;
      if (!taken)
        return colour;
    }
}

/**
 * gram_run_list_add:
 * @kept: a new run, or one that was removed, which gets its place again
 *
 * Returns: (transfer none) (nullable): @kept; %NULL when a run that stays goes on from it, so that
 *   nothing of it is missing
 */
GramKeptRun *
gram_run_list_add (GramRunList *self, GramKeptRun *kept)
{
  gboolean back = kept->number != 0;
  guint place = 0;

  for (guint i = self->runs->len; i-- > 0 && !back;)
    {
      GramKeptRun *other = gram_run_list_get (self, i);

      if (!gram_kept_run_is_same (other, kept))
        continue;
      if (other->run->steps > kept->run->steps
          || (other->run->steps == kept->run->steps && (other->file != NULL || other->keeping)))
        return NULL;
      if (kept->name == NULL)
        kept->name = g_strdup (other->name);
      g_ptr_array_remove_index (self->runs, i);
    }
  kept->colour = free_colour (self, kept->fingerprint);
  if (!back)
    kept->number = ++self->last_number;
  while (place < self->runs->len && gram_run_list_get (self, place)->number < kept->number)
    place++;
  g_ptr_array_insert (self->runs, (int) place, gram_kept_run_ref (kept));
  changed (self);
  return kept;
}

/**
 * gram_run_list_remove:
 *
 * Returns: (transfer full) (nullable): the run, which gram_run_list_add() takes again
 */
GramKeptRun *
gram_run_list_remove (GramRunList *self, guint number)
{
  GramKeptRun *kept = gram_run_list_find (self, number);

  if (kept == NULL)
    return NULL;
  gram_kept_run_ref (kept);
  g_ptr_array_remove (self->runs, kept);
  changed (self);
  return kept;
}

/**
 * gram_run_list_rename:
 * @name: (nullable): %NULL or "": again what tells it from the others
 */
void
gram_run_list_rename (GramRunList *self, guint number, const char *name)
{
  GramKeptRun *kept = gram_run_list_find (self, number);

  if (kept == NULL)
    return;
  g_free (kept->name);
  kept->name = name != NULL && *name != '\0' ? g_strdup (name) : NULL;
  changed (self);
}

void
gram_run_list_set_hidden (GramRunList *self, guint number, gboolean hidden)
{
  GramKeptRun *kept = gram_run_list_find (self, number);

  if (kept == NULL || kept->hidden == hidden)
    return;
  kept->hidden = hidden;
  changed (self);
}

/* ---------- files ----------------------------------------------------------------------------- */

/* Removes what programs left that ended without doing so. */
static void
remove_left (const char *place)
{
  g_autoptr (GDir) listing = g_dir_open (place, 0, NULL);
  const char *name;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *folder = g_build_filename (place, name, NULL);
      g_autoptr (GramFileLock) lock = NULL;
      g_autoptr (GDir) files = NULL;
      const char *file;

      if (!g_str_has_prefix (name, PREFIX) || (lock = gram_file_lock_take (folder, NULL)) == NULL)
        continue;
      files = g_dir_open (folder, 0, NULL);
      while (files != NULL && (file = g_dir_read_name (files)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, file, NULL);

          g_unlink (path);
        }
      g_rmdir (folder);
    }
}

static gboolean
make_folder (GramRunList *self, GError **error)
{
  g_autofree char *place = g_build_filename (g_get_user_cache_dir (), "gramscope", NULL);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (PREFIX, id, NULL);
  g_autofree char *folder = g_build_filename (place, name, NULL);

  if (g_mkdir_with_parents (place, 0700) != 0)
    return gram_fail (error, GRAM_ERROR_STORAGE, "%s: %s", place, g_strerror (errno));
  remove_left (place);
  self->lock = gram_file_lock_take (folder, error);
  if (self->lock == NULL)
    return FALSE;
  if (g_mkdir (folder, 0700) != 0)
    {
      gram_fail (error, GRAM_ERROR_STORAGE, "%s: %s", folder, g_strerror (errno));
      gram_file_lock_release (g_steal_pointer (&self->lock));
      return FALSE;
    }
  self->folder = g_steal_pointer (&folder);
  return TRUE;
}

/**
 * gram_run_list_new_file:
 *
 * Returns: (transfer full) (nullable): a name for weights to be written under, or %NULL with
 *   GRAM_ERROR_STORAGE or GRAM_ERROR_FULL
 */
char *
gram_run_list_new_file (GramRunList *self, GError **error)
{
  g_autofree char *name = NULL;

  if (self->folder == NULL && !make_folder (self, error))
    return NULL;
  name = g_strdup_printf ("%u.gramscope", ++self->last_file);
  return g_build_filename (self->folder, name, NULL);
}

static guint64
total_bytes (GramRunList *self)
{
  guint64 total = 0;

  for (guint i = 0; i < self->runs->len; i++)
    total += gram_run_list_get (self, i)->file_bytes;
  return total;
}

/* Makes room. Returns: (transfer full) (nullable): the titles of those whose weights went */
static char *
limit (GramRunList *self)
{
  g_autoptr (GString) gone = g_string_new (NULL);

  for (guint i = 0; i < self->runs->len && total_bytes (self) > self->budget; i++)
    {
      GramKeptRun *kept = gram_run_list_get (self, i);

      if (kept->file == NULL)
        continue;
      gram_kept_run_drop_file (kept);
      g_string_append_printf (gone, "%s“%s”", gone->len > 0 ? ", " : "", kept->title);
    }
  return gone->len > 0 ? g_string_free (g_steal_pointer (&gone), FALSE) : NULL;
}

/**
 * gram_run_list_take_file:
 * @kept: a run, in the list or not
 * @file: (nullable): of gram_run_list_new_file(), written; %NULL: there will be none
 *
 * Its weights are there, and as many of the runs that were kept before lose theirs as the budget
 * says.
 *
 * Returns: (transfer full) (nullable): the titles of those that lost them: “m 512”, “m 2048”
 */
char *
gram_run_list_take_file (GramRunList *self, GramKeptRun *kept, const char *file, guint64 bytes)
{
  char *gone;

  gram_kept_run_drop_file (kept);
  kept->keeping = FALSE;
  kept->file = g_strdup (file);
  kept->file_bytes = bytes;
  gone = limit (self);
  changed (self);
  return gone;
}

guint64
gram_run_list_get_budget (GramRunList *self)
{
  return self->budget;
}

/**
 * gram_run_list_set_budget:
 * @bytes: that files of weights may have together
 *
 * Returns: (transfer full) (nullable): as gram_run_list_take_file()
 */
char *
gram_run_list_set_budget (GramRunList *self, guint64 bytes)
{
  char *gone;

  self->budget = bytes;
  gone = limit (self);
  if (gone != NULL)
    changed (self);
  return gone;
}
