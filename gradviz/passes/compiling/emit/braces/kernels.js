// What JavaScript's Math does not have. Each function stands alone but for those that it calls; only what a program
// uses is put into it. Numbers outside a function's domain give NaN or infinity.

// An array of a shape, nested or flat, as a flat one, row by row.
function flat(name, value, shape) {
  const numbers = Numbers.from(ArrayBuffer.isView(value) ? value : [value].flat(Infinity));
  const size = shape.reduce((a, b) => a * b, 1);
  if (numbers.length !== size) {
    throw new RangeError(`${name} has ${numbers.length} entries, not ${shape.join("×")}`);
  }
  const given = [];
  for (let part = value; Array.isArray(part); part = part[0]) {
    given.push(part.length);
  }
  if (given.length > 1 && given.join("×") !== shape.join("×")) {
    throw new RangeError(`${name} is ${given.join("×")}, not ${shape.join("×")}`);
  }
  return numbers;
}

// A flat array as nested ones of a shape.
function nested(numbers, shape) {
  if (shape.length < 2) {
    return Array.from(numbers);
  }
  const [rows, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: rows }, (_, i) => nested(numbers.subarray(i * size, (i + 1) * size), rest));
}

// a^b as IEEE 754 has it: 1 to any power is 1, and -1 to an infinite one too.
function power(a, b) {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
}

// a / b, and 0 where both are 0.
function ratio(a, b) {
  return a === 0 && b === 0 ? 0 : a / b;
}

// x, kept between low and high; NaN stays.
function clip(x, low, high) {
  return Math.min(Math.max(x, low), high);
}

// a ln(x), and 0 where both are 0.
function xlogy(a, x) {
  return a === 0 && x === 0 ? 0 : a * Math.log(x);
}

// max(ln(x), -100); NaN below 0. The number is e^-100.
function log_clamped(x) {
  return 0 <= x && x <= 3.720075976020836e-44 ? -100 : Math.log(x);
}

// 1 / x, and 0 where log_clamped is cut off.
function inverse_clamped(x) {
  return 0 <= x && x <= 3.720075976020836e-44 ? 0 : 1 / x;
}

// 1 / cosh(x), which cannot overflow.
function sech(x) {
  const e = Math.exp(-Math.abs(x));
  return (2 * e) / (1 + e * e);
}

// 1 / sinh(x), which cannot overflow.
function csch(x) {
  return ((x < 0 ? 2 : -2) * Math.exp(-Math.abs(x))) / Math.expm1(-2 * Math.abs(x));
}

// 1 / (1 + e^-x), by a power that cannot overflow.
function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

// ln(1 + e^x), by a power that cannot overflow.
function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

// ln(e^a + e^b), by a power that cannot overflow.
function logaddexp(a, b) {
  return a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

// x above 0, alpha (e^x - 1) below.
function elu(x, alpha) {
  return x > 0 ? x : alpha * Math.expm1(x);
}

// x sigmoid(2 u), where u = sqrt(2/pi) (x + 0.044715 x^3).
function gelu_tanh(x) {
  return x * sigmoid(2 * 0.7978845608028654 * (x + 0.044715 * x * x * x));
}

// The error function: near 0 by a series whose terms are all of one sign, farther out by erfc.
function erf(x) {
  if (Math.abs(x) > 2) {
    return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// 1 - erf(x): far above 0 by a continued fraction, which keeps its digits.
function erfc(x) {
  if (!(x > 2)) {
    return 1 - erf(x);
  }
  if (x > 27) {
    return 0;
  }
  let fraction = x;
  for (let n = 120; n > 0; n--) {
    fraction = x + n / 2 / fraction;
  }
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

// Lanczos's sum for the gamma function (g = 7, nine terms).
function lanczos(x) {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  return terms.reduce((sum, term, i) => sum + term / (x + i + 1), 0.9999999999998099);
}

// The gamma function: infinite at 0, NaN at the other poles.
function gamma(x) {
  if (x === 0) {
    return 1 / x;
  }
  if (x < 0.5) {
    return x === Math.floor(x) ? NaN : Math.PI / (Math.sin(Math.PI * (x % 2)) * gamma(1 - x));
  }
  if (x > 171.7) {
    return Infinity;
  }
  if (x === Math.floor(x) && x < 23) {
    let product = 1;
    for (let n = 2; n < x; n++) {
      product *= n;
    }
    return product;
  }
  const t = x + 6.5;
  const half = Math.pow(t, (x - 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * half * Math.exp(-t) * half * lanczos(x - 1);
}

// ln|gamma(x)|, infinite at the poles.
function log_gamma(x) {
  if (Math.abs(x) === Infinity || (x <= 0 && x === Math.floor(x))) {
    return Infinity;
  }
  if (Math.abs(x) < 1e-20) {
    return -Math.log(Math.abs(x));
  }
  if (x < 0.5) {
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 1)))) - log_gamma(1 - x);
  }
  const t = x + 6.5;
  return Math.log(Math.sqrt(2 * Math.PI) * lanczos(x - 1)) + (x - 0.5) * Math.log(t) - t;
}

// The derivative of ln(gamma(x)): lifted above 10 by psi(x) = psi(x + 1) - 1/x, then its asymptotic series.
function digamma(x) {
  if (x === 0) {
    return -1 / x;
  }
  if (x < 0) {
    return x === Math.floor(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1));
  }
  let sum = 0;
  for (; x < 10; x += 1) {
    sum -= 1 / x;
  }
  const y = 1 / (x * x);
  const series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132)))));
  return sum + Math.log(x) - 0.5 / x - series;
}

