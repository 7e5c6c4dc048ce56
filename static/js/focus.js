// The most important point of a picture, chosen by a click. Without this script, and
// with a keyboard, the two number fields say the same.
const picker = document.querySelector("[data-focus]");
const image = picker.querySelector("img");
const mark = picker.querySelector(".focus-mark");
const fields = ["x", "y"].map((axis) => document.getElementById(`focus_${axis}`));

picker.classList.add("is-ready");
for (const part of picker.querySelectorAll("[hidden]")) part.hidden = false;
image.addEventListener("click", (event) => {
  const box = image.getBoundingClientRect();
  const point = [
    (event.clientX - box.left) / box.width,
    (event.clientY - box.top) / box.height,
  ];
  fields.forEach((field, index) => { field.value = Math.round(point[index] * 100); });
  show();
});
for (const field of fields) field.addEventListener("input", show);
show();

function show() {
  const [x, y] = fields.map((field) => `${Math.min(100, Math.max(0, Number(field.value)))}%`);
  // Of the picture and not of the text: left is left in Arabic too.
  mark.style.left = x;
  mark.style.top = y;
  for (const crop of picker.querySelectorAll(".crop")) crop.style.objectPosition = `${x} ${y}`;
}
