// The door. What is tapped shows at once, is kept, and is sent as soon as there is a
// network, in order. What others do at other doors comes by asking every ten seconds.
//
// What was tapped is kept in sessionStorage: it outlives a reload, and a phone that is
// lost or passed on has it no more once the tab is closed. The list of names is in
// memory alone, for the same reason. Until everything is sent, closing the tab asks.

const POLL = 10_000;
const PATIENCE = 15_000;
const LONGEST_PAUSE = 30_000;

const door = document.getElementById("door");
const words = JSON.parse(door.dataset.words);
const find = (id) => document.getElementById(id);
const key = `door:${door.dataset.key}`;
const { queue, problems } = kept();
let token = document.querySelector("[name=csrf_token]").value;
let tag = "";
let sheets = new Map(); // by number: { mark, rows }
let isSignedIn = true;
let failures = 0;
let sending = false;
let acknowledged = 0;
let retry;

// --- What is kept -----------------------------------------------------------------

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? { queue: [], problems: [] };
  } catch {
    return { queue: [], problems: [] };
  }
}

function keep() {
  try {
    if (queue.length || problems.length) {
      sessionStorage.setItem(key, JSON.stringify({ queue, problems }));
    } else {
      sessionStorage.removeItem(key);
    }
  } catch {
    // No room, or storage is off: memory has it, and closing the tab asks.
  }
}

addEventListener("beforeunload", (leaving) => {
  if (queue.length) leaving.preventDefault();
});

// --- The list, and on top of it what was tapped -----------------------------------

function listed() {
  const rows = new Map();
  for (const sheet of sheets.values()) {
    for (const row of sheet.rows) rows.set(row.number, { ...row });
  }
  for (const tap of queue) {
    if (tap.kind === "walk-in") {
      const { number, name, people } = tap;
      rows.set(number, { number, name, people, state: "attended", version: 0 });
    }
    const row = rows.get(tap.number);
    if (!row) continue;
    row.isUnsent = true;
    row.state = tap.kind === "undo" ? "going" : "attended";
    row.people = tap.people ?? row.people;
  }
  return rows;
}

function store(row, number) {
  const sheet = sheets.get(number % sheets.size);
  if (!sheet) return;
  sheet.rows = sheet.rows.filter((each) => each.number !== number);
  if (row) sheet.rows.push(row);
}

// --- Tapping ----------------------------------------------------------------------

function tapped(kind, number, people) {
  const row = listed().get(number);
  if (!row) return;
  const last = queue.findLast((tap) => tap.number === number);
  let seen = last ? null : row.version;
  // What was never sent is taken back here: the site need not know of it.
  if (last && last.tries === 0) {
    queue.splice(queue.indexOf(last), 1);
    seen = last.seen;
    const now = listed().get(number);
    const isAsBefore =
      !now ||
      (now.people === (people ?? now.people) &&
        (now.state === "attended") === (kind === "check-in"));
    if (isAsBefore) return said(kind, row);
  }
  queue.push({ kind, number, people, seen, name: row.name, tap: newTap(), tries: 0 });
  said(kind, row);
  send();
}

function walkIn(name, people) {
  const tap = newTap();
  queue.push({ kind: "walk-in", number: `new-${tap}`, name, people, tap, tries: 0 });
  said("walk-in", { name });
  send();
}

// randomUUID is for secure addresses alone; a site being tried out may have none.
function newTap() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function said(kind, row) {
  keep();
  const parts = (kind === "undo" ? words.undone : words.came).split("{name}");
  // A name runs in its own direction, whatever the sentence around it does.
  const name = document.createElement("bdi");
  name.textContent = row.name || words.walk_in;
  // A screen reader is silent about words that stay the same.
  find("door-said").replaceChildren();
  requestAnimationFrame(() =>
    find("door-said").replaceChildren(parts[0], name, parts[1] ?? ""),
  );
  draw();
}

// --- Sending ----------------------------------------------------------------------

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(retry);
  while (queue.length && (await sendOne(queue[0]))) failures = 0;
  sending = false;
  keep();
  draw();
  if (queue.length && isSignedIn) {
    failures += 1;
    retry = setTimeout(send, Math.min(LONGEST_PAUSE, 1000 * 2 ** failures));
  }
}

