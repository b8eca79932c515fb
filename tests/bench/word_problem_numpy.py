"""The word problem of bench_kernels as a user would write it with NumPy: tokens/s on one processor.

    pip install numpy ml_dtypes
    python3 tests/bench/word_problem_numpy.py

n = 5, all 120 permutations as letters, h one-hot or (1, .., 5): batched products of gathered matrices, in float32 and
rounded to bf16 after each step, letters drawn beforehand, the final states compared with the permutations' product.
"""

import itertools
import time

import ml_dtypes
import numpy as np

BATCH, LENGTH, RUNS = 4096, 256, 5


def run(start: list[float], bf16: bool) -> None:
    permutations = np.array(list(itertools.permutations(range(5))))
    letters = np.eye(5, dtype=np.float32)[permutations]
    tokens = np.random.default_rng(1).integers(0, 120, (LENGTH, BATCH))
    right = np.tile(np.array(start, np.float32), (BATCH, 1))
    for t in range(LENGTH):
        right = np.take_along_axis(right, permutations[tokens[t]], axis=1)
    times = []
    for _ in range(RUNS):
        h = np.tile(np.array(start, np.float32), (BATCH, 1))[:, :, None]
        begin = time.perf_counter()
        for t in range(LENGTH):
            h = letters[tokens[t]] @ h
            if bf16:
                h = h.astype(ml_dtypes.bfloat16).astype(np.float32)
        times.append(time.perf_counter() - begin)
        if not np.array_equal(h[:, :, 0], right):
            raise SystemExit("the loop is wrong")
    what = "one-hot" if sum(start) == 1 else "(1, .., 5)"
    rate = BATCH * LENGTH / sorted(times)[RUNS // 2]
    print(f"NumPy {np.__version__}, {what}, {'bf16' if bf16 else 'float32'}: {rate:.3g} tokens/s")


def main() -> None:
    for start in ([1, 0, 0, 0, 0], [1, 2, 3, 4, 5]):
        for bf16 in (True, False):
            run(start, bf16)


if __name__ == "__main__":
    main()
