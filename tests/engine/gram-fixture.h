/* gram-fixture.h: small problems, and a card that fails when told to
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-run.h"
#include "gram-settings.h"

G_BEGIN_DECLS

/* The fake card is the CPU backend under the name "cuda", with these faults. */
typedef struct
{
  gint fail_step_at; /* fail the step after this many; −1: never */
  gint fail_new;     /* fail to make a trainer */
  gint fail_observe; /* fail to look at a trainer */
  gint fail_save;    /* cannot save */
  gint fail_system;  /* fail to build H∞ */
  gint lost;         /* the card is lost for good */
  gint no_room;      /* no run fits on the CPU */
  gint eigen_ms;     /* an eigendecomposition that takes this long and cannot be cancelled */
  gint step_ms;      /* each step takes this long */
  gint in_eigen;     /* (out) calls that are inside the eigendecomposition now */
} GramFaults;

extern GramFaults gram_faults; /* read and written atomically */

void gram_fixture_init (void);
void gram_fixture_add_fake_card (void);
void gram_faults_clear (void);
GramProblem *gram_fixture_problem (gint64 n, gint64 n_test);
GPtrArray *gram_fixture_labels (GramProblem *problem, const char *list, guint64 seed);
void gram_fixture_assert_same_curves (const GramRun *a, const GramRun *b);

G_END_DECLS
