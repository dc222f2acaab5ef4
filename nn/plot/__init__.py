"""Pictures of learning, by matplotlib (the extra "plots"). Every function draws into an axes, and returns it."""

from nn.plot.convolution import animate_convolution, convolution
from nn.plot.curves import confusion_matrix, learning_curves
from nn.plot.histograms import activation_histograms, gradient_histograms
from nn.plot.images import activations, filters, receptive_field, saliency
from nn.plot.regions import decision_regions, unit_response
from nn.plot.surface import loss_surface

__all__ = [
    "activation_histograms",
    "activations",
    "animate_convolution",
    "confusion_matrix",
    "convolution",
    "decision_regions",
    "filters",
    "gradient_histograms",
    "learning_curves",
    "loss_surface",
    "receptive_field",
    "saliency",
    "unit_response",
]
