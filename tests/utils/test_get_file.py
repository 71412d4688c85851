"""`get_file`: what is kept is complete and right, or it is not there."""

import hashlib
import http.server
import io
import itertools
import os
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hornbeam.utils import get_file

CONTENT = bytes(range(256)) * 1000


def sha(content):
    return hashlib.sha256(content).hexdigest()


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*members, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for member, content in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.seen.append((self.path, self.headers.get("Range")))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", server.elsewhere)
            self.end_headers()
            return
        content = server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(self.headers["Range"][6:-1]) if self.headers.get("Range") and server.resumes else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : server.breaks_after])

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.files, found.seen, found.resumes, found.breaks_after, found.elsewhere = (
        {"/x.bin": CONTENT},
        [],
        True,
        None,
        "",
    )
    threading.Thread(target=found.serve_forever, daemon=True).start()
    found.address = f"http://127.0.0.1:{found.server_port}"
    yield found
    found.shutdown()
    found.server_close()


def test_it_is_downloaded_once(server, tmp_path):
    given = {"origin": server.address + "/x.bin", "file_hash": sha(CONTENT), "cache_dir": tmp_path}
    path = get_file(**given)
    assert path == str(tmp_path / "datasets" / "x.bin") and Path(path).read_bytes() == CONTENT
    assert (
        get_file(**given)
        == path
        == get_file(md5_hash=hashlib.md5(CONTENT).hexdigest(), origin=given["origin"], cache_dir=tmp_path)
    )
    assert len(server.seen) == 1
    get_file(**given, force_download=True)
    assert len(server.seen) == 2
    Path(path).write_bytes(CONTENT + b"x")  # what is damaged is downloaded anew
    assert Path(get_file(**given)).read_bytes() == CONTENT
    assert os.listdir(tmp_path / "datasets") == ["x.bin"]


@pytest.mark.parametrize("resumes", [True, False])
def test_what_broke_off_goes_on(server, tmp_path, resumes):
    given = {"origin": server.address + "/x.bin", "file_hash": sha(CONTENT), "cache_dir": tmp_path}
    server.breaks_after = 1000
    with pytest.raises(OSError, match=r"broke off after 1,000 of 256,000 bytes"):
        get_file(**given)
    assert not (tmp_path / "datasets" / "x.bin").exists()
    server.breaks_after, server.resumes = None, resumes
    assert Path(get_file(**given)).read_bytes() == CONTENT
    assert server.seen[-1] == ("/x.bin", "bytes=1000-")


def test_what_is_wrong_is_not_kept(server, tmp_path):
    given = {"origin": server.address + "/x.bin", "cache_dir": tmp_path}
    with pytest.raises(ValueError, match=r"must have the hash '1111.*Received: '"):
        get_file(**given, file_hash="1" * 64)
    with pytest.raises(ValueError, match="larger than `size_limit`"):
        get_file(**given, file_hash=sha(CONTENT), size_limit=1000)
    with pytest.raises(
        OSError, match=r"server answers 404, Not Found\): try again, or put the file at `.*datasets/y` yourself"
    ):
        get_file(origin=server.address + "/y", file_hash=sha(CONTENT), cache_dir=tmp_path)
    assert os.listdir(tmp_path / "datasets") == []


@pytest.mark.parametrize("origin", ["http://h/x", "ftp://h/x", "/etc/passwd", "HTTP://h/x", "data:,x"])
def test_other_addresses(origin, tmp_path):
    with pytest.raises(ValueError, match="must begin with https://"):
        get_file("x", origin, cache_dir=tmp_path)


def test_files_of_this_machine(tmp_path):
    source = tmp_path / "source.bin"
    source.write_bytes(CONTENT)
    path = get_file(origin=source.as_uri(), file_hash=sha(CONTENT), cache_dir=tmp_path / "cache")
    assert Path(path) == tmp_path / "cache" / "datasets" / "source.bin"
    assert Path(path).read_bytes() == CONTENT
    with pytest.raises(ValueError, match="must have the hash"):
        get_file("other", source.as_uri(), file_hash="1" * 64, cache_dir=tmp_path)
    with pytest.raises(OSError, match="cannot be downloaded"):
        get_file("none", (tmp_path / "none").as_uri(), cache_dir=tmp_path)


@pytest.mark.parametrize("end", ["..", ".", "", "a%2Fb", "a\\b", "c:x", "x y", "x\0y"])
def test_names_out_of_addresses_are_plain(end, tmp_path):
    with pytest.raises(ValueError, match="plain file name"):
        get_file(origin=f"https://h.invalid/a/{end}", cache_dir=tmp_path)


def test_redirections_lead_to_no_file(server, tmp_path):
    for elsewhere in ("ftp://h/x", "file:///etc/hosts"):
        server.elsewhere = elsewhere
        with pytest.raises((ValueError, OSError), match=r"must begin with https://|Redirection to url .* not allowed"):
            get_file(origin=server.address + "/moved", file_hash=sha(CONTENT), cache_dir=tmp_path)
    server.elsewhere = server.address + "/x.bin"
    assert get_file(origin=server.address + "/moved", file_hash=sha(CONTENT), cache_dir=tmp_path)


def link(kind):
    info = tarfile.TarInfo("way")
    info.type, info.linkname = kind, "target"
    return info


