// Lets pages already seen open without a network, and says so when there is none.
const note = document.getElementById("offline-note");
const show = () => {
  note.hidden = navigator.onLine;
};
addEventListener("online", show);
addEventListener("offline", show);
show();

addEventListener("load", () => {
  navigator.serviceWorker?.register("/service-worker.js").catch(() => {
    // A private window may not keep anything: the site works all the same.
  });
});

// The page that says that there is no network names those that can still be read.
const list = document.getElementById("kept-pages");
if (list && "caches" in self) {
  const cache = await caches.open("pages-1");
  for (const request of (await cache.keys()).reverse()) {
    const { pathname } = new URL(request.url);
    if (pathname === "/offline") continue;
    const answer = await cache.match(request);
    const kept = new DOMParser().parseFromString(await answer.text(), "text/html");
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = request.url;
    link.lang = kept.documentElement.lang;
    link.dir = kept.documentElement.dir;
    link.textContent = kept.querySelector("h1")?.textContent.trim() || pathname;
    item.append(link);
    list.append(item);
  }
  list.parentElement.hidden = !list.children.length;
}
