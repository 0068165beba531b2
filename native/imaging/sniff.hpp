#pragma once
#include "image.hpp"

// Recognises the format by content, never by name, and decodes it. Throws Refusal.
Image decode_any(Bytes file, const Limits &limits);
