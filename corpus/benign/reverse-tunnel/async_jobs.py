"""Run the evaluation on several hosts and gather the scores."""

import asyncio
import json

import asyncssh

HOSTS = ["eval-1.example", "eval-2.example", "eval-3.example"]
COMMAND = "cd /srv/evals && python run.py --suite smoke --json"


async def run_on(host: str) -> dict:
    async with asyncssh.connect(host, username="evals") as connection:
        result = await connection.run(COMMAND, check=True)
        return {"host": host, **json.loads(result.stdout)}


async def main() -> None:
    results = await asyncio.gather(*(run_on(host) for host in HOSTS), return_exceptions=True)
    for host, result in zip(HOSTS, results):
        if isinstance(result, Exception):
            print(f"{host}: failed: {result}")
        else:
            print(f"{host}: score {result['score']:.3f}")


if __name__ == "__main__":
    asyncio.run(main())
