// ResNet-50 (He et al. 2016) as torchvision builds it: stride on the 3x3 convolution ("v1.5"), expansion 4.
#include "network.h"

#include <cmath>

namespace fedtorch {

namespace {
constexpr int64_t expansion = 4;

// With GroupNorm the last scale of each block starts at 0.3: at 0 a short federated round stalls, at 1 institutions drift apart.
// With BatchNorm it starts at 1, as in torchvision.
constexpr double last_scale_group_norm = 0.3;

class Bottleneck {
public:
    Bottleneck(Registry &registry, const std::string &name, int64_t in, int64_t middle, int64_t stride, bool projects, NormalizationKind kind)
        : conv1_(registry, name + ".conv1", in, middle, 1, 1), norm1_(registry, name + ".bn1", middle, kind),
          conv2_(registry, name + ".conv2", middle, middle, 3, stride), norm2_(registry, name + ".bn2", middle, kind),
          conv3_(registry, name + ".conv3", middle, middle * expansion, 1, 1), norm3_(registry, name + ".bn3", middle * expansion, kind)
    {
        if (!projects) return;
        shortcut_ = std::make_unique<Convolution>(registry, name + ".downsample.0", in, middle * expansion, 1, stride);
        shortcut_norm_ = std::make_unique<Normalization>(registry, name + ".downsample.1", middle * expansion, kind);
    }

    Tensor forward(const Tensor &input, const Pass &pass) const
    {
        Tensor output = norm1_.forward_relu(conv1_.forward(input, pass), {}, pass);
        output = norm2_.forward_relu(conv2_.forward(output, pass), {}, pass);
        output = conv3_.forward(output, pass);
        const Tensor residual = shortcut_ ? shortcut_norm_->forward(shortcut_->forward(input, pass), pass) : input;
        return norm3_.forward_relu(output, residual, pass);
    }

    void initialize(at::Generator &random, double last_scale) const
    {
        for (const Convolution *convolution : {&conv1_, &conv2_, &conv3_}) convolution->initialize(random);
        norm1_.initialize();
        norm2_.initialize();
        norm3_.initialize(last_scale);
        if (!shortcut_) return;
        shortcut_->initialize(random);
        shortcut_norm_->initialize();
    }

private:
    Convolution conv1_;
    Normalization norm1_;
    Convolution conv2_;
    Normalization norm2_;
    Convolution conv3_;
    Normalization norm3_;
    std::unique_ptr<Convolution> shortcut_;
    std::unique_ptr<Normalization> shortcut_norm_;
};

class ResNet50 final : public Network {
public:
    ResNet50(int64_t input_channels, int64_t class_count, NormalizationKind kind, int64_t width)
        : kind_(kind), width_(width), stem_(registry_, "conv1", input_channels, width, 7, 2), stem_norm_(registry_, "bn1", width, kind)
    {
        const int64_t depths[] = {3, 4, 6, 3};
        int64_t in = width;
        for (int stage = 0; stage < 4; stage++) {
            const int64_t middle = width << stage;
            for (int64_t block = 0; block < depths[stage]; block++) {
                const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(block);
                blocks_.push_back(std::make_unique<Bottleneck>(registry_, name, in, middle, block == 0 && stage > 0 ? 2 : 1, block == 0, kind));
                in = middle * expansion;
            }
        }

        head_ = std::make_unique<Linear>(registry_, "fc", in, class_count);
        head_bound_ = 1 / std::sqrt(static_cast<double>(in));
    }

    Tensor forward(Tensor input, const Pass &pass) const override
    {
        Tensor maps = stem_norm_.forward_relu(stem_.forward(input, pass), {}, pass);
        maps = at::max_pool2d(maps, 3, 2, 1);
        for (const auto &block : blocks_) maps = block->forward(maps, pass);
        if (pass.features) *pass.features = maps;
        return head_->forward(at::adaptive_avg_pool2d(maps, {1, 1}).flatten(1), pass);
    }

    void initialize(at::Generator &random) const override
    {
        stem_.initialize(random);
        stem_norm_.initialize();
        for (const auto &block : blocks_) block->initialize(random, kind_ == NormalizationKind::Group ? last_scale_group_norm : 1);
        head_->initialize(random, head_bound_, head_bound_);
    }

    bool keeps_images_apart() const override { return kind_ == NormalizationKind::Group; }
    double activations_per_pixel() const override { return 650.0 * width_ / 64; }

private:
    NormalizationKind kind_;
    int64_t width_;
    Convolution stem_;
    Normalization stem_norm_;
    std::vector<std::unique_ptr<Bottleneck>> blocks_;
    std::unique_ptr<Linear> head_;
    double head_bound_ = 0;
};
}

std::unique_ptr<Network> make_resnet50(int64_t input_channels, int64_t class_count, NormalizationKind kind, int64_t width)
{
    return std::make_unique<ResNet50>(input_channels, class_count, kind, width);
}

}
