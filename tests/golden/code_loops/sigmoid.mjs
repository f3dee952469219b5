// f, and its gradient by w0, x0, w1, x1, w2.
//
//     import { value_and_gradients } from "./FILE.mjs";
//     const { value, gradients } = value_and_gradients(w0, x0, w1, x1, w2);
//
// Node takes the file for a module if its name ends in .mjs; browsers do by <script type="module">.
// The gradients are an object with these names: w0, x0, w1, x1, w2.

export function value_and_gradients(w0, x0, w1, x1, w2) {
  // forward
  const t1 = w0 * x0;       // mul
  const t2 = w1 * x1;       // mul
  const t3 = t1 + t2;       // add
  const t4 = t3 + w2;       // add
  const t5 = -t4;           // neg
  const t6 = Math.exp(t5);  // exp
  const t7 = 1 + t6;        // add
  const f = 1 / t7;         // div

  // backward: d_… is the gradient of f by …
  const t8 = t7 ** 2;      // pow
  const d_t7 = -1 / t8;    // gradient by t7
  const d_t6 = d_t7;       // gradient by t6
  const d_t5 = d_t6 * t6;  // gradient by t5
  const d_t4 = -d_t5;      // gradient by t4
  const d_t3 = d_t4;       // gradient by t3
  const d_t2 = d_t3;       // gradient by t2
  const d_t1 = d_t3;       // gradient by t1
  const d_w2 = d_t4;       // gradient by w2
  const d_x1 = d_t2 * w1;  // gradient by x1
  const d_w1 = d_t2 * x1;  // gradient by w1
  const d_x0 = d_t1 * w0;  // gradient by x0
  const d_w0 = d_t1 * x0;  // gradient by w0

  return { value: f, gradients: { w0: d_w0, x0: d_x0, w1: d_w1, x1: d_x1, w2: d_w2 } };
}
