#include "jpeg2000.hpp"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace {

struct Cursor {
    Bytes data;
    size_t at;
};

OPJ_SIZE_T read_some(void *out, OPJ_SIZE_T count, void *handle) {
    auto &c = *static_cast<Cursor *>(handle);
    const size_t n = std::min(count, c.data.size - c.at);
    if (n == 0) return OPJ_SIZE_T(-1);
    std::memcpy(out, c.data.data + c.at, n);
    c.at += n;
    return n;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void *handle) {
    auto &c = *static_cast<Cursor *>(handle);
    if (count < 0) return -1;
    c.at += std::min<size_t>(size_t(count), c.data.size - c.at);
    return count;
}

OPJ_BOOL seek(OPJ_OFF_T at, void *handle) {
    auto &c = *static_cast<Cursor *>(handle);
    if (at < 0 || size_t(at) > c.data.size) return OPJ_FALSE;
    c.at = size_t(at);
    return OPJ_TRUE;
}

void quiet(const char *, void *) {}

struct ImageFree {
    void operator()(opj_image_t *image) const { opj_image_destroy(image); }
};

void check_header(const opj_image_t &image, const PixelDescription &d) {
    bool right = image.numcomps == d.samples && image.x1 - image.x0 == d.columns && image.y1 - image.y0 == d.rows;
    for (uint32_t i = 0; right && i < image.numcomps; i++) {
        right = image.comps[i].dx == 1 && image.comps[i].dy == 1 && image.comps[i].prec >= 1 && image.comps[i].prec <= d.allocated;
    }
    if (!right) refuse("The JPEG 2000 picture has another size or depth than the DICOM header gives.");
}

}  // namespace

std::vector<uint8_t> decode_jpeg2000(Bytes bytes, const PixelDescription &d) {
    if (bytes.size < 12) refuse("The JPEG 2000 data is cut off.");
    const bool raw = std::memcmp(bytes.data, "\xff\x4f\xff\x51", 4) == 0;
    std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)> codec(opj_create_decompress(raw ? OPJ_CODEC_J2K : OPJ_CODEC_JP2), opj_destroy_codec);
    std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)> stream(opj_stream_default_create(OPJ_TRUE), opj_stream_destroy);
    if (!codec || !stream) throw std::bad_alloc();
    opj_set_error_handler(codec.get(), quiet, nullptr);
    opj_set_warning_handler(codec.get(), quiet, nullptr);
    opj_set_info_handler(codec.get(), quiet, nullptr);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    Cursor cursor{bytes, 0};
    opj_stream_set_user_data(stream.get(), &cursor, nullptr);
    opj_stream_set_user_data_length(stream.get(), bytes.size);
    opj_stream_set_read_function(stream.get(), read_some);
    opj_stream_set_skip_function(stream.get(), skip);
    opj_stream_set_seek_function(stream.get(), seek);

    opj_image_t *header = nullptr;
    const bool begun = opj_setup_decoder(codec.get(), &parameters) && opj_read_header(stream.get(), codec.get(), &header);
    std::unique_ptr<opj_image_t, ImageFree> image(header);
    if (!begun || !image) refuse("The JPEG 2000 header is damaged.");
    check_header(*image, d);
    if (!opj_decode(codec.get(), stream.get(), image.get())) refuse("The JPEG 2000 data is damaged or cut off.");

    const size_t count = size_t(d.rows) * d.columns, bytes_each = d.allocated / 8;
    std::vector<uint8_t> out(frame_bytes(d));
    for (uint32_t component = 0; component < d.samples; component++) {
        const opj_image_comp_t &c = image->comps[component];
        if (!c.data || size_t(c.w) * c.h != count) refuse("The JPEG 2000 data is damaged or cut off.");
        for (size_t i = 0; i < count; i++) {
            const uint32_t value = uint32_t(c.data[i]);
            const size_t at = d.samples == 1 ? i * bytes_each : d.planar ? component * count + i : i * 3 + component;
            out[at] = uint8_t(value);
            if (bytes_each == 2) out[at + 1] = uint8_t(value >> 8);
        }
    }
    return out;
}
