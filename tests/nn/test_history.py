"""A History keeps and writes what it is told; early stopping waits as long as it should."""

import csv
import json
import subprocess
import sys

import pytest

import nn
from autograd import Tensor

ROWS = [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]


def recorded(path=None):
    history = nn.History(path)
    for row in ROWS:
        history.record(**row)
    return history


def test_keeps_numbers_by_name():
    history = recorded()
    history.record(epoch=3, loss=Tensor(0.125))
    assert len(history) == 3
    assert history["loss"] == [0.5, 0.25, 0.125]
    with pytest.raises(KeyError, match="'accuracy' was not recorded; there is epoch, loss"):
        history["accuracy"]
    with pytest.raises(ValueError, match="the rows before have epoch, loss; this one has epoch"):
        history.record(epoch=4)
    with pytest.raises(TypeError, match="loss is 'low'"):
        history.record(epoch=4, loss="low")
    assert len(history) == 3


def test_writes_every_row_at_once(tmp_path):
    recorded(tmp_path / "run.csv")
    with open(tmp_path / "run.csv", newline="") as file:
        assert [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)] == ROWS
    recorded(tmp_path / "run.jsonl")
    assert [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()] == ROWS


def test_json_has_null_for_what_is_no_number(tmp_path):
    nn.History(tmp_path / "run.jsonl").record(epoch=1, loss=float("nan"))
    assert (tmp_path / "run.jsonl").read_text() == '{"epoch": 1, "loss": null}\n'


def test_rows_can_be_gone_over_and_the_last_is_shown():
    history = recorded()
    assert list(history) == ROWS
    assert repr(history) == "History(2 rows, the last: epoch=2, loss=0.25)"
    assert repr(nn.History()) == "History(nothing recorded)"
    assert repr(nn.EarlyStopping(3)) == "EarlyStopping(patience=3, best=inf, waited=0)"


def test_a_run_that_is_taken_up_again_goes_on_in_its_file(tmp_path):
    path = tmp_path / "run.csv"
    state = recorded(path).state_dict()
    again = nn.History(path)
    assert path.read_text() == "epoch,loss\n1,0.5\n2,0.25\n"
    again.load_state_dict(state)
    again.record(epoch=3, loss=0.125)
    assert again["loss"] == [0.5, 0.25, 0.125]
    assert path.read_text() == "epoch,loss\n1,0.5\n2,0.25\n3,0.125\n"
    nn.History(path).record(epoch=1, loss=1.0)
    assert path.read_text() == "epoch,loss\n1,1.0\n"


def test_a_state_that_can_not_be_loaded_changes_nothing(tmp_path):
    path = tmp_path / "run.csv"
    history = nn.History(path)
    history.record(epoch=1, loss=0.5)
    for state, error in [
        ({"rows": [{"epoch": 1, "loss": 0.5}, {"epoch": 2}]}, ValueError),
        ({"rows": [{"epoch": "first"}]}, TypeError),
        (nn.EarlyStopping(1).state_dict(), KeyError),
    ]:
        with pytest.raises(error):
            history.load_state_dict(state)
        assert history["loss"] == [0.5]
        assert path.read_text() == "epoch,loss\n1,0.5\n"
    with pytest.raises(KeyError, match=r"a state of this has 'best', .*; there is rows"):
        nn.EarlyStopping(1).load_state_dict(history.state_dict())


def test_a_folder_that_is_not_there_is_told_at_once(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        nn.History(tmp_path / "runs" / "run.csv")


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_full_disk_costs_neither_the_old_file_nor_half_a_row(tmp_path, ending):
    """Files can grow to so many bytes only, in a process of its own: rows are refused, whole ones stay."""
    pytest.importorskip("resource", reason="only POSIX limits the size of files")
    path = tmp_path / f"run.{ending}"
    path.write_text("old")
    code = """
import nn, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
def refused(call, *args, **values):
    try: call(*args, **values)
    except OSError: return True
history = nn.History(sys.argv[1])
limit(5)
assert refused(history.record, epoch=1, loss=0.5) and len(history) == 0 and open(sys.argv[1]).read() == "old"
limit(100)
history.record(epoch=1, loss=0.5)
whole = open(sys.argv[1]).read()
limit(len(whole) + 2)
assert refused(history.record, epoch=2, loss=0.25) and len(history) == 1 and open(sys.argv[1]).read() == whole
assert refused(history.load_state_dict, {"rows": [{"epoch": i} for i in range(30)]})
assert history["loss"] == [0.5] and open(sys.argv[1]).read() == whole
limit(100)
history.record(epoch=2, loss=0.25)
assert history["epoch"] == [1, 2]
"""
    subprocess.run([sys.executable, "-c", code, path], check=True)
    assert len(path.read_text().splitlines()) == (3 if ending == "csv" else 2)
    assert [left.name for left in tmp_path.iterdir()] == [path.name]


def test_early_stopping_goes_on_where_it_was(tmp_path):
    stopping = nn.EarlyStopping(patience=2)
    assert [stopping.should_stop(value) for value in (1.0, 0.5, 0.7)] == [False, False, False]
    nn.save({"stopping": stopping.state_dict(), "new": nn.EarlyStopping(1).state_dict()}, tmp_path / "state")
    state = nn.load(tmp_path / "state")
    again = nn.EarlyStopping(patience=2)
    again.load_state_dict(state["stopping"])
    assert again.should_stop(0.6)
    again.load_state_dict(state["new"])
    assert not again.should_stop(5.0)
    assert again.best == 5.0


def test_plots_over_the_first_name():
    pytest.importorskip("matplotlib", reason="matplotlib is an extra").use("Agg")
    ax = recorded().plot()
    (line,) = ax.get_lines()
    assert (list(line.get_xdata()), list(line.get_ydata()), line.get_label()) == ([1, 2], [0.5, 0.25], "loss")
    assert ax.get_xlabel() == "epoch"
    assert recorded().plot(ax=ax) is ax
    history = nn.History()
    history.record(epoch=1, loss=0.5, accuracy=0.75, lr=0.1)
    assert [line.get_label() for line in history.plot("loss", "accuracy").get_lines()] == ["loss", "accuracy"]
    with pytest.raises(KeyError, match="'error' was not recorded; there is epoch, loss, accuracy, lr"):
        history.plot("error")
    with pytest.raises(ValueError, match="nothing to plot"):
        nn.History().plot()


@pytest.mark.parametrize(
    ("options", "values", "stops_at"),
    [
        ({"patience": 2}, [3, 2, 2, 1, 1, 1], 5),
        ({"patience": 1}, [3, 2, 2.5], 2),
        ({"patience": 1, "min_delta": 0.5}, [3, 2.7], 1),
        ({"patience": 2, "mode": "max"}, [0.1, 0.5, 0.4, 0.5], 3),
        ({"patience": 2}, [1, float("nan"), float("nan")], 2),
        ({"patience": 3}, [5, 4, 3, 2, 1], None),
    ],
)
def test_stops_after_so_many_without_improvement(options, values, stops_at):
    stopping = nn.EarlyStopping(**options)
    stops = [i for i, value in enumerate(values) if stopping.should_stop(value)]
    assert stops == ([] if stops_at is None else [stops_at])


def test_says_when_a_value_is_the_best():
    stopping = nn.EarlyStopping(3)
    improved = []
    for value in (3, 4, 2, 2):
        stopping.should_stop(value)
        improved.append(stopping.improved)
    assert improved == [True, False, True, False]
    assert stopping.best == 2
    with pytest.raises(ValueError, match=r"not 0, 0\.0 and 'min'"):
        nn.EarlyStopping(0)
