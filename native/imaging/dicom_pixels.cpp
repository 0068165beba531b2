#include "dicom_pixels.hpp"

#include <algorithm>
#include <cmath>

#include "grey.hpp"

namespace {

// Stored values: the bits below HighBit, sign-extended where the file says so.
std::vector<int32_t> stored_values(const PixelDescription &d, const uint8_t *data) {
    const size_t count = size_t(d.rows) * d.columns;
    const int shift = d.high_bit + 1 - d.stored;
    const uint32_t mask = (1u << d.stored) - 1, sign = 1u << (d.stored - 1);
    std::vector<int32_t> values(count);
    for (size_t i = 0; i < count; i++) {
        const uint32_t raw = d.allocated == 8 ? data[i] : uint32_t(data[2 * i]) | uint32_t(data[2 * i + 1]) << 8;
        const uint32_t bits = (raw >> shift) & mask;
        values[i] = d.is_signed && (bits & sign) ? int32_t(bits) - int32_t(mask) - 1 : int32_t(bits);
    }
    return values;
}

struct Range {
    double low, high;
};

// The values that become black and white where no window is given: the full range of unsigned storage, else what occurs.
Range range_of(const PixelDescription &d, const std::vector<int32_t> &values, Image &image) {
    int32_t low = INT32_MAX, high = INT32_MIN;
    for (int32_t value : values) {
        if (d.has_padding && value == d.padding) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (low > high) return {0, 1};
    if (d.is_signed) return {double(low), double(high)};
    for (int bits : {8, 10, 12, 14}) {
        if (bits < d.stored && high > 0 && high < (1 << bits)) {
            image.fact("note", "The " + std::to_string(d.stored) + "-bit values use only " + std::to_string(bits) + " bits; they were spread over the whole range.");
            return {0, double((1 << bits) - 1)};
        }
    }
    return {0, double((1u << d.stored) - 1)};
}

// 0…1 after the window (PS3.3 C.11.2.1.2 and C.11.2.1.3).
double windowed(const PixelDescription &d, double value) {
    if (d.curve == PixelDescription::Curve::sigmoid) return 1 / (1 + std::exp(-4 * (value - d.centre) / d.width));
    if (d.curve == PixelDescription::Curve::linear_exact) return (value - d.centre) / d.width + 0.5;
    if (d.width <= 1) return value <= d.centre - 0.5 ? 0 : 1;
    return (value - (d.centre - 0.5)) / (d.width - 1) + 0.5;
}

void render_grey(const PixelDescription &d, const uint8_t *data, Image &image) {
    const std::vector<int32_t> values = stored_values(d, data);
    const Range range = d.has_window ? Range{0, 1} : range_of(d, values, image);
    for (size_t i = 0; i < values.size(); i++) {
        double shown = d.has_window ? windowed(d, values[i] * d.slope + d.intercept)
            : range.high > range.low ? (values[i] - range.low) / (range.high - range.low) : 0;
        if (!d.has_window && d.slope < 0) shown = 1 - shown;
        if (d.inverted) shown = 1 - shown;
        if (d.has_padding && values[i] == d.padding) shown = 0;
        image.pixels[i] = uint16_t(std::lround(std::clamp(shown, 0.0, 1.0) * 65535));
    }
    image.fact("colour", "0.0000");
}

void render_rgb(const PixelDescription &d, const uint8_t *data, Image &image) {
    const size_t count = size_t(d.rows) * d.columns, step = d.planar ? 1 : 3, plane = d.planar ? count : 1;
    ColourMeter colour;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = data + i * step;
        const uint32_t r = p[0] * 257u, g = p[plane] * 257u, b = p[2 * plane] * 257u;
        colour.add(r, g, b);
        image.pixels[i] = luma(r, g, b);
    }
    colour.report(image);
}

}  // namespace

void check(const PixelDescription &d, const Limits &limits) {
    check_size(d.columns, d.rows, limits);
    if (d.samples != 1 && d.samples != 3) refuse("SamplesPerPixel is " + std::to_string(d.samples) + "; 1 and 3 are accepted.");
    if (d.allocated != 8 && d.allocated != 16) refuse("BitsAllocated is " + std::to_string(d.allocated) + "; 8 and 16 are accepted.");
    if (d.stored < 1 || d.stored > d.allocated || d.high_bit >= d.allocated || d.high_bit + 1 < d.stored) {
        refuse("BitsStored " + std::to_string(d.stored) + " and HighBit " + std::to_string(d.high_bit) + " do not fit BitsAllocated " + std::to_string(d.allocated) + ".");
    }
    if (d.samples == 3 && (d.allocated != 8 || d.stored != 8 || d.planar > 1)) refuse("Colour DICOM is accepted with 8 bits a sample only.");
    if (!std::isfinite(d.slope) || !std::isfinite(d.intercept) || d.slope == 0) refuse("The rescale slope or intercept is not a usable number.");
}

size_t frame_bytes(const PixelDescription &d) { return size_t(d.rows) * d.columns * d.samples * (d.allocated / 8); }

void render(const PixelDescription &d, const uint8_t *data, Image &image) {
    image.width = d.columns;
    image.height = d.rows;
    image.pixels.resize(size_t(d.rows) * d.columns);
    if (d.samples == 3) render_rgb(d, data, image);
    else render_grey(d, data, image);
}
