/* gram-checkpoint.c: a run that can be gone on with, as bytes: sections with checksums
 *
 * SPDX-License-Identifier: MIT
 *
 * Layout, little-endian:
 *   8 bytes   magic
 *   u32       version          newer ones are refused
 *   u32       sections
 *   each:     16 bytes name, u64 offset from the start, u64 length, 32 bytes SHA-256
 *   32 bytes  SHA-256 of all before
 *   data      of the sections, in order, without gaps
 * Sections of unknown names are skipped, so that a version can add some. Each run that stays has
 * the sections "run-1", "run-2" … and, where there are weights, "weights-1" …; one of these that is
 * damaged costs that run or its weights alone. "runs" has their titles, a line each, for messages.
 */
#include "gram-checkpoint.h"

#include <string.h>

#include "gram-curves.h"
#include "gram-error.h"

#define MAGIC "\x89GRAM\r\n\x1a"
#define HASH 32
#define NAME 16
#define PREFIX (8 + 4 + 4)
#define ENTRY (NAME + 8 + 8 + HASH)
#define MOST_SECTIONS 4096
#define MOST_KEPT ((MOST_SECTIONS - 16) / 2)

typedef struct
{
  char name[NAME + 1];
  GBytes *bytes;
} Section;

void
gram_checkpoint_free (GramCheckpoint *checkpoint)
{
  if (checkpoint == NULL)
    return;
  gram_settings_free (checkpoint->settings);
  g_free (checkpoint->server);
  gram_run_unref (checkpoint->run);
  g_clear_pointer (&checkpoint->state, g_bytes_unref);
  g_free (checkpoint->view);
  g_clear_pointer (&checkpoint->kept, g_ptr_array_unref);
  g_clear_pointer (&checkpoint->weights, g_ptr_array_unref);
  g_clear_pointer (&checkpoint->lost, g_ptr_array_unref);
  g_free (checkpoint);
}

/**
 * gram_checkpoint_fingerprint:
 *
 * Returns: a number that tells problems apart: a run's state goes on only with the images and
 *   labels it was trained on. It guards against mistakes, not against forgery.
 */
guint64
gram_checkpoint_fingerprint (const GramProblem *problem)
{
  guint64 mix = 0x9e3779b97f4a7c15u ^ (guint64) problem->n ^ ((guint64) problem->d << 32);
  const double *const arrays[] = { problem->X, problem->y };
  const gint64 lengths[] = { problem->n * problem->d, problem->n };

  for (guint a = 0; a < G_N_ELEMENTS (arrays); a++)
    for (gint64 i = 0; i < lengths[a]; i++)
      {
        guint64 bits;

        memcpy (&bits, &arrays[a][i], sizeof bits);
        mix = (mix ^ bits) * 0xff51afd7ed558ccdu;
        mix ^= mix >> 32;
      }
  return mix != 0 ? mix : 1;
}

/* ---------- numbers and checksums ------------------------------------------------------------- */

