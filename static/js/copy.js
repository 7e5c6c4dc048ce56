// A button that copies the address beside it. Without this script the address can
// be selected and copied by hand, so the button is only shown where it works.
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  field.addEventListener("focus", () => field.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = button.parentElement.querySelector("[role=status]");
    said.textContent = "";
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Not a secure address, or not allowed: the old way needs neither.
      document.execCommand("copy");
    }
    said.textContent = button.dataset.copied;
  });
}
