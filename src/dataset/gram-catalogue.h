/* gram-catalogue.h: the datasets that are known by name
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;   /* file name in the dataset's folder */
  guint64 bytes;      /* 0 if not pinned */
  const char *sha256; /* (nullable) NULL: unverified, and the user is asked */
} GramCatalogueFile;

typedef struct
{
  const char *id;      /* "mnist" */
  const char *title;   /* "MNIST" */
  const char *summary; /* one line */
  const char *licence; /* what its authors say, or that they say nothing */
  const char *citation;
  const char *const *class_names; /* NULL-terminated */
  gint64 width, height, channels;
  gboolean built_in;              /* Glyphs */
  const char *const *mirrors;     /* NULL-terminated HTTPS folders */
  const GramCatalogueFile *files; /* ends with name = NULL */
  const char *insecure;           /* (nullable) see #GramFetch; of no dataset but that of a test */
} GramCatalogueEntry;

guint gram_catalogue_count (void);
const GramCatalogueEntry *gram_catalogue_get (guint index);
const GramCatalogueEntry *gram_catalogue_lookup (const char *id);
gboolean gram_catalogue_is_verified (const GramCatalogueEntry *entry);
char *gram_catalogue_find (const GramCatalogueEntry *entry, const char *data_dir);
char *gram_catalogue_find_below (const char *folder, const GramCatalogueEntry *entry);
GStrv gram_catalogue_places (const GramCatalogueEntry *entry, const char *data_dir);
char *gram_catalogue_get_download_dir (void);

G_END_DECLS
