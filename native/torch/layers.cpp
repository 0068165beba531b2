#include "layers.h"

#include "errors.h"
#include "fast_convolution.h"
#include "fused_normalization.h"
#include "gradient_book.h"

#include <cmath>
#include <numeric>

namespace fedtorch {

namespace {
constexpr double epsilon = 1e-5, momentum = 0.1;

int64_t group_count(int64_t channels)
{
    int64_t groups = 32;
    while (channels % groups != 0) groups /= 2;
    return groups;
}
}

int64_t Parameter::count() const { return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<int64_t>()); }

ParameterPointer Registry::add(std::vector<ParameterPointer> &list, const std::string &name, std::vector<int64_t> shape, bool is_buffer)
{
    auto parameter = std::make_shared<Parameter>();
    parameter->name = name;
    parameter->shape = std::move(shape);
    parameter->is_buffer = is_buffer;
    list.push_back(parameter);
    return parameter;
}

std::vector<ParameterPointer> Registry::all() const
{
    std::vector<ParameterPointer> all = parameters_;
    all.insert(all.end(), buffers_.begin(), buffers_.end());
    return all;
}

Convolution::Convolution(Registry &registry, const std::string &name, int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups, bool bias)
    : weight_(registry.parameter(name + ".weight", {out, in / groups, kernel, kernel})), stride_(stride), padding_((kernel - 1) / 2), groups_(groups)
{
    if (bias) bias_ = registry.parameter(name + ".bias", {out});
}

Tensor Convolution::forward(const Tensor &input, const Pass &pass) const
{
    if (pass.fused && pass.training && groups_ == 1 && !bias_) return fast_convolution(input, weight_->used(), stride_, padding_);
    if (pass.book) return pass.book->convolution(input, weight_, stride_, padding_);
    const Tensor bias = bias_ ? bias_->value.to(input.scalar_type()) : Tensor();
    return at::conv2d(input, weight_->used(), bias, stride_, padding_, 1, groups_);
}

void Convolution::initialize(at::Generator &random) const
{
    const double fan_out = static_cast<double>(weight_->shape[0] * weight_->shape[2] * weight_->shape[3]);
    weight_->value.normal_(0, std::sqrt(2 / fan_out), random);
    if (bias_) bias_->value.zero_();
}

Normalization::Normalization(Registry &registry, const std::string &name, int64_t channels, NormalizationKind kind)
    : weight_(registry.parameter(name + ".weight", {channels})), bias_(registry.parameter(name + ".bias", {channels}))
{
    if (kind == NormalizationKind::Group) {
        groups_ = group_count(channels);
    } else {
        running_mean_ = registry.buffer(name + ".running_mean", {channels});
        running_variance_ = registry.buffer(name + ".running_var", {channels});
    }
}

Tensor Normalization::forward(const Tensor &input, const Pass &pass) const
{
    require_trainable(input, pass);
    if (pass.fused) return fused(input, {}, false, pass);
    if (pass.book) return pass.book->group_norm(input, weight_, bias_, groups_, epsilon);
    if (groups_ > 0) {
        // libtorch's group norm does not mix bfloat16 input with float32 weights everywhere.
        return at::group_norm(input.to(at::kFloat), groups_, weight_->value, bias_->value, epsilon).to(input.scalar_type());
    }

    return at::batch_norm(input, weight_->value, bias_->value, running_mean_->value, running_variance_->value, pass.training, momentum, epsilon, true);
}

void Normalization::require_trainable(const Tensor &input, const Pass &pass) const
{
    if (groups_ == 0 && pass.training && input.numel() == input.size(1))
        invalid("BatchNorm cannot train on one value a channel: use more images or larger ones.");
}

Tensor Normalization::fused(const Tensor &input, const Tensor &residual, bool relu, const Pass &pass) const
{
    FusedNormalization norm{weight_->value, bias_->value, {}, {}, groups_};
    if (running_mean_) {
        norm.running_mean = running_mean_->value;
        norm.running_variance = running_variance_->value;
    }

    return pass.training ? fused_normalization(norm, input, residual, relu) : fused_normalization_inference(norm, input, residual, relu);
}

Tensor Normalization::forward_relu(const Tensor &input, const Tensor &residual, const Pass &pass) const
{
    require_trainable(input, pass);
    if (pass.fused) return fused(input, residual, true, pass);
    Tensor output = forward(input, pass);
    if (residual.defined()) output = output.add_(residual);
    return output.relu_();
}

void Normalization::initialize(double scale) const
{
    weight_->value.fill_(scale);
    bias_->value.zero_();
    if (running_mean_) running_mean_->value.zero_();
    if (running_variance_) running_variance_->value.fill_(1);
}

Linear::Linear(Registry &registry, const std::string &name, int64_t in, int64_t out)
    : weight_(registry.parameter(name + ".weight", {out, in})), bias_(registry.parameter(name + ".bias", {out}))
{
}

Tensor Linear::forward(const Tensor &input, const Pass &pass) const
{
    if (pass.book) return pass.book->linear(input, weight_, bias_);
    return at::linear(input.to(at::kFloat), weight_->value, bias_->value);
}

void Linear::initialize(at::Generator &random, double weight_bound, double bias_bound) const
{
    weight_->value.uniform_(-weight_bound, weight_bound, random);
    bias_->value.uniform_(-bias_bound, bias_bound, random);
}

}