// Returns whether the tap is settled, so that the next one may go.
async function sendOne(tap) {
  tap.tries += 1;
  keep();
  let answer;
  try {
    answer = await post(tap);
  } catch {
    return false;
  }
  if (answer.status === 401 || answer.type === "opaqueredirect") return signedOut();
  // Signed in anew since: the token is another one.
  if (answer.status === 400) return renewed();
  if (answer.status >= 500 || [408, 429].includes(answer.status)) return false;
  let told;
  try {
    told = await answer.json();
  } catch {
    // A page in place of data is a 4xx; of a 200 the end was lost.
    if (answer.ok) return false;
    told = { row: null, said: words.gone };
  }
  settle(tap, told, answer.ok);
  return true;
}

function post(tap) {
  const place = tap.kind === "walk-in" ? "walk-ins" : `${tap.number}/${tap.kind}`;
  const form = new URLSearchParams({ csrf_token: token, tap: tap.tap });
  if (tap.kind === "walk-in") form.set("name", tap.name);
  if (tap.people) form.set("people", tap.people);
  if (Number.isInteger(tap.seen)) form.set("seen", tap.seen);
  return asked(`${door.dataset.address}/${place}`, { method: "POST", body: form });
}

function asked(address, options) {
  return fetch(address, {
    ...options,
    headers: { Accept: "application/json", ...options?.headers },
    cache: "no-store",
    redirect: "manual",
    signal: timeout(),
  });
}

function timeout() {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), PATIENCE);
  return stop.signal;
}

function settle(tap, told, isDone) {
  acknowledged += 1;
  isSignedIn = true;
  queue.splice(queue.indexOf(tap), 1);
  if (told.row) store(told.row, told.row.number);
  else if (Number.isInteger(tap.number)) store(null, tap.number);
  const later = queue.filter((each) => each.number === tap.number);
  if (isDone) {
    for (const each of later) each.number = told.row.number;
    if (later.length) later[0].seen = told.row.version;
  } else {
    // What was tapped after it stood on something that is not so.
    for (const each of later) queue.splice(queue.indexOf(each), 1);
    const name = tap.name || words.walk_in;
    problems.push(filled(words.refused, { name, why: told.said }));
  }
  keep();
  draw();
}

function signedOut() {
  isSignedIn = false;
  return false;
}

async function renewed() {
  tag = "";
  const before = token;
  await poll();
  return token !== before && sendOne(queue[0]);
}

// --- Asking what others did -------------------------------------------------------

