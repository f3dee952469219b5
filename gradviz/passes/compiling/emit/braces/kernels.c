// What C's <math.h> does not have. Each function stands alone but for those that it calls; only what a program uses is
// put into it. Numbers outside a function's domain give NaN or infinity.

// The larger number; NaN wins.
static double larger(double a, double b)
{
    return isnan(a) || a > b ? a : b;
}

// The smaller number; NaN wins.
static double smaller(double a, double b)
{
    return isnan(a) || a < b ? a : b;
}

// x, kept between low and high; NaN stays.
static double clip(double x, double low, double high)
{
    return smaller(larger(x, low), high);
}

// -1, 0 or 1; NaN stays.
static double sign(double x)
{
    return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
}

// a / b, and 0 where both are 0.
static double ratio(double a, double b)
{
    return a == 0 && b == 0 ? 0.0 : a / b;
}

// a ln(x), and 0 where both are 0.
static double xlogy(double a, double x)
{
    return a == 0 && x == 0 ? 0.0 : a * log(x);
}

// max(ln(x), -100); NaN below 0. The number is e^-100.
static double log_clamped(double x)
{
    return 0 <= x && x <= 3.720075976020836e-44 ? -100.0 : log(x);
}

// 1 / x, and 0 where log_clamped is cut off.
static double inverse_clamped(double x)
{
    return 0 <= x && x <= 3.720075976020836e-44 ? 0.0 : 1.0 / x;
}

// 1 / cosh(x), which cannot overflow.
static double sech(double x)
{
    double e = exp(-fabs(x));
    return 2.0 * e / (1.0 + e * e);
}

// 1 / sinh(x), which cannot overflow.
static double csch(double x)
{
    return (x < 0 ? 2.0 : -2.0) * exp(-fabs(x)) / expm1(-2.0 * fabs(x));
}

// 1 / (1 + e^-x), by a power that cannot overflow.
static double sigmoid(double x)
{
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1.0) / (1.0 + e);
}

// ln(1 + e^x), by a power that cannot overflow.
static double softplus(double x)
{
    return larger(x, 0.0) + log1p(exp(-fabs(x)));
}

// ln(e^a + e^b), by a power that cannot overflow.
static double logaddexp(double a, double b)
{
    return a == b ? a + log(2.0) : larger(a, b) + log1p(exp(-fabs(a - b)));
}

// x above 0, alpha (e^x - 1) below.
static double elu(double x, double alpha)
{
    return x > 0 ? x : alpha * expm1(x);
}

// x sigmoid(2 u), where u = sqrt(2/pi) (x + 0.044715 x^3).
static double gelu_tanh(double x)
{
    return x * sigmoid(2.0 * 0.7978845608028654 * (x + 0.044715 * x * x * x));
}

// The derivative of ln(gamma(x)): lifted above 6 by psi(x) = psi(x + 1) - 1/x, then its asymptotic series.
static double digamma(double x)
{
    if (x == 0)
        return -1.0 / x;
    if (x < 0)
        return x == floor(x) ? NAN : digamma(1.0 - x) - 3.141592653589793 / tan(3.141592653589793 * fmod(x, 1.0));
    double sum = 0.0;
    for (; x < 10; x += 1)
        sum -= 1.0 / x;
    double y = 1.0 / (x * x);
    double series = y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132)))));
    return sum + log(x) - 0.5 / x - series;
}

// The n-th derivative of digamma, by Hurwitz's zeta function: its first terms, and the Euler-Maclaurin sum of the rest.
static double polygamma(double x, int n)
{
    static const double bernoulli[] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6};
    if (n == 0)
        return digamma(x);
    if (x < -1e6)
        return NAN;
    double factorial = tgamma(n + 1.0), sign = n % 2 ? 1.0 : -1.0, sum = 0.0;
    if (x <= 0 && x == floor(x))
        return sign * INFINITY;
    for (; x < 20; x += 1)
        sum += pow(x, -n - 1);
    sum += pow(x, -n) / n + 0.5 * pow(x, -n - 1);
    double term = (n + 1) * pow(x, -n - 2) / 2;
    for (int k = 0; k < 7; k++) {
        sum += bernoulli[k] * term;
        term *= (n + 2 * k + 2.0) * (n + 2 * k + 3.0) / ((2 * k + 3.0) * (2 * k + 4.0) * x * x);
    }
    return sign * factorial * sum;
}

