#include "matrix_product.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <omp.h>

// oneDNN may split the inner dimension between threads, and then the order of the sums depends on their number. So we cut the result into
// pieces whose number depends on the shapes only, and have each piece computed by one thread.

namespace fedtorch {

namespace {
constexpr int64_t most_pieces = 4, piece_granularity = 32;
constexpr double least_products_of_piece = 1 << 25; // below this a call costs more than a second thread saves

class OneThread {
public:
    OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
    ~OneThread() { omp_set_num_threads(before_); }
    OneThread(const OneThread &) = delete;
    OneThread &operator=(const OneThread &) = delete;

private:
    int before_;
};

int64_t piece_length(int64_t rows, int64_t columns, int64_t inner)
{
    const int64_t longest = std::max(rows, columns);
    const double products = static_cast<double>(rows) * columns * inner;
    const int64_t pieces = std::clamp<int64_t>(static_cast<int64_t>(products / least_products_of_piece), 1, most_pieces);
    const int64_t units = (longest + piece_granularity - 1) / piece_granularity;
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