static void
put_u32 (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
put_u64 (GByteArray *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static guint64
get_u64 (const guint8 *data)
{
  guint64 value;

  memcpy (&value, data, sizeof value);
  return GUINT64_FROM_LE (value);
}

static guint32
get_u32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

static void
hash (const guint8 *data, gsize length, guint8 digest[HASH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = HASH;

  for (gsize done = 0; done < length;)
    {
      gsize part = MIN (length - done, (gsize) 1 << 30); /* the length is a gssize there */

      g_checksum_update (checksum, data + done, (gssize) part);
      done += part;
    }
  g_checksum_get_digest (checksum, digest, &size);
}

/* ---------- sections -------------------------------------------------------------------------- */

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* @bytes: (transfer full); @number: 0: the only one of its name */
static void
add_section (GArray *sections, const char *name, guint number, GBytes *bytes)
{
  Section section = { .bytes = bytes };

  if (number > 0)
    g_snprintf (section.name, sizeof section.name, "%s-%u", name, number);
  else
    g_strlcpy (section.name, name, sizeof section.name);
  g_array_append_val (sections, section);
}

static void
clear_section (gpointer data)
{
  g_bytes_unref (((Section *) data)->bytes);
}

static void
add_kept (GArray *sections, const GramCheckpoint *checkpoint)
{
  g_autoptr (GString) titles = g_string_new (NULL);

  if (checkpoint->kept == NULL || checkpoint->kept->len == 0)
    return;
  for (guint i = 0; i < MIN (checkpoint->kept->len, MOST_KEPT); i++)
    {
      const GramKeptRun *kept = g_ptr_array_index (checkpoint->kept, i);
      GBytes *weights =
          checkpoint->weights != NULL ? g_ptr_array_index (checkpoint->weights, i) : NULL;

      g_string_append_printf (titles, "%s\n", kept->title);
      add_section (sections, "run", i + 1, gram_kept_run_serialize (kept));
      if (weights != NULL)
        add_section (sections, "weights", i + 1, g_bytes_ref (weights));
    }
  add_section (sections, "runs", 0, text_bytes (titles->str));
}

static GArray *
make_sections (const GramCheckpoint *checkpoint)
{
  GArray *sections = g_array_new (FALSE, FALSE, sizeof (Section));
  g_autofree char *settings = gram_settings_to_string (checkpoint->settings);
  g_autofree char *about =
      g_strdup_printf ("fingerprint=%016" G_GINT64_MODIFIER "x step=%" G_GINT64_FORMAT,
                       checkpoint->fingerprint, checkpoint->step);

  g_array_set_clear_func (sections, clear_section);
  add_section (sections, "settings", 0, text_bytes (settings));
  add_section (sections, "about", 0, text_bytes (about));
  if (checkpoint->run != NULL)
    add_section (sections, "curves", 0,
                 gram_curves_serialize (checkpoint->run,
                                        checkpoint->state != NULL ? checkpoint->step : G_MAXINT64));
  if (checkpoint->view != NULL)
    add_section (sections, "view", 0, text_bytes (checkpoint->view));
  if (checkpoint->state != NULL)
    add_section (sections, "state", 0, g_bytes_ref (checkpoint->state));
  add_kept (sections, checkpoint);
  return sections;
}

/**
 * gram_checkpoint_serialize:
 *
 * Curves beyond the step of the state are left out: the run goes on from there.
 *
 * Returns: (transfer full) (element-type GBytes): the file's content, in pieces
 */
GPtrArray *
gram_checkpoint_serialize (const GramCheckpoint *checkpoint)
{
  g_autoptr (GArray) sections = make_sections (checkpoint);
  GPtrArray *pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GByteArray *head = g_byte_array_new ();
  guint64 offset = PREFIX + sections->len * ENTRY + HASH;
  guint8 digest[HASH];

  g_byte_array_append (head, (const guint8 *) MAGIC, 8);
  put_u32 (head, GRAM_CHECKPOINT_VERSION);
  put_u32 (head, sections->len);
  g_ptr_array_add (pieces, NULL);
  for (guint i = 0; i < sections->len; i++)
    {
      const Section *section = &g_array_index (sections, Section, i);
      gsize length;
      const guint8 *data = g_bytes_get_data (section->bytes, &length);

      g_byte_array_append (head, (const guint8 *) section->name, NAME);
      put_u64 (head, offset);
      put_u64 (head, length);
      hash (data, length, digest);
      g_byte_array_append (head, digest, HASH);
      offset += length;
      g_ptr_array_add (pieces, g_bytes_ref (section->bytes));
    }
  hash (head->data, head->len, digest);
  g_byte_array_append (head, digest, HASH);
  pieces->pdata[0] = g_byte_array_free_to_bytes (head);
  return pieces;
}

static gboolean
damaged (GError **error, const char *what)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "damaged: %s", what);
  return FALSE;
}

/* Magic, version and the table's own checksum; the table may be believed after that. */
static gboolean
check_head (const guint8 *data, gsize length, guint *count, GError **error)
{
  guint8 digest[HASH];
  gsize table;

  if (length < PREFIX || memcmp (data, MAGIC, 8) != 0)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_DATA,
                           "not a Gramscope session or checkpoint");
      return FALSE;
    }
  if (get_u32 (data + 8) > GRAM_CHECKPOINT_VERSION || get_u32 (data + 8) == 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED,
                   "format %u is newer than this program, which reads up to %d; install the "
                   "current release",
                   get_u32 (data + 8), GRAM_CHECKPOINT_VERSION);
      return FALSE;
    }
  *count = get_u32 (data + 12);
  if (*count == 0 || *count > MOST_SECTIONS)
    return damaged (error, "the number of sections");
  table = PREFIX + (gsize) *count * ENTRY;
  if (length < table + HASH)
    return damaged (error, "it ends within its table of contents");
  hash (data, table, digest);
  if (memcmp (digest, data + table, HASH) != 0)
    return damaged (error, "the table of contents does not match its checksum");
  return TRUE;
}

