// L, and its gradient by W1, b1, W2, b2.
//
//     import { value_and_gradients } from "./FILE.mjs";
//     const { value, gradients } = value_and_gradients(X, T, W1, b1, W2, b2);
//
// Node takes the file for a module if its name ends in .mjs; browsers do by <script type="module">.
// The gradients are an object with these names: W1, b1, W2, b2.
// Arrays may be given nested, [[1, 2], [3, 4]], or flat, row by row: X 4×3, T 4×2, W1 3×5, b1 5,
// W2 5×2, b2 2.
// Arrays come back nested.

// An array of a shape, nested or flat, as a flat one, row by row.
function flat(name, value, shape) {
  const numbers = Float64Array.from(ArrayBuffer.isView(value) ? value : [value].flat(Infinity));
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

export function value_and_gradients(X, T, W1, b1, W2, b2) {
  X = flat("X", X, [4, 3]);
  T = flat("T", T, [4, 2]);
  W1 = flat("W1", W1, [3, 5]);
  b1 = flat("b1", b1, [5]);
  W2 = flat("W2", W2, [5, 2]);
  b2 = flat("b2", b2, [2]);
  const t1 = new Float64Array(20);    // 4×5
  const t2 = new Float64Array(20);    // 4×5
  const h = new Float64Array(20);     // 4×5
  const t3 = new Float64Array(8);     // 4×2
  const y = new Float64Array(8);      // 4×2
  const t4 = new Float64Array(8);     // 4×2
  const t5 = new Float64Array(8);     // 4×2
  const t6 = new Float64Array(8);     // 4×2
  const d_t4 = new Float64Array(8);   // 4×2
  const d_h = new Float64Array(20);   // 4×5
  const t9 = new Float64Array(20);    // 4×5
  const t10 = new Float64Array(20);   // 4×5
  const d_t2 = new Float64Array(20);  // 4×5
  const d_W1 = new Float64Array(15);  // 3×5
  const d_b1 = new Float64Array(5);
  const d_W2 = new Float64Array(10);  // 5×2
  const d_b2 = new Float64Array(2);

  // forward

  // t1: matmul, 4×5
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 5; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) {
        sum += X[3 * i + k] * W1[5 * k + j];
      }
      t1[5 * i + j] = sum;
    }
  }

  // t2: add, 4×5
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 5; j++) {
      t2[5 * i + j] = t1[5 * i + j] + b1[j];
    }
  }

  // h: tanh, 4×5
  for (let i = 0; i < 20; i++) {
    h[i] = Math.tanh(t2[i]);
  }

  // t3: matmul, 4×2
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 2; j++) {
      let sum = 0;
      for (let k = 0; k < 5; k++) {
        sum += h[5 * i + k] * W2[2 * k + j];
      }
      t3[2 * i + j] = sum;
    }
  }

  // y: add, 4×2
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 2; j++) {
      y[2 * i + j] = t3[2 * i + j] + b2[j];
    }
  }

  // t4: sub, 4×2
  for (let i = 0; i < 8; i++) {
    t4[i] = y[i] - T[i];
  }

  // t5: pow, 4×2
  for (let i = 0; i < 8; i++) {
    t5[i] = t4[i] ** 2;
  }

  // L: mean
  let L = 0;
  for (let i = 0; i < 8; i++) {
    L += t5[i];
  }
  L /= 8;

  // backward: d_… is the gradient of L by …

  // t6: local derivative of t5 by t4, 4×2
  for (let i = 0; i < 8; i++) {
    t6[i] = 2 * t4[i];
  }

  // d_t4: gradient by t4, 4×2
  for (let i = 0; i < 8; i++) {
    d_t4[i] = 0.125 * t6[i];
  }

  const d_y = d_t4;  // gradient by y
  const d_t3 = d_y;  // gradient by t3

  // d_b2: gradient by b2, 2
  for (let i = 0; i < 2; i++) {
    let sum = 0;
    for (let j = 0; j < 4; j++) {
      sum += d_y[2 * j + i];
    }
    d_b2[i] = sum;
  }

  // t7: transpose, 5×4; its entries are those of h, and not copied

  // d_W2: gradient by W2, 5×2
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 2; j++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        sum += h[5 * k + i] * d_t3[2 * k + j];
      }
      d_W2[2 * i + j] = sum;
    }
  }

  // t8: transpose, 2×5; its entries are those of W2, and not copied

  // d_h: gradient by h, 4×5
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 5; j++) {
      let sum = 0;
      for (let k = 0; k < 2; k++) {
        sum += d_t3[2 * i + k] * W2[2 * j + k];
      }
      d_h[5 * i + j] = sum;
    }
  }

  // t9: pow, 4×5
  for (let i = 0; i < 20; i++) {
    t9[i] = h[i] ** 2;
  }

  // t10: local derivative of h by t2, 4×5
  for (let i = 0; i < 20; i++) {
    t10[i] = 1 - t9[i];
  }

  // d_t2: gradient by t2, 4×5
  for (let i = 0; i < 20; i++) {
    d_t2[i] = d_h[i] * t10[i];
  }

  const d_t1 = d_t2;  // gradient by t1

  // d_b1: gradient by b1, 5
  for (let i = 0; i < 5; i++) {
    let sum = 0;
    for (let j = 0; j < 4; j++) {
      sum += d_t2[5 * j + i];
    }
    d_b1[i] = sum;
  }

  // t11: transpose, 3×4; its entries are those of X, and not copied

  // d_W1: gradient by W1, 3×5
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 5; j++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        sum += X[3 * k + i] * d_t1[5 * k + j];
      }
      d_W1[5 * i + j] = sum;
    }
  }

  return {
    value: L,
    gradients: {
      W1: nested(d_W1, [3, 5]),
      b1: nested(d_b1, [5]),
      W2: nested(d_W2, [5, 2]),
      b2: nested(d_b2, [2]),
    },
  };
}
