// xray-decode: turns untrusted image bytes into grey pixels, many files one after another, inside a sandbox. It opens no file and no socket.
//
// All numbers are little-endian 32-bit. It greets with "FPXD", version 1, and 1 or 0 for the system-call filter. Then, until its input ends:
//   in   length, then that many bytes: one file
//   out  verdict (0 decoded, 1 refused, 2 over a limit), width, height, length of text, text, then width*height 16-bit pixels if decoded
// The text of a decoded file is UTF-8 lines "name=value": format, bits, colour (0…1), note (several), and from DICOM photometric, modality,
// view, body_part, burned_in, patient_id (hex of the bytes; the caller hashes it and forgets it), and removed_names, removed_dates, … (numbers: what
// the file said beside its pixels, by kind; the text itself is dropped). Otherwise it is the reason in words.
#include <pthread.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "dicom.hpp"
#include "sandbox.hpp"
#include "sniff.hpp"

namespace {

struct Options {
    Limits limits;
    uint64_t memory_mb = 1024;
    uint32_t file_cpu_seconds = 20, life_cpu_seconds = 3600;
    uint32_t max_file_bytes = 256u << 20;
};

Options options;

bool read_fully(void *out, size_t count) {
    auto *at = static_cast<uint8_t *>(out);
    while (count > 0) {
        const ssize_t n = read(0, at, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        count -= size_t(n);
    }
    return true;
}

void write_fully(const void *in, size_t count) {
    auto *at = static_cast<const uint8_t *>(in);
    while (count > 0) {
        const ssize_t n = write(1, at, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(0);  // nobody listens any more
        at += n;
        count -= size_t(n);
    }
}

// After so much processor time on one file the kernel ends the process; the caller starts another.
void arm_timer(uint32_t seconds) {
    itimerval timer{};
    timer.it_value.tv_sec = seconds;
    setitimer(ITIMER_PROF, &timer, nullptr);
}

void reply(Verdict verdict, const std::string &text, const Image &image) {
    const uint32_t head[] = {uint32_t(verdict), image.width, image.height, uint32_t(text.size())};
    write_fully(head, sizeof head);
    write_fully(text.data(), text.size());
    write_fully(image.pixels.data(), image.pixels.size() * 2);
}

void answer(Bytes file) {
    try {
        const Image image = decode_any(file, options.limits);
        std::string text;
        for (const auto &[name, value] : image.facts) text += name + "=" + value + "\n";
        reply(Verdict::decoded, text, image);
    } catch (const Refusal &refusal) {
        reply(refusal.verdict, refusal.reason, {});
    } catch (const std::bad_alloc &) {
        reply(Verdict::over_limit, "Decoding it needs more memory than the " + std::to_string(options.memory_mb) + " MB that are allowed.", {});
    } catch (...) {
        reply(Verdict::refused, "The decoder failed on it.", {});
    }
}

void *serve(void *) {
    const uint32_t version = 1, filtered = enter_sandbox({options.memory_mb << 20, options.life_cpu_seconds});
    write_fully("FPXD", 4);
    write_fully(&version, 4);
    write_fully(&filtered, 4);
    std::vector<uint8_t> file;
    for (uint32_t length; read_fully(&length, 4);) {
        if (length > options.max_file_bytes) _exit(2);
        file.resize(length);
        if (!read_fully(file.data(), length)) break;
        arm_timer(options.file_cpu_seconds);
        answer({file.data(), file.size()});
        arm_timer(0);
        if (file.capacity() > (8u << 20)) std::vector<uint8_t>().swap(file);
    }
    _exit(0);
}

bool parse(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        auto is = [&](const char *name) { return std::strcmp(argv[i], name) == 0; };
        if (value == 0) return false;
        if (is("--max-pixels")) options.limits.max_pixels = value;
        else if (is("--max-side")) options.limits.max_side = uint32_t(value);
        else if (is("--max-file-bytes")) options.max_file_bytes = uint32_t(value);
        else if (is("--memory-mb")) options.memory_mb = value;
        else if (is("--file-cpu-seconds")) options.file_cpu_seconds = uint32_t(value);
        else if (is("--life-cpu-seconds")) options.life_cpu_seconds = uint32_t(value);
        else return false;
    }
    return argc % 2 == 1;
}

}  // namespace

int main(int argc, char **argv) {
    if (!parse(argc, argv)) return 2;
    prepare_dicom();

    // A large stack lets the DICOM reader come back from deep nesting and refuse it in words.
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64u << 20);
    if (pthread_create(&thread, &attributes, serve, nullptr) != 0) return 3;
    pthread_join(thread, nullptr);
    return 0;
}
