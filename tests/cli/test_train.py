"""`gradviz train` in this process: what it prints, writes and takes up again, and what it says of bad input."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import Result

from gradviz.cli import train as module
from gradviz.cli.choices import PLAIN
from gradviz.training import checkpoint as checkpoints
from gradviz.training.settings import Settings

Run = Callable[..., Result]
LINE = "f = mean((w*x + b - y)^2)"
CLASSES = "X : N x 2; f = cross_entropy(mlp(X, [4, 2], tanh), y)"
FLOWERS = "x1,x2,species\n1,2,red\n3,5,blue\n2,1,red\n1,1,blue\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("flowers.csv").write_text(FLOWERS)
    Path("people.csv").write_text("height,age,weight\n1.6,20,55\n1.7,30,70\n1.8,40,80\n1.9,50,90\n")
    Path("unnamed.csv").write_text("x,z\n1,2\n2,4\n3,6\n")
    Path("xy.csv").write_text("x,y\n1,2\n2,4\n3,6\n")
    Path("net.grad").write_text("X : N x 2\ny : N x 1\nh = dense(X, 3, tanh)\nf = mse(dense(h, 1), y)\n")


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def facts(run: Run, *arguments: str) -> dict[str, object]:
    found = json.loads(ok(run("train", *arguments, "--format", "json")))
    assert isinstance(found, dict)
    return found


def test_the_main_job(run: Run) -> None:
    result = run("train", "net.grad", "--data", "xor", "--epochs", "20", "--optimiser", "adam", "-o", "run.json")
    text = ok(result)
    for part in ("f by Adam", "training loss", "h.W", "done: the loss went from"):
        assert part in text
    assert "wrote run.json" in result.stderr
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_same_seed_gives_the_same_bytes(run: Run) -> None:
    first, again, other = (
        ok(run("train", "net.grad", "--data", "xor", "--epochs", "5", "--seed", seed, "--format", "json"))
        for seed in ("1", "1", "2")
    )
    assert first == again
    assert first != other


def test_a_line_is_found(run: Run) -> None:
    ok(
        run(
            *("train", LINE, "--data", "line(n=30, noise=0, slope=3, intercept=-1)", "--optimiser", "gd"),
            *("--rate", "0.5", "--epochs", "200", "--checkpoint", "run.npz"),
        )
    )
    with np.load("run.npz") as found:
        np.testing.assert_allclose([found["w"], found["b"]], [3, -1], atol=1e-9)


def test_every_setting_has_an_option_that_reaches_it() -> None:
    options = {option.name for option in module.command.params}
    reached = {*PLAIN, "split", "options"}
    assert reached | {"keep"} == set(Settings.__dataclass_fields__)
    assert {"option" if name == "options" else name for name in reached} <= options


def test_settings_reach_the_run(run: Run) -> None:
    text = ok(
        run(
            *(
                "train",
                LINE,
                "--data",
                "line",
                "--optimiser",
                "adam",
                "--option",
                "beta1=0.8,beta2=0.99",
                "--rate",
                "0.02",
            ),
            *("--batch", "5", "--schedule", "cosine", "--weight-decay", "0.01", "--clip", "1.5", "--seed", "7"),
            *("--split", "0.5,0.25,0.25", "--patience", "4", "--epochs", "6"),
        )
    )
    for part in ("0.8", "0.99", "0.02", "5 rows of 10", "cosine", "0.01", "1.5", "7"):
        assert part in text, part


def test_columns_labels_and_notes(run: Run) -> None:
    text = ok(run("train", CLASSES, "--data", "flowers.csv", "--columns", "y=species", "--epochs", "2"))
    assert "blue = 0, red = 1" in text
    text = ok(
        run(
            *("train", "net.grad", "--data", "people.csv", "--columns", "X=height,age;y=weight"),
            *("--standardise", "--epochs", "2"),
        )
    )
    assert "X: scaled to mean 0 and deviation 1" in " ".join(text.split())


def test_a_target_of_unknown_shape_fits_a_column(run: Run) -> None:
    text = ok(run("train", "X : N x 2; f = mse(dense(X, 1), y)", "--data", "xor", "--epochs", "2"))
    assert "2 epochs" in text


def test_without_data_the_program_has_the_rows(run: Run) -> None:
    text = ok(run("train", f"{LINE}; x = [1, 2, 3]; y = [2, 4, 6]", "--epochs", "3"))
    assert "the program's own, 3 rows" in text


def test_the_source_may_be_standard_input(run: Run) -> None:
    found = run("train", "-", "--data", "line", "--epochs", "2", stdin=LINE)
    assert "2 epochs" in ok(found)


def test_values_start_parameters(run: Run) -> None:
    text = ok(run("train", LINE, "--data", "line", "--at", "w=2,b=1", "--epochs", "1", "--wrt", "w"))
    assert re.search(r"w +2 → ", text)


def test_a_step_is_explained(run: Run) -> None:
    text = ok(run("train", "net.grad", "--data", "xor", "--epochs", "2", "--explain-step", "3", "--follow", "h.W[0,1]"))
    assert "update 3" in text
    refused = run("train", "net.grad", "--data", "xor", "--epochs", "2", "--explain-step", "3", "--follow", "h.V")
    assert refused.exit_code == 2


def test_folds(run: Run) -> None:
    text = ok(run("train", LINE, "--data", "line", "--epochs", "2", "--folds", "4"))
    assert "4 folds" in text


@pytest.mark.parametrize("extra", [[], ["--standardise", "--split", "0.8,0.2"]])
def test_a_run_in_two_parts_is_the_run_in_one(run: Run, extra: list[str]) -> None:
    common = ["train", "net.grad", "--data", "moons(n=20)", "--optimiser", "adam", "--batch", "4", *extra]
    ok(run(*common, "--epochs", "6", "--checkpoint", "whole.npz"))
    ok(run(*common, "--epochs", "3", "--checkpoint", "part.npz"))
    data = ["--data", "moons(n=20)", *extra[:1]]
    ok(run("train", "net.grad", *data, "--resume", "part.npz", "--epochs", "6"))
    with np.load("whole.npz") as whole, np.load("part.npz") as part:
        for name in ("h.W", "h.b", "@losses"):
            np.testing.assert_array_equal(whole[name], part[name])


def test_a_checkpoint_gives_explain_its_values_and_its_scaling(run: Run) -> None:
    common = ["--data", "line(n=8)"]
    ok(run("train", LINE, *common, "--epochs", "3", "--standardise", "--checkpoint", "run.npz"))
    text = ok(run("explain", LINE, *common, "--values", "run.npz", "--rows", "0:3", "--format", "json"))
    found = json.loads(text)["nodes"]
    x = next(node for node in found if node["name"] == "x")["value"]
    raw = np.linspace(-1, 1, 8)
    np.testing.assert_allclose(x, ((raw - raw.mean()) / raw.std())[:3])


def test_explain_fits_a_target_of_unknown_shape_too(run: Run) -> None:
    text = ok(run("explain", "X : N x 2; f = mse(dense(X, 1), y)", "--data", "xor", "--rows", "0:2", "--no-formulas"))
    assert "f = " in text


def test_explain_takes_rows_of_data(run: Run) -> None:
    result = run("explain", CLASSES, "--data", "flowers.csv", "--columns", "y=species", "--rows", "0,3")
    assert "[[1, 2], [1, 1]]" in ok(result)
    assert result.stderr == "note: y: blue = 0, red = 1\n"


RESUMED = ["train", LINE, "--data", "line", "--epochs", "3"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "f = mean((w*x + b - y)^2 + 1)", "--data", "line"], "another program"),
        (["train", LINE, "--data", "line(seed=4)"], "not the rows"),
        (["train", LINE, "--data", "line", "--standardise"], "not the rows"),
        (["train", LINE, "--data", "line", "--rate", "3"], "keeps its settings"),
    ],
)
def test_a_checkpoint_of_something_else_is_refused(run: Run, arguments: list[str], says: str) -> None:
    ok(run(*RESUMED, "--checkpoint", "run.npz"))
    result = run(*arguments, "--resume", "run.npz", "--epochs", "5")
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_full_disk_leaves_the_former_checkpoint_whole(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ok(run(*RESUMED, "--checkpoint", "run.npz"))
    before = Path("run.npz").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "_write", full)
    result = run("train", LINE, "--data", "line", "--resume", "run.npz", "--epochs", "9")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: the checkpoint 'run.npz' cannot be written: no space left on device")
    assert Path("run.npz").read_bytes() == before
    assert not [path for path in Path().iterdir() if path.name.startswith(".run")]


def test_a_checkpoint_is_a_program_with_its_values(run: Run) -> None:
    chosen = ["--data", "xor", "--epochs", "2", "--standardise", "--checkpoint", "run.npz"]
    ok(run("train", "net.grad", *chosen))
    of_file = ["--data", "xor", "--rows", "0:2", "--format", "json"]
    found = json.loads(ok(run("explain", "run.npz", *of_file)))
    expected = json.loads(ok(run("explain", "net.grad", "--values", "run.npz", *of_file)))
    assert found["nodes"] == expected["nodes"]
    with np.load("run.npz") as kept:
        weights = next(node for node in found["nodes"] if node["name"] == "h.W")["value"]
        np.testing.assert_array_equal(weights, kept["h.W"])
    assert "h.W" in ok(run("vjp", "run.npz", "--of", "f", "--wrt", "h.W"))


def test_values_that_training_was_given_come_with_the_checkpoint(run: Run) -> None:
    program = "f = (x - a)^2"
    ok(run("train", program, "--at", "a=3,x=1", "--wrt", "x", "--epochs", "2", "--checkpoint", "run.npz"))
    text = ok(run("explain", "run.npz"))
    assert "a = 3" in text
    assert "x = 1," not in text
    assert "a = 5" in ok(run("explain", "run.npz", "--at", "a=5"))


def test_a_comparison_is_a_table_in_markdown_and_latex(run: Run) -> None:
    words = ["train", "f = x^2; x = 4", "--compare", "rate=0.01,0.1", "--epochs", "3"]
    text = ok(run(*words, "--format", "md"))
    assert text.startswith(
        "# f compared by rate\n\n|  | updates | loss | ended |\n| --- | --- | --- | --- |\n| rate 0.01 |"
    )
    assert "## Notes\n\n- the least loss: rate 0.1" in text
    text = ok(run(*words, "--format", "tex"))
    assert text.isascii()
    assert r"rate 0.01 & 3 &" in text
    assert "\\begin{document}\n\\section*{f compared by rate}" in text


BAD = {
    "target_missing": ["train", LINE, "--data", "unnamed.csv"],
    "columns_of_matrix": ["train", "X : N x 2; f = mean((X@w - y)^2)", "--data", "xy.csv"],
    "checkpoint_as_program": ["train", "run.npz"],
    "option_of_another": ["train", LINE, "--data", "line", "--option", "beta1=0.5"],
    "no_data": ["train", LINE, "--data", "mons"],
    "no_file": ["train", LINE, "--data", "person.csv"],
    "missing_column": ["train", "X : N x 2; f = mean((X@w - weigth)^2); weigth : N", "--data", "people.csv"],
    "class_out_of_range": ["train", CLASSES, "--data", "spirals"],
    "rate_zero": ["train", LINE, "--data", "line", "--rate", "0"],
    "rate_negative": ["train", LINE, "--data", "line", "--rate", "-0.1"],
    "rate_text": ["train", LINE, "--data", "line", "--rate", "fast"],
    "batch_too_large": ["train", LINE, "--data", "line", "--batch", "64"],
    "no_optimiser": ["train", LINE, "--data", "line", "--optimiser", "adan"],
    "no_schedule": ["train", LINE, "--data", "line", "--schedule", "cosin"],
    "option_text": ["train", LINE, "--data", "line", "--option", "beta1"],
    "option_range": ["train", LINE, "--data", "line", "--optimiser", "adam", "--option", "beta1=2"],
    "option_twice": ["train", LINE, "--data", "line", "--option", "beta1=0.5,beta1=0.6"],
    "split_text": ["train", LINE, "--data", "line", "--split", "most"],
    "split_many": ["train", LINE, "--data", "line", "--split", "0.2,0.2,0.2,0.4"],
    "split_sum": ["train", LINE, "--data", "line", "--split", "0.5,0.1"],
    "patience_alone": ["train", LINE, "--data", "line", "--patience", "3"],
    "folds_one": ["train", LINE, "--data", "line", "--folds", "1"],
    "folds_many": ["train", LINE, "--data", "line", "--folds", "30"],
    "columns_alone": ["train", LINE, "--columns", "x=a"],
    "follow_alone": ["train", LINE, "--data", "line", "--follow", "w"],
    "every_alone": ["train", LINE, "--data", "line", "--every", "3"],
    "step_beyond": ["train", LINE, "--data", "line", "--epochs", "1", "--explain-step", "99"],
    "checkpoint_suffix": ["train", LINE, "--data", "line", "--checkpoint", "run.bin"],
    "checkpoint_nowhere": ["train", LINE, "--data", "line", "--checkpoint", "no/such/run.npz"],
    "resume_nothing": ["train", LINE, "--data", "line", "--resume", "run.npz"],
    "resume_other": ["train", LINE, "--data", "line", "--resume", "flowers.csv"],
    "not_one_number": ["train", "w*x - y", "--data", "line"],
    "same_value": ["train", "f = mean((w*x - y)^2)", "--data", "line(n=1)", "--standardise"],
    "rows_beyond": ["explain", LINE, "--data", "line(n=5)", "--rows", "3:9"],
    "rows_text": ["explain", LINE, "--data", "line(n=5)", "--rows", "a:b"],
    "rows_alone": ["explain", LINE, "--rows", "0:4"],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(run: Run, name: str, golden: Callable[[str, str], None]) -> None:
    result = run(*BAD[name])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.output
    golden(f"errors/train_{name}.txt", f"$ gradviz {shlex.join(BAD[name])}\n{result.stderr}")


def test_the_examples_in_the_help_work(run: Run) -> None:
    found = re.findall(r"^  gradviz (train .*)$", module.EPILOG, re.M)
    assert len(found) >= 8
    for example in found:
        words = shlex.split(example)
        words += ["--epochs", "3"] if "--epochs" not in words and "--patience" not in words else []
        ok(run(*words))


def test_the_help_fits_80_columns(run: Run) -> None:
    text = ok(run("train", "--help"))
    assert all(len(line) <= 80 for line in text.splitlines() if "-o fit.svg" not in line)
    assert isinstance(module.command, click.Command)
