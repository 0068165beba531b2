// A network with its values, optimiser and random generator: what a fed_model is.
#pragma once
#include "compute.h"
#include "network.h"
#include "optimizer.h"
#include "parameter_store.h"

#include <atomic>

namespace fedtorch {

class Classifier {
public:
    Classifier(const fed_network &network, const fed_compute &compute);

    // Fails with FED_BUSY when another call is using the model.
    void acquire();
    void release() { in_use_.store(false, std::memory_order_release); }

    const Compute &compute() const { return compute_; }
    ParameterStore &store() { return store_; }
    Optimizer &optimizer() { return optimizer_; }

    void get_values(float *values, int64_t count) const;
    void set_values(const float *values, int64_t count);
    Tensor random_state() const { return random_.get_state(); }
    void set_random_state(const Tensor &state) { random_.set_state(state); }

    fed_step_result train_step(const fed_batch &batch, const fed_loss &loss, const fed_step &step);
    fed_step_result gradient(const fed_batch &batch, const fed_loss &loss, float *gradient, int64_t count);
    fed_step_result private_gradient(const fed_batch &batch, const fed_loss &loss, const fed_clipping &clipping, float *gradient, int64_t count, double *norms);
    void apply_gradient(const float *gradient, int64_t count, const fed_step &step);
    void features(const fed_batch &batch, float *features, int64_t count);
    void predict(const fed_batch &batch, float *logits, int64_t count);
    void input_gradient(const fed_batch &batch, const fed_loss &loss, float *gradient, int64_t count);
    void grad_cam(const fed_batch &batch, float *maps, int64_t count);

private:
    Tensor pixels_of(const fed_batch &batch) const;                // float32 view of the caller's pixels
    Tensor network_input(const Tensor &pixels) const;              // device, type, channels and memory order of the network
    Tensor labels_of(const fed_batch &batch) const;                // int64, on the device
    Pass training_pass();
    void require_memory_for(const fed_batch &batch, bool keeps_activations) const;
    fed_step_result backward(const fed_batch &batch, const fed_loss &loss); // leaves gradients at the parameters
    void clear_gradients();
    void copy_gradients_out(float *gradient, int64_t count) const;

    fed_network description_;
    Compute compute_;
    at::Generator random_;
    std::unique_ptr<Network> network_;
    ParameterStore store_;
    Optimizer optimizer_{store_};
    std::atomic<bool> in_use_{false};
};

// Holds a model for the length of one call.
class InUse {
public:
    explicit InUse(Classifier &model) : model_(model)
    {
        model_.acquire();
        use_threads(model_.compute().threads);
    }
    ~InUse() { model_.release(); }
    InUse(const InUse &) = delete;
    InUse &operator=(const InUse &) = delete;

private:
    Classifier &model_;
};

}
