"""C01-C13, C21: objects, as Conducto's data page has them."""

from __future__ import annotations

import io
import os
import urllib.request
from pathlib import Path

import pytest

import headgate.uploads
from headgate import Headgate, NotFound, RangeNotSatisfiable
from headgate.compat.conducto import Co, ContextError
from headgate.objects import Scope
from headgate.pipelines import PIPELINE_NAMES


@pytest.fixture
def co(hg: Headgate) -> Co:
    return Co(hg)


@pytest.fixture(params=["user", "pipeline"])
def data(request: pytest.FixtureRequest, hg: Headgate, co: Co) -> Scope:
    return co.data.user if request.param == "user" else hg.pipelines.create("p").objects


def test_C01_bytes_and_files_come_back_as_they_went(data: Scope, name: str, tmp_path: Path) -> None:
    data.puts(name, b"\x00bytes\xff")
    assert data.gets(name) == b"\x00bytes\xff"
    data.get(name, tmp_path / "out")
    data.put(f"{name}-2", tmp_path / "out")
    data.put(f"{name}-3", io.BytesIO(b""))
    assert data.gets(f"{name}-2") == b"\x00bytes\xff" and data.gets(f"{name}-3") == b""
    with pytest.raises(ValueError, match="stores bytes"):
        data.puts(name, "text")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        data.gets(f"{name}-none")
    with pytest.raises(NotFound):
        data.get(f"{name}-none", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_C02_ranges_are_half_open(data: Scope, name: str) -> None:
    data.puts(name, b"abcdef")
    assert data.gets(name, byte_range=[0, 3]) == b"abc" and data.gets(name, byte_range=(4, 99)) == b"ef"
    assert data.gets(name, byte_range=[2, 2]) == b"" and data.gets(name, byte_range=None) == b"abcdef"
    for wrong in ([3, 1], [-1, 2], [1], [1, 2, 3], ["0", 1]):
        with pytest.raises(ValueError, match="begin"):
            data.gets(name, byte_range=wrong)  # type: ignore[arg-type]
    with pytest.raises(RangeNotSatisfiable):
        data.gets(name, byte_range=[7, 9])


def test_C03_a_put_replaces_and_skip_cleanup_keeps(data: Scope, name: str) -> None:
    data.puts(name, b"one")
    data.puts(name, b"two")
    assert data.gets(name) == b"two" and data.versions(name) == []
    data.puts(name, b"three", skip_cleanup=True)
    (older,) = data.versions(name)
    assert (data.gets(name), data.gets(name, version=older["version"])) == (b"three", b"two")


def test_C04_a_put_that_breaks_off_leaves_what_was_there(hg: Headgate, data: Scope, name: str) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the disk is gone")

    data.puts(name, b"old")
    hg._transport.retries = 0
    with pytest.raises(Exception, match="the disk is gone"):
        data.put(name, Breaking(b"new content"))
    assert data.gets(name) == b"old"


def test_C05_list_has_all_depths_in_order_relative_to_the_scope(data: Scope, name: str) -> None:
    for each in ("b", "a/2", "a/1/x", "aé", "a"):
        data.puts(f"{name}/{each}", b"")
    assert data.list(f"{name}/") == [f"{name}/{each}" for each in ("a", "a/1/x", "a/2", "aé", "b")]
    assert data.list(f"{name}/a/") == [f"{name}/a/1/x", f"{name}/a/2"] and data.list(f"{name}-none") == []
    assert "<table" in data._repr_html_()


def test_C06_exists_and_size(data: Scope, name: str) -> None:
    assert not data.exists(name)
    data.puts(name, b"12345")
    assert data.exists(name) and data.size(name) == 5 and not data.exists(name[:-1])
    data.delete(name)
    assert not data.exists(name)
    with pytest.raises(NotFound):
        data.size(name)


def test_C07_C08_delete_takes_a_name_and_recursive_all_below(data: Scope, name: str) -> None:
    for each in ("a", "a/b", "a/c/d", "ab"):
        data.puts(f"{name}/{each}", b"")
    data.delete(f"{name}/a")
    assert data.list(name) == [f"{name}/a/b", f"{name}/a/c/d", f"{name}/ab"]
    data.delete(f"{name}/a", recursive=True)
    assert data.list(name) == [f"{name}/ab"]
    data.delete(f"{name}/none")
    with pytest.raises(ValueError, match="has a name"):
        data.delete("/", recursive=True)


def test_C09_url_is_a_path_unless_the_whole_is_wanted(data: Scope, url: str) -> None:
    assert data.url("a b/ü#.csv") == f"/v1/objects/{data.path}/a%20b/%C3%BC%23.csv"
    assert data.url("a", path_only=False) == f"{url}/v1/objects/{data.path}/a"


def test_a_link_needs_no_token(data: Scope, name: str) -> None:
    data.puts(name, b"linked")
    with urllib.request.urlopen(data.link(name)) as reply:
        assert reply.read() == b"linked"


def test_C10_caches_restore_the_same_tree(data: Scope, name: str, tmp_path: Path) -> None:
    folder = tmp_path / "deps"
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / "sub" / "run.sh").write_text("#!/bin/sh\n")
    (folder / "sub" / "run.sh").chmod(0o755)
    data.save_cache(name, "abc", folder)
    assert data.cache_exists(name, "abc") and not data.cache_exists(name, "other")
    data.restore_cache(name, "abc", tmp_path / "out")
    restored = tmp_path / "out" / "deps" / "sub"
    assert (restored / "run.sh").read_text() == "#!/bin/sh\n" and os.access(restored / "run.sh", os.X_OK)
    assert (restored / "empty").is_dir()
    with pytest.raises(FileNotFoundError, match="Cache not found"):
        data.restore_cache(name, "other", tmp_path)
    data.save_cache(name, "def", folder)
    data.clear_cache(name, "abc")
    assert not data.cache_exists(name, "abc") and data.cache_exists(name, "def")
    data.clear_cache(name)
    assert not data.cache_exists(name, "def")
    with pytest.raises(ValueError, match="no slash"):
        data.cache_exists(name, "../x")


