/* The whole surface between .NET and libtorch.
 *
 * Rules:
 *  - every function returns a fed_status; results go through out-parameters;
 *  - no C++ exception leaves this library;
 *  - every struct begins with its size in bytes, so that a caller built against another version is refused in words;
 *  - the caller owns every buffer; a model is freed by exactly one fed_model_free;
 *  - one model is used by one thread at a time: a second caller gets FED_BUSY at once, it never waits.
 *
 * Flat vectors. All values of a network travel as float32: first the parameters in the order of torchvision's named_parameters(), then
 * the float buffers (running means and variances, without num_batches_tracked). Every tensor is row-major; convolution weights are
 * output, input, height, width. Internal storage may differ; this order never does.
 */
#pragma once
#include <stdint.h>

#define FED_ABI_VERSION 2
#define FED_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

enum fed_status {
    FED_OK = 0,
    FED_INVALID_ARGUMENT = 1, /* the caller's fault: shape, length, range */
    FED_OUT_OF_MEMORY = 2,    /* refused by the memory budget, or by an allocator */
    FED_FAILED = 3,           /* anything else, libtorch's own errors included */
    FED_BUSY = 4,             /* another thread is using the model */
};

enum fed_architecture { FED_RESNET50 = 0, FED_RESNET50_GROUPNORM = 1, FED_RESNET50_SLIM = 2, FED_EFFICIENTNET_B0 = 3 };
enum fed_device { FED_DEVICE_AUTOMATIC = 0, FED_DEVICE_CPU = 1, FED_DEVICE_CUDA = 2 };
enum fed_precision { FED_PRECISION_AUTOMATIC = 0, FED_PRECISION_FLOAT32 = 1, FED_PRECISION_BFLOAT16 = 2 };
enum fed_optimizer { FED_OPTIMIZER_SGD = 0, FED_OPTIMIZER_ADAMW = 1 };

/* What decides the number and shape of a network's values. */
typedef struct fed_network {
    uint32_t size;
    int32_t architecture;
    int32_t class_count;    /* 2 to 100,000 */
    int32_t input_channels; /* 1 or 3 */
} fed_network;

/* How a network is computed. */
typedef struct fed_compute {
    uint32_t size;
    int32_t device;
    int32_t precision;
    int32_t threads; /* processor threads, 0 for all cores */
    uint64_t seed;   /* of the first weights, dropout and stochastic depth */
} fed_compute;

/* One tensor of the flat vector. */
typedef struct fed_tensor {
    uint32_t size;
    int32_t is_buffer;
    int64_t offset; /* of its first value in the flat vector */
    int32_t rank;   /* 1 to 4 */
    int32_t shape[4];
    char name[124]; /* UTF-8, ends with 0 */
} fed_tensor;

/* Images: count x channels x height x width float32, row-major. One grey channel is repeated over the network's channels. */
typedef struct fed_batch {
    uint32_t size;
    int32_t count, channels, height, width; /* height and width at least 32 */
    const float *pixels;
    const int32_t *labels; /* count class numbers; may be null where no label is needed */
} fed_batch;

/* The loss, with p = softmax(logits + logit_adjustment), q = (1 - label_smoothing) onehot(y) + label_smoothing / class_count:
 *   sum_i sum_k q_ik w_k (1 - p_ik)^focal_gamma (-log p_ik)  /  sum_i w_(y_i)
 * which is torch's cross_entropy for focal_gamma = 0, and Lin et al. 2017 for label_smoothing = 0. */
typedef struct fed_loss {
    uint32_t size;
    float label_smoothing; /* [0, 1) */
    float focal_gamma;     /* >= 0 */
    int32_t class_weight_count, logit_adjustment_count; /* 0 or class_count */
    const float *class_weights;    /* all > 0 */
    const float *logit_adjustment;
} fed_loss;

/* The update, from the gradient g of the loss and the values w0 last set:
 *   g <- g + proximal_term (w - w0); g <- g min(1, gradient_clip / |g|); then torch's SGD or AdamW (eps = 1e-8). */
typedef struct fed_step {
    uint32_t size;
    int32_t optimizer;
    float learning_rate, momentum, beta1, beta2, weight_decay;
    float gradient_clip; /* greatest L2 norm; 0: no limit, and the norm is not computed */
    float proximal_term; /* mu of FedProx; 0: off */
} fed_step;

typedef struct fed_step_result {
    uint32_t size;
    int32_t correct_count; /* images whose largest logit was their label's */
    float loss;            /* before the step */
    double gradient_norm;  /* before clipping */
} fed_step_result;

/* What, besides the values, a later run needs to go on exactly where this one stops. */
typedef struct fed_optimizer_state {
    uint32_t size;
    int32_t optimizer;
    int64_t step_count;
} fed_optimizer_state;

FED_API int32_t fed_abi_version(void); /* the only function that returns a number, not a status */

/* Text of the last failure on this thread, UTF-8, never null. */
FED_API const char *fed_last_error(void);

