// One source for several instruction sets, and bfloat16 as 16 bits.
#pragma once
#include <cstdint>
#include <cstring>

// The loader picks the version for the processor at hand.
#define FOR_EACH_INSTRUCTION_SET __attribute__((target_clones("arch=sapphirerapids", "arch=skylake-avx512", "arch=haswell", "default")))
#define INLINE_INTO_CLONE inline __attribute__((always_inline))

namespace fedtorch {

INLINE_INTO_CLONE float widen(uint16_t value)
{
    const uint32_t bits = static_cast<uint32_t>(value) << 16;
    float wide;
    std::memcpy(&wide, &bits, sizeof wide);
    return wide;
}

INLINE_INTO_CLONE float widen(float value) { return value; }

// Rounds to nearest, ties to even. The NaNs that arithmetic makes stay NaNs.
INLINE_INTO_CLONE uint16_t narrow(float value)
{
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

}
