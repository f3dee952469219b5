"""Blocks shared between threads: each done once, errors told, nobody left at work."""

from __future__ import annotations

import threading

import pytest

from gradviz.passes.compiling.machine import sharing
from gradviz.passes.compiling.machine.sharing import share


@pytest.mark.parametrize(
    ("count", "block", "threads"), [(0, 8, 2), (1, 8, 2), (64, 8, 1), (65, 8, 4), (1000, 1, 3), (7, 100, 9)]
)
def test_each_block_is_done_once(count, block, threads):
    done = []
    share(lambda blocks: done.extend(blocks), count, block, threads)
    assert sorted(done) == [(start, min(start + block, count)) for start in range(0, count, block)]


def test_a_thread_beside_takes_its_share():
    begun = threading.Event()
    who = {}

    def work(blocks):
        for start, _ in blocks:
            who[start] = threading.get_ident()
            if threading.current_thread() is threading.main_thread():
                assert begun.wait(60)
            else:
                begun.set()

    share(work, 100, 1, 2)
    assert sorted(who) == list(range(100))
    assert len(set(who.values())) == 2


def test_an_error_of_another_thread_is_raised_here():
    failed = threading.Event()

    def work(blocks):
        if threading.current_thread() is threading.main_thread():
            for _ in blocks:
                assert failed.wait(60)
        else:
            for _ in blocks:
                failed.set()
                raise ArithmeticError("beside")

    with pytest.raises(ArithmeticError, match="beside"):
        share(work, 1000, 1, 2)


def test_an_interrupt_ends_the_others():
    begun, interrupted = threading.Event(), threading.Event()
    done = []

    def work(blocks):
        if threading.current_thread() is threading.main_thread():
            assert begun.wait(60)
            interrupted.set()
            raise KeyboardInterrupt
        for block in blocks:
            begun.set()
            assert interrupted.wait(60)
            done.append(block)

    with pytest.raises(KeyboardInterrupt):
        share(work, 10**9, 1, 2)
    count = len(done)
    assert 1 <= count < 10**9
    assert len(done) == count  # nobody is at work when `share` has returned


def test_a_thread_that_begins_too_late_does_nothing(monkeypatch):
    late = []
    monkeypatch.setattr(sharing._thread, "start_new_thread", lambda run, arguments: late.append((run, arguments)))
    done = []
    share(lambda blocks: done.extend(blocks), 10, 1, 3)
    for run, arguments in late:
        run(*arguments)
    assert len(late) == 2
    assert len(done) == 10


def test_workers_are_the_processors_of_this_process(monkeypatch):
    monkeypatch.setattr(sharing.os, "process_cpu_count", lambda: 7, raising=False)
    assert sharing.workers() == 7
    monkeypatch.delattr(sharing.os, "process_cpu_count")
    monkeypatch.setattr(sharing.os, "sched_getaffinity", lambda pid: {0, 3}, raising=False)
    assert sharing.workers() == 2
    monkeypatch.delattr(sharing.os, "sched_getaffinity")
    monkeypatch.setattr(sharing.os, "cpu_count", lambda: None)
    assert sharing.workers() == 1


def test_where_no_thread_can_be_started_it_goes_without(monkeypatch):
    def refuse(run, arguments):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sharing._thread, "start_new_thread", refuse)
    done = []
    share(lambda blocks: done.extend(blocks), 10, 1, 3)
    assert len(done) == 10
