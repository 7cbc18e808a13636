"""Train small models in parallel processes, one per GPU."""

import multiprocessing as mp
import os

import torch
from torch.utils.data import DataLoader, TensorDataset


def train(rank: int, results: "mp.Queue") -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = str(rank)
    torch.manual_seed(rank)
    model = torch.nn.Linear(16, 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    data = DataLoader(TensorDataset(torch.randn(512, 16), torch.randn(512, 1)), batch_size=32)
    loss = torch.tensor(0.0)
    for inputs, targets in data:
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    results.put((rank, loss.item()))


def main() -> None:
    mp.set_start_method("spawn", force=True)
    results: "mp.Queue" = mp.Queue()
    workers = [mp.Process(target=train, args=(rank, results)) for rank in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while not results.empty():
        print("rank %d: %.4f" % results.get())


if __name__ == "__main__":
    main()
