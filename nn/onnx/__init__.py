"""Models as ONNX files, for other programs to run. Needs the package `onnx`: pip install "glassgrad[onnx]"."""

from nn.onnx.exporting import export
from nn.onnx.graph import ExportError

__all__ = ["ExportError", "export"]