/* Versions and abilities in one line, for logs. */
FED_API int32_t fed_build_text(char *text, int32_t capacity);

/* The layout of a network, without building its values. */
FED_API int32_t fed_layout_tensor_count(const fed_network *network, int32_t *tensor_count);
FED_API int32_t fed_layout_tensors(const fed_network *network, fed_tensor *tensors, int32_t tensor_count);

typedef struct fed_model fed_model;
FED_API int32_t fed_model_create(const fed_network *network, const fed_compute *compute, fed_model **model);
FED_API void fed_model_free(fed_model *model); /* null is allowed */
FED_API int32_t fed_model_device_text(const fed_model *model, char *text, int32_t capacity);

/* count must equal the number of values: parameters and buffers. Setting also moves the proximal anchor, and keeps the optimiser. */
FED_API int32_t fed_model_get_values(fed_model *model, float *values, int64_t count);
FED_API int32_t fed_model_set_values(fed_model *model, const float *values, int64_t count);

/* Forgets momentum, moments and step count. A change of optimiser does so by itself. */
FED_API int32_t fed_model_reset_optimizer(fed_model *model);

/* moments: 2 x parameter count floats (SGD: velocity, then zeros; AdamW: first, then second moments), in the order of the flat vector. */
FED_API int32_t fed_model_get_optimizer(fed_model *model, fed_optimizer_state *state, float *moments, int64_t count);
FED_API int32_t fed_model_set_optimizer(fed_model *model, const fed_optimizer_state *state, const float *moments, int64_t count);

/* The random generator's state. With bytes null, only writes the count. */
FED_API int32_t fed_model_get_random(fed_model *model, uint8_t *bytes, int64_t capacity, int64_t *count);
FED_API int32_t fed_model_set_random(fed_model *model, const uint8_t *bytes, int64_t count);

FED_API int32_t fed_model_train_step(fed_model *model, const fed_batch *batch, const fed_loss *loss, const fed_step *step, fed_step_result *result);

/* The gradient of the loss in training mode, parameters only, in the order of the flat vector. Changes no parameter; running statistics
 * and the random generator move as in a step. */
FED_API int32_t fed_model_gradient(fed_model *model, const fed_batch *batch, const fed_loss *loss, float *gradient, int64_t count, fed_step_result *result);

/* For training that protects patients. The gradient of a patient is that of the mean loss over the patient's images in the batch. */
typedef struct fed_clipping {
    uint32_t size;
    int32_t patient_count;   /* at least 1 */
    const int32_t *patients; /* batch count numbers from 0 to patient_count - 1; every patient has an image */
    double clipping_norm;    /* > 0 */
} fed_clipping;

/* Sum over the patients of gradient * min(1, clipping_norm / norm), parameters only, in the order of the flat vector; norms are taken in
 * double and raised by a thousandth before clipping, which covers the rounding of float32 products. Needs float32 and a network without
 * BatchNorm. loss.logit_adjustment must not come from private class counts. norms: patient_count numbers, or null; they must not leave. */
FED_API int32_t fed_model_private_gradient(
    fed_model *model, const fed_batch *batch, const fed_loss *loss, const fed_clipping *clipping, float *gradient, int64_t count, double *norms, fed_step_result *result);

/* One optimiser step with a gradient of the caller's, parameters only, in the order of the flat vector. */
FED_API int32_t fed_model_apply_gradient(fed_model *model, const float *gradient, int64_t count, const fed_step *step);

/* Features before the last layer, averaged over the maps: batch count x features, evaluation mode. */
FED_API int32_t fed_model_features(fed_model *model, const fed_batch *batch, float *features, int64_t count);

/* logits: batch count x class count, evaluation mode. */
FED_API int32_t fed_model_predict(fed_model *model, const fed_batch *batch, float *logits, int64_t count);

/* Gradient of the summed loss of each image with respect to its own pixels (evaluation mode), shaped like the batch's pixels. */
FED_API int32_t fed_model_input_gradient(fed_model *model, const fed_batch *batch, const fed_loss *loss, float *gradient, int64_t count);

/* Grad-CAM (Selvaraju et al. 2017) of the labels' logits: batch count x height x width, each map scaled to a maximum of 1, or all 0. */
FED_API int32_t fed_model_grad_cam(fed_model *model, const fed_batch *batch, float *maps, int64_t count);

/* Fails in the way asked for, so that tests can show that no failure ends the process: 0 libtorch shape error, 1 allocation that libtorch's
 * allocator refuses, 2 throw of an int, 3 std::bad_alloc, 4 std::runtime_error, 5 refusal by the memory budget. */
FED_API int32_t fed_test_fault(int32_t kind);

/* Holds the model as a running call would, and lets go again: lets a test meet FED_BUSY without a race. */
FED_API int32_t fed_test_hold(fed_model *model, int32_t hold);

#ifdef __cplusplus
}
#endif
