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
  const char *licence; /* what its authors state, or that they state none */
  const char *citation;
  const char *const *class_names; /* NULL-terminated */
  gint64 width, height, channels;
  gboolean built_in; /* the program draws it: it has no files, and no places */
  /* names of the folders and archives in which the official downloads and the usual tools leave it;
   * NULL-terminated */
  const char *const *places;
  /* a folder with one of these files, or with NAME.gz, holds the dataset; NULL-terminated */
  const char *const *tell_tales;
  gboolean shares_tell_tales; /* another dataset has files of these names, too, and is meant unless
                                 the user or the name of the folder says otherwise */
  /* how data are recognised that were opened by path */
  const char *path_word; /* (nullable) a word in the name of its folder, in lower case */
  const char *layout;    /* (nullable) the layout of its files, see #GramDraft */
  /* where it is downloaded from */
  const char *const *mirrors;     /* NULL-terminated HTTPS folders */
  const GramCatalogueFile *files; /* ends with name = NULL */
  const char *insecure;           /* (nullable) only for tests, see #GramFetch */
} GramCatalogueEntry;

guint gram_catalogue_count (void);
const GramCatalogueEntry *gram_catalogue_get (guint index);
const GramCatalogueEntry *gram_catalogue_lookup (const char *id);
const GramCatalogueEntry *gram_catalogue_guess (const char *path, const char *layout,
                                                guint n_classes);
char *gram_catalogue_list_names (void);
gboolean gram_catalogue_is_verified (const GramCatalogueEntry *entry);
char *gram_catalogue_find (const GramCatalogueEntry *entry, const char *data_dir);
char *gram_catalogue_find_below (const char *folder, const GramCatalogueEntry *entry);
GStrv gram_catalogue_places (const GramCatalogueEntry *entry, const char *data_dir);
char *gram_catalogue_get_download_dir (void);

G_END_DECLS
