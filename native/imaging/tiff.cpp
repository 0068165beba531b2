// TIFF through libtiff, from memory: the first page, grey or RGB, 8 or 16 bits, in strips.
#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "grey.hpp"
#include "orientation.hpp"
#include "removed.hpp"

namespace {

struct Cursor {
    Bytes file;
    uint64_t at;
};

tmsize_t read_some(thandle_t handle, void *out, tmsize_t count) {
    auto &cursor = *static_cast<Cursor *>(handle);
    if (cursor.at >= cursor.file.size || count <= 0) return 0;
    const size_t n = std::min<uint64_t>(uint64_t(count), cursor.file.size - cursor.at);
    std::memcpy(out, cursor.file.data + cursor.at, n);
    cursor.at += n;
    return tmsize_t(n);
}

tmsize_t write_none(thandle_t, void *, tmsize_t) { return 0; }

toff_t seek(thandle_t handle, toff_t offset, int whence) {
    auto &cursor = *static_cast<Cursor *>(handle);
    cursor.at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? cursor.at + offset : cursor.file.size + offset;
    return cursor.at;
}

int close_nothing(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return static_cast<Cursor *>(handle)->file.size; }

struct Layout {
    uint32_t width = 0, height = 0;
    uint16_t bits = 1, channels = 1, photometric = 0, format = SAMPLEFORMAT_UINT, planar = PLANARCONFIG_CONTIG, orientation = 1;
};

Layout read_layout(TIFF *tiff, const Limits &limits) {
    Layout l;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &l.width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &l.height);
    check_size(l.width, l.height, limits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &l.bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &l.channels);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &l.format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &l.planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &l.orientation);
    if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &l.photometric)) refuse("The TIFF does not say how its values are meant.");
    const bool grey = (l.photometric == PHOTOMETRIC_MINISBLACK || l.photometric == PHOTOMETRIC_MINISWHITE) && l.channels >= 1 && l.channels <= 2;
    const bool rgb = l.photometric == PHOTOMETRIC_RGB && l.channels >= 3 && l.channels <= 4;
    if ((!grey && !rgb) || (l.bits != 8 && l.bits != 16) || l.format != SAMPLEFORMAT_UINT) refuse("The TIFF is not grey or RGB of 8 or 16 bits.");
    if (TIFFIsTiled(tiff) || (l.planar != PLANARCONFIG_CONTIG && l.channels > 1)) refuse("TIFF in tiles or planes is not accepted.");
    return l;
}

void count_removed(TIFF *tiff, Image &image) {
    RemovedMeter removed;
    const char *text = nullptr;
    for (const uint32_t tag : {TIFFTAG_DOCUMENTNAME, TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_PAGENAME, TIFFTAG_COPYRIGHT}) if (TIFFGetField(tiff, tag, &text)) removed.add(Removed::texts);
    for (const uint32_t tag : {TIFFTAG_MAKE, TIFFTAG_MODEL, TIFFTAG_SOFTWARE, TIFFTAG_HOSTCOMPUTER}) if (TIFFGetField(tiff, tag, &text)) removed.add(Removed::camera);
    if (TIFFGetField(tiff, TIFFTAG_ARTIST, &text)) removed.add(Removed::names);
    if (TIFFGetField(tiff, TIFFTAG_DATETIME, &text)) removed.add(Removed::dates);
    removed.report(image);
}

}  // namespace

Image decode_tiff(Bytes file, const Limits &limits) {
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
    Cursor cursor{file, 0};
    std::unique_ptr<TIFF, decltype(&TIFFClose)> tiff(
        TIFFClientOpen("memory", "rm", &cursor, read_some, write_none, seek, close_nothing, size_of, nullptr, nullptr), TIFFClose);
    if (!tiff) refuse("The TIFF header is damaged.");
    const Layout l = read_layout(tiff.get(), limits);
    const size_t row_bytes = size_t(l.width) * l.channels * (l.bits / 8);
    if (TIFFScanlineSize(tiff.get()) != tmsize_t(row_bytes)) refuse("The TIFF rows do not have the length that its header promises.");

    Image image;
    image.width = l.width;
    image.height = l.height;
    image.pixels.resize(size_t(l.width) * l.height);
    std::vector<uint8_t> row(row_bytes);
    ColourMeter colour;
    for (uint32_t y = 0; y < l.height; y++) {
        if (TIFFReadScanline(tiff.get(), row.data(), y) != 1) refuse("The TIFF pixel data is damaged or cut off.");
        auto value = [&](size_t i) -> uint32_t {
            if (l.bits == 8) return row[i] * 257u;
            uint16_t wide;
            std::memcpy(&wide, row.data() + 2 * i, 2);
            return wide;
        };
        uint16_t *out = image.pixels.data() + size_t(y) * l.width;
        for (uint32_t x = 0; x < l.width; x++) {
            const size_t first = size_t(x) * l.channels;
            if (l.photometric == PHOTOMETRIC_RGB) {
                const uint32_t r = value(first), g = value(first + 1), b = value(first + 2);
                colour.add(r, g, b);
                out[x] = luma(r, g, b);
            } else {
                out[x] = uint16_t(value(first));
            }
        }
    }

    image.fact("format", "tiff");
    image.fact("bits", std::to_string(l.bits));
    colour.report(image);
    count_removed(tiff.get(), image);
    if (l.bits == 16) stretch_container(image);
    if (l.photometric == PHOTOMETRIC_MINISWHITE) for (uint16_t &pixel : image.pixels) pixel = uint16_t(65535 - pixel);
    if (TIFFReadDirectory(tiff.get())) image.fact("note", "Only the first page was read.");
    apply_orientation(image, l.orientation);
    return image;
}
