#include "gradient_book.h"

#include "errors.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

namespace fedtorch {

namespace {
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Entry = GradientBook::Entry;

constexpr int64_t chunk = 1 << 20;

Entry *entry_of(AutogradContext *context) { return reinterpret_cast<Entry *>(context->saved_data["entry"].toInt()); }

// The weight stands among the inputs only so that autograd calls backward; it gets no gradient here.
struct BookedConvolution : torch::autograd::Function<BookedConvolution> {
    static Tensor forward(AutogradContext *context, Tensor input, Tensor weight, int64_t entry)
    {
        auto *booked = reinterpret_cast<Entry *>(entry);
        context->saved_data["entry"] = entry;
        context->saved_data["reaches_input"] = input.requires_grad();
        booked->input = input.detach();
        return at::conv2d(input, weight, {}, booked->stride, booked->padding);
    }

    static variable_list backward(AutogradContext *context, variable_list gradients)
    {
        Entry *booked = entry_of(context);
        booked->output_gradient = gradients[0].contiguous();
        if (!context->saved_data["reaches_input"].toBool()) return {Tensor(), Tensor(), Tensor()};
        const auto all = at::convolution_backward(booked->output_gradient, booked->input, booked->weight->value.detach(), at::OptionalIntArrayRef(), {booked->stride, booked->stride},
            {booked->padding, booked->padding}, {1, 1}, false, {0, 0}, 1, {true, false, false});
        return {std::get<0>(all), Tensor(), Tensor()};
    }
};

struct BookedGroupNorm : torch::autograd::Function<BookedGroupNorm> {
    static Tensor forward(AutogradContext *context, Tensor input, Tensor weight, Tensor bias, int64_t entry, int64_t groups, double epsilon)
    {
        context->saved_data["entry"] = entry;
        context->saved_data["groups"] = groups;
        const Tensor source = input.contiguous();
        const int64_t count = source.size(0), channels = source.size(1), pixels = source.numel() / (count * channels);
        auto [output, mean, inverse] = at::native_group_norm(source, weight, bias, count, channels, pixels, groups, epsilon);
        context->save_for_backward({source, mean, inverse});
        return output;
    }

    static variable_list backward(AutogradContext *context, variable_list gradients)
    {
        Entry *booked = entry_of(context);
        const auto saved = context->get_saved_variables();
        const Tensor &input = saved[0], &mean = saved[1], &inverse = saved[2];
        const int64_t groups = context->saved_data["groups"].toInt(), count = input.size(0), channels = input.size(1), pixels = input.numel() / (count * channels);
        booked->output_gradient = gradients[0].contiguous();
        const Tensor by_group = input.view({count, groups, -1});
        booked->input = ((by_group - mean.view({count, groups, 1})) * inverse.view({count, groups, 1})).view(input.sizes());
        const auto all = at::native_group_norm_backward(booked->output_gradient, input, mean, inverse, booked->weight->value.detach(), count, channels, pixels, groups, {true, false, false});
        return {std::get<0>(all), Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
    }
};

struct BookedLinear : torch::autograd::Function<BookedLinear> {
    static Tensor forward(AutogradContext *context, Tensor input, Tensor weight, Tensor bias, int64_t entry)
    {
        context->saved_data["entry"] = entry;
        reinterpret_cast<Entry *>(entry)->input = input.detach();
        return at::linear(input, weight, bias);
    }

