// Clipped sums of per-patient gradients without one backward pass a patient ("bookkeeping", Bu et al. 2022).
//
// Every layer writes down what it read and the gradient of what it gave. For a convolution as a matrix product, with A the patches and G the
// output gradients of one patient's images (a row for each output pixel), the patient's weight gradient is G' A. Its squared norm is either
// taken from G' A itself, which is then kept, or, where that would be larger than A and G, from the Gram matrices: sum (A A') o (G G'). Kept
// gradients never take more memory than twice what was written down. In the end each patient's part is multiplied with its clipping factor.
#pragma once
#include "layers.h"

#include <cstdint>
#include <vector>

namespace fedtorch {

class GradientBook {
public:
    // patients: the patient of each image of the batch, from 0 to patient_count - 1, every one with at least one image.
    GradientBook(std::vector<int64_t> patients, int64_t patient_count);

    // The layers' forward passes. Backward computes input gradients only and leaves the rest to this book.
    Tensor convolution(const Tensor &input, const ParameterPointer &weight, int64_t stride, int64_t padding);
    Tensor group_norm(const Tensor &input, const ParameterPointer &weight, const ParameterPointer &bias, int64_t groups, double epsilon);
    Tensor linear(const Tensor &input, const ParameterPointer &weight, const ParameterPointer &bias);

    // After backward: the 2-norm of each patient's whole gradient, from sums in double. Fails when a layer wrote nothing down.
    std::vector<double> norms();

    // Leaves sum_p factor_p gradient_p at the parameters, as an ordinary backward pass would.
    void write_gradients(const std::vector<double> &factors);

    struct Entry {
        enum class Kind { Convolution, GroupNorm, Linear } kind;
        ParameterPointer weight, bias;
        int64_t stride = 1, padding = 0;
        Tensor input;                // GroupNorm: normalised, before scale and shift
        Tensor output_gradient;
        std::vector<Tensor> kept;    // each patient's weight gradient; empty where the Gram matrices served
        Tensor bias_gradients;       // patients x values
    };

private:
    Entry &add(Entry::Kind kind, const ParameterPointer &weight, const ParameterPointer &bias);
    void measure(Entry &entry, std::vector<double> &squares) const;
    void measure_product(Entry &entry, std::vector<double> &squares) const;
    void measure_single_images(Entry &entry, const Tensor &patches, const Tensor &slopes, bool keeps, std::vector<double> &squares) const;
    Tensor summed_by_patient(const Tensor &by_image) const;
    Tensor factor_of_images(const std::vector<double> &factors, const Tensor &like) const;

    std::vector<int64_t> patients_;
    std::vector<std::vector<int64_t>> images_; // of each patient
    std::vector<std::unique_ptr<Entry>> entries_;
};

}
