#include "fused_normalization.h"

#include "channel_kernels.h"
#include "errors.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

// Both norms are one calculation. A segment is a stretch of pixels with its own statistics: the whole batch for BatchNorm, one image for
// GroupNorm. Within a segment the channels fall into groups: one channel each for BatchNorm. With x^ = (x - mean) / sigma of segment and group,
//   y  = x^ w + b
//   dx = (g w - mean of (g w) - x^ mean of (g w x^)) / sigma, means over the M values of segment and group.
// Each is a x + b y + c with factors that depend on segment and channel only, so the loops over pixels are the same for both norms.

namespace fedtorch {

namespace {
using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double epsilon = 1e-5, momentum = 0.1;
constexpr int64_t chunk_values = 1 << 15;

Tensor channels_last(const Tensor &tensor) { return tensor.contiguous(at::MemoryFormat::ChannelsLast); }
uint16_t *bits(const Tensor &tensor) { return reinterpret_cast<uint16_t *>(tensor.data_ptr<at::BFloat16>()); }
uint16_t *bits_or_null(const Tensor &tensor) { return tensor.defined() ? bits(tensor) : nullptr; }

// How the pixels of a tensor are cut. Only its shape decides, never the number of threads.
struct Cut {
    int64_t segments, rows, channels, groups, chunk_rows, chunks; // rows and chunks of one segment

    Cut(const Tensor &x, int64_t norm_groups)
    {
        const int64_t images = x.size(0), pixels = x.size(2) * x.size(3);
        channels = x.size(1);
        segments = norm_groups > 0 ? images : 1;
        rows = norm_groups > 0 ? pixels : images * pixels;
        groups = norm_groups > 0 ? norm_groups : channels;
        chunk_rows = std::max<int64_t>(16, chunk_values / channels);
        chunks = (rows + chunk_rows - 1) / chunk_rows;
    }

    int64_t group_channels() const { return channels / groups; }
    double group_values() const { return static_cast<double>(group_channels() * rows); }

    // body(segment, index of the chunk in the whole tensor, first value, number of rows)
    template <typename Body> void for_each_chunk(Body body) const
    {
        at::parallel_for(0, segments * chunks, 1, [&](int64_t begin, int64_t end) {
            for (int64_t chunk = begin; chunk < end; chunk++) {
                const int64_t segment = chunk / chunks, row = chunk % chunks * chunk_rows;
                body(segment, chunk, (segment * rows + row) * channels, std::min(chunk_rows, rows - row));
            }
        });
    }

    // Adds up pairs of channel sums of a segment's chunks, in order, in double.
    void total(const std::vector<float> &partial, int64_t segment, std::vector<double> &first, std::vector<double> &second) const
    {
        std::fill(first.begin(), first.end(), 0.0);
        std::fill(second.begin(), second.end(), 0.0);
        for (int64_t chunk = segment * chunks; chunk < (segment + 1) * chunks; chunk++) {
            const float *sums = partial.data() + chunk * 2 * channels;
            for (int64_t c = 0; c < channels; c++) {
                first[c] += sums[c];
                second[c] += sums[channels + c];
            }
        }
    }
};

// Mean and 1 / sigma of each segment and group.
struct Statistics {
    Tensor values; // double, 2 x segments x groups
    double *mean, *inverse_sigma;

