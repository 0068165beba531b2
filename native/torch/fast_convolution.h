// Convolution of bfloat16 channels-last maps whose backward pass is faster than libtorch's on a processor.
#pragma once
#include <ATen/ATen.h>

namespace fedtorch {

// input: images x in x height x width; weight: out x in x k x k, both bfloat16; no groups, no bias. Recorded for autograd.
at::Tensor fast_convolution(const at::Tensor &input, const at::Tensor &weight, int64_t stride, int64_t padding);

}
