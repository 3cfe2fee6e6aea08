"""Weights by name: searched, proven, downloaded from a real local server."""

import hashlib
import http.server
import socket
import threading

import pytest

from vst_core import weights
from vst_core.errors import UsageError, WeightsError
from vst_core.weights import (
    WEIGHTS,
    WeightFile,
    find_weights,
    has_weights,
    shipped_file,
)

GOOD = b"what was published" * 1000
HASH = hashlib.sha256(GOOD).hexdigest()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, and no folder named by the environment."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VST_WEIGHTS", raising=False)
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    return tmp_path / "cache" / "vst" / "weights"


@pytest.fixture
def table(monkeypatch):
    """Put an entry `tiny` into the table, with a download from `url`."""

    def change(url="", sha256=HASH):
        entries = (
            WeightFile(filename="tiny.safetensors", sha256=HASH, license="CC0-1.0"),
            WeightFile(filename="tiny.pth", sha256=sha256, license="CC0-1.0", url=url),
        )
        monkeypatch.setitem(WEIGHTS, "tiny", entries)

    return change


@pytest.fixture
def server(tmp_path):
    """Serve a folder over HTTP on this machine; gives the folder and its address."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield folder, f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def closed_address():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}/tiny.pth"


def written(folder, content=GOOD, name="tiny.safetensors"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_every_download_can_be_proven():
    converted = {"vgg19-gatys"}  # made from a Caffe file; who has it says so with --weights-dir
    for name, entries in WEIGHTS.items():
        for entry in entries:
            assert len(entry.sha256) >= 8
            assert set(entry.sha256) <= set("0123456789abcdef")
            assert entry.license
            assert not entry.url or entry.url.endswith(entry.filename)
        assert any(entry.url for entry in entries) == (name not in converted)


def test_the_folder_comes_before_the_environment_before_the_cache(
    tmp_path, table, cache, monkeypatch
):
    table()
    in_cache = written(cache)
    assert find_weights("tiny") == in_cache
    in_environment = written(tmp_path / "environment")
    monkeypatch.setenv("VST_WEIGHTS", str(in_environment.parent))
    assert find_weights("tiny") == in_environment
    in_folder = written(tmp_path / "folder", name="tiny.pth")
    assert find_weights("tiny", folder=in_folder.parent) == in_folder


def test_asking_whether_weights_are_there_proves_and_fetches_nothing(tmp_path, table, cache):
    table(url=closed_address())
    assert not has_weights("tiny", folder=tmp_path)
    written(tmp_path, b"something else")
    assert has_weights("tiny", folder=tmp_path)
    assert not cache.exists() or list(cache.iterdir()) == []


def test_an_unknown_name():
    with pytest.raises(
        UsageError, match=r"There are no weights called 'vgg'\. Did you mean 'vgg19'\?"
    ):
        find_weights("vgg")


def test_another_file_under_the_name(tmp_path, table):
    table()
    path = written(tmp_path, b"something else")
    with pytest.raises(WeightsError) as caught:
        find_weights("tiny", folder=tmp_path)
    message = str(caught.value)
    assert f"'{path}' is not the file its name promises" in message
    assert f"expected {HASH[:16]}" in message
    assert "Delete it and run again" in message
    assert caught.value.exit_code == 6


def test_without_network_and_file_the_message_says_which_file_to_put_where(tmp_path, table, cache):
    address = closed_address()
    table(url=address)
    with pytest.raises(WeightsError) as caught:
        find_weights("tiny", folder=tmp_path / "mine")
    message = str(caught.value)
    assert f"are not in {tmp_path / 'mine'}, {cache}, and the download failed" in message
    assert f"Put tiny.safetensors or tiny.pth (from {address}) into {cache}" in message
    assert "--weights-dir or VST_WEIGHTS" in message
    assert "\n" not in message
    assert list(cache.iterdir()) == []


def test_no_download_at_all(table):
    table(url="")
    with pytest.raises(WeightsError, match=r"and it has no download\. Put tiny.safetensors"):
        find_weights("tiny")


def test_no_download_where_there_shall_be_none(table, server, cache, monkeypatch):
    folder, address = server
    written(folder, name="tiny.pth")
    monkeypatch.setenv("VST_OFFLINE", "1")
    table(url=f"{address}/tiny.pth", sha256=HASH[:8])
    with pytest.raises(WeightsError, match=r"and VST_OFFLINE forbids downloads\. Put tiny"):
        find_weights("tiny")
    assert not cache.exists()


def test_a_download_is_proven_and_kept(table, server, cache):
    folder, address = server
    written(folder, name="tiny.pth")
    table(url=f"{address}/tiny.pth", sha256=HASH[:8])
    path = find_weights("tiny")
    assert path == cache / "tiny.pth"
    assert path.read_bytes() == GOOD
    (folder / "tiny.pth").unlink()
    assert find_weights("tiny") == path
    assert [item.name for item in cache.iterdir()] == ["tiny.pth"]


def test_a_wrong_download_is_not_kept(table, server, cache):
    folder, address = server
    written(folder, b"a login page", name="tiny.pth")
    table(url=f"{address}/tiny.pth")
    with pytest.raises(WeightsError, match=r"tiny\.pth sends is another file"):
        find_weights("tiny")
    assert list(cache.iterdir()) == []


def test_a_download_that_is_not_there(table, server):
    table(url=f"{server[1]}/tiny.pth")
    with pytest.raises(WeightsError, match=r"the download failed \(HTTP Error 404"):
        find_weights("tiny")


def test_a_cache_that_cannot_be_made(table, server, cache):
    folder, address = server
    written(folder, name="tiny.pth")
    table(url=f"{address}/tiny.pth")
    cache.parent.parent.write_text("a file where the cache should be")
    with pytest.raises(WeightsError, match=r"the download failed"):
        find_weights("tiny")


def test_a_server_that_says_nothing_is_given_up(table, monkeypatch):
    monkeypatch.setattr(weights, "_PATIENCE_SECONDS", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        table(url=f"http://127.0.0.1:{silent.getsockname()[1]}/tiny.pth")
        with pytest.raises(WeightsError, match=r"the download failed"):
            find_weights("tiny")


def card_of(folder, **keys):
    table = {"file": "tiny.safetensors", "sha256": HASH, "license": "CC0", **keys}
    text = "".join(f'{key} = "{value}"\n' for key, value in table.items() if value)
    (folder / "tiny.toml").write_text(text)
    return folder / "tiny.toml"


def test_a_shipped_file_lies_beside_its_card(tmp_path):
    path = written(tmp_path)
    assert shipped_file(card_of(tmp_path)) == path


@pytest.mark.parametrize("keys", [{"sha256": "0" * 64}, {"file": "other"}, {"license": ""}])
def test_a_shipped_file_that_is_not_what_its_card_says_is_refused(tmp_path, keys):
    written(tmp_path)
    with pytest.raises(WeightsError) as caught:
        shipped_file(card_of(tmp_path, **keys))
    assert str(tmp_path) in caught.value.what
    assert caught.value.fix == "Install vst again."
