//! The failure gallery: races that go wrong on purpose, with what to see and why. Most have a cure beside them; a latent that is too small
//! fails in both arenas, and the row after it is its cure.

use super::cases::{self, Case};
use crate::runs::demo::Demo;
use crate::schema::{NO_LEAST, NO_MOST, Preset, at, unrest};
use tex::tex;

/// Every failure, the first that a reader should see first.
pub const ROWS: &[Case] = &[
    Case {
        id: "mode-collapse",
        title: "Mode collapse, and R1",
        summary: "The generator serves a few modes; a penalty on the discriminator's slope at real points keeps all.",
        see: "A ends with five of the eight modes or fewer, and does not get the others back. B, with R1, keeps at least seven.",
        why: "A generator is asked for points that pass, not for all kinds of them. When it leaves a mode, the discriminator becomes so steep there that nothing leads back. R1 keeps it flat at real points, so its slope reaches further.",
        equation: tex!(r"R_1 = \frac{\gamma}{2} E_x \lVert \nabla f(x) \rVert^2"),
        query: "arenas=non-saturating,r1&radius=0.667&sigma=0.033&latent-dim=32&g-output=tanh&batch=128&critic-steps=3&gamma=1",
        claims: &[
            at(0, "strict_modes", 1000, NO_LEAST, 5.0),
            at(1, "strict_modes", 1000, 7.0, NO_MOST),
        ],
    },
    Case {
        id: "unrolling",
        title: "Mode hopping, and unrolling",
        summary: "A generator faster than its discriminator runs from mode to mode; one that sees the discriminator's answer does not.",
        see: "A throws all its points at one place, then at the next. B plays against the discriminator five steps ahead: its points stay near every mode, even if it takes longer until they are neat.",
        why: "A answers the discriminator as it is, which will be another one a moment later. The gradient of B passes through five steps of the discriminator's own training, so it already knows that piling up on one mode will not pay.",
        equation: tex!(
            r"\theta_{i+1} = \theta_i - \eta \frac{\partial L_D}{\partial \theta_i},\; i < k, \quad L_G = -E \log D_{\theta_k}(G(z))"
        ),
        query: "arenas=non-saturating,unrolled&latent-dim=16&batch=128&lr-d=0.0001&unroll-rate=0.1",
        claims: &[
            at(0, "strict_modes", 800, NO_LEAST, 2.0),
            at(1, "strict_modes", 800, 3.0, NO_MOST),
        ],
    },
    Case {
        id: "minibatch",
        title: "Collapse to a point, and minibatch statistics",
        summary: "A discriminator that sees how crowded its batch is does not let all points run to one place.",
        see: "A throws all its points at one place, far from most of the ring, and jumps with them. B has as slow a discriminator, but one that is told how close each point is to the others: its points stay spread along the ring, even if not neatly at its modes.",
        why: "A discriminator that judges every point by itself has no way to say that all of them are the same, so its slope sends all the same way. Told how crowded a batch is around a point, it knows generated batches by their crowding, and its slope leads points apart.",
        equation: tex!(
            r"c(x_i) = \log \frac{1}{n} \sum_j \exp(-\lVert x_i - x_j \rVert_1 / s), \quad D = D(x_i, c(x_i))"
        ),
        query: "arenas=non-saturating,minibatch&radius=0.667&sigma=0.033&latent-dim=16&g-output=tanh&batch=128&critic-steps=3&lr-d=0.00003",
        claims: &[
            at(0, "modes", 500, NO_LEAST, 1.0),
            at(0, "w1", 500, 0.9, NO_MOST),
            at(1, "modes", 500, 2.0, NO_MOST),
            at(1, "w1", 500, NO_LEAST, 0.8),
        ],
    },
    Case {
        id: "oscillation",
        title: "Oscillation",
        summary: "With momentum the generator runs back and forth between two modes; R1 damps it.",
        see: "The points of A swing about the two modes, and their distance W₁ jumps from row to row. B, with the same rates, stays on both.",
        why: "Where all points are, the discriminator learns to say generated, and its slope leads them all to the other side; there the same happens again, and momentum carries it on. R1 pulls the discriminator towards flatness at the data, which is friction.",
        equation: tex!(r"v \gets \beta v + \nabla L, \quad \theta \gets \theta - \eta v"),
        query: "arenas=non-saturating,r1&density=gaussian-pair&optimiser=momentum&beta1=0.9&lr-g=0.01&lr-d=0.01&gamma=1&batch=128",
        claims: &[
            unrest(0, "w1", (500, 1000), 0.15, NO_MOST),
            unrest(1, "w1", (500, 1000), NO_LEAST, 0.12),
        ],
    },
    Case {
        id: "strong-discriminator",
        title: "Discriminator too strong",
        summary: "A certain discriminator leaves the minimax generator nothing to follow; a critic may be as good as it likes.",
        see: "A: the discriminator's loss falls below 0.69, half of its value at equilibrium, and the points do not come to the ring. B: a Wasserstein critic, trained as often, brings them there.",
        why: "Where D(G(z)) is 0, log(1 − D) is flat: the better the discriminator, the smaller the generator's gradient. The slope of a critic with a penalty stays near 1 however well it separates.",
        equation: tex!(
            r"\nabla_\theta \log(1 - D(G(z))) = -D(G(z))\, \nabla_\theta f(G(z)) \to 0 \quad\text{where } D(G(z)) \to 0"
        ),
        query: "arenas=minimax,wasserstein-gp&optimiser=sgd&sigma=0.03&critic-steps=10&lr-d.0=0.3&lr-d.1=0.1&lr-g=0.05&batch=128",
        claims: &[
            at(0, "d_loss", 500, NO_LEAST, 0.69),
            at(0, "w1", 500, 0.7, NO_MOST),
            at(1, "w1", 500, NO_LEAST, 0.5),
        ],
    },
    Case {
        id: "weak-discriminator",
        title: "Discriminator too weak",
        summary: "A discriminator that hardly learns gives outdated advice.",
        see: "A: the generator runs off to wherever the untrained discriminator happens to say real. B: the same with a rate that keeps up.",
        why: "The generator can only be as good as its judge. When the discriminator does not learn where the points are now, its slope leads them away from the data, and nothing brings them back.",
        equation: tex!(r"D^*(x) = \frac{p_r(x)}{p_r(x) + p_g(x)}, \quad D \ne D^*"),
        query: "arenas=non-saturating,non-saturating&lr-d.0=0.00001&batch=128",
        claims: &[
            at(0, "w1", 500, 2.0, NO_MOST),
            at(1, "w1", 500, NO_LEAST, 0.8),
        ],
    },
    Case {
        id: "convergence-failure",
        title: "Convergence failure",
        summary: "The discriminator's loss falls to 0 and the generator's grows: the losses to look out for.",
        see: "A: the loss of D goes towards 0 and that of G far above 3, while they would balance at 1.386 and 0.693. B: with R1 at the same rates both stay near.",
        why: "The discriminator learns so much faster that it is always certain, and what it is certain about changes before the generator can follow. R1 bounds how certain it can be.",
        equation: tex!(
            r"p_g = p_r\colon \quad L_D = 2 \log 2 \approx 1.386, \quad L_G = \log 2 \approx 0.693"
        ),
        query: "arenas=non-saturating,r1&lr-g=0.00003&lr-d=0.005&critic-steps=3&gamma=1&batch=128",
        claims: &[
            at(0, "d_loss", 500, NO_LEAST, 0.4),
            at(0, "g_loss", 500, 3.0, NO_MOST),
            at(1, "d_loss", 500, 0.7, 2.0),
            at(1, "g_loss", 500, NO_LEAST, 2.0),
        ],
    },
    Case {
        id: "clip-small",
        title: "Clip too small",
        summary: "A critic of tiny weights is all but flat, and the generator waits.",
        see: "A: the critic's slope is below a thousandth, and under plain gradient descent the points stay where they were. B: the same with a hundred times the bound.",
        why: "Every layer multiplies the slope by its weights: with weights up to c and w units a layer, by about c w at most. Too small, and the gradient vanishes on its way to the generator. RMSprop and Adam hide that, as they even out the size of gradients, until nothing but noise is left.",
        equation: tex!(
            r"\lVert \nabla f(x) \rVert \le \prod_l \lVert W_l \rVert \le \prod_l c\, w_l"
        ),
        query: "arenas=wasserstein-clip,wasserstein-clip&clip.0=0.001&clip.1=0.1&optimiser=sgd&lr-g=0.1&lr-d=0.1&batch=128",
        claims: &[
            at(0, "grad_norm", 500, NO_LEAST, 0.001),
            at(0, "w1", 500, 1.0, NO_MOST),
            at(1, "grad_norm", 500, 0.05, NO_MOST),
            at(1, "w1", 500, NO_LEAST, 0.6),
        ],
    },
    Case {
        id: "clip-large",
        title: "Clip too large",
        summary: "A critic of large weights is far too steep; a penalty holds the slope near 1.",
        see: "A: the critic's slope is five times too large and more, and its own estimate of the distance is out of all proportion. B: the penalty keeps the slope near 1, and the estimate near the distance.",
        why: "A large bound is no bound: the critic is not Lipschitz with a useful constant and takes long to reach its optimum, and its scale tells nothing. The gradient penalty asks for slope 1 itself.",
        equation: tex!(r"\sup_{\lVert f \rVert_L \le K} E f(x) - E f(G(z)) = K W_1"),
        query: "arenas=wasserstein-clip,wasserstein-gp&clip.0=1&batch=128",
        claims: &[
            at(0, "grad_norm", 500, 5.0, NO_MOST),
            at(1, "grad_norm", 500, 0.3, 2.0),
            at(1, "w1", 500, NO_LEAST, 0.5),
        ],
    },
    Case {
        id: "latent-small",
        title: "Latent too small",
        summary: "A line of latents cannot cover the ring without threads between its modes.",
        see: "Switch on Manifold: one latent dimension is bent through the modes like a thread, and much of it lies between them. Neither objective can help that.",
        why: "The generator is continuous, so its image of a line is a curve without gaps. On the way from one mode to the next it has to cross the empty space between them.",
        equation: tex!(r"\dim G(\mathbb{R}^n) \le n"),
        query: "latent-dim=1&sigma=0.05&batch=128",
        claims: &[
            at(0, "high_quality", 1000, NO_LEAST, 0.3),
            at(1, "high_quality", 1000, NO_LEAST, 0.3),
        ],
    },
    Case {
        id: "latent-larger",
        title: "Larger latent",
        summary: "The same ring with eight latent dimensions: the cure of the one before.",
        see: "A has more points in the modes than with a single latent dimension, with the same networks and as many steps. B learns more slowly and has gained little by then.",
        why: "With more dimensions the image of latent space can be folded so that little of its mass lies between the modes.",
        equation: tex!(r"\dim G(\mathbb{R}^n) \le n"),
        query: "latent-dim=8&sigma=0.05&batch=128",
        claims: &[at(0, "high_quality", 1000, 0.28, NO_MOST)],
    },
];

/// The races of the gallery.
pub static FAILURES: Demo = cases::demo(
    "failures",
    "Failures and cures",
    "GANs that go wrong on purpose, most beside a cure: mode collapse, oscillation, a discriminator too strong or too weak, clipping.",
    &PRESETS,
);

static PRESETS: [Preset; ROWS.len()] = cases::presets(ROWS);
