/* gram-part.h: a table of images or labels within a file or an archive's member
 *
 * SPDX-License-Identifier: MIT
 *
 * A reader of a format (IDX, CIFAR, NPY, …) only reads a header and says, as a part, where the
 * records are stored and what they consist of. Everything after that is the same for all formats.
 */
#pragma once

#include "gram-blob.h"
#include "gram-dataset.h"
#include "gram-element.h"
#include "gram-input.h"

G_BEGIN_DECLS

/* No dataset of images has more rows, or more elements a row. */
#define GRAM_PART_MAX_ROWS (1 << 24)
#define GRAM_PART_MAX_ELEMENTS (1 << 24)

/* What a pass over all records finds. */
typedef struct
{
  guint keep;                   /* first images of each class that are kept */
  gint64 *kept;                 /* (n_classes) how many are */
  guint8 *tiles;                /* (nullable) (d × keep × n_classes) */
  double *tile_values;          /* (nullable) the same, of numbers that are not bytes */
  double low, high;             /* range of numbers that are not bytes */
  gboolean trailing;            /* bytes follow the last record */
  gint64 n_bad, bad_row, bad_j; /* NaN and infinite numbers, and the first of them */
} GramScan;

typedef struct
{
  /* where it is stored */
  GramBlob *blob;
  char *name;    /* for messages: the file, or "archive: member" */
  gint64 member; /* of an archive, counted from 0; −1: the file itself, gzip or plain */
  /* what it holds: n records of prefix + d elements, from offset on */
  gint64 n, d;
  guint dimensions; /* how many the file declares; 0: it declares none */
  guint64 offset;
  gsize prefix, label_at; /* CIFAR: bytes before the pixels, and which of them is the label */
  GramElement element;
  gboolean big_endian;
  gboolean fortran; /* element j of all n records comes before element j + 1 of any */
  gboolean sized;   /* the size is known exactly: further bytes are worth a warning */
  /* pixel j of a record is pixel place[j] of the canonical order (channel, row, column) */
  gint32 *place; /* (nullable) */
  gint64 width, height, channels;
  /* in the dataset */
  GramSplit split;
  gint64 first_row;
  GArray *labels; /* (nullable) of guint16 (n); those within records are set by the scan */
  GramScan *scan; /* (nullable) what the pass over all records found */
} GramPart;

/* Rows wanted of one split, and where they go. */
typedef struct
{
  const gint64 *rows; /* (count) ascending, in the split's own order */
  gint64 count;
  guint8 *pixels; /* (nullable) (d × count), for 8-bit parts */
  double *values; /* (nullable) (d × count) */
} GramWanted;

GramPart *gram_part_new (GramBlob *blob, gint64 member, const char *name);
void gram_part_free (GramPart *part);
void gram_part_set_shape (GramPart *part, gint64 width, gint64 height, gint64 channels);
void gram_part_set_axes (GramPart *part, const char *axes, gboolean fortran);
gboolean gram_part_check_size (const GramPart *part, gint64 held, GError **error);
gboolean gram_part_read (const GramPart *part, GramInput *input, const GramWanted *wanted,
                         GError **error);
gboolean gram_part_scan (GramPart *part, GramInput *input, guint n_classes, GError **error);
void gram_part_deliver (const GramPart *part, const guint8 *raw, const GramWanted *wanted, gint64 k,
                        double *scratch);
gsize gram_part_get_record_bytes (const GramPart *part);
gboolean gram_part_read_bytes (const GramPart *part, GramInput *input, guint64 at, void *raw,
                               gsize count, GError **error);
void gram_scan_free (GramScan *scan);
GArray *gram_part_read_column (const GramPart *part, GramInput *input, GError **error);

typedef gboolean (*GramVisitFunc) (GramPart *part, GramInput *input, gpointer user_data,
                                   GError **error);

gboolean gram_parts_visit (GPtrArray *parts, GramVisitFunc func, gpointer user_data,
                           GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramPart, gram_part_free)

G_END_DECLS
