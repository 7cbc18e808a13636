"""Score prompts in parallel with Ray on this machine."""

import ray


@ray.remote(num_gpus=0.25)
class Scorer:
    def __init__(self, name: str) -> None:
        self.name = name

    def score(self, prompt: str) -> float:
        return len(prompt) / 100


def main() -> None:
    ray.init(num_cpus=4, include_dashboard=False)
    scorers = [Scorer.remote(f"scorer-{index}") for index in range(4)]
    prompts = [f"prompt number {index}" for index in range(100)]
    futures = [scorers[index % 4].score.remote(prompt) for index, prompt in enumerate(prompts)]
    print(sum(ray.get(futures)))
    ray.shutdown()


if __name__ == "__main__":
    main()