    static variable_list backward(AutogradContext *context, variable_list gradients)
    {
        Entry *booked = entry_of(context);
        booked->output_gradient = gradients[0].contiguous();
        return {at::mm(booked->output_gradient, booked->weight->value.detach()), Tensor(), Tensor(), Tensor()};
    }
};

// libtorch's own norm adds up in float32 and reads long vectors low, which would break the bound that clipping promises.
double square_sum(const Tensor &values)
{
    const Tensor flat = values.reshape({-1});
    double sum = 0;
    for (int64_t start = 0; start < flat.numel(); start += chunk) {
        const Tensor part = flat.narrow(0, start, std::min(chunk, flat.numel() - start)).to(at::kDouble);
        sum += part.dot(part).item<double>();
    }

    return sum;
}

// What the layer read for each output pixel: images x (in * k * k) x pixels.
Tensor patches_of(const Entry &entry)
{
    if (entry.kind == Entry::Kind::Linear) return entry.input.unsqueeze(2);
    const int64_t kernel = entry.weight->shape[2], stride = entry.stride;
    if (kernel > 1) return at::im2col(entry.input.contiguous(), {kernel, kernel}, {1, 1}, {entry.padding, entry.padding}, {stride, stride});
    const Tensor read = stride == 1 ? entry.input : entry.input.slice(2, 0, entry.input.size(2), stride).slice(3, 0, entry.input.size(3), stride);
    return read.flatten(2);
}
}

GradientBook::GradientBook(std::vector<int64_t> patients, int64_t patient_count) : patients_(std::move(patients)), images_(patient_count)
{
    for (size_t image = 0; image < patients_.size(); image++) {
        if (patients_[image] < 0 || patients_[image] >= patient_count)
            invalid("Patient " + std::to_string(patients_[image]) + " of image " + std::to_string(image) + " is not below the patient count " + std::to_string(patient_count) + ".");
        images_[patients_[image]].push_back(static_cast<int64_t>(image));
    }

    for (size_t patient = 0; patient < images_.size(); patient++)
        if (images_[patient].empty()) invalid("Patient " + std::to_string(patient) + " has no image in the batch.");
}

GradientBook::Entry &GradientBook::add(Entry::Kind kind, const ParameterPointer &weight, const ParameterPointer &bias)
{
    entries_.push_back(std::make_unique<Entry>());
    Entry &entry = *entries_.back();
    entry.kind = kind;
    entry.weight = weight;
    entry.bias = bias;
    return entry;
}

Tensor GradientBook::convolution(const Tensor &input, const ParameterPointer &weight, int64_t stride, int64_t padding)
{
    Entry &entry = add(Entry::Kind::Convolution, weight, nullptr);
    entry.stride = stride;
    entry.padding = padding;
    return BookedConvolution::apply(input, weight->value, reinterpret_cast<int64_t>(&entry));
}

Tensor GradientBook::group_norm(const Tensor &input, const ParameterPointer &weight, const ParameterPointer &bias, int64_t groups, double epsilon)
{
    Entry &entry = add(Entry::Kind::GroupNorm, weight, bias);
    return BookedGroupNorm::apply(input, weight->value, bias->value, reinterpret_cast<int64_t>(&entry), groups, epsilon);
}

Tensor GradientBook::linear(const Tensor &input, const ParameterPointer &weight, const ParameterPointer &bias)
{
    Entry &entry = add(Entry::Kind::Linear, weight, bias);
    return BookedLinear::apply(input, weight->value, bias->value, reinterpret_cast<int64_t>(&entry));
}

Tensor GradientBook::summed_by_patient(const Tensor &by_image) const
{
    const Tensor sums = at::zeros({static_cast<int64_t>(images_.size()), by_image.size(1)}, by_image.options());
    return sums.index_add_(0, at::tensor(patients_, at::kLong).to(by_image.device()), by_image);
}

// Every patient has one image: the products of all patients in one batch of products.
void GradientBook::measure_single_images(Entry &entry, const Tensor &patches, const Tensor &slopes, bool keeps, std::vector<double> &squares) const
{
    if (keeps) {
        const Tensor products = at::bmm(slopes, patches.transpose(1, 2));
        entry.kept.resize(patients_.size());
        for (size_t image = 0; image < patients_.size(); image++) {
            entry.kept[patients_[image]] = products[static_cast<int64_t>(image)];
            squares[patients_[image]] += square_sum(entry.kept[patients_[image]]);
        }

        return;
    }

    const Tensor wide_a = patches.to(at::kDouble), wide_g = slopes.to(at::kDouble);
    const Tensor sums = at::bmm(wide_a.transpose(1, 2), wide_a).mul_(at::bmm(wide_g.transpose(1, 2), wide_g)).sum({1, 2});
    for (size_t image = 0; image < patients_.size(); image++) squares[patients_[image]] += sums[static_cast<int64_t>(image)].item<double>();
}

void GradientBook::measure_product(Entry &entry, std::vector<double> &squares) const
{
    const Tensor patches = patches_of(entry);
    const Tensor slopes = entry.kind == Entry::Kind::Linear ? entry.output_gradient.unsqueeze(2) : entry.output_gradient.flatten(2);
    const int64_t read = patches.size(1), given = slopes.size(1);
    size_t most = 0;
    for (const auto &images : images_) most = std::max(most, images.size());
    const int64_t pixels = patches.size(2) * static_cast<int64_t>(most);
    const bool keeps = 2 * pixels * (read + given) >= read * given;
    if (images_.size() == patients_.size()) {
        measure_single_images(entry, patches, slopes, keeps, squares);
        return;
    }

    for (size_t patient = 0; patient < images_.size(); patient++) {
        const Tensor chosen = at::tensor(images_[patient], at::kLong).to(patches.device());
        const Tensor a = patches.index_select(0, chosen).transpose(0, 1).reshape({read, -1}), g = slopes.index_select(0, chosen).transpose(0, 1).reshape({given, -1});
        if (keeps) {
            entry.kept.push_back(at::mm(g, a.t()));
            squares[patient] += square_sum(entry.kept.back());
        } else {
            // In double: what cancels in here must not hide a part of the norm.
            const Tensor wide_a = a.to(at::kDouble), wide_g = g.to(at::kDouble);
            squares[patient] += at::mm(wide_a.t(), wide_a).mul_(at::mm(wide_g.t(), wide_g)).sum().item<double>();
        }
    }
}

void GradientBook::measure(Entry &entry, std::vector<double> &squares) const
{
    if (!entry.output_gradient.defined()) throw Error(FED_FAILED, "The layer " + entry.weight->name + " got no gradient.");
    if (entry.kind == Entry::Kind::GroupNorm) {
        const Tensor by_image = (entry.input * entry.output_gradient).flatten(2).sum(2);
        for (const Tensor &gradient : summed_by_patient(by_image).unbind(0)) entry.kept.push_back(gradient);
        for (size_t patient = 0; patient < squares.size(); patient++) squares[patient] += square_sum(entry.kept[patient]);
    } else {
        measure_product(entry, squares);
    }

    if (!entry.bias) return;
    entry.bias_gradients = summed_by_patient(entry.kind == Entry::Kind::Linear ? entry.output_gradient : entry.output_gradient.flatten(2).sum(2));
    for (size_t patient = 0; patient < squares.size(); patient++) squares[patient] += square_sum(entry.bias_gradients[static_cast<int64_t>(patient)]);
}

std::vector<double> GradientBook::norms()
{
    at::NoGradGuard no_grad;
    std::vector<double> squares(images_.size());
    for (const auto &entry : entries_) measure(*entry, squares);
    for (double &square : squares) square = std::sqrt(std::max(0.0, square));
    return squares;
}

Tensor GradientBook::factor_of_images(const std::vector<double> &factors, const Tensor &like) const
{
    std::vector<float> by_image;
    for (const int64_t patient : patients_) by_image.push_back(static_cast<float>(factors[patient]));
    std::vector<int64_t> shape(like.dim(), 1);
    shape[0] = static_cast<int64_t>(by_image.size());
    return at::tensor(by_image).to(like.device()).view(shape);
}

void GradientBook::write_gradients(const std::vector<double> &factors)
{
    at::NoGradGuard no_grad;
    for (const auto &entry : entries_) {
        Tensor gradient;
        if (!entry->kept.empty()) {
            gradient = at::zeros_like(entry->kept[0]);
            for (size_t patient = 0; patient < factors.size(); patient++) gradient.add_(entry->kept[patient], factors[patient]);
        } else if (entry->kind == Entry::Kind::Linear) {
            gradient = at::mm((entry->output_gradient * factor_of_images(factors, entry->output_gradient)).t(), entry->input);
        } else {
            const auto all = at::convolution_backward(entry->output_gradient * factor_of_images(factors, entry->output_gradient), entry->input, entry->weight->value.detach(), at::OptionalIntArrayRef(),
                {entry->stride, entry->stride}, {entry->padding, entry->padding}, {1, 1}, false, {0, 0}, 1, {false, true, false});
            gradient = std::get<1>(all);
        }

        // In the parameter's own memory order, as autograd leaves it.
        entry->weight->value.mutable_grad() = at::empty_like(entry->weight->value).copy_(gradient.reshape(entry->weight->shape));
        if (!entry->bias) continue;
        const Tensor scales = at::tensor(std::vector<float>(factors.begin(), factors.end())).to(entry->bias_gradients.device()).unsqueeze(1);
        entry->bias->value.mutable_grad() = (entry->bias_gradients * scales).sum(0);
    }
}

}
