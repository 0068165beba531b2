#include "network.h"

#include "errors.h"

namespace fedtorch {

std::unique_ptr<Network> make_network(const fed_network &description)
{
    const int64_t classes = description.class_count, channels = description.input_channels;
    if (classes < 2 || classes > 100000) invalid("Class count must be 2 to 100000 but is " + std::to_string(classes) + ".");
    if (channels != 1 && channels != 3) invalid("Input channels must be 1 or 3 but are " + std::to_string(channels) + ".");
    switch (description.architecture) {
    case FED_RESNET50: return make_resnet50(channels, classes, NormalizationKind::Batch, 64);
    case FED_RESNET50_GROUPNORM: return make_resnet50(channels, classes, NormalizationKind::Group, 64);
    case FED_RESNET50_SLIM: return make_resnet50(channels, classes, NormalizationKind::Group, 16);
    case FED_EFFICIENTNET_B0: return make_efficientnet_b0(channels, classes);
    default: invalid("Architecture must be 0 to 3 but is " + std::to_string(description.architecture) + ".");
    }
}

}
