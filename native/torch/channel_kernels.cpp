#include "channel_kernels.h"

#include "instruction_sets.h"

namespace fedtorch {

namespace {
// One cache line of bfloat16 channels: their sums stay in registers while the rows go by.
constexpr int strip = 32;

// The gradient that passes a ReLU. Both operands are loaded first: a conditional load would keep the loop from becoming vector code.
INLINE_INTO_CLONE uint16_t pass_relu(uint16_t output, uint16_t dy) { return static_cast<uint16_t>(output ? dy : 0); }

template <int width> INLINE_INTO_CLONE void sum_strip(const uint16_t *__restrict x, int64_t rows, int64_t channels, float *__restrict sums, float *__restrict squares)
{
    float s[width] = {}, q[width] = {};
    for (int64_t row = 0; row < rows; row++, x += channels)
        for (int c = 0; c < width; c++) {
            const float value = widen(x[c]);
            s[c] += value;
            q[c] += value * value;
        }
    for (int c = 0; c < width; c++) {
        sums[c] = s[c];
        squares[c] = q[c];
    }
}

template <int width, bool has_output, bool stores>
INLINE_INTO_CLONE void gradient_sum_strip(const uint16_t *__restrict x, const uint16_t *__restrict output, const uint16_t *__restrict dy, uint16_t *__restrict masked,
                                          int64_t rows, int64_t channels, float *__restrict sums, float *__restrict products)
{
    float s[width] = {}, p[width] = {};
    for (int64_t row = 0; row < rows; row++) {
        const int64_t at = row * channels;
        for (int c = 0; c < width; c++) {
            const uint16_t slope = dy[at + c], out = has_output ? output[at + c] : uint16_t{1};
            const uint16_t kept = pass_relu(out, slope);
            if (stores) masked[at + c] = kept;
            const float g = widen(kept);
            s[c] += g;
            p[c] += g * widen(x[at + c]);
        }
    }

    for (int c = 0; c < width; c++) {
        sums[c] = s[c];
        products[c] = p[c];
    }
}

template <bool has_output, bool stores>
INLINE_INTO_CLONE void gradient_sums(const uint16_t *x, const uint16_t *output, const uint16_t *dy, uint16_t *masked, int64_t rows, int64_t channels, float *sums, float *products)
{
    const auto from = [](auto *pointer, int64_t by) { return pointer ? pointer + by : pointer; };
    int64_t c = 0;
    for (; c + strip <= channels; c += strip)
        gradient_sum_strip<strip, has_output, stores>(x + c, from(output, c), dy + c, from(masked, c), rows, channels, sums + c, products + c);
    for (; c + 8 <= channels; c += 8)
        gradient_sum_strip<8, has_output, stores>(x + c, from(output, c), dy + c, from(masked, c), rows, channels, sums + c, products + c);
    for (; c < channels; c++)
        gradient_sum_strip<1, has_output, stores>(x + c, from(output, c), dy + c, from(masked, c), rows, channels, sums + c, products + c);
}

template <bool has_residual, bool has_relu>
INLINE_INTO_CLONE void affine(const uint16_t *x, const uint16_t *residual, uint16_t *y, int64_t rows, int64_t channels, const float *__restrict scale, const float *__restrict shift)
{
    for (int64_t row = 0; row < rows; row++, x += channels, y += channels) {
#pragma GCC ivdep
        for (int64_t c = 0; c < channels; c++) {
            float value = widen(x[c]) * scale[c] + shift[c];
            if (has_residual) value += widen(residual[c]);
            if (has_relu) value = value <= 0 ? 0.0f : value; // keeps a NaN, and makes -0 the 0 that the backward pass looks for
            y[c] = narrow(value);
        }

        if (has_residual) residual += channels;
    }
}

template <bool has_output>
INLINE_INTO_CLONE void input_gradient(const uint16_t *__restrict x, const uint16_t *__restrict output, const uint16_t *__restrict dy, uint16_t *__restrict dx, int64_t rows,
                                      int64_t channels, const float *__restrict a, const float *__restrict b, const float *__restrict c)
{
    for (int64_t row = 0; row < rows; row++) {
        const int64_t at = row * channels;
        for (int64_t k = 0; k < channels; k++) {
            const uint16_t slope = dy[at + k], out = has_output ? output[at + k] : uint16_t{1};
            dx[at + k] = narrow(a[k] * widen(pass_relu(out, slope)) + b[k] * widen(x[at + k]) + c[k]);
        }
    }
}
}

FOR_EACH_INSTRUCTION_SET void channel_sums(const uint16_t *x, int64_t rows, int64_t channels, float *sums, float *squares)
{
    int64_t c = 0;
    for (; c + strip <= channels; c += strip) sum_strip<strip>(x + c, rows, channels, sums + c, squares + c);
    for (; c + 8 <= channels; c += 8) sum_strip<8>(x + c, rows, channels, sums + c, squares + c);
    for (; c < channels; c++) sum_strip<1>(x + c, rows, channels, sums + c, squares + c);
}

FOR_EACH_INSTRUCTION_SET void channel_affine(const uint16_t *x, const uint16_t *residual, uint16_t *y, int64_t rows, int64_t channels, const float *scale, const float *shift, bool relu)
{
    if (residual && relu) affine<true, true>(x, residual, y, rows, channels, scale, shift);
    else if (residual) affine<true, false>(x, residual, y, rows, channels, scale, shift);
    else if (relu) affine<false, true>(x, residual, y, rows, channels, scale, shift);
    else affine<false, false>(x, residual, y, rows, channels, scale, shift);
}

FOR_EACH_INSTRUCTION_SET void channel_gradient_sums(const uint16_t *x, const uint16_t *output, const uint16_t *dy, uint16_t *masked, int64_t rows, int64_t channels, float *sums, float *products)
{
    if (output && masked) gradient_sums<true, true>(x, output, dy, masked, rows, channels, sums, products);
    else if (output) gradient_sums<true, false>(x, output, dy, masked, rows, channels, sums, products);
    else gradient_sums<false, false>(x, output, dy, masked, rows, channels, sums, products);
}

FOR_EACH_INSTRUCTION_SET void channel_gradient(const uint16_t *x, const uint16_t *output, const uint16_t *dy, uint16_t *dx, int64_t rows, int64_t channels, const float *a, const float *b, const float *c)
{
    if (output) input_gradient<true>(x, output, dy, dx, rows, channels, a, b, c);
    else input_gradient<false>(x, output, dy, dx, rows, channels, a, b, c);
}

}
