// f, and its gradient by x, y, z.
//
//     import { value_and_gradients } from "./FILE.mjs";
//     const { value, gradients } = value_and_gradients(x, y, z);
//
// Node takes the file for a module if its name ends in .mjs; browsers do by <script type="module">.
// The gradients are an object with these names: x, y, z.

export function value_and_gradients(x, y, z) {
  // forward
  const t1 = x + y;  // add
  const f = t1 * z;  // mul

  // backward: d_… is the gradient of f by …
  const d_t1 = z;    // gradient by t1
  const d_z = t1;    // gradient by z
  const d_y = d_t1;  // gradient by y
  const d_x = d_t1;  // gradient by x

  return { value: f, gradients: { x: d_x, y: d_y, z: d_z } };
}
