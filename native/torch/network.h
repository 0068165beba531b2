// The networks, under torchvision's names.
#pragma once
#include "fedtorch.h"
#include "layers.h"

namespace fedtorch {

class Network {
public:
    virtual ~Network() = default;

    // input: images x channels x height x width, in the activation type; returns float32 logits, images x classes.
    virtual Tensor forward(Tensor input, const Pass &pass) const = 0;
    virtual void initialize(at::Generator &random) const = 0;

    // Values that one training step keeps alive, per pixel of one input image. Measured, for the memory budget.
    virtual double activations_per_pixel() const = 0;

    // True when no image of a training batch influences another's output: only then can one patient's influence be bounded.
    virtual bool keeps_images_apart() const { return false; }

    const Registry &registry() const { return registry_; }

protected:
    Registry registry_;
};

std::unique_ptr<Network> make_resnet50(int64_t input_channels, int64_t class_count, NormalizationKind kind, int64_t width);
std::unique_ptr<Network> make_efficientnet_b0(int64_t input_channels, int64_t class_count);

// Checks the description; needs no values and little time.
std::unique_ptr<Network> make_network(const fed_network &description);

}
