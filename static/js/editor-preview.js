// How the text will look, beside it: asked of the server a moment after typing stops,
// so that it is written by the very renderer of the page.
const PAUSE = 400;
const form = document.querySelector("form[data-preview]");
const pane = form.querySelector(".editor-preview");
const page = pane.querySelector(".prose");
const count = form.querySelector(".editor-count");
const dropped = form.querySelector(".editor-dropped");
let timer = 0;
let asking = null;

async function show() {
  asking?.abort();
  asking = new AbortController();
  const asked = new FormData();
  for (const name of ["csrf_token", "language", "body"]) asked.set(name, form.elements[name].value);
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: asked,
      signal: asking.signal,
    });
    if (!answer.ok) return;
    const told = await answer.json();
    page.innerHTML = told.html;
    page.lang = form.elements.language.value;
    page.dir = told.direction;
    count.textContent = told.count;
    dropped.replaceChildren();
    if (told.dropped.length) {
      const list = document.createElement("ul");
      for (const line of told.dropped) list.appendChild(document.createElement("li")).textContent = line;
      dropped.append(told.said, list);
    }
  } catch {
    // Superseded, or no network: what was shown last stays.
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
}

// The pane keeps step with the text, as far as lengths are alike.
form.elements.body.addEventListener("scroll", ({ target }) => {
  const part = target.scrollTop / (target.scrollHeight - target.clientHeight || 1);
  pane.scrollTop = part * (pane.scrollHeight - pane.clientHeight);
}, { passive: true });
form.elements.body.addEventListener("input", later);
form.elements.language.addEventListener("change", show);
form.querySelector(".editor-plain").hidden = true;
pane.hidden = false;
show();
