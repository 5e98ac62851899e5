"""Skip-gram by negative sampling on a text of one core, as programs for it do: gensim's Word2Vec, compiled, a pair after another; or
word2vec's own rule in plain NumPy, a minibatch at once. Both by gradient descent with a fixed step, which touches the rows of a pair
alone; every word with all neighbours of its window, none thinned out.

Usage: word2vec.py (gensim | numpy) SIZES, SIZES as JSON. First prints one line about itself, then for each line read from stdin trains on
the next lines of the text and prints the processor milliseconds of `batch` pairs.
"""

import itertools
import json
import sys
import time

import numpy as np
from peer import numpy_blas

PROGRAM, SIZE = sys.argv[1], json.loads(sys.argv[2])
WINDOW, BATCH, NOISE, VECTORS = (SIZE[key] for key in ("window", "batch", "noiseWords", "vectors"))
RATE = 0.025
with open(SIZE["path"], encoding="utf-8") as file:
    lines = [line.split() for line in file]
turn = itertools.cycle(range(0, len(lines), 500))


def pairs_of(sentence):
    return sum(min(n, WINDOW) + min(len(sentence) - 1 - n, WINDOW) for n in range(len(sentence)))


def with_gensim():
    import gensim

    model = gensim.models.Word2Vec(
        vector_size=VECTORS, window=WINDOW, min_count=1, workers=1, sg=1, hs=0, negative=NOISE, sample=0,
        alpha=RATE, min_alpha=RATE, shrink_windows=False, seed=1,
    )
    model.build_vocab(lines)

    def block():
        begin = next(turn)
        part = lines[begin : begin + 500]
        start = time.process_time()
        model.train(part, total_examples=len(part), epochs=1)
        return time.process_time() - start, sum(map(pairs_of, part))

    return f"gensim {gensim.__version__}", block


def with_numpy():
    number = {word: n for n, word in enumerate(dict.fromkeys(itertools.chain.from_iterable(lines)))}
    text = [np.array([number[word] for word in line]) for line in lines]
    law = np.cumsum(np.bincount(np.concatenate(text)) ** 0.75)
    random = np.random.default_rng(1)
    inputs = ((random.random((len(number), VECTORS)) - 0.5) / VECTORS).astype(np.float32)
    outputs = np.zeros_like(inputs)

    def step(words, neighbours):
        q = inputs[words]
        seen = np.column_stack([neighbours, np.searchsorted(law, law[-1] * random.random((len(words), NOISE)))])
        vectors = outputs[seen]
        slopes = 1 / (1 + np.exp(-np.einsum("bd,bnd->bn", q, vectors)))
        slopes[:, 0] -= 1
        slopes *= RATE
        np.subtract.at(inputs, words, np.einsum("bn,bnd->bd", slopes, vectors))
        np.subtract.at(outputs, seen, slopes[:, :, None] * q[:, None, :])

    def block():
        begin = next(turn)
        start = time.process_time()
        parts = [
            (line[max(0, -by) : len(line) - max(0, by)], line[max(0, by) : len(line) + min(0, by)])
            for line in text[begin : begin + 50]
            for by in [*range(-WINDOW, 0), *range(1, WINDOW + 1)]
        ]
        words, neighbours = (np.concatenate(part) for part in zip(*parts))
        order = random.permutation(len(words))
        for at in range(0, len(order) - BATCH + 1, BATCH):
            step(words[order[at : at + BATCH]], neighbours[order[at : at + BATCH]])
        return time.process_time() - start, len(order) // BATCH * BATCH

    return f"NumPy {np.__version__}", block


name, block = {"gensim": with_gensim, "numpy": with_numpy}[PROGRAM]()
print(name, "with", numpy_blas(), flush=True)
for _ in sys.stdin:
    seconds, pairs = block()
    print(seconds / pairs * BATCH * 1000, flush=True)