// A number as a row's: the nearest whole number; -1 where there is none within 0.001, or no such row.
static int row_number(double x, int count)
{
    double whole = rint(x);
    return fabs(x - whole) <= 1e-3 && whole >= 0 && whole < count ? (int)whole : -1;
}

// Gaussian elimination with partial pivoting: solves a x = c for m columns, c being overwritten by x. The matrix a is
// overwritten by its triangular factor. Returns the sign of the row exchanges, 0 where a is singular.
static int eliminate(int n, int m, double *a, double *c)
{
    int sign = 1;
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[n * i + k]) > fabs(a[n * pivot + k]))
                pivot = i;
        if (a[n * pivot + k] == 0)
            return 0;
        if (pivot != k) {
            sign = -sign;
            for (int j = 0; j < n; j++) {
                double swapped = a[n * k + j];
                a[n * k + j] = a[n * pivot + j];
                a[n * pivot + j] = swapped;
            }
            for (int j = 0; j < m; j++) {
                double swapped = c[m * k + j];
                c[m * k + j] = c[m * pivot + j];
                c[m * pivot + j] = swapped;
            }
        }
        for (int i = k + 1; i < n; i++) {
            double factor = a[n * i + k] / a[n * k + k];
            for (int j = k; j < n; j++)
                a[n * i + j] -= factor * a[n * k + j];
            for (int j = 0; j < m; j++)
                c[m * i + j] -= factor * c[m * k + j];
        }
    }
    for (int i = n - 1; i >= 0; i--)
        for (int j = 0; j < m; j++) {
            for (int k = i + 1; k < n; k++)
                c[m * i + j] -= a[n * i + k] * c[m * k + j];
            c[m * i + j] /= a[n * i + i];
        }
    return sign;
}

// The determinant of a matrix of n rows. Up to 3 it is written out, which keeps whole numbers whole.
static double determinant(int n, const double *a, double *scratch)
{
    if (n == 0)
        return 1.0;
    if (n == 1)
        return a[0];
    if (n == 2)
        return a[0] * a[3] - a[1] * a[2];
    if (n == 3)
        return a[0] * (a[4] * a[8] - a[5] * a[7]) + a[1] * (a[5] * a[6] - a[3] * a[8])
               + a[2] * (a[3] * a[7] - a[4] * a[6]);
    for (int i = 0; i < n * n; i++)
        scratch[i] = a[i];
    double product = eliminate(n, 0, scratch, scratch);
    for (int i = 0; i < n && product != 0; i++)
        product *= scratch[n * i + i];
    return product;
}

// The logarithm of the determinant: -infinity where it is 0, NaN where it is negative.
static double log_determinant(int n, const double *a, double *scratch)
{
    for (int i = 0; i < n * n; i++)
        scratch[i] = a[i];
    int sign = eliminate(n, 0, scratch, scratch);
    if (sign == 0)
        return -INFINITY;
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        sum += log(fabs(scratch[n * i + i]));
        if (scratch[n * i + i] < 0)
            sign = -sign;
    }
    return sign < 0 ? NAN : sum;
}

// The x with a x = c, for m columns; NaN where a is singular.
static void solve(int n, int m, const double *a, const double *c, double *x, double *scratch)
{
    for (int i = 0; i < n * n; i++)
        scratch[i] = a[i];
    for (int i = 0; i < n * m; i++)
        x[i] = c[i];
    if (eliminate(n, m, scratch, x) == 0)
        for (int i = 0; i < n * m; i++)
            x[i] = NAN;
}

