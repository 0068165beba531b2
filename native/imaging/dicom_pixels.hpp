#pragma once
#include "image.hpp"

// How a DICOM file describes its pixels: module "Image Pixel" and what changes grey values on their way to the screen (PS3.3 C.7.6.3, C.11).
struct PixelDescription {
    uint32_t rows = 0, columns = 0;
    uint16_t samples = 1, allocated = 0, stored = 0, high_bit = 0, planar = 0;
    bool is_signed = false, inverted = false;
    double slope = 1, intercept = 0;
    bool has_window = false;
    double centre = 0, width = 0;
    enum class Curve { linear, linear_exact, sigmoid } curve = Curve::linear;
    bool has_padding = false;
    int32_t padding = 0;
};

// Refuses what cannot be right before anything is decoded.
void check(const PixelDescription &d, const Limits &limits);

// Bytes that one frame needs without compression.
size_t frame_bytes(const PixelDescription &d);

// Grey values as a radiologist sees them, from native little-endian pixel data of frame_bytes(d) bytes.
void render(const PixelDescription &d, const uint8_t *data, Image &image);