    explicit Statistics(const Cut &cut) : Statistics(at::empty({2, cut.segments, cut.groups}, at::kDouble)) {}
    explicit Statistics(const Tensor &tensor) : values(tensor), mean(values.data_ptr<double>()), inverse_sigma(mean + values.numel() / 2) {}
};

std::vector<float> partial_sums(const Cut &cut, const Tensor &x)
{
    std::vector<float> partial(cut.segments * cut.chunks * 2 * cut.channels);
    cut.for_each_chunk([&](int64_t, int64_t chunk, int64_t at, int64_t rows) {
        float *sums = partial.data() + chunk * 2 * cut.channels;
        channel_sums(bits(x) + at, rows, cut.channels, sums, sums + cut.channels);
    });
    return partial;
}

Statistics statistics_of(const Cut &cut, const Tensor &x, const FusedNormalization &norm)
{
    const std::vector<float> partial = partial_sums(cut, x);
    Statistics statistics(cut);
    std::vector<double> sums(cut.channels), squares(cut.channels);
    const double count = cut.group_values();
    for (int64_t segment = 0; segment < cut.segments; segment++) {
        cut.total(partial, segment, sums, squares);
        for (int64_t group = 0; group < cut.groups; group++) {
            const int64_t first = group * cut.group_channels(), last = first + cut.group_channels();
            double sum = 0, square = 0;
            for (int64_t c = first; c < last; c++) {
                sum += sums[c];
                square += squares[c];
            }

            const double mean = sum / count, variance = std::max(0.0, square / count - mean * mean);
            statistics.mean[segment * cut.groups + group] = mean;
            statistics.inverse_sigma[segment * cut.groups + group] = 1 / std::sqrt(variance + epsilon);
            if (!norm.running_mean.defined()) continue;
            float &running_mean = norm.running_mean.data_ptr<float>()[group], &running_variance = norm.running_variance.data_ptr<float>()[group];
            running_mean = static_cast<float>((1 - momentum) * running_mean + momentum * mean);
            running_variance = static_cast<float>((1 - momentum) * running_variance + momentum * variance * count / (count - 1));
        }
    }

    return statistics;
}

Statistics running_statistics(const Cut &cut, const FusedNormalization &norm)
{
    Statistics statistics(cut);
    for (int64_t c = 0; c < cut.channels; c++) {
        statistics.mean[c] = norm.running_mean.data_ptr<float>()[c];
        statistics.inverse_sigma[c] = 1 / std::sqrt(norm.running_variance.data_ptr<float>()[c] + epsilon);
    }

    return statistics;
}

Tensor normalise(const Cut &cut, const Statistics &statistics, const FusedNormalization &norm, const Tensor &x, const Tensor &residual, bool relu)
{
    std::vector<float> scale(cut.segments * cut.channels), shift(scale.size());
    const float *weight = norm.weight.data_ptr<float>(), *bias = norm.bias.data_ptr<float>();
    for (int64_t segment = 0; segment < cut.segments; segment++)
        for (int64_t c = 0; c < cut.channels; c++) {
            const int64_t group = segment * cut.groups + c / cut.group_channels(), i = segment * cut.channels + c;
            const double factor = weight[c] * statistics.inverse_sigma[group];
            scale[i] = static_cast<float>(factor);
            shift[i] = static_cast<float>(bias[c] - statistics.mean[group] * factor);
        }

    const Tensor y = at::empty_like(x);
    const uint16_t *added = bits_or_null(residual);
    cut.for_each_chunk([&](int64_t segment, int64_t, int64_t at, int64_t rows) {
        const int64_t i = segment * cut.channels;
        channel_affine(bits(x) + at, added ? added + at : nullptr, bits(y) + at, rows, cut.channels, scale.data() + i, shift.data() + i, relu);
    });
    return y;
}

// The factors of dx = a g + b x + c, one each a segment and channel, and the gradients of weight and bias.
struct BackwardFactors {
    std::vector<float> a, b, c;
    Tensor weight_gradient, bias_gradient;

