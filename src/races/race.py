# @TITLE@
#
# The same models, objective, data and updates as in the page, in PyTorch:
# python3 race.py [--steps N] [--csv losses.csv] [--weights weights.safetensors]
# Random numbers come from PyTorch, so a run agrees with the page's in its statistics, not bit by bit.
# Link of the run: @LINK@

import argparse
import csv
import json
import math

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import linear, logsigmoid, normalize, relu

@SETTINGS@

ARENAS = range(len(SETTINGS["objective"]))
DATA, NOISE_D, NOISE_G, PENALTY = range(4)
NEAR = 0.25  # share of the radius within which points are close, for minibatch statistics


def of(key, arena):
    """The value of a setting, which is a list where each arena has its own."""
    value = SETTINGS[key]
    return value[arena] if isinstance(value, list) else value


def stream(purpose, update):
    """Random numbers that depend on seed, purpose and update alone: arenas at the same update see the same."""
    return torch.Generator().manual_seed((SETTINGS["seed"] * 4 + purpose) * 2**24 + update)


def polar(radius, angle):
    return torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], 1)


def centres():
    """Centres and weights of the Gaussians that the density is made of."""
    kind, radius = SETTINGS["density"], SETTINGS["radius"]
    tau, curve = 2 * math.pi, (torch.arange(2000) + 0.5) / 2000
    weights = None
    if kind == "gaussian-pair":
        found = torch.tensor([[-radius, 0.0], [radius, 0.0]])
    elif kind == "ring8":
        found = polar(radius, tau * torch.arange(8) / 8)
    elif kind == "grid25":
        line = radius * torch.arange(-2, 3) / 2
        found = torch.cartesian_prod(line, line)
    elif kind == "swiss-roll":
        angle = 1.5 * math.pi * (1 + 2 * curve)
        found = polar(radius * angle / (4.5 * math.pi), angle)
    elif kind == "two-moons":
        angle = tau * (curve % 0.5)
        upper = torch.stack([torch.cos(angle), torch.sin(angle)], 1)
        lower = torch.stack([1 - torch.cos(angle), 0.5 - torch.sin(angle)], 1)
        found = (torch.where((curve < 0.5)[:, None], upper, lower) - torch.tensor([0.5, 0.25])) * radius / 1.5
    elif kind == "disjoint-blobs":
        found = polar(radius, tau * torch.tensor([0.25, 0.25 + 1 / 3, 0.25 + 2 / 3]))
        weights = torch.tensor([3.0, 2.0, 1.0])
    else:
        found = torch.tensor(POINTS)
    return found.float(), torch.ones(len(found)) if weights is None else weights


