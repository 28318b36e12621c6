/* gram-cuda-kernels-step.cu: the kernels of one step of gradient descent
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-kernels.h"
#include "gram-cuda-warp.h"

/* ---------- the left factor ------------------------------------------------------------------ */

/* value = t₁ + t₂ + t₃ with bf16 terms, each the rounding of what the ones before left over */
GRAM_DEVICE void
split_bf16 (float value, uint16_t *to, int64_t stride)
{
  for (int t = 0; t < CUDA_TERMS_MAX; t++)
    {
      const uint16_t term = bf16_of (value);

      to[t * stride] = term;
      value -= bf16_value (term);
    }
}

GRAM_KERNEL
prepare_kernel (CudaPrepare p)
{
  const CudaShape &s = p.shape;
  const int64_t i = blockIdx.x, at = blockIdx.y * s.n_pad + i;
  const float r = p.r[at], factor = (p.scale != NULL ? p.scale[i] : 1.0f) * r;
  const int64_t column = at * s.terms * s.rows;

  if (threadIdx.x == 0 && p.running != NULL)
    p.running[at] += r;
  if (threadIdx.x == 0 && i == 0 && blockIdx.y == 0)
    ++*p.slot;
  for (int64_t j = threadIdx.x; j < s.rows; j += blockDim.x)
    {
      float x = p.ones && j == s.d ? 1.0f : 0.0f;

      if (j < p.image_rows)
        x = p.image_bf16 ? bf16_value (((const uint16_t *) p.image)[i * p.ld_image + j])
                         : ((const float *) p.image)[i * p.ld_image + j];
      if (s.terms == 1)
        ((float *) p.A)[column + j] = x * factor;
      else
        split_bf16 (x * factor, (uint16_t *) p.A + column + j, s.rows);
    }
}

/* One block a sample: its residual is read once. */
cudaError_t
cuda_kernel_prepare (const CudaPrepare *p, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (prepare_kernel, grid_of (p->shape.n, p->shape.sets), BLOCK, stream,
                              *p);
}

/* ---------- the right factor: patterns as 0 and 1 -------------------------------------------- */

struct alignas (16) Quad
{
  uint32_t x[4];
};

/* Eight samples a thread: one byte of the pattern becomes 16 bytes of bf16 or 32 of float32. */
GRAM_KERNEL
expand_kernel (CudaShape s, CudaTile tile, const uint32_t *bits, void *M)
{
  const int64_t r = tile.first + blockIdx.x, set = blockIdx.y;
  const int64_t column = (set * tile.width + blockIdx.x) * s.n_pad;

  for (int64_t eight = threadIdx.x; eight < s.n_pad / 8; eight += blockDim.x)
    {
      const uint32_t word = bits[(set * s.words + eight / 4) * s.m + r];
      const uint32_t byte = word >> (8 * (eight % 4)) & 0xffu;
      Quad quad[2];

      if (s.terms > 1)
        {
          for (int pair = 0; pair < 4; pair++)
            quad[0].x[pair] = (byte >> (2 * pair) & 1u ? 0x3f80u : 0u)
                              | (byte >> (2 * pair + 1) & 1u ? 0x3f800000u : 0u);
          ((Quad *) M)[column / 8 + eight] = quad[0];
          continue;
        }
      for (int lane = 0; lane < 8; lane++)
        quad[lane / 4].x[lane % 4] = byte >> lane & 1u ? 0x3f800000u : 0u;
      ((Quad *) M)[column / 4 + 2 * eight] = quad[0];
      ((Quad *) M)[column / 4 + 2 * eight + 1] = quad[1];
    }
}

cudaError_t
cuda_kernel_expand (const CudaShape *shape, CudaTile tile, const uint32_t *bits, void *M,
                    cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (expand_kernel, grid_of (tile.width, shape->sets), BLOCK, stream,
                              *shape, tile, bits, M);
}

/* ---------- weight space --------------------------------------------------------------------- */

/* The product's terms are added smallest first. How many is known when this is compiled, so that
 * no load waits for a branch. */
template <int terms>
GRAM_DEVICE float
sum_terms (const float *G, int64_t row, int64_t stride)
{
  float sum = 0;

  GRAM_UNROLL (3)
  for (int t = terms - 1; t >= 0; t--)
    sum += G[t * stride + row];
  return sum;
}

