"""Every command, output and example in the documents is what really happens."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradviz.cli import program

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "samples").glob("*.md"))
DOCUMENTS = ["README.md", *PAGES]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, language: str) -> list[tuple[str, str]]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [(document, body) for found, body in BLOCK.findall(text) if found == language]


def sessions(block: str) -> list[tuple[str, str]]:
    """The commands of a console block (after `$ `, continued lines after a backslash) and what each prints."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        command, _, output = part.replace("\\\n", "").partition("\n")
        found.append((command, output))
    return found


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder of its own with the samples in it, and nothing else of the checkout."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    return tmp_path


CONSOLE = [block for document in DOCUMENTS for block in blocks(document, "console")]


def ran(command: str, where: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """A command as a person types it, in a folder, on a terminal of 80 columns; within this process, to save time."""
    words = shlex.split(command)
    assert words[0] == "gradviz", f"only gradviz commands can be shown: {command}"
    monkeypatch.chdir(where)
    return CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1"}).invoke(program, words[1:], prog_name="gradviz")


@pytest.mark.parametrize(("document", "block"), CONSOLE, ids=[f"{name}-{i}" for i, (name, _) in enumerate(CONSOLE)])
def test_commands_print_what_the_document_shows(
    document: str, block: str, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command, expected in sessions(block):
        done = ran(command, workplace / Path(document).parent, monkeypatch)
        assert _same(done.stdout + done.stderr, expected), f"$ {command}\n{done.stdout}{done.stderr}"


def _same(printed: str, expected: str) -> bool:
    """Equal line by line; a line `…` in the document stands for any lines."""
    pattern = ".*?".join(re.escape(part.strip("\n")) for part in re.split(r"^…$", expected, flags=re.MULTILINE))
    return re.fullmatch(pattern, printed.strip("\n"), re.DOTALL) is not None


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_examples_run(document: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    text = "\n".join(body for _, body in blocks(document, "python"))
    test = doctest.DocTestParser().get_doctest(text, {}, document, document, 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS).run(test, out=report.append)
    assert not report, "".join(report)


PICTURES = [
    found
    for page in PAGES
    for found in re.findall(r"^\$ (gradviz \w+ .* -o (\S+))$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize(("command", "picture"), PICTURES, ids=[name for _, name in PICTURES])
def test_pictures_of_the_samples_are_made_by_their_commands(
    command: str, picture: str, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = workplace / "samples"
    (where / picture).unlink()
    done = ran(command, where, monkeypatch)
    judged = {1, 3} if command.startswith("gradviz check ") else set()  # an answer may be wrong, or not decided
    assert done.exit_code in {0, *judged}, done.stderr
    made, kept = (where / picture).read_bytes(), (ROOT / "samples" / picture).read_bytes()
    assert made == kept or (picture.endswith(".svg") and plotted(made) == plotted(kept))


NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def plotted(picture: bytes) -> tuple[str, list[int]] | bytes:
    """What has to be the same in a plot, whose curves hang on the last bits of a machine's arithmetic: its parts, its
    words, and to about two pixels the extent of every curve. Of a picture that is no plot, its bytes.
    """
    text = picture.decode("utf-8")
    if "matplotlib" not in text:
        return picture
    extents = []
    for path in re.findall(r' d="([^"]*)"', text):
        numbers = [float(number) for number in NUMBER.findall(path)]
        extents += [round(extreme(values) / 4) for values in (numbers[::2], numbers[1::2]) for extreme in (min, max)]
    bare = re.sub(r' (?:d|points|transform|x|y|xlink:href|id|clip-path)="[^"]*"', "", text)
    return NUMBER.sub("#", bare), extents


def test_a_plot_may_differ_in_its_last_digits_and_in_nothing_else() -> None:
    one = b'<svg><!-- matplotlib --><path d="M 0 0 L 100.001 50"/><text x="3.1">loss</text></svg>'
    assert plotted(one) == plotted(one.replace(b"100.001", b"100.002"))
    assert plotted(one) != plotted(one.replace(b"100.001", b"180"))
    assert plotted(one) != plotted(one.replace(b"loss", b"gain"))
    assert plotted(b"<svg/>") == b"<svg/>"


def test_no_picture_lies_about_without_its_command() -> None:
    made = {name for _, name in PICTURES}
    kept = {path.name for path in (ROOT / "samples").iterdir() if path.suffix in {".svg", ".png", ".pdf"}}
    assert kept == made