def make_sampler():
    if SETTINGS["density"] == "checkerboard":
        def sample(n, generator):
            square = torch.randint(8, (n,), generator=generator)
            corner = torch.stack([2 * (square % 2) + (square // 2) % 2, square // 2], 1)
            return ((corner + torch.rand(n, 2, generator=generator)) / 2 - 1) * SETTINGS["radius"]
        return sample
    places, weights = centres()

    def sample(n, generator):
        chosen = torch.multinomial(weights, n, replacement=True, generator=generator)
        return places[chosen] + SETTINGS["sigma"] * torch.randn(n, 2, generator=generator)
    return sample


def latents(purpose, update):
    shape = SETTINGS["batch"], SETTINGS["latent-dim"]
    if SETTINGS["latent"] == "uniform":
        return 2 * torch.rand(shape, generator=stream(purpose, update)) - 1
    return torch.randn(shape, generator=stream(purpose, update))


ACTIVATIONS = {"relu": nn.ReLU, "leaky-relu": lambda: nn.LeakyReLU(0.2), "tanh": nn.Tanh, "elu": nn.ELU, "softplus": nn.Softplus}


class Normalised(nn.Linear):
    """A linear layer whose weights are divided by their largest singular value, as power iteration estimates it."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.register_buffer("direction", torch.full((outputs,), outputs**-0.5), persistent=False)

    def turn(self):
        """One step of power iteration: both singular vectors."""
        with torch.no_grad():
            other = normalize(self.weight.T.mv(self.direction), dim=0)
            self.direction = normalize(self.weight.mv(other), dim=0)
        return self.direction, other

    def forward(self, x):
        direction, other = self.turn()
        return linear(x, self.weight / direction.dot(self.weight.mv(other)), self.bias)


def network(side, inputs, outputs, last=None, layer=nn.Linear):
    """Linear layers as PyTorch initialises them: uniform within 1 / sqrt(inputs)."""
    width, layers = SETTINGS[f"{side}-width"], []
    for _ in range(SETTINGS[f"{side}-depth"]):
        layers += [layer(inputs, width), ACTIVATIONS[SETTINGS[f"{side}-activation"]]()]
        inputs = width
    return nn.Sequential(*layers, layer(inputs, outputs), *([last] if last else []))


def optimiser(arena, parameters, rate):
    kind, beta1, beta2 = of("optimiser", arena), of("beta1", arena), of("beta2", arena)
    if kind == "adam":
        return torch.optim.Adam(parameters, rate, betas=(beta1, beta2), eps=1e-8)
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, alpha=beta2, eps=1e-8)
    return torch.optim.SGD(parameters, rate, momentum=beta1 if kind == "momentum" else 0.0)


def discriminator_loss(objective, real, fake):
    if objective in ("minimax", "non-saturating", "non-saturating-gp", "r1", "unrolled", "minibatch"):
        return -logsigmoid(real).mean() - logsigmoid(-fake).mean()
    if objective == "least-squares":
        return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
    if objective == "hinge":
        return relu(1 - real).mean() + relu(1 + fake).mean()
    return fake.mean() - real.mean()  # of Wasserstein critics, and of BEGAN, whose f is minus the reconstruction error


def generator_loss(objective, fake):
    if objective == "minimax":
        return logsigmoid(-fake).mean()
    if objective in ("non-saturating", "non-saturating-gp", "r1", "unrolled", "minibatch"):
        return -logsigmoid(fake).mean()
    if objective == "least-squares":
        return 0.5 * ((fake - 1) ** 2).mean()
    return -fake.mean()


class Arena(nn.Module):
    def __init__(self, index, sample):
        super().__init__()
        self.index, self.sample, self.objective = index, sample, of("objective", index)
        torch.manual_seed(SETTINGS["seed"])  # all arenas start from the same weights
        self.generator = network("g", SETTINGS["latent-dim"], 2, nn.Tanh() if SETTINGS["g-output"] == "tanh" else None)
        layer = Normalised if of("spectral-norm", index) else nn.Linear
        self.discriminator = network("d", 3 if self.objective == "minibatch" else 2, 1, layer=layer)
        learned = list(self.discriminator.parameters())
        if self.objective == "began":  # the second half of an autoencoder with a code of one number
            self.decoder = network("d", 1, 2)
            learned += self.decoder.parameters()
        self.g_optimiser = optimiser(index, self.generator.parameters(), of("lr-g", index))
        self.d_optimiser = optimiser(index, learned, of("lr-d", index))
        self.d_updates = self.g_updates = 0
        self.balance = self.real_error = 0.0

    def judge(self, batch, opponent=None):
        """The raw output on points that come together."""
        opponent = opponent or self.discriminator
        if self.objective == "minibatch":
            distance = (batch[:, None] - batch[None]).abs().sum(2) / (NEAR * SETTINGS["radius"])
            batch = torch.cat([batch, (-distance).exp().mean(1, keepdim=True).log()], 1)
        if self.objective == "began":
            return -(self.decoder(opponent(batch)) - batch).abs().mean(1, keepdim=True)
        return opponent(batch)

    def unrolled(self, fake):
        """The discriminator some gradient steps ahead, with the graph of those steps."""
        real = self.sample(SETTINGS["batch"], stream(DATA, self.d_updates))
        ahead = dict(self.discriminator.named_parameters())
        for _ in range(of("unroll", self.index)):
            out = functional_call(self.discriminator, ahead, torch.cat([real, fake]))
            loss = discriminator_loss(self.objective, out[: len(real)], out[len(real) :])
            slopes = torch.autograd.grad(loss, list(ahead.values()), create_graph=True)
            ahead = {name: old - of("unroll-rate", self.index) * slope for (name, old), slope in zip(ahead.items(), slopes)}
        return lambda x: functional_call(self.discriminator, ahead, x)

    def set_rates(self):
        for chosen, rate in (self.g_optimiser, "lr-g"), (self.d_optimiser, "lr-d"):
            group = chosen.param_groups[0]
            group["lr"] = of(rate, self.index)
            beta1, beta2 = of("beta1", self.index), of("beta2", self.index)
            group.update({key: value for key, value in {"betas": (beta1, beta2), "alpha": beta2}.items() if key in group})
            if of("optimiser", self.index) == "momentum":
                group["momentum"] = beta1

    def update_discriminator(self):
        n = self.d_updates
        real = self.sample(SETTINGS["batch"], stream(DATA, n))
        with torch.no_grad():
            fake = self.generator(latents(NOISE_D, n))
        real_out, fake_out = self.judge(real), self.judge(fake)
        if self.objective == "began":
            self.real_error, fake_out = -real_out.mean().item(), fake_out * self.balance
        loss = discriminator_loss(self.objective, real_out, fake_out)
        if self.objective in ("wasserstein-gp", "non-saturating-gp"):
            share = torch.rand(len(real), 1, generator=stream(PENALTY, n))
            norm = (self.squared_slope(fake + (real - fake) * share) + 1e-12).sqrt()
            loss = loss + of("lambda", self.index) * ((norm - 1) ** 2).mean()
        if self.objective == "r1":
            loss = loss + 0.5 * of("gamma", self.index) * self.squared_slope(real).mean()
        self.step(self.d_optimiser, loss)
        if self.objective == "wasserstein-clip":
            bound = of("clip", self.index)
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-bound, bound)
        self.d_updates += 1
        return loss.item()

    def squared_slope(self, at):
        at = at.detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.discriminator(at).sum(), at, create_graph=True)
        return slope.square().sum(1)

    def update_generator(self):
        fake = self.generator(latents(NOISE_G, self.g_updates))
        opponent = self.unrolled(fake) if self.objective == "unrolled" else None
        loss = generator_loss(self.objective, self.judge(fake, opponent))
        if self.objective == "began":
            tilt = of("diversity", self.index) * self.real_error - loss.item()
            self.balance = min(1.0, max(0.0, self.balance + of("balance-rate", self.index) * tilt))
        self.step(self.g_optimiser, loss)
        self.g_updates += 1
        return loss.item()

    def step(self, chosen, loss):
        self.set_rates()
        chosen.zero_grad()
        loss.backward()
        chosen.step()


def load(arenas, path):
    """Starts from weights that the page saved: the length of a header, the header, and 32-bit floats."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, entry in json.loads(data[8:start]).items():
        first, last = entry["data_offsets"]
        values = torch.frombuffer(bytearray(data[start + first : start + last]), dtype=torch.float32)
        found[name] = values.reshape(entry["shape"])
    for arena in arenas:
        own = "abcd"[arena.index] + "."
        arena.load_state_dict({name.removeprefix(own): value for name, value in found.items() if name.startswith(own)})
        for layer in arena.discriminator:
            if isinstance(layer, Normalised):  # these are normalised already, which its direction has to find out
                for _ in range(200):
                    layer.turn()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=@STEPS@)
    arguments.add_argument("--csv", help="file for the losses of every step")
    arguments.add_argument("--weights", help="safetensors file from the page to start from")
    arguments = arguments.parse_args()
    sample = make_sampler()
    arenas = [Arena(index, sample) for index in ARENAS]
    if arguments.weights:
        load(arenas, arguments.weights)
    rows, events, step = [], list(EVENTS), 0
    while step < arguments.steps:
        alone = None  # one network's update by itself, instead of a step
        while events and events[0][0] <= step and alone is None:
            _, key, arena, value = events.pop(0)
            if key in ("D", "G"):
                alone = key
            elif arena is None:
                SETTINGS[key] = value
            else:
                values = SETTINGS[key] if isinstance(SETTINGS[key], list) else [SETTINGS[key]] * len(arenas)
                SETTINGS[key] = [value if index == arena else old for index, old in enumerate(values)]
        if alone == "D":
            for arena in arenas:
                arena.update_discriminator()
            continue
        for arena in arenas:
            updates = 0 if alone else of("critic-steps", arena.index)
            d_loss = [arena.update_discriminator() for _ in range(updates)]
            g_loss = arena.update_generator()
            rows.append([step + 1, arena.index, arena.objective, sum(d_loss) / len(d_loss) if d_loss else math.nan, g_loss])
        step += 1
        if step % SETTINGS["measure-every"] == 0 or step == arguments.steps:
            for _, index, objective, d_loss, g_loss in rows[-len(arenas) :]:
                print(f"step {step}  {'ABCD'[index]} {objective:16}  D {d_loss:+.4f}  G {g_loss:+.4f}")
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["step", "arena", "objective", "d_loss", "g_loss"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
