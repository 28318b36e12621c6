/* gram-cuda-kernels-observe.cu: the kernels of observing a trainer, and of H∞
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-kernels.h"
#include "gram-cuda-warp.h"

#define TILE 32
#define TILE_ROWS 8
#define NEAR (1 - 1e-3) /* |K| from which on the angle is measured from the images */

/* ---------- H∞ ------------------------------------------------------------------------------- */

/* Eq 3 of two images with K = @k near ±1, which no longer tells their angle to full precision: from
 * the chord c = ‖x ∓ y‖ the angle is 2·arcsin (c/2), K = ±(1 − c²/2). False: there is no chord. */
GRAM_DEVICE bool
near_entry (const double *x, const double *y, int64_t d, double *k)
{
  const double sign = *k > 0 ? 1.0 : -1.0;
  double square = 0, angle;

  for (int64_t p = 0; p < d; p++)
    square += (x[p] - sign * y[p]) * (x[p] - sign * y[p]);
  angle = 2.0 * asin (square < 4 ? sqrt (square) / 2 : 1.0);
  if (square > 0)
    *k = sign * (1 - square / 2) * (*k > 0 ? M_PI - angle : angle) / (2.0 * M_PI);
  return square > 0;
}

/* Eq 3. A product XᵀX is not bitwise symmetric, so one triangle decides and is mirrored. */
GRAM_KERNEL
arccos_kernel (double *H, int64_t n, const double *X, int64_t d)
{
  const int64_t i = (int64_t) blockIdx.x * TILE + threadIdx.x;

  if (i >= n || blockIdx.y > blockIdx.x)
    return;
  for (int64_t row = threadIdx.y; row < TILE; row += TILE_ROWS)
    {
      const int64_t j = (int64_t) blockIdx.y * TILE + row;
      double k;

      if (j > i)
        continue;
      k = H[j * n + i];
      if (i == j)
        k = 0.5;
      else if (fabs (k) <= NEAR || !near_entry (X + i * d, X + j * d, d, &k))
        {
          k = k > 1.0 ? 1.0 : k < -1.0 ? -1.0 : k;
          k = k * (M_PI - acos (k)) / (2.0 * M_PI);
        }
      H[j * n + i] = k;
      H[i * n + j] = k;
    }
}

cudaError_t
cuda_kernel_arccos (double *H, int64_t n, const double *X, int64_t d, cudaStream_t stream)
{
  const int64_t tiles = blocks_of (n, TILE);

  return GRAM_LAUNCH_THREADS (arccos_kernel, grid_of (tiles, tiles), dim3 (TILE, TILE_ROWS, 1),
                              stream, H, n, X, d);
}

GRAM_KERNEL
identity_kernel (double *B, int64_t rows)
{
  for (int64_t i = threadIdx.x; i < rows; i += blockDim.x)
    B[blockIdx.x * rows + i] = i == (int64_t) blockIdx.x ? 1.0 : 0.0;
}

cudaError_t
cuda_kernel_identity (double *B, int64_t rows, int64_t count, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (identity_kernel, grid_of (count, 1), BLOCK, stream, B, rows);
}

GRAM_KERNEL
squares_kernel (const double *B, int64_t rows, int64_t count, double *sums)
{
  const int64_t column = this_warp ();
  PerLane<double> square (0);

  if (column >= count)
    return;
  each_lane ([&] (int lane) {
    for (int64_t i = lane; i < rows; i += GRAM_LANES)
      square[lane] += B[column * rows + i] * B[column * rows + i];
  });

  const double sum = warp_sum ([&] (int lane) { return square[lane]; });

  each_lane ([&] (int lane) {
    if (lane == 0)
      sums[column] = sum;
  });
}

cudaError_t
cuda_kernel_squares (const double *B, int64_t rows, int64_t count, double *sums,
                     cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (squares_kernel, grid_of (warp_blocks (count), 1), BLOCK, stream, B,
                            rows, count, sums);
}

GRAM_KERNEL
narrow_kernel (const double *from, int64_t ld_from, float *to, int64_t ld_to, int64_t rows)
{
  for (int64_t i = threadIdx.x; i < rows; i += blockDim.x)
    to[blockIdx.x * ld_to + i] = (float) from[blockIdx.x * ld_from + i];
}

cudaError_t
cuda_kernel_narrow (const double *from, int64_t ld_from, float *to, int64_t ld_to, int64_t rows,
                    int64_t count, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (narrow_kernel, grid_of (count, 1), BLOCK, stream, from, ld_from, to,
                              ld_to, rows);
}

