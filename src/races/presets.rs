//! The presets of the race, and what they say of their runs.

use crate::schema::{NO_LEAST, NO_MOST, Preset, at, preset};

/// The default first.
pub(super) const PRESETS: &[Preset] = &[
    preset(
        "collapse",
        "Ring, contrast",
        "A tight ring, a 32-D latent, a tanh output and 3 discriminator updates per step for everyone. The non-saturating GAN loses modes, WGAN-GP keeps at least seven of the eight. They differ in more than the divergence: the next preset takes it apart. The default.",
        "radius=0.667&sigma=0.033&latent-dim=32&g-output=tanh&batch=128&critic-steps=3",
    )
    .claiming(&[
        at(0, "strict_modes", 1000, NO_LEAST, 6.0),
        at(1, "strict_modes", 1000, 7.0, NO_MOST),
    ]),
    preset(
        "square",
        "Penalty or divergence?",
        "The same ring with and without a gradient penalty, under the non-saturating and under the Wasserstein objective; all other settings are the same. After 1,500 steps the non-saturating GAN without a penalty has seven of the eight modes at most, the other three have at least seven. The penalty alone keeps the modes (Fedus et al. 2018), and so does the Wasserstein objective alone. Where the divergence by itself decides: the figure of the parallel lines.",
        "arenas=non-saturating,non-saturating-gp,wasserstein-gp,wasserstein-gp&lambda.2=0&radius=0.667&sigma=0.033&latent-dim=32&g-output=tanh&batch=128&critic-steps=3&beta1=0&beta2=0.9",
    )
    .claiming(&[
        at(0, "strict_modes", 1500, NO_LEAST, 7.0),
        at(1, "strict_modes", 1500, 7.0, NO_MOST),
        at(2, "strict_modes", 1500, 7.0, NO_MOST),
        at(3, "strict_modes", 1500, 7.0, NO_MOST),
    ]),
    preset(
        "live",
        "Ring, easy",
        "Ring of 8 at sigma 0.1 with small networks: both objectives find every mode. An easy ring does not separate them.",
        "",
    )
    .claiming(&[
        at(0, "strict_modes", 1000, 8.0, NO_MOST),
        at(1, "strict_modes", 1000, 8.0, NO_MOST),
    ]),
    Preset {
        by_objective: &[
            (
                "wasserstein-gp",
                "critic-steps=5&beta1=0.5&beta2=0.9&lambda=0.1",
            ),
            (
                "wasserstein-clip",
                "optimiser=rmsprop&critic-steps=5&clip=0.01",
            ),
        ],
        ..preset(
            "ring8-256",
            "Ring, hard",
            "Ring of radius 0.667 and sigma 0.033, three layers of 256, 32-D latent, tanh output. Slow on a CPU.",
            "radius=0.667&sigma=0.033&g-depth=3&g-width=256&d-depth=3&d-width=256&latent-dim=32&g-output=tanh&lr-g=0.0003&lr-d=0.0003",
        )
    },
    Preset {
        by_objective: &[
            ("wasserstein-gp", "critic-steps=5&lambda=0.1"),
            (
                "wasserstein-clip",
                "optimiser=rmsprop&lr-g=0.00005&lr-d=0.00005&critic-steps=5&clip=0.01",
            ),
        ],
        ..preset(
            "wgan-gp-paper",
            "WGAN-GP paper",
            "The toy settings of Gulrajani et al. 2017: three layers of 512 ReLU, sigma 0.014, Adam 1e-4, 5 critic steps, 100,000 steps. Heavy.",
            "radius=1.414&sigma=0.014&g-depth=3&g-width=512&d-depth=3&d-width=512&g-activation=relu&d-activation=relu&lr-g=0.0001&lr-d=0.0001&beta1=0.5&beta2=0.9",
        )
    },
];
