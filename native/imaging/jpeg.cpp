// JPEG through libjpeg. A picture that libjpeg had to guess at, or whose end is missing, is refused.
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>
#include <jerror.h>

#include "grey.hpp"
#include "orientation.hpp"
#include "removed.hpp"

namespace {

struct Errors {
    jpeg_error_mgr base;
    jmp_buf escape;
    bool damaged;
    char text[JMSG_LENGTH_MAX];
};

Errors &errors_of(j_common_ptr info) { return *reinterpret_cast<Errors *>(info->err); }

void on_error(j_common_ptr info) {
    Errors &errors = errors_of(info);
    // Messages hold numbers and names of codecs, never text out of the file.
    (*info->err->format_message)(info, errors.text);
    longjmp(errors.escape, 1);
}

void on_message(j_common_ptr info, int level) {
    if (level >= 0) return;
    switch (info->err->msg_code) {
        case JWRN_HIT_MARKER: case JWRN_JPEG_EOF: case JWRN_HUFF_BAD_CODE: case JWRN_MUST_RESYNC: case JWRN_BOGUS_PROGRESSION: case JWRN_ARITH_BAD_CODE:
            errors_of(info).damaged = true;
            break;
        default: break;
    }
}

void no_output(j_common_ptr) {}

void watch_scans(j_common_ptr info) {
    auto *cinfo = reinterpret_cast<j_decompress_ptr>(info);
    if (cinfo->input_scan_number > 200) ERREXIT(info, JERR_BAD_STATE);
}

struct Decompressor {
    jpeg_decompress_struct info{};
    Errors errors{};
    jpeg_progress_mgr progress{};
    int orientation = 1;
    RemovedMeter removed;
    Decompressor() {
        info.err = jpeg_std_error(&errors.base);
        errors.base.error_exit = on_error;
        errors.base.emit_message = on_message;
        errors.base.output_message = no_output;
        progress.progress_monitor = watch_scans;
    }
    ~Decompressor() { jpeg_destroy_decompress(&info); }
};

int orientation_of(const jpeg_decompress_struct &info) {
    for (jpeg_saved_marker_ptr marker = info.marker_list; marker; marker = marker->next) {
        if (marker->data_length > 14 && std::memcmp(marker->data, "Exif\0\0", 6) == 0) return orientation_of_tiff({marker->data + 6, marker->data_length - 6});
    }
    return 1;
}

// Exif and other application segments, and comments; only counted, never read further.
void count_removed(const jpeg_decompress_struct &info, RemovedMeter &removed) {
    for (jpeg_saved_marker_ptr marker = info.marker_list; marker; marker = marker->next) {
        removed.add(marker->marker == JPEG_COM ? Removed::texts : Removed::camera);
    }
}

void grey_row(const uint8_t *row, uint32_t width, int channels, bool inverted, uint16_t *out, ColourMeter &colour) {
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *p = row + size_t(x) * size_t(channels);
        if (channels == 1) {
            out[x] = uint16_t(p[0] * 257);
            continue;
        }
        uint32_t r = p[0], g = p[1], b = p[2];
        if (channels == 4) {  // CMYK; Adobe stores it inverted
            const uint32_t k = inverted ? p[3] : 255u - p[3];
            r = (inverted ? r : 255u - r) * k / 255u;
            g = (inverted ? g : 255u - g) * k / 255u;
            b = (inverted ? b : 255u - b) * k / 255u;
        }
        colour.add(r * 257u, g * 257u, b * 257u);
        out[x] = luma(r * 257u, g * 257u, b * 257u);
    }
}

// Everything between setjmp and the last libjpeg call; objects with destructors live outside.
bool decompress(Decompressor &jpeg, Bytes file, const Limits &limits, Image &image, std::vector<uint8_t> &row, ColourMeter &colour, std::string &too_big) {
    jpeg_decompress_struct &info = jpeg.info;
    if (setjmp(jpeg.errors.escape)) return false;
    jpeg_create_decompress(&info);
    info.progress = &jpeg.progress;
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xffff);
    jpeg_save_markers(&info, JPEG_APP0 + 13, 16);
    jpeg_save_markers(&info, JPEG_COM, 16);
    jpeg_mem_src(&info, file.data, file.size);
    jpeg_read_header(&info, TRUE);
    try {
        check_size(info.image_width, info.image_height, limits);
        image.width = info.image_width;
        image.height = info.image_height;
        image.pixels.resize(size_t(image.width) * image.height);
        row.resize(size_t(image.width) * 4);
    } catch (const Refusal &refusal) {
        too_big = refusal.reason;
        return false;
    }
    info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : info.num_components == 4 ? JCS_CMYK : JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        uint16_t *out = image.pixels.data() + size_t(info.output_scanline) * image.width;
        uint8_t *rows[] = {row.data()};
        jpeg_read_scanlines(&info, rows, 1);
        grey_row(row.data(), image.width, info.output_components, info.saw_Adobe_marker, out, colour);
    }
    count_removed(info, jpeg.removed);
    jpeg.orientation = orientation_of(info);  // finishing frees the markers
    jpeg_finish_decompress(&info);
    return true;
}

}  // namespace

Image decode_jpeg(Bytes file, const Limits &limits) {
    Decompressor jpeg;
    Image image;
    std::vector<uint8_t> row;
    ColourMeter colour;
    std::string too_big;
    if (!decompress(jpeg, file, limits, image, row, colour, too_big)) {
        if (!too_big.empty()) throw Refusal{Verdict::over_limit, too_big};
        refuse(std::string("The JPEG is damaged or of a kind that is not accepted: ") + jpeg.errors.text + ".");
    }
    if (jpeg.errors.damaged) refuse("The JPEG is damaged or cut off; its pixels cannot be trusted.");
    image.fact("format", "jpeg");
    image.fact("bits", "8");
    colour.report(image);
    jpeg.removed.report(image);
    if (jpeg.info.num_components == 4) image.fact("note", "CMYK was converted to grey.");
    apply_orientation(image, jpeg.orientation);
    return image;
}
