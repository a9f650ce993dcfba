"""Trees of arrays come back from names and files; damage is told as such."""

import io
import zipfile

import numpy as np
import pytest

from aae_jax.storage import arrays
from aae_jax.storage.arrays import DAMAGES, are_alike, by_name, read_arrays, tree_of

TREE = {"decoder": {"params": {"kernel": np.ones((2, 3))}}, "scale": np.float32(5)}
# More than zipfile reads at once, so that a header is looked at before its checksum.
ARRAYS = {"a": np.arange(9000) % 251, "b": np.arange(3)}


class Content:
    """A file in memory."""

    def __init__(self, content: bytes):
        self.content = bytes(content)

    def open(self, mode: str) -> io.BytesIO:
        assert mode == "rb"
        return io.BytesIO(self.content)


def packed(saver=np.savez, **arrays) -> bytearray:
    buffer = io.BytesIO()
    saver(buffer, **(arrays or ARRAYS))
    return bytearray(buffer.getvalue())


def test_names_are_places_and_back():
    named = by_name(TREE)
    assert list(named) == ["decoder/params/kernel", "scale"]
    assert named["decoder/params/kernel"] is TREE["decoder"]["params"]["kernel"]
    assert tree_of(named) == TREE
    assert by_name({}) == tree_of({}) == {}


def test_alike_is_the_same_names_shapes_and_types():
    class Abstract:
        shape, dtype = (2, 3), np.dtype(np.float64)

    named = by_name(TREE)
    assert are_alike(named, {**named, "decoder/params/kernel": Abstract})
    assert not are_alike(named, {"scale": named["scale"]})
    assert not are_alike(named, {**named, "scale": np.float64(5)})
    assert not are_alike(named, {**named, "scale": np.ones(1, np.float32)})


def test_arrays_are_read_whole_and_without_pickle():
    found = read_arrays(Content(packed()))
    assert list(found) == ["a", "b"]
    np.testing.assert_array_equal(found["a"], ARRAYS["a"], strict=True)
    with pytest.raises(ValueError, match="pickle"):
        read_arrays(Content(packed(a=np.array([{}], object))))


@pytest.mark.filterwarnings("ignore")  # NumPy's, of headers that look old
@pytest.mark.parametrize("saver", [np.savez, np.savez_compressed])
def test_wrong_bits_are_damage_or_do_not_matter(saver):
    """Nothing else is raised, wherever the bit is wrong; headers are looked at most."""
    sound = packed(saver)
    headers = [*range(200), *range(len(sound) - 300, len(sound))]
    caught = set()
    for place in (*headers, *range(200, len(sound), len(sound) // 30)):
        for bit in range(8):
            damaged = sound.copy()
            damaged[place] ^= 1 << bit
            try:
                read_arrays(Content(damaged))
            except DAMAGES as error:
                caught.add(type(error))
    assert {zipfile.BadZipFile, NotImplementedError, ValueError} <= caught


@pytest.mark.parametrize("content", [b"", b"text", packed()[:-30], packed()[:2000]])
def test_what_is_no_whole_file_is_damage(content):
    with pytest.raises(DAMAGES):
        read_arrays(Content(content))


def test_an_array_file_and_a_member_that_is_no_array_are_damage():
    buffer = io.BytesIO()
    np.save(buffer, ARRAYS["a"])
    with pytest.raises(zipfile.BadZipFile):
        read_arrays(Content(buffer.getvalue()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a", "hello")
    with pytest.raises(ValueError, match="'a' is not in NumPy's format"):
        read_arrays(Content(buffer.getvalue()))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"(9000,)", b"(9000,("),  # tokenize.TokenError
        (b"'<i8'", b"'<,8'"),  # SyntaxError
        (b", 'shape'", b",B'shape'"),  # TypeError
    ],
)
def test_a_spoiled_header_is_damage(right, wrong):
    content = bytes(packed())
    assert right in content
    with pytest.raises(zipfile.BadZipFile, match="'a' is damaged"):
        read_arrays(Content(content.replace(right, wrong, 1)))


def test_no_memory_is_taken_for_what_a_header_says_and_the_file_lacks():
    """NumPy would take it first, and find that the file ends when it reads on."""
    content = bytes(packed())
    header = content.replace(b"(9000,), }" + b" " * 8, b"(900000000000,), }", 1)
    with pytest.raises(ValueError, match="'a' is damaged: 72,128 bytes"):
        read_arrays(Content(header))


def test_what_unpacks_to_more_than_the_bound_is_refused_unread(monkeypatch):
    monkeypatch.setattr(arrays, "MAX_BYTES", 10**6)
    content = packed(np.savez_compressed, a=np.zeros(10**6, np.uint8))
    assert len(content) < 2000
    with pytest.raises(ValueError, match="1,000,128 bytes uncompressed"):
        read_arrays(Content(content))


def in_directory(offset: int, value: int) -> Content:
    """A sound file but for one field of the first member in zip's directory."""
    content = packed()
    content[content.index(b"PK\x01\x02") + offset] = value
    return Content(content)


def test_a_member_that_seems_encrypted_is_damage():
    with pytest.raises(zipfile.BadZipFile, match="encrypted"):
        read_arrays(in_directory(8, 1))


def test_a_member_of_unknown_compression_is_damage():
    with pytest.raises(zipfile.BadZipFile, match="compression"):
        read_arrays(in_directory(10, 99))


@pytest.mark.parametrize("error", [MemoryError, RuntimeError, KeyboardInterrupt])
def test_other_trouble_is_no_damage(error):
    assert not issubclass(error, DAMAGES)