    BackwardFactors(const Cut &cut, const Statistics &statistics, const Tensor &weight, const std::vector<float> &partial)
        : a(cut.segments * cut.channels), b(a.size()), c(a.size()), weight_gradient(at::empty({cut.channels}, at::kFloat)), bias_gradient(at::empty({cut.channels}, at::kFloat))
    {
        std::vector<double> of_weight(cut.channels), of_bias(cut.channels), sums(cut.channels), products(cut.channels);
        const float *w = weight.data_ptr<float>();
        for (int64_t segment = 0; segment < cut.segments; segment++) {
            cut.total(partial, segment, sums, products);
            for (int64_t group = 0; group < cut.groups; group++) {
                const double mean = statistics.mean[segment * cut.groups + group], inverse = statistics.inverse_sigma[segment * cut.groups + group];
                const int64_t first = group * cut.group_channels(), last = first + cut.group_channels();
                double slope_sum = 0, slope_product = 0; // of g w, and of g w x^
                for (int64_t k = first; k < last; k++) {
                    const double normalised = (products[k] - mean * sums[k]) * inverse; // sum of g x^
                    of_weight[k] += normalised;
                    of_bias[k] += sums[k];
                    slope_sum += w[k] * sums[k];
                    slope_product += w[k] * normalised;
                }

                const double of_x = -inverse * inverse * slope_product / cut.group_values();
                const double constant = -inverse * slope_sum / cut.group_values() - of_x * mean;
                for (int64_t k = first; k < last; k++) {
                    const int64_t i = segment * cut.channels + k;
                    a[i] = static_cast<float>(inverse * w[k]);
                    b[i] = static_cast<float>(of_x);
                    c[i] = static_cast<float>(constant);
                }
            }
        }

        std::copy(of_weight.begin(), of_weight.end(), weight_gradient.data_ptr<float>());
        std::copy(of_bias.begin(), of_bias.end(), bias_gradient.data_ptr<float>());
    }
};

class FusedNormalizationFunction : public torch::autograd::Function<FusedNormalizationFunction> {
public:
    // An undefined tensor must not enter apply: input stands in for a missing residual.
    static Tensor forward(AutogradContext *context, const Tensor &input, const Tensor &weight, const Tensor &bias, const Tensor &residual, const Tensor &running_mean,
                          const Tensor &running_variance, int64_t groups, bool has_residual, bool relu)
    {
        const FusedNormalization norm{weight, bias, groups > 0 ? Tensor() : running_mean, groups > 0 ? Tensor() : running_variance, groups};
        const Tensor x = channels_last(input);
        const Cut cut(x, groups);
        const Statistics statistics = statistics_of(cut, x, norm);
        const Tensor y = normalise(cut, statistics, norm, x, has_residual ? channels_last(residual) : Tensor(), relu);
        context->save_for_backward({x, relu ? y : Tensor(), weight, statistics.values});
        context->saved_data["groups"] = groups;
        context->saved_data["has_residual"] = has_residual;
        return y;
    }

    static variable_list backward(AutogradContext *context, variable_list slopes)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor &x = saved[0], &y = saved[1], &weight = saved[2];
        const bool has_residual = context->saved_data["has_residual"].toBool();
        const Cut cut(x, context->saved_data["groups"].toInt());
        const Tensor dy = channels_last(slopes[0]);
        const bool stores_masked = has_residual && y.defined();
        const Tensor masked = stores_masked ? at::empty_like(x) : Tensor();

        std::vector<float> partial(cut.segments * cut.chunks * 2 * cut.channels);
        const uint16_t *output = bits_or_null(y);
        uint16_t *stored = bits_or_null(masked);
        cut.for_each_chunk([&](int64_t, int64_t chunk, int64_t at, int64_t rows) {
            float *sums = partial.data() + chunk * 2 * cut.channels;
            channel_gradient_sums(bits(x) + at, output ? output + at : nullptr, bits(dy) + at, stored ? stored + at : nullptr, rows, cut.channels, sums, sums + cut.channels);
        });

        const BackwardFactors factors(cut, Statistics(saved[3]), weight, partial);
        const Tensor dx = at::empty_like(x);
        // Once the masked gradient is stored, it is read instead of being masked again.
        const uint16_t *gradient = stores_masked ? stored : bits(dy);
        const uint16_t *mask = stores_masked ? nullptr : output;
        cut.for_each_chunk([&](int64_t segment, int64_t, int64_t at, int64_t rows) {
            const int64_t i = segment * cut.channels;
            channel_gradient(bits(x) + at, mask ? mask + at : nullptr, gradient + at, bits(dx) + at, rows, cut.channels, factors.a.data() + i, factors.b.data() + i, factors.c.data() + i);
        });
        const Tensor of_residual = !has_residual ? Tensor() : stores_masked ? masked : dy;
        return {dx, factors.weight_gradient, factors.bias_gradient, of_residual, Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
    }
};
}

at::Tensor fused_normalization(const FusedNormalization &norm, const at::Tensor &input, const at::Tensor &residual, bool relu)
{
    const bool is_group = norm.groups > 0;
    return FusedNormalizationFunction::apply(input, norm.weight, norm.bias, residual.defined() ? residual : input, is_group ? norm.weight : norm.running_mean,
                                             is_group ? norm.weight : norm.running_variance, norm.groups, residual.defined(), relu);
}

at::Tensor fused_normalization_inference(const FusedNormalization &norm, const at::Tensor &input, const at::Tensor &residual, bool relu)
{
    const Tensor x = channels_last(input);
    const Cut cut(x, norm.groups);
    const Statistics statistics = norm.groups > 0 ? statistics_of(cut, x, norm) : running_statistics(cut, norm);
    return normalise(cut, statistics, norm, x, residual.defined() ? channels_last(residual) : Tensor(), relu);
}

}
