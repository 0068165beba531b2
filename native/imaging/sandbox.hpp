#pragma once
#include <cstdint>

struct SandboxLimits {
    uint64_t memory_bytes;
    uint64_t life_cpu_seconds;
};

// Gives up, for good, what a decoder never needs: memory and time beyond the limits, new files, new processes, new privileges, sockets.
// Returns whether the system-call filter could be installed (x86-64 and arm64).
bool enter_sandbox(const SandboxLimits &limits);
