"""Threads that take turns: one at a time, free where they say so."""

import threading

import pytest

from fssm.numerics.turns import taking_turns, without_turn


def test_only_one_thread_has_the_turn_but_for_what_runs_without():
    turn, inside, most, met = threading.Lock(), [0], [0], threading.Barrier(2, timeout=20)

    def work():
        with taking_turns(turn):
            for _ in range(50):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1
                with without_turn():
                    # Both get here at the same time, or the barrier breaks.
                    met.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert not met.broken
    assert not turn.locked()


def test_a_failure_gives_the_turn_back():
    turn = threading.Lock()
    with pytest.raises(ZeroDivisionError), taking_turns(turn), without_turn():
        _ = 1 / 0
    assert not turn.locked()


def test_a_thread_without_turns_runs_as_ever():
    with without_turn():
        pass
