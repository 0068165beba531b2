// PNG, read strictly: every CRC, the Adler sum and the exact amount of pixel data are checked. Text and other ancillary chunks are never inflated.
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "grey.hpp"
#include "orientation.hpp"
#include "removed.hpp"

namespace {

struct Header {
    uint32_t width, height;
    int depth, type, channels;
    bool interlaced;
};

struct Pass {
    uint32_t x0, y0, dx, dy;
};

constexpr Pass whole[] = {{0, 0, 1, 1}};
constexpr Pass adam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

struct Chunks {
    Header header{};
    std::vector<Bytes> data;
    Bytes palette{nullptr, 0}, transparency{nullptr, 0}, exif{nullptr, 0};
    RemovedMeter removed;
    bool trailing = false;
};

uint32_t be32(const uint8_t *p) { return uint32_t(p[0]) << 24 | uint32_t(p[1]) << 16 | uint32_t(p[2]) << 8 | p[3]; }

Header read_header(const uint8_t *p, uint32_t length, const Limits &limits) {
    if (length != 13) refuse("The PNG header chunk has the wrong length.");
    check_size(be32(p), be32(p + 4), limits);
    Header h{be32(p), be32(p + 4), p[8], p[9], 0, p[12] == 1};
    const bool low = h.depth == 1 || h.depth == 2 || h.depth == 4;
    const bool high = h.depth == 8 || h.depth == 16;
    const bool right = (h.type == 0 && (low || high)) || (h.type == 3 && (low || h.depth == 8)) || ((h.type == 2 || h.type == 4 || h.type == 6) && high);
    if (!right || p[10] != 0 || p[11] != 0 || p[12] > 1) refuse("The PNG header names a colour type, depth or method that PNG does not have.");
    h.channels = h.type == 2 ? 3 : h.type == 4 ? 2 : h.type == 6 ? 4 : 1;
    return h;
}

Chunks read_chunks(Bytes file, const Limits &limits) {
    Chunks found;
    size_t at = 8;
    bool ended_data = false;
    for (bool first = true;; first = false) {
        if (file.size - at < 12) refuse("The PNG ends before its end marker.");
        const uint32_t length = be32(file.data + at);
        const uint8_t *name = file.data + at + 4, *body = name + 4;
        if (length > file.size - at - 12) refuse("A PNG chunk is longer than the file.");
        if (crc32(crc32(0, nullptr, 0), name, length + 4) != be32(body + length)) refuse("A PNG chunk has a wrong checksum.");
        auto is = [name](const char *other) { return std::memcmp(name, other, 4) == 0; };
        if (first != is("IHDR")) refuse("The PNG header chunk is not first.");
        if (first) found.header = read_header(body, length, limits);
        if (is("IDAT") && ended_data) refuse("The PNG pixel data is not in one piece.");
        ended_data = ended_data || (!found.data.empty() && !is("IDAT"));
        if (is("IDAT")) found.data.push_back({body, length});
        else if (is("PLTE")) found.palette = {body, length};
        else if (is("tRNS")) found.transparency = {body, length};
        else if (is("eXIf")) found.exif = {body, length};
        if (is("eXIf")) found.removed.add(Removed::camera);
        else if (is("tEXt") || is("zTXt") || is("iTXt")) found.removed.add(Removed::texts);
        else if (is("tIME")) found.removed.add(Removed::dates);
        if (!first && !(name[0] & 0x20) && !is("IDAT") && !is("PLTE") && !is("IEND")) refuse("The PNG holds a critical chunk that is not known.");
        at += size_t(length) + 12;
        if (is("IEND")) break;
    }
    found.trailing = at != file.size;
    if (found.data.empty()) refuse("The PNG holds no pixel data.");
    if (found.header.type == 3 && (found.palette.size == 0 || found.palette.size % 3 != 0 || found.palette.size > 768)) refuse("The PNG palette is missing or has a wrong length.");
    return found;
}

struct Inflate {
    z_stream stream{};
    Inflate() {
        if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
    }
    ~Inflate() { inflateEnd(&stream); }
};

// Inflates all data chunks into exactly size bytes; a byte more or less is refused.
void inflate_exactly(const std::vector<Bytes> &chunks, uint8_t *out, size_t size) {
    Inflate zlib;
    z_stream &z = zlib.stream;
    uint8_t extra;
    size_t written = 0;
    int status = Z_OK;
    for (const Bytes &chunk : chunks) {
        z.next_in = const_cast<uint8_t *>(chunk.data);
        z.avail_in = uInt(chunk.size);
        while (z.avail_in > 0) {
            if (status == Z_STREAM_END) refuse("The PNG pixel data goes on after its end.");
            const bool full = written == size;
            z.next_out = full ? &extra : out + written;
            z.avail_out = full ? 1 : uInt(std::min<size_t>(size - written, 1u << 30));
            const uInt room = z.avail_out;
            status = inflate(&z, Z_NO_FLUSH);
            if (status == Z_MEM_ERROR) throw std::bad_alloc();
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) refuse("The PNG pixel data is damaged.");
            if (full && z.avail_out == 0) refuse("The PNG holds more pixel data than its header promises.");
            if (!full) written += room - z.avail_out;
            if (status == Z_BUF_ERROR && z.avail_in > 0 && z.avail_out > 0) refuse("The PNG pixel data is damaged.");
        }
    }
    if (status != Z_STREAM_END || written != size) refuse("The PNG holds less pixel data than its header promises.");
}

