#include "orientation.hpp"

#include <utility>

int orientation_of_tiff(Bytes tiff) {
    if (tiff.size < 8) return 1;
    bool little = tiff.data[0] == 'I' && tiff.data[1] == 'I';
    if (!little && !(tiff.data[0] == 'M' && tiff.data[1] == 'M')) return 1;
    auto u16 = [&](size_t at) { return little ? tiff.data[at] | tiff.data[at + 1] << 8 : tiff.data[at] << 8 | tiff.data[at + 1]; };
    auto u32 = [&](size_t at) { return little ? uint32_t(u16(at)) | uint32_t(u16(at + 2)) << 16 : uint32_t(u16(at)) << 16 | uint32_t(u16(at + 2)); };
    size_t directory = u32(4);
    if (directory > tiff.size - 2) return 1;
    size_t entries = size_t(u16(directory));
    for (size_t i = 0, at = directory + 2; i < entries && at + 12 <= tiff.size; i++, at += 12) {
        if (u16(at) == 0x0112) {
            int value = u16(at + 8);
            return value >= 1 && value <= 8 ? value : 1;
        }
    }
    return 1;
}

void apply_orientation(Image &image, int orientation) {
    if (orientation <= 1 || orientation > 8) return;
    const uint32_t w = image.width, h = image.height;
    const bool swaps = orientation >= 5;
    const uint32_t out_w = swaps ? h : w, out_h = swaps ? w : h;
    std::vector<uint16_t> turned(image.pixels.size());
    for (uint32_t y = 0; y < out_h; y++) {
        for (uint32_t x = 0; x < out_w; x++) {
            uint32_t sx = swaps ? y : x, sy = swaps ? x : y;    // 5 is the plain transpose
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) sx = w - 1 - sx;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) sy = h - 1 - sy;
            turned[size_t(y) * out_w + x] = image.pixels[size_t(sy) * w + sx];
        }
    }
    image.pixels = std::move(turned);
    image.width = out_w;
    image.height = out_h;
    image.fact("note", "The picture was turned upright as its orientation tag says.");
}
