"""libsemigroups as a peer of algebra_bench: answers one question a line, with its own CPU time.

Reads `METHOD REPEATS MAP MAP ..`, where METHOD is froidure-pin or konieczny and a MAP is the images
of 0, 1, .. separated by commas; writes `SIZE D-CLASSES IDEMPOTENTS MILLISECONDS`, the time of one
call as CPU time of this process, making the generators not included. The first line written is the
version, or `absent`.
"""

import sys
import time


def answer(module, method: str, repeats: int, maps: list[list[int]]) -> str:
    generators = [module.Transf(images) for images in maps]
    begin = time.process_time()
    for _ in range(repeats):
        if method == "froidure-pin":
            semigroup = module.FroidurePin(generators)
            size, classes, idempotents = semigroup.size(), 0, 0
        else:
            semigroup = module.Konieczny(generators)
            size = semigroup.size()
            classes = semigroup.number_of_D_classes()
            idempotents = semigroup.number_of_idempotents()
    spent = 1e3 * (time.process_time() - begin) / repeats
    return f"{size} {classes} {idempotents} {spent:.6f}"


def main() -> None:
    try:
        import libsemigroups_pybind11 as module
    except ImportError:
        print("absent", flush=True)
        return
    from importlib.metadata import version

    guard = module.ReportGuard(False)
    print(version("libsemigroups_pybind11"), flush=True)
    for line in sys.stdin:
        method, repeats, *maps = line.split()
        parsed = [[int(image) for image in images.split(",")] for images in maps]
        print(answer(module, method, int(repeats), parsed), flush=True)
    del guard


main()
