#include "loss.h"

#include "errors.h"

#include <cmath>

namespace fedtorch {

namespace {
// A row of class_count values on the logits' device, or undefined when none were given.
at::Tensor class_row(const float *values, int32_t count, const at::Tensor &logits, const char *what)
{
    if (count == 0) return {};
    require(values != nullptr, "Class weights or logit adjustment are null although a count was given.");
    require_equal(what, logits.size(1), count);
    for (int32_t k = 0; k < count; k++)
        if (!std::isfinite(values[k])) invalid(std::string(what) + ": value " + std::to_string(k) + " is not finite.");
    return at::from_blob(const_cast<float *>(values), {count}, at::kFloat).to(logits.device());
}

at::Tensor class_weights(const at::Tensor &logits, const fed_loss &loss)
{
    for (int32_t k = 0; k < loss.class_weight_count && loss.class_weights; k++)
        if (!(loss.class_weights[k] > 0)) invalid("Class weights must be positive but weight " + std::to_string(k) + " is " + std::to_string(loss.class_weights[k]) + ".");
    return class_row(loss.class_weights, loss.class_weight_count, logits, "Class weights");
}

void check(const fed_loss &loss)
{
    if (!(loss.label_smoothing >= 0 && loss.label_smoothing < 1)) invalid("Label smoothing must be in [0, 1) but is " + std::to_string(loss.label_smoothing) + ".");
    if (!(loss.focal_gamma >= 0 && std::isfinite(loss.focal_gamma))) invalid("Focal gamma must be at least 0 but is " + std::to_string(loss.focal_gamma) + ".");
}
}

at::Tensor image_losses(const at::Tensor &logits, const at::Tensor &labels, const fed_loss &loss)
{
    check(loss);
    const at::Tensor adjustment = class_row(loss.logit_adjustment, loss.logit_adjustment_count, logits, "Logit adjustment");
    const at::Tensor log_p = at::log_softmax(adjustment.defined() ? logits + adjustment : logits, 1);
    at::Tensor cost = -log_p;
    // 1 - p is kept off 0, where the derivative of a power below 1 is infinite.
    if (loss.focal_gamma > 0) cost = cost * at::pow((1 - log_p.exp()).clamp_min(1e-7), loss.focal_gamma);
    const at::Tensor weights = class_weights(logits, loss);
    if (weights.defined()) cost = cost * weights;
    const at::Tensor of_label = cost.gather(1, labels.unsqueeze(1)).squeeze(1);
    if (loss.label_smoothing == 0) return of_label;
    return of_label * (1 - loss.label_smoothing) + cost.mean(1) * loss.label_smoothing;
}

at::Tensor mean_loss(const at::Tensor &logits, const at::Tensor &labels, const fed_loss &loss)
{
    const at::Tensor losses = image_losses(logits, labels, loss), weights = class_weights(logits, loss);
    return weights.defined() ? losses.sum() / weights.index_select(0, labels).sum() : losses.mean();
}

}
