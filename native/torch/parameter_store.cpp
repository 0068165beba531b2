#include "parameter_store.h"

namespace fedtorch {

ParameterStore::ParameterStore(const Registry &registry, const Compute &compute) : tensors_(registry.all()), channels_last_(compute.channels_last)
{
    int64_t count = 0;
    for (const auto &tensor : tensors_) {
        offsets_.push_back(count);
        count += tensor->count();
        if (!tensor->is_buffer) parameter_count_ = count;
    }

    const auto options = at::TensorOptions(compute.device).dtype(at::kFloat);
    values_ = at::zeros({count}, options);
    anchor_ = at::zeros({parameter_count_}, options);
    if (compute.bfloat16) shadow_ = at::zeros({parameter_count_}, options.dtype(at::kBFloat16));
    for (size_t i = 0; i < tensors_.size(); i++) {
        Parameter &tensor = *tensors_[i];
        tensor.value = view(values_, i);
        const bool is_convolution = tensor.shape.size() == 4;
        if (shadow_.defined() && is_convolution) tensor.shadow = view(shadow_, i).set_requires_grad(true);
        else if (!tensor.is_buffer) tensor.value.set_requires_grad(true);
    }
}

Tensor ParameterStore::view(const Tensor &flat, size_t tensor) const
{
    const auto &shape = tensors_[tensor]->shape;
    const Tensor part = flat.narrow(0, offsets_[tensor], tensors_[tensor]->count());
    if (!channels_last_ || shape.size() != 4) return part.view(shape);
    return part.view({shape[0], shape[2], shape[3], shape[1]}).permute({0, 3, 1, 2});
}

void ParameterStore::copy_out(const Tensor &flat, float *to, int64_t count) const
{
    at::NoGradGuard no_grad;
    const Tensor external = at::from_blob(to, {count}, at::kFloat);
    for (size_t i = 0; i < tensors_.size() && offsets_[i] < count; i++)
        external.narrow(0, offsets_[i], tensors_[i]->count()).view(tensors_[i]->shape).copy_(view(flat, i));
}

void ParameterStore::copy_in(const float *from, const Tensor &flat, int64_t count) const
{
    at::NoGradGuard no_grad;
    const Tensor external = at::from_blob(const_cast<float *>(from), {count}, at::kFloat);
    for (size_t i = 0; i < tensors_.size() && offsets_[i] < count; i++)
        view(flat, i).copy_(external.narrow(0, offsets_[i], tensors_[i]->count()).view(tensors_[i]->shape));
}

void ParameterStore::values_were_set()
{
    at::NoGradGuard no_grad;
    anchor_.copy_(values_.narrow(0, 0, parameter_count_));
    if (shadow_.defined()) shadow_.copy_(anchor_);
}

}