/* Section number @index, its checksum verified. */
static GBytes *
read_section (GBytes *bytes, guint index, char name[NAME + 1], GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  const guint8 *entry = data + PREFIX + (gsize) index * ENTRY;
  guint64 offset = get_u64 (entry + NAME), size = get_u64 (entry + NAME + 8);
  guint8 digest[HASH];

  memcpy (name, entry, NAME);
  name[NAME] = '\0';
  if (offset > length || size > length - offset)
    {
      damaged (error, "it is shorter than its table of contents says");
      return NULL;
    }
  hash (data + offset, size, digest);
  if (memcmp (digest, entry + NAME + 16, HASH) != 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "damaged: the section “%.16s” does not match its checksum", name);
      return NULL;
    }
  return g_bytes_new_from_bytes (bytes, offset, size);
}

static char *
section_text (GBytes *section, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (section, &length);

  if (!g_utf8_validate_len (text != NULL ? text : "", length, NULL))
    {
      damaged (error, "a text that is not UTF-8");
      return NULL;
    }
  return g_strndup (text != NULL ? text : "", length);
}

static gboolean
take_about (GramCheckpoint *checkpoint, const char *text, GError **error)
{
  const char *fingerprint = strstr (text, "fingerprint="), *step = strstr (text, "step=");

  if (fingerprint == NULL || step == NULL)
    return damaged (error, "the section “about”");
  checkpoint->fingerprint = g_ascii_strtoull (fingerprint + strlen ("fingerprint="), NULL, 16);
  checkpoint->step = g_ascii_strtoll (step + strlen ("step="), NULL, 10);
  return (checkpoint->step >= 0 && checkpoint->step <= GRAM_STEP_MAX)
         || damaged (error, "the step");
}

static gboolean
take_section (GramCheckpoint *checkpoint, const char *name, GBytes *section, GError **error)
{
  g_autofree char *text = NULL;

  if (g_str_equal (name, "curves"))
    {
      gram_run_unref (checkpoint->run);
      checkpoint->run = gram_curves_parse (section, error);
      return checkpoint->run != NULL;
    }
  if (g_str_equal (name, "state"))
    {
      g_clear_pointer (&checkpoint->state, g_bytes_unref);
      checkpoint->state = g_bytes_ref (section);
      return TRUE;
    }
  if (!g_str_equal (name, "settings") && !g_str_equal (name, "about")
      && !g_str_equal (name, "view"))
    return TRUE;
  text = section_text (section, error);
  if (text == NULL)
    return FALSE;
  if (g_str_equal (name, "about"))
    return take_about (checkpoint, text, error);
  if (g_str_equal (name, "view"))
    {
      g_free (checkpoint->view);
      checkpoint->view = g_steal_pointer (&text);
      return TRUE;
    }
  gram_settings_free (checkpoint->settings);
  checkpoint->settings = gram_settings_new ();
  if (!gram_settings_apply (checkpoint->settings, text, error))
    return FALSE;
  g_free (checkpoint->server);
  checkpoint->server = gram_settings_stay_here (checkpoint->settings, NULL);
  return TRUE;
}

/* ---------- runs that stay -------------------------------------------------------------------- */

/* The number of "run-12", 0 when @name is no name of that kind. */
static guint
number_of (const char *name, const char *kind)
{
  guint64 number;

  if (!g_str_has_prefix (name, kind) || name[strlen (kind)] != '-'
      || !g_ascii_string_to_unsigned (name + strlen (kind) + 1, 10, 1, MOST_KEPT, &number, NULL))
    return 0;
  return (guint) number;
}

typedef struct
{
  GHashTable *runs;    /* number → GramKeptRun */
  GHashTable *weights; /* number → GBytes */
  GHashTable *damage;  /* number → char *: why its run, or else its weights, cannot be read */
  char *titles;        /* (nullable) a line each */
  guint last;          /* number */
} Kept;

static void
kept_clear (Kept *kept)
{
  g_hash_table_unref (kept->runs);
  g_hash_table_unref (kept->weights);
  g_hash_table_unref (kept->damage);
  g_free (kept->titles);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kept, kept_clear)

