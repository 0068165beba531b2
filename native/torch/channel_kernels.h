// Loops over bfloat16 maps in channels-last order: rows of channels, one row a pixel. Sums and factors are float32, one a channel.
#pragma once
#include <cstdint>

namespace fedtorch {

// sums[c] = sum of x, squares[c] = sum of x * x over the rows.
void channel_sums(const uint16_t *x, int64_t rows, int64_t channels, float *sums, float *squares);

// y = [relu](x * scale + shift [+ residual]); residual may be null. y may be x.
void channel_affine(const uint16_t *x, const uint16_t *residual, uint16_t *y, int64_t rows, int64_t channels, const float *scale, const float *shift, bool relu);

// g = dy where output > 0, else 0 (output null: g = dy); sums[c] = sum of g, products[c] = sum of g * x. g is stored when masked is not null.
void channel_gradient_sums(const uint16_t *x, const uint16_t *output, const uint16_t *dy, uint16_t *masked, int64_t rows, int64_t channels, float *sums, float *products);

// dx = a * g + b * x + c, with g as above.
void channel_gradient(const uint16_t *x, const uint16_t *output, const uint16_t *dy, uint16_t *dx, int64_t rows, int64_t channels, const float *a, const float *b, const float *c);

}
