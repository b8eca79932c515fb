"""All 2 x 2 matrices of e4m3 under one letter as a user would write it with NumPy: steps/s beside bench_kernels_census.

    pip install numpy ml_dtypes
    python3 tests/bench/census_numpy.py

h' = A h from h = (1, 1), every product and sum rounded to e4m3 by the types of ml_dtypes; an orbit's period is looked
for among the last 16 of 64 states. Nothing is left out once an orbit has recurred, as the census does: compare with its
steps that are needed.
"""

import time

import ml_dtypes
import numpy as np

E4M3 = ml_dtypes.float8_e4m3fn
STEPS, SEEN, MEMBERS = 64, 16, 2**18


def rounded(x: np.ndarray) -> np.ndarray:
    return x.astype(E4M3).astype(np.float32)


def periods(a: np.ndarray) -> np.ndarray:
    """The period of each orbit, [members]; 0 where it is longer than what is looked at. `a`: [4, members]."""
    x = y = np.ones(a.shape[1], np.float32)
    states = []
    for _ in range(STEPS):
        x, y = (rounded(rounded(a[0] * x) + rounded(a[1] * y)), rounded(rounded(a[2] * x) + rounded(a[3] * y)))
        states.append((x, y))
    found = np.zeros(a.shape[1], np.int32)
    for period in range(SEEN - 1, 0, -1):
        same = (states[-1][0] == states[-1 - period][0]) & (states[-1][1] == states[-1 - period][1])
        found[same] = period
    return found


def main() -> None:
    codes = np.random.default_rng(1).integers(0, 256, (4, MEMBERS), dtype=np.uint8)
    a = codes.view(E4M3).astype(np.float32)
    times = []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(5):
            begin = time.perf_counter()
            found = periods(a)
            times.append(time.perf_counter() - begin)
    # Known by hand: I keeps (1, 1), -I alternates.
    unit = np.array([[1, -1], [0, 0], [0, 0], [1, -1]], np.float32)
    if periods(unit).tolist() != [1, 2]:
        raise SystemExit("the loop is wrong")
    rate = MEMBERS * STEPS / sorted(times)[2]
    even = np.count_nonzero((found > 0) & (found % 2 == 0))
    print(f"NumPy {np.__version__}: {rate:.3g} steps/s of 2 x 2 matrices; {even} of {MEMBERS} have an even period")


if __name__ == "__main__":
    main()
