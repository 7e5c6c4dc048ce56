// A board for a projector: the clock goes, pages turn where motion is allowed, and what
// is shown is fetched anew. Arrow keys turn the pages too; the space bar stops them.
const LONG = 15_000;
const turns = document.getElementById("turns");
const clock = document.querySelector("#clock time");
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
let at = 0;
let isStopped = isCalm.matches;
let fetchedAt = Date.now();

function turn(by) {
  at += by;
  const pages = turns.querySelectorAll(".turn");
  at = (at + pages.length) % pages.length;
  pages.forEach((page, i) => page.classList.toggle("shown", i === at));
}

async function renew() {
  if (Date.now() - fetchedAt < 55_000 || document.hidden) return;
  fetchedAt = Date.now();
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["board-status", "turns"]) {
      document.getElementById(id).replaceChildren(...fresh.getElementById(id).childNodes);
    }
    turn(0);
  } catch {
    // No network: it goes on with what it has.
  }
}

function tick() {
  const now = new Date();
  const [hours, minutes] = [now.getHours(), now.getMinutes()];
  clock.textContent = [hours, minutes].map((n) => String(n).padStart(2, "0")).join(":");
}

document.addEventListener("keydown", (event) => {
  const isEnd = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (event.key.startsWith("Arrow")) turn(event.key === isEnd || event.key === "ArrowDown" ? 1 : -1);
  if (event.key === " ") isStopped = !isStopped;
});
document.getElementById("clock-words").remove();
tick();
turn(0);
setInterval(tick, 1_000);
setInterval(async () => {
  await renew();
  if (!isStopped) turn(1);
}, LONG);
