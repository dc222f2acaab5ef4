"""Pictures of nets: small dense ones as neurons, convolutional ones as volumes."""

from nn.drawing.picture import NetPicture, draw

__all__ = ["NetPicture", "draw"]
