"""Print the state of the team's pods from the provider's JSON API."""

import os

import requests

API = "https://status.provider.example/v1/pods"


def pods() -> list[dict]:
    answer = requests.get(API, headers={"Authorization": "Bearer " + os.environ["STATUS_TOKEN"]}, timeout=10)
    answer.raise_for_status()
    return answer.json()["pods"]


def main() -> None:
    rows = sorted(pods(), key=lambda pod: pod["name"])
    for pod in rows:
        print(f"{pod['name']:24} {pod['gpu']:12} {pod['state']}")
    print(len(rows), "pods;", "create_pod is not called here")


if __name__ == "__main__":
    main()