def kept(tmp_path, name, content):
    folder = tmp_path / "datasets"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return get_file(name, f"https://h.invalid/{name}", extract=True, cache_dir=tmp_path)


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.zip", zipped(("in/x", b"1"), ("y", b"2"))),
        ("a.tar", tarred(("in/x", b"1"), ("./y", b"2"))),
        ("a.tar.gz", tarred(("in/x", b"1"), ("y", b"2"), mode="w:gz")),
        ("a.tgz", tarred(("in/x", b"1"), ("y", b"2"), mode="w:bz2")),
        ("a.tar.xz", tarred(("in/x", b"1"), ("y", b"2"), mode="w:xz")),
    ],
)
def test_archives_are_unpacked(tmp_path, name, content):
    path = kept(tmp_path, name, content)
    assert path == str(tmp_path / "datasets" / "a_extracted")
    assert (tmp_path / "datasets/a_extracted/in/x").read_bytes() == b"1"
    assert (tmp_path / "datasets/a_extracted/y").read_bytes() == b"2"
    assert kept(tmp_path, name, content) == path


def test_folders_have_the_names_that_keras_gives(server, tmp_path):
    """A name that was given and ends like a file's is that of the archive; any other is that of the folder."""
    server.files = {"/a.zip": zipped(("x", b"1"))}
    given = {"origin": server.address + "/a.zip", "file_hash": sha(server.files["/a.zip"]), "cache_dir": tmp_path}
    folder = tmp_path / "datasets"
    for arguments, name in (
        ({"extract": True}, "a.zip"),
        ({"untar": True, "fname": "b"}, "b"),
        ({"extract": True, "fname": "c.tar.gz"}, "c_extracted"),
    ):
        path = get_file(**given, **arguments)
        assert path == str(folder / name)
        (folder / name / "y").write_bytes(b"2")
        assert get_file(**given, **arguments) == path
        assert sorted(os.listdir(path)) == ["x", "y"]  # unpacked once
        get_file(**given, **arguments, force_download=True)
        assert os.listdir(path) == ["x"]
    assert sorted(os.listdir(folder)) == ["a.zip", "a.zip_archive", "b", "b_archive", "c.tar.gz", "c_extracted"]
    get_file(**given, fname="d")
    count = len(server.seen)
    assert get_file(**given, fname="d", extract=True) == str(folder / "d")  # what was kept as a file
    assert (folder / "d/x").is_file()
    assert len(server.seen) == count


def test_threads_that_want_one_file_get_it(server, tmp_path):
    given = {"origin": server.address + "/x.bin", "file_hash": sha(CONTENT), "cache_dir": tmp_path}
    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(lambda _: get_file(**given), range(4)))
    assert len(paths) == len(server.seen) == 1
    assert Path(paths.pop()).read_bytes() == CONTENT


def test_where_files_are_kept(server, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    given = {"origin": server.address + "/x.bin", "file_hash": sha(CONTENT)}
    assert get_file(**given) == str(tmp_path / "home/datasets/x.bin")
    assert get_file(**given, cache_subdir="models", fname="y") == str(tmp_path / "home/models/y")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert get_file(**given) == str(tmp_path / ".keras/datasets/x.bin")


def test_without_a_connection_it_says_where_to_put_the_file(tmp_path):
    with pytest.raises(OSError, match=r"cannot be downloaded \(.*\): try again, or put the file at `.*datasets/x.bin`"):
        get_file(origin="http://127.0.0.1:1/x.bin", file_hash="1" * 64, cache_dir=tmp_path)


@pytest.mark.parametrize(
    "content, said",
    [
        (tarred(("good", b"1"), ("../x", b"2")), "lies outside"),
        (tarred(("good", b"1"), ("/x", b"2")), "lies outside"),
        (zipped(("good", b"1"), ("a/../../x", b"2")), "lies outside"),
        (zipped(("good", b"1"), ("c:\\x", b"2")), "lies outside"),
        (tarred(("x", b"1"), ("./x", b"2")), "comes twice"),
        *((tarred(("good", b"1"), (link(kind), b"")), "a link or a device") for kind in (b"1", b"2", b"3", b"4", b"6")),
        (tarred(("x", b"1" * 10000), mode="w:gz")[:-30], "damaged|must be an archive"),
        (zipped(("x", os.urandom(5000)))[:-3000], "must be an archive"),
        (b"nothing", "must be an archive"),
    ],
    ids=itertools.count(),
)
def test_archives_are_refused_whole(tmp_path, content, said):
    with pytest.raises(ValueError, match=said):
        kept(tmp_path, "a.archive", content)
    assert os.listdir(tmp_path / "datasets") == ["a.archive"]


def test_a_link_in_a_zip(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("way")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc")
    with pytest.raises(ValueError, match="a link or a device"):
        kept(tmp_path, "a.zip", buffer.getvalue())


@pytest.mark.parametrize(
    "pack", [lambda: zipped(("x", b"\0" * 2**22)), lambda: tarred(("x", b"\0" * 2**22), mode="w:gz")]
)
def test_bombs(tmp_path, pack, monkeypatch):
    monkeypatch.setattr("hornbeam.utils.archives._FREE", 2**20)
    with pytest.raises(ValueError, match="unpacks to more than"):
        kept(tmp_path, "a.x", pack())
    assert os.listdir(tmp_path / "datasets") == ["a.x"]
