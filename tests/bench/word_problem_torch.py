"""What a user would write for the word problem of kernels_bench.cpp: a loop of batched matrix products in PyTorch.

The same model (n = 5, all 120 permutations as letters, bf16, h = (1, .., 5) or one-hot), letters drawn beforehand, the
final states compared with the product of the permutations. Prints tokens per second, the median of several runs.
"""

import itertools
import statistics
import time

import torch

BATCH, LENGTH, RUNS = 65536, 512, 5


def run(one_hot: bool) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    batch = BATCH if device == "cuda" else 4096
    permutations = torch.tensor(list(itertools.permutations(range(5))), device=device)
    letters = torch.eye(5, device=device, dtype=torch.bfloat16)[permutations]
    start = torch.tensor([[1.0], [0], [0], [0], [0]] if one_hot else [[1.0], [2], [3], [4], [5]], device=device)
    tokens = torch.randint(120, (LENGTH, batch), device=device)
    right = start.to(torch.float32)[:, 0].repeat(batch, 1)
    for t in range(LENGTH):
        right = torch.gather(right, 1, permutations[tokens[t]])
    times = []
    for _ in range(RUNS + 1):
        h = start.to(torch.bfloat16).repeat(batch, 1, 1)
        if device == "cuda":
            torch.cuda.synchronize()
        begin = time.perf_counter()
        for t in range(LENGTH):
            h = torch.bmm(letters[tokens[t]], h)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - begin)
        assert torch.equal(h[:, :, 0].to(torch.float32), right)
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    rate = batch * LENGTH / statistics.median(times[1:])
    print(f"PyTorch {torch.__version__}, {name}, {'one-hot' if one_hot else 'one-line'}: {rate:.3g} tokens/s")


run(True)
run(False)
