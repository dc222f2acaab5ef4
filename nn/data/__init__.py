"""Data to learn from, and minibatches of it."""

from nn.data.augmentation import cropped, flipped, noisy, shifted
from nn.data.batches import batches
from nn.data.digits import Pictures, digits
from nn.data.fashion_mnist import fashion_mnist
from nn.data.splitting import Normalization, split
from nn.data.toy import blobs, circles, moons, spirals, xor

__all__ = [
    "Normalization",
    "Pictures",
    "batches",
    "blobs",
    "circles",
    "cropped",
    "digits",
    "fashion_mnist",
    "flipped",
    "moons",
    "noisy",
    "shifted",
    "spirals",
    "split",
    "xor",
]
