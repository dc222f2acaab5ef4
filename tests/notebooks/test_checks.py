"""The checks of the notebooks take right answers, and refuse wrong ones with a hint."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, Value

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SOURCES = {source.stem: source.read_text() for source in sorted((NOTEBOOKS / "source").glob("*.py"))}

spec = importlib.util.spec_from_file_location("checks", NOTEBOOKS / "checks.py")
checks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checks)


def neuron(w, x, b):
    return sum((weight * value for weight, value in zip(w, x, strict=True)), b).sigmoid()


def newest_first(root):
    found, waiting = {root}, [root]
    while waiting:
        new = set(waiting.pop().parents) - found
        found |= new
        waiting += new
    return sorted(found, key=lambda node: -node.index)


def step_down(x, step_size):
    x.data = x.data - step_size * x.grad


def recursive_order(root):
    return [root, *(node for parent in root.parents for node in recursive_order(parent))]


RIGHT = {
    ("notebook_01", "q1"): (49, -14),
    ("notebook_01", "q2"): (-20.0,),
    ("notebook_01", "q3"): (-8, 6, 2, 0),
    ("notebook_01", "q4"): (Value(7.0),),
    ("notebook_01", "q5"): (neuron,),
    ("notebook_01", "q6"): (-0.197, -0.393, 0.393, -0.59, 0.197),
    ("notebook_01", "q7"): (step_down,),
    ("notebook_02", "q1"): (4,),
    ("notebook_02", "q2"): (8,),
    ("notebook_02", "q3"): (newest_first,),
    ("notebook_02", "q4"): (12,),
    ("notebook_02", "q5"): (lambda w: w.zero_grad(),),
    ("notebook_02", "q6"): (2.718,),
}

WRONG = {
    ("notebook_01", "q1"): [((1, -2), "2x - 6"), ((49, 14), "2x - 6"), ((49,), "2 numbers are asked for")],
    ("notebook_01", "q2"): [((-28,), "the larger"), (("-20",), "without quotation marks")],
    ("notebook_01", "q3"): [((-4, 3, 1, 0), "the factor 2"), ((6, -8, 2, 0), "the other factor")],
    ("notebook_01", "q4"): [((6,), "three times"), ((3,), "added up")],
    ("notebook_01", "q5"): [
        ((lambda w, x, b: w[0] * x[0] + w[1] * x[1] + b,), "now apply"),
        ((lambda w, x, b: neuron(w, x, Value(0.0)),), "your neuron gives 0.982"),
        ((lambda w, x, b: neuron([Value(v.data) for v in w], x, b),), "no gradient reaches w"),
        ((lambda w, x, b: 0.731,), "it returned float"),
        ((neuron([Value(1.0)], [Value(1.0)], Value(0.0)),), "give the function itself"),
        ((lambda w, x, b: w["0"],), "raised TypeError"),
    ],
    ("notebook_01", "q6"): [
        ((-1, -2, 2, -3, 1), "the sigmoid's slope"),
        ((0.2, 0.39, -0.39, 0.59, 0.2), "times what"),
    ],
    ("notebook_01", "q7"): [
        ((lambda x, step: None,), "did not move"),
        ((lambda x, step: step_down(x, -step),), "the loss grows"),
        ((lambda x, step: step_down(x, step / 10),), "yours is at"),
    ],
    ("notebook_02", "q1"): [((2,), "in terms of a"), ((8,), "in terms of a")],
    ("notebook_02", "q2"): [((4,), "visited once for each"), ((6,), "on paper")],
    ("notebook_02", "q3"): [
        ((recursive_order,), "before a node that used it"),
        ((lambda root: newest_first(root)[::-1],), "Newest first"),
        ((lambda root: [],), "a list of every node"),
    ],
    ("notebook_02", "q4"): [((4,), "before the third round"), ((8,), "before the third round")],
    ("notebook_02", "q5"): [
        ((lambda w: None,), "the sum of all three"),
        ((lambda w: w.forget(),), "raised AttributeError"),
        ((lambda w: w.grad * 0,), "w.grad is None"),
    ],
    ("notebook_02", "q6"): [((1.0001,), "the product"), ((2.0,), "the product")],
}


def check(question):
    return getattr(getattr(checks, question[0]), question[1])


def every_question():
    return {(book, name) for book in ("notebook_01", "notebook_02") for name in vars(getattr(checks, book))}


def test_every_check_is_tested_with_two_wrong_answers_or_more():
    assert set(RIGHT) == set(WRONG) == every_question()
    assert all(len(answers) >= 2 for answers in WRONG.values())


@pytest.mark.parametrize("question", RIGHT, ids="-".join)
def test_right_answers_are_taken(question):
    verdict = check(question)(*RIGHT[question])
    assert verdict.right, verdict
    assert repr(verdict).startswith("Right. ")


@pytest.mark.parametrize(
    ("question", "answers", "hint"), [(question, *wrong) for question, wrongs in WRONG.items() for wrong in wrongs]
)
def test_wrong_answers_get_a_hint(question, answers, hint):
    verdict = check(question)(*answers)
    assert not verdict.right
    assert repr(verdict).startswith("Not yet. Hint: ")
    assert hint in repr(verdict)


@pytest.mark.parametrize("question", RIGHT, ids="-".join)
def test_three_dots_are_no_answer(question):
    dots = [(lambda *args: ...) if callable(answer) else ... for answer in RIGHT[question]]
    verdict = check(question)(*dots)
    assert not verdict.right


@pytest.mark.parametrize("name", SOURCES)
class TestLearnersVersions:
    def cells(self, name):
        return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())["cells"]

    def test_have_a_gap_for_every_check_and_no_solution(self, name):
        code = ["".join(cell["source"]) for cell in self.cells(name) if cell["cell_type"] == "code"]
        asked = [question for cell in code for question in re.findall(r"check\.(q\d+)\(", cell)]
        assert asked == [f"q{i + 1}" for i in range(len(asked))]
        assert len(asked) == len(vars(getattr(checks, f"notebook_{name[:2]}")))
        assert all("..." in cell for cell in code if "check.q" in cell)
        assert not any("solution" in cell for cell in code)

    def test_are_made_from_the_source(self, name):
        source = re.sub(r"(?s) *# solution\n.*?# end of solution\n", "", SOURCES[name])
        for cell in self.cells(name):
            for line in "".join(cell["source"]).splitlines():
                assert line.strip() in source

    def test_are_small_and_have_no_error(self, name):
        assert (NOTEBOOKS / f"{name}.ipynb").stat().st_size < 300_000
        outputs = [output for cell in self.cells(name) for output in cell.get("outputs", [])]
        assert len(outputs) >= 10
        assert all(output["output_type"] != "error" for output in outputs)

    def test_every_figure_has_a_text_in_its_place(self, name):
        outputs = [output.get("data", {}) for cell in self.cells(name) for output in cell.get("outputs", [])]
        pictures = [data for data in outputs if "image/svg+xml" in data]
        assert pictures
        for data in pictures:
            svg = "".join(data["image/svg+xml"])
            assert 'role="img"' in svg
            assert "<desc>node " in svg


class TestNumbers:
    def check(self, expected):
        return checks.numbers([expected], "", "")

    def test_integers_are_exact(self):
        check = self.check(61_706)
        assert check(61_706).right
        assert check(61_706.0).right
        for wrong in (61_705, 61_707, 61_700, 61_706.5, 61_706.001):
            assert not check(wrong).right

    def test_integers_may_have_been_computed_in_floating_point(self):
        assert self.check(3)(0.1 * 3 * 10).right
        assert self.check(0)(0.1 + 0.2 - 0.3).right
        assert not self.check(0)(1e-6).right

    @pytest.mark.parametrize(
        ("expected", "answers", "wrong"),
        [
            (0.0012345, (0.0012345, 0.00123, 0.001234), (0, 0.00122, 0.0012, 0.0012406, -0.0012345)),
            (123.45, (123.45, 123, 123.4), (122.9, 124, 0.12345)),
            (-0.5, (-0.5, -0.5003), (0.5, -0.501, 0)),
        ],
    )
    def test_others_are_right_to_three_digits(self, expected, answers, wrong):
        assert all(self.check(expected)(answer).right for answer in answers)
        assert not any(self.check(expected)(answer).right for answer in wrong)

    @pytest.mark.parametrize(
        "answer", [np.int64(4), np.float32(4), np.array(4), Value(4.0), Tensor(4.0), Tensor(np.array(4))], ids=repr
    )
    def test_may_be_of_any_kind(self, answer):
        assert self.check(4)(answer).right

    @pytest.mark.parametrize("answer", [None, [4], np.array([4]), [[1], 2], 4j, {}, len, float("nan"), 10**400])
    def test_what_is_no_number_is_told_so_or_not_right(self, answer):
        assert not self.check(4)(answer).right


class TestFunctions:
    def test_an_untouched_cell_is_no_answer(self):
        def neuron(w, x, b):
            return ...

        def step_down(x, step_size): ...

        def newest_first(root):
            return ...

        def before_a_new_round(w): ...

        for question, answer in (
            (("notebook_01", "q5"), neuron),
            (("notebook_01", "q7"), step_down),
            (("notebook_02", "q3"), newest_first),
            (("notebook_02", "q5"), before_a_new_round),
        ):
            assert check(question)(answer) is checks.UNANSWERED

    @pytest.mark.parametrize(
        ("question", "answer", "hint"),
        [
            (
                ("notebook_01", "q5"),
                lambda w, x, b: (w[0] * x[0] + w[1] * x[1] + b).sigmoid(),
                "right for the example, but lists may have any length",
            ),
            (
                ("notebook_01", "q5"),
                lambda w, x, b: neuron(w, x, Value(-3.0)),
                "w = 0.5, -1.5, x = 2, 3, b = 4 the sum is 0.5 and its sigmoid 0.622; your neuron gives 0.002",
            ),
            (("notebook_01", "q5"), lambda w, x, b: neuron(w, x, Value(b.data)), "not all gradients are"),
            (("notebook_01", "q7"), lambda x, step_size: step_down(x, 0.1), "step_size = 0.25 x should come to 1.25"),
            (
                ("notebook_01", "q7"),
                lambda x, step_size: setattr(x, "data", x.data - step_size * (2 * x.data - 6)),
                "Use x.grad and step_size",
            ),
            (
                ("notebook_02", "q3"),
                lambda root: sorted(recursive_order(root), key=lambda node: -node.index),
                "newest first. A node is there more than once",
            ),
            (
                ("notebook_02", "q3"),
                recursive_order,
                "sort by node.index. A node is there more than once",
            ),
            (
                ("notebook_02", "q5"),
                lambda w: w.grad is not None and setattr(w, "grad", Tensor(w.grad.data - 4)),
                "at -3 the gradient should be -6",
            ),
            (("notebook_02", "q5"), lambda w: (w.zero_grad(), setattr(w, "data", 1.0)), "w itself should stay"),
        ],
    )
    def test_what_is_right_for_the_example_only_is_told_what_it_is_not_right_for(self, question, answer, hint):
        verdict = check(question)(answer)
        assert not verdict.right
        assert hint in repr(verdict)
