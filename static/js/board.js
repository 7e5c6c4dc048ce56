// Keeps a board up to date: what has changed since is put in its place. Without this
// script the page says of when it is, and "Look again" is a link.
const board = document.querySelector("[data-board]");
const EVERY = 60_000;
let timer;

async function renew() {
  try {
    // The browser's own cache decides whether anything is asked of the site.
    const answer = await fetch(board.dataset.board);
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // No network: the time that stands on the board is still true of it.
  }
  wait();
}

function show(fresh) {
  const anchor = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const before = anchor?.getBoundingClientRect().top;
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    // Whoever stands on a link in it with the keyboard keeps it.
    if (!old || old.contains(document.activeElement)) continue;
    if (old.innerHTML !== part.innerHTML) old.replaceWith(document.adoptNode(part));
  }
  // What is being read stays where it is.
  if (anchor?.isConnected) scrollBy(0, anchor.getBoundingClientRect().top - before);
}

function wait() {
  clearTimeout(timer);
  // Not all at the same second.
  if (!document.hidden) timer = setTimeout(renew, EVERY * (0.75 + Math.random() / 2));
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : renew()));
wait();
