// L, and its gradient by W1, b1, W2, b2.
//
//     double X[4 * 3];
//     double T[4 * 2];
//     double W1[3 * 5];
//     double b1[5];
//     double W2[5 * 2];
//     double b2[2];
//     double d_W1[3 * 5];
//     double d_b1[5];
//     double d_W2[5 * 2];
//     double d_b2[2];
//     double value = value_and_gradients(X, T, W1, b1, W2, b2, d_W1, d_b1, d_W2, d_b2);
//
// Compile this file with  cc -O2 -c FILE.c  and link with -lm. It is C99, and C++ too.
// Arrays are flat, row by row: the entry (i, j) of a matrix A with n columns is A[n*i + j].
// The results must not overlap with what is given.

#include <math.h>

double value_and_gradients(
    const double X[12], const double T[8], const double W1[15], const double b1[5],
    const double W2[10], const double b2[2], double d_W1[15], double d_b1[5], double d_W2[10],
    double d_b2[2])
{
    double t1[20];    // 4×5
    double t2[20];    // 4×5
    double h[20];     // 4×5
    double t3[8];     // 4×2
    double y[8];      // 4×2
    double t4[8];     // 4×2
    double t5[8];     // 4×2
    double t6[8];     // 4×2
    double d_t4[8];   // 4×2
    double d_h[20];   // 4×5
    double t9[20];    // 4×5
    double t10[20];   // 4×5
    double d_t2[20];  // 4×5

    // forward

    // t1: matmul, 4×5
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 5; j++) {
            double sum = 0.0;
            for (int k = 0; k < 3; k++) {
                sum += X[3 * i + k] * W1[5 * k + j];
            }
            t1[5 * i + j] = sum;
        }
    }

    // t2: add, 4×5
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 5; j++) {
            t2[5 * i + j] = t1[5 * i + j] + b1[j];
        }
    }

    // h: tanh, 4×5
    for (int i = 0; i < 20; i++) {
        h[i] = tanh(t2[i]);
    }

    // t3: matmul, 4×2
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 2; j++) {
            double sum = 0.0;
            for (int k = 0; k < 5; k++) {
                sum += h[5 * i + k] * W2[2 * k + j];
            }
            t3[2 * i + j] = sum;
        }
    }

    // y: add, 4×2
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 2; j++) {
            y[2 * i + j] = t3[2 * i + j] + b2[j];
        }
    }

    // t4: sub, 4×2
    for (int i = 0; i < 8; i++) {
        t4[i] = y[i] - T[i];
    }

    // t5: pow, 4×2
    for (int i = 0; i < 8; i++) {
        t5[i] = t4[i] * t4[i];
    }

    // L: mean
    double L = 0.0;
    for (int i = 0; i < 8; i++) {
        L += t5[i];
    }
    L /= 8.0;

    // backward: d_… is the gradient of L by …

    // t6: local derivative of t5 by t4, 4×2
    for (int i = 0; i < 8; i++) {
        t6[i] = 2.0 * t4[i];
    }

    // d_t4: gradient by t4, 4×2
    for (int i = 0; i < 8; i++) {
        d_t4[i] = 0.125 * t6[i];
    }

    const double *const d_y = d_t4;  // gradient by y
    const double *const d_t3 = d_y;  // gradient by t3

    // d_b2: gradient by b2, 2
    for (int i = 0; i < 2; i++) {
        double sum = 0.0;
        for (int j = 0; j < 4; j++) {
            sum += d_y[2 * j + i];
        }
        d_b2[i] = sum;
    }

    // t7: transpose, 5×4; its entries are those of h, and not copied

    // d_W2: gradient by W2, 5×2
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 2; j++) {
            double sum = 0.0;
            for (int k = 0; k < 4; k++) {
                sum += h[5 * k + i] * d_t3[2 * k + j];
            }
            d_W2[2 * i + j] = sum;
        }
    }

    // t8: transpose, 2×5; its entries are those of W2, and not copied

    // d_h: gradient by h, 4×5
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 5; j++) {
            double sum = 0.0;
            for (int k = 0; k < 2; k++) {
                sum += d_t3[2 * i + k] * W2[2 * j + k];
            }
            d_h[5 * i + j] = sum;
        }
    }

    // t9: pow, 4×5
    for (int i = 0; i < 20; i++) {
        t9[i] = h[i] * h[i];
    }

    // t10: local derivative of h by t2, 4×5
    for (int i = 0; i < 20; i++) {
        t10[i] = 1.0 - t9[i];
    }

    // d_t2: gradient by t2, 4×5
    for (int i = 0; i < 20; i++) {
        d_t2[i] = d_h[i] * t10[i];
    }

    const double *const d_t1 = d_t2;  // gradient by t1

    // d_b1: gradient by b1, 5
    for (int i = 0; i < 5; i++) {
        double sum = 0.0;
        for (int j = 0; j < 4; j++) {
            sum += d_t2[5 * j + i];
        }
        d_b1[i] = sum;
    }

    // t11: transpose, 3×4; its entries are those of X, and not copied

    // d_W1: gradient by W1, 3×5
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 5; j++) {
            double sum = 0.0;
            for (int k = 0; k < 4; k++) {
                sum += X[3 * k + i] * d_t1[5 * k + j];
            }
            d_W1[5 * i + j] = sum;
        }
    }

    return L;
}
