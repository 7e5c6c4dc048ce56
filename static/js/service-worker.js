// Keeps the public pages that somebody has seen, for when there is no network.
//
// Never the organisers' side and never a supporter's own pages: a phone may be taken
// from its owner, and what those say must not lie in it. What the site says is not to
// be stored is not kept either.
const PAGES = "pages-1";
const FILES = "files-1";
const MOST_PAGES = 40;
const MOST_FILES = 80;
const PATIENCE = 8000; // milliseconds; then a kept page is better than none
const PRIVATE = /^\/(manage|sign-ups|sign-in|sign-out|no-mails|drafts?|embed|service-worker)\b|\/check-your-mail$/;
const FILE = /^\/(static|accents|pictures)\/|^\/style\.css$/;
const SENT = /^\/events\/[^/]+\/sign-ups$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepOffline(new URL("/offline", location)).then(() => skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const known = [PAGES, FILES];
  const names = caches.keys().then((all) => all.filter((name) => !known.includes(name)));
  event.waitUntil(names.then((old) => Promise.all(old.map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && request.mode === "navigate" && SENT.test(url.pathname)) {
    event.respondWith(fetch(request).catch(() => offline(url, 503)));
  } else if (request.method !== "GET" || PRIVATE.test(url.pathname)) {
    return;
  } else if (FILE.test(url.pathname)) {
    event.respondWith(file(event));
  } else if (request.mode === "navigate") {
    event.respondWith(page(event, url));
  }
});

async function page(event, url) {
  const key = keyOf(url);
  const kept = await caches.match(key, { cacheName: PAGES, ignoreVary: true });
  try {
    const answer = await fetched(event.request, kept);
    if (isKept(answer)) event.waitUntil(keepPage(key, answer.clone(), url));
    return answer;
  } catch {
    return kept || offline(url, 200);
  }
}

// An event is the same one from wherever somebody looks for it.
function keyOf(url) {
  const key = new URL(url);
  if (/^\/events\/[^/]+$/.test(key.pathname)) key.searchParams.delete("near");
  return key;
}

// Whoever has a kept page does not wait for a network that hangs.
function fetched(request, kept) {
  if (!kept) return fetch(request);
  return Promise.race([
    fetch(request),
    new Promise((_resolve, reject) => setTimeout(reject, PATIENCE)),
  ]);
}

function isKept(answer) {
  const type = answer.headers.get("Content-Type") || "";
  const control = answer.headers.get("Cache-Control") || "";
  return answer.ok && !answer.redirected && type.startsWith("text/html") && !/no-store|private/.test(control);
}

// The address has a hash of what is in it: what is kept is right for ever.
async function file(event) {
  const kept = await caches.match(event.request, { cacheName: FILES });
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(FILES, event.request, answer.clone(), MOST_FILES));
  return answer;
}

async function keepPage(key, answer, url) {
  await keep(PAGES, key, answer, MOST_PAGES);
  const language = url.searchParams.get("lang");
  if (language) await keepOffline(offlineAddress(language));
}

// The last seen stay: what is put again goes to the end.
async function keep(name, request, answer, most) {
  const cache = await caches.open(name);
  await cache.delete(request, { ignoreVary: true });
  await cache.put(request, answer);
  const keys = await cache.keys();
  const old = keys.filter((key) => new URL(key.url).pathname !== "/offline");
  await Promise.all(old.slice(0, Math.max(0, old.length - most)).map((key) => cache.delete(key)));
}

function offlineAddress(language) {
  const address = new URL("/offline", location);
  if (language) address.searchParams.set("lang", language);
  return address;
}

async function keepOffline(address) {
  const cache = await caches.open(PAGES);
  if (await cache.match(address, { ignoreVary: true })) return;
  await cache.add(address);
}

async function offline(url, status) {
  const cache = await caches.open(PAGES);
  const address = offlineAddress(url.searchParams.get("lang"));
  const found =
    (await cache.match(address, { ignoreVary: true })) ||
    (await cache.match(offlineAddress(""), { ignoreVary: true }));
  return found ? new Response(await found.blob(), { status, headers: found.headers }) : Response.error();
}