GRAM_KERNEL
gram_kernel (const float *K, int64_t ldk, const float *counts, int64_t ldc, double *H, int64_t n,
             int64_t m)
{
  const int64_t j = blockIdx.x;

  for (int64_t i = threadIdx.x; i < n; i += blockDim.x)
    {
      /* the lower triangle decides: K need not be bitwise symmetric */
      const int64_t row = i > j ? i : j, column = i > j ? j : i;

      H[j * n + i] = (double) K[column * ldk + row] * counts[column * ldc + row] / (double) m;
    }
}

cudaError_t
cuda_kernel_gram (const float *K, int64_t ldk, const float *counts, int64_t ldc, double *H,
                  int64_t n, int64_t m, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (gram_kernel, grid_of (n, 1), BLOCK, stream, K, ldk, counts, ldc, H, n,
                              m);
}

/* ---------- a trainer's state ---------------------------------------------------------------- */

GRAM_KERNEL
collect_kernel (const float *partial, int64_t n_pad, int64_t chunks, double scale, double *u_out)
{
  const int64_t i = (int64_t) blockIdx.x * blockDim.x + threadIdx.x;
  double u = 0;

  if (i >= n_pad)
    return;
  for (int64_t chunk = 0; chunk < chunks; chunk++)
    u += partial[chunk * n_pad + i];
  u_out[i] = u * scale;
}

cudaError_t
cuda_kernel_collect (const float *partial, int64_t n_pad, int64_t chunks, double scale,
                     double *u_out, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (collect_kernel, grid_of (blocks_of (n_pad, BLOCK), 1), BLOCK, stream,
                              partial, n_pad, chunks, scale, u_out);
}

GRAM_KERNEL
flips_kernel (const uint32_t *bits, const uint32_t *first, int64_t words, int64_t m, double *counts)
{
  const int64_t word = this_warp ();
  PerLane<double> count (0);

  if (word >= words)
    return;
  each_lane ([&] (int lane) {
    for (int64_t r = lane; r < m; r += GRAM_LANES)
      count[lane] += count_bits (bits[word * m + r] ^ first[word * m + r]);
  });

  const double sum = warp_sum ([&] (int lane) { return count[lane]; });

  each_lane ([&] (int lane) {
    if (lane == 0)
      counts[word] = sum;
  });
}

cudaError_t
cuda_kernel_flips (const uint32_t *bits, const uint32_t *first, int64_t words, int64_t m,
                   double *counts, cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (flips_kernel, grid_of (warp_blocks (words), 1), BLOCK, stream, bits,
                            first, words, m, counts);
}

GRAM_KERNEL
coefficients_kernel (CudaShape s, CudaTile tile, const uint32_t *bits, const double *running,
                     const float *E, const float *a, float step, float *C)
{
  const int64_t r = tile.first + blockIdx.x;
  const double rate = (double) step * a[r];

  for (int64_t i = threadIdx.x; i < s.n_pad; i += blockDim.x)
    {
      const uint32_t on = bits[i / CUDA_WORD * s.m + r] >> (i % CUDA_WORD) & 1u;

      C[blockIdx.x * s.n_pad + i] = (float) (rate * ((on ? running[i] : 0.0) - E[r * s.n_pad + i]));
    }
}

cudaError_t
cuda_kernel_coefficients (const CudaShape *shape, CudaTile tile, const uint32_t *bits,
                          const double *running, const float *E, const float *a, float step,
                          float *C, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (coefficients_kernel, grid_of (tile.width, 1), BLOCK, stream, *shape,
                              tile, bits, running, E, a, step, C);
}

GRAM_KERNEL
distance_kernel (const float *W, const float *W0, int64_t d, int64_t ld, int64_t width,
                 double *sums)
{
  const int64_t column = this_warp ();
  PerLane<double> square (0);

  if (column >= width)
    return;
  each_lane ([&] (int lane) {
    for (int64_t j = lane; j < d; j += GRAM_LANES)
      {
        const double moved = (double) W[column * ld + j] - W0[column * ld + j];

        square[lane] += moved * moved;
      }
  });

  const double sum = warp_sum ([&] (int lane) { return square[lane]; });

  each_lane ([&] (int lane) {
    if (lane == 0)
      sums[column] = sum;
  });
}

cudaError_t
cuda_kernel_distance (const float *W, const float *W0, int64_t d, int64_t ld, int64_t width,
                      double *sums, cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (distance_kernel, grid_of (warp_blocks (width), 1), BLOCK, stream, W, W0,
                            d, ld, width, sums);
}
