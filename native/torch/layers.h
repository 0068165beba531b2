// The three layers with weights, and how they find their place in the flat vector.
#pragma once
#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

namespace fedtorch {

using at::Tensor;
class GradientBook;

// One tensor of a network. A network is built without values; ParameterStore gives it a view of the flat vector afterwards.
struct Parameter {
    std::string name;
    std::vector<int64_t> shape;
    bool is_buffer = false;
    Tensor value;  // float32, a leaf of autograd unless a shadow takes its place
    Tensor shadow; // bfloat16 copy of a convolution weight: the leaf of autograd in bfloat16, else undefined

    int64_t count() const;
    const Tensor &used() const { return shadow.defined() ? shadow : value; }
};
using ParameterPointer = std::shared_ptr<Parameter>;

// Collects parameters and buffers in the order in which layers are built, which is torchvision's order.
class Registry {
public:
    ParameterPointer parameter(const std::string &name, std::vector<int64_t> shape) { return add(parameters_, name, std::move(shape), false); }
    ParameterPointer buffer(const std::string &name, std::vector<int64_t> shape) { return add(buffers_, name, std::move(shape), true); }

    // Parameters, then buffers: the order of the flat vector.
    std::vector<ParameterPointer> all() const;

private:
    static ParameterPointer add(std::vector<ParameterPointer> &list, const std::string &name, std::vector<int64_t> shape, bool is_buffer);
    std::vector<ParameterPointer> parameters_, buffers_;
};

// What a forward pass needs to know besides its input.
struct Pass {
    bool training = false;
    bool fused = false;              // our bfloat16 kernels; in evaluation mode they record nothing for autograd
    at::Generator *random = nullptr; // dropout and stochastic depth
    Tensor *features = nullptr;      // receives the last feature maps, for Grad-CAM and pooled features
    GradientBook *book = nullptr;    // float32 and GroupNorm only: layers write down what per-patient clipping needs
};

class Convolution {
public:
    Convolution(Registry &registry, const std::string &name, int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups = 1, bool bias = false);
    Tensor forward(const Tensor &input, const Pass &pass) const;
    void initialize(at::Generator &random) const; // Kaiming normal, fan out, as torchvision

private:
    ParameterPointer weight_, bias_;
    int64_t stride_, padding_, groups_;
};

enum class NormalizationKind { Batch, Group };

// BatchNorm (eps 1e-5, momentum 0.1) or GroupNorm (32 groups, halved until they divide the channels).
class Normalization {
public:
    Normalization(Registry &registry, const std::string &name, int64_t channels, NormalizationKind kind);
    Tensor forward(const Tensor &input, const Pass &pass) const;

    // relu(forward(input) + residual); residual may be undefined. One pass over memory where our kernels apply.
    Tensor forward_relu(const Tensor &input, const Tensor &residual, const Pass &pass) const;
    void initialize(double scale = 1) const; // gamma = scale, beta = 0

private:
    void require_trainable(const Tensor &input, const Pass &pass) const;
    Tensor fused(const Tensor &input, const Tensor &residual, bool relu, const Pass &pass) const;

    ParameterPointer weight_, bias_, running_mean_, running_variance_;
    int64_t groups_ = 0; // 0: BatchNorm
};

// Computed in float32 always: it is small, and its output is the loss's input.
class Linear {
public:
    Linear(Registry &registry, const std::string &name, int64_t in, int64_t out);
    Tensor forward(const Tensor &input, const Pass &pass) const;
    void initialize(at::Generator &random, double weight_bound, double bias_bound) const; // uniform in +-bound

private:
    ParameterPointer weight_, bias_;
};

}
