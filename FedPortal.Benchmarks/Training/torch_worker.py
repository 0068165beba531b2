"""PyTorch's side of the training benchmark: eager mode, the way its own documentation trains.

usage: torch_worker.py SIZE BATCH BRAIN THREADS

For every line read it takes one step and answers with wall and processor milliseconds. bfloat16 runs under autocast in channels-last order.
"""
import sys
import time

import torch
import torchvision

size, batch, brain, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(1)
order = torch.channels_last if brain else torch.contiguous_format
model = torchvision.models.resnet50(num_classes=3).to(memory_format=order)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4)
images = (2 * torch.rand(batch, 1, size, size) - 1).expand(-1, 3, -1, -1).contiguous(memory_format=order)
labels = torch.arange(batch) % 3
print(f"PyTorch {torch.__version__} eager", flush=True)
for _ in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bool(brain)):
        logits = model(images)
    torch.nn.functional.cross_entropy(logits.float(), labels).backward()
    optimizer.step()
    print(f"{1e3 * (time.perf_counter() - wall):.3f} {1e3 * (time.process_time() - cpu):.3f}", flush=True)