// The inverse of a matrix; NaN where there is none.
static void invert(int n, const double *a, double *inverse, double *scratch)
{
    for (int i = 0; i < n * n; i++) {
        scratch[i] = a[i];
        inverse[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
    }
    if (eliminate(n, n, scratch, inverse) == 0)
        for (int i = 0; i < n * n; i++)
            inverse[i] = NAN;
}

// The cofactors of a matrix: for row i and column j the determinant without them, with the sign of (-1)^(i + j). With
// directions (matrices one after the other) their derivative along these: a determinant is linear in each row, so it is
// the sum over all ways to put one row of each direction in the matrix's place.
static void cofactors(int n, int count, const double *a, const double *directions, double *made, double *scratch)
{
    int m = n - 1, ways = 1;
    for (int d = 0; d < count; d++)
        ways *= m;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0.0;
            for (int way = 0; way < ways; way++) {
                int once = 1;
                for (int row = 0; row < m; row++) {
                    const double *from = a;
                    for (int d = 0, rest = way; d < count; d++, rest /= m)
                        if (rest % m == row) {
                            once = once && from == a;
                            from = directions + d * n * n;
                        }
                    for (int column = 0; column < m; column++)
                        scratch[m * row + column] = from[n * (row + (row >= i)) + column + (column >= j)];
                }
                if (once)
                    sum += determinant(m, scratch, scratch + m * m);
            }
            made[n * i + j] = (i + j) % 2 ? -sum : sum;
        }
}

// Singular vectors by Jacobi's rotations (Hestenes): turns the columns of u, at first the matrix, until they are
// perpendicular, and v along with them. Returns the column that is longest: its length is the largest singular value.
static int rotate_columns(int m, int n, const double *a, double *u, double *v)
{
    for (int i = 0; i < m * n; i++)
        u[i] = a[i];
    for (int i = 0; i < n * n; i++)
        v[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
    for (int sweep = 0, turned = 1; sweep < 60 && turned; sweep++) {
        turned = 0;
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                double pp = 0.0, qq = 0.0, pq = 0.0;
                for (int i = 0; i < m; i++) {
                    pp += u[n * i + p] * u[n * i + p];
                    qq += u[n * i + q] * u[n * i + q];
                    pq += u[n * i + p] * u[n * i + q];
                }
                if (!(fabs(pq) > 1e-16 * sqrt(pp * qq)))
                    continue;
                turned = 1;
                double zeta = (qq - pp) / (2.0 * pq);
                double t = (zeta < 0 ? -1.0 : 1.0) / (fabs(zeta) + hypot(1.0, zeta));
                double cosine = 1.0 / hypot(1.0, t), sine = cosine * t;
                for (int i = 0; i < m + n; i++) {
                    double *row = i < m ? u + n * i : v + n * (i - m);
                    double left = row[p], right = row[q];
                    row[p] = cosine * left - sine * right;
                    row[q] = sine * left + cosine * right;
                }
            }
    }
    int longest = 0;
    double most = -1.0;
    for (int j = 0; j < n; j++) {
        double sum = 0.0;
        for (int i = 0; i < m; i++)
            sum += u[n * i + j] * u[n * i + j];
        if (sum > most) {
            most = sum;
            longest = j;
        }
    }
    return longest;
}

// The largest singular value of a matrix of m rows and n columns.
static double spectral_norm(int m, int n, const double *a, double *scratch)
{
    int j = rotate_columns(m, n, a, scratch, scratch + m * n);
    double sum = 0.0;
    for (int i = 0; i < m * n; i++)
        sum += isfinite(a[i]) ? 0.0 : NAN;
    for (int i = 0; i < m; i++)
        sum += scratch[n * i + j] * scratch[n * i + j];
    return sqrt(sum);
}

// The outer product of the singular vectors that belong to the largest singular value; zeros for a matrix of zeros.
static void top_singular(int m, int n, const double *a, double *made, double *scratch)
{
    const double *u = scratch, *v = scratch + m * n;
    int k = rotate_columns(m, n, a, scratch, scratch + m * n);
    double length = spectral_norm(m, n, a, scratch);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            made[n * i + j] = length == 0 ? 0.0 : u[n * i + k] / length * v[n * j + k];
}
