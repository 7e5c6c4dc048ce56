// Pictures dragged onto the form, and files that are too large told of before they
// are sent. Without this script the form sends what was chosen, and the server tells.
const form = document.querySelector("[data-drop]");
const input = form.querySelector("input[type=file]");
const target = form.querySelector(".drop-here");
const said = form.querySelector("[data-said]");
const sending = form.querySelector("[data-sending]");

form.querySelector(".drop-words").hidden = false;
input.addEventListener("change", tellOfLarge);
form.addEventListener("submit", (event) => {
  if (tellOfLarge()) event.preventDefault();
  else sending.textContent = sending.dataset.sending;
});
// Back from the next page, nothing is being sent any more.
window.addEventListener("pageshow", () => { sending.textContent = ""; });

// A file that misses the field would take the page's place in the browser.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => event.preventDefault());
}
target.addEventListener("dragover", () => target.classList.add("is-over"));
target.addEventListener("dragleave", () => target.classList.remove("is-over"));
target.addEventListener("drop", (event) => {
  target.classList.remove("is-over");
  const chosen = new DataTransfer();
  for (const file of [...input.files, ...event.dataTransfer.files]) chosen.items.add(file);
  input.files = chosen.files;
  tellOfLarge();
});

function tellOfLarge() {
  const large = [...input.files].filter((file) => file.size > Number(form.dataset.most));
  const words = large.map((file) => form.dataset.tooLarge.replace("{file}", file.name));
  said.textContent = words.join(" ");
  return large.length;
}
