"""The stepper in a real browser: skipped where playwright or Chromium is not installed."""

import re
import shutil

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, draw

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
WIDTHS, SCHEMES = (375, 1600), ("light", "dark")


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=OPTIONS.split())
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """A function that opens the stepper of a graph; afterwards: no error, and no request that leaves the page."""
    contexts, wrong = [], []

    def open_page(html, width=1600, height=900, scheme="light", **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if leaves(request.url) else None)
        file = tmp_path / "backward.html"
        file.write_text(html if isinstance(html, str) else draw(html).step().html, encoding="utf-8")
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def leaves(url):
    return not url.startswith(("file:", "data:", "about:"))


def lectures_graph(x, kind=Tensor):
    x = Value(x, "x") if kind is Value else Tensor(x, requires_grad=True, name="x")
    return (-x + 3) ** 2


def doubled_twice():
    a = Value(1.0, "a")
    b = a + a
    return b + b


def three_uses():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    return (a * b + a.exp() * b).tanh() + a / b


def net():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 3, rng=rng), nn.Tanh(), nn.Linear(3, 2, rng=rng))
    x = Tensor(rng.normal(size=(4, 2)).astype(np.float32), name="input")
    return nn.functional.cross_entropy(model(x), np.array([0, 1, 1, 0]))


GRAPHS = {
    "lecture at 2": lambda: lectures_graph(2.0),
    "lecture at -4": lambda: lectures_graph(-4.0, Value),
    "doubled twice": doubled_twice,
    "three uses": three_uses,
    "net": net,
}


def leaves_of(y):
    node = y if isinstance(y, Value) else y.node
    found, stack = {}, [node]
    while stack:
        node = stack.pop()
        if node.is_leaf and node.requires_grad:
            found[node.name] = node
        stack += [] if node.is_leaf else node.parents
    return found


def shown_gradients(page):
    """The gradient in each box, by the first word of its title."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".box")].map((box) => [
            box.querySelector(".title").textContent.split(" = ")[0],
            [...box.querySelectorAll(".gradient")].map((line) => line.textContent).join(" ").trim(),
        ]))"""
    )


def count(page):
    return tuple(map(int, re.findall(r"\d+", page.locator("#count").text_content())))


def current(page):
    return page.locator("#order [aria-current]").evaluate_all("those => those.map((one) => one.textContent)")


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("backward_first", [False, True])
def test_stepping_through_to_the_end_shows_the_gradients_of_the_engine(opened, name, backward_first):
    y = GRAPHS[name]()
    leaf_nodes = leaves_of(y)
    if backward_first:
        y.backward()
    page = opened(y)
    if not backward_first:
        y.backward()
    step, last = count(page)
    assert step == 1
    assert set(shown_gradients(page).values()) <= {"-", "none"}
    for _ in range(last - 1):
        page.keyboard.press("ArrowRight")
    assert count(page) == (last, last)
    shown = shown_gradients(page)
    for leaf_name, leaf in leaf_nodes.items():
        numbers = np.array(re.findall(r"-?\d[\d.e+-]*", shown[leaf_name]), float)
        engine = np.asarray(leaf.gradient if isinstance(leaf, Value) else leaf.gradient.data)
        np.testing.assert_allclose(numbers, engine.ravel(), rtol=1e-3)


class TestWays:
    def test_keys(self, opened):
        page = opened(lectures_graph(2.0))
        where = []
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowLeft"):
            page.keyboard.press(key)
            where.append(count(page)[0])
        assert where == [2, 3, 2, 9, 9, 1, 1]

    def test_space_plays_and_pauses(self, opened):
        page = opened(lectures_graph(2.0))
        page.clock.install()
        page.keyboard.press(" ")
        assert page.locator("#play").get_attribute("aria-label") == "Pause"
        page.clock.run_for(5000)
        assert count(page)[0] == 3
        page.keyboard.press(" ")
        page.clock.run_for(5000)
        assert count(page)[0] == 3
        page.keyboard.press(" ")
        page.clock.run_for(60_000)
        assert count(page)[0] == 9
        assert page.locator("#play").get_attribute("aria-pressed") == "false"

    def test_buttons_by_touch(self, opened):
        page = opened(lectures_graph(2.0), 375, 667, has_touch=True, is_mobile=True)
        where = []
        for name in ("Step forward", "Last step", "Step back", "First step"):
            button = page.get_by_role("button", name=name)
            assert min(button.bounding_box()[side] for side in ("width", "height")) >= 44
            button.tap()
            where.append(count(page)[0])
        assert where == [2, 9, 8, 1]

    def test_slider_and_order_list(self, opened):
        page = opened(lectures_graph(2.0))
        page.get_by_role("slider", name="Step").fill("6")
        assert count(page)[0] == 7
        assert current(page) == ["v2 = v1 + 3"]
        assert page.locator("#slider").get_attribute("aria-valuetext") == "7 of 9, Backward: v2"
        page.locator("#forward").get_by_role("button", name="v1 = -x").click()
        assert count(page)[0] == 2

    def test_the_current_node_and_what_it_sends_are_marked(self, opened):
        page = opened(lectures_graph(2.0))
        page.get_by_role("slider").fill("6")
        assert page.locator(".box.now .title").text_content() == "v2 = v1 + 3"
        assert page.locator(".box.gets .title").text_content() == "v1 = -x"
        assert page.locator(".arrow.gets text").text_content() == "▲ 2"
        told = page.locator("#card").inner_text()
        assert "d(v1 + 3)/dv1 = 1, so 2 \N{MULTIPLICATION SIGN} 1 = 2 arrives at v1" in told
        assert "v1.grad += 2" in told


