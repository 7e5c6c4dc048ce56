// The toolbar of the editor, and its keys. What it types can be undone like typing.
const area = document.querySelector(".editor textarea");
const tools = document.querySelector(".tools");
const buttons = [...tools.querySelectorAll("button")];

function type(text, from, to) {
  area.focus();
  area.setSelectionRange(from, to);
  // The old way is the only one that browsers can undo.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function wrap({ before, after, sample }) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const text = value.slice(from, to);
  const isThere = value.slice(from - before.length, from) === before &&
    value.slice(to, to + after.length) === after;
  if (text && isThere) {
    type(text, from - before.length, to + after.length);
    return area.setSelectionRange(from - before.length, to - before.length);
  }
  const inner = text || sample;
  // No more blank lines than it needs.
  const begin = from === 0 || value.slice(from - 2, from) === "\n\n" ? before.replace(/^\n+/, "") : before;
  type(begin + inner + after, from, to);
  area.setSelectionRange(from + begin.length, from + begin.length + inner.length);
}

function lines({ line, sample }) {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  const to = end < 0 ? area.value.length : end;
  const old = area.value.slice(from, to).split("\n");
  const isThere = old.every((each) => each.startsWith(line));
  const made = old.map((each) => (isThere ? each.slice(line.length) : line + (each || sample)));
  type(made.join("\n"), from, to);
  area.setSelectionRange(from, from + made.join("\n").length);
}

function note({ sample }) {
  const numbers = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]));
  const number = Math.max(0, ...numbers) + 1;
  type(`[^${number}]`, area.selectionEnd, area.selectionEnd);
  const gap = area.value.endsWith("\n") ? "\n" : "\n\n";
  const end = area.value.length;
  type(`${gap}[^${number}]: ${sample}`, end, end);
  area.setSelectionRange(area.value.length - sample.length, area.value.length);
}

function use(button) {
  const { tool, line } = button.dataset;
  (tool === "note" ? note : line ? lines : wrap)(button.dataset);
}

tools.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) use(button);
});
// One stop for the Tab key; the arrows go from tool to tool (ARIA, toolbar pattern).
tools.addEventListener("keydown", (event) => {
  const at = buttons.indexOf(document.activeElement);
  const step = document.dir === "rtl" ? -1 : 1;
  const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = buttons.at(to % buttons.length);
  for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
  next.focus();
});
area.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const button = buttons.find((each) => each.dataset.keys === event.key.toLowerCase());
  if (!button && event.key !== "s") return;
  event.preventDefault();
  if (button) use(button);
  else area.form.requestSubmit();
});
tools.hidden = false;
