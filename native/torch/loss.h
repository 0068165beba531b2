// Weighted cross-entropy with label smoothing, focal loss and logit adjustment: one formula, written in fedtorch.h.
#pragma once
#include "fedtorch.h"

#include <ATen/ATen.h>

namespace fedtorch {

// The loss of every image, before the division by the sum of the labels' weights. Fails on values out of range.
at::Tensor image_losses(const at::Tensor &logits, const at::Tensor &labels, const fed_loss &loss);

// The sum of image_losses divided by the sum of the labels' weights.
at::Tensor mean_loss(const at::Tensor &logits, const at::Tensor &labels, const fed_loss &loss);

}
