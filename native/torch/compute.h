// Where and how a network is computed: device, precision, threads, and how much memory there is.
#pragma once
#include "fedtorch.h"

#include <ATen/ATen.h>
#include <string>

namespace fedtorch {

struct Compute {
    at::Device device = at::kCPU;
    bool bfloat16 = false;
    int threads = 1;

    // float32 EfficientNet is fastest in channels-last order, float32 ResNet in libtorch's own, and all of bfloat16 in channels-last.
    bool channels_last = false;

    // Our own kernels replace libtorch's in bfloat16 on the processor.
    bool fused() const { return bfloat16 && device.is_cpu(); }
    at::ScalarType activation_type() const { return bfloat16 ? at::kBFloat16 : at::kFloat; }

    // For example "CPU, bfloat16, 2 threads".
    std::string text() const;
};

// Checks the request against the machine. Automatic precision is bfloat16 only where the hardware multiplies it, and float32 for
// EfficientNet-B0, whose depthwise convolutions are slower in bfloat16.
Compute choose_compute(const fed_compute &request, fed_architecture architecture);

// libtorch keeps the number of threads per calling thread, so every call sets it.
void use_threads(int threads);

// True if the processor has bfloat16 dot products (AVX-512 BF16 or AMX).
bool processor_has_bfloat16();

// Fails with FED_OUT_OF_MEMORY when fewer bytes are left for this process. Memory that is granted and then touched would otherwise meet the
// kernel's killer, which ends the process without a word.
void require_memory(double bytes, const std::string &purpose);

std::string build_text();

}
