"""Processor seconds per update of the DCGAN of `genzoo train dcgan-critters` in PyTorch: the yardstick for the trainer's devices.

    python3 bench/dcgan.py [threads]

The same networks, batch, losses, noise and optimiser (src/models/dcgan.rs, src/train/dcgan.rs), on random pictures.
"""

import sys
import time

import torch
from torch import nn
from torch.nn.functional import softplus

LATENT, GENERATOR, DISCRIMINATOR, BATCH = 64, 32, 24, 64
REAL = 0.9  # one-sided label smoothing
EMA = 0.999
MOVE = 4  # pixels
WARM_UP, UPDATES = 2, 10


def generator():
    widths = [LATENT] + [GENERATOR << i for i in (3, 2, 1, 0)]
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        step = dict(stride=1, padding=0) if i == 0 else dict(stride=2, padding=1)
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, bias=False, **step), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(GENERATOR, 3, 4, stride=2, padding=1), nn.Tanh())


def discriminator():
    widths = [DISCRIMINATOR << i for i in range(4)]
    layers = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4))


def moved(images):
    down, right = torch.randint(-MOVE, MOVE + 1, (2,)).tolist()
    return torch.roll(images, (down, right), (2, 3))


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads())
    torch.manual_seed(0)
    g, d = generator(), discriminator()
    average = [p.detach().clone() for p in g.parameters()]
    optimisers = [torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (g, d)]
    images = torch.rand(BATCH, 3, 64, 64) * 2 - 1

    def update():
        noise = [0.1 * torch.randn_like(images) for _ in range(2)]
        fake = g(torch.randn(BATCH, LATENT, 1, 1))
        on_real, on_fake = d(moved(images + noise[0])), d(moved(fake.detach() + noise[1]))
        loss = (REAL * softplus(-on_real) + (1 - REAL) * softplus(on_real)).mean() + softplus(on_fake).mean()
        optimisers[1].zero_grad()
        loss.backward()
        optimisers[1].step()
        optimisers[0].zero_grad()
        softplus(-d(moved(fake + noise[1]))).mean().backward()
        optimisers[0].step()
        with torch.no_grad():
            for mean, p in zip(average, g.parameters()):
                mean.lerp_(p, 1 - EMA)

    times = []
    for _ in range(WARM_UP + UPDATES):
        start = time.process_time()
        update()
        times.append(time.process_time() - start)
    times = sorted(times[WARM_UP:])
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads: {times[len(times) // 2]:.2f} processor seconds per update "
          f"({times[0]:.2f} to {times[-1]:.2f})")


if __name__ == "__main__":
    main()
