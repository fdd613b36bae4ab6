//! Further members of the family, each beside one that is known: what its objective changes.

use super::cases::{self, Case};
use crate::runs::demo::Demo;
use crate::schema::{NO_LEAST, Preset, at};
use tex::tex;

/// Every member, the simplest first.
pub const ROWS: &[Case] = &[
    Case {
        id: "hinge",
        title: "Hinge",
        summary: "A critic that hears a point only within its margin.",
        see: "B: the critic's loss nears 2, its value where the critic cannot tell the two apart. Both come to the ring in about as many steps.",
        why: "The logarithms of A go on asking for more certainty for ever. The hinge stops at the margin: a point beyond it adds nothing to the critic's loss, which then cares for the others only. The generator has no margin: it is pushed everywhere.",
        equation: tex!(
            r"L_D = E \max(0, 1 - f(x)) + E \max(0, 1 + f(G(z))), \quad L_G = -E f(G(z))"
        ),
        query: "arenas=non-saturating,hinge&batch=128",
        claims: &[
            at(0, "w1", 500, NO_LEAST, 0.8),
            at(1, "w1", 500, NO_LEAST, 0.9),
            at(1, "d_loss", 500, 1.6, 2.05),
        ],
    },
    Case {
        id: "r1",
        title: "Non-saturating with R1",
        summary: "A penalty on the slope of the discriminator at real points keeps the losses at their equilibrium.",
        see: "B: the loss of D stays near 1.386 and that of G near 0.693, the values of D = 1/2 everywhere.",
        why: "Where the generated points lie on the real ones, a discriminator that is steep there would push them off again. The penalty asks it to be flat at the data, so that the equilibrium attracts.",
        equation: tex!(
            r"L_D = -E \log D(x) - E \log(1 - D(G(z))) + \frac{\gamma}{2} E \lVert \nabla f(x) \rVert^2"
        ),
        query: "arenas=non-saturating,r1&gamma=1&batch=128",
        claims: &[
            at(1, "d_loss", 500, 1.1, 1.45),
            at(1, "g_loss", 500, 0.6, 1.0),
        ],
    },
    Case {
        id: "began",
        title: "BEGAN",
        summary: "An autoencoder for a discriminator, and a balance k that keeps it from winning.",
        see: "B: the field is how badly the autoencoder copies a point; k leaves 0 and settles well within [0, 1], M falls as both converge, and the points lie along the roll.",
        why: "The discriminator copies real points well and generated ones badly; the generator asks to be copied well. The balance k holds the ratio of the two errors at γ, so that neither runs away, and M adds the error on real points to how far the two are from that ratio.",
        equation: tex!(
            r"L_D = L(x) - k L(G(z)), \quad k \gets k + \lambda_k (\gamma L(x) - L(G(z))) \in [0, 1], \quad M = L(x) + \lvert \gamma L(x) - L(G(z)) \rvert"
        ),
        query: "arenas=non-saturating,began&density=swiss-roll&radius=0.667&sigma=0.033&latent-dim=32&g-output=tanh&critic-steps=3&diversity=0.7&batch=128",
        claims: &[
            at(1, "k", 1000, 0.02, 0.9),
            at(1, "w1", 1000, NO_LEAST, 0.5),
            at(1, "convergence", 1000, NO_LEAST, 0.2),
        ],
    },
];

/// The races of the further members.
pub static MEMBERS: Demo = cases::demo(
    "members",
    "Hinge, R1, BEGAN",
    "Further members of the family, each beside the non-saturating GAN: what its objective changes.",
    &PRESETS,
);

static PRESETS: [Preset; ROWS.len()] = cases::presets(ROWS);
