#include "classifier.h"

#include "errors.h"
#include "gradient_book.h"
#include "loss.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

namespace fedtorch {

namespace {
std::unique_ptr<Network> network_within_budget(const fed_network &description)
{
    auto network = make_network(description);
    double count = 0;
    for (const auto &tensor : network->registry().all()) count += static_cast<double>(tensor->count());
    // Values, anchor and two moments in float32; shadow and gradient in at most as much again.
    require_memory(count * 24, "A network of " + std::to_string(static_cast<int64_t>(count)) + " values");
    return network;
}

void copy_to_caller(const Tensor &from, float *to, int64_t count, const char *what)
{
    require(to != nullptr, "The buffer for the result is null.");
    require_equal(what, from.numel(), count);
    at::from_blob(to, {count}, at::kFloat).copy_(from.reshape({count}));
}
}

Classifier::Classifier(const fed_network &network, const fed_compute &compute)
    : description_(network), compute_(choose_compute(compute, static_cast<fed_architecture>(network.architecture))),
      random_(at::detail::createCPUGenerator(compute.seed)), network_(network_within_budget(network)), store_(network_->registry(), compute_)
{
    at::NoGradGuard no_grad;
    use_threads(compute_.threads);
    network_->initialize(random_);
    store_.values_were_set();
}

void Classifier::acquire()
{
    if (in_use_.exchange(true, std::memory_order_acquire)) throw Error(FED_BUSY, "The model is in use by another thread.");
}

void Classifier::get_values(float *values, int64_t count) const
{
    require(values != nullptr, "Values are null.");
    require_equal("Values", store_.value_count(), count);
    store_.copy_out(store_.values(), values, count);
}

void Classifier::set_values(const float *values, int64_t count)
{
    require(values != nullptr, "Values are null.");
    require_equal("Values", store_.value_count(), count);
    store_.copy_in(values, store_.values(), count);
    store_.values_were_set();
}

Tensor Classifier::pixels_of(const fed_batch &batch) const
{
    require(batch.pixels != nullptr, "Pixels are null.");
    if (batch.count < 1) invalid("A batch needs at least one image but has " + std::to_string(batch.count) + ".");
    if (batch.channels != 1 && batch.channels != description_.input_channels)
        invalid("Expected images of 1 or " + std::to_string(description_.input_channels) + " channels but got " + std::to_string(batch.channels) + ".");
    if (batch.height < 32 || batch.width < 32)
        invalid("Images must be at least 32x32 pixels but are " + std::to_string(batch.width) + "x" + std::to_string(batch.height) + ".");
    return at::from_blob(const_cast<float *>(batch.pixels), {batch.count, batch.channels, batch.height, batch.width}, at::kFloat);
}

Tensor Classifier::network_input(const Tensor &pixels) const
{
    const Tensor input = pixels.to(compute_.device, compute_.activation_type());
    const Tensor repeated = input.expand({input.size(0), description_.input_channels, input.size(2), input.size(3)});
    return repeated.contiguous(compute_.channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

Tensor Classifier::labels_of(const fed_batch &batch) const
{
    require(batch.labels != nullptr, "Labels are null.");
    for (int32_t i = 0; i < batch.count; i++)
        if (batch.labels[i] < 0 || batch.labels[i] >= description_.class_count)
            invalid("Label " + std::to_string(batch.labels[i]) + " of image " + std::to_string(i) + " is not below the class count " + std::to_string(description_.class_count) + ".");
    return at::from_blob(const_cast<int32_t *>(batch.labels), {batch.count}, at::kInt).to(compute_.device, at::kLong);
}

void Classifier::require_memory_for(const fed_batch &batch, bool keeps_activations) const
{
    if (compute_.device.is_cuda()) return; // CUDA's allocator refuses by itself
    const double bytes_per_value = compute_.bfloat16 ? 2 : 4, pixels = static_cast<double>(batch.count) * batch.height * batch.width;
    // Without a backward pass only the widest few layers live at a time.
    const double values = pixels * network_->activations_per_pixel() * (keeps_activations ? 1 : 0.25);
    require_memory(values * bytes_per_value, "A batch of " + std::to_string(batch.count) + " images of " + std::to_string(batch.width) + "x" + std::to_string(batch.height));
}

Pass Classifier::training_pass()
{
    Pass pass;
    pass.training = true;
    pass.fused = compute_.fused();
    pass.random = &random_;
    return pass;
}

void Classifier::clear_gradients()
{
    for (const auto &tensor : store_.tensors())
        if (tensor->used().requires_grad()) tensor->used().mutable_grad().reset();
}

fed_step_result Classifier::backward(const fed_batch &batch, const fed_loss &loss)
{
    at::AutoGradMode with_grad(true);
    clear_gradients();
    const Tensor pixels = pixels_of(batch), labels = labels_of(batch);
    require_memory_for(batch, true);
    const Tensor logits = network_->forward(network_input(pixels), training_pass());
    const Tensor mean = mean_loss(logits, labels, loss);
    mean.backward();
    fed_step_result result{};
    result.size = sizeof result;
    result.loss = mean.item<float>();
    result.correct_count = logits.argmax(1).eq(labels).sum().item<int32_t>();
    if (!std::isfinite(result.loss)) throw Error(FED_FAILED, "The loss is not finite; check the images or lower the learning rate.");
    return result;
}

fed_step_result Classifier::train_step(const fed_batch &batch, const fed_loss &loss, const fed_step &step)
{
    check(step);
    fed_step_result result = backward(batch, loss);
    result.gradient_norm = optimizer_.step(step);
    clear_gradients();
    return result;
}

fed_step_result Classifier::gradient(const fed_batch &batch, const fed_loss &loss, float *gradient, int64_t count)
{
    require(gradient != nullptr, "The buffer for the gradient is null.");
    require_equal("Gradient", store_.parameter_count(), count);
    const fed_step_result result = backward(batch, loss);
    copy_gradients_out(gradient, count);
    clear_gradients();
    return result;
}

void Classifier::copy_gradients_out(float *gradient, int64_t count) const
{
    at::NoGradGuard no_grad;
    const Tensor flat = at::empty_like(store_.anchor());
    const auto &tensors = store_.tensors();
    for (size_t i = 0; i < tensors.size() && !tensors[i]->is_buffer; i++) store_.view(flat, i).copy_(gradient_of(*tensors[i]));
    store_.copy_out(flat, gradient, count);
}

fed_step_result Classifier::private_gradient(const fed_batch &batch, const fed_loss &loss, const fed_clipping &clipping, float *gradient, int64_t count, double *norms)
{
    require(gradient != nullptr && clipping.patients != nullptr, "The buffer for the gradient or the patients are null.");
    require_equal("Gradient", store_.parameter_count(), count);
    if (!network_->keeps_images_apart()) invalid("Clipping by patient needs a network with GroupNorm: BatchNorm mixes the images of a batch.");
    if (compute_.bfloat16) invalid("Clipping by patient needs float32.");
    if (!(clipping.clipping_norm > 0 && std::isfinite(clipping.clipping_norm))) invalid("The clipping norm must be above 0 but is " + std::to_string(clipping.clipping_norm) + ".");
    if (clipping.patient_count < 1) invalid("Expected at least one patient but got " + std::to_string(clipping.patient_count) + ".");
    const Tensor pixels = pixels_of(batch), labels = labels_of(batch);
    require_memory_for(batch, true);
    GradientBook book(std::vector<int64_t>(clipping.patients, clipping.patients + batch.count), clipping.patient_count);
    std::vector<float> shares(batch.count);
    std::vector<int32_t> images(clipping.patient_count);
    for (int32_t i = 0; i < batch.count; i++) images[clipping.patients[i]]++;
    for (int32_t i = 0; i < batch.count; i++) shares[i] = 1.0f / static_cast<float>(images[clipping.patients[i]]);

    at::AutoGradMode with_grad(true);
    clear_gradients();
    Pass pass = training_pass();
    pass.book = &book;
    const Tensor logits = network_->forward(network_input(pixels), pass), losses = image_losses(logits, labels, loss);
    (losses * at::tensor(shares).to(losses.device())).sum().backward();
    fed_step_result result{};
    result.size = sizeof result;
    result.loss = losses.mean().item<float>();
    result.correct_count = logits.argmax(1).eq(labels).sum().item<int32_t>();

    // The factor's margin covers what float32 products round: the contribution is never longer than the clipping norm.
    constexpr double margin = 1.001;
    std::vector<double> factors = book.norms();
    if (norms) std::copy(factors.begin(), factors.end(), norms);
    for (double &value : factors) {
        if (!std::isfinite(value)) throw Error(FED_FAILED, "A patient's gradient is not finite; check the images or lower the learning rate.");
        value = std::min(1.0, clipping.clipping_norm / (value * margin));
    }

    book.write_gradients(factors);
    copy_gradients_out(gradient, count);
    clear_gradients();
    return result;
}

void Classifier::apply_gradient(const float *gradient, int64_t count, const fed_step &step)
{
    check(step);
    require(gradient != nullptr, "The gradient is null.");
    require_equal("Gradient", store_.parameter_count(), count);
    const Tensor flat = at::empty_like(store_.anchor());
    store_.copy_in(gradient, flat, count);
    const auto &tensors = store_.tensors();
    for (size_t i = 0; i < tensors.size() && !tensors[i]->is_buffer; i++) {
        const Tensor part = store_.view(flat, i);
        tensors[i]->used().mutable_grad() = part.to(tensors[i]->used().scalar_type());
    }

    optimizer_.step(step);
    clear_gradients();
}

void Classifier::features(const fed_batch &batch, float *features, int64_t count)
{
    at::NoGradGuard no_grad;
    const Tensor pixels = pixels_of(batch);
    require_memory_for(batch, false);
    Tensor maps;
    Pass pass;
    pass.fused = compute_.fused();
    pass.features = &maps;
    network_->forward(network_input(pixels), pass);
    copy_to_caller(maps.to(at::kFloat).mean({2, 3}), features, count, "Features");
}

void Classifier::predict(const fed_batch &batch, float *logits, int64_t count)
{
    at::NoGradGuard no_grad;
    const Tensor pixels = pixels_of(batch);
    require_equal("Logits", static_cast<int64_t>(batch.count) * description_.class_count, count);
    require_memory_for(batch, false);
    Pass pass;
    pass.fused = compute_.fused();
    copy_to_caller(network_->forward(network_input(pixels), pass), logits, count, "Logits");
}

void Classifier::input_gradient(const fed_batch &batch, const fed_loss &loss, float *gradient, int64_t count)
{
    at::AutoGradMode with_grad(true);
    const Tensor pixels = pixels_of(batch).detach().set_requires_grad(true), labels = labels_of(batch);
    require_memory_for(batch, true);
    const Tensor losses = image_losses(network_->forward(network_input(pixels), Pass()), labels, loss);
    const Tensor result = torch::autograd::grad({losses.sum()}, {pixels})[0];
    at::NoGradGuard no_grad;
    copy_to_caller(result, gradient, count, "Input gradient");
}

void Classifier::grad_cam(const fed_batch &batch, float *maps, int64_t count)
{
    at::AutoGradMode with_grad(true);
    const Tensor pixels = pixels_of(batch), labels = labels_of(batch);
    require_memory_for(batch, true);
    Tensor features;
    Pass pass;
    pass.features = &features;
    const Tensor logits = network_->forward(network_input(pixels), pass);
    const Tensor slope = torch::autograd::grad({logits.gather(1, labels.unsqueeze(1)).sum()}, {features})[0];
    at::NoGradGuard no_grad;
    const Tensor importance = slope.to(at::kFloat).mean({2, 3}, true);
    Tensor map = at::relu((features.to(at::kFloat) * importance).sum(1, true)).contiguous();
    map = at::upsample_bilinear2d(map, {batch.height, batch.width}, false);
    copy_to_caller(map / map.amax({1, 2, 3}, true).clamp_min(1e-12), maps, count, "Grad-CAM maps");
}

}
