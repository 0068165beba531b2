"""What torchvision and torch compute, for comparison with our engine.

usage: torchvision_reference.py JOB.json

The job names the network, the weights (safetensors), the images (float32, one grey channel, repeated over three), the labels, what to compute
and where to write the answer as raw float32: the logits in evaluation mode, or the flat vector after some optimiser steps, or the gradient of
the parameters after one backward pass. Flat vectors hold named_parameters(), then the float buffers.
"""
import json
import struct
import sys

import numpy as np
import torch
import torchvision
from torchvision.models.resnet import Bottleneck


def group_norm(channels):
    groups = 32
    while channels % groups:
        groups //= 2
    return torch.nn.GroupNorm(groups, channels)


class SlimResNet(torchvision.models.ResNet):
    """torchvision's ResNet with a first width other than 64."""

    def __init__(self, width, classes):
        super().__init__(Bottleneck, [3, 4, 6, 3], num_classes=classes, norm_layer=group_norm)
        self.inplanes = width
        self.conv1 = torch.nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = group_norm(width)
        for stage, depth in enumerate([3, 4, 6, 3]):
            layer = self._make_layer(Bottleneck, width << stage, depth, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", layer)
        self.fc = torch.nn.Linear(self.inplanes, classes)


def build(job):
    classes = job["classes"]
    return {
        "ResNet50": lambda: torchvision.models.resnet50(num_classes=classes),
        "ResNet50GroupNorm": lambda: torchvision.models.resnet50(num_classes=classes, norm_layer=group_norm),
        "ResNet50Slim": lambda: SlimResNet(16, classes),
        "EfficientNetB0": lambda: torchvision.models.efficientnet_b0(num_classes=classes),
    }[job["architecture"]]()


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
            tensors[name] = torch.from_numpy(values.copy())
    return tensors


def flat(model):
    buffers = [buffer for buffer in model.buffers() if buffer.is_floating_point()]
    return torch.cat([tensor.detach().reshape(-1) for tensor in list(model.parameters()) + buffers])


def optimizer_of(model, job):
    if job["optimizer"] == "Sgd":
        return torch.optim.SGD(model.parameters(), lr=job["learning_rate"], momentum=0.9, weight_decay=job["weight_decay"])
    return torch.optim.AdamW(model.parameters(), lr=job["learning_rate"], weight_decay=job["weight_decay"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    torch.set_num_threads(1)
    model = build(job)
    model.load_state_dict(read_safetensors(job["weights"]), strict=False)
    size = job["size"]
    images = torch.from_numpy(np.fromfile(job["images"], dtype="<f4")).reshape(-1, 1, size, size).expand(-1, 3, -1, -1).contiguous()
    labels = torch.tensor(job["labels"])
    if job["compute"] == "logits":
        model.eval()
        with torch.no_grad():
            answer = model(images)
    else:
        model.train()
        start = [parameter.detach().clone() for parameter in model.parameters()]
        optimizer = optimizer_of(model, job)
        weights = torch.tensor(job["class_weights"]) if job["class_weights"] else None
        loss_function = torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=job["label_smoothing"])
        for _ in range(job["steps"]):
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=job["autocast"]):
                logits = model(images)
            loss = loss_function(logits.float(), labels)
            for parameter, first in zip(model.parameters(), start):
                loss = loss + 0.5 * job["proximal_term"] * ((parameter - first) ** 2).sum()
            loss.backward()
            if job["gradient_clip"] > 0:
                torch.nn.utils.clip_grad_norm_(model.parameters(), job["gradient_clip"])
            optimizer.step()
        answer = flat(model)
        if job["compute"] == "gradient":
            answer = torch.cat([parameter.grad.reshape(-1) for parameter in model.parameters()])
    answer.contiguous().numpy().astype("<f4").tofile(job["answer"])


if __name__ == "__main__":
    main()