/* A warp a neuron. */
template <int terms>
GRAM_KERNEL
update_kernel (CudaUpdate p)
{
  const CudaShape &s = p.shape;
  const int64_t column = this_warp (), r = p.tile.first + column, set = blockIdx.y;

  if (column >= p.tile.width)
    return;

  const float *G =
      p.G != NULL ? p.G + (set * p.tile.width + column) * terms * s.rows : (const float *) NULL;
  const float rate = p.step * p.a[r], ones = G != NULL ? sum_terms<terms> (G, s.d, s.rows) : 0;
  float *W = p.W + (set * s.m + r) * s.d_pad;
  uint16_t *split =
      p.split != NULL ? p.split + (set * s.m + r) * s.d_pad * CUDA_TERMS_MAX : (uint16_t *) NULL;
  PerLane<double> shifted (0);

  for (int64_t first = 0; first < s.d; first += GRAM_LANES)
    each_lane ([&] (int lane) {
      const int64_t j = first + lane;

      if (j >= s.d)
        return;
      float w = W[j];
      if (G != NULL)
        {
          w -= rate * (p.gain[j] * sum_terms<terms> (G, j, s.rows) - p.shift[j] * ones);
          W[j] = w;
        }
      shifted[lane] += (double) p.shift[j] * w;
      /* smallest terms first: the product adds in this order */
      if (split != NULL)
        split_bf16 (p.gain[j] * w, split + (CUDA_TERMS_MAX - 1) * s.d_pad + j, -s.d_pad);
    });

  const double c = warp_sum ([&] (int lane) { return shifted[lane]; });

  each_lane ([&] (int lane) {
    if (lane == 0)
      p.c[set * s.m + r] = (float) c;
  });
}

cudaError_t
cuda_kernel_update (const CudaUpdate *p, cudaStream_t stream)
{
  const dim3 grid = grid_of (warp_blocks (p->tile.width), p->shape.sets);

  return p->shape.terms > 1
             ? GRAM_LAUNCH_WARPS (update_kernel<CUDA_TERMS_MAX>, grid, BLOCK, stream, *p)
             : GRAM_LAUNCH_WARPS (update_kernel<1>, grid, BLOCK, stream, *p);
}

/* ---------- evaluation: patterns and predictions --------------------------------------------- */

/* A warp of `evaluate` and `advance` has 32 samples, one a lane, and a chunk of neurons: every
 * load is 128 consecutive bytes, a vote makes the pattern's word, and u needs no exchange. */
typedef struct
{
  int64_t word, chunk, count, first, sample;
} ChunkPlace;

GRAM_DEVICE bool
chunk_place (const CudaShape &s, const CudaTile &tile, ChunkPlace *place)
{
  const int64_t warp = this_warp (), chunk = warp / s.words;

  place->word = warp % s.words;
  place->first = tile.first + chunk * CUDA_CHUNK;
  place->chunk = place->first / CUDA_CHUNK;
  place->count = tile.width - chunk * CUDA_CHUNK;
  if (place->count > CUDA_CHUNK)
    place->count = CUDA_CHUNK;
  place->sample = place->word * CUDA_WORD;
  return place->count > 0;
}

static int64_t
chunk_warps (const CudaShape &s, const CudaTile &tile)
{
  return s.words * ((tile.width + CUDA_CHUNK - 1) / CUDA_CHUNK);
}

static int64_t
chunk_total (const CudaShape &s)
{
  return (s.m + CUDA_CHUNK - 1) / CUDA_CHUNK;
}

GRAM_DEVICE void
chunk_store (const CudaShape &s, const ChunkPlace &at, int64_t chunks, int64_t set,
             PerLane<uint32_t> &mine, PerLane<float> &sum, uint32_t *bits, float *partial)
{
  each_lane ([&] (int lane) {
    if (bits != NULL && lane < at.count)
      bits[(set * s.words + at.word) * s.m + at.first + lane] = mine[lane];
    partial[(set * chunks + at.chunk) * s.n_pad + at.sample + lane] = sum[lane];
  });
}

GRAM_KERNEL
evaluate_kernel (CudaEvaluate p, int64_t chunks)
{
  const CudaShape &s = p.shape;
  const int64_t set = blockIdx.y;
  ChunkPlace at;
  PerLane<float> scale (0), value (0), sum (0);
  PerLane<uint32_t> mine (0);

  if (!chunk_place (s, p.tile, &at))
    return;
  const float *raw = p.raw + (set * p.tile.width + (at.first - p.tile.first)) * s.n_pad + at.sample;
  each_lane ([&] (int lane) { scale[lane] = p.scale[at.sample + lane]; });
  GRAM_UNROLL (8)
  for (int64_t q = 0; q < at.count; q++)
    {
      const float c = p.c[set * s.m + at.first + q], a = p.a[at.first + q];

      each_lane ([&] (int lane) { value[lane] = scale[lane] * (raw[q * s.n_pad + lane] - c); });
      const uint32_t word =
          warp_vote ([&] (int lane) { return at.sample + lane < s.n && value[lane] >= 0; });
      each_lane ([&] (int lane) {
        if (lane == q)
          mine[lane] = word;
        sum[lane] += a * (value[lane] < 0 ? 0.0f : value[lane]);
      });
    }
  chunk_store (s, at, chunks, set, mine, sum, p.bits, p.partial);
}

