#include "errors.h"

#include <c10/util/Exception.h>
#include <cstring>

namespace fedtorch {

namespace {
thread_local std::string last_error_text;

// Assigning a text may itself fail when memory is short; the status still says what happened.
int32_t record(fed_status status, const char *text) noexcept
{
    try {
        last_error_text = text;
    } catch (...) {
        last_error_text.clear();
    }
    return status;
}

// libtorch reports exhausted memory as a plain error; only its words tell.
fed_status status_of(const char *text)
{
    const bool out_of_memory = std::strstr(text, "not enough memory") || std::strstr(text, "out of memory") || std::strstr(text, "CPUAllocator");
    return out_of_memory ? FED_OUT_OF_MEMORY : FED_FAILED;
}
}

void invalid(const std::string &message) { throw Error(FED_INVALID_ARGUMENT, message); }

void require_equal(const char *what, int64_t expected, int64_t actual)
{
    if (expected != actual) invalid(std::string(what) + ": expected " + std::to_string(expected) + " but got " + std::to_string(actual) + ".");
}

int32_t record_failure() noexcept
{
    try {
        throw;
    } catch (const Error &error) {
        return record(error.status(), error.what());
    } catch (const c10::Error &error) {
        const char *text = error.what_without_backtrace();
        return record(status_of(text), text);
    } catch (const std::bad_alloc &) {
        return record(FED_OUT_OF_MEMORY, "Out of memory (std::bad_alloc).");
    } catch (const std::exception &error) {
        return record(status_of(error.what()), error.what());
    } catch (...) {
        return record(FED_FAILED, "Unknown native failure: something other than a std::exception was thrown.");
    }
}

const char *last_error() noexcept { return last_error_text.c_str(); }

}
