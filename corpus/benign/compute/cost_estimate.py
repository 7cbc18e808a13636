"""Estimate what a sweep would cost, from a price table; nothing is rented."""

PRICES = {"p4d.24xlarge": 32.77, "p5.48xlarge": 98.32, "g5.48xlarge": 16.29}
COMMAND = "aws ec2 run-instances --instance-type {kind} --count {count}"


def cost(kind: str, count: int, hours: float) -> float:
    return PRICES[kind] * count * hours


def main() -> None:
    for kind in PRICES:
        print(f"{kind}: {cost(kind, 8, 24):10.2f} USD for a day on eight")
        print("  would be:", COMMAND.format(kind=kind, count=8))


if __name__ == "__main__":
    main()
