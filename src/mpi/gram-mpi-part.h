/* gram-mpi-part.h: the part of a network that is in this process
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mpi-world.h"
#include "gram-wire-calls.h"

G_BEGIN_DECLS

/* A system or a trainer, as every process has it */
typedef struct
{
  GramWireObject object;
  GramTrainerSpec spec; /* of a trainer: the whole network, without its pointers */
  int parts;            /* ranks 0 … parts − 1 have neurons; 0: no trainer */
  gboolean divided;     /* a system of which all processes have a part */
  MPI_Comm comm;        /* of these */
  gint64 count;         /* numbers of a sum */
  double *numbers;      /* (count + 2) */
  /* of the call that is under way */
  gint64 sums;         /* made so far */
  GCancellable *asked; /* (nullable) rank 0: of who asked */
  GCancellable *ours;  /* (nullable) cancelled in all processes after the same sum */
  gboolean poisoned, stopped;
} GramMpiPart;

/* Where neurons of a shard lie among those of the whole network: one run of them or two */
typedef struct
{
  gint64 first, count;
} GramMpiRun;

gboolean gram_mpi_part_read (GBytes *request, GramTrainerSpec *spec, gint64 *count, GError **error);
int gram_mpi_part_ranks (const GramTrainerSpec *spec);
GramShard gram_mpi_part_shard (const GramTrainerSpec *spec, int rank);
int gram_mpi_part_runs (const GramTrainerSpec *spec, int rank, GramMpiRun runs[2]);
void gram_mpi_part_begin (GramMpiPart *part, const GramTrainerSpec *spec, gint64 count);
void gram_mpi_part_choose (GramTrainerSpec *spec, gpointer part);
gboolean gram_mpi_part_is_here (const GramMpiPart *part);
void gram_mpi_part_start_call (GramMpiPart *part, GCancellable *asked);
void gram_mpi_part_end_call (GramMpiPart *part, gboolean done, gint64 expected);
void gram_mpi_part_free (GramMpiPart *part);

G_END_DECLS