void unfilter(uint8_t *row, const uint8_t *above, size_t bytes, size_t step) {
    const uint8_t filter = *row++;
    switch (filter) {
        case 0: return;
        case 1:
            for (size_t i = step; i < bytes; i++) row[i] = uint8_t(row[i] + row[i - step]);
            return;
        case 2:
            if (above) for (size_t i = 0; i < bytes; i++) row[i] = uint8_t(row[i] + above[i]);
            return;
        case 3:
            for (size_t i = 0; i < bytes; i++) row[i] = uint8_t(row[i] + ((i >= step ? row[i - step] : 0) + (above ? above[i] : 0)) / 2);
            return;
        case 4:
            for (size_t i = 0; i < bytes; i++) {
                const int a = i >= step ? row[i - step] : 0, b = above ? above[i] : 0, c = above && i >= step ? above[i - step] : 0;
                const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
                row[i] = uint8_t(row[i] + (pa <= pb && pa <= pc ? a : pb <= pc ? b : c));
            }
            return;
        default: refuse("A PNG row names a filter that PNG does not have.");
    }
}

// Sample number i of a row, as stored.
uint32_t sample(const uint8_t *row, size_t i, int depth) {
    if (depth == 8) return row[i];
    if (depth == 16) return uint32_t(row[2 * i]) << 8 | row[2 * i + 1];
    const size_t bit = i * size_t(depth);
    return (row[bit / 8] >> (8 - depth - int(bit % 8))) & ((1u << depth) - 1);
}

class Painter {
public:
    Painter(const Chunks &chunks, Image &image) : chunks_(chunks), header_(chunks.header), image_(image), top_((1u << header_.depth) - 1) {}

    void row(const uint8_t *row, uint32_t count, uint32_t y, const Pass &pass) {
        uint16_t *out = image_.pixels.data() + size_t(y) * image_.width + pass.x0;
        for (uint32_t i = 0; i < count; i++, out += pass.dx) *out = pixel(row, i);
    }

    void finish() {
        colour_.report(image_);
        if (translucent_) image_.fact("note", "Transparent parts were laid on black.");
    }

private:
    uint32_t wide(uint32_t value) const { return header_.depth == 16 ? value : value * 65535u / top_; }

    uint16_t pixel(const uint8_t *row, uint32_t i) {
        const size_t first = size_t(i) * size_t(header_.channels);
        if (header_.type == 3) return indexed(sample(row, first, header_.depth));
        if (header_.type == 0) return uint16_t(wide(sample(row, first, header_.depth)));
        if (header_.type == 4) return over_black(wide(sample(row, first, header_.depth)), wide(sample(row, first + 1, header_.depth)));
        const uint32_t r = wide(sample(row, first, header_.depth)), g = wide(sample(row, first + 1, header_.depth)), b = wide(sample(row, first + 2, header_.depth));
        colour_.add(r, g, b);
        return over_black(luma(r, g, b), header_.type == 6 ? wide(sample(row, first + 3, header_.depth)) : 65535);
    }

    uint16_t indexed(uint32_t index) {
        if (index * 3 + 2 >= chunks_.palette.size) refuse("A PNG pixel names a colour that the palette does not have.");
        const uint8_t *entry = chunks_.palette.data + index * 3;
        colour_.add(entry[0] * 257u, entry[1] * 257u, entry[2] * 257u);
        return over_black(luma(entry[0] * 257u, entry[1] * 257u, entry[2] * 257u), index < chunks_.transparency.size ? chunks_.transparency.data[index] * 257u : 65535);
    }

    uint16_t over_black(uint32_t value, uint32_t alpha) {
        if (alpha == 65535) return uint16_t(value);
        translucent_ = true;
        return uint16_t((uint64_t(value) * alpha + 32767) / 65535);
    }

    const Chunks &chunks_;
    const Header &header_;
    Image &image_;
    uint32_t top_;
    ColourMeter colour_;
    bool translucent_ = false;
};

}  // namespace

Image decode_png(Bytes file, const Limits &limits) {
    const Chunks chunks = read_chunks(file, limits);
    const Header &h = chunks.header;
    const Pass *passes = h.interlaced ? adam7 : whole;
    const size_t pass_count = h.interlaced ? 7 : 1;
    const size_t bits = size_t(h.depth) * size_t(h.channels), step = bits < 8 ? 1 : bits / 8;
    auto columns = [&](const Pass &p) { return p.x0 < h.width ? (h.width - p.x0 + p.dx - 1) / p.dx : 0; };
    auto rows = [&](const Pass &p) { return p.y0 < h.height ? (h.height - p.y0 + p.dy - 1) / p.dy : 0; };
    auto row_bytes = [&](const Pass &p) { return (columns(p) * bits + 7) / 8; };
    size_t total = 0;
    for (size_t i = 0; i < pass_count; i++) total += columns(passes[i]) ? rows(passes[i]) * (row_bytes(passes[i]) + 1) : 0;

    std::vector<uint8_t> raw(total);
    inflate_exactly(chunks.data, raw.data(), total);

    Image image;
    image.width = h.width;
    image.height = h.height;
    image.pixels.resize(size_t(h.width) * h.height);
    Painter painter(chunks, image);
    uint8_t *at = raw.data();
    for (size_t i = 0; i < pass_count; i++) {
        const Pass &pass = passes[i];
        const uint32_t count = columns(pass);
        const uint8_t *above = nullptr;
        for (uint32_t y = pass.y0; count > 0 && y < h.height; y += pass.dy) {
            unfilter(at, above, row_bytes(pass), step);
            painter.row(at + 1, count, y, pass);
            above = at + 1;
            at += row_bytes(pass) + 1;
        }
    }

    image.fact("format", "png");
    image.fact("bits", std::to_string(h.depth));
    painter.finish();
    chunks.removed.report(image);
    if (h.depth == 16) stretch_container(image);
    if (chunks.trailing) image.fact("note", "Bytes after the end of the picture were dropped.");
    apply_orientation(image, orientation_of_tiff(chunks.exif));
    return image;
}
