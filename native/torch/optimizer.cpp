#include "optimizer.h"

#include "errors.h"

#include <algorithm>
#include <cmath>

namespace fedtorch {

namespace {
void require_in(const char *name, float value, float least, float below)
{
    if (!(value >= least && value < below))
        invalid(std::string(name) + " must be in [" + std::to_string(least) + ", " + std::to_string(below) + ") but is " + std::to_string(value) + ".");
}

UpdateFactors factors_of(const fed_step &options, double scale, int64_t step)
{
    UpdateFactors factors{};
    factors.scale = static_cast<float>(scale);
    factors.proximal = options.proximal_term;
    factors.learning_rate = options.learning_rate;
    factors.weight_decay = options.weight_decay;
    factors.momentum = options.momentum;
    factors.beta1 = options.beta1;
    factors.beta2 = options.beta2;
    factors.correction1 = static_cast<float>(1 - std::pow(static_cast<double>(options.beta1), step));
    factors.correction2 = static_cast<float>(1 - std::pow(static_cast<double>(options.beta2), step));
    return factors;
}

uint16_t *bits(const Tensor &tensor) { return reinterpret_cast<uint16_t *>(tensor.data_ptr<at::BFloat16>()); }
}

void check(const fed_step &options)
{
    const float unlimited = 1e30f;
    if (options.optimizer != FED_OPTIMIZER_SGD && options.optimizer != FED_OPTIMIZER_ADAMW)
        invalid("Optimizer must be 0 or 1 but is " + std::to_string(options.optimizer) + ".");
    require_in("Learning rate", options.learning_rate, 0, unlimited);
    require_in("Momentum", options.momentum, 0, 1);
    require_in("Beta1", options.beta1, 0, 1);
    require_in("Beta2", options.beta2, 0, 1);
    require_in("Weight decay", options.weight_decay, 0, unlimited);
    require_in("Gradient clip", options.gradient_clip, 0, unlimited);
    require_in("Proximal term", options.proximal_term, 0, unlimited);
}

Tensor gradient_of(const Parameter &parameter)
{
    const Tensor &used = parameter.used();
    const Tensor gradient = used.grad();
    if (!gradient.defined()) throw Error(FED_FAILED, "No gradient reached " + parameter.name + ".");
    if (gradient.strides() == used.strides()) return gradient;
    // Strides of dimensions of size 1 carry no meaning and differ freely, so the copy decides by the parameter's own.
    return at::empty_strided(used.sizes(), used.strides(), gradient.options()).copy_(gradient);
}

double Optimizer::step(const fed_step &options)
{
    at::NoGradGuard no_grad;
    check(options);
    const double norm = options.gradient_clip > 0 ? gradient_norm(options) : 0;
    if (!std::isfinite(norm)) throw Error(FED_FAILED, "The gradient's norm is not finite; a lower learning rate may help.");
    prepare(options.optimizer);
    step_count_++;
    const double scale = norm > options.gradient_clip ? options.gradient_clip / norm : 1;
    const UpdateFactors factors = factors_of(options, scale, step_count_);
    if (store_.values().is_cpu()) step_on_processor(options, factors);
    else step_on_device(options, factors);
    return norm;
}

void Optimizer::reset()
{
    moment1_.reset();
    moment2_.reset();
    step_count_ = 0;
}

void Optimizer::prepare(int32_t kind)
{
    if (kind != kind_) reset();
    kind_ = kind;
    const auto options = store_.anchor().options();
    if (!moment1_.defined()) moment1_ = at::zeros({store_.parameter_count()}, options);
    if (kind == FED_OPTIMIZER_ADAMW && !moment2_.defined()) moment2_ = at::zeros({store_.parameter_count()}, options);
}

ParameterSpan Optimizer::span(size_t tensor, const Tensor &gradient) const
{
    const auto start = [&](const Tensor &flat) { return flat.defined() ? store_.view(flat, tensor).data_ptr<float>() : nullptr; };
    const bool is_narrow = gradient.scalar_type() == at::kBFloat16;
    ParameterSpan span{};
    span.count = gradient.numel();
    span.values = start(store_.values());
    span.anchor = start(store_.anchor());
    span.moment1 = start(moment1_);
    span.moment2 = start(moment2_);
    span.shadow = store_.shadow().defined() ? bits(store_.view(store_.shadow(), tensor)) : nullptr;
    span.gradient16 = is_narrow ? bits(gradient) : nullptr;
    span.gradient = is_narrow ? nullptr : gradient.data_ptr<float>();
    return span;
}

double Optimizer::gradient_norm(const fed_step &options) const
{
    double sum = 0;
    const auto &tensors = store_.tensors();
    for (size_t i = 0; i < tensors.size() && !tensors[i]->is_buffer; i++) {
        const Tensor gradient = gradient_of(*tensors[i]);
        if (gradient.is_cpu()) {
            sum += sum_of_squares(span(i, gradient), options.proximal_term);
            continue;
        }

        Tensor pull = gradient.to(at::kDouble);
        if (options.proximal_term > 0) pull.add_(store_.view(store_.values(), i) - store_.view(store_.anchor(), i), options.proximal_term);
        sum += pull.square().sum().item<double>();
    }

    return std::sqrt(sum);
}

void Optimizer::step_on_processor(const fed_step &options, const UpdateFactors &factors)
{
    const auto &tensors = store_.tensors();
    for (size_t i = 0; i < tensors.size() && !tensors[i]->is_buffer; i++) {
        const Tensor gradient = gradient_of(*tensors[i]);
        if (options.optimizer == FED_OPTIMIZER_SGD) sgd(span(i, gradient), factors);
        else adamw(span(i, gradient), factors);
    }
}

// The same formulas as vector_kernels.cpp, as whole-tensor operations for CUDA.
void Optimizer::step_on_device(const fed_step &options, const UpdateFactors &f)
{
    Tensor gradient = at::empty_like(store_.anchor());
    const auto &tensors = store_.tensors();
    for (size_t i = 0; i < tensors.size() && !tensors[i]->is_buffer; i++) store_.view(gradient, i).copy_(tensors[i]->used().grad());
    const Tensor values = store_.values().narrow(0, 0, store_.parameter_count());
    if (f.proximal > 0) gradient.add_(values - store_.anchor(), f.proximal);
    gradient.mul_(f.scale);
    if (options.optimizer == FED_OPTIMIZER_SGD) {
        gradient.add_(values, f.weight_decay);
        moment1_.mul_(f.momentum).add_(gradient);
        values.sub_(moment1_, f.learning_rate);
    } else {
        values.mul_(1 - f.learning_rate * f.weight_decay);
        moment1_.mul_(f.beta1).add_(gradient, 1 - f.beta1);
        moment2_.mul_(f.beta2).addcmul_(gradient, gradient, 1 - f.beta2);
        values.addcdiv_(moment1_, (moment2_ / f.correction2).sqrt_().add_(1e-8), -f.learning_rate / f.correction1);
    }

    if (store_.shadow().defined()) store_.shadow().copy_(values);
}

fed_optimizer_state Optimizer::get(float *moments, int64_t count) const
{
    const int64_t half = store_.parameter_count();
    require_equal("Optimiser moments", 2 * half, count);
    std::fill_n(moments, count, 0.0f);
    if (moment1_.defined()) store_.copy_out(moment1_, moments, half);
    if (moment2_.defined()) store_.copy_out(moment2_, moments + half, half);
    return {sizeof(fed_optimizer_state), kind_, step_count_};
}

void Optimizer::set(const fed_optimizer_state &state, const float *moments, int64_t count)
{
    const int64_t half = store_.parameter_count();
    require_equal("Optimiser moments", 2 * half, count);
    if (state.optimizer != FED_OPTIMIZER_SGD && state.optimizer != FED_OPTIMIZER_ADAMW)
        invalid("Optimizer must be 0 or 1 but is " + std::to_string(state.optimizer) + ".");
    if (state.step_count < 0) invalid("Step count must not be negative but is " + std::to_string(state.step_count) + ".");
    reset();
    prepare(state.optimizer);
    store_.copy_in(moments, moment1_, half);
    if (moment2_.defined()) store_.copy_in(moments + half, moment2_, half);
    step_count_ = state.step_count;
}

}
