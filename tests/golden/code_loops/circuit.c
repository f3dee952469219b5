// f, and its gradient by x, y, z.
//
//     double gradient[3];
//     double value = value_and_gradients(x, y, z, gradient);
//
// Compile this file with  cc -O2 -c FILE.c  and link with -lm. It is C99, and C++ too.

#include <math.h>

double value_and_gradients(double x, double y, double z, double gradient[3])
{
    // forward
    const double t1 = x + y;  // add
    const double f = t1 * z;  // mul

    // backward: d_… is the gradient of f by …
    const double d_t1 = z;    // gradient by t1
    const double d_z = t1;    // gradient by z
    const double d_y = d_t1;  // gradient by y
    const double d_x = d_t1;  // gradient by x

    gradient[0] = d_x;
    gradient[1] = d_y;
    gradient[2] = d_z;
    return f;
}
