#include "fast_convolution.h"

#include "instruction_sets.h"
#include "matrix_product.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cstring>

// In channels-last order the maps are a matrix, one row a pixel, one column a channel. Then
//   forward              = patches * weight', where patches holds the k x k x in inputs of each output pixel
//   weight gradient      = gradient' * patches
//   1x1 input gradient   = gradient * weight
//   3x3 input gradient at stride 1 = convolution of the gradient with the weight turned by 180 degrees and in, out exchanged.
// In bfloat16 these products run several times as fast as libtorch's backward convolutions. Its forward convolution reorders the weight at
// every call, which pays only when there are more pixels than channels.

namespace fedtorch {

namespace {
using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Tensor channels_last(const Tensor &tensor) { return tensor.contiguous(at::MemoryFormat::ChannelsLast); }

// images x height x width x channels, sharing memory.
Tensor pixels_first(const Tensor &maps) { return channels_last(maps).permute({0, 2, 3, 1}); }
Tensor as_matrix(const Tensor &maps) { return pixels_first(maps).reshape({-1, maps.size(1)}); }

// Every stride-th pixel, the ones that a 1x1 convolution reads, as a matrix.
Tensor strided_matrix(const Tensor &maps, int64_t stride)
{
    if (stride == 1) return as_matrix(maps);
    return pixels_first(maps).slice(1, 0, maps.size(2), stride).slice(2, 0, maps.size(3), stride).reshape({-1, maps.size(1)});
}

// One row of patches for each pixel of one output row: kernel x kernel x channels values, zero outside the image.
void copy_patches_of_row(const uint16_t *image, uint16_t *to, int64_t height, int64_t width, int64_t channels, int64_t kernel, int64_t stride, int64_t padding, int64_t out_y, int64_t out_width)
{
    const size_t pixel = channels * sizeof(uint16_t);
    for (int64_t out_x = 0; out_x < out_width; out_x++)
        for (int64_t ky = 0; ky < kernel; ky++, to += kernel * channels) {
            const int64_t y = out_y * stride - padding + ky, x = out_x * stride - padding;
            if (y < 0 || y >= height) {
                std::memset(to, 0, kernel * pixel);
            } else if (x >= 0 && x + kernel <= width) {
                std::memcpy(to, image + (y * width + x) * channels, kernel * pixel);
            } else {
                for (int64_t kx = 0; kx < kernel; kx++) {
                    if (x + kx < 0 || x + kx >= width) std::memset(to + kx * channels, 0, pixel);
                    else std::memcpy(to + kx * channels, image + (y * width + x + kx) * channels, pixel);
                }
            }
        }
}

// (images * out_height * out_width) x (kernel * kernel * channels)
Tensor patches(const Tensor &maps, int64_t kernel, int64_t stride, int64_t padding, int64_t out_height, int64_t out_width)
{
    const Tensor source = channels_last(maps);
    const int64_t images = maps.size(0), channels = maps.size(1), height = maps.size(2), width = maps.size(3), row = out_width * kernel * kernel * channels;
    const Tensor matrix = at::empty({images * out_height * out_width, kernel * kernel * channels}, at::kBFloat16);
    const auto *from = reinterpret_cast<const uint16_t *>(source.data_ptr<at::BFloat16>());
    auto *to = reinterpret_cast<uint16_t *>(matrix.data_ptr<at::BFloat16>());
    at::parallel_for(0, images * out_height, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++)
            copy_patches_of_row(from + i / out_height * height * width * channels, to + i * row, height, width, channels, kernel, stride, padding, i % out_height, out_width);
    });
    return matrix;
}

// What a convolution reads for each output pixel, as a matrix.
Tensor columns_of(const Tensor &maps, int64_t kernel, int64_t stride, int64_t padding)
{
    const auto reached = [&](int64_t size) { return (size + 2 * padding - kernel) / stride + 1; };
    return kernel == 1 ? strided_matrix(maps, stride) : patches(maps, kernel, stride, padding, reached(maps.size(2)), reached(maps.size(3)));
}

