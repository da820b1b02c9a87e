"""Which files an import takes, in which order, and whether they are all there and whole."""

import hashlib
import os
from pathlib import Path

import pytest

from pubsearch.errors import FileError
from pubsearch.topic.files import SUFFIXES, check_md5, gaps, gather
from tests import corpus


def make(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "saved"
    made.mkdir()
    return made


class TestGather:
    def test_files_keep_the_order_given(self, folder: Path) -> None:
        paths = make(folder, "b.xml", "c.anything", "a.nbib")
        assert gather(paths) == paths

    def test_a_folder_gives_its_files_of_records_by_name(self, folder: Path) -> None:
        wanted = make(folder, *sorted(["deep/er/x.xml", "UPPER.XML.GZ", *(f"a{suffix}" for suffix in SUFFIXES)]))
        make(folder, "notes.pdf", "a.xml.gz.md5", "xml", ".hidden.xml", ".git/x.xml", "._a.xml")
        assert gather([folder]) == sorted(wanted)

    def test_folders_and_files_keep_the_order_given(self, folder: Path) -> None:
        paths = make(folder, "z.xml", "two/b.xml", "two/c.xml", "a.xml")
        assert gather([folder / "z.xml", folder / "two", folder / "a.xml"]) == paths

    def test_each_file_is_taken_once(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (path,) = make(folder, "a.xml")
        (folder / "link.xml").symlink_to(path)
        monkeypatch.chdir(folder)
        assert gather([path, folder, Path("a.xml"), Path("../saved/link.xml"), path]) == [path]

    def test_baseline_and_update_files_come_first_by_year_and_number(self, folder: Path) -> None:
        in_order = make(
            folder,
            "old/medline17n0812.xml.gz",
            "updatefiles/pubmed25n1275.xml.gz",
            "baseline/pubmed26n0001.xml.gz",
            "baseline/pubmed26n0002.xml",
            "updatefiles/pubmed26n1335.xml.gz",
            "a.xml",
            "pubmed26n1.xml",
        )
        assert gather([in_order[5], in_order[6], *reversed(in_order[:5])]) == in_order
        assert gather([folder]) == in_order

    def test_checksums_that_a_pattern_names_are_left_out(self, folder: Path) -> None:
        make(folder, "pubmed26n0001.xml.gz", "pubmed26n0001.xml.gz.md5")
        assert gather(sorted(folder.glob("*"))) == [folder / "pubmed26n0001.xml.gz"]

    def test_an_absent_path_is_an_error(self, folder: Path) -> None:
        with pytest.raises(FileError, match=r"absent\.xml is not there: check the name\.$"):
            gather([*make(folder, "a.xml"), folder / "absent.xml"])

    def test_a_path_that_cannot_be_looked_at_is_an_error(self) -> None:
        with pytest.raises(FileError, match=r"a cannot be read: File name too long\.$"):
            gather([Path("a" * 300)])

    def test_a_link_to_nothing_in_a_folder_is_an_error(self, folder: Path) -> None:
        make(folder, "a.xml")
        (folder / "b.xml").symlink_to(folder / "moved.xml")
        with pytest.raises(FileError, match=r"b\.xml is not there"):
            gather([folder])

    def test_what_would_never_end_is_not_read(self, folder: Path) -> None:
        os.mkfifo(folder / "a.xml")
        with pytest.raises(FileError, match=r"a\.xml is no file"):
            gather([folder])

    def test_a_folder_without_records_is_an_error(self, folder: Path) -> None:
        make(folder, "notes.pdf", "empty/.hidden.xml")
        with pytest.raises(FileError, match=r"saved has no file that ends in \.xml, \.xml\.gz, .* name another folder"):
            gather([folder])

    def test_a_folder_that_links_to_itself_ends(self, folder: Path) -> None:
        paths = make(folder, "a.xml")
        (folder / "again").symlink_to(folder)
        assert gather([folder]) == paths

    @pytest.mark.parametrize("names", [(), ("a.xml.gz.md5",)])
    def test_nothing_to_read_is_an_error(self, folder: Path, names: tuple[str, ...]) -> None:
        with pytest.raises(FileError, match="no file to read"):
            gather(make(folder, *names))


class TestGaps:
    def test_are_what_is_missing_within_a_year(self) -> None:
        names = ["pubmed26n0003.xml.gz", "pubmed26n0001.xml", "pubmed25n1280.xml.gz", "medline17n0009.xml.gz"]
        paths = [Path("anywhere", name) for name in (*names, "pubmed26n0006.xml.gz", "medline17n0007.xml.gz")]
        assert gaps(paths) == [
            "medline17n0008.xml.gz",
            "pubmed26n0002.xml.gz",
            "pubmed26n0004.xml.gz",
            "pubmed26n0005.xml.gz",
        ]

    def test_are_none_in_other_files(self) -> None:
        assert gaps([Path("1.xml"), Path("3.xml"), Path("pubmed26n0001.xml.gz.md5"), Path("pubmed26n0004.nbib")]) == []

    def test_are_none_in_a_whole_row(self) -> None:
        assert gaps([Path(f"pubmed26n{number:04}.xml.gz") for number in range(1, 40)]) == []


class TestMD5:
    @pytest.fixture
    def file(self, folder: Path) -> Path:
        return corpus.write(folder / "pubmed26n0001.xml.gz", corpus.article(1, "Heart"))

    @pytest.mark.parametrize(
        "form",
        [
            "MD5({name})= {sum}\n",
            "MD5 ({name}) = {sum}\n",
            "{sum}  {name}\n",
            "{sum} *{name}\r\n",
            "\\{sum}  a\\nb",
            "{sum}",
        ],
    )
    def test_agrees_in_every_form(self, file: Path, form: str) -> None:
        md5 = hashlib.md5(file.read_bytes()).hexdigest()
        for said in (md5, md5.upper()):
            (file.parent / f"{file.name}.md5").write_bytes(form.format(name=file.name, sum=said).encode())
            assert check_md5(file) is True

    def test_says_that_there_is_none(self, file: Path) -> None:
        assert check_md5(file) is None

    def test_finds_a_damaged_file(self, file: Path) -> None:
        md5 = hashlib.md5(file.read_bytes()).hexdigest()
        (file.parent / f"{file.name}.md5").write_text(f"MD5({file.name})= {md5}\n")
        file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(FileError, match=r"n0001\.xml\.gz does not agree with its \.md5: download it again\.$"):
            check_md5(file)

    @pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"MD5(a)= 0123", b"\xff" * 40, b"0" * 64, b"0" * 33])
    def test_a_file_that_holds_no_sum_is_an_error(self, file: Path, content: bytes) -> None:
        (file.parent / f"{file.name}.md5").write_bytes(content)
        with pytest.raises(FileError, match=r"gz\.md5 holds no MD5 sum: download it again, or remove it\.$"):
            check_md5(file)

    def test_a_checksum_that_cannot_be_read_is_an_error(self, file: Path) -> None:
        (file.parent / f"{file.name}.md5").mkdir()
        with pytest.raises(FileError, match=r"gz\.md5 cannot be read: Is a directory\.$"):
            check_md5(file)

    def test_a_file_that_cannot_be_read_is_an_error(self, file: Path) -> None:
        (file.parent / f"{file.name}.md5").write_text("0" * 32)
        file.unlink()
        with pytest.raises(FileError, match=r"gz cannot be read: No such file or directory\.$"):
            check_md5(file)
