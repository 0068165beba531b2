// SGD with momentum and AdamW over the flat vector, with gradient clipping and the proximal term of FedProx.
#pragma once
#include "fedtorch.h"
#include "parameter_store.h"
#include "vector_kernels.h"

namespace fedtorch {

class Optimizer {
public:
    explicit Optimizer(ParameterStore &store) : store_(store) {}

    // Applies one step with the gradients that autograd left at the parameters, and returns the norm before clipping (0 without clipping).
    // Fails, changing nothing, on options out of range or a gradient norm that is not finite.
    double step(const fed_step &options);
    void reset();

    // In the order of the flat vector; see fed_model_get_optimizer.
    fed_optimizer_state get(float *moments, int64_t count) const;
    void set(const fed_optimizer_state &state, const float *moments, int64_t count);

private:
    void prepare(int32_t kind);
    double gradient_norm(const fed_step &options) const;
    void step_on_processor(const fed_step &options, const UpdateFactors &factors);
    void step_on_device(const fed_step &options, const UpdateFactors &factors);
    ParameterSpan span(size_t tensor, const Tensor &gradient) const;

    ParameterStore &store_;
    int32_t kind_ = FED_OPTIMIZER_SGD;
    int64_t step_count_ = 0;
    Tensor moment1_, moment2_; // internal order; undefined until needed
};

// The gradient of a parameter in the parameter's own memory order. Fails when backward left none.
Tensor gradient_of(const Parameter &parameter);

void check(const fed_step &options);

}
