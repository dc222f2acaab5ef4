"use strict";
// The page holds the picture and, as JSON, all steps in words; this shows one step after the other.
const graph = JSON.parse(document.getElementById("steps").textContent);
for (const step of [...graph.forward, ...graph.backward, ...graph.wrong]) {
  step.sent = (step.sent ?? []).map(([target, place, rule, amount, total]) => ({ target, place, rule, amount, total }));
}
const $ = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const PAUSE = 2200; // milliseconds from step to step while it plays
const SMALLEST = 0.95; // of the picture: smaller, it is scrolled
const LARGEST = 1.75;
let position = 0;
let playing = null;

const isWrong = () => $("wrong").checked;
const backwardSteps = () => (isWrong() ? graph.wrong : graph.backward);
const boxes = (node) => document.querySelectorAll(`[data-node="${node}"]`); // several where a leaf has many uses
const direction = (back) => (!back ? "Forward" : isWrong() ? "Backward in a wrong order" : "Backward");
const steps = () => [...graph.forward, ...backwardSteps()];

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** The gradients that have arrived after a number of backward steps, by node. */
function gradientsAfter(walked) {
  const gradients = {};
  for (const step of walked) {
    if (step.gradient) gradients[step.node] = step.gradient;
    for (const part of step.sent) gradients[part.target] = part.total;
  }
  return gradients;
}

function show(to) {
  const all = steps();
  position = Math.max(0, Math.min(to, all.length - 1));
  const step = all[position];
  const back = position >= graph.forward.length;
  const walked = back ? all.slice(graph.forward.length, position + 1) : [];
  tell(step, back);
  paint(step, back, walked);
  list($("forward"), graph.forward, 0);
  list($("backward"), backwardSteps(), graph.forward.length);
  $("forward").classList.toggle("shown", !back);
  $("backward").classList.toggle("shown", back);
  $("backward").querySelector("h2 span").textContent = isWrong() ? "a wrong order" : "newest first";
  $("count").textContent = `step ${position + 1} of ${all.length}`;
  $("slider").max = all.length - 1;
  $("slider").value = position;
  $("slider").setAttribute("aria-valuetext", `${position + 1} of ${all.length}, ${direction(back)}: ${step.title}`);
  for (const id of ["first", "previous"]) $(id).disabled = position === 0;
  for (const id of ["next", "last"]) $(id).disabled = position === all.length - 1;
  if (position === all.length - 1) pause();
}

/** The step in words. */
function tell(step, back) {
  const card = $("card");
  card.className = back ? "backward" : "";
  const formula = graph.formulas[step.node];
  const what = step.sent.length ? `${step.title} = ${formula}` : step.title;
  card.replaceChildren(element("h2", `${direction(back)}: ${what}`));
  if (step.warning) card.append(element("p", `\u26a0\ufe0e ${step.warning}`, "warning"));
  const first = step.node === null && !isWrong() ? "" : "main";
  step.lines.forEach((line, i) => card.append(element("p", line, step.sent.length ? "why" : i === 0 ? first : "")));
  for (const part of step.sent) {
    const block = element("div", undefined, "sent");
    block.append(element("p", part.rule, "rule"));
    const sum = element("p", `${graph.names[part.target]}.grad += ${part.amount}`, "numbers");
    if (part.total !== part.amount) sum.append(element("span", `\nnow ${part.total}`));
    block.append(sum);
    card.append(block);
  }
  card.scrollTop = 0;
}

/** What has come back along an arrow: numbers, where they are short, else a shape. */
function carried(sent) {
  const told = sent.map((part) => (part.amount.length < 10 ? part.amount : graph.shapes[part.target]));
  return (told.length > 2 ? ["\u2026", ...told.slice(-2)] : told).join(", ");
}

