/* gram-cuda-kernels.h: the kernels, as C functions that queue them
 *
 * SPDX-License-Identifier: MIT
 *
 * Everything is column-major and on the device. n_pad is n rounded up to 32; rows from n on are
 * zero in every matrix of samples. A word is 32 samples. "Sets" are label sets, in the slowest
 * dimension. Every function returns what the launch returned.
 */
#pragma once

#include <cuda_runtime_api.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C"
{
#endif

/* Neurons whose contribution to u is added up in one go; patterns are written so many at a time. */
#define CUDA_CHUNK 32
#define CUDA_WORD 32
/* Terms of a float32 as a sum of bf16: 3·8 bits hold the 24 of a float32. */
#define CUDA_TERMS_MAX 3
/* Chunks whose contributions to u one thread adds up. */
#define CUDA_GROUP 32
/* What a chunk adds to √m·u is rounded to a multiple of this, as on the CPU, so that sums of chunks
 * are exact below 2¹⁷ and depend neither on their order nor on which part of the network has them.
 */
#define CUDA_GRAIN 0x1p-36

  typedef struct
  {
    int64_t n, n_pad, words; /* words = n_pad / 32 */
    int64_t m;
    int64_t d, d_pad; /* used pixels; leading dimension of W */
    int64_t rows;     /* leading dimension of one term of the step's left factor */
    int sets;
    int terms; /* 1: float32; 3: bf16 */
  } CudaShape;

  /* A tile of neurons: first … first + width − 1; width is a multiple of CUDA_CHUNK but at m. */
  typedef struct
  {
    int64_t first, width;
  } CudaTile;

  /* ---------- H∞, float64 ----------------------------------------------------------------- */

  /* H (n × n): K's lower triangle in, H∞ out, both triangles, diagonal ½; X (d × n): the images */
  cudaError_t cuda_kernel_arccos (double *H, int64_t n, const double *X, int64_t d,
                                  cudaStream_t stream);
  /* B (rows × count) = columns first … of the identity */
  cudaError_t cuda_kernel_identity (double *B, int64_t rows, int64_t count, cudaStream_t stream);
  /* sums[c] = ‖column c of B‖² */
  cudaError_t cuda_kernel_squares (const double *B, int64_t rows, int64_t count, double *sums,
                                   cudaStream_t stream);
  /* to (rows × count, float32) = from (rows × count, float64) */
  cudaError_t cuda_kernel_narrow (const double *from, int64_t ld_from, float *to, int64_t ld_to,
                                  int64_t rows, int64_t count, cudaStream_t stream);
  /* H_ij = K_ij·counts_ij/m */
  cudaError_t cuda_kernel_gram (const float *K, int64_t ldk, const float *counts, int64_t ldc,
                                double *H, int64_t n, int64_t m, cudaStream_t stream);

  /* ---------- one step of gradient descent ------------------------------------------------ */

  /* The left factor of the step's product, A[j,i] = image[j,i]·scale_i·r_i in so many terms, one
   * below the other; with `ones`, row d is scale_i·r_i, the rank-one term of the pixels' shift.
   * Also counts the step, and adds r to the running sum where there is one. */
  typedef struct
  {
    CudaShape shape;
    const void *image; /* (image_rows × n), leading dimension ld_image */
    int64_t ld_image, image_rows;
    int image_bf16; /* else float32 */
    int ones;
    const float *scale; /* (n_pad); NULL: 1 */
    const float *r;     /* (n_pad × sets) */
    double *running;    /* (n_pad × sets) or NULL */
    int64_t *slot;      /* the step's place in its batch, advanced by one */
    void *A;            /* (terms·rows × n_pad × sets) */
  } CudaPrepare;
  cudaError_t cuda_kernel_prepare (const CudaPrepare *p, cudaStream_t stream);

  /* M (n_pad × width × sets) = the tile's activation patterns as 0 and 1, bf16 or float32 */
  cudaError_t cuda_kernel_expand (const CudaShape *shape, CudaTile tile, const uint32_t *bits,
                                  void *M, cudaStream_t stream);

  /* W ← W − step·a_r·(gain∘G − shift·g): G (terms·rows × width × sets) is the product, g its row of
   * ones. Then W's terms for the next forward product and c_r = shiftᵀw_r. G NULL: only the latter.
   */
  typedef struct
  {
    CudaShape shape;
    CudaTile tile;
    const float *G;
    const float *a;            /* (m) */
    const float *gain, *shift; /* (d) */
    float step;                /* η/√m */
    float *W;                  /* (d_pad × m × sets) */
    uint16_t *split;           /* (3·d_pad × m × sets), smallest terms first; NULL: none */
    float *c;                  /* (m × sets) */
  } CudaUpdate;
  cudaError_t cuda_kernel_update (const CudaUpdate *p, cudaStream_t stream);

  /* S = scale_i·(raw − c_r): patterns, and the chunks' contributions Σ a_r relu(S) to u. */
  typedef struct
  {
    CudaShape shape;
    CudaTile tile;
    const float *raw; /* (n_pad × width × sets) */
    const float *scale, *c, *a;
    uint32_t *bits; /* (m × words × sets), neurons fastest; NULL: not wanted */
    float *partial; /* (n_pad × chunks × sets) */
  } CudaEvaluate;
  cudaError_t cuda_kernel_evaluate (const CudaEvaluate *p, cudaStream_t stream);

  /* S ← S − step·a_r·ΣG: patterns, contributions to u, and the ledger of flips: with R the running
   * sum of r, the sum of 1{…}·r over all steps is 1{…}·R − E, so E changes only where a bit does.
   */
  typedef struct
  {
    CudaShape shape;
    CudaTile tile;
    const float *G; /* (terms·rows × width × sets); NULL: only evaluates S */
    const float *a;
    float step;
    float *S; /* (n_pad × m × sets) */
    float *E; /* (n_pad × m × sets) */
    const double *running;
    uint32_t *bits;
    float *partial;
  } CudaAdvance;
  cudaError_t cuda_kernel_advance (const CudaAdvance *p, cudaStream_t stream);

  /* parts (n_pad × groups × sets) = Σ of CUDA_GROUP chunks of partial (n_pad × chunks × sets) each,
   * so that many chunks are read by many threads */
  cudaError_t cuda_kernel_gather (const CudaShape *shape, const float *partial, int64_t chunks,
                                  double *parts, cudaStream_t stream);

  /* own (n × sets) = Σ of chunks: what these neurons add to √m·u */
  typedef struct
  {
    CudaShape shape;
    const float *partial; /* (n_pad × chunks × sets) */
    const double *parts;  /* (n_pad × chunks × sets), instead of partial; NULL: none */
    int64_t chunks;
    double *own;
  } CudaOwn;
  cudaError_t cuda_kernel_own (const CudaOwn *p, cudaStream_t stream);

  /* u = Σ partial/√m in float64, r = u − y, and each word's Σr² at the step's place in its batch */
  typedef struct
  {
    CudaShape shape;
    const float *partial; /* (n_pad × chunks × sets) */
    const double *parts;  /* (n_pad × chunks × sets), instead of partial; NULL: none */
    const double *sum;    /* (n × sets) √m·u, instead of both; NULL: none */
    int64_t chunks;
    double scale;    /* 1/√m */
    const double *y; /* (n_pad × sets) */
    double *u;       /* (n_pad × sets) */
    float *r;        /* (n_pad × sets) */
    const int64_t *slot;
    double *squares; /* (words × sets × slots) */
  } CudaResidual;
  cudaError_t cuda_kernel_residual (const CudaResidual *p, cudaStream_t stream);

  /* norms[j] = √(Σ of column j of squares) */
  cudaError_t cuda_kernel_norms (const double *squares, int64_t words, int64_t count, double *norms,
                                 cudaStream_t stream);

  /* ---------- observation ----------------------------------------------------------------- */

  /* u_out (n_pad) = scale·Σ_chunks partial */
  cudaError_t cuda_kernel_collect (const float *partial, int64_t n_pad, int64_t chunks,
                                   double scale, double *u_out, cudaStream_t stream);
  /* counts[w] = bits of word row w (m words) that differ */
  cudaError_t cuda_kernel_flips (const uint32_t *bits, const uint32_t *first, int64_t words,
                                 int64_t m, double *counts, cudaStream_t stream);
  /* C (n_pad × width) = step·a_r·(1{…}·R − E), so that W(k) = W(base) − X·C */
  cudaError_t cuda_kernel_coefficients (const CudaShape *shape, CudaTile tile, const uint32_t *bits,
                                        const double *running, const float *E, const float *a,
                                        float step, float *C, cudaStream_t stream);
  /* sums[r] = ‖W(:,r) − W0(:,r)‖² */
  cudaError_t cuda_kernel_distance (const float *W, const float *W0, int64_t d, int64_t ld,
                                    int64_t width, double *sums, cudaStream_t stream);

#ifdef __cplusplus
}
#endif
