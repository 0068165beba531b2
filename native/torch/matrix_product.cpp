#include "matrix_product.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <omp.h>

// oneDNN may split the inner dimension between threads, and then the order of the sums depends on their number. So we cut the result into
// pieces whose number depends on the shapes only, and have each piece computed by one thread. A product that is not worth cutting is
// computed by one thread while others wait: that is why one thread a model, and several models at once, use a server best.

namespace fedtorch {

namespace {
constexpr int64_t piece_granularity = 32;

class OneThread {
public:
    OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
    ~OneThread() { omp_set_num_threads(before_); }
    OneThread(const OneThread &) = delete;
    OneThread &operator=(const OneThread &) = delete;

private:
    int before_;
};

// Every piece repacks the factor that is not cut, and pieces of columns are copied into place. That extra work may cost about a tenth:
// a product of 16-bit values runs some 25 times as fast as a copy.
bool is_worth_cutting(int64_t rows, int64_t columns, int64_t inner, int64_t pieces)
{
    const double products = static_cast<double>(rows) * columns * inner;
    const double extra = static_cast<double>(pieces - 1) * std::min(rows, columns) * inner + (rows >= columns ? 0.0 : 2.0 * rows * columns);
    return products >= pieces * static_cast<double>(1 << 25) && extra * 256 <= products;
}

int64_t piece_length(int64_t rows, int64_t columns, int64_t inner)
{
    const int64_t pieces = is_worth_cutting(rows, columns, inner, 4) ? 4 : is_worth_cutting(rows, columns, inner, 2) ? 2 : 1;
    const int64_t units = (std::max(rows, columns) + piece_granularity - 1) / piece_granularity;
    return (units + pieces - 1) / pieces * piece_granularity;
}
}

at::Tensor matrix_product(const at::Tensor &a, const at::Tensor &b)
{
    const int64_t rows = a.size(0), columns = b.size(1), longest = std::max(rows, columns), length = piece_length(rows, columns, a.size(1));
    if (length >= longest) {
        at::NoGradGuard no_grad;
        OneThread one;
        return at::mm(a, b);
    }

    const at::Tensor result = at::empty({rows, columns}, a.options());
    at::parallel_for(0, (longest + length - 1) / length, 1, [&](int64_t begin, int64_t end) {
        at::NoGradGuard no_grad; // of this thread
        OneThread one;
        for (int64_t piece = begin; piece < end; piece++) {
            const int64_t start = piece * length, count = std::min(length, longest - start);
            if (rows >= columns) {
                at::Tensor part = result.narrow(0, start, count);
                at::mm_out(part, a.narrow(0, start, count), b);
            } else {
                result.narrow(1, start, count).copy_(at::mm(a, b.narrow(1, start, count)));
            }
        }
    });
    return result;
}

}
