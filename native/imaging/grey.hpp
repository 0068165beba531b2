#pragma once
#include "image.hpp"

// BT.601 luma of 16-bit values; equal values give exactly that value.
inline uint16_t luma(uint32_t r, uint32_t g, uint32_t b) { return uint16_t((19595u * r + 38470u * g + 7471u * b + 32768u) >> 16); }

// Averages max(r,g,b) - min(r,g,b) over an image: 0 for grey, 1 for pure colours.
class ColourMeter {
public:
    void add(uint32_t r, uint32_t g, uint32_t b) {
        uint32_t high = r > g ? (r > b ? r : b) : (g > b ? g : b), low = r < g ? (r < b ? r : b) : (g < b ? g : b);
        sum_ += high - low;
        count_++;
    }
    void report(Image &image) const;

private:
    uint64_t sum_ = 0, count_ = 0;
};

// A 16-bit container often holds 10, 12 or 14-bit values: spreads them over the whole range and notes it.
void stretch_container(Image &image);
