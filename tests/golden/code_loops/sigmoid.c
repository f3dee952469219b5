// f, and its gradient by w0, x0, w1, x1, w2.
//
//     double gradient[5];
//     double value = value_and_gradients(w0, x0, w1, x1, w2, gradient);
//
// Compile this file with  cc -O2 -c FILE.c  and link with -lm. It is C99, and C++ too.

#include <math.h>

double value_and_gradients(double w0, double x0, double w1, double x1, double w2, double gradient[5])
{
    // forward
    const double t1 = w0 * x0;   // mul
    const double t2 = w1 * x1;   // mul
    const double t3 = t1 + t2;   // add
    const double t4 = t3 + w2;   // add
    const double t5 = -t4;       // neg
    const double t6 = exp(t5);   // exp
    const double t7 = 1.0 + t6;  // add
    const double f = 1.0 / t7;   // div

    // backward: d_… is the gradient of f by …
    const double t8 = t7 * t7;      // pow
    const double d_t7 = -1.0 / t8;  // gradient by t7
    const double d_t6 = d_t7;       // gradient by t6
    const double d_t5 = d_t6 * t6;  // gradient by t5
    const double d_t4 = -d_t5;      // gradient by t4
    const double d_t3 = d_t4;       // gradient by t3
    const double d_t2 = d_t3;       // gradient by t2
    const double d_t1 = d_t3;       // gradient by t1
    const double d_w2 = d_t4;       // gradient by w2
    const double d_x1 = d_t2 * w1;  // gradient by x1
    const double d_w1 = d_t2 * x1;  // gradient by w1
    const double d_x0 = d_t1 * w0;  // gradient by x0
    const double d_w0 = d_t1 * x0;  // gradient by w0

    gradient[0] = d_w0;
    gradient[1] = d_x0;
    gradient[2] = d_w1;
    gradient[3] = d_x1;
    gradient[4] = d_w2;
    return f;
}
