// The system's own sheet for sharing, where there is one. Without it, and without this
// script, the link can be copied, and sent by mail or text message.
for (const button of document.querySelectorAll("[data-shares]")) {
  if (!navigator.share) break;
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ title: button.dataset.title, url: button.dataset.shares });
    } catch {
      // Somebody thought better of it: nothing was shared, and nothing is wrong.
    }
  });
  button.hidden = false;
}
