#include "grey.hpp"

#include <algorithm>
#include <cstdio>

void check_size(uint64_t width, uint64_t height, const Limits &limits) {
    if (width == 0 || height == 0) refuse("The header gives a size of " + std::to_string(width) + "x" + std::to_string(height) + ".");
    if (width > limits.max_side || height > limits.max_side || width * height > limits.max_pixels) {
        throw Refusal{Verdict::over_limit, "The header promises " + std::to_string(width) + "x" + std::to_string(height) + " pixels; at most " +
            std::to_string(limits.max_pixels) + " pixels and " + std::to_string(limits.max_side) + " a side are decoded."};
    }
}

void ColourMeter::report(Image &image) const {
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", count_ ? double(sum_) / double(count_) / 65535.0 : 0.0);
    image.fact("colour", text);
}

void stretch_container(Image &image) {
    uint32_t high = *std::max_element(image.pixels.begin(), image.pixels.end());
    for (uint32_t bits : {8u, 10u, 12u, 14u}) {
        uint32_t top = (1u << bits) - 1;
        if (high == 0 || high > top) continue;
        for (uint16_t &pixel : image.pixels) pixel = uint16_t((uint32_t(pixel) * 65535u + top / 2) / top);
        image.fact("note", "The 16-bit values use only " + std::to_string(bits) + " bits; they were spread over the whole range.");
        return;
    }
}
