"""All benchmarks, or some: gradviz beside its peers, as ratios from one run.

    python benchmarks/run.py                              everything
    python benchmarks/run.py --only scalar --only batch   two subjects
    python benchmarks/run.py --only networks:xor-f64      one case
    python benchmarks/run.py -o results.json --plot results.svg

Before anything is timed the peers' answers must agree. Every round times each peer once. A peer that is not installed
is left out: `pip install -e ".[bench]"` installs all but PyTorch (`pip install torch==2.13.0`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def parsed() -> argparse.Namespace:
    """What was asked for."""
    from cases.table import SUBJECTS

    listed = "\n".join(f"  {name:12}{what}" for name, what in SUBJECTS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\nSubjects:\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", metavar="SUBJECT[:KEY]", help="default: all")
    parser.add_argument("--peers", default="", metavar="NAME,…", help="beside gradviz and the reference; default: all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--slice", type=float, default=0.05, metavar="SECONDS", help="for a peer in a round")
    parser.add_argument("--list", action="store_true", help="list the cases, and do nothing")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE.json", help="write the results as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="and as a plot")
    return parser.parse_args()


def asked(only: list[str] | None) -> Iterator[tuple[str, str]]:
    """The subjects and cases that were asked for.

    Raises:
        SystemExit: there is no such subject or case.
    """
    from cases.table import SUBJECTS, cases

    for wanted in only or SUBJECTS:
        subject, _, key = wanted.partition(":")
        if subject not in SUBJECTS:
            raise SystemExit(f"there is no subject {subject!r}; subjects: {', '.join(SUBJECTS)}")
        known = cases(subject)
        if key and key not in known:
            raise SystemExit(f"{subject} has no case {key!r}; cases: {', '.join(known)}")
        yield from ((subject, one) for one in known if not key or one == key)


def main() -> None:
    """Measure what was asked for, and tell it as it comes."""
    options = parsed()
    chosen = list(asked(options.only))
    if options.list:
        print("\n".join(f"{subject}:{key}" for subject, key in chosen))
        return
    from cases.table import cases
    from suite.measuring import measured
    from suite.telling import as_json, machine, table

    print(json.dumps(machine(), ensure_ascii=False), "\n")
    found = {}
    for subject, key in chosen:
        peers = frozenset(filter(None, options.peers.split(",")))
        one = measured(cases(subject)[key], options.rounds, options.slice, peers)
        found[f"{subject}:{key}"] = one
        print(table(one), "\n", flush=True)
    if options.output:
        options.output.write_text(json.dumps(as_json(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.plot:
        from suite.plotting import plot

        plot(found, options.plot)


if __name__ == "__main__":
    # One thread for matrix products, before any library counts the cores: beside a busy neighbour two are slower.
    if any(name not in os.environ for name in THREADS):
        os.environ.update({name: os.environ.get(name, "1") for name in THREADS})
    sys.path.insert(0, str(Path(__file__).parent))
    main()