// The n-th derivative of digamma, by Hurwitz's zeta function: its first terms, and the Euler-Maclaurin sum of the rest.
function polygamma(x, n) {
  const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
  if (n === 0) {
    return digamma(x);
  }
  if (x < -1e6) {
    return NaN;
  }
  let factorial = 1;
  for (let k = 2; k <= n; k++) {
    factorial *= k;
  }
  const sign = n % 2 ? 1 : -1;
  if (x <= 0 && x === Math.floor(x)) {
    return sign * Infinity;
  }
  let sum = 0;
  for (; x < 20; x += 1) {
    sum += x ** (-n - 1);
  }
  sum += x ** -n / n + 0.5 * x ** (-n - 1);
  let term = ((n + 1) * x ** (-n - 2)) / 2;
  for (let k = 0; k < 7; k++) {
    sum += bernoulli[k] * term;
    term *= ((n + 2 * k + 2) * (n + 2 * k + 3)) / ((2 * k + 3) * (2 * k + 4) * x * x);
  }
  return sign * factorial * sum;
}

// A number as a row's: the nearest whole number; -1 where there is none within 0.001, or no such row.
function row_number(x, count) {
  const whole = Math.round(x);
  return Math.abs(x - whole) <= 1e-3 && whole >= 0 && whole < count ? whole : -1;
}

// Gaussian elimination with partial pivoting: solves a x = c for m columns, c being overwritten by x. The matrix a is
// overwritten by its triangular factor. Returns the sign of the row exchanges, 0 where a is singular.
function eliminate(n, m, a, c) {
  const swap = (array, length, i, j) => {
    for (let k = 0; k < length; k++) {
      [array[length * i + k], array[length * j + k]] = [array[length * j + k], array[length * i + k]];
    }
  };
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(a[n * i + k]) > Math.abs(a[n * pivot + k])) {
        pivot = i;
      }
    }
    if (a[n * pivot + k] === 0) {
      return 0;
    }
    if (pivot !== k) {
      sign = -sign;
      swap(a, n, k, pivot);
      swap(c, m, k, pivot);
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[n * i + k] / a[n * k + k];
      for (let j = k; j < n; j++) {
        a[n * i + j] -= factor * a[n * k + j];
      }
      for (let j = 0; j < m; j++) {
        c[m * i + j] -= factor * c[m * k + j];
      }
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = 0; j < m; j++) {
      for (let k = i + 1; k < n; k++) {
        c[m * i + j] -= a[n * i + k] * c[m * k + j];
      }
      c[m * i + j] /= a[n * i + i];
    }
  }
  return sign;
}

// The determinant of a matrix of n rows. Up to 3 it is written out, which keeps whole numbers whole.
function determinant(n, a, scratch) {
  if (n === 0) {
    return 1;
  }
  if (n === 1) {
    return a[0];
  }
  if (n === 2) {
    return a[0] * a[3] - a[1] * a[2];
  }
  if (n === 3) {
    return (
      a[0] * (a[4] * a[8] - a[5] * a[7]) + a[1] * (a[5] * a[6] - a[3] * a[8]) + a[2] * (a[3] * a[7] - a[4] * a[6])
    );
  }
  scratch.set(a.subarray(0, n * n));
  let product = eliminate(n, 0, scratch, scratch);
  for (let i = 0; i < n && product !== 0; i++) {
    product *= scratch[n * i + i];
  }
  return product;
}

