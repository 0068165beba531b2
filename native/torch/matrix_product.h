// Products of bfloat16 matrices whose results do not depend on the number of threads.
#pragma once
#include <ATen/ATen.h>

namespace fedtorch {

// a (M x K) times b (K x N), without autograd.
at::Tensor matrix_product(const at::Tensor &a, const at::Tensor &b);

}
