// All values of a network in one flat float32 tensor, and the bfloat16 shadow of its parameters.
#pragma once
#include "compute.h"
#include "layers.h"

namespace fedtorch {

// Internally a convolution weight is stored output, height, width, input when the network computes in channels-last order. Everything that
// crosses the C boundary goes through copy_out and copy_in, which speak the order of fedtorch.h.
class ParameterStore {
public:
    // Allocates the values and points every parameter of the registry at its place.
    ParameterStore(const Registry &registry, const Compute &compute);

    int64_t value_count() const { return values_.numel(); }
    int64_t parameter_count() const { return parameter_count_; }
    const std::vector<ParameterPointer> &tensors() const { return tensors_; }

    const Tensor &values() const { return values_; }  // internal order
    const Tensor &anchor() const { return anchor_; }  // parameters when values were last set, internal order
    const Tensor &shadow() const { return shadow_; }  // bfloat16, parameters only; undefined in float32

    // The part of a flat tensor in internal order that belongs to a tensor, shaped output, input, height, width.
    Tensor view(const Tensor &flat, size_t tensor) const;

    // Between a caller's buffer and a flat tensor in internal order; both hold the first count values of the layout.
    void copy_out(const Tensor &flat, float *to, int64_t count) const;
    void copy_in(const float *from, const Tensor &flat, int64_t count) const;

    // To be called when values changed other than by the optimiser: renews shadow and anchor.
    void values_were_set();

private:
    std::vector<ParameterPointer> tensors_;
    std::vector<int64_t> offsets_;
    int64_t parameter_count_ = 0;
    bool channels_last_;
    Tensor values_, anchor_, shadow_;
};

}