async function poll() {
  const before = acknowledged;
  const marks = [...sheets.values()].map((sheet) => sheet.mark).join(".");
  try {
    const answer = await asked(`${door.dataset.address}.json?sheets=${marks}`, {
      headers: tag ? { "If-None-Match": `"${tag}"` } : {},
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      isSignedIn = false;
      return draw();
    }
    isSignedIn = true;
    if (answer.status === 200) {
      const told = await answer.json();
      // What it tells may be older than what was settled meanwhile.
      if (before === acknowledged) take(told);
      else token = told.csrf_token;
    }
    failures = 0;
    if (queue.length) send();
  } catch {
    failures = Math.max(1, failures);
  }
  draw();
}

function take(told) {
  ({ tag, csrf_token: token } = told);
  if (!sheets.size) for (let n = 0; n < told.number; n++) sheets.set(n, { mark: "", rows: [] });
  for (const [number, sheet] of Object.entries(told.sheets)) {
    sheets.set(Number(number), sheet);
  }
}

// --- Drawing ----------------------------------------------------------------------

// The same as campaign/lib/folding.py.
const SAME = {
  ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ß: "ss", ı: "i",
  "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "\u0640": "",
};

export function folded(text) {
  const parts = text.toLowerCase().normalize("NFKD").replace(/[\p{Mn}\p{Cf}]/gu, "");
  return [...parts].map((letter) => SAME[letter] ?? letter).join("");
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

function draw() {
  const rows = [...listed().values()];
  drawCount(rows);
  drawBar();
  drawProblems();
  if (!sheets.size) return; // until the list is there, the page's own stays
  door.classList.add("is-live");
  const asked = folded(find("q").value).split(/\s+/).filter(Boolean);
  const found = rows
    .map((row) => [folded(row.name), row])
    .filter(([name]) => asked.every((word) => name.includes(word)))
    .sort(byName)
    .map(([_name, row]) => row);
  const shown = found.slice(0, Number(door.dataset.most));
  drawRows(shown);
  find("door-shown").textContent =
    found.length > shown.length
      ? filled(words.some_shown, { shown: shown.length, all: found.length })
      : found.length
        ? ""
        : asked.length
          ? words.nobody
          : words.empty;
}

// Who gave no name is looked for by nobody, and stands last.
function byName([a], [b]) {
  if (!a !== !b) return a ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function drawCount(rows) {
  if (!sheets.size) return;
  const people = (state) =>
    rows.filter((row) => row.state === state).reduce((sum, row) => sum + row.people, 0);
  find("inside").textContent = people("attended");
  find("expected").textContent = people("attended") + people("going");
}

function drawBar() {
  const hasNetwork = failures === 0;
  const lines = [];
  if (!isSignedIn) lines.push(words.sign_in);
  else if (!hasNetwork) lines.push(words.no_network);
  if (queue.length) lines.push(filled(words.waiting, { n: queue.length }));
  // A tap that is on its way needs no bar.
  const isBusy = isSignedIn && hasNetwork && queue.length < 2;
  find("door-bar").hidden = !lines.length || isBusy;
  const text = lines.join(" ");
  if (find("door-waiting").textContent !== text) find("door-waiting").textContent = text;
  find("door-sign-in").hidden = isSignedIn;
}

function drawProblems() {
  const shown = find("door-problems");
  if (shown.childElementCount === problems.length) return;
  shown.replaceChildren(
    ...problems.map((text, index) => {
      const item = find("problem").content.firstElementChild.cloneNode(true);
      item.querySelector("p").textContent = text;
      item.querySelector("button").addEventListener("click", () => {
        problems.splice(index, 1);
        keep();
        draw();
      });
      return item;
    }),
  );
}

const drawn = new Map(); // by number: { as, item }

function drawRows(rows) {
  const list = find("parties");
  if (!drawn.size) list.replaceChildren();
  const wanted = new Set(rows.map((row) => row.number));
  for (const [number, { item }] of drawn) {
    if (wanted.has(number)) continue;
    item.remove();
    drawn.delete(number);
  }
  rows.forEach((row, index) => {
    const item = drawnRow(row);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index]);
  });
}

function drawnRow(row) {
  const as = JSON.stringify(row);
  const before = drawn.get(row.number);
  if (before?.as === as) return before.item;
  const item = newRow(row);
  drawn.set(row.number, { as, item });
  if (before) {
    const hadFocus = before.item.contains(document.activeElement);
    before.item.replaceWith(item);
    if (hadFocus) item.querySelector("button").focus({ preventScroll: true });
  }
  return item;
}

function newRow(row) {
  const isInside = row.state === "attended";
  const template = find(isInside ? "inside-party" : "expected-party");
  const item = template.content.firstElementChild.cloneNode(true);
  const name = row.name || words.walk_in;
  item.dataset.number = row.number;
  item.querySelector(".party-name bdi").textContent = name;
  const role = item.querySelector(".party-role");
  role.textContent = row.role ?? "";
  role.hidden = !row.role;
  const people = row.people > 1 ? filled(words.people, { n: row.people }) : "";
  item.querySelector(".party-people").textContent = people;
  item.querySelector(".party-unsent").hidden = !row.isUnsent;
  if (isInside) item.querySelector(".party-called").textContent = name;
  else drawChoice(item, row, name);
  item.querySelector("form").addEventListener("submit", (sent) => {
    sent.preventDefault();
    const came = Number(item.querySelector("select")?.value);
    if (isInside) tapped("undo", row.number);
    else tapped("check-in", row.number, came || undefined);
  });
  return item;
}

function drawChoice(item, row, name) {
  const choice = item.querySelector("select");
  if (row.state === "no_show") item.querySelector(".party-state").textContent = words.absent;
  if (row.people < 2) return choice.remove();
  choice.ariaLabel = filled(words.came_of, { name });
  for (let n = 1; n <= row.people; n++) {
    choice.add(new Option(n, n, n === row.people, n === row.people));
  }
}

// --- Beginning --------------------------------------------------------------------

find("q").addEventListener("input", draw);
find("q").addEventListener("focus", () => find("q").select());
document.querySelector(".door-search").addEventListener("submit", (sent) => {
  if (!sheets.size) return;
  sent.preventDefault();
  find("q").blur(); // the keyboard goes, and the list is in sight
});
find("walk-in").addEventListener("submit", (sent) => {
  const { name, people } = sent.target.elements;
  sent.preventDefault();
  walkIn(name.value.trim(), people.valueAsNumber);
  sent.target.reset();
  sent.target.closest("details").open = false;
});
document.querySelector("details").addEventListener("toggle", (moved) => {
  const { name } = find("walk-in").elements;
  // Who was looked for in vain is mostly who comes without a sign-up.
  if (moved.target.open && !name.value && !drawn.size) name.value = find("q").value;
});
addEventListener("online", () => {
  send();
  poll();
});
addEventListener("offline", () => {
  failures = Math.max(1, failures);
  draw();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});
setInterval(() => {
  if (!document.hidden) poll();
}, POLL);
draw();
poll().then(send);
