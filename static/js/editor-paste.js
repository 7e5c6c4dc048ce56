// What is pasted from a word processor or a web page becomes Markdown. The server
// turns it; if it cannot, the plain text is pasted, as without this script.
const area = document.querySelector(".editor textarea");
const { elements, dataset } = area.form;
const said = document.querySelector(".editor-kept");

area.addEventListener("paste", async (event) => {
  const html = event.clipboardData.getData("text/html");
  if (!html) return;
  event.preventDefault();
  let text = event.clipboardData.getData("text/plain");
  const asked = new FormData();
  asked.set("csrf_token", elements.csrf_token.value);
  asked.set("html", html);
  const answer = await fetch(dataset.paste, { method: "POST", body: asked }).catch(() => null);
  if (answer?.ok) {
    const told = await answer.json();
    text = told.markdown;
    said.textContent = told.left_out.join(" ");
  }
  area.focus();
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text);
});
