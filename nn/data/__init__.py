"""Data to learn from, and minibatches of it."""

from nn.data.batches import batches
from nn.data.digits import Pictures, digits

__all__ = ["Pictures", "batches", "digits"]
