/* gram-download.h: known datasets from their official servers
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-catalogue.h"

G_BEGIN_DECLS

/* @file: which of the dataset's files; @done and @total: bytes of the whole dataset so far and at
 * the end, @total 0 while unknown */
typedef void (*GramDownloadProgress) (const char *file, guint64 done, guint64 total,
                                      gpointer user_data);

char *gram_download (const GramCatalogueEntry *entry, const char *folder,
                     gboolean accept_unverified, GramDownloadProgress progress,
                     gpointer progress_data, GCancellable *cancellable, GError **error);
void gram_download_async (const GramCatalogueEntry *entry, const char *folder,
                          gboolean accept_unverified, GramDownloadProgress progress,
                          gpointer progress_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
char *gram_download_finish (GAsyncResult *result, GError **error);

G_END_DECLS
