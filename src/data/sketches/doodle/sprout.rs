//! Potted plants.

use std::f32::consts::{PI, TAU};

use super::{Board, Profile, arc, circle, hsv, leaf, round};
use crate::rng::pick;

const POTS: [Profile; 4] = [
    |s| round(s, 0.03),
    |s| round(s, 0.03) * (1.0 - 0.25 * s),
    |s| round(s, 0.03) * round(1.0 - s, 0.7).max(0.4),
    |s| round(s, 0.45) * round(1.2 - s, 0.6).min(1.0),
];

impl Board<'_> {
    pub(super) fn sprout(&mut self) {
        let (top, half) = (self.between(0.58, 0.66), self.between(0.2, 0.29));
        let profile = *pick(self.rng, &POTS);
        self.outline(profile, top, half);
        self.background();
        let pot = self.bright();
        self.scribble(pot, [0.5, 0.95], [0.2, 0.04]);
        let (hue, value) = (self.between(0.22, 0.48), self.between(0.7, 0.9));
        let green = hsv(hue, 0.6, value);
        let tip = self.between(0.2, 0.34);
        match *pick(self.rng, &[0, 1, 2, 3, 4]) {
            0 => self.grass(tip, top, green),
            1 => self.bush(tip, top, green),
            2 => self.cactus(tip, top, green),
            3 => {
                self.stem(tip, top, green);
                self.daisy([0.5, tip]);
            }
            _ => {
                self.stem(tip, top, green);
                self.tulip(tip);
            }
        }
        let face = self.between(0.76, 0.8);
        self.eyes([0.5, face], 0.09, 0.042);
        self.mouth([0.5, face + 0.1], 0.05);
    }

    fn grass(&mut self, tip: f32, top: f32, green: [f32; 3]) {
        let blades = *pick(self.rng, &[3, 5, 7]);
        for i in 0..blades {
            let lean = (2 * i + 1) as f32 / blades as f32 - 1.0;
            let end = [0.5 + 0.28 * lean, tip + 0.12 * lean * lean];
            self.line(leaf([0.5 + 0.06 * lean, top], end, 0.06));
        }
        self.scribble(green, [0.5, (tip + top) / 2.0], [0.01, 0.1]);
    }

    fn bush(&mut self, tip: f32, top: f32, green: [f32; 3]) {
        let middle = [0.5, (tip + top) / 2.0];
        let bumps = 7;
        for i in 0..bumps {
            let angle = PI + PI * (i as f32 + 0.5) / bumps as f32;
            let at = [
                middle[0] + 0.15 * libm::cosf(angle),
                middle[1] + 0.15 * libm::sinf(angle),
            ];
            self.line(arc(at, [0.08; 2], angle - 1.3, angle + 1.3));
        }
        let foot = |sign: f32| {
            vec![
                [0.5 + sign * 0.2, middle[1] + 0.02],
                [0.5 + sign * 0.14, top],
            ]
        };
        self.line(foot(-1.0));
        self.line(foot(1.0));
        self.scribble(green, middle, [0.12, 0.1]);
    }

    fn cactus(&mut self, tip: f32, top: f32, green: [f32; 3]) {
        let mut column = arc([0.5, tip + 0.08], [0.08; 2], PI, TAU);
        column.insert(0, [0.42, top]);
        column.push([0.58, top]);
        self.line(column);
        for sign in [-1.0, 1.0] {
            let height = (tip + top) / 2.0 + 0.04 * sign;
            let elbow = [0.5 + sign * 0.16, height];
            self.line(vec![[0.5 + sign * 0.08, height], elbow]);
            self.line(leaf(elbow, [elbow[0], height - 0.15], 0.08));
        }
        self.scribble(green, [0.5, (tip + top) / 2.0], [0.05, 0.14]);
    }

    fn stem(&mut self, tip: f32, top: f32, green: [f32; 3]) {
        self.line(vec![[0.485, top], [0.485, tip + 0.09]]);
        self.line(vec![[0.515, top], [0.515, tip + 0.09]]);
        for sign in [-1.0, 1.0] {
            let root = [0.5 + sign * 0.015, top - 0.08];
            self.line(leaf(root, [0.5 + sign * 0.15, root[1] - 0.08], 0.08));
        }
        self.scribble(green, [0.56, top - 0.12], [0.03, 0.03]);
    }

    fn daisy(&mut self, head: [f32; 2]) {
        let bloom = self.bright();
        for i in 0..6 {
            let angle = TAU * i as f32 / 6.0;
            let at = [
                head[0] + 0.08 * libm::cosf(angle),
                head[1] + 0.08 * libm::sinf(angle),
            ];
            self.line(arc(at, [0.05; 2], angle - 1.6, angle + 1.6));
        }
        self.line(circle(head, 0.04));
        self.scribble(bloom, [head[0] + 0.08, head[1]], [0.02, 0.02]);
    }

    fn tulip(&mut self, tip: f32) {
        let bloom = self.bright();
        self.line(vec![
            [0.41, tip - 0.08],
            [0.42, tip + 0.05],
            [0.5, tip + 0.09],
            [0.58, tip + 0.05],
            [0.59, tip - 0.08],
            [0.545, tip - 0.03],
            [0.5, tip - 0.09],
            [0.455, tip - 0.03],
            [0.41, tip - 0.08],
        ]);
        self.scribble(bloom, [0.5, tip + 0.02], [0.06, 0.05]);
    }
}
