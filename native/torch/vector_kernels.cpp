#include "vector_kernels.h"

#include "instruction_sets.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace fedtorch {

namespace {
constexpr int64_t block_length = 1 << 16;
constexpr int lane_count = 16;

template <typename Gradient>
INLINE_INTO_CLONE double squares_in_lanes(const Gradient *__restrict gradient, const float *__restrict values, const float *__restrict anchor, int64_t count, float proximal)
{
    double lanes[lane_count] = {};
    int64_t i = 0;
    for (; i + lane_count <= count; i += lane_count)
        for (int lane = 0; lane < lane_count; lane++) {
            const double g = widen(gradient[i + lane]) + proximal * (values[i + lane] - anchor[i + lane]);
            lanes[lane] += g * g;
        }
    for (; i < count; i++) {
        const double g = widen(gradient[i]) + proximal * (values[i] - anchor[i]);
        lanes[0] += g * g;
    }

    double sum = 0;
    for (double lane : lanes) sum += lane;
    return sum;
}

FOR_EACH_INSTRUCTION_SET double squares(const float *gradient, const float *values, const float *anchor, int64_t count, float proximal)
{
    return squares_in_lanes(gradient, values, anchor, count, proximal);
}

FOR_EACH_INSTRUCTION_SET double squares16(const uint16_t *gradient, const float *values, const float *anchor, int64_t count, float proximal)
{
    return squares_in_lanes(gradient, values, anchor, count, proximal);
}

// The gradient with clipping and the proximal pull. Without a pull the anchor is not read: the update is bound by memory.
template <bool has_pull, typename Gradient> INLINE_INTO_CLONE float pulled(Gradient gradient, float value, const float *anchor, int64_t i, const UpdateFactors &f)
{
    return f.scale * (has_pull ? widen(gradient) + f.proximal * (value - anchor[i]) : widen(gradient));
}

template <bool has_pull, bool has_shadow, typename Gradient> INLINE_INTO_CLONE void sgd_loop(const Gradient *__restrict gradient, const ParameterSpan &s, const UpdateFactors f)
{
    float *__restrict values = s.values, *__restrict velocity = s.moment1;
    const float *__restrict anchor = s.anchor;
    uint16_t *__restrict shadow = s.shadow;
    for (int64_t i = 0, count = s.count; i < count; i++) {
        const float value = values[i];
        const float g = pulled<has_pull>(gradient[i], value, anchor, i, f) + f.weight_decay * value;
        const float v = f.momentum * velocity[i] + g;
        const float updated = value - f.learning_rate * v;
        velocity[i] = v;
        values[i] = updated;
        if (has_shadow) shadow[i] = narrow(updated);
    }
}

template <bool has_pull, bool has_shadow, typename Gradient> INLINE_INTO_CLONE void adamw_loop(const Gradient *__restrict gradient, const ParameterSpan &s, const UpdateFactors f)
{
    float *__restrict values = s.values, *__restrict moment1 = s.moment1, *__restrict moment2 = s.moment2;
    const float *__restrict anchor = s.anchor;
    uint16_t *__restrict shadow = s.shadow;
    const float decay = 1 - f.learning_rate * f.weight_decay, rate = f.learning_rate / f.correction1, inverse_root = 1 / std::sqrt(f.correction2);
    for (int64_t i = 0, count = s.count; i < count; i++) {
        const float value = values[i];
        const float g = pulled<has_pull>(gradient[i], value, anchor, i, f);
        const float m = f.beta1 * moment1[i] + (1 - f.beta1) * g;
        const float v = f.beta2 * moment2[i] + (1 - f.beta2) * g * g;
        const float updated = value * decay - rate * m / (std::sqrt(v) * inverse_root + 1e-8f);
        moment1[i] = m;
        moment2[i] = v;
        values[i] = updated;
        if (has_shadow) shadow[i] = narrow(updated);
    }
}

// Chooses the loop for what the span holds. Convolution weights have bfloat16 gradients, everything else float32.
template <bool has_pull, bool has_shadow> INLINE_INTO_CLONE void sgd_span(const ParameterSpan &s, const UpdateFactors &f)
{
    if (s.gradient16) sgd_loop<has_pull, has_shadow>(s.gradient16, s, f);
    else sgd_loop<has_pull, has_shadow>(s.gradient, s, f);
}

template <bool has_pull, bool has_shadow> INLINE_INTO_CLONE void adamw_span(const ParameterSpan &s, const UpdateFactors &f)
{
    if (s.gradient16) adamw_loop<has_pull, has_shadow>(s.gradient16, s, f);
    else adamw_loop<has_pull, has_shadow>(s.gradient, s, f);
}

FOR_EACH_INSTRUCTION_SET void sgd_block(const ParameterSpan s, const UpdateFactors f)
{
    if (f.proximal > 0 && s.shadow) sgd_span<true, true>(s, f);
    else if (f.proximal > 0) sgd_span<true, false>(s, f);
    else if (s.shadow) sgd_span<false, true>(s, f);
    else sgd_span<false, false>(s, f);
}

FOR_EACH_INSTRUCTION_SET void adamw_block(const ParameterSpan s, const UpdateFactors f)
{
    if (f.proximal > 0 && s.shadow) adamw_span<true, true>(s, f);
    else if (f.proximal > 0) adamw_span<true, false>(s, f);
    else if (s.shadow) adamw_span<false, true>(s, f);
    else adamw_span<false, false>(s, f);
}

template <typename T> T *advance(T *pointer, int64_t by) { return pointer ? pointer + by : nullptr; }

ParameterSpan block_of(const ParameterSpan &s, int64_t block)
{
    const int64_t start = block * block_length;
    return {std::min(block_length, s.count - start), s.values + start, advance(s.shadow, start), s.anchor + start, advance(s.gradient, start),
            advance(s.gradient16, start), advance(s.moment1, start), advance(s.moment2, start)};
}

int64_t block_count(const ParameterSpan &s) { return (s.count + block_length - 1) / block_length; }

template <typename Body> void for_each_block(const ParameterSpan &span, Body body)
{
    at::parallel_for(0, block_count(span), 1, [&](int64_t begin, int64_t end) {
        for (int64_t block = begin; block < end; block++) body(block, block_of(span, block));
    });
}
}

double sum_of_squares(const ParameterSpan &span, float proximal)
{
    std::vector<double> sums(block_count(span));
    for_each_block(span, [&](int64_t block, const ParameterSpan &s) {
        sums[block] = s.gradient16 ? squares16(s.gradient16, s.values, s.anchor, s.count, proximal) : squares(s.gradient, s.values, s.anchor, s.count, proximal);
    });
    double sum = 0;
    for (double part : sums) sum += part;
    return sum;
}

void sgd(const ParameterSpan &span, const UpdateFactors &factors)
{
    for_each_block(span, [&](int64_t, const ParameterSpan &s) { sgd_block(s, factors); });
}

void adamw(const ParameterSpan &span, const UpdateFactors &factors)
{
    for_each_block(span, [&](int64_t, const ParameterSpan &s) { adamw_block(s, factors); });
}

}
