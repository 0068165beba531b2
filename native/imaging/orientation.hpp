#pragma once
#include "image.hpp"

// The orientation tag (1…8) in a TIFF structure, as EXIF carries it; 1 when there is none or it cannot be read.
int orientation_of_tiff(Bytes tiff);

// Turns and mirrors the pixels so that the picture stands upright.
void apply_orientation(Image &image, int orientation);
