"""Hyper-parameter search on rented pods."""

import itertools
import os
import time

import runpod

runpod.api_key = os.environ["RUNPOD_API_KEY"]

GRID = {"lr": [1e-4, 3e-4], "batch": [64, 128]}


def combinations():
    names = list(GRID)
    for values in itertools.product(*GRID.values()):
        yield dict(zip(names, values))


def launch(settings: dict) -> str:
    pod = runpod.create_pod(
        name="search-" + "-".join(str(value) for value in settings.values()),
        image_name="registry.example/train:latest",
        gpu_type_id="NVIDIA H100 80GB HBM3",
        gpu_count=8,
        env={key.upper(): str(value) for key, value in settings.items()},
    )
    return pod["id"]


def main() -> None:
    for settings in combinations():
        print(settings, launch(settings))
        time.sleep(1)


if __name__ == "__main__":
    main()
