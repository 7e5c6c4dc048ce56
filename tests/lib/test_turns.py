"""A lock that is given in the order in which it was asked for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from time import sleep

from campaign.lib.turns import Turns


def queue_up(turns, number, order):
    """Have so many threads ask one after the other, while somebody has the turn."""

    def take(mine):
        with turns:
            order.append(mine)

    threads = []
    for mine in range(number):
        threads.append(Thread(target=take, args=(mine,)))
        threads[-1].start()
        while len(turns._waiting) <= mine:
            sleep(0.001)
    return threads


def test_who_asked_first_has_the_first_turn():
    turns, order = Turns(), []
    with turns:
        threads = queue_up(turns, 8, order)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_one_at_a_time_has_it_and_a_fault_hands_it_on():
    turns, inside, most = Turns(), [0], [0]

    def act(number):
        try:
            with turns:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                sleep(0.0005)
                inside[0] -= 1
                if number % 7 == 0:
                    raise ValueError
        except ValueError:
            return 1
        return 0

    with ThreadPoolExecutor(8) as threads:
        failed = sum(threads.map(act, range(70)))
    assert (most[0], failed) == (1, 10)
    with turns:
        pass
