// The C functions: check what came across the boundary, hold the model, call it.
#include "fedtorch.h"

#include "classifier.h"
#include "errors.h"

#include <algorithm>
#include <cstring>

using namespace fedtorch;

struct fed_model {
    Classifier classifier;
    fed_model(const fed_network &network, const fed_compute &compute) : classifier(network, compute) {}
};

namespace {
void copy_text(const std::string &from, char *to, int64_t capacity)
{
    require(to != nullptr && capacity > 0, "The buffer for a text is null or empty.");
    if (static_cast<int64_t>(from.size()) >= capacity) invalid("A text of " + std::to_string(from.size()) + " bytes does not fit into " + std::to_string(capacity) + ".");
    std::memcpy(to, from.c_str(), from.size() + 1);
}

// Runs body with the model, which nobody else can use meanwhile.
template <typename Body> int32_t with_model(fed_model *model, Body body) noexcept
{
    return guarded([&] {
        require(model != nullptr, "Model is null.");
        InUse in_use(model->classifier);
        body(model->classifier);
    });
}

fed_tensor describe(const Parameter &parameter, int64_t offset)
{
    fed_tensor tensor{};
    tensor.size = sizeof tensor;
    tensor.is_buffer = parameter.is_buffer;
    tensor.offset = offset;
    tensor.rank = static_cast<int32_t>(parameter.shape.size());
    std::copy(parameter.shape.begin(), parameter.shape.end(), tensor.shape);
    copy_text(parameter.name, tensor.name, sizeof tensor.name);
    return tensor;
}
}

int32_t fed_abi_version(void) { return FED_ABI_VERSION; }

const char *fed_last_error(void) { return last_error(); }

int32_t fed_build_text(char *text, int32_t capacity)
{
    return guarded([&] { copy_text(build_text(), text, capacity); });
}

int32_t fed_layout_tensor_count(const fed_network *network, int32_t *tensor_count)
{
    return guarded([&] {
        require(tensor_count != nullptr, "Tensor count is null.");
        *tensor_count = static_cast<int32_t>(make_network(checked(network, "fed_network"))->registry().all().size());
    });
}

int32_t fed_layout_tensors(const fed_network *network, fed_tensor *tensors, int32_t tensor_count)
{
    return guarded([&] {
        require(tensors != nullptr, "Tensors are null.");
        const auto parameters = make_network(checked(network, "fed_network"))->registry().all();
        require_equal("Tensor count", static_cast<int64_t>(parameters.size()), tensor_count);
        int64_t offset = 0;
        for (const auto &parameter : parameters) {
            *tensors++ = describe(*parameter, offset);
            offset += parameter->count();
        }
    });
}

int32_t fed_model_create(const fed_network *network, const fed_compute *compute, fed_model **model)
{
    return guarded([&] {
        require(model != nullptr, "The place for the model is null.");
        *model = nullptr;
        *model = new fed_model(checked(network, "fed_network"), checked(compute, "fed_compute"));
    });
}

void fed_model_free(fed_model *model) { delete model; }

int32_t fed_model_device_text(const fed_model *model, char *text, int32_t capacity)
{
    return guarded([&] {
        require(model != nullptr, "Model is null.");
        copy_text(model->classifier.compute().text(), text, capacity);
    });
}

int32_t fed_model_get_values(fed_model *model, float *values, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) { classifier.get_values(values, count); });
}

int32_t fed_model_set_values(fed_model *model, const float *values, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) { classifier.set_values(values, count); });
}

int32_t fed_model_reset_optimizer(fed_model *model)
{
    return with_model(model, [&](Classifier &classifier) { classifier.optimizer().reset(); });
}

int32_t fed_model_get_optimizer(fed_model *model, fed_optimizer_state *state, float *moments, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) {
        checked(state, "fed_optimizer_state");
        require(moments != nullptr, "Moments are null.");
        *state = classifier.optimizer().get(moments, count);
    });
}

int32_t fed_model_set_optimizer(fed_model *model, const fed_optimizer_state *state, const float *moments, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) {
        require(moments != nullptr, "Moments are null.");
        classifier.optimizer().set(checked(state, "fed_optimizer_state"), moments, count);
    });
}

