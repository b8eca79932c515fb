"""A machine on one long word as a user would write it with NumPy: letters/s beside bench_kernels_scan.

    python3 tests/bench/scan_numpy.py

The loop takes one letter after another; the other way composes whole arrays of transformations pairwise, which needs
a number for every state of every letter.
"""

import time

import numpy as np


def loop(step: list[list[int]], word: list[int]) -> int:
    """The state after the word, a letter at a time: what is quickest in plain Python."""
    state = 0
    for letter in word:
        state = step[state][letter]
    return state


def by_pairs(step: np.ndarray, word: np.ndarray) -> int:
    """The same by composing neighbours until one transformation is left."""
    maps = step.T[word]  # [letters, states]
    while len(maps) > 1:
        if len(maps) % 2:
            maps = np.concatenate([maps, np.arange(maps.shape[1], dtype=maps.dtype)[None]])
        maps = np.take_along_axis(maps[1::2], maps[::2].astype(np.intp), axis=1)
    return int(maps[0, 0])


def main() -> None:
    random = np.random.default_rng(1)
    step = np.stack([random.permutation(8) for _ in range(2)], axis=1).astype(np.uint8)
    word = random.integers(0, 2, 2**22, dtype=np.uint8)
    as_lists = step.tolist(), word.tolist()
    results = []
    for name, run in (("loop", lambda: loop(*as_lists)), ("by pairs", lambda: by_pairs(step, word))):
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            results.append(run())
            times.append(time.perf_counter() - begin)
        print(f"8 states, 2 letters, {name}: {len(word) / sorted(times)[1]:.3g} letters/s")
    if len(set(results)) != 1:
        raise SystemExit("the two ways differ")


if __name__ == "__main__":
    main()