class TestTheWrongOrder:
    def test_gives_8_instead_of_4(self, opened):
        page = opened(doubled_twice())
        page.keyboard.press("End")
        assert shown_gradients(page)["a"] == "4"
        page.get_by_role("switch").check()
        assert "goes on at once" in page.locator("#card").inner_text()
        page.keyboard.press("End")
        assert shown_gradients(page)["a"] == "8 ≠ 4"
        assert "At a it gives 8 instead of 4." in page.locator("#card").inner_text()
        page.get_by_role("switch").uncheck()
        page.keyboard.press("End")
        assert shown_gradients(page)["a"] == "4"

    def test_adds_up_where_gradients_arrive(self, opened):
        page = opened(doubled_twice())
        page.get_by_role("slider").fill("5")
        assert "a.grad += 2\nnow 4" in page.locator("#card").inner_text()

    def test_can_not_be_chosen_where_it_does_no_harm(self, opened):
        page = opened(lectures_graph(2.0))
        assert page.get_by_role("switch").is_disabled()
        assert "every result is used once" in page.locator("#about").inner_text()


TEXTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (colour) => {
    const [r, g, b] = [...rgb(colour)].slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (part) => {
    const rect = part.closest(".box")?.querySelector("rect");
    if (rect) return getComputedStyle(rect).fill;
    for (; part; part = part.parentElement) {
      const colour = getComputedStyle(part).backgroundColor;
      if (rgb(colour)[3]) return colour;
    }
  };
  const own = (part) => [...part.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const shown = [...document.querySelectorAll("body *:not(script, noscript, defs *)")].filter((part) =>
    own(part) && part.checkVisibility({ visibilityProperty: true }) && !part.closest(":disabled, :has(> :disabled)"));
  return shown.map((part) => {
    const inPicture = part.closest("#picture svg");
    const scale = inPicture ? inPicture.getBoundingClientRect().width / inPicture.viewBox.baseVal.width : 1;
    const style = getComputedStyle(part);
    const lights = [light(inPicture ? style.fill : style.color), light(behind(part))].sort((a, b) => b - a);
    const contrast = (lights[0] + 0.05) / (lights[1] + 0.05);
    return { text: part.textContent, size: parseFloat(style.fontSize) * scale, contrast };
  });
}"""

SPILLED = """() => [...document.querySelectorAll(".box")].flatMap((box) => {
  const frame = box.querySelector("rect").getBoundingClientRect();
  return [...box.querySelectorAll("text")].filter((text) => text.textContent).filter((text) => {
    const own = text.getBoundingClientRect();
    return own.left < frame.left || own.right > frame.right || own.top < frame.top || own.bottom > frame.bottom;
  }).map((text) => text.textContent);
})"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["doubled twice", "three uses", "net"])
def test_is_readable(opened, name, width, scheme):
    """No text is smaller than 11 dots, fainter than 4.5 to 1 (WCAG 2.2, 1.4.3) or out of its box, no page too wide."""
    page = opened(GRAPHS[name](), width, 667 if width == 375 else 900, scheme, reduced_motion="reduce")
    last = count(page)[1]
    for wrong in (False, True):
        if wrong and page.get_by_role("switch").is_disabled():
            break
        page.get_by_role("switch").set_checked(wrong) if wrong else None
        for step in {0, last // 2 - 1, 3 * last // 4, count(page)[1] - 1}:
            page.get_by_role("slider").fill(str(step))
            texts = page.evaluate(TEXTS)
            assert len(texts) > 10
            assert [text for text in texts if text["size"] < 11 or text["contrast"] < 4.5] == []
            assert page.evaluate(SPILLED) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Home")
    box, pane = page.locator(".box.now").bounding_box(), page.locator("#picture").bounding_box()
    assert pane["y"] <= box["y"] + box["height"] / 2 <= pane["y"] + pane["height"]


class TestForEveryone:
    def test_a_screen_reader_is_told_the_step(self, opened):
        page = opened(lectures_graph(2.0))
        card = page.locator("#card")
        assert card.get_attribute("aria-live") == "polite"
        page.keyboard.press("End")
        assert "dv3/dx = -2" in card.inner_text()
        assert (
            page.locator("button, input, #picture, nav").evaluate_all(
                "all => all.filter((one) => !one.ariaLabel && !one.textContent.trim() && !one.labels?.length).length"
            )
            == 0
        )

    def test_focus_is_seen_and_stays(self, opened):
        page = opened(lectures_graph(2.0))
        page.keyboard.press("Tab")
        seen = set()
        for _ in range(30):
            focused = page.evaluate("document.activeElement.id || document.activeElement.tagName")
            if focused == "BODY":
                break
            seen.add(focused)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            page.keyboard.press("Tab")
        assert {"picture", "play", "next", "slider", "BUTTON"} <= seen

    def test_nothing_moves_where_less_motion_is_asked_for(self, opened):
        moving = {}
        for motion in ("reduce", "no-preference"):
            page = opened(doubled_twice(), reduced_motion=motion)
            page.get_by_role("slider").fill("4")
            moving[motion] = page.evaluate("document.getAnimations().length")
        assert moving["reduce"] == 0
        assert moving["no-preference"] > 0


def test_several_in_one_notebook_do_not_disturb_each_other(opened):
    frames = "".join(draw(y).step()._repr_html_() for y in (lectures_graph(2.0), doubled_twice()))
    page = opened(f"<!DOCTYPE html><title>A notebook</title><link rel='icon' href='data:,'>{frames}")
    first, second = (page.frame_locator("iframe").nth(i) for i in (0, 1))
    second.get_by_role("button", name="Last step").click()
    assert second.locator("#count").text_content() == "step 7 of 7"
    assert first.locator("#count").text_content() == "step 1 of 9"