int32_t fed_model_get_random(fed_model *model, uint8_t *bytes, int64_t capacity, int64_t *count)
{
    return with_model(model, [&](Classifier &classifier) {
        require(count != nullptr, "Count is null.");
        const at::Tensor state = classifier.random_state();
        *count = state.numel();
        if (bytes == nullptr) return;
        require_equal("Random state", state.numel(), capacity);
        std::memcpy(bytes, state.data_ptr<uint8_t>(), state.numel());
    });
}

int32_t fed_model_set_random(fed_model *model, const uint8_t *bytes, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) {
        require(bytes != nullptr, "Random state is null.");
        require_equal("Random state", classifier.random_state().numel(), count);
        classifier.set_random_state(at::from_blob(const_cast<uint8_t *>(bytes), {count}, at::kByte).clone());
    });
}

int32_t fed_model_train_step(fed_model *model, const fed_batch *batch, const fed_loss *loss, const fed_step *step, fed_step_result *result)
{
    return with_model(model, [&](Classifier &classifier) {
        checked(result, "fed_step_result");
        *result = classifier.train_step(checked(batch, "fed_batch"), checked(loss, "fed_loss"), checked(step, "fed_step"));
    });
}

int32_t fed_model_gradient(fed_model *model, const fed_batch *batch, const fed_loss *loss, float *gradient, int64_t count, fed_step_result *result)
{
    return with_model(model, [&](Classifier &classifier) {
        checked(result, "fed_step_result");
        *result = classifier.gradient(checked(batch, "fed_batch"), checked(loss, "fed_loss"), gradient, count);
    });
}

int32_t fed_model_private_gradient(
    fed_model *model, const fed_batch *batch, const fed_loss *loss, const fed_clipping *clipping, float *gradient, int64_t count, double *norms, fed_step_result *result)
{
    return with_model(model, [&](Classifier &classifier) {
        checked(result, "fed_step_result");
        *result = classifier.private_gradient(checked(batch, "fed_batch"), checked(loss, "fed_loss"), checked(clipping, "fed_clipping"), gradient, count, norms);
    });
}

int32_t fed_model_apply_gradient(fed_model *model, const float *gradient, int64_t count, const fed_step *step)
{
    return with_model(model, [&](Classifier &classifier) { classifier.apply_gradient(gradient, count, checked(step, "fed_step")); });
}

int32_t fed_model_features(fed_model *model, const fed_batch *batch, float *features, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) { classifier.features(checked(batch, "fed_batch"), features, count); });
}

int32_t fed_model_predict(fed_model *model, const fed_batch *batch, float *logits, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) { classifier.predict(checked(batch, "fed_batch"), logits, count); });
}

int32_t fed_model_input_gradient(fed_model *model, const fed_batch *batch, const fed_loss *loss, float *gradient, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) { classifier.input_gradient(checked(batch, "fed_batch"), checked(loss, "fed_loss"), gradient, count); });
}

int32_t fed_model_grad_cam(fed_model *model, const fed_batch *batch, float *maps, int64_t count)
{
    return with_model(model, [&](Classifier &classifier) { classifier.grad_cam(checked(batch, "fed_batch"), maps, count); });
}

int32_t fed_test_fault(int32_t kind)
{
    return guarded([&] {
        switch (kind) {
        case 0: at::ones({2, 3}).matmul(at::ones({2, 3})); break;
        case 1: at::empty({int64_t{1} << 50}, at::kFloat); break;
        case 2: throw 42;
        case 3: throw std::bad_alloc();
        case 4: throw std::runtime_error("A fault that a test asked for.");
        case 5: require_memory(1e18, "A test"); break;
        default: invalid("Fault must be 0 to 5 but is " + std::to_string(kind) + ".");
        }
    });
}

int32_t fed_test_hold(fed_model *model, int32_t hold)
{
    return guarded([&] {
        require(model != nullptr, "Model is null.");
        if (hold) model->classifier.acquire();
        else model->classifier.release();
    });
}