/** The step in the picture. */
function paint(step, back, walked) {
  const picture = $("picture");
  picture.classList.toggle("backward", back);
  const gradients = gradientsAfter(walked);
  const right = isWrong() && step.node === null ? gradientsAfter(graph.backward) : {};
  const gets = new Set(step.sent.map((part) => part.target));
  graph.names.forEach((name, node) => {
    const known = back || node <= step.node;
    const g = gradients[node];
    let text = g ?? (graph.needs[node] ? "-" : "none");
    if (right[node] !== undefined && right[node] !== g && !text.includes("\n")) text = `${g}\n\u2260 ${right[node]}`;
    const lines = text.split("\n");
    for (const box of boxes(node)) {
      box.classList.toggle("known", known);
      box.classList.toggle("now", node === step.node);
      box.classList.toggle("gets", gets.has(node));
      box.querySelectorAll(".value").forEach((line) => (line.style.visibility = known ? "" : "hidden"));
      box.querySelectorAll(".gradient").forEach((line, i) => (line.textContent = lines[i] ?? ""));
    }
  });
  const sign = picture.querySelector("svg").dataset.back;
  const parts = {};
  for (const other of walked) {
    for (const part of other.sent) (parts[`a${other.node}-${part.place}`] ??= []).push(part);
  }
  document.querySelectorAll(".arrow").forEach((arrow) => {
    const user = Number(arrow.dataset.user);
    const sent = parts[arrow.id] ?? [];
    arrow.classList.toggle("known", back || user <= step.node);
    arrow.classList.toggle("now", !back && user === step.node);
    arrow.classList.toggle("sent", sent.length > 0);
    arrow.classList.toggle("gets", step.sent.includes(sent.at(-1)));
    arrow.querySelector("text").textContent = sent.length ? `${sign} ${carried(sent)}` : "";
  });
  if (step.node !== null) bringIntoView(picture, boxes(step.node)[0]);
}

/** The steps of one direction as buttons, the current one marked. */
function list(section, those, start) {
  const items = those.map((step, i) => {
    const button = element("button", step.title, start + i < position ? "past" : "");
    const formula = step.title === graph.names[step.node] ? graph.formulas[step.node] : "";
    if (step.mark) button.append(" ", element("em", step.mark));
    if (formula) button.append(element("span", ` = ${formula}`));
    if (start + i === position) button.setAttribute("aria-current", "step");
    button.addEventListener("click", () => go(start + i));
    const item = element("li");
    item.append(button);
    return item;
  });
  const focused = section.contains(document.activeElement);
  section.querySelector("ol").replaceChildren(...items);
  const current = section.querySelector("[aria-current]");
  if (!current) return;
  if (focused) current.focus({ preventScroll: true });
  bringIntoView(section.querySelector("ol"), current);
}

/** Scroll a pane, and nothing around it, so that a part of it is seen. */
function bringIntoView(pane, part) {
  const outside = pane.getBoundingClientRect();
  const inside = part.getBoundingClientRect();
  const by = (low, high, start, end) => (low < start || high > end ? (low + high - start - end) / 2 : 0);
  pane.scrollBy({
    left: by(inside.left, inside.right, outside.left, outside.right),
    top: by(inside.top, inside.bottom, outside.top, outside.bottom),
    behavior: calm.matches ? "auto" : "smooth",
  });
}

/** The picture as large as its pane, within what one reads well. */
function fit() {
  const pane = $("picture");
  const svg = pane.querySelector("svg");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const scale = Math.min((pane.clientWidth - 20) / width, (pane.clientHeight - 20) / height);
  const good = Math.max(SMALLEST, Math.min(LARGEST, scale));
  svg.setAttribute("width", width * good);
  svg.setAttribute("height", height * good);
}

function go(to) {
  pause();
  show(to);
}

function pause() {
  clearInterval(playing);
  playing = null;
  $("play").setAttribute("aria-pressed", "false");
  $("play").setAttribute("aria-label", "Play");
}

function play() {
  if (playing !== null) return pause();
  if (position === steps().length - 1) show(0);
  $("play").setAttribute("aria-pressed", "true");
  $("play").setAttribute("aria-label", "Pause");
  playing = setInterval(() => show(position + 1), PAUSE);
}

const MOVES = {
  ArrowLeft: () => go(position - 1),
  ArrowRight: () => go(position + 1),
  Home: () => go(0),
  End: () => go(Infinity),
  " ": play,
};
document.addEventListener("keydown", (event) => {
  const own = event.key === " " && event.target.closest("button, input[type=checkbox]");
  if (own || event.ctrlKey || event.altKey || event.metaKey || !MOVES[event.key]) return;
  event.preventDefault();
  MOVES[event.key]();
});
for (const [id, key] of [["first", "Home"], ["previous", "ArrowLeft"], ["play", " "], ["next", "ArrowRight"], ["last", "End"]]) {
  $(id).addEventListener("click", MOVES[key]);
}
$("slider").addEventListener("input", () => go(Number($("slider").value)));
$("wrong").disabled = graph.wrong.length === 0;
$("wrong").addEventListener("change", () => go(graph.forward.length));
new ResizeObserver(() => {
  fit();
  bringIntoView($("picture"), boxes(steps()[position].node ?? 0)[0]);
}).observe($("picture"));
show(0);
