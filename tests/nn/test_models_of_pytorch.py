"""Weights of whole PyTorch models load here, and the outputs agree, in evaluation and in training."""

import numpy as np
import pytest

import nn
from autograd import Tensor


def lenet(module):
    """LeNet-5 as LeCun et al. (1998) drew it, with tanh and means."""
    return module.Sequential(
        module.Conv2d(1, 6, 5, padding=2),
        module.Tanh(),
        module.AvgPool2d(2),
        module.Conv2d(6, 16, 5),
        module.Tanh(),
        module.AvgPool2d(2),
        module.Flatten(),
        module.Linear(400, 120),
        module.Tanh(),
        module.Linear(120, 84),
        module.Tanh(),
        module.Linear(84, 10),
    )


def resnet18(module, width=16):
    """ResNet-18 (He et al. 2016, table 1), a quarter as wide."""

    class Block(module.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1 = module.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
            self.bn1 = module.BatchNorm2d(outputs)
            self.relu = module.ReLU()
            self.conv2 = module.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
            self.bn2 = module.BatchNorm2d(outputs)
            self.downsample = None
            if stride > 1 or inputs != outputs:
                self.downsample = module.Sequential(
                    module.Conv2d(inputs, outputs, 1, stride, bias=False), module.BatchNorm2d(outputs)
                )

        def forward(self, x):
            y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            return self.relu(y + (x if self.downsample is None else self.downsample(x)))

    class ResNet(module.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = module.Conv2d(3, width, 7, 2, 3, bias=False)
            self.bn1 = module.BatchNorm2d(width)
            self.relu = module.ReLU()
            self.maxpool = module.MaxPool2d(3, 2, 1)
            widths = [width, width, 2 * width, 4 * width, 8 * width]
            for i in range(1, 5):
                blocks = [Block(widths[i - 1], widths[i], 1 if i == 1 else 2), Block(widths[i], widths[i], 1)]
                setattr(self, f"layer{i}", module.Sequential(*blocks))
            self.avgpool = module.AdaptiveAvgPool2d((1, 1))
            self.flatten = module.Flatten()
            self.fc = module.Linear(8 * width, 10)

        def forward(self, x):
            x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
            x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
            return self.fc(self.flatten(self.avgpool(x)))

    return ResNet()


def lstm(module):
    class Model(module.Module):
        def __init__(self):
            super().__init__()
            self.embedding = module.Embedding(30, 8, padding_idx=0)
            self.lstm = module.LSTM(8, 16, num_layers=2, batch_first=True, bidirectional=True)
            self.scores = module.Linear(32, 30)

        def forward(self, x):
            return self.scores(self.lstm(self.embedding(x))[0])

    return Model()


def transformer(module):
    layer = module.TransformerEncoderLayer(32, 4, 64, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
    return module.TransformerEncoder(layer, 3, norm=module.LayerNorm(32))


RNG = np.random.default_rng(0)
MODELS = {
    lenet: RNG.standard_normal((2, 1, 28, 28)),
    resnet18: RNG.standard_normal((4, 3, 64, 64)),
    lstm: RNG.integers(0, 30, (3, 12)),
    transformer: RNG.standard_normal((2, 9, 32)),
}


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("training", [False, True], ids=["evaluation", "training"])
@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__)
def test_outputs_agree_and_the_state_goes_back(torch, build, training):
    torch.manual_seed(0)
    ours, theirs = build(nn), build(torch.nn)
    for value in theirs.state_dict().values():  # copies of a layer, and BatchNorm, start alike
        if value.is_floating_point():
            value *= torch.empty_like(value).uniform_(0.7, 1.3)
    state = {name: value.numpy() for name, value in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)
    ours.train(training)
    theirs.train(training)
    x = MODELS[build]
    x = x.astype(np.float32) if x.dtype == np.float64 else x
    expected = theirs(torch.tensor(x))
    np.testing.assert_allclose(ours(Tensor(x)).data, expected.detach().numpy(), rtol=1e-4, atol=1e-4)
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_a_transformer_agrees_with_every_mask(torch):
    ours, theirs = transformer(nn), transformer(torch.nn)
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    x = MODELS[transformer].astype(np.float32)
    causal = np.triu(np.ones((9, 9), bool), 1)
    padding = np.arange(9) >= np.array([[9], [6]])
    options = {"mask": causal, "src_key_padding_mask": padding}
    expected = theirs(torch.tensor(x), **{name: torch.tensor(value) for name, value in options.items()}).detach()
    np.testing.assert_allclose(ours(Tensor(x), **options).data, expected.numpy(), rtol=1e-4, atol=1e-4)
    alone = ours(Tensor(x), is_causal=True, src_key_padding_mask=padding)
    np.testing.assert_allclose(alone.data, expected.numpy(), rtol=1e-4, atol=1e-4)