// The logarithm of the determinant: -infinity where it is 0, NaN where it is negative.
function log_determinant(n, a, scratch) {
  scratch.set(a.subarray(0, n * n));
  let sign = eliminate(n, 0, scratch, scratch);
  if (sign === 0) {
    return -Infinity;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += Math.log(Math.abs(scratch[n * i + i]));
    sign = scratch[n * i + i] < 0 ? -sign : sign;
  }
  return sign < 0 ? NaN : sum;
}

// The x with a x = c, for m columns; NaN where a is singular.
function solve(n, m, a, c, x, scratch) {
  scratch.set(a.subarray(0, n * n));
  x.set(c.subarray(0, n * m));
  if (eliminate(n, m, scratch, x) === 0) {
    x.fill(NaN);
  }
}

// The inverse of a matrix; NaN where there is none.
function invert(n, a, inverse, scratch) {
  scratch.set(a.subarray(0, n * n));
  for (let i = 0; i < n * n; i++) {
    inverse[i] = i % (n + 1) === 0 ? 1 : 0;
  }
  if (eliminate(n, n, scratch, inverse) === 0) {
    inverse.fill(NaN);
  }
}

// The cofactors of a matrix: for row i and column j the determinant without them, with the sign of (-1)^(i + j). With
// directions (matrices one after the other) their derivative along these: a determinant is linear in each row, so it is
// the sum over all ways to put one row of each direction in the matrix's place.
function cofactors(n, count, a, directions, made, scratch) {
  const m = n - 1;
  const ways = m ** count;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let way = 0; way < ways; way++) {
        let once = true;
        for (let row = 0; row < m; row++) {
          let from = a;
          for (let d = 0, rest = way; d < count; d++, rest = Math.floor(rest / m)) {
            if (rest % m === row) {
              once = once && from === a;
              from = directions.subarray(d * n * n);
            }
          }
          for (let column = 0; column < m; column++) {
            scratch[m * row + column] = from[n * (row + (row >= i)) + column + (column >= j)];
          }
        }
        if (once) {
          sum += determinant(m, scratch, scratch.subarray(m * m));
        }
      }
      made[n * i + j] = (i + j) % 2 ? -sum : sum;
    }
  }
}

// Singular vectors by Jacobi's rotations (Hestenes): turns the columns of u, at first the matrix, until they are
// perpendicular, and v along with them. Returns the column that is longest: its length is the largest singular value.
function rotate_columns(m, n, a, u, v) {
  u.set(a.subarray(0, m * n));
  for (let i = 0; i < n * n; i++) {
    v[i] = i % (n + 1) === 0 ? 1 : 0;
  }
  const product = (p, q) => {
    let sum = 0;
    for (let i = 0; i < m; i++) {
      sum += u[n * i + p] * u[n * i + q];
    }
    return sum;
  };
  for (let sweep = 0, turned = true; sweep < 60 && turned; sweep++) {
    turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const [pp, qq, pq] = [product(p, p), product(q, q), product(p, q)];
        if (!(Math.abs(pq) > 1e-16 * Math.sqrt(pp * qq))) {
          continue;
        }
        turned = true;
        const zeta = (qq - pp) / (2 * pq);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cosine = 1 / Math.hypot(1, t);
        const sine = cosine * t;
        for (let i = 0; i < m + n; i++) {
          const row = i < m ? u.subarray(n * i) : v.subarray(n * (i - m));
          [row[p], row[q]] = [cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]];
        }
      }
    }
  }
  let longest = 0;
  for (let j = 1; j < n; j++) {
    longest = product(j, j) > product(longest, longest) ? j : longest;
  }
  return longest;
}

// The largest singular value of a matrix of m rows and n columns.
function spectral_norm(m, n, a, scratch) {
  const j = rotate_columns(m, n, a, scratch, scratch.subarray(m * n));
  let sum = a.every(Number.isFinite) ? 0 : NaN;
  for (let i = 0; i < m; i++) {
    sum += scratch[n * i + j] * scratch[n * i + j];
  }
  return Math.sqrt(sum);
}

// The outer product of the singular vectors that belong to the largest singular value; zeros for a matrix of zeros.
function top_singular(m, n, a, made, scratch) {
  const v = scratch.subarray(m * n);
  const k = rotate_columns(m, n, a, scratch, v);
  const length = spectral_norm(m, n, a, scratch);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      made[n * i + j] = length === 0 ? 0 : (scratch[n * i + k] / length) * v[n * j + k];
    }
  }
}
