"""Whatever the opcodes of a pickle ask for, reading it takes little memory and time, and changes nothing."""

import io
import struct
import tracemalloc
import zipfile
from pickle import (
    APPEND,
    BINGET,
    BINPUT,
    BINUNICODE,
    BUILD,
    DUP,
    EMPTY_DICT,
    EMPTY_LIST,
    LONG1,
    LONG_BINGET,
    LONG_BINPUT,
    MARK,
    NONE,
    REDUCE,
    SETITEM,
    SETITEMS,
    STOP,
    TUPLE,
    TUPLE1,
    TUPLE2,
    TUPLE3,
)

import pytest

import nn
from nn import pytorch_values

MEGABYTE = 2**20


def file_of(code, compression=zipfile.ZIP_STORED, **storages):
    """A file whose data.pkl is this code, with storages of these bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + code + STOP)
        for key, content in storages.items():
            archive.writestr(f"archive/data/{key}", content)
    return file


def text(string):
    return BINUNICODE + struct.pack("<I", len(string)) + string.encode()


def name(module, function):
    return f"c{module}\n{function}\n".encode()


def integers(*numbers):
    return MARK + b"".join(LONG1 + b"\x08" + struct.pack("<q", n) for n in numbers) + TUPLE


def storage(count, key="s"):
    place = text("storage") + name("torch", "FloatStorage") + text(key) + text("cpu")
    return MARK + place + integers(count)[1:-1] + TUPLE + b"Q"


def tensor(count, size, stride):
    place = integers(0)[1:-1] + integers(*size) + integers(*stride)
    return name("torch._utils", "_rebuild_tensor_v2") + MARK + storage(count) + place + NONE + NONE + TUPLE + REDUCE


def in_list(*codes):
    return EMPTY_LIST + MARK + b"".join(codes) + b"e"


def check_bounded(file, load=nn.load_pytorch):
    """Loading gives a result or a ValueError that names the file, within 12 times its size and 40 MB."""
    size = file.seek(0, io.SEEK_END)
    tracemalloc.start()
    try:
        found = load(file)
    except ValueError as error:
        found = str(error)
        assert found.startswith("'the file in memory' is not ")
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 12 * size + 40 * MEGABYTE
    return found


LONG_TEXT = text("x" * MEGABYTE) + BINPUT + b"\x00"
DOUBLED = NONE + b"".join(BINPUT + bytes([i]) + BINGET + bytes([i]) + TUPLE2 for i in range(60))
"""A tuple of twice a tuple of twice a tuple ...: to look at all of it takes 2^60 steps."""

COLLIDING = b"".join(LONG1 + b"\x10" + (i * (2**61 - 1)).to_bytes(16, "little") + NONE for i in range(2, 20_000))
"""Integers that all have the hash 0."""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (EMPTY_DICT * 100_000, "would take more than"),
        (MARK * 100_000, "nested more than 1000 deep"),
        (EMPTY_LIST + LONG_BINPUT + struct.pack("<I", 2**31 - 1), "remembers a value as number 2147483647"),
        (LONG_BINGET + struct.pack("<I", 2**31 - 1), "IndexError"),
        (NONE + DUP, "the opcode DUP"),
        (b"B" + struct.pack("<I", 2**32 - 1), "expected 4294967295 bytes"),
        (b"\x8e" + struct.pack("<Q", 2**62), "expected 4611686018427387904 bytes"),
        (b"\x8b" + struct.pack("<i", 2**20) + bytes(2**20), "the opcode LONG4"),
        (b"L" + b"9" * 100_000 + b"L\n", "4300 digits"),
        (EMPTY_DICT + DOUBLED + NONE + SETITEM, "a key of type tuple"),
        (EMPTY_DICT + MARK + COLLIDING + SETITEMS, "a key of type int"),
        (DOUBLED + BUILD, "IndexError"),
        (NONE + DOUBLED + BUILD, "it changes a NoneType"),
        (DOUBLED + DOUBLED[-1:] + REDUCE, "IndexError|no function"),
        (DOUBLED + text("x") + b"\x93", "names a function by what is no text"),
        (LONG_TEXT + BINGET + b"\x00\x93", "it holds a xxx"),
        (
            LONG_TEXT
            + in_list(*[name("_codecs", "encode") + BINGET + b"\x00" + TUPLE1 + REDUCE] * 100),
            "would take more than",
        ),
        (
            in_list(*[text("k") + NONE + TUPLE2] * 2000) + BINPUT + b"\x00"
            + in_list(*[name("collections", "OrderedDict") + BINGET + b"\x00" + TUPLE1 + REDUCE] * 2000),
            "would take more than",
        ),
        (integers(*[1] * 100_000) + BINPUT + b"\x00" + name("torch", "Size") + BINGET + b"\x00" + TUPLE1 + REDUCE,
         "a size in it is impossible"),
        (name("torch", "Size") + DOUBLED + TUPLE1 + REDUCE, "a size in it is impossible"),
        (name("numpy", "dtype") + text("O8") + TUPLE1 + REDUCE, "of the dtype object"),
        (
            name("numpy.core.multiarray", "_reconstruct") + b")" + REDUCE + MARK + integers(1)[1:-1] + integers(-1)
            + name("numpy", "dtype") + text("u1") + TUPLE1 + REDUCE + NONE + text("x") + TUPLE + BUILD,
            "a size in it is impossible",
        ),
        (
            name("numpy.core.multiarray", "_reconstruct") + b")" + REDUCE + MARK + integers(1)[1:-1] + integers(2**40)
            + name("numpy", "dtype") + text("u1") + TUPLE1 + REDUCE + NONE + text("x") + TUPLE + BUILD,
            "does not fit its 1 bytes",
        ),
    ],
)  # fmt: skip
def test_hostile_opcodes_are_refused(code, words):
    assert any(word in check_bounded(file_of(code)) for word in words.split("|"))


def test_what_is_much_only_when_it_is_looked_at_is_read():
    assert isinstance(check_bounded(file_of(DOUBLED)), tuple)
    deep = check_bounded(file_of(EMPTY_LIST * 10_000 + APPEND * 9_999))
    assert len(deep) == 1
    memo = b"".join(LONG_BINPUT + struct.pack("<I", i) for i in range(10_000))
    assert check_bounded(file_of(EMPTY_LIST + memo)) == []


@pytest.mark.parametrize(
    "code",
    [
        tensor(1, (10**9,), (0,)),
        tensor(1, (2**62, 2**62), (0, 0)),
        tensor(2**18, (2000, 100_000), (1, 1)),
        in_list(*[tensor(2**18, (2**18,), (1,))] * 100),
        tensor(2**18, (0, 2**62), (1, 1)),
    ],
)
@pytest.mark.parametrize("count", [1, 2**18])
def test_tensors_that_repeat_their_storage_take_no_more_than_a_few_times_the_file(code, count):
    found = check_bounded(file_of(code, s=bytes(4 * count)))
    assert isinstance(found, str)
    assert any(words in found for words in ("would take more than", "array is too big", "not the"))


def test_a_storage_is_read_once(monkeypatch):
    reads = []
    read = zipfile.ZipFile.read
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda archive, name: reads.append(name) or read(archive, name))
    found = nn.load_pytorch(file_of(in_list(*[tensor(4, (4,), (1,))] * 50), s=bytes(16)))
    assert len(found) == 50
    assert reads.count("archive/data/s") == 1


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressed_members_are_refused_unread(compression):
    length = 40 * MEGABYTE
    file = file_of(b"B" + struct.pack("<I", length) + bytes(length), compression)
    assert "is compressed" in check_bounded(file)


def test_members_that_overlap_are_refused():
    content = bytearray(file_of(NONE, s=bytes(1000)).getvalue())
    entry = content.find(b"PK\x01\x02")
    content[entry + 20 : entry + 28] = struct.pack("<II", 2**31 - 1, 2**31 - 1)  # the sizes of data.pkl
    assert "its members overlap" in check_bounded(io.BytesIO(content))


def test_functions_can_be_called_and_nothing_else():
    before = dict(vars(pytorch_values.Values.tensor))
    function = name("torch._utils", "_rebuild_tensor_v2")
    attributes = EMPTY_DICT + text("__name__") + text("evil") + SETITEM
    for code in (
        function + attributes + BUILD,
        function + NONE + attributes + TUPLE2 + BUILD,
        function + TUPLE1 + attributes + BUILD,
        storage(4) + attributes + BUILD,
        function + text("a") + text("b") + SETITEM,
        function + NONE + APPEND,
        function + MARK + NONE + b"\x90",
    ):
        assert "it changes a" in (found := check_bounded(file_of(code, s=bytes(16)))) or "it adds items" in found
    assert vars(pytorch_values.Values.tensor) == before


BEGIN = b"\x80\x02" + LONG1 + b"\x0a" + (0x1950A86A20F9469CFC6C).to_bytes(10, "little") + STOP + 2 * (b"N" + STOP)


@pytest.mark.parametrize(
    ("contents", "end", "words"),
    [
        (EMPTY_DICT * 100_000, b"", "would take more than"),
        (NONE, DOUBLED + STOP, "its storages are not listed"),
        (NONE, in_list(DOUBLED) + STOP, "its storages are not listed"),
        (tensor(2**30, (1,), (1,)), in_list(text("s")) + STOP + struct.pack("<q", 2**30), "storage s holds 0 elements"),
        (tensor(2**30, (1,), (1,)), in_list(text("s")) + STOP + struct.pack("<Q", 2**63), "OverflowError"),
        (
            tensor(1, (10**9,), (0,)),
            in_list(text("s")) + STOP + struct.pack("<q", 1) + bytes(4),
            "would take more than",
        ),
    ],
)
def test_hostile_files_from_before_version_1_6_are_refused(contents, end, words):
    assert words in check_bounded(io.BytesIO(BEGIN + contents + STOP + end))


@pytest.mark.parametrize(
    "header",
    [
        b'{"w":' * 100_000,
        b"[" * 500_000,
        b'{"w":[' + b"[]," * 200_000 + b"[]]}",
        b'{"w":{"dtype":"F32","data_offsets":[0,0],"shape":[' + b",".join([b"9" * 4000] * 100) + b"]}}",
        b'{"w":{"dtype":"F32","data_offsets":[0,0],"shape":[' + b"9" * 500_000 + b"]}}",
        b'{"__metadata__":{"glassgrad.layout":"' + b"[" * 500_000 + b'"}}',
    ],
)
def test_hostile_headers_of_safetensors_are_refused(header):
    file = io.BytesIO(len(header).to_bytes(8, "little") + header)
    assert isinstance(check_bounded(file, nn.load), str)


def test_tuples_of_all_lengths_are_read():
    code = in_list(b")", NONE + TUPLE1, NONE * 2 + TUPLE2, NONE * 3 + TUPLE3, MARK + NONE * 4 + TUPLE)
    assert nn.load_pytorch(file_of(code)) == [(None,) * n for n in range(5)]
