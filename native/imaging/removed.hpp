#pragma once
#include <array>

#include "image.hpp"

// What a file said beside its pixels, counted by kind and then dropped. Only the counts leave the decoder.
enum class Removed { names, dates, identifiers, texts, private_data, overlays, camera, other, count };

class RemovedMeter {
public:
    void add(Removed kind) { counts_[size_t(kind)]++; }
    void report(Image &image) const {
        static constexpr const char *names[] = {
            "removed_names", "removed_dates", "removed_identifiers", "removed_texts", "removed_private", "removed_overlays", "removed_camera", "removed_other"};
        for (size_t i = 0; i < counts_.size(); i++) if (counts_[i] > 0) image.fact(names[i], std::to_string(counts_[i]));
    }

private:
    std::array<uint32_t, size_t(Removed::count)> counts_{};
};
