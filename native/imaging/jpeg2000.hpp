#pragma once
#include "dicom_pixels.hpp"

// Decodes a JPEG 2000 codestream (or JP2 file) into native little-endian pixel data as the description lays it out.
std::vector<uint8_t> decode_jpeg2000(Bytes stream, const PixelDescription &d);
