// How a failure becomes a status. Nothing else in this library catches.
#pragma once
#include "fedtorch.h"

#include <new>
#include <stdexcept>
#include <string>

namespace fedtorch {

// A failure that already knows its status and says both sides: what was expected and what came.
class Error : public std::runtime_error {
public:
    Error(fed_status status, const std::string &message) : std::runtime_error(message), status_(status) {}
    fed_status status() const { return status_; }

private:
    fed_status status_;
};

[[noreturn]] void invalid(const std::string &message);

inline void require(bool condition, const char *message)
{
    if (!condition) invalid(message);
}

// Fails with "<what>: expected <expected> but got <actual>."
void require_equal(const char *what, int64_t expected, int64_t actual);

// The struct must be given and must have this library's size.
template <typename Struct> const Struct &checked(const Struct *given, const char *name)
{
    if (given == nullptr) invalid(std::string(name) + " is null.");
    require_equal((std::string("Size of ") + name).c_str(), sizeof(Struct), given->size);
    return *given;
}

// Stores the exception in flight as this thread's last error.
int32_t record_failure() noexcept;
const char *last_error() noexcept;

// Runs body; every exception becomes a status and a text.
template <typename Body> int32_t guarded(Body body) noexcept
{
    try {
        body();
        return FED_OK;
    } catch (...) {
        return record_failure();
    }
}

}
