"""Training steps of models in PyTorch eager on one core: the same mathematics as the problems of main.ts, minibatches and noise drawn
anew at every step, as there.

Usage: pytorch-models.py STEPS MODEL SIZES, MODEL a key of `models`, SIZES its sizes as JSON. First prints one line about itself, then for
each line read from stdin runs a block of STEPS steps and prints its processor milliseconds a step and the last loss.
"""

import json
import sys

import torch
import torch.nn.functional as F
from peer import serve, torch_blas
from torch import nn


def adam(network, rate):
    return torch.optim.Adam(network.parameters(), lr=rate)


def apply(optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss


def skip_gram(size):
    """Negative sampling, one neighbour of each of `batch` places: dense gradients and Adam, or sparse ones and SparseAdam, which leaves
    rows alone that the minibatch has not seen (another optimiser, not the same mathematics)."""
    words, vectors, batch, noise, window, sparse = (
        size[key] for key in ("words", "vectors", "batch", "noiseWords", "window", "sparse")
    )
    frequencies = 1 / torch.arange(1, words + 1, dtype=torch.float)
    text = torch.multinomial(frequencies, size["length"], replacement=True)
    draws = torch.distributions.Categorical(frequencies**0.75)
    inputs = nn.Embedding(words, vectors, sparse=sparse)
    outputs = nn.Embedding(words, vectors, sparse=sparse)
    nn.init.normal_(inputs.weight, std=vectors**-0.5)
    nn.init.zeros_(outputs.weight)
    both = [*inputs.parameters(), *outputs.parameters()]
    optimizer = (torch.optim.SparseAdam if sparse else torch.optim.Adam)(both, lr=0.005)

    def step():
        places = torch.randint(window, len(text) - window, (batch,))
        offsets = torch.randint(1, window + 1, (batch,)) * (2 * torch.randint(2, (batch,)) - 1)
        q = inputs(text[places])
        own = (q * outputs(text[places + offsets])).sum(1)
        others = torch.bmm(outputs(draws.sample((batch, noise))), q.unsqueeze(2)).squeeze(2)
        return apply(optimizer, (F.softplus(-own) + F.softplus(others).sum(1)).mean())

    return step


def dense(sizes, activation):
    layers = []
    for inside, outside in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inside, outside), activation()]
    return nn.Sequential(*layers[:-1])


def confident_parts(size):
    """Points of two classes, the classifier, and minus log p of the label and KL(uniform || p) in nats."""
    hidden = [size["hiddenUnits"]] * 2
    labels = torch.arange(size["count"]) % 2
    points = 2 * labels.float().unsqueeze(1) - 1 + 0.2 * torch.randn(size["count"], 2)
    classifier = dense([2, *hidden, 2], nn.ReLU)

    def kl_from_uniform(logits):
        return torch.logsumexp(logits, 1).mean() - logits.mean() - torch.log(torch.tensor(2.0))

    return points, labels, classifier, kl_from_uniform


def near_box(size):
    """Cross-entropy, and KL on 100 points that were drawn once."""
    points, labels, classifier, kl_from_uniform = confident_parts(size)
    optimizer = adam(classifier, 0.001)
    outliers = 4 * torch.rand(100, 2) - 2

    def step():
        rows = torch.randint(len(points), (size["batch"],))
        drawn = torch.randint(len(outliers), (size["batch"],))
        loss = F.cross_entropy(classifier(points[rows]), labels[rows])
        return apply(optimizer, loss + kl_from_uniform(classifier(outliers[drawn])))

    return step


def generator(size):
    """The same with a generator of the outliers and a discriminator, each trained by its own loss at the same parameters."""
    points, labels, classifier, kl_from_uniform = confident_parts(size)
    inner = [size["adversaryUnits"]] * 2
    make = dense([size["latents"], *inner, 2], lambda: nn.LeakyReLU(0.3))
    judge = dense([4, *inner, 1], lambda: nn.LeakyReLU(0.3))
    optimizers = [adam(network, 0.001) for network in (classifier, judge, make)]

    def seen(rows):
        spread = torch.sqrt(rows.var(0, unbiased=False) + 1e-6).expand_as(rows)
        return judge(torch.cat([rows, spread], 1))

    def step():
        rows = torch.randint(len(points), (size["batch"],))
        x = points[rows]
        made = 10 * torch.sigmoid(make(torch.randn(size["batch"], size["latents"]))) - 5
        given = made.detach()
        own = F.cross_entropy(classifier(x), labels[rows]) + kl_from_uniform(classifier(given))
        judged = (F.softplus(-seen(x)) + F.softplus(seen(given))).mean()
        fooled = F.softplus(-seen(made)).mean() + kl_from_uniform(classifier(made))
        networks = (classifier, judge, make)
        slopes = [
            torch.autograd.grad(loss, list(network.parameters()))
            for loss, network in zip((own, judged, fooled), networks)
        ]
        for network, gradients, optimizer in zip(networks, slopes, optimizers):
            for parameter, gradient in zip(network.parameters(), gradients):
                parameter.grad = gradient
            optimizer.step()
        return own

    return step


def sequences(size):
    """Cross-entropy of each next word, the words before it given."""
    symbols, length, batch = size["symbols"], size["length"], size["batch"]
    frequencies = 1 / torch.arange(1, symbols + 1, dtype=torch.float)
    text = torch.multinomial(frequencies, 100_000, replacement=True)
    vectors = nn.Embedding(symbols, size["embedding"])
    cell = nn.GRU(size["embedding"], size["units"], batch_first=True)
    output = nn.Linear(size["units"], symbols)
    network = nn.ModuleList([vectors, cell, output])
    optimizer = adam(network, 0.005)

    def step():
        starts = torch.randint(len(text) - length, (batch,))
        words = text[starts.unsqueeze(1) + torch.arange(length)]
        given = torch.cat([torch.zeros(batch, 1, size["embedding"]), vectors(words[:, :-1])], 1)
        logits = output(cell(given)[0])
        return apply(optimizer, F.cross_entropy(logits.reshape(-1, symbols), words.reshape(-1)))

    return step


models = {"skipGram": skip_gram, "sequences": sequences, "nearBox": near_box, "generator": generator}

steps, name, size = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
torch.set_num_threads(1)
torch.manual_seed(1)
step = models[name](size)
detail = " and SparseAdam" if size.get("sparse") else ""
serve(lambda: f"PyTorch {torch.__version__}{detail} with {torch_blas()}", step, steps)