cudaError_t
cuda_kernel_evaluate (const CudaEvaluate *p, cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (evaluate_kernel,
                            grid_of (warp_blocks (chunk_warps (p->shape, p->tile)), p->shape.sets),
                            BLOCK, stream, *p, chunk_total (p->shape));
}

/* Neurons whose loads are under way at once: a step of a small problem is bound by waiting for
 * memory, and no load may pass the store of the neuron before. */
#define ADVANCE_BLOCK 8

struct AdvanceBlock
{
  float S[ADVANCE_BLOCK];
};

/* What S of a block's neurons becomes for one sample. All is loaded before any of it is used. */
template <int terms>
GRAM_DEVICE void
advance_load (const CudaAdvance &p, const ChunkPlace &at, int64_t set, int64_t block, int lane,
              float *to)
{
  const CudaShape &s = p.shape;
  float G[ADVANCE_BLOCK];

  GRAM_UNROLL (ADVANCE_BLOCK)
  for (int b = 0; b < ADVANCE_BLOCK; b++)
    {
      const int64_t r = at.first + (block + b < at.count ? block + b : at.count - 1);

      to[b] = p.S[(set * s.m + r) * s.n_pad + at.sample + lane];
    }
  if (p.G == NULL)
    return;
  GRAM_UNROLL (ADVANCE_BLOCK)
  for (int b = 0; b < ADVANCE_BLOCK; b++)
    {
      const int64_t r = at.first + (block + b < at.count ? block + b : at.count - 1);

      G[b] = p.step * p.a[r]
             * sum_terms<terms> (p.G + (set * p.tile.width + r - p.tile.first) * terms * s.rows
                                     + at.sample,
                                 lane, s.rows);
    }
  GRAM_UNROLL (ADVANCE_BLOCK)
  for (int b = 0; b < ADVANCE_BLOCK; b++)
    to[b] -= G[b];
}

template <int terms>
GRAM_KERNEL
advance_kernel (CudaAdvance p, int64_t chunks)
{
  const CudaShape &s = p.shape;
  const int64_t set = blockIdx.y;
  ChunkPlace at;
  PerLane<AdvanceBlock> next (AdvanceBlock{});
  PerLane<float> sum (0);
  PerLane<uint32_t> before (0), mine (0);

  if (!chunk_place (s, p.tile, &at))
    return;
  each_lane ([&] (int lane) {
    if (p.G != NULL && lane < at.count)
      before[lane] = p.bits[(set * s.words + at.word) * s.m + at.first + lane];
  });
  for (int64_t block = 0; block < at.count; block += ADVANCE_BLOCK)
    {
      each_lane ([&] (int lane) { advance_load<terms> (p, at, set, block, lane, next[lane].S); });
      GRAM_UNROLL (ADVANCE_BLOCK)
      for (int b = 0; b < ADVANCE_BLOCK; b++)
        {
          const int64_t q = block + b, r = at.first + q;
          const int64_t row = (set * s.m + r) * s.n_pad + at.sample;

          if (q >= at.count)
            break;
          const float a = p.a[r];
          const uint32_t word =
              warp_vote ([&] (int lane) { return at.sample + lane < s.n && next[lane].S[b] >= 0; });
          const uint32_t flips = p.G != NULL ? word ^ warp_get (before, (int) q) : 0u;
          each_lane ([&] (int lane) {
            const float value = next[lane].S[b];

            if (p.G != NULL)
              p.S[row + lane] = value;
            if (flips >> lane & 1u)
              p.E[row + lane] += (float) (word >> lane & 1u ? 1 : -1)
                                 * (float) p.running[set * s.n_pad + at.sample + lane];
            if (lane == q)
              mine[lane] = word;
            sum[lane] += a * (value < 0 ? 0.0f : value);
          });
        }
    }
  chunk_store (s, at, chunks, set, mine, sum, p.bits, p.partial);
}

cudaError_t
cuda_kernel_advance (const CudaAdvance *p, cudaStream_t stream)
{
  const dim3 grid = grid_of (warp_blocks (chunk_warps (p->shape, p->tile)), p->shape.sets);
  const int64_t chunks = chunk_total (p->shape);

  return p->shape.terms > 1
             ? GRAM_LAUNCH_WARPS (advance_kernel<CUDA_TERMS_MAX>, grid, BLOCK, stream, *p, chunks)
             : GRAM_LAUNCH_WARPS (advance_kernel<1>, grid, BLOCK, stream, *p, chunks);
}

