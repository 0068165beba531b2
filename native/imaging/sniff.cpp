#include "sniff.hpp"

#include <cstring>

namespace {

bool starts(Bytes file, const char *prefix, size_t length) { return file.size >= length && std::memcmp(file.data, prefix, length) == 0; }

bool is_dicom(Bytes file) {
    if (file.size >= 132 && std::memcmp(file.data + 128, "DICM", 4) == 0) return true;
    // A bare data set begins with group 0008 (or 0002 where only the preamble was lost), element below 0x0100.
    return file.size >= 16 && (file.data[0] == 8 || file.data[0] == 2) && file.data[1] == 0 && file.data[3] == 0;
}

}  // namespace

Image decode_any(Bytes file, const Limits &limits) {
    if (file.size == 0) refuse("The file is empty.");
    if (starts(file, "\x89PNG\r\n\x1a\n", 8)) return decode_png(file, limits);
    if (starts(file, "\xff\xd8\xff", 3)) return decode_jpeg(file, limits);
    if (starts(file, "II*\0", 4) || starts(file, "MM\0*", 4)) return decode_tiff(file, limits);
    if (is_dicom(file)) return decode_dicom(file, limits);
    if (starts(file, "GIF8", 4)) refuse("GIF pictures are not accepted.");
    if (starts(file, "BM", 2)) refuse("BMP pictures are not accepted; convert them to PNG.");
    if (starts(file, "PK", 2)) refuse("An archive inside a data set is not opened.");
    if (starts(file, "\x1f\x8b", 2)) refuse("Compressed files (gzip) are not opened.");
    if (starts(file, "\0\0\0\x0cjP", 6) || starts(file, "\xff\x4f\xff\x51", 4)) refuse("JPEG 2000 is accepted inside DICOM only.");
    refuse("It is none of PNG, JPEG, TIFF and DICOM.");
}
