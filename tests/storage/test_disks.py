"""The data directory on real disks: seen by two names, used up to a quota, broken while it is in use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.watching.tree import Tree
from storage.archive import Archive
from storage.errors import ArchiveLocked, ArchiveUnwritable
from storage.lock import owner
from tests.app.desk import Desk, eventually
from tests.mounts import mount, mounted, unmount

CLAIM = "import sys; from pathlib import Path; from storage.archive import Archive; Archive.open(Path(sys.argv[1]))"


def test_one_writer_by_whatever_name_the_directory_goes(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other name"
    with Archive.open(home) as archive, mounted(other, "--bind", home):
        archive.settings.set("said", "by the first")
        with pytest.raises(ArchiveLocked):
            Archive.open(other)
        begun = subprocess.run(
            [sys.executable, "-c", CLAIM, str(other)],
            capture_output=True,
            text=True,
        )
        assert begun.returncode and "ArchiveLocked" in begun.stderr
        assert owner(other) == owner(home) != ""
        archive.settings.set("said", "by the first again")
        with Archive.open(other, read_only=True) as reader:
            assert reader.settings.get("said") == "by the first again"


def test_the_directory_is_not_read_as_a_memory_by_another_name(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "root"
    with Archive.open(home), mounted(root / "inside", "--bind", home):
        (root / "note.md").write_text("A note.", encoding="utf-8")
        assert [path.name for path, _ in Tree(root, (), [home]).walk()] == ["note.md"]
        assert not list(Tree(root / "inside", (), [home]).walk())


LIMITED = """
import resource, sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from storage.archive import Archive
from storage.errors import ArchiveFull
with Archive.open(Path(sys.argv[1])) as archive:
    archive.settings.set("before", "kept")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    try:
        archive.settings.set("large", "x" * 4_000_000)
    except ArchiveFull as error:
        print("full:", error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    archive.settings.set("after", "kept")
    print(archive.settings.get("before"), archive.settings.get("large"), archive.settings.get("after"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_on_files_is_a_full_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "home")], capture_output=True, text=True
    )
    assert done.stdout.startswith("full:") and "kept None kept" in done.stdout, done.stderr[-800:]


QUOTA = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>
#include <stdlib.h>
static int over(void) { return access(getenv("QUOTA_USED"), F_OK) == 0; }
#define REFUSED if (fd > 2 && over()) { errno = EDQUOT; return -1; }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
    REFUSED
    return ((ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(fd, b, n, o);
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
    REFUSED
    return ((ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite"))(fd, b, n, o);
}
ssize_t write(int fd, const void *b, size_t n) {
    REFUSED
    return ((ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(fd, b, n);
}
"""
USED_UP = """
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from storage.archive import Archive
from storage.errors import ArchiveFull
home, used = map(Path, sys.argv[1:])
with Archive.open(home) as archive:
    archive.settings.set("before", "kept")
    used.touch()
    for _ in range(2):
        try:
            archive.settings.set("large", "x" * 4_000_000)
        except ArchiveFull:
            print("full")
    used.unlink()
    archive.settings.set("after", "kept")
    print(archive.settings.get("before"), archive.settings.get("large"), archive.settings.get("after"))
print(sorted(path.name for path in home.iterdir()))
"""


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("gcc"), reason="needs Linux and gcc")
def test_a_quota_that_is_used_up_is_a_full_disk(tmp_path: Path) -> None:
    """Here the library's calls are refused, since few systems have quotas switched on."""
    (tmp_path / "quota.c").write_text(QUOTA, encoding="utf-8")
    shim = tmp_path / "quota.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, tmp_path / "quota.c", "-ldl"], check=True)
    used = tmp_path / "used"
    done = subprocess.run(
        [sys.executable, "-c", USED_UP, str(tmp_path / "home"), str(used)],
        capture_output=True,
        text=True,
        env={**os.environ, "LD_PRELOAD": str(shim), "QUOTA_USED": str(used)},
    )
    assert done.stdout.splitlines()[:3] == ["full", "full", "kept None kept"], done.stderr[-800:]
    assert "probe" not in done.stdout


@contextmanager
def breaking_disk(path: Path, image: Path) -> Iterator[Callable[[], None]]:
    """A disk with a file system of its own, and what breaks it: from then on the system lets it only be read."""
    try:
        image.write_bytes(b"")
        os.truncate(image, 40 << 20)
        subprocess.run(["mkfs.ext4", "-q", image], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs mkfs.ext4")
    with mounted(path, "-o", "loop,errors=remount-ro", image):
        device = path.stat().st_dev
        name = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name
        trigger = Path("/sys/fs/ext4", name, "trigger_fs_error")
        if not trigger.exists():
            pytest.skip("needs ext4's way to break it")
        yield lambda: trigger.write_text("1")


def test_a_disk_that_breaks_while_it_is_used_can_be_read_and_goes_on_once_it_is_mended(
    tmp_path: Path,
) -> None:
    image, base = tmp_path / "image", tmp_path / "disk"
    with breaking_disk(base, image) as break_it, Desk(tmp_path / "notes") as desk:
        desk.home = base / "home"
        desk.settings = replace(desk.settings, home=desk.home)
        desk.archive.close()
        desk.open()
        desk.write("before.md", "Learned while all was well.")
        desk.start()
        assert eventually(lambda: desk.state("before.md") == "known")
        break_it()
        desk.write("after.md", "Written on the day the disk broke.")
        with pytest.raises(ArchiveUnwritable, match="can only be read now"):
            desk.archive.settings.set("said", "something")
        assert desk.texts("before.md"), "what is known can be read"
        assert desk.ingest is not None and desk.watcher is not None
        watching, learning = desk.watcher._health, desk.ingest._health
        assert eventually(lambda: watching.troubles() or learning.troubles()), "it says so"
        desk.close()
        with pytest.raises(ArchiveUnwritable):
            Archive.open(desk.home)
        with Archive.open(desk.home, read_only=True) as reader:
            assert reader.files.counts()["known"] == 1
        unmount(base)
        subprocess.run(["fsck.ext4", "-y", image], capture_output=True, timeout=60)
        mount("-o", "loop", image, base)
        desk.open()
        desk.learn()
        assert desk.remembered() == desk.on_disk() and len(desk.remembered()) == 2
