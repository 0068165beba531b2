#include "compute.h"

#include "errors.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <algorithm>
#include <cpuid.h>
#include <fstream>
#include <sched.h>

#ifdef FEDTORCH_CUDA
#include <ATen/cuda/CUDAContext.h>
#endif

namespace fedtorch {

namespace {
int available_cores()
{
    cpu_set_t cores;
    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? std::max(1, CPU_COUNT(&cores)) : 1;
}

bool cuda_is_available() { return torch::cuda::is_available(); }

// Compute capability 8.0 (Ampere) is the first with bfloat16 units.
bool cuda_has_bfloat16()
{
#ifdef FEDTORCH_CUDA
    return at::cuda::getDeviceProperties(0)->major >= 8;
#else
    return false;
#endif
}

std::string cuda_name()
{
#ifdef FEDTORCH_CUDA
    return std::string("CUDA ") + at::cuda::getDeviceProperties(0)->name;
#else
    return "CUDA";
#endif
}

at::Device choose_device(int32_t request)
{
    switch (request) {
    case FED_DEVICE_AUTOMATIC: return cuda_is_available() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    case FED_DEVICE_CPU: return at::kCPU;
    case FED_DEVICE_CUDA:
        if (!cuda_is_available()) invalid("CUDA was asked for, but this build of libtorch finds no CUDA device.");
        return at::Device(at::kCUDA, 0);
    default: invalid("Device must be 0, 1 or 2 but is " + std::to_string(request) + ".");
    }
}

bool choose_bfloat16(int32_t request, const at::Device &device, fed_architecture architecture)
{
    const bool in_hardware = device.is_cuda() ? cuda_has_bfloat16() : processor_has_bfloat16();
    switch (request) {
    case FED_PRECISION_AUTOMATIC: return in_hardware && architecture != FED_EFFICIENTNET_B0;
    case FED_PRECISION_FLOAT32: return false;
    case FED_PRECISION_BFLOAT16:
        if (!in_hardware) invalid("bfloat16 was asked for, but this processor or device does not compute it in hardware; ask for float32.");
        return true;
    default: invalid("Precision must be 0, 1 or 2 but is " + std::to_string(request) + ".");
    }
}

// The number after name in a file of "name number" lines, or the file's first word when name is empty; negative when there is none ("max").
double read_number(const char *path, const std::string &name = "")
{
    std::ifstream file(path);
    double value = -1;
    if (name.empty()) return file >> value ? value : -1;
    for (std::string line; std::getline(file, line);)
        if (line.compare(0, name.size() + 1, name + " ") == 0) return std::stod(line.substr(name.size() + 1));
    return -1;
}

// The least of what the machine and the control group (version 2) still have; negative when neither says. A file cache that nobody
// touched lately counts as free, as it does in MemAvailable.
double free_memory()
{
    const double machine = read_number("/proc/meminfo", "MemAvailable:") * 1024;
    const double limit = read_number("/sys/fs/cgroup/memory.max"), used = read_number("/sys/fs/cgroup/memory.current");
    if (limit < 0 || used < 0) return machine;
    const double group = std::max(0.0, limit - used + std::max(0.0, read_number("/sys/fs/cgroup/memory.stat", "inactive_file")));
    return machine < 0 ? group : std::min(machine, group);
}
}

std::string Compute::text() const
{
    const std::string precision = bfloat16 ? "bfloat16" : "float32";
    if (device.is_cuda()) return cuda_name() + ", " + precision;
    return "CPU, " + precision + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

Compute choose_compute(const fed_compute &request, fed_architecture architecture)
{
    if (request.threads < 0 || request.threads > 1024) invalid("Threads must be 0 to 1024 but is " + std::to_string(request.threads) + ".");
    Compute compute;
    compute.device = choose_device(request.device);
    compute.bfloat16 = choose_bfloat16(request.precision, compute.device, architecture);
    compute.threads = request.threads == 0 ? available_cores() : request.threads;
    compute.channels_last = compute.bfloat16 || architecture == FED_EFFICIENTNET_B0;
    return compute;
}

void use_threads(int threads)
{
    if (at::get_num_threads() != threads) at::set_num_threads(threads);
}

bool processor_has_bfloat16()
{
    // CPUID leaf 7, subleaf 1, EAX bit 5: AVX512_BF16. Every processor with AMX_BF16 has it as well.
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    return __builtin_cpu_supports("avx512f") && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 5 & 1);
}

void require_memory(double bytes, const std::string &purpose)
{
    const double available = free_memory();
    if (available < 0 || bytes <= available) return;
    const auto mebibytes = [](double value) { return std::to_string(static_cast<int64_t>(value / 1048576)); };
    throw Error(FED_OUT_OF_MEMORY, purpose + " needs about " + mebibytes(bytes) + " MiB but only " + mebibytes(available) + " MiB are free.");
}

std::string build_text()
{
    return std::string("libtorch " TORCH_VERSION ", CUDA ") + (cuda_is_available() ? "present" : "absent") + ", processor bfloat16 "
        + (processor_has_bfloat16() ? "present" : "absent") + ", " + std::to_string(available_cores()) + " cores";
}

}