Tensor convolve(const Tensor &maps, const Tensor &weight, int64_t stride, int64_t padding)
{
    const int64_t out = weight.size(0), in = weight.size(1), kernel = weight.size(2), images = maps.size(0);
    const int64_t height = (maps.size(2) + 2 * padding - kernel) / stride + 1, width = (maps.size(3) + 2 * padding - kernel) / stride + 1;
    if (images * height * width > std::max(in, out)) return at::conv2d(maps, weight, {}, stride, padding);
    const Tensor rows = pixels_first(weight).reshape({out, kernel * kernel * in});
    return matrix_product(columns_of(maps, kernel, stride, padding), rows.t()).view({images, height, width, out}).permute({0, 3, 1, 2});
}

// out x taps x in -> in x taps x out with the taps in reverse order, for input channels from begin to end. Tiles keep both sides in cache.
FOR_EACH_INSTRUCTION_SET void turn(const uint16_t *__restrict from, uint16_t *__restrict to, int64_t out, int64_t taps, int64_t in, int64_t begin, int64_t end)
{
    constexpr int64_t tile = 32;
    for (int64_t first = 0; first < out; first += tile)
        for (int64_t tap = 0; tap < taps; tap++)
            for (int64_t i = begin; i < end; i++) {
                const uint16_t *source = from + tap * in + i;
                uint16_t *target = to + (i * taps + taps - 1 - tap) * out;
                for (int64_t o = first; o < std::min(out, first + tile); o++) target[o] = source[o * taps * in];
            }
}

// The weight turned by 180 degrees with in and out exchanged.
Tensor turned(const Tensor &weight)
{
    const int64_t out = weight.size(0), in = weight.size(1), kernel = weight.size(2), tile = 32;
    const Tensor source = channels_last(weight), target = at::empty({in, kernel, kernel, out}, weight.options());
    const auto *from = reinterpret_cast<const uint16_t *>(source.data_ptr<at::BFloat16>());
    auto *to = reinterpret_cast<uint16_t *>(target.data_ptr<at::BFloat16>());
    at::parallel_for(0, (in + tile - 1) / tile, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) turn(from, to, out, kernel * kernel, in, i * tile, std::min(in, (i + 1) * tile));
    });
    return target.permute({0, 3, 1, 2});
}

Tensor weight_gradient(const Tensor &input, const Tensor &weight, const Tensor &slope, int64_t stride, int64_t padding)
{
    const int64_t out = weight.size(0), in = weight.size(1), kernel = weight.size(2);
    return matrix_product(as_matrix(slope).t(), columns_of(input, kernel, stride, padding)).view({out, kernel, kernel, in}).permute({0, 3, 1, 2});
}

Tensor input_gradient(const Tensor &input, const Tensor &weight, const Tensor &slope, int64_t stride, int64_t padding)
{
    const int64_t images = input.size(0), in = input.size(1), height = input.size(2), width = input.size(3), out = weight.size(0), kernel = weight.size(2);
    if (kernel == 1) {
        const Tensor reached = matrix_product(as_matrix(slope), weight.reshape({out, in})).view({images, slope.size(2), slope.size(3), in});
        if (stride == 1) return reached.permute({0, 3, 1, 2});
        const Tensor gradient = at::zeros({images, height, width, in}, input.options());
        gradient.slice(1, 0, height, stride).slice(2, 0, width, stride).copy_(reached);
        return gradient.permute({0, 3, 1, 2});
    }

    if (stride == 1) return convolve(slope, turned(weight), 1, kernel - 1 - padding);
    return std::get<0>(at::convolution_backward(slope, input, weight, at::OptionalIntArrayRef(), {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1, {true, false, false}));
}

class FastConvolutionFunction : public torch::autograd::Function<FastConvolutionFunction> {
public:
    static Tensor forward(AutogradContext *context, const Tensor &input, const Tensor &weight, int64_t stride, int64_t padding)
    {
        context->save_for_backward({input, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["input_needs_gradient"] = input.requires_grad();
        return convolve(input, weight, stride, padding);
    }

    static variable_list backward(AutogradContext *context, variable_list slopes)
    {
        const variable_list saved = context->get_saved_variables();
        const int64_t stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
        const Tensor slope = channels_last(slopes[0]);
        const bool wanted = context->saved_data["input_needs_gradient"].toBool();
        return {wanted ? input_gradient(saved[0], saved[1], slope, stride, padding) : Tensor(), weight_gradient(saved[0], saved[1], slope, stride, padding), Tensor(), Tensor()};
    }
};
}

at::Tensor fast_convolution(const at::Tensor &input, const at::Tensor &weight, int64_t stride, int64_t padding)
{
    return FastConvolutionFunction::apply(input, weight, stride, padding);
}

}
