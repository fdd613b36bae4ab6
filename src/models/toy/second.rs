//! Second order: what a backward pass becomes when its input, or the parameters, move in a direction.
//!
//! With `a_l = h_{l-1} W_l + b_l` and `h_l = act(a_l)`, the backward pass has `d_l = s_l act'(a_l)`, `s_{l-1} = d_l W_l^T`, and the gradient `h_{l-1}^T d_l`.
//! In a direction `v` of the input and `V` of the parameters, dots for derivatives,
//!
//! - `t_l = act'(a_l) (t_{l-1} W_l + h_{l-1} V_l)`, the dotted `h_l`,
//! - `e_l = act'(a_l) (e_{l+1} W_{l+1}^T + d_{l+1} V_{l+1}^T) + s_l act''(a_l) a'_l`, the dotted `d_l`,
//! - and `t_{l-1}^T d_l + h_{l-1}^T e_l`, the dotted gradient (Pearlmutter 1994).
//!
//! A penalty is `P(g)` of the input gradient `g = grad_x f`. Its gradient is that of `<g, u>` with `u = dP/dg` held fixed, which is the dotted
//! gradient of `f` in the direction `v = u` of the input: no third pass is needed, and nothing is left out.

use std::mem::take;

use super::lanes::{LANES, Lanes};
use super::network::{Gradient, Network};
use super::pass::Pass;
use super::product::{ROWS, panels};

impl Network {
    /// Adds the gradient of `sum_rows <grad_x f, u>`, `u` held fixed, for the block that went [`Self::forward`] and, from slopes of 1,
    /// [`Self::backward`] to the inputs. `direct` is given the number of a row and its `grad_x f`, and fills its `u` in.
    ///
    /// # Panics
    /// If the pass has no room for second order.
    pub fn penalise(
        &self,
        pass: &mut Pass,
        gradient: &mut Gradient,
        mut direct: impl FnMut(usize, &[Lanes], &mut [Lanes]),
    ) {
        for row in 0..pass.rows {
            direct(row, &pass.s[0], &mut pass.t[0]);
        }
        self.move_forward(pass, None);
        self.move_back(pass, None, gradient);
    }

    /// Adds how the gradient of a loss moves when the parameters move by `along`, for the block that went [`Self::forward`] and
    /// [`Self::backward`]; `bend` is the second derivative of a row's loss with respect to its one output. How the inputs' slopes move
    /// is then in [`Pass::moved_slopes`].
    ///
    /// # Panics
    /// If the pass has no room for second order.
    pub fn moved(
        &self,
        pass: &mut Pass,
        along: &Network,
        gradient: &mut Gradient,
        bend: impl Fn(f32) -> f32,
    ) {
        let last = self.layers.len();
        pass.t[0].fill([0.0; LANES]);
        self.move_forward(pass, Some(along));
        let outputs = pass.h[last].iter().zip(&pass.t[last]);
        for (e, (f, t)) in pass.e[last][..pass.rows].iter_mut().zip(outputs) {
            e[0] = bend(f[0]) * t[0];
        }
        self.move_back(pass, Some(along), gradient);
    }

    /// From `t_0` to the last hidden `t`; to that of the output where the parameters move.
    fn move_forward(&self, pass: &mut Pass, along: Option<&Network>) {
        let rows = pass.rows;
        let last = self.layers.len() - 1;
        let [mut moved, mut more] = take(&mut pass.spare);
        for (l, layer) in self.layers.iter().enumerate() {
            if l == last && along.is_none() {
                continue;
            }
            layer.forward(&pass.t[l], false, rows, &mut moved);
            if let Some(along) = along {
                along.layers[l].forward(&pass.h[l], true, rows, &mut more);
                add(&mut moved, &more, layer.outputs);
            }
            let (moved, t) = (&moved[..pass.t[l + 1].len()], &mut pass.t[l + 1]);
            if l == last {
                t.copy_from_slice(moved);
            } else {
                let [h, m] = [&pass.h[l + 1], &pass.m[l + 1]];
                self.activation.bent(moved, h, m, rows, t);
            }
        }
        pass.spare = [moved, more];
    }

    /// From the output's `e` to that of the first layer, or of the inputs where the parameters move.
    fn move_back(&self, pass: &mut Pass, along: Option<&Network>, gradient: &mut Gradient) {
        let rows = pass.rows;
        let curved = !self.activation.piecewise_linear();
        let [mut moved, mut more] = take(&mut pass.spare);
        // In a penalty the slope of the output is 1 whatever the direction, so e begins where something is curved.
        let mut still = along.is_none();
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let sums = gradient.layer(l);
            if l > 0 || along.is_none() {
                sums.add(&pass.t[l], &pass.d[l + 1], rows);
            }
            if !still {
                sums.add(&pass.h[l], &pass.e[l + 1], rows);
                sums.add_bias(&pass.e[l + 1], rows);
                layer.backward(&pass.e[l + 1], rows, &mut moved);
            }
            if let Some(along) = along {
                along.layers[l].backward(&pass.d[l + 1], rows, &mut more);
                add(&mut moved, &more, layer.inputs);
            }
            let (moved, e) = (&moved[..pass.e[l].len()], &mut pass.e[l]);
            if l == 0 {
                e.copy_from_slice(moved);
                continue;
            }
            let [h, m, t] = [&pass.h[l], &pass.m[l], &pass.t[l]].map(Vec::as_slice);
            if still {
                e.fill([0.0; LANES]);
            } else {
                self.activation.bent(moved, h, m, rows, e);
            }
            self.activation.curve(&pass.s[l], [h, m, t], rows, e);
            still &= !curved;
        }
        pass.spare = [moved, more];
    }
}

fn add(to: &mut [Lanes], more: &[Lanes], columns: usize) {
    let n = panels(columns) * ROWS;
    let numbers = to[..n].as_flattened_mut().iter_mut();
    for (to, more) in numbers.zip(more[..n].as_flattened()) {
        *to += more;
    }
}
