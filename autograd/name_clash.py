"""`autograd` is also the name of another project on PyPI: ours does not run where the two are installed together."""

from importlib.metadata import PackageNotFoundError, distribution


def refuse_other_autograd() -> None:
    """Raise ImportError, with the way out, if the other project is installed: its files and ours share names."""
    try:
        other = distribution("autograd")
    except PackageNotFoundError:
        return
    raise ImportError(
        f"the package `autograd` {other.version} from PyPI is installed beside glassgrad, whose engine has the same "
        "import name; they overwrite each other's files. Keep glassgrad with\n"
        "    pip uninstall -y autograd\n"
        "    pip install --force-reinstall --no-deps glassgrad    (in a checkout: -e . instead of glassgrad)\n"
        "or install the two in separate environments."
    )