/* ---------- residual ------------------------------------------------------------------------- */

GRAM_DEVICE double
grain (float part)
{
  return rint ((double) part / CUDA_GRAIN) * CUDA_GRAIN;
}

/* Σ of the chunks of sample @i, of @parts where there are such */
GRAM_DEVICE double
sum_of_chunks (const CudaShape &s, const float *partial, const double *parts, int64_t chunks,
               int64_t set, int64_t i)
{
  double sum = 0;

  GRAM_UNROLL (8)
  for (int64_t chunk = 0; chunk < chunks; chunk++)
    {
      const int64_t at = (set * chunks + chunk) * s.n_pad + i;

      sum += parts != NULL ? parts[at] : grain (partial[at]);
    }
  return sum;
}

/* A thread a sample and group. */
GRAM_KERNEL
gather_kernel (CudaShape s, const float *partial, int64_t chunks, int64_t groups, double *parts)
{
  const int64_t at = (int64_t) blockIdx.x * blockDim.x + threadIdx.x, set = blockIdx.y;
  const int64_t i = at % s.n_pad, group = at / s.n_pad, first = group * CUDA_GROUP;
  double sum = 0;

  if (group >= groups)
    return;
  GRAM_UNROLL (8)
  for (int64_t chunk = first; chunk < first + CUDA_GROUP && chunk < chunks; chunk++)
    sum += grain (partial[(set * chunks + chunk) * s.n_pad + i]);
  parts[(set * groups + group) * s.n_pad + i] = sum;
}

cudaError_t
cuda_kernel_gather (const CudaShape *shape, const float *partial, int64_t chunks, double *parts,
                    cudaStream_t stream)
{
  const int64_t groups = (chunks + CUDA_GROUP - 1) / CUDA_GROUP;

  return GRAM_LAUNCH_THREADS (gather_kernel,
                              grid_of (blocks_of (groups * shape->n_pad, BLOCK), shape->sets),
                              BLOCK, stream, *shape, partial, chunks, groups, parts);
}

/* A thread a sample. */
GRAM_KERNEL
own_kernel (CudaOwn p)
{
  const CudaShape &s = p.shape;
  const int64_t i = (int64_t) blockIdx.x * blockDim.x + threadIdx.x, set = blockIdx.y;

  if (i < s.n)
    p.own[set * s.n + i] = sum_of_chunks (s, p.partial, p.parts, p.chunks, set, i);
}

cudaError_t
cuda_kernel_own (const CudaOwn *p, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (own_kernel, grid_of (blocks_of (p->shape.n, BLOCK), p->shape.sets),
                              BLOCK, stream, *p);
}

/* A warp a word of samples. */
GRAM_KERNEL
residual_kernel (CudaResidual p)
{
  const CudaShape &s = p.shape;
  const int64_t word = this_warp (), set = blockIdx.y, slot = *p.slot;
  PerLane<double> square (0);

  if (word >= s.words)
    return;
  each_lane ([&] (int lane) {
    const int64_t i = word * CUDA_WORD + lane, at = set * s.n_pad + i;
    double u = 0, r;

    if (i < s.n)
      u = p.scale
          * (p.sum != NULL ? p.sum[set * s.n + i]
                           : sum_of_chunks (s, p.partial, p.parts, p.chunks, set, i));
    r = u - p.y[at];
    p.u[at] = u;
    p.r[at] = (float) r;
    square[lane] = r * r;
  });

  const double sum = warp_sum ([&] (int lane) { return square[lane]; });

  each_lane ([&] (int lane) {
    if (lane == 0)
      p.squares[(slot * s.sets + set) * s.words + word] = sum;
  });
}

cudaError_t
cuda_kernel_residual (const CudaResidual *p, cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (residual_kernel, grid_of (warp_blocks (p->shape.words), p->shape.sets),
                            BLOCK, stream, *p);
}

GRAM_KERNEL
norms_kernel (const double *squares, int64_t words, int64_t count, double *norms)
{
  const int64_t column = this_warp ();
  PerLane<double> square (0);

  if (column >= count)
    return;
  each_lane ([&] (int lane) {
    for (int64_t w = lane; w < words; w += GRAM_LANES)
      square[lane] += squares[column * words + w];
  });

  const double sum = warp_sum ([&] (int lane) { return square[lane]; });

  each_lane ([&] (int lane) {
    if (lane == 0)
      norms[column] = sqrt (sum);
  });
}

cudaError_t
cuda_kernel_norms (const double *squares, int64_t words, int64_t count, double *norms,
                   cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (norms_kernel, grid_of (warp_blocks (count), 1), BLOCK, stream, squares,
                            words, count, norms);
}