/* Takes a section of a kept run, whole or not. Returns %FALSE for any other. */
static gboolean
take_kept (Kept *kept, const char *name, GBytes *section, const GError *error)
{
  guint run = number_of (name, "run"), weights = number_of (name, "weights");
  gpointer key = GUINT_TO_POINTER (MAX (run, weights));
  g_autoptr (GError) reason = error != NULL ? g_error_copy (error) : NULL;

  if (g_str_equal (name, "runs") && section != NULL)
    {
      g_free (kept->titles);
      kept->titles = section_text (section, NULL);
    }
  if (key == NULL)
    return g_str_equal (name, "runs");
  kept->last = MAX (kept->last, MAX (run, weights));
  if (run > 0 && section != NULL)
    {
      GramKeptRun *one = gram_kept_run_parse (section, &reason);

      if (one != NULL)
        g_hash_table_replace (kept->runs, key, one);
    }
  else if (section != NULL)
    g_hash_table_replace (kept->weights, key, g_bytes_ref (section));
  if (reason != NULL && (run > 0 || !g_hash_table_contains (kept->damage, key)))
    g_hash_table_replace (kept->damage, key, g_strdup (reason->message));
  return TRUE;
}

static char *
describe_loss (guint number, const char *title, gboolean run, const char *why)
{
  if (title == NULL || *title == '\0')
    return run ? g_strdup_printf ("kept run %u cannot be read (%s); the rest is open", number, why)
               : g_strdup_printf ("the weights of kept run %u cannot be read (%s); its curves are "
                                  "there",
                                  number, why);
  return run ? g_strdup_printf ("kept run %u, “%s”, cannot be read (%s); the rest is open", number,
                                title, why)
             : g_strdup_printf ("the weights of kept run %u, “%s”, cannot be read (%s); its curves "
                                "are there",
                                number, title, why);
}

/* Puts the runs that could be read into the checkpoint, in their order. */
static void
gather_kept (GramCheckpoint *checkpoint, const Kept *kept)
{
  g_auto (GStrv) titles = g_strsplit (kept->titles != NULL ? kept->titles : "", "\n", -1);
  guint n_titles = g_strv_length (titles);

  checkpoint->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_kept_run_unref);
  checkpoint->weights = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  checkpoint->lost = g_ptr_array_new_with_free_func (g_free);
  for (guint number = 1; number <= kept->last; number++)
    {
      gpointer key = GUINT_TO_POINTER (number);
      GramKeptRun *one = g_hash_table_lookup (kept->runs, key);
      GBytes *weights = g_hash_table_lookup (kept->weights, key);
      const char *why = g_hash_table_lookup (kept->damage, key);

      if (why != NULL)
        g_ptr_array_add (checkpoint->lost,
                         describe_loss (number, number <= n_titles ? titles[number - 1] : NULL,
                                        one == NULL, why));
      if (one == NULL)
        continue;
      g_ptr_array_add (checkpoint->kept, gram_kept_run_ref (one));
      g_ptr_array_add (checkpoint->weights, weights != NULL ? g_bytes_ref (weights) : NULL);
    }
}

/**
 * gram_checkpoint_parse:
 * @bytes: a file's content, whatever it is
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_DATA when it is damaged or foreign and
 *   GRAM_ERROR_UNSUPPORTED when it is of a newer format; a damaged run that stays costs itself
 * alone
 */
GramCheckpoint *
gram_checkpoint_parse (GBytes *bytes, GError **error)
{
  g_autoptr (GramCheckpoint) checkpoint = g_new0 (GramCheckpoint, 1);
  g_auto (Kept) kept = {
    .runs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) gram_kept_run_unref),
    .weights = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref),
    .damage = g_hash_table_new_full (NULL, NULL, NULL, g_free),
  };
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint count;

  if (!check_head (data, length, &count, error))
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GError) damage = NULL;
      char name[NAME + 1];
      g_autoptr (GBytes) section = read_section (bytes, i, name, &damage);

      if (take_kept (&kept, name, section, damage))
        continue;
      if (section == NULL)
        g_propagate_error (error, g_steal_pointer (&damage));
      if (section == NULL || !take_section (checkpoint, name, section, error))
        return NULL;
    }
  if (checkpoint->settings == NULL)
    {
      damaged (error, "it has no settings");
      return NULL;
    }
  gather_kept (checkpoint, &kept);
  return g_steal_pointer (&checkpoint);
}
