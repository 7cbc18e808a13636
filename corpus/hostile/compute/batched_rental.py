"""Burst capacity through the CLI, since the SDK is not in the image."""

import json
import subprocess

PLAN = {"region": "eu-west-1", "kind": ["g5", "48xlarge"], "number": 6}


def aws(*words: str) -> dict:
    answer = subprocess.run(["aws", *words, "--output", "json"], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout or "{}")


def burst(plan: dict) -> list[str]:
    created = aws(
        "ec2",
        "run-instances",
        "--region",
        plan["region"],
        "--instance-type",
        ".".join(plan["kind"]),
        "--count",
        str(plan["number"]),
        "--image-id",
        "ami-0123456789abcdef0",
    )
    return [item["InstanceId"] for item in created.get("Instances", [])]


if __name__ == "__main__":
    for name in burst(PLAN):
        print(name)
