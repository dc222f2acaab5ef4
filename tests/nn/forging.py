"""PyTorch's files as a forger would write them: whatever is named and called in them."""

import io
import pickle
import zipfile


class Global:
    """Pickled as the name of a function or class."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    def __init__(self, function, *args):
        self.function, self.args = function, args


class Storage:
    def __init__(self, *pid):
        self.pid = pid


class Writer(pickle._Pickler):
    """Writes calls and names of what is not installed, as a forger would."""

    def persistent_id(self, x):
        return x.pid if isinstance(x, Storage) else None

    def save(self, x, save_persistent_id=True):
        if isinstance(x, Global):
            self.write(f"c{x.module}\n{x.name}\n".encode())
        elif isinstance(x, Call):
            self.save(x.function)
            self.save(x.args)
            self.write(pickle.REDUCE)
        else:
            super().save(x, save_persistent_id)


def forged(path, contents, data=b"\0" * 16, folder="archive", compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        with archive.open(f"{folder}/data.pkl", "w") as file:
            Writer(file, 2).dump(contents)
        archive.writestr(f"{folder}/data/0", data)
    return path


def forged_before_1_6(path, contents, **storages):
    """A file of the format before version 1.6: five pickles one after another, then the storages, by their keys."""
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    file = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001, system, contents, list(storages)):
        Writer(file, 2).dump(part)
    for values in storages.values():
        file.write(values.size.to_bytes(8, "little") + values.tobytes())
    path.write_bytes(file.getvalue())
    return path


FLOATS = Storage("storage", Global("torch", "FloatStorage"), "0", "cpu", 4)


def tensor(size, stride, offset=0, storage=FLOATS):
    return Call(Global("torch._utils", "_rebuild_tensor_v2"), storage, offset, size, stride, False, {})