def test_C11_C12_pipelines_are_apart_and_go_when_archived(
    hg: Headgate, co: Co, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in PIPELINE_NAMES:
        monkeypatch.delenv(each, raising=False)
    with pytest.raises(ContextError, match="current pipeline"):
        co.data.pipeline.list("")
    co.data.user.puts(name, b"mine")
    with hg.pipelines.create("first") as first:
        co.data.pipeline.puts(name, b"1")
        with hg.pipelines.create("second"):
            assert co.data.pipeline.list("") == []
        assert co.data.pipeline.gets(name) == b"1" and hg.pipelines.current().id == first.id
    monkeypatch.setenv("CONDUCTO_PIPELINE_ID", first.id)
    assert co.data.pipeline.gets(name) == b"1"
    assert first.id in [each.id for each in hg.pipelines.list()] and "<table" in hg.pipelines._repr_html_()
    first.archive()
    with pytest.raises(NotFound):
        co.data.pipeline.gets(name)
    assert co.data.user.gets(name) == b"mine"


def test_C13_user_data_is_the_users_own(hg: Headgate, url: str, co: Co, name: str) -> None:
    co.data.user.puts(name, b"mine")
    hg.members.put(name, "editor")
    made = hg.tokens.create("other", member=name)
    other = Headgate(url, made["token"])
    assert not other.objects.user.exists(name) and other.objects.user.list() == []


def test_C21_names_stay_in_their_scope(data: Scope, name: str) -> None:
    data.puts(f"//{name}", b"x")
    assert data.exists(name) and data.list(f"/{name}") == [name]
    with pytest.raises(ValueError, match=r'"\.\."'):
        data.puts("../x", b"")


def test_if_absent_and_copy(data: Scope, name: str) -> None:
    data.puts(name, b"1", if_absent=True)
    with pytest.raises(Exception, match="precondition"):
        data.puts(name, b"2", if_absent=True)
    assert data.copy(name, f"{name}-2", move=True) == 1 and data.list(name) == [f"{name}-2"]


def test_an_object_is_a_binary_file(data: Scope, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data.puts(name, b"0123456789")
    monkeypatch.setattr("headgate.folders.BLOCK_BYTES", 4)
    with data.open(name) as file:
        assert (file.size, file.read(3), file.seek(-2, io.SEEK_END), file.read()) == (10, b"012", 8, b"89")
        assert file.modified is not None
        data.puts(name, b"other bytes")
        file.seek(0)
        with pytest.raises(headgate.ConnectionFailed, match="changed while it was read"):
            file.read(2)


def test_lines_are_read_by_blocks(hg: Headgate, data: Scope, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"line {number}\n".encode() for number in range(2000)]
    data.puts(name, b"".join(lines))
    asked: list[str] = []
    send = hg._transport.open
    monkeypatch.setattr(
        hg._transport, "open", lambda name, *args, **more: asked.append(name) or send(name, *args, **more)
    )
    with data.open(name) as file:
        assert [*file] == lines and asked == ["headObject", "readObject"]
        file.seek(5)
        assert (file.read(2), file.peek(1)[:3], file.read(3)) == (b"0\n", b"lin", b"lin") and len(asked) == 2


def test_large_files_go_in_parts_and_a_broken_upload_goes_on(
    hg: Headgate, data: Scope, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "large"
    content = os.urandom(1 << 20) * 70
    file.write_bytes(content)
    sent: list[int] = []
    send = headgate.uploads._send

    def counted(transport: object, upload: str, number: int, part: object) -> str:
        sent.append(number)
        if number == 3 and len(sent) <= 3:
            raise ConnectionResetError("gone")
        return send(transport, upload, number, part)  # type: ignore[arg-type]

    monkeypatch.setattr(headgate.uploads, "_send", counted)
    with pytest.raises(headgate.uploads.UploadBroken, match="resume=True"):
        data.put(name, file)
    assert sorted(sent) == [1, 2, 3] and not data.exists(name)
    data.put(name, file, resume=True)
    assert sent[3:] == [3] and data.size(name) == len(content)
    assert data.gets(name, byte_range=[len(content) - 5, len(content)]) == content[-5:]
    data.get(name, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content


def test_C03_large_files_replace_and_keep_as_small_ones_do(
    data: Scope, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headgate.objects.PUT_BYTES", 3)
    data.puts(name, b"first")
    data.puts(name, b"second", skip_cleanup=True)
    assert data.gets(name) == b"second" and [each["size"] for each in data.versions(name)] == [5]
    data.puts(name, b"third!")
    assert data.versions(name) == []
