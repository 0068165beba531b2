// What every codec takes and gives. Untrusted bytes come in; grey pixels and a few facts go out, or a Refusal in words.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

struct Bytes {
    const uint8_t *data;
    size_t size;
};

struct Limits {
    uint64_t max_pixels = 32u << 20;
    uint32_t max_side = 16384;
};

enum class Verdict : uint32_t { decoded = 0, refused = 1, over_limit = 2 };

// Thrown by a codec. The reason is ours: it never quotes text out of the file.
struct Refusal {
    Verdict verdict;
    std::string reason;
};

[[noreturn]] inline void refuse(std::string reason) { throw Refusal{Verdict::refused, std::move(reason)}; }

struct Image {
    uint32_t width = 0, height = 0;
    std::vector<uint16_t> pixels;                               // row-major, 0 black, 65535 white
    std::vector<std::pair<std::string, std::string>> facts;     // name, value; see main.cpp

    void fact(const char *name, std::string value) { facts.emplace_back(name, std::move(value)); }
};

// Refuses zero, negative and oversized dimensions. Call it before anything is allocated or decoded.
void check_size(uint64_t width, uint64_t height, const Limits &limits);

Image decode_png(Bytes file, const Limits &limits);
Image decode_jpeg(Bytes file, const Limits &limits);
Image decode_tiff(Bytes file, const Limits &limits);
Image decode_dicom(Bytes file, const Limits &limits);
