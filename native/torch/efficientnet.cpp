// EfficientNet-B0 (Tan and Le 2019) as torchvision builds it: squeeze and excitation, SiLU, stochastic depth up to 0.2, dropout 0.2.
#include "network.h"

#include <algorithm>
#include <cmath>

namespace fedtorch {

namespace {
constexpr double stochastic_depth = 0.2, dropout = 0.2;
constexpr int64_t feature_count = 1280;

// Zeroes with probability p and scales the rest by 1 / (1 - p). The mask is drawn on the processor, so a seed means the same on every device.
Tensor drop(const Tensor &input, at::IntArrayRef mask_shape, double p, const Pass &pass)
{
    if (!pass.training || p == 0) return input;
    const Tensor mask = at::empty(mask_shape, at::kFloat).bernoulli_(1 - p, *pass.random).div_(1 - p);
    return input * mask.to(input.options());
}

// Convolution, BatchNorm and, where asked for, SiLU.
class ConvolutionUnit {
public:
    ConvolutionUnit(Registry &registry, const std::string &name, int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups, bool activates)
        : convolution_(registry, name + ".0", in, out, kernel, stride, groups), norm_(registry, name + ".1", out, NormalizationKind::Batch), activates_(activates)
    {
    }

    Tensor forward(const Tensor &input, const Pass &pass) const
    {
        Tensor output = norm_.forward(convolution_.forward(input, pass), pass);
        return activates_ ? at::silu_(output) : output;
    }

    void initialize(at::Generator &random) const
    {
        convolution_.initialize(random);
        norm_.initialize();
    }

private:
    Convolution convolution_;
    Normalization norm_;
    bool activates_;
};

class SqueezeExcitation {
public:
    SqueezeExcitation(Registry &registry, const std::string &name, int64_t channels, int64_t squeezed)
        : reduce_(registry, name + ".fc1", channels, squeezed, 1, 1, 1, true), expand_(registry, name + ".fc2", squeezed, channels, 1, 1, 1, true)
    {
    }

    Tensor forward(const Tensor &input, const Pass &pass) const
    {
        const Tensor squeezed = at::silu(reduce_.forward(at::adaptive_avg_pool2d(input, {1, 1}), pass));
        return input * at::sigmoid(expand_.forward(squeezed, pass));
    }

    void initialize(at::Generator &random) const
    {
        reduce_.initialize(random);
        expand_.initialize(random);
    }

private:
    Convolution reduce_, expand_;
};

// Inverted residual: expand, depthwise convolution, squeeze and excitation, project.
class InvertedResidual {
public:
    struct Shape {
        int64_t in, out, kernel, stride, expansion;
    };

    InvertedResidual(Registry &registry, const std::string &name, const Shape &shape, double drop_probability)
        : drop_probability_(drop_probability), has_residual_(shape.stride == 1 && shape.in == shape.out)
    {
        const int64_t middle = shape.in * shape.expansion;
        int part = 0;
        const auto next = [&] { return name + ".block." + std::to_string(part++); };
        if (shape.expansion != 1) expand_ = std::make_unique<ConvolutionUnit>(registry, next(), shape.in, middle, 1, 1, 1, true);
        depthwise_ = std::make_unique<ConvolutionUnit>(registry, next(), middle, middle, shape.kernel, shape.stride, middle, true);
        excite_ = std::make_unique<SqueezeExcitation>(registry, next(), middle, std::max<int64_t>(1, shape.in / 4));
        project_ = std::make_unique<ConvolutionUnit>(registry, next(), middle, shape.out, 1, 1, 1, false);
    }

    Tensor forward(const Tensor &input, const Pass &pass) const
    {
        Tensor output = expand_ ? expand_->forward(input, pass) : input;
        output = project_->forward(excite_->forward(depthwise_->forward(output, pass), pass), pass);
        return has_residual_ ? drop(output, {input.size(0), 1, 1, 1}, drop_probability_, pass) + input : output;
    }

    void initialize(at::Generator &random) const
    {
        if (expand_) expand_->initialize(random);
        depthwise_->initialize(random);
        excite_->initialize(random);
        project_->initialize(random);
    }

private:
    double drop_probability_;
    bool has_residual_;
    std::unique_ptr<ConvolutionUnit> expand_, depthwise_, project_;
    std::unique_ptr<SqueezeExcitation> excite_;
};

class EfficientNetB0 final : public Network {
public:
    EfficientNetB0(int64_t input_channels, int64_t class_count)
        : stem_(std::make_unique<ConvolutionUnit>(registry_, "features.0", input_channels, 32, 3, 2, 1, true))
    {
        struct Stage {
            InvertedResidual::Shape first;
            int blocks;
        };
        const Stage stages[] = {{{32, 16, 3, 1, 1}, 1}, {{16, 24, 3, 2, 6}, 2}, {{24, 40, 5, 2, 6}, 2}, {{40, 80, 3, 2, 6}, 3},
                                {{80, 112, 5, 1, 6}, 3}, {{112, 192, 5, 2, 6}, 4}, {{192, 320, 3, 1, 6}, 1}};
        const double total_blocks = 16;
        for (int stage = 0; stage < 7; stage++) {
            InvertedResidual::Shape shape = stages[stage].first;
            for (int block = 0; block < stages[stage].blocks; block++) {
                const std::string name = "features." + std::to_string(stage + 1) + "." + std::to_string(block);
                blocks_.push_back(std::make_unique<InvertedResidual>(registry_, name, shape, stochastic_depth * blocks_.size() / total_blocks));
                shape.in = shape.out;
                shape.stride = 1;
            }
        }

        last_ = std::make_unique<ConvolutionUnit>(registry_, "features.8", 320, feature_count, 1, 1, 1, true);
        head_ = std::make_unique<Linear>(registry_, "classifier.1", feature_count, class_count);
        head_bound_ = 1 / std::sqrt(static_cast<double>(class_count));
    }

    Tensor forward(Tensor input, const Pass &pass) const override
    {
        Tensor maps = stem_->forward(input, pass);
        for (const auto &block : blocks_) maps = block->forward(maps, pass);
        maps = last_->forward(maps, pass);
        if (pass.features) *pass.features = maps;
        const Tensor features = at::adaptive_avg_pool2d(maps, {1, 1}).flatten(1);
        return head_->forward(drop(features, features.sizes(), dropout, pass), pass);
    }

    void initialize(at::Generator &random) const override
    {
        stem_->initialize(random);
        for (const auto &block : blocks_) block->initialize(random);
        last_->initialize(random);
        head_->initialize(random, head_bound_, 0);
    }

    double activations_per_pixel() const override { return 500; }

private:
    std::unique_ptr<ConvolutionUnit> stem_, last_;
    std::vector<std::unique_ptr<InvertedResidual>> blocks_;
    std::unique_ptr<Linear> head_;
    double head_bound_ = 0;
};
}

std::unique_ptr<Network> make_efficientnet_b0(int64_t input_channels, int64_t class_count)
{
    return std::make_unique<EfficientNetB0>(input_channels, class_count);
}

}
