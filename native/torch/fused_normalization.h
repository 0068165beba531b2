// BatchNorm or GroupNorm, an optional residual and an optional ReLU in one pass over bfloat16 channels-last maps, forward and backward.
#pragma once
#include <ATen/ATen.h>

namespace fedtorch {

struct FusedNormalization {
    at::Tensor weight, bias;                   // float32, one a channel
    at::Tensor running_mean, running_variance; // BatchNorm: moved by momentum 0.1 in training; undefined for GroupNorm
    int64_t groups = 0;                        // GroupNorm: number of groups; 0: BatchNorm
};

// relu(norm(input) + residual) in training mode, recorded for autograd. input and residual: bfloat16, images x channels x height x width;
// residual may be undefined. Sums are taken over fixed stretches of pixels, so the result does not depend on the number of threads.
at::Tensor fused_normalization(const FusedNormalization &norm, const at::Tensor &input, const at::Tensor &residual, bool relu);

// The same without autograd: GroupNorm from the input's own statistics, BatchNorm from the running ones.
at::Tensor fused_normalization_inference(const FusedNormalization &norm, const at::Tensor &input, const at::Tensor &residual, bool relu);

}
