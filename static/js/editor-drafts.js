// What was typed is kept on the server a moment after typing stops, so that a closed
// tab loses nothing. It is no saving: others see it once the form is sent.
const PAUSE = 1500;
const AGAIN = 15000;
const form = document.querySelector("form[data-drafts]");
const said = form.querySelector(".editor-kept");
const { kept, signedOut, offline, drafts } = form.dataset;
let timer = 0;
let isDirty = false;
let isSending = false;

function say(words, isWrong) {
  said.textContent = words;
  said.classList.toggle("is-wrong", isWrong);
}

async function send() {
  return fetch(drafts, { method: "POST", body: new FormData(form) });
}

// Who signed in anew has another token: the page itself says which.
async function takeToken() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-drafts] [name=csrf_token]");
  if (token) form.elements.csrf_token.value = token.value;
  return Boolean(token);
}

async function keep() {
  if (isSending) return later(PAUSE);
  isSending = true;
  isDirty = false;
  try {
    let answer = await send();
    if (answer.status === 400 && (await takeToken())) answer = await send();
    if (answer.ok) {
      form.elements.draft_revision.value = (await answer.json()).revision;
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      say(kept.replace("{time}", time), false);
    } else if (answer.status === 409) {
      isDirty = true;
      say((await answer.json()).problem, true);
    } else {
      isDirty = true;
      say(signedOut, true);
      later(AGAIN);
    }
  } catch {
    isDirty = true;
    say(offline, true);
    later(AGAIN);
  }
  isSending = false;
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(keep, pause);
}

form.addEventListener("input", () => {
  isDirty = true;
  later(PAUSE);
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  isDirty = false;
});
addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && isDirty && !isSending) keep();
});
