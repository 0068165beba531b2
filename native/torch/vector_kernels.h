// Loops over long vectors on the processor: the gradient's norm and the optimisers' updates, each in one pass over memory.
//
// Work is cut into blocks of fixed length, and sums add the blocks in order, so results do not depend on the number of threads.
#pragma once
#include "fedtorch.h"

#include <cstdint>

namespace fedtorch {

// A stretch of parameters with everything an update reads and writes. All arrays have count values and do not overlap.
struct ParameterSpan {
    int64_t count;
    float *values;
    uint16_t *shadow;            // bfloat16 copy to renew, or null
    const float *anchor;         // where the proximal term pulls to
    const float *gradient;       // exactly one of gradient and
    const uint16_t *gradient16;  // gradient16 (bfloat16) is given
    float *moment1;              // SGD: velocity
    float *moment2;              // AdamW only
};

// The factors of one step, worked out once. gradient' = scale * (gradient + proximal * (value - anchor)).
struct UpdateFactors {
    float scale, proximal, learning_rate, weight_decay;
    float momentum;                                // SGD
    float beta1, beta2, correction1, correction2;  // AdamW: 1 - beta^t
};

// Sum of the squares of gradient + proximal * (value - anchor), in double: a float32 sum over 25 million values reads 0.1 % low, which would
// break the bound that clipping promises.
double sum_of_squares(const ParameterSpan &span, float proximal);

// torch.optim.SGD: g += wd w; v = momentum v + g; w -= lr v.
void sgd(const ParameterSpan &span, const UpdateFactors &factors);

// torch.optim.AdamW: w *= 1 - lr wd; m, v as in Adam; w -= lr m / correction1 / (sqrt(v / correction2) + 1e-8).
void adamw(const ParameterSpan &span, const UpdateFactors &factors);

}
